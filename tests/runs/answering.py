"""What the tests of commands share: one command run, with its exit code, standard output and standard error."""

import json
from pathlib import Path

import pytest

from computerace.runs.cli import run


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    capsys.readouterr()
    code = run(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def forget_check_sums(folder: Path) -> None:
    """Make a folder one of those that name no check sums, so that what is in its tables is looked at."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
