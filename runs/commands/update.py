"""`computerace update`: a folder's answer by figures that were published since its start."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.runs.answers.updates import METHODS
from computerace.runs.commands.forecast import OBSERVED
from computerace.runs.commands.options import PATH, Folder, Tables, TrustCode, Where, one_of, whole
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.runs.answers.updates import UpdateAnswer


def update(
    folder: Folder,
    observed: Annotated[Path, PATH, OBSERVED],
    /,
    *,
    most_worlds: Annotated[
        int, whole(), Parameter(help="how many worlds, at most, are played until 400 count.")
    ] = 20_000,
    method: Annotated[
        str,
        one_of("method", METHODS),
        Parameter(help="weights, smoother (which moves a race's worlds), or auto: that where hardly any would count."),
    ] = METHODS[0],
    where: Where = Where(),
    trust_code: TrustCode = False,
    saved: Tables = Tables(),
) -> int:
    """Weight the worlds of a race or sweep by figures published since its start: the answer before and after.

    Worlds that come near the figures count for more, within the errors that published figures have. Where hardly any
    do, a race's worlds are moved to the figures by an ensemble smoother. --out saves them, as a folder that `claim`,
    `report` and `ledger` read.
    """
    from computerace.runs.studies.lost import told
    from computerace.runs.studies.update import update as updated
    from computerace.runs.studies.updated import refuse_taken, save, update_answer

    if saved.out is not None:
        refuse_taken(saved.out)
    with where.on() as on:
        found = updated(folder, observed, most_worlds=most_worlds, method=method, on=on, trust_code=trust_code)
        answer: UpdateAnswer = update_answer(found, str(observed), saved.out)
        if saved.out is not None:
            save(found, answer, saved.out, on=on, trust_code=trust_code)
    if saved.as_json:
        print_json(answer)
    else:
        from computerace.runs.terminal.update import show_update

        show_update(answer)
    return told(found.failed, found.played + len(found.lost), rows=answer.get("failures", ()))
