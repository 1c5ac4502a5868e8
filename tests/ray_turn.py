"""Whose turn it is to run Ray: a test that finds another's on this machine would be refused."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: list[Path] = []  # the lock, where this process has the turn: a module's fixture may, and its tests in it


@contextmanager
def ray_turn() -> Iterator[None]:
    """Wait until no other process of tests runs Ray, and keep them waiting within."""
    if _held:
        yield
        return
    path = Path(tempfile.gettempdir()) / "computerace-tests-ray.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _held.append(path)
        try:
            yield
        finally:
            _held.clear()
