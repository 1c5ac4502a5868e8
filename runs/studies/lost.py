"""What a command says of worlds that failed, and its exit code."""

from pathlib import Path
from typing import TYPE_CHECKING

from computerace.runs.worlds.progress import say

if TYPE_CHECKING:
    import pandas as pd


def told(failed: int, worlds: int, file: Path | None = None, *, replay: "pd.DataFrame | None" = None) -> int:
    """0, or 1 with a line on standard error where worlds failed.

    file: the table of failures in the run's folder. replay: the failures themselves, where no folder is left: the
    first is told, with the command that plays it again.
    """
    if not failed:
        return 0
    line = f"{failed:,} of {worlds:,} worlds failed and were left out"
    if file is not None:
        line += f"; each is a row of {file}"
    elif replay is not None:
        line += f"; the first with {replay['error'].iloc[0]}: {replay['replay'].iloc[0]}"
    say(line)
    return 1
