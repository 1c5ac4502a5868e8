"""Why a folder could not be written, and what helps against that."""

import errno
import os
from pathlib import Path

import pytest

from computerace.analysis.unwritten import explained
from computerace.market.errors import UserError


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full; give another folder with --out"),
        (errno.EROFS, "read-only file system; give another folder with --out"),
        (errno.EMFILE, "too many open files; allow this process more of them (ulimit -n)"),  # in any folder
    ],
)
def test_a_line_says_what_helps_against_its_cause(number: int, said: str) -> None:
    with pytest.raises(UserError) as caught, explained(Path("out")):
        raise OSError(number, os.strerror(number))
    assert str(caught.value) == f"cannot write to out: {said}"
