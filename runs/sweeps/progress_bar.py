"""Progress of a sweep on standard error: a bar with rate and time left, or a line now and then where nobody watches."""

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from computerace.runs.worlds.progress import columns, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from computerace.runs.sweeps.sweep import Advance

SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def watched(out: str) -> "Iterator[Callable[[Advance], None]]":
    """Show how a sweep gets on, for as long as the block lasts; the value is what the sweep tells."""
    console = Console(stderr=True)
    with _bar(console) if console.is_terminal else _lines(out) as tell:
        yield tell


@contextmanager
def _bar(console: Console) -> "Iterator[Callable[[Advance], None]]":
    from rich.progress import Progress, TextColumn

    begun = time.monotonic()
    with Progress(*columns("worlds", TextColumn("{task.fields[rate]}")), console=console, transient=True) as bars:
        task = bars.add_task("sweep", total=None, rate="")

        def tell(advance: "Advance") -> None:
            rate = advance.done / max(time.monotonic() - begun, 1e-9)
            failed = f", {advance.failed:,} failed" if advance.failed else ""
            bars.update(
                task,
                total=advance.total,
                completed=advance.done,
                description=advance.what,
                rate=f"{rate:,.0f}/s{failed}" if advance.done else "",
            )

        yield tell


@contextmanager
def _lines(out: str) -> "Iterator[Callable[[Advance], None]]":
    begun = last = time.monotonic()

    def tell(advance: "Advance") -> None:
        nonlocal last
        now = time.monotonic()
        if advance.done and now - last >= SECONDS_BETWEEN_LINES:
            last = now
            left = (advance.total - advance.done) * (now - begun) / advance.done
            failed = f", {advance.failed:,} failed" if advance.failed else ""
            say(f"{out}: {advance.done:,} of {advance.total:,} worlds{failed}, about {left:,.0f} s left")

    yield tell
