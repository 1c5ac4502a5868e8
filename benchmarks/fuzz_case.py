"""One case of the fuzz: words for the command line, what they name, and whether they may be right."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

SMALL = ("--worlds", "2", "--months", "1", "--workers", "1")


class Case(NamedTuple):
    """Words for the command line. make: puts what they name into a folder. possible: whether they may be right."""

    kind: str
    words: tuple[str, ...]
    make: Callable[[Path], None] = lambda _: None
    possible: bool = True
    about: str = ""
