"""The most memory that this process or one below it held at once."""

import os
import threading
from pathlib import Path
from typing import Self

SECONDS = 0.05  # between two looks


class Peak:
    """Watches memory for as long as the block lasts; `mebibytes` is the resident size of the largest process.

    Linux only: it reads /proc. Worker processes are not this process's children (a server forks them), so they are
    found by going up from every process.
    """

    def __init__(self) -> None:
        self.mebibytes = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(SECONDS):
            self.mebibytes = max(self.mebibytes, *resident_mebibytes(os.getpid()).values())


def resident_mebibytes(root: int) -> dict[int, float]:
    """Resident memory of a process and of all below it, by process number."""
    parents: dict[int, int] = {}
    sizes: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended since
        parents[int(folder.name)] = int(fields[1])
        sizes[int(folder.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return {number: size for number, size in sizes.items() if _is_below(number, root, parents)}


def _is_below(number: int, root: int, parents: dict[int, int]) -> bool:
    while number > 1:
        if number == root:
            return True
        number = parents.get(number, 0)
    return False
