"""Progress on standard error: a bar with rate and time left where somebody watches, nothing where nobody does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import ProgressColumn


def columns(unit: str, *more: "ProgressColumn") -> "tuple[ProgressColumn, ...]":
    """What a bar shows: what is done of how many units, more of it, the time that went and the time left."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    done = (TextColumn("{task.description}"), BarColumn(bar_width=None), MofNCompleteColumn(), TextColumn(unit))
    return (*done, *more, TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(compact=True))


@contextmanager
def progress(what: str, total: int, unit: str = "worlds") -> Iterator[Callable[[int], None]]:
    """A progress bar for `total` units of work; the value is a function that takes the units just done."""
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(*columns(unit), console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(what, total=total)

        def advance(done: int) -> None:
            bars.advance(task, done)

        yield advance


def say(message: str) -> None:
    """A line for the person at the keyboard, on standard error."""
    Console(stderr=True, highlight=False).print(message, soft_wrap=True, markup=False)
