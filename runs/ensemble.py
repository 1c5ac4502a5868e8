"""Many worlds of one scenario as tidy outcomes and trajectories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computerace.market.ledger import CAUSES
from computerace.runs.measures import COMPUTE, DEFINITIONS, MARKET_MEASURES, MEASURES, RIVALS
from computerace.runs.race import Race
from computerace.runs.scenarios import Scenario

__all__ = ["MARKET_MEASURES", "MEASURES", "Batch", "simulate"]


@dataclass(frozen=True)
class Batch:
    """Results of some worlds.

    outcomes: columns of worlds.parquet but for point and world, each (worlds,). steps: owner measures
    (months + 1, owners, worlds) and market: market measures (months + 1, worlds), both in single precision.
    """

    outcomes: dict[str, NDArray[Any]]
    steps: dict[str, NDArray[np.float32]]
    market: dict[str, NDArray[np.float32]]


def simulate(
    scenario: Scenario,
    indices: NDArray[np.int64],
    seed: int,
    months: int | None = None,
    settings: Mapping[str, Any] | None = None,
    *,
    fixed: bool = False,
    replicate: int = 0,
    measures: tuple[str, ...] = (*MEASURES, *MARKET_MEASURES),
) -> Batch:
    """Run the worlds with the given numbers to the horizon.

    Parameters are as for `Race`; measures are those whose trajectories are returned (outcomes are always complete).
    """
    race = Race(
        scenario, worlds=len(indices), seed=seed, months=months, indices=indices, settings=settings, fixed=fixed,
        replicate=replicate or 0, collect=False, measures=measures,
    )  # fmt: skip
    watch = Watch(race)
    while race.month < race.horizon:
        race.step()
        watch.see(race)
    batch = Batch(watch.outcomes(race), race.record.steps, race.record.market)
    # A model, its agents and Mesa's events point at each other: waiting for the collector would double the memory.
    race.__dict__.clear()
    return batch


class Watch:
    """Gathers outcomes while a race runs, so that no trajectory has to be kept for them."""

    def __init__(self, race: Race) -> None:
        self.first = {(d, r): np.full(race.worlds, np.nan) for r in RIVALS for d in DEFINITIONS}
        self.columns: dict[str, NDArray[Any]] = {}
        self.bound = np.zeros((len(CAUSES), len(race.names), race.worlds))
        self.see(race)

    def see(self, race: Race) -> None:
        """Take in the month that the race has reached."""
        measures, month = race.measures(), race.month
        marked = month % 12 == 0 or month == race.horizon
        for (definition, rivals), first in self.first.items():
            ratio = measures[f"ratio_{definition}_{rivals}"][race.claimant_row]
            if month:
                first[np.isnan(first) & (ratio > 1.0)] = month
            if marked:
                self.columns[f"{definition}_{rivals}_ratio_{month}"] = ratio.copy()
        if marked:
            for row, name in enumerate(race.names):
                for measure in COMPUTE:
                    self.columns[f"{name}_{measure}_{month}"] = measures[measure][row].copy()
        if month:
            self.bound += race.flows.ledger.bound

    def outcomes(self, race: Race) -> dict[str, NDArray[Any]]:
        """Columns of worlds.parquet: drawn parameters, first months, ratios, compute, what bound, AGI months."""
        found: dict[str, NDArray[Any]] = {name: race.values.numbers[name] for name in race.values.drawn}
        found |= {f"{d}_{r}_first_month": first for (d, r), first in self.first.items()}
        found |= self.columns
        share = self.bound / race.horizon
        free = np.ones_like(share[0])
        for cause in share:
            free = free - cause
        for row, name in enumerate(race.names):
            for number, cause in enumerate(CAUSES):
                found[f"{name}_bound_{cause}"] = share[number, row]
            found[f"{name}_bound_none"] = np.maximum(free[row], 0.0)
            crossed = race.state.software.crossed[row]
            found[f"{name}_agi_month"] = np.where(crossed > 0, crossed, np.nan)
        return found
