"""Files that are there whole or not at all: written beside their place, forced to disk, renamed in."""

import errno
import os
import socket
import threading
from contextlib import suppress
from pathlib import Path

ASIDE = ".*.aside"  # what a process that was ended in the middle leaves
NO_SUCH_THING = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)  # what network disks say to a folder forced to disk


def here() -> str:
    """This thread among all that may share a disk: its machine, process and number, fit for a file's name."""
    machine = "".join(letter if letter.isalnum() else "-" for letter in socket.gethostname())
    return f"{machine[:60]}-{os.getpid()}-{threading.get_native_id()}"


def write_whole(target: Path, content: bytes) -> None:
    """Write a file beside its place, force it to disk and rename it in; any number of processes may at once."""
    aside = target.with_name(f".{target.name}.{here()}.aside")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
    sync(target.parent)


def sync(path: Path) -> None:
    """Force a folder's entries, or a file, to disk, where the disk knows such a thing."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NO_SUCH_THING:
            raise
    finally:
        os.close(handle)
