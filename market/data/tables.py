"""Loads the project's own data tables: compact CSV files with a source and a grade in every row.

What each table holds and how it was made is told in docs/data.md. Tables are read once, checked (columns, dates,
grades, sources, bands) and handed out as copies, so that nobody changes another's table. Nothing is converted here but
dates; units are in the column's name or in the row's `unit`.
"""

import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from computerace.market.errors import UserError, unknown

if TYPE_CHECKING:
    import pandas as pd

GRADES = ("A", "B", "C", "assumed")

COLUMNS: dict[str, tuple[str, ...]] = {
    "starts": ("date", "owner", "quantity", "value", "low", "high", "unit", "source", "grade", "note"),
    "observed": (
        "quarter_end", "owner", "h100e_median", "h100e_p5", "h100e_p95", "h100e_in_house_chips", "chip_power_mw",
        "source", "grade",
    ),
    "supply": (
        "quarter_end", "vendor", "cumulative_h100e_median", "cumulative_h100e_p5", "cumulative_h100e_p95",
        "cumulative_units_median", "source", "grade",
    ),
    "used": ("date", "lab", "h100e_median", "h100e_p5", "h100e_p95", "source", "grade", "note"),
    "capex": ("period_end", "months", "owner", "value", "low", "high", "unit", "source", "grade", "note"),
    "chip_prices": ("date", "quantity", "value", "low", "high", "unit", "source", "grade", "note"),
    "power": ("date", "owner", "quantity", "value", "low", "high", "unit", "source", "grade", "note"),
    "generations": (
        "name", "launch", "launch_status", "h100e_per_chip", "it_watts_per_chip", "it_watts_low", "it_watts_high",
        "price_usd_per_chip", "source", "grade", "note",
    ),
    "build_times": (
        "site", "owner", "start", "first_operation", "years_to_first_operation", "first_it_mw", "source", "grade",
    ),
    "promises": (
        "promised_on", "owner", "promise", "promised", "unit", "due", "delivered", "delivered_on",
        "delivered_over_promised", "source", "grade", "note",
    ),
    "capability": ("lab", "date", "eci", "model", "training_flop", "compute_confidence", "source", "grade"),
    "retention": ("date", "lab", "quantity", "value", "low", "high", "unit", "source", "grade", "note"),
    "colossus": ("site", "date", "it_mw", "facility_mw", "h100e", "capital_usd", "source", "grade"),
    "funding": ("owner", "date", "equity_usd", "debt_usd", "valuation_usd", "kind", "source", "grade", "note"),
    "known": ("date", "name", "value", "word", "prior", "low", "high", "source", "grade", "note"),
    "roadmap": ("known_from", "name", "launch", "specified", "source", "grade", "note"),
    "sources": ("source", "publisher", "address", "licence", "note"),
}  # fmt: skip

DATE_COLUMNS = frozenset({
    "date", "quarter_end", "period_end", "launch", "start", "first_operation", "promised_on", "due", "delivered_on",
    "known_from",
})  # fmt: skip

BANDS = (
    ("low", "value", "high"),
    ("h100e_p5", "h100e_median", "h100e_p95"),
    ("cumulative_h100e_p5", "cumulative_h100e_median", "cumulative_h100e_p95"),
    ("it_watts_low", "it_watts_per_chip", "it_watts_high"),
)


def table(name: str) -> "pd.DataFrame":
    """One table as a fresh, tidy frame; dates are timestamps, absent figures NaN, absent notes "".

    Raises UserError for a name that is not in COLUMNS.
    """
    if name not in COLUMNS:
        raise unknown("data table", name, COLUMNS)
    return _read(name).copy()


def start_dates() -> tuple[datetime.date, ...]:
    """The quarter ends at which the state of the labs and the market is on record, in order."""
    return tuple(sorted({stamp.date() for stamp in _read("starts")["date"]}))


def starts(date: datetime.date | str) -> "pd.DataFrame":
    """The state at one quarter end: a row per owner and quantity, with value, band, unit, source, grade and note.

    `starts(date).pivot(index="quantity", columns="owner", values="value")` is the state as a matrix.
    Raises UserError for a date outside the record, or one that is no date.
    """
    allowed = ", ".join(day.isoformat() for day in start_dates())
    try:
        day = date if isinstance(date, datetime.date) else datetime.date.fromisoformat(date)
    except ValueError:
        raise UserError(f"start '{date}' is not a date like 2025-12-31; the record has {allowed}") from None
    frame = table("starts")
    rows = frame[frame["date"].dt.date == day].reset_index(drop=True)
    if rows.empty:
        raise UserError(f"start {day.isoformat()} is outside the record; allowed: {allowed}")
    return rows


@cache
def _read(name: str) -> "pd.DataFrame":
    import pandas as pd  # here, so that importing the package stays cheap

    with resources.files(__package__).joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        frame = pd.read_csv(file, keep_default_na=False, na_values=[""], dtype={"name": str})
    for column in DATE_COLUMNS.intersection(frame.columns):
        frame[column] = pd.to_datetime(frame[column], format="%Y-%m-%d")
    if "note" in frame:
        frame["note"] = frame["note"].fillna("")
    if faults := problems(name, frame):
        raise UserError(f"data table '{name}' is damaged: {faults[0]}")
    return frame


def problems(name: str, frame: "pd.DataFrame") -> list[str]:
    """What is wrong with a table, each in one line: columns, grades, sources or bands; [] if nothing is."""
    found = []
    if tuple(frame.columns) != COLUMNS[name]:
        return [f"its columns are {', '.join(frame.columns)}, not {', '.join(COLUMNS[name])}"]
    if "grade" in frame and not frame["grade"].isin(GRADES).all():
        found.append(f"a grade is not one of {', '.join(GRADES)}")
    if frame["source"].isna().any():
        found.append("a row has no source")
    for low, value, high in BANDS:
        if low in frame and ((frame[low] > frame[value]) | (frame[value] > frame[high])).any():
            row = frame[(frame[low] > frame[value]) | (frame[value] > frame[high])].index[0]
            found.append(f"row {row + 2}: {value} is outside {low} to {high}")
    return found
