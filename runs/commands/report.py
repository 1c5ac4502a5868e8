"""`computerace report`: one HTML page and its figures from the folder of a race or a sweep."""

from textwrap import fill
from typing import TYPE_CHECKING, Annotated, cast

from computerace.runs.commands.options import Claims, Folder, Json, Out, TrustCode, Where, usually
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    from computerace.runs.answers.folders import ReportAnswer

WIDTH = 80


def report(
    folder: Folder,
    /,
    *,
    out: Annotated[Out | None, usually("that folder")] = None,
    claims: Claims = (),
    where: Where = Where(),
    trust_code: TrustCode = False,
    as_json: Json = False,
) -> int:
    """Write report.html, which opens anywhere, and its figures as PNG and SVG.

    --claims adds a table for each claim, for which the folder's worlds may be played again; without it the claims of
    the folder's design have theirs.
    """
    from computerace.analysis.folder import load
    from computerace.analysis.report import prepare, write_report
    from computerace.analysis.report.answer import sentence
    from computerace.analysis.report.page import by_reason
    from computerace.runs.store import refuse_other_kinds
    from computerace.runs.studies.claims import ask, of_design

    refuse_other_kinds(folder, "report")
    runs = load(folder)
    asked, own = None, claims or of_design(runs)
    if own:
        with where.on() as on:
            asked = ask(runs, own, on=on, trust_code=trust_code)
    prepared = prepare(runs, asked)
    with progress("figures", len(prepared.figures), "figures") as advance:
        written = write_report(prepared, out, advance)
    if as_json:
        print_json(cast("ReportAnswer", written.to_dict()))
        return 0
    print(fill(sentence(written.answer), WIDTH))
    for titles, why in by_reason(written.missing):
        print(fill(f"left out: {titles}: {why}", WIDTH, subsequent_indent="  "))
    print(f"\nwritten: {written.page} and {len(written.figures)} figures in {written.page.parent / 'figures'}")
    return 0
