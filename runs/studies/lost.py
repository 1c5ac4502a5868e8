"""What a command says of worlds that failed: their rows, a line, and its exit code."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from computerace.runs.worlds.failures import COLUMNS
from computerace.runs.worlds.progress import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from computerace.runs.answers.lost import LostWorld

BESIDE = ("point", "repeat", "start", "box", "kind", *COLUMNS)
LINE = 500  # characters of a command that is told on a terminal


def told(
    failed: int, worlds: int, file: Path | None = None, *, rows: "Sequence[LostWorld]" = (),
    what: str = "failed and were left out",
) -> int:  # fmt: skip
    """0, or 1 with a line on standard error where worlds failed.

    file: the table of failures in the run's folder. rows: the failures themselves, where no folder is left: the first
    is told, with the command that plays it again. what: what became of them.
    """
    if not failed:
        return 0
    line = f"{failed:,} of {worlds:,} worlds {what}"
    if file is not None:
        line += f"; each is a row of {file}"
    elif rows:
        command = rows[0]["replay"]
        told = command if len(command) <= LINE else "each is a row of --json, with the command that plays it again"
        line += f"; the first with {rows[0]['error']}: {told}"
    say(line)
    return 1


def lost_rows(failures: "pd.DataFrame") -> "list[LostWorld]":
    """The rows of failures as an answer has them."""
    return [_lost(row) for row in failures.to_dict("records")]


def _lost(row: "dict[Any, Any]") -> "LostWorld":
    own = {name: row[name] for name in BESIDE if name in row}
    if "start" in own:
        own["start"] = str(own["start"])
    parameters = {name: _plain(value) for name, value in row.items() if name not in own}
    return cast("LostWorld", own | {"parameters": parameters})


def _plain(value: object) -> object:
    """None for what is no number, as a parameter that was not drawn there."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
