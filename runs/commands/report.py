"""`computerace report`: one HTML page and its figures from the folder of a race or a sweep."""

import json
from pathlib import Path
from textwrap import fill
from typing import Annotated

from cyclopts import Parameter

from computerace.runs.progress import progress

WIDTH = 80


def report(
    folder: Path,
    /,
    *,
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Write report.html, which opens anywhere, and its figures as PNG and SVG.

    Parameters
    ----------
    folder: the folder of a race or a sweep.
    out: where to write; by default into that folder.
    as_json: print one JSON object and nothing else.
    """
    from computerace.analysis.folder import load
    from computerace.analysis.report import prepare, write_report
    from computerace.analysis.report.answer import sentence
    from computerace.analysis.report.page import by_reason
    from computerace.runs.store import refuse_other_kinds

    refuse_other_kinds(folder, "report")
    prepared = prepare(load(folder))
    with progress("figures", len(prepared.figures), "figures") as advance:
        written = write_report(prepared, out, advance)
    if as_json:
        print(json.dumps(written.to_dict(), indent=1, ensure_ascii=False, allow_nan=False))
        return 0
    print(fill(sentence(written.answer), WIDTH))
    for titles, why in by_reason(written.missing):
        print(fill(f"left out: {titles}: {why}", WIDTH, subsequent_indent="  "))
    print(f"\nwritten: {written.page} and {len(written.figures)} figures in {written.page.parent / 'figures'}")
    return 0
