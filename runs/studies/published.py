"""The model's forecasts from a date in the record, by quarter, as what would be published then."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.validation.record import LABS, MARKET
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.sample import Sample, joined, play_sample

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch

FLOWS = ("capex_usd", "supply_h100e")
FACILITY = "energy.facility_ratio"  # a site's power over its IT power, which the record counts
MEASURES = ("owned_h100e", "power_mw", "capex_usd", "supply_h100e")

type Floats = NDArray[np.float64]
type Paths = dict[tuple[str, str], Floats]


@dataclass(frozen=True)
class Published:
    """Sample of what is expected to be published, by (quantity, owner), each (quarters, worlds), and who failed."""

    paths: Paths
    failures: "pd.DataFrame"


@dataclass(frozen=True)
class ByQuarter:
    """What is kept of a batch: quarter ends of stocks, sums over quarters of flows; the first row of stocks is month 0.

    ends: months at the quarters' ends.
    """

    scenario: "Scenario"
    ends: tuple[int, ...]

    def __call__(self, batch: "Batch") -> Paths:
        """The paths of a batch's worlds."""
        ends = np.array(self.ends)
        ratio = batch.outcomes.get(FACILITY, np.array(self.scenario.parameters()[FACILITY].value, dtype=np.float64))
        found: Paths = {}
        for lab in LABS:
            row = self.scenario.owners.index(lab)
            found["owned_h100e", lab] = batch.steps["owned_h100e"][[0, *ends], row].astype(np.float64)
            found["powered_mw", lab] = batch.steps["power_mw"][[0, *ends], row].astype(np.float64) / ratio
            found["capex_usd", lab] = _sums(batch.steps["capex_usd"][:, row], ends)
        found["supply_h100e", MARKET] = _sums(batch.market["supply_h100e"], ends)
        return found


def model_paths(
    scenario: "Scenario",
    origin: datetime.date,
    quarters: tuple[datetime.date, ...],
    known: "pd.DataFrame",
    *,
    worlds: int,
    seed: int,
    settings: Mapping[str, Any] | None = None,
    on: Workers = ONE,
    advance: Callable[[int], None] = lambda _: None,
) -> Published:
    """What the model expects to be published: worlds that fail are left out of the sample.

    known: the record; only the figures at the origin are read. settings: parameters by name, numbers or (worlds,).
    Stocks and power are the figure published for the origin and what a world has added since: its own doubt about the
    level at the origin is the publisher's error, which stays in the figures and is no part of what comes next.
    """
    begun = replace(scenario, start=origin)
    ends = tuple(_months(origin, day) for day in quarters)
    sample = Sample(
        scenario=begun, seed=seed, world=np.arange(worlds), keep=ByQuarter(begun, ends), months=ends[-1],
        settings=dict(settings or {}), measures=MEASURES,
    )  # fmt: skip
    found = play_sample(sample, on, advance=advance)
    return Published(from_published(joined(found.kept), known, origin), found.failures)


def _months(origin: datetime.date, day: datetime.date) -> int:
    return (day.year - origin.year) * 12 + day.month - origin.month


def _sums(monthly: NDArray[np.float32], ends: NDArray[np.int64]) -> Floats:
    """Sums over the three months up to each end; (quarters, worlds)."""
    return np.stack([monthly[end - 2 : end + 1].astype(np.float64).sum(axis=0) for end in ends])


def from_published(paths: Paths, known: "pd.DataFrame", origin: datetime.date) -> Paths:
    """Stocks (1 + quarters, worlds), the first row at the origin, as the figure published for it and what was added.

    Flows, which have no first row, stay as they are; so does a stock without a published figure, less its first row.
    """
    at_origin = known[known["date"].dt.date == origin]
    figures = {
        (quantity, owner): float(value)
        for quantity, owner, value in zip(at_origin["quantity"], at_origin["owner"], at_origin["value"], strict=True)
    }
    found = {}
    for key, values in paths.items():
        if key[0] in FLOWS:
            found[key] = values
        elif key in figures:
            found[key] = np.maximum(figures[key] + values[1:] - values[0], 0.0)
        else:
            found[key] = values[1:]
    return found
