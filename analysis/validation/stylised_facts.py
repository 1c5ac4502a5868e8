"""Stylised facts: what the record shows in outline, and what the model says of each and of all together.

A fact is a number per world, made from the months of a race that began at a date with what was known then, beside the
range in which the record puts it. Ranges are 5–95 %: of the published figures where these have bands, else as the
source says. A fact is `in` where its value lies between the model's 5 % and 95 %, and `out` elsewhere; `inside` is the
share of worlds in the record's range, which tells a sharp model from one that allows for everything.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.validation.record import LABS, MARKET, record, revision, series
from computerace.market.data import table
from computerace.market.vocabulary import SPREAD

type Floats = NDArray[np.float64]

PAST, LAST, NEXT = (datetime.date.fromisoformat(day) for day in ("2023-12-31", "2024-12-31", "2025-12-31"))
MONTHS = {PAST: 24, LAST: 12, NEXT: 12}
OWNER_MEASURES = (
    "owned_h100e", "capex_usd", "largest_site_h100e", "in_house_share", "researchers", "stars", "researchers_out",
    "quality",
)  # fmt: skip
MARKET_MEASURES = ("chip_price_usd_per_h100e", "rent_usd_per_h100e_hour", "supply_h100e", "herfindahl")
COLUMNS = ("fact", "from", "value", "low", "high", "p5", "p50", "p95", "inside", "verdict", "source", "grade")
THREE = ("Google", "Microsoft", "Meta")
STAFF = {"Google": "Google DeepMind", "Meta": "Meta"}  # whose researchers were counted


@dataclass(frozen=True)
class Months:
    """Months of a race: owner measures (months + 1, owners, worlds) and market measures (months + 1, worlds)."""

    owners: tuple[str, ...]
    steps: Mapping[str, Floats]
    market: Mapping[str, Floats]

    def of(self, measure: str, owner: str) -> Floats:
        """One owner's months; (months + 1, worlds)."""
        return self.steps[measure][:, self.owners.index(owner)]


@dataclass(frozen=True)
class Fact:
    """A fact: in words, the date from which the model is run, value and range on record, and the model's number."""

    text: str
    start: datetime.date
    value: float
    low: float
    high: float
    source: str
    grade: str
    of: Callable[[Months], Floats]


@cache
def facts() -> tuple[Fact, ...]:
    """Every fact, with its value and range from the project's tables."""
    return (*_growth_facts(), *_structure_facts(), *_price_facts(), *_people_facts())


def table_of_facts(months: Mapping[datetime.date, Months]) -> tuple[pd.DataFrame, Floats]:
    """A row per fact (COLUMNS), and the share of facts that each world meets; (worlds,).

    months: races by start, the same worlds in each.
    """
    rows, met = [], []
    for fact in facts():
        values = fact.of(months[fact.start])
        inside = (fact.low <= values) & (values <= fact.high)
        met.append(inside)
        p5, p50, p95 = (float(value) for value in np.quantile(values, SPREAD))
        verdict = "in" if p5 <= fact.value <= p95 else "out"
        known = (fact.text, fact.start.isoformat(), fact.value, fact.low, fact.high)
        rows.append((*known, p5, p50, p95, float(inside.mean()), verdict, fact.source, fact.grade))
    return pd.DataFrame(rows, columns=list(COLUMNS)), np.mean(met, axis=0)


def _growth_facts() -> tuple[Fact, ...]:
    supply = series(record(), "supply_h100e", MARKET)
    flow = float(supply.loc["2025"].sum() / supply.loc["2024"].sum())
    spent = {year: _capex_of(year) for year in (2024, 2025)}
    jump = (2 * spent[2025] - spent[2024]) / spent[2025]
    return (
        Fact("the world's stock of AI compute grows 3.3 times a year", PAST, 3.3, 2.7, 4.1,
             "Epoch AI, AI Chip Sales (2026-04, data to end-2025)", "B", _world_growth),
        Fact("supply of 2025 over that of 2024", PAST, flow, flow * 0.88, flow * 1.14,
             "table supply; bands of the vendors in quadrature", "A", _supply_growth),
        Fact("the largest site's growth a year", PAST, 2.5, 2.0, 3.3,
             "Epoch AI, GPU Clusters (2025-12): 2.5 over 2019–2025; leading sites 3.3 since 2024", "A", _largest_site),
        Fact("capex of Google, Microsoft and Meta, 2025 over 2024", PAST, spent[2025] / spent[2024],
             0.96 * spent[2025] / spent[2024], 1.04 * spent[2025] / spent[2024], "table capex", "B", _capex_growth),
        Fact("capex of the three, 2026 over 2025", NEXT, jump, 1.25, 2.0,
             "announced in October 2025: more dollars added than in 2025 (Meta), a significant increase (Alphabet), "
             "faster growth (Microsoft); range assumed", "C", _capex_growth),
        Fact("the frontier's capability index, points gained in 2025", LAST, 15.8, 10.4, 21.2,
             "table starts, from Epoch AI, Capabilities Index (2026-04, data to end-2025)", "C", _frontier_gain),
    )  # fmt: skip


