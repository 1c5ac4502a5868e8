"""What a race leaves of itself while it runs: outcomes of every world, without keeping a trajectory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from computerace.market.ledger import CAUSES
from computerace.market.vocabulary import FREE
from computerace.observables import COMPUTE, RATIOS
from computerace.observables.outcomes import (
    agi_column,
    bound_column,
    compute_column,
    first_month_column,
    fleet_worth_column,
    outside_column,
    ratio_column,
    value_column,
)
from computerace.runs.model.race import Race

CASH_FLOW, FLEET_WORTH = "free_cash_flow_usd", "fleet_worth_usd"


class Watch:
    """Gathers outcomes while a race runs, so that no trajectory has to be kept for them."""

    def __init__(self, race: Race) -> None:
        self.first = {claim: np.full(race.worlds, np.nan) for claim in RATIOS}
        self.columns: dict[str, NDArray[Any]] = {}
        self.bound = np.zeros((len(CAUSES), len(race.names), race.worlds))
        self.value = np.zeros((len(race.names), race.worlds))
        self.see(race)

    def see(self, race: Race) -> None:
        """Take in the month that the race has reached."""
        month = race.month
        marked = month % 12 == 0 or month == race.horizon
        for claim, first in self.first.items():
            ratio = race.observed(RATIOS[claim].name)[0]
            if month:
                first[np.isnan(first) & (ratio > 1.0)] = month
            if marked:
                self.columns[ratio_column(*claim, month)] = ratio.copy()
        if marked:
            for row, name in enumerate(race.names):
                for definition, one in COMPUTE.items():
                    self.columns[compute_column(name, definition, month)] = race.observed(one.name)[row].copy()
                self.columns[outside_column(name, month)] = race.observed("outside_usd")[row].copy()
        if month:
            self.bound += bound_now(race)
            self.value += present_value(race, CASH_FLOW)

    def outcomes(self, race: Race) -> dict[str, NDArray[Any]]:
        """Columns of worlds.parquet: drawn parameters, first months, ratios, compute, what bound, AGI months."""
        found: dict[str, NDArray[Any]] = {name: race.values.numbers[name] for name in race.values.drawn}
        found |= {first_month_column(*claim): first for claim, first in self.first.items()}
        found |= self.columns
        share = self.bound / race.horizon
        free = np.ones_like(share[0])
        for cause in share:
            free = free - cause
        crossed, worth = first_crossings(race), present_value(race, FLEET_WORTH)
        for row, name in enumerate(race.names):
            for number, cause in enumerate(CAUSES):
                found[bound_column(name, cause)] = share[number, row]
            found[bound_column(name, FREE)] = np.maximum(free[row], 0.0)
            found[value_column(name)] = self.value[row]
            found[fleet_worth_column(name)] = worth[row]
            found[agi_column(name)] = np.where(crossed[row] > 0, crossed[row], np.nan)
        return found


# What is read off a race beside its measures stands here, and nowhere else.


def bound_now(race: Race) -> NDArray[np.float64]:
    """What bound whom in the month that the race has reached, 0 or 1; (causes, owners, worlds)."""
    bound: NDArray[np.float64] = race.flows.ledger.bound
    return bound


def first_crossings(race: Race) -> NDArray[np.float64]:
    """The month in which each owner's research first crossed the threshold of AGI, 0 for not yet; (owners, worlds)."""
    crossed: NDArray[np.float64] = race.state.software.crossed
    return crossed


def present_value(race: Race, name: str) -> NDArray[np.float64]:
    """A measure of owners in US dollars in this month, discounted to the start; (owners, worlds)."""
    rate = np.log1p(race.setting.mechanisms.finance.cost_of_capital)
    return race.observed(name) * np.exp(-rate * race.month / 12.0)
