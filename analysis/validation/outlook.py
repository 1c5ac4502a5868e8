"""What was expected of the years after the record, by forecasts made and figures published until its end.

A quantity is a number per world, made from the months of a race from end-2025, beside the range in which it was
expected. Nothing is fitted to it; the table says where the model falls outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.validation.stylised_facts import Months
from computerace.market.vocabulary import SPREAD

type Floats = NDArray[np.float64]

MONTHS = 60
OWNER_MEASURES = ("owned_h100e", "capex_usd", "power_mw")
MARKET_MEASURES = ("chip_price_usd_per_h100e", "backlog_months")
COLUMNS = ("quantity", "unit", "low", "high", "source", "p5", "p50", "p95", "verdict")
LABS = ("xAI", "Google", "Microsoft", "Meta")


@dataclass(frozen=True)
class Expected:
    """A quantity in words, its unit, the range expected with what it is from, and the model's number per world."""

    text: str
    unit: str
    low: float
    high: float
    source: str
    of: Callable[[Months], Floats]


def expectations() -> tuple[Expected, ...]:
    """Everything that the outlook is held against."""
    doubled = "2025 times 1 to 2.2"
    return (
        Expected("four labs' owned stock, growth in 2026", "times", 2.0, 4.0, "3.1 in 2025, slowing",
                 lambda months: _growth(months, 12)),
        Expected("the same in 2030 over that in 2026", "times", 0.0, 1.0, "slowing",
                 lambda months: _growth(months, 60) / _growth(months, 12)),
        Expected("capex of Google in 2026", "B$", 90, 200, doubled, lambda months: _capex(months, "Google")),
        Expected("capex of Microsoft in 2026", "B$", 120, 260, doubled, lambda months: _capex(months, "Microsoft")),
        Expected("capex of Meta in 2026", "B$", 70, 160, doubled, lambda months: _capex(months, "Meta")),
        Expected("capex of xAI in 2026", "B$", 13, 60, "12.7 in 2025, and a chip vehicle of 20",
                 lambda months: _capex(months, "xAI")),
        Expected("list price at end-2026", "k$ per H100e", 8, 15, "15 less 15–34 %",
                 lambda months: months.market["chip_price_usd_per_h100e"][12] / 1e3),
        Expected("backlog at end-2026", "months", 2, 20,
                 "lead times of 8–52 weeks; Nvidia, October 2025: orders for over a year",
                 lambda months: months.market["backlog_months"][12]),
        Expected("facility power of all AI at end-2030", "GW", 100, 200,
                 "EPRI and Epoch AI, August 2025: above 100; McKinsey, April 2025: 156",
                 lambda months: months.steps["power_mw"][60].sum(axis=0) / 1e3),
        Expected("capex of all owners, 2026–2030", "T$", 4.7, 8.9,
                 "McKinsey, April 2025: 3.7–7.9 for AI, and about 1 for the rest of theirs",
                 lambda months: months.steps["capex_usd"][1:61].sum(axis=(0, 1)) / 1e12),
        Expected("Google's share of the labs' compute at end-2027", "share", 0.36, 0.52,
                 "0.44 at end-2025, risen by 0.05 in a year",
                 lambda months: months.of("owned_h100e", "Google")[24] / _stock(months)[24]),
    )  # fmt: skip


def table_of_expectations(months: Months) -> pd.DataFrame:
    """A row per quantity: COLUMNS. verdict: `out` by the median, else what ends of 5 to 95 % are outside."""
    rows = []
    for one in expectations():
        low, middle, high = (float(value) for value in np.quantile(one.of(months), SPREAD))
        rows.append((one.text, one.unit, one.low, one.high, one.source, low, middle, high,
                     verdict(one.low, one.high, (low, middle, high))))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def verdict(low: float, high: float, spread: tuple[float, float, float]) -> str:
    """What of 5, 50 and 95 % lies outside a range, in words."""
    lower, middle, upper = spread
    if not low <= middle <= high:
        return "out"
    ends = [f"{name} end {where}" for name, where, out in
            (("lower", "below", lower < low), ("upper", "above", upper > high)) if out]  # fmt: skip
    return ", ".join(["in", *ends])


def months_of(owners: tuple[str, ...], values: Mapping[str, Floats]) -> Months:
    """The months that the quantities are read from, from measures by name."""
    return Months(
        owners, {name: values[name] for name in OWNER_MEASURES}, {name: values[name] for name in MARKET_MEASURES}
    )


def _stock(months: Months) -> Floats:
    """Owned compute of the four labs, H100e; (months + 1, worlds)."""
    return np.sum([months.of("owned_h100e", lab) for lab in LABS], axis=0)


def _growth(months: Months, month: int) -> Floats:
    """Of their stock in the twelve months up to one."""
    stock = _stock(months)
    return stock[month] / stock[month - 12]


def _capex(months: Months, lab: str) -> Floats:
    """Of a lab's first year, billion US dollars."""
    return months.of("capex_usd", lab)[1:13].sum(axis=0) / 1e9