def _structure_facts() -> tuple[Fact, ...]:
    change, low, high = _observed_concentration()
    own, own_low, own_high = _band("starts", date=str(NEXT), owner="Google", quantity="in_house_share")
    lumps = _spread_of_growth(series(record(), "owned_h100e", "xAI").loc["2024-12-31":].to_numpy()[:, None])
    return (
        Fact("concentration of the four labs, Herfindahl index, change 2023–2025", PAST, change, low, high,
             "table observed; errors as in the back-test", "A", lambda months: months.market["herfindahl"][24]
             - months.market["herfindahl"][0]),
        Fact("TPUs' part of Google's stock at end-2025", PAST, own, own_low, own_high, "table starts", "A",
             lambda months: months.of("in_house_share", "Google")[24]),
        Fact("xAI buys in lumps: spread of its log growth by quarter, 2025", LAST, float(lumps[0]), 0.2, 0.45,
             "table observed: 0.69, 0, 0.32, 0.70; range from the bands", "A",
             lambda months: _spread_of_growth(months.of("owned_h100e", "xAI")[::3])),
        Fact("Google does not: the same", LAST, *_google_lumps(), "table observed; errors as in the back-test", "A",
             lambda months: _spread_of_growth(months.of("owned_h100e", "Google")[::3])),
    )  # fmt: skip


def _price_facts() -> tuple[Fact, ...]:
    spend, spend_low, spend_high = _ratio_of_prices("nvidia_spend_per_h100e", "2023-12-31", "2025-12-31")
    rent, rent_low, rent_high = _ratio_of_prices("h100_rent", "2024-02-29", "2025-10-31")
    return (
        Fact("purchase price per H100e, 2025 over 2023", PAST, spend, spend_low, spend_high, "table chip_prices", "A",
             lambda months: _change(months, "chip_price_usd_per_h100e", 0, 24)),
        Fact("rent of an H100, October 2025 over February 2024", PAST, rent, rent_low, rent_high,
             "table chip_prices", "C", lambda months: _change(months, "rent_usd_per_h100e_hour", 2, 22)),
        Fact("rents swing more than prices: largest log move of a year, ratio", PAST, 1.4, 1.05, 4.5,
             "table chip_prices: rent −43 % to October 2025; spending per H100e −34 %, unit price −12 % in 2025", "C",
             _swing),
    )  # fmt: skip


def _people_facts() -> tuple[Fact, ...]:
    source = "SignalFire, State of Talent (2025-05)"
    kept = {name: _band("retention", lab=lab, quantity="two_year_retention") for name, lab in STAFF.items()}
    gap = kept["Google"][0] - kept["Meta"][0]
    return (
        Fact("researchers of Google who are still there after two years", PAST, *kept["Google"], source, "B",
             lambda months: _retention(months, "Google")),
        Fact("researchers of Meta who are still there after two years", PAST, *kept["Meta"], source, "B",
             lambda months: _retention(months, "Meta")),
        Fact("Google keeps more of them than Meta: the difference", PAST, gap, gap - 0.07, gap + 0.07, source, "B",
             lambda months: _retention(months, "Google") - _retention(months, "Meta")),
        Fact("researchers flow to xAI: arrivals per leaver, 2024–2025", PAST, 8.0, 2.0, 15.0,
             "table starts: 30, 180 and 600 at year-ends; attrition 0.13–0.35", "C", _arrivals_per_leaver),
    )  # fmt: skip


def _change(months: Months, price: str, first: int, last: int) -> Floats:
    return months.market[price][last] / months.market[price][first]


def _world_growth(months: Months) -> Floats:
    total = months.steps["owned_h100e"].sum(axis=1)
    return np.sqrt(total[24] / total[0])


