"""A batch of worlds of one scenario, from its race to tidy outcomes and trajectories."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computerace.market.watching import watch
from computerace.observables import MEASURES
from computerace.runs.model.race import Race
from computerace.runs.model.recording import Record
from computerace.runs.model.shocks import Shocks
from computerace.runs.scenarios import Scenario
from computerace.runs.worlds.watch import Watch


@dataclass(frozen=True)
class Batch:
    """Results of some worlds.

    outcomes: columns of worlds.parquet but for point and world, each (worlds,). steps: measures
    of owners (months + 1, rows, worlds), rows being those whose a measure is, and market: of the market
    (months + 1, worlds), both in single precision. cuts: where bounds were watched, how often each cut, as
    `Recorder` of `market/watching.py` has it.
    """

    outcomes: dict[str, NDArray[Any]]
    steps: dict[str, NDArray[np.float32]]
    market: dict[str, NDArray[np.float32]]
    cuts: dict[str, NDArray[np.int64]] = field(default_factory=dict)


def simulate(
    scenario: Scenario,
    indices: NDArray[np.int64],
    seed: int,
    months: int | None = None,
    settings: Mapping[str, Any] | None = None,
    *,
    fixed: bool = False,
    replicate: int = 0,
    shocks: Shocks | None = None,
    measures: tuple[str, ...] = MEASURES,
    recorded: Mapping[str, Any] | None = None,
    bounds: bool = False,
    record: Record | None = None,
) -> Batch:
    """Run the worlds with the given numbers to the horizon.

    Parameters are as for `Race`; measures are those whose trajectories are returned (outcomes are always complete).
    bounds: whether to count how often each bound of markets and rules cuts a value. record: what keeps the measures.
    A study that plays several variants in the same worlds may draw `settings` and `shocks` once and give them to each.
    """
    race = Race(
        scenario, worlds=len(indices), seed=seed, months=months, indices=indices, settings=settings, fixed=fixed,
        replicate=replicate, shocks=shocks, collect=False, measures=measures, recorded=recorded, record=record,
    )  # fmt: skip
    watched = Watch(race)
    with watch(race.plan.owners) if bounds else nullcontext() as recorder:
        while race.month < race.horizon:
            race.step()
            watched.see(race)
    batch = Batch(watched.outcomes(race), race.record.steps, race.record.market, recorder.counts if recorder else {})
    # A model, its agents and Mesa's events point at each other: waiting for the collector would double the memory.
    race.__dict__.clear()
    return batch
