"""What happened, by quarter, as the forecasts are held against it, with the error of the published figures.

Quantities: `owned_h100e` by lab at quarter ends; `used_h100e` by lab at year-ends, where it was published;
`powered_mw`, IT megawatts by lab at quarter ends; `capex_usd` by lab and quarter; `supply_h100e`, sold by all vendors
in a quarter. `error` is the standard deviation of the log of a published figure: from its band, and for an owner other
than xAI at least 0.3, which is how far sources differ about one buyer. Most of that error is the publisher's method and
stays from quarter to quarter: a forecast of its next figure from its last one sees only what changes, `revision`.
"""

import datetime
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.market.data import table
from computerace.market.errors import UserError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABS = ("xAI", "Google", "Microsoft", "Meta")
MARKET = "Market"
UNITS = {
    "owned_h100e": "H100e", "operational_h100e": "H100e", "used_h100e": "H100e", "powered_mw": "MW", "capex_usd": "USD",
    "supply_h100e": "H100e", "rent_usd_per_h100e_hour": "USD",
}  # fmt: skip
"""What can be scored, and its unit; shares are made of owned compute."""
COLUMNS = ("date", "quantity", "owner", "value", "error")
SOURCES = ("observed", "used", "supply", "capex", "starts")
USERS = {"Google DeepMind": "Google", "Meta AI": "Meta"}  # who uses the compute, by the owner's name
BAND = 2 * 1.6449  # standard deviations between the 5 % and the 95 % quantile
LEAST_ERROR = 0.3  # log; Epoch's counts of 2024 are 1.5–1.8 times Omdia's
KEPT_PER_YEAR = 0.9  # correlation of a source's errors a year apart: assumed, no vintage older than a year is on record
KEEPS_ERROR = ("owned_h100e", "used_h100e", "powered_mw")


def record(tables: Mapping[str, pd.DataFrame] | None = None, labs: tuple[str, ...] = LABS) -> pd.DataFrame:
    """The record to end-2025, tidy: COLUMNS, sorted by quantity, owner and date.

    tables: frames to use instead of the project's own, by name: observed, used, supply, capex, starts.
    """
    if tables is None:
        return _made(labs).copy()
    return _of({name: tables.get(name, table(name)) for name in SOURCES}, labs)


@cache
def _made(labs: tuple[str, ...]) -> pd.DataFrame:
    return _of({name: table(name) for name in SOURCES}, labs)


def _of(given: Mapping[str, pd.DataFrame], labs: tuple[str, ...]) -> pd.DataFrame:
    parts = [_owned(given["observed"], labs), _supply(given["supply"]), _capex(given["capex"], labs)]
    parts += [_used(given["used"], labs), _powered(given["starts"], labs)]
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values(["quantity", "owner", "date"]).reset_index(drop=True)


def before(frame: pd.DataFrame, date: datetime.date) -> pd.DataFrame:
    """What was known at a date: the rows up to it."""
    return frame[frame["date"] <= pd.Timestamp(date)]


def figures_at(frame: pd.DataFrame, date: datetime.date) -> dict[tuple[str, str], float]:
    """The figures of one date by quantity and owner."""
    rows = frame[frame["date"] == pd.Timestamp(date)]
    return dict(zip(zip(rows["quantity"], rows["owner"], strict=True), rows["value"].astype(float), strict=True))


def series(frame: pd.DataFrame, quantity: str, owner: str) -> pd.Series:
    """One owner's figures by date, oldest first."""
    rows = frame[(frame["quantity"] == quantity) & (frame["owner"] == owner)]
    return rows.set_index("date")["value"].sort_index()


def quarter_ends(first: datetime.date, last: datetime.date) -> tuple[datetime.date, ...]:
    """Quarter ends after the first date, up to and with the last."""
    stamps = pd.date_range(pd.Timestamp(first) + pd.Timedelta(days=1), pd.Timestamp(last), freq="QE")
    return tuple(stamp.date() for stamp in stamps)


