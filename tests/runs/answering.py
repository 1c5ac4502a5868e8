"""What the tests of commands share: one command run, with its exit code, standard output and standard error."""

import json
from pathlib import Path
from typing import Any

import pytest

from computerace.runs.cli import run


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    capsys.readouterr()
    code = run(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def by_hand(folder: Path) -> dict[str, Any]:
    """A folder's manifest as it may be written anew after a change: without its own check sum."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest.pop("checksum", None)
    return manifest


def forget_check_sums(folder: Path) -> None:
    """Make a folder one of those that name no check sums, so that what is in its tables is looked at."""
    manifest = by_hand(folder)
    del manifest["files"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
