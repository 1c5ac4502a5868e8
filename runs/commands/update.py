"""`computerace update`: a folder's answer by figures that were published since its start."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.runs.commands.forecast import OBSERVED
from computerace.runs.commands.options import PATH, Folder, Tables, TrustCode, Where, whole
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.runs.answers.updates import UpdateAnswer


def update(
    folder: Folder,
    observed: Annotated[Path, PATH, OBSERVED],
    /,
    *,
    most_worlds: Annotated[
        int, whole(), Parameter(help="how many worlds of a race, at most, are played until 400 count.")
    ] = 20_000,
    where: Where = Where(),
    trust_code: TrustCode = False,
    saved: Tables = Tables(),
) -> None:
    """Weight the worlds of a race or sweep by figures published since its start: the answer before and after.

    Worlds that come near the figures count for more, within the errors that published figures have. --out saves them
    with their weights, as a folder that `computerace claim` reads.
    """
    from computerace.runs.studies.update import update as updated
    from computerace.runs.studies.updated import save, update_answer

    with where.on() as on:
        found = updated(folder, observed, most_worlds=most_worlds, on=on, trust_code=trust_code)
        answer: UpdateAnswer = update_answer(found, str(observed), saved.out)
        if saved.out is not None:
            save(found, answer, saved.out, on=on, trust_code=trust_code)
    if saved.as_json:
        print_json(answer)
        return
    from computerace.runs.terminal.update import show_update

    show_update(answer)
