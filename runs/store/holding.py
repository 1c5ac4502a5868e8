"""Who works in a sweep's folder: one process alone, or any number of shards, on all machines that share its disk.

Two things say so. The system's lock of `.lock` ends with its process, however that ends; but not every network disk
passes it on to other machines. So each process also leaves a mark, `.at-work-MACHINE-PROCESS`, and sets its time anew
every BEAT seconds. A mark whose process is gone from this machine, or which has stood still for FORGOTTEN seconds of
the disk's own clock, is of one that was killed. Each leaves its mark before it looks for others: of two that begin at
the same moment one sees the other at least.
"""

import errno
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from computerace.market.errors import UserError
from computerace.runs.store.whole import here

LOCK = ".lock"
MARK = ".at-work-"
BEAT = 15.0  # seconds between signs of life
FORGOTTEN = 180.0  # seconds without one after which a process of another machine is taken for dead
TAKEN = (errno.EAGAIN, errno.EACCES)


@dataclass(frozen=True)
class Mark:
    """Who is at work. alone: whether nobody else may be. machine: where its number means this process."""

    what: str
    alone: bool
    machine: str
    process: int


@contextmanager
def held(folder: Path, what: str, *, alone: bool) -> Iterator[None]:
    """Hold a folder, which is made where there is none, for this process alone or beside others that do not mind.

    Raises UserError where somebody else holds it in a way that leaves no room. Where the block ends in such an error,
    what this made is gone again: a refused folder is as it was.
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = not (folder / LOCK).exists()
        handle = _opened(folder / LOCK)
    except OSError as error:
        raise UserError(f"cannot write to {folder}: {(error.strerror or str(error)).lower()}") from error
    with handle:
        try:
            with _locked(folder, handle, alone), _marked(folder, Mark(what, alone, _machine(), os.getpid())):
                yield
        except UserError:
            if new:
                with suppress(OSError):
                    (folder / LOCK).unlink()
            if made:
                with suppress(OSError):
                    folder.rmdir()
            raise


def at_work(folder: Path) -> list[str]:
    """Who works in a folder, in words, without those that seem to be dead."""
    return [_words(mark) for mark, _ in _others(folder, None)]


def _opened(path: Path) -> IO[str]:
    return path.open("a+", encoding="utf-8")


@contextmanager
def _locked(folder: Path, handle: IO[str], alone: bool) -> Iterator[None]:
    """Hold the system's lock, where there is one."""
    if not _lock(handle, alone) or not _still_there(folder / LOCK, handle):
        handle.seek(0)
        others = at_work(folder) or [handle.read().strip() or "another process"]
        raise _in_use(folder, others)
    if not alone:
        yield
        return
    handle.truncate(0)
    handle.write(f"process {os.getpid()} on {socket.gethostname()}\n")
    handle.flush()
    try:
        yield
    finally:
        handle.truncate(0)


def _lock(handle: IO[str], alone: bool) -> bool:
    """Take the lock of an open file; False where another process has it. A disk without locks says nothing."""
    try:
        import fcntl
    except ImportError:  # Windows, which has no lock for several
        return _lock_windows(handle) if alone else True
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in TAKEN
    return True


def _lock_windows(handle: IO[str]) -> bool:
    import msvcrt

    try:
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    except OSError:
        return False
    return True


def _still_there(path: Path, handle: IO[str]) -> bool:
    """Whether the locked file is the one that others would lock, and not one that was taken away meanwhile."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle.fileno()))
    except OSError:
        return False


@contextmanager
def _marked(folder: Path, mine: Mark) -> Iterator[None]:
    """Leave a mark, look for others, and keep the mark fresh for as long as the block lasts."""
    path = folder / f"{MARK}{here()}"
    try:
        path.write_text(json.dumps(asdict(mine)), encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write to {folder}: {(error.strerror or str(error)).lower()}") from error
    stop = threading.Event()
    try:
        others = [mark for mark, _ in _others(folder, path) if mark.alone or mine.alone]
        if others:
            raise _in_use(folder, [_words(mark) for mark in others])
        beats = threading.Thread(target=_beat, args=(path, stop), daemon=True)
        beats.start()
        yield
    finally:
        stop.set()
        path.unlink(missing_ok=True)


def _beat(path: Path, stop: threading.Event) -> None:
    while not stop.wait(BEAT):
        with suppress(OSError):
            os.utime(path)


def _others(folder: Path, mine: Path | None) -> list[tuple[Mark, Path]]:
    """The marks of living processes but one's own; those of dead ones are cleared away by whoever has left a mark."""
    found = []
    paths = sorted(path for path in folder.glob(f"{MARK}*") if path != mine)
    now = time.time() if mine is None or not paths else _disk_time(mine)
    for path in paths:
        try:
            mark = Mark(**json.loads(path.read_text(encoding="utf-8")))
            quiet = now - path.stat().st_mtime
        except (OSError, ValueError, TypeError):
            continue
        if _dead(mark) or quiet > FORGOTTEN:
            if mine is not None:
                path.unlink(missing_ok=True)
        else:
            found.append((mark, path))
    return found


def _disk_time(path: Path) -> float:
    """What time it is by the clock that sets the times of files."""
    os.utime(path)
    return path.stat().st_mtime


def _dead(mark: Mark) -> bool:
    """Whether a process of this machine is gone; of another machine's nothing is known."""
    if mark.machine != _machine() or os.name == "nt":  # where a signal of 0 is no question but a Ctrl-C
        return False
    try:
        os.kill(mark.process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _machine() -> str:
    """This machine, or the container within it: where a process's number means that process."""
    try:
        return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _words(mark: Mark) -> str:
    what = f"{mark.what}, " if mark.what else ""
    return f"{what}process {mark.process} on {mark.machine.split()[0]}"


def _in_use(folder: Path, others: list[str]) -> UserError:
    shown = "; ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    return UserError(f"{folder} is in use by {shown}; wait for it to end")
