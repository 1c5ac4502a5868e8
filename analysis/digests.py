"""Check sums of the files that a run left, by which a changed bit is noticed before anything is read from them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from computerace.market.errors import UserError

POINTS = "points.parquet"
NO_POINTS = "without it the folder cannot be used: sweep the design into another one"
RUN_AGAIN = "run it again"
SWEEP_AGAIN = "sweep again: what it held is played again"


def checksum(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def checksums(folder: Path) -> dict[str, str]:
    """The check sums of a folder's tables by file name."""
    return {file.name: checksum(file) for file in sorted(folder.glob("*.parquet"))}


def changed_files(folder: Path, files: Mapping[str, str]) -> list[str]:
    """The files that are there and are not as they were written, of those whose check sums are known."""
    return [name for name, digest in files.items() if (folder / name).exists() and checksum(folder / name) != digest]


def refuse_changed(folder: Path, files: Any, again: str = RUN_AGAIN) -> None:
    """Raise UserError where a file whose check sum is known is gone, or is not as it was written.

    files: check sums by name, as a manifest that may be damaged has them. again: what makes the file anew.
    """
    if not isinstance(files, Mapping) or not all(isinstance(digest, str) for digest in files.values()):
        raise UserError(f"{folder / 'manifest.json'} is damaged: its check sums of files are none; {again}")
    gone = next((name for name in files if not (folder / name).exists()), None)
    if gone is not None:
        raise UserError(f"{folder / gone} is gone: the run is not whole; {NO_POINTS if gone == POINTS else again}")
    changed = changed_files(folder, files)
    if changed:
        cure = NO_POINTS if changed[0] == POINTS else f"move it away and {again}"
        raise UserError(f"{folder / changed[0]} is damaged: it is not as the run left it; {cure}")
