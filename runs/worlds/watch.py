"""What a race leaves of itself while it runs: outcomes of every world, without keeping a trajectory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from computerace.market.ledger import CAUSES
from computerace.runs.model.measures import COMPUTE, DEFINITIONS, RIVALS
from computerace.runs.model.race import Race


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
            self.bound += bound_now(race)

    def outcomes(self, race: Race) -> dict[str, NDArray[Any]]:
        """Columns of worlds.parquet: drawn parameters, first months, ratios, compute, what bound, AGI months."""
        found: dict[str, NDArray[Any]] = {name: race.values.numbers[name] for name in race.values.drawn}
        found |= {f"{d}_{r}_first_month": first for (d, r), first in self.first.items()}
        found |= self.columns
        share = self.bound / race.horizon
        free = np.ones_like(share[0])
        for cause in share:
            free = free - cause
        crossed = first_crossings(race)
        for row, name in enumerate(race.names):
            for number, cause in enumerate(CAUSES):
                found[f"{name}_bound_{cause}"] = share[number, row]
            found[f"{name}_bound_none"] = np.maximum(free[row], 0.0)
            found[f"{name}_agi_month"] = np.where(crossed[row] > 0, crossed[row], np.nan)
        return found


# The two things that are read off a race beside its measures stand here, and nowhere else.


def bound_now(race: Race) -> NDArray[np.float64]:
    """What bound whom in the month that the race has reached, 0 or 1; (causes, owners, worlds)."""
    bound: NDArray[np.float64] = race.flows.ledger.bound
    return bound


def first_crossings(race: Race) -> NDArray[np.float64]:
    """The month in which each owner's research first crossed the threshold of AGI, 0 for not yet; (owners, worlds)."""
    crossed: NDArray[np.float64] = race.state.software.crossed
    return crossed
