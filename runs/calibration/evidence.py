"""The figures that parameters are fitted to, with their errors, and what a race says in their place.

Figures are logs; those of a lab that owned nothing at first have a small amount added. The error of a figure has two
parts: one that all figures of an owner share, because they rest on the same counts, and which changes slowly,

    cov(i, j) = shared_i shared_j 0.9^(years between i and j)        within an owner (or the market)

and one of its own. Owned compute has a shared error of 0.3 (sources differ that much about one buyer), xAI 0.15, whose
sites are tracked; power and used compute rest on the same counts. What a figure's own part adds to its source's band is
what the model does not try to explain: the timing of leases within a quarter, the mix behind an average price.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.data import table
from computerace.market.figures import DEFAULT_LABS, REST

KEPT_PER_YEAR = 0.9
MARKET = "Market"
BAND = 2 * 1.6449
SMALL = {"owned": 1e4, "used": 1e4, "power": 5.0, "capex": 1e8}  # added for xAI, which began with nothing
USERS = {"Google DeepMind": "Google", "Meta AI": "Meta", "xAI": "xAI"}
TABLES = ("observed", "supply", "capex", "chip_prices", "used", "starts")


@dataclass(frozen=True)
class Figure:
    """One figure: what it is, of whom, over which months of the race, its log and its errors (logs).

    first, last: months after the start; a stock has both the same, a flow is summed and a price averaged over them.
    """

    quantity: str
    owner: str
    first: int
    last: int
    value: float
    shared: float
    own: float

    @property
    def small(self) -> float:
        """What is added before the log is taken."""
        return SMALL.get(self.quantity, 0.0) if self.owner == "xAI" else 0.0


def figures(
    start: datetime.date, until: datetime.date, tables: Mapping[str, pd.DataFrame] | None = None
) -> tuple[Figure, ...]:
    """Every figure after the start and up to `until`; nothing later is read.

    tables: frames to use instead of the project's own, by name.
    """
    last = pd.Timestamp(until)
    known = {}
    for name in TABLES:
        frame = table(name) if tables is None or name not in tables else tables[name]
        day = next(column for column in ("quarter_end", "period_end", "date") if column in frame)
        frame = frame[frame[day] <= last]
        month = (frame[day].dt.year - start.year) * 12 + frame[day].dt.month - start.month
        known[name] = frame.assign(month=month)
    found = [*_owned(known["observed"]), *_supply(known["supply"]), *_capex(known["capex"])]
    found += [*_prices(known["chip_prices"]), *_used(known["used"]), *_power(known["starts"])]
    return tuple(one for one in found if one.first >= 1)


def covariance(known: tuple[Figure, ...]) -> NDArray[np.float64]:
    """Covariance of the errors, (figures, figures)."""
    years = np.array([one.last for one in known]) / 12.0
    shared, own = (np.array([getattr(one, part) for one in known]) for part in ("shared", "own"))
    same = np.array([[one.owner == other.owner for other in known] for one in known])
    kept = KEPT_PER_YEAR ** np.abs(years[:, None] - years[None, :])
    return np.where(same, shared[:, None] * shared[None, :] * kept, 0.0) + np.diag(own * own)


def _records(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame, with its columns as attributes."""
    yield from frame.itertuples()


def _by_month(series: pd.Series) -> list[tuple[int, float]]:
    """Months and values of a series by month."""
    return list(zip(series.index.to_numpy(int).tolist(), series.to_numpy(float).tolist(), strict=True))


def _owned(frame: pd.DataFrame) -> list[Figure]:
    wide = frame.pivot_table(index="month", columns="owner", values="h100e_median").fillna(0.0)
    wide[REST] = wide[[owner for owner in wide if owner not in DEFAULT_LABS]].sum(axis=1)
    found = []
    for lab in (*DEFAULT_LABS, REST):
        shared, own = (0.15, 0.15) if lab == "xAI" else (0.3, 0.05)
        small = SMALL["owned"] if lab == "xAI" else 0.0
        for month, value in _by_month(wide[lab]):
            found.append(Figure("owned", lab, month, month, float(np.log(value + small)), shared, own))
    return found


def _supply(frame: pd.DataFrame) -> list[Figure]:
    """Deliveries by quarter, but where a vendor's record begins: its stock would count as a delivery."""
    wide = frame.pivot_table(index="month", columns="vendor", values="cumulative_h100e_median")
    flow = wide.diff().where(wide.shift().notna() | wide.isna())
    whole = ~(wide.notna() & wide.shift().isna()).any(axis=1)
    sold = flow.sum(axis=1)[whole]
    return [
        Figure("supply", MARKET, month - 2, month, float(np.log(value)), 0.1, 0.07)
        for month, value in _by_month(sold)
        if value > 0
    ]


def _capex(frame: pd.DataFrame) -> list[Figure]:
    """Quarters of the three that report; xAI's years."""
    found = []
    for row in _records(frame):
        if row.owner not in DEFAULT_LABS or row.months != (12 if row.owner == "xAI" else 3):
            continue
        band = float(np.log(row.high / row.low)) / BAND
        small = SMALL["capex"] if row.owner == "xAI" else 0.0
        own = float(np.hypot(band, 0.2 if row.owner == "xAI" else 0.12))
        first = int(row.month) - int(row.months) + 1
        found.append(Figure("capex", row.owner, first, int(row.month), float(np.log(row.value + small)), 0.0, own))
    return found


def _prices(frame: pd.DataFrame) -> list[Figure]:
    """Spending per H100e by year, against the year's average list price; rents at their month."""
    found = []
    for row in _records(frame):
        own = float(np.hypot(np.log(row.high / row.low) / BAND, 0.2))
        if row.quantity == "nvidia_spend_per_h100e":
            found.append(
                Figure("price", MARKET, int(row.month) - 11, int(row.month), float(np.log(row.value)), 0.0, own)
            )
        if row.quantity == "h100_rent":
            found.append(Figure("rent", MARKET, int(row.month), int(row.month), float(np.log(row.value)), 0.0, own))
    return found


def _used(frame: pd.DataFrame) -> list[Figure]:
    found = []
    for row in _records(frame):
        owner = USERS.get(row.lab)
        if owner is None or row.date.month not in (6, 12):
            continue
        own = float(np.hypot(np.log(row.h100e_p95 / row.h100e_p5) / BAND, 0.3))
        shared = 0.15 if owner == "xAI" else 0.3
        small = SMALL["used"] if owner == "xAI" else 0.0
        value = float(np.log(row.h100e_median + small))
        found.append(Figure("used", owner, int(row.month), int(row.month), value, shared, own))
    return found


def _power(frame: pd.DataFrame) -> list[Figure]:
    rows = frame[(frame["quantity"] == "powered_mw") & frame["owner"].isin(DEFAULT_LABS)]
    found = []
    for row in _records(rows):
        shared, own = (0.15, 0.2) if row.owner == "xAI" else (0.3, 0.15)
        small = SMALL["power"] if row.owner == "xAI" else 0.0
        value = float(np.log(row.value + small))
        found.append(Figure("power", row.owner, int(row.month), int(row.month), value, shared, own))
    return found
