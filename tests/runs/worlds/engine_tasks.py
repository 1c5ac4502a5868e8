"""Toy tasks for the tests of the pool, in a module of their own so that other processes can import them."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Squares:
    """Squares its numbers; dies on some of them, always or the first time only."""

    numbers: tuple[int, ...]
    deadly: frozenset[int] = frozenset()
    once: str = ""
    given_up: tuple[int, ...] = ()
    reason: str = ""

    @property
    def rows(self) -> int:
        return len(self.numbers)

    def run(self) -> dict[int, int | str]:
        alive = [number for row, number in enumerate(self.numbers) if row not in self.given_up]
        if self.deadly & set(alive):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.once and not Path(self.once).exists():
            Path(self.once).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        found: dict[int, int | str] = {number: number**2 for number in alive}
        return found | {self.numbers[row]: self.reason for row in self.given_up}

    def only(self, rows: Sequence[int]) -> "Squares":
        return replace(self, numbers=tuple(self.numbers[row] for row in rows), given_up=())

    def without(self, rows: Sequence[int], reason: str) -> "Squares":
        return replace(self, given_up=tuple(rows), reason=reason)


@dataclass(frozen=True)
class Broken(Squares):
    """A task with a mistake in it."""

    def run(self) -> dict[int, int | str]:
        raise ZeroDivisionError("a mistake in the program")


def swept(out: str) -> tuple[int, str]:
    """A small sweep on two processes, as somebody's own pool may run it: its worlds, and the engine that it got."""
    from computerace.runs.sweeps.sweep import sweep
    from computerace.runs.worlds.engines.tasks import make_engine

    results = sweep({"scenario": "baseline", "worlds_per_point": 6, "months": 1}, out, workers=2)
    return len(results.worlds), type(make_engine("local", 2)).__name__


def swept_wrongly(out: str) -> None:
    """A sweep that is refused."""
    from computerace.runs.sweeps.sweep import sweep

    sweep({"scenario": "basline"}, out)


class Stubborn(Exception):
    """An error that does not survive the way between two processes: it cannot be made again from its words."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second}")


@dataclass(frozen=True)
class Unlucky(Squares):
    """Fails with an error that cannot travel."""

    def run(self) -> dict[int, int | str]:
        """Fail."""
        raise Stubborn("salt", "pepper")