def _supply_growth(months: Months) -> Floats:
    made = months.market["supply_h100e"]
    return made[13:25].sum(axis=0) / made[1:13].sum(axis=0)


def _largest_site(months: Months) -> Floats:
    largest = months.steps["largest_site_h100e"].max(axis=1)
    return np.sqrt(largest[24] / largest[0])


def _capex_growth(months: Months) -> Floats:
    """The last twelve months over the twelve before; before the start lies the record."""
    spent = np.sum([months.of("capex_usd", lab) for lab in THREE], axis=0)
    if len(spent) > 24:
        return spent[13:25].sum(axis=0) / spent[1:13].sum(axis=0)
    return spent[1:13].sum(axis=0) / _capex_of(NEXT.year)


def _capex_of(year: int) -> float:
    """Capex of the three in a calendar year, US dollars, from the quarters on record."""
    return sum(float(series(record(), "capex_usd", lab).loc[str(year)].sum()) for lab in THREE)


def _frontier_gain(months: Months) -> Floats:
    best = months.steps["quality"].max(axis=1)
    return best[12] - best[0]


def _spread_of_growth(stock: Floats) -> Floats:
    """Standard deviation of quarterly log growth; stock: (quarters + 1, worlds)."""
    return np.diff(np.log(np.maximum(stock, 1.0)), axis=0).std(axis=0, ddof=1)


def _swing(months: Months) -> Floats:
    moves = []
    for name in ("rent_usd_per_h100e_hour", "chip_price_usd_per_h100e"):
        level = np.log(months.market[name])
        moves.append(np.abs(level[12:] - level[:-12]).max(axis=0))
    return moves[0] / np.maximum(moves[1], 1e-9)


def _retention(months: Months, lab: str) -> Floats:
    staff = months.of("researchers", lab) + months.of("stars", lab)
    leaving = months.of("researchers_out", lab)[1:] / staff[:-1]
    return np.prod(1.0 - leaving, axis=0)


def _arrivals_per_leaver(months: Months) -> Floats:
    staff = months.of("researchers", "xAI") + months.of("stars", "xAI")
    left = months.of("researchers_out", "xAI")[1:].sum(axis=0)
    return (staff[-1] - staff[0] + left) / left


def _band(name: str, **where: str) -> tuple[float, float, float]:
    """Value, low and high of the one row of a table that has the given words in the given columns."""
    rows = table(name)
    for column, word in where.items():
        rows = rows[rows[column] == word]
    (value,), (low,), (high,) = (rows[column].tolist() for column in ("value", "low", "high"))
    return value, low, high


def _ratio_of_prices(quantity: str, first: str, last: str) -> tuple[float, float, float]:
    """A price over an earlier one with its range: the bands' widths in quadrature, in logs."""
    old, new = (_band("chip_prices", quantity=quantity, date=day) for day in (first, last))
    half = float(np.hypot(*(np.log(high / low) / 2 for _, low, high in (old, new))))
    ratio = new[0] / old[0]
    return ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half))


def _observed_concentration() -> tuple[float, float, float]:
    """Change of the four labs' Herfindahl index from end-2023 to end-2025, and its range from the figures' errors."""
    stocks = np.array(
        [[series(record(), "owned_h100e", lab).loc[day] for lab in LABS] for day in (str(PAST), str(NEXT))]
    )
    generator = np.random.default_rng(1)
    kept = 0.3 * generator.standard_normal((4000, 1, len(LABS)))
    changed = revision("owned_h100e", 0.3, 2.0) / np.sqrt(2) * generator.standard_normal((4000, 2, len(LABS)))
    drawn = _herfindahl(stocks * np.exp(kept + changed))
    low, high = np.quantile(drawn[:, 1] - drawn[:, 0], [0.05, 0.95])
    first, last = _herfindahl(stocks)
    return float(last - first), float(low), float(high)


def _herfindahl(stocks: Floats) -> Floats:
    shares = stocks / stocks.sum(axis=-1, keepdims=True)
    return (shares**2).sum(axis=-1)


def _google_lumps() -> tuple[float, float, float]:
    stock = series(record(), "owned_h100e", "Google").loc["2024-12-31":].to_numpy()
    value = float(_spread_of_growth(stock[:, None])[0])
    noise = revision("owned_h100e", 0.3, 0.25)
    return value, 0.0, float(np.hypot(value, 1.645 * noise))
