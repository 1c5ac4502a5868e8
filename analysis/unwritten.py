"""Why a folder could not be written, in a line."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from computerace.market.errors import UserError

OF_THE_PROCESS = {  # what another folder does not cure
    errno.EMFILE: "; allow this process more of them (ulimit -n)",
    errno.ENFILE: "; this machine has no more of them to give",
    errno.ENOMEM: "; ask for fewer --worlds or --workers",
    errno.EAGAIN: "; this account may start no more processes (ulimit -u): fewer --workers",
}


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Say in a line why a folder could not be written, and what helps; raises UserError for an OSError."""
    try:
        yield
    except OSError as error:
        cause = "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error)).lower()
        cure = OF_THE_PROCESS.get(error.errno or 0, "; give another folder with --out")
        raise UserError(f"cannot write to {target}: {cause}{cure}") from error
