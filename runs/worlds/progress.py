"""Progress on standard error: a bar with rate and time left where somebody watches, nothing where nobody does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def progress(what: str, total: int, unit: str = "worlds") -> Iterator[Callable[[int], None]]:
    """A progress bar for `total` units of work; the value is a function that takes the units just done."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(what, total=total)

        def advance(done: int) -> None:
            bars.advance(task, done)

        yield advance


def say(message: str) -> None:
    """A line for the person at the keyboard, on standard error."""
    Console(stderr=True, highlight=False).print(message, soft_wrap=True, markup=False)
