"""Hidden folders beside what is being written: each is held by the process that made it, and goes with it.

A folder is locked for as long as its process lives. What one that was killed left is found by its name, and cleared
away by the next that works in the same place; what a living one holds stays.
"""

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPORT, TABLES, VERIFY, SCRATCH = "report", "tables", "verify", "scratch"  # names of work that is done aside
EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2, RENAME_SWAP of macOS's renamex_np
HERE = -100  # AT_FDCWD: paths are as the process has them


@contextmanager
def aside(parent: Path, name: str) -> Iterator[Path]:
    """A hidden folder below `parent` for work that `name` stands for; on leaving it is gone.

    What ended processes left there under the same name goes first. Raises OSError where none can be made.
    """
    for left in leftovers(parent, name):
        clear(left)
    made = Path(tempfile.mkdtemp(prefix=f".computerace-{name}-", dir=parent))
    try:
        with held(made):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def leftovers(parent: Path, name: str) -> list[Path]:
    """The hidden folders of that name below `parent`, of living processes and of ended ones."""
    wanted = re.compile(rf"\.computerace-{re.escape(name)}-[a-z0-9_]{{8}}")
    return [entry for entry in parent.glob(".computerace-*") if wanted.fullmatch(entry.name)]


def clear(left: Path) -> None:
    """Remove a hidden folder unless a living process holds it."""
    with held(left) as mine:
        if mine:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Hold a folder for this process; the system lets go of it with the process, however it ends.

    False where another process holds it, or where the system or the disk has no such lock.
    """
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            mine = False
        else:
            mine = True
        yield mine
    finally:
        os.close(handle)


def exchanged(one: Path, other: Path) -> bool:
    """Let two folders take each other's place at once, so that neither name is ever without one.

    False, and nothing done, where the system or the disk cannot.
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        first, second = os.fsencode(one), os.fsencode(other)
        if sys.platform == "darwin":
            return bool(libc.renamex_np(first, second, EXCHANGE) == 0)
        return bool(libc.renameat2(HERE, first, HERE, second, EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):  # no such call, or no such library
        return False
