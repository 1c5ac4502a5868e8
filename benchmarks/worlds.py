"""Array worlds against the same model run one world at a time, and where a month's time goes.

    uv run python -m benchmarks.worlds [WORLDS]

Prints five-year runs per second of one process in arrays of 2,048 worlds, through Mesa's `batch_run` and in a bare
loop, their ratios, the peak memory, and the share of each verb of the month.
"""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from computerace.runs.model import month as months
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario
from computerace.runs.worlds.simulate import simulate

BATCH = 2048
SINGLE = 12
VERBS = (
    "observe", "decide", "clear_chips", "clear_power", "clear_researchers", "build", "run", "learn", "sell", "settle",
    "account",
)  # fmt: skip


class OneWorld(Race):
    """A race of one world that Mesa's batch_run can build."""

    def __init__(self, world: int = 0, rng: int | None = None) -> None:
        super().__init__(scenario("baseline"), seed=rng or 1, indices=np.array([world]))


def timed(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def in_arrays(worlds: int) -> None:
    """Run worlds in batches, outcomes kept."""
    for first in range(0, worlds, BATCH):
        simulate(scenario("baseline"), np.arange(first, min(first + BATCH, worlds)), 1, measures=())


def through_mesa() -> None:
    """Run single worlds through Mesa's batch_run on one process."""
    mesa.batch_run(
        OneWorld, {"world": list(range(SINGLE))}, number_processes=1, max_steps=60, data_collection_period=-1,
        display_progress=False,
    )  # fmt: skip


def bare_loop() -> None:
    """Run single worlds one after another without Mesa's collector."""
    for world in range(SINGLE):
        simulate(scenario("baseline"), np.array([world]), 1, measures=())


def shares_of_verbs() -> dict[str, float]:
    """Fraction of a month's time by verb, measured on one batch."""
    spent = dict.fromkeys(VERBS, 0.0)
    for name in VERBS:
        verb: Callable[..., Any] = getattr(months, name)

        def watched(*given: Any, name: str = name, verb: Callable[..., Any] = verb) -> Any:
            begun = time.perf_counter()
            made = verb(*given)
            spent[name] += time.perf_counter() - begun
            return made

        setattr(months, name, watched)
    race = Race(scenario("baseline"), worlds=BATCH, collect=False, measures=())
    whole = timed(race.run)
    return {name: seconds / whole for name, seconds in spent.items()} | {"record": 1.0 - sum(spent.values()) / whole}


def main() -> None:
    """Measure and print."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    in_arrays(256)  # imports and caches
    mesa_rate, loop_rate = SINGLE / timed(through_mesa), SINGLE / timed(bare_loop)
    array_rate = worlds / timed(lambda: in_arrays(worlds))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"five-year runs a second: arrays {array_rate:,.0f}, batch_run {mesa_rate:.2f}, loop {loop_rate:.2f}")
    print(f"arrays / batch_run = {array_rate / mesa_rate:.0f}; arrays / loop = {array_rate / loop_rate:.0f}")
    print(f"peak memory at {worlds:,} worlds: {peak:.0f} MiB")
    for name, share in shares_of_verbs().items():
        print(f"  {name:17s} {share:6.1%}")


if __name__ == "__main__":
    main()
