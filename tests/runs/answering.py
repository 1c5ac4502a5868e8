"""What the tests of commands share: one command run, with its exit code, standard output and standard error."""

import pytest

from computerace.runs.cli import run


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    capsys.readouterr()
    code = run(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err
