"""Playing rows of worlds on an engine: the loop that races, sweeps and every other study share."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from computerace.runs.worlds.engines.tasks import Task, check_engine, make_engine, processors, run_batches
from computerace.runs.worlds.rows import Rows

PAYS_FROM = 20 * 1024  # worlds; below it more processes cost more to start than they save
MOST_SET_UP = 64  # structures whose race is built before anything is played; more would take longer than they tell


@dataclass(frozen=True)
class Workers:
    """Where worlds are played: nothing in here can show in the results.

    count: processes, or tasks at once on a cluster; None for one per processor where that pays. engine: "local" or
    "ray". address: of a Ray cluster.
    """

    count: int | None = None
    engine: str = "local"
    address: str | None = None

    def check(self) -> None:
        """Raise UserError for what cannot be used, before anything runs."""
        check_engine(self.engine, self.count, self.address)

    @property
    def several(self) -> bool:
        """Whether other processes than this one may play."""
        return self.engine != "local" or self.count != 1

    def for_worlds(self, worlds: int) -> "Workers":
        """These for so many worlds: where nobody said how many processes, one while more would not pay."""
        if self.count is not None or self.engine != "local":
            return self
        return Workers(processors() if worlds >= PAYS_FROM else 1)


ONE = Workers(1)


@contextmanager
def play[T: Task](
    tasks: Iterable[T], on: Workers = ONE, *, tasks_at_most: int | None = None
) -> Iterator[Iterator[tuple[T, Any]]]:
    """Play every task; the value is each of them with what it left, in the order in which they end.

    Whatever was started is ended with the block, at once where it ends early.
    tasks_at_most: how many there are, where that is known: no more processes are started.

    Raises UserError for a mistake in what was asked for; worlds that fail are in the results.
    """
    count = processors() if on.count is None and on.engine == "local" else on.count
    if count is not None and tasks_at_most is not None:
        count = min(count, max(tasks_at_most, 1))
    engine = make_engine(on.engine, count, on.address)
    try:
        yield run_batches(tasks, engine)
    finally:
        engine.close()


@contextmanager
def kept_up(on: Workers) -> Iterator[Workers]:
    """The same places for as long as the block lasts: a cluster is joined, or Ray started here, once for all that play.

    Raises UserError where Ray is not to be had.
    """
    if on.engine != "ray":
        yield on
        return
    from computerace.runs.worlds.engines.ray_engine import joined

    with joined(on.count, on.address):
        yield replace(on, address=None)


def set_up(tasks: Iterable[Rows[Any]], on: Workers = ONE, *, kept: bool = False) -> None:
    """Build a race of each task, one world large, so that a mistake in set-up is told before the first world is played.

    Code of one's own is read, and must be known to others too where they play or a folder is `kept`.

    Raises UserError with the mistake.
    """
    for number, task in enumerate(tasks):
        task.read_code(elsewhere=kept or on.several)
        if number < MOST_SET_UP:
            task.set_up()


def counted[T: Task](
    results: Iterator[tuple[T, Any]], advance: Callable[[int], None] | None = None
) -> Iterator[tuple[T, Any]]:
    """The same results; `advance` hears how many rows were just done."""
    for task, result in results:
        yield task, result
        if advance is not None:
            advance(task.rows)