def checked_dates(frame: pd.DataFrame, start: datetime.date, until: datetime.date) -> None:
    """Raise UserError unless both dates are quarter ends of the record, the second after the first."""
    known = sorted({stamp.date() for stamp in frame.loc[frame["quantity"] == "owned_h100e", "date"]})
    for name, day in (("--from", start), ("--until", until)):
        if day not in known:
            raise UserError(
                f"{name} {day} is not a quarter end on record; allowed: {known[0]} to {known[-1]}, "
                "the last days of March, June, September and December"
            )
    if until <= start:
        raise UserError(f"--until {until} must be after --from {start}")


def revision(quantity: str, error: float, years: float, kept: float = KEPT_PER_YEAR) -> float:
    """Standard deviation of the log of what a published figure's error changes over some years; (log).

    Where a source's method carries its errors along, they are correlated by `kept` to the power of years.
    """
    if quantity not in KEEPS_ERROR:
        return error
    return error * float(np.sqrt(2.0 * (1.0 - kept**years)))


def _rows(
    dates: pd.Series, quantity: str, owner: "pd.Series | str", value: pd.Series, error: "NDArray[np.float64]"
) -> pd.DataFrame:
    return pd.DataFrame({"date": dates, "quantity": quantity, "owner": owner, "value": value, "error": error})


def _log_error(low: pd.Series, high: pd.Series) -> "NDArray[np.float64]":
    """Standard deviation of the log from a 5–95 % band; zero where the figure is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.log(high.to_numpy(float) / low.to_numpy(float)) / BAND
    return np.where(np.isfinite(width), width, 0.0)


def _owned(observed: pd.DataFrame, labs: tuple[str, ...]) -> pd.DataFrame:
    rows = observed[observed["owner"].isin(labs)]
    error = _log_error(rows["h100e_p5"], rows["h100e_p95"])
    error = np.where(rows["owner"] == "xAI", error, np.maximum(error, LEAST_ERROR))
    return _rows(rows["quarter_end"], "owned_h100e", rows["owner"], rows["h100e_median"], error)


def _used(used: pd.DataFrame, labs: tuple[str, ...]) -> pd.DataFrame:
    """Year-ends alone; what Microsoft's own AI uses of its owner's fleet has not been published."""
    owner = used["lab"].replace(USERS)
    rows = used.assign(owner=owner)[owner.isin(labs) & (used["date"].dt.month == 12)]
    error = _log_error(rows["h100e_p5"], rows["h100e_p95"])
    error = np.where(rows["owner"] == "xAI", error, np.maximum(error, LEAST_ERROR))
    return _rows(rows["date"], "used_h100e", rows["owner"], rows["h100e_median"], error)


def _powered(starts: pd.DataFrame, labs: tuple[str, ...]) -> pd.DataFrame:
    rows = starts[(starts["quantity"] == "powered_mw") & starts["owner"].isin(labs)]
    return _rows(rows["date"], "powered_mw", rows["owner"], rows["value"], _log_error(rows["low"], rows["high"]))


def _capex(capex: pd.DataFrame, labs: tuple[str, ...]) -> pd.DataFrame:
    """Quarters alone: xAI has published years, which say nothing of the quarters in them."""
    rows = capex[(capex["months"] == 3) & capex["owner"].isin(labs)]
    return _rows(rows["period_end"], "capex_usd", rows["owner"], rows["value"], _log_error(rows["low"], rows["high"]))


def _supply(supply: pd.DataFrame) -> pd.DataFrame:
    """Sales of all vendors in a quarter: differences of the cumulative figures; bands added in quadrature.

    A vendor's first row is the start of its record and no quarter's sales, so it counts from its second.
    """
    value = supply.pivot_table(index="quarter_end", columns="vendor", values="cumulative_h100e_median")
    width = supply.assign(width=supply["cumulative_h100e_p95"] - supply["cumulative_h100e_p5"]).pivot_table(
        index="quarter_end", columns="vendor", values="width"
    )
    flow = value.diff().sum(axis=1, min_count=1)
    relative = np.sqrt((width**2).sum(axis=1)) / value.sum(axis=1) / BAND
    found = pd.DataFrame({"date": flow.index, "value": flow.to_numpy(), "error": relative.to_numpy()}).dropna()
    return found.assign(quantity="supply_h100e", owner=MARKET)[list(COLUMNS)].reset_index(drop=True)
