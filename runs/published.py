"""The model's forecasts from a date in the record, by quarter, as what would be published then."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.record import LABS, MARKET
from computerace.runs.ensemble import simulate

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.ensemble import Batch
    from computerace.runs.scenarios import Scenario

CHUNK = 1024  # worlds at a time: months of all of them would fill the memory
FLOWS = ("capex_usd", "supply_h100e")
FACILITY = "energy.facility_ratio"  # a site's power over its IT power, which the record counts
MEASURES = ("owned_h100e", "power_mw", "capex_usd", "supply_h100e")

type Floats = NDArray[np.float64]
type Paths = dict[tuple[str, str], Floats]


def model_paths(
    scenario: "Scenario",
    origin: datetime.date,
    quarters: tuple[datetime.date, ...],
    known: "pd.DataFrame",
    *,
    worlds: int,
    seed: int,
    settings: Mapping[str, Any] | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Paths:
    """Sample of what the model expects to be published, by (quantity, owner), each (quarters, worlds).

    known: the record; only the figures at the origin are read. settings: parameters by name, numbers or (worlds,).
    Stocks and power are the figure published for the origin and what a world has added since: its own doubt about the
    level at the origin is the publisher's error, which stays in the figures and is no part of what comes next.
    """
    begun = replace(scenario, start=origin)
    months = _months(origin, quarters[-1])
    parts = []
    for first in range(0, worlds, CHUNK):
        indices = np.arange(first, min(first + CHUNK, worlds))
        batch = simulate(begun, indices, seed, months, settings_of(settings, indices), measures=MEASURES)
        parts.append(_by_quarter(begun, batch, origin, quarters))
        advance(len(indices))
    found = {key: np.concatenate([part[key] for part in parts], axis=1) for key in parts[0]}
    return from_published(found, known, origin)


def settings_of(settings: Mapping[str, Any] | None, indices: NDArray[np.int64]) -> dict[str, Any]:
    """The settings of some worlds: numbers as they are, of arrays (worlds,) the worlds' values."""
    return {
        name: value[indices] if isinstance(value, np.ndarray) else value for name, value in (settings or {}).items()
    }


def _months(origin: datetime.date, day: datetime.date) -> int:
    return (day.year - origin.year) * 12 + day.month - origin.month


def _by_quarter(
    scenario: "Scenario", batch: "Batch", origin: datetime.date, quarters: tuple[datetime.date, ...]
) -> Paths:
    """Quarter ends of stocks and sums over quarters of flows; the first row of stocks is the origin's."""
    ends = np.array([_months(origin, day) for day in quarters])
    ratio = batch.outcomes.get(FACILITY, np.array(scenario.parameters()[FACILITY].value, dtype=np.float64))
    found: Paths = {}
    for lab in LABS:
        row = scenario.owners.index(lab)
        found["owned_h100e", lab] = batch.steps["owned_h100e"][[0, *ends], row].astype(np.float64)
        found["powered_mw", lab] = batch.steps["power_mw"][[0, *ends], row].astype(np.float64) / ratio
        found["capex_usd", lab] = _sums(batch.steps["capex_usd"][:, row], ends)
    found["supply_h100e", MARKET] = _sums(batch.market["supply_h100e"], ends)
    return found


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
