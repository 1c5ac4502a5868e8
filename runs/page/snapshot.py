"""What the page sees of a race at one moment: the months so far, which the model no longer changes.

The only place of the page that knows how the model keeps its record.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.energy import KINDS
from computerace.market.vocabulary import QUANTILES, REST
from computerace.observables import COMPUTE, OBSERVABLES, RATIOS, Of, row_of

if TYPE_CHECKING:
    from computerace.runs.model.race import Race

type Months = NDArray[np.floating]
"""Shape (months + 1, worlds): one owner's or the market's measure, month by month."""

type Due = dict[str, NDArray[np.float64]]
"""Megawatts due by kind of contract: each (months,)."""

HISTORY_YEARS = 3  # as many as tell where the race comes from, and leave room for where it goes


@dataclass(frozen=True)
class Snapshot:
    """A race up to and with `month`.

    horizon: the race's last month. owners: labs in the scenario's order, the rest of the market last.
    owner_measures: by name, shape (months + 1, rows, worlds), rows being those whose it is.
    market_measures: shape (months + 1, worlds).
    arrivals: megawatts due by kind of contract, (horizon + 1,). events: (month, owner, kind, text) of the first world.
    """

    scenario: str
    start: datetime.date
    month: int
    horizon: int
    seed: int
    claimant: str
    owners: tuple[str, ...]
    worlds: int
    owner_measures: Mapping[str, NDArray[np.float32]]
    market_measures: Mapping[str, Months]
    arrivals: Due
    events: tuple[Any, ...]

    @property
    def labs(self) -> tuple[str, ...]:
        """The labs, without the rest of the market."""
        return self.owners[:-1]

    @property
    def rivals(self) -> tuple[str, ...]:
        """The labs other than the claimant."""
        return tuple(lab for lab in self.labs if lab != self.claimant)

    def of(self, measure: str, owner: str) -> Months:
        """One owner's measure: (months + 1, worlds)."""
        of = OBSERVABLES[measure].of if measure in OBSERVABLES else Of.OWNERS
        row = row_of(measure, of, owner, self.owners, self.claimant)
        return self.owner_measures[measure][: self.month + 1, row]

    def compute(self, definition: str, owner: str) -> Months:
        """An owner's compute by definition: (months + 1, worlds)."""
        return self.of(COMPUTE[definition].name, owner)

    def market(self, measure: str) -> Months:
        """A measure of the market: (months + 1, worlds)."""
        return self.market_measures[measure][: self.month + 1]

    def ratio(self, definition: str, rivals: str) -> Months:
        """The claimant's compute over its rivals' (three or all): (months + 1, worlds)."""
        return self.of(RATIOS[definition, rivals].name, self.claimant)

    def dates(self) -> list[str]:
        """The last day of each month so far, as ISO dates."""
        return date_list(self.start, self.month)


def look(race: "Race") -> Snapshot:
    """The race as it stands. Months that are over do not change, so a thread that steps on does no harm."""
    record, month = race.record, recorded_month(race)
    return Snapshot(
        scenario=race.plan.name,
        start=race.plan.start,
        month=month,
        horizon=race.horizon,
        seed=race.seed,
        claimant=race.plan.claimant,
        owners=tuple(race.names),
        worlds=race.worlds,
        owner_measures=record.steps,
        market_measures=record.market,
        arrivals=arrivals(race, month),
        events=tuple(event for event in tuple(record.log.events) if event.month <= month),
    )


def until(seen: Snapshot, month: int, due: Due) -> Snapshot:
    """The race as it stood in an earlier month. due: what was under way then, which the record does not keep."""
    events = tuple(event for event in seen.events if event.month <= month)
    return replace(seen, month=month, arrivals=due, events=events)


def recorded_month(race: "Race") -> int:
    """The last month that is recorded in full: the model counts a month when it begins, and records it when it ends."""
    last_written = next(reversed(race.record.market.values()))
    month = race.month
    return month if np.isfinite(last_written[month]).any() else max(month - 1, 0)


def arrivals(race: "Race", month: int) -> Due:
    """IT megawatts by kind of contract that are due in each month up to the horizon, means over the worlds: (months,).

    Months that are over are zero: what was due then runs, or never came.
    """
    due = race.state.energy.arrivals[: race.horizon + 1].mean(axis=-1).sum(axis=-1)
    due[: month + 1] = 0.0
    return {kind: due[:, number] for number, kind in enumerate(KINDS)}


def bands(values: Months) -> NDArray[np.float64]:
    """Quantiles over the worlds: (5, months + 1); worlds in which the measure does not exist are left out.

    Months in which it exists in none are NaN.
    """
    exists = ~np.isnan(values).all(axis=1)
    found = np.full((len(QUANTILES), len(values)), np.nan)
    found[:, exists] = np.nanquantile(values[exists].astype(np.float64), QUANTILES, axis=1)
    return found


def owner_words(owner: str) -> str:
    """An owner as people call it: labs by their names, the others in words."""
    return "rest of the market" if owner == REST else owner


def date_list(start: datetime.date, months: int) -> list[str]:
    """The last days of months 0, 1, … `months` from the start, as ISO dates."""
    first = pd.Timestamp(start) + pd.offsets.MonthEnd(0)
    return [f"{first + pd.offsets.MonthEnd(month):%Y-%m-%d}" for month in range(months + 1)]


def observed_compute(labs: tuple[str, ...], until: datetime.date) -> dict[str, list[tuple[str, float]]]:
    """What each lab was observed to own in the years before the start: (date, H100e), quarter by quarter."""
    from importlib import resources

    with resources.files("computerace.market.data").joinpath("observed.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, parse_dates=["quarter_end"])
    first, last = pd.Timestamp(until) - pd.DateOffset(years=HISTORY_YEARS), pd.Timestamp(until)
    table = table[table["owner"].isin(labs) & table["quarter_end"].between(first, last)]
    table = table.sort_values("quarter_end")
    return {
        str(owner): list(
            zip(rows["quarter_end"].dt.strftime("%Y-%m-%d"), rows["h100e_median"].to_numpy(float).tolist(), strict=True)
        )
        for owner, rows in table.groupby("owner")
    }
