"""Figures that were published after a forecast, from a table in any of the forms in which they come.

Columns `date, owner, quantity, value`, with `low` and `high` (5 and 95 %), `unit` and `bound` where there are any; or
those of the project's own tables of owned compute, of used compute and of capex. One lab, date or quantity alone is
enough: what cannot be compared is told, with the reason. What would make a score worthless is refused in a line: an
unknown lab or quantity, another unit, a negative value, a band that does not hold its value.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from computerace.analysis.paths import at_home
from computerace.analysis.validation.record import (
    BAND,
    COLUMNS,
    LABS,
    LEAST_ERROR,
    MARKET,
    UNITS,
    USERS,
    before,
    figures_at,
    record,
)
from computerace.market.data import table
from computerace.market.data.given import Given, of_frame, read_given
from computerace.market.errors import UserError, unknown

OF_THE_MARKET = ("supply_h100e", "rent_usd_per_h100e_hour")
FLOWS = ("capex_usd", "supply_h100e")  # of a quarter
BOUNDS = ("exact", "at least", "at most")
FACTOR = 50.0  # a figure further than this from the last one known is in another unit


@dataclass(frozen=True)
class Form:
    """A form of table by its columns. quantity: the column of it, or what the whole table is about."""

    date: str
    owner: str
    quantity: str
    value: str = "value"
    low: str = "low"
    high: str = "high"

    def needed(self) -> tuple[str, ...]:
        """The columns that it must have."""
        return (self.date, self.owner, *((self.quantity,) if self.quantity == "quantity" else ()), self.value)


MEDIANS = ("h100e_median", "h100e_p5", "h100e_p95")
FORMS = (
    Form("date", "owner", "quantity"),
    Form("quarter_end", "owner", "owned_h100e", *MEDIANS),
    Form("date", "lab", "used_h100e", *MEDIANS),
    Form("period_end", "owner", "capex_usd"),
)


@dataclass(frozen=True)
class Later:
    """What came after a forecast.

    figures: in the columns of the record, `error` NaN where no band was given. bounds: COLUMNS and `bound`, figures of
    which is only known that there is at least, or at most, so much. left: what cannot be compared and why, a line each.
    early: how many rows are of the forecast's start, or from before it.
    """

    figures: pd.DataFrame
    bounds: pd.DataFrame
    left: tuple[str, ...]
    early: int = 0


def read_later(
    file: str | Path | pd.DataFrame, start: datetime.date, quarters: Sequence[datetime.date], forecast: Sequence[str]
) -> Later:
    """The figures after a forecast's start, in a file or in a frame of the same columns.

    start, quarters: the forecast's. forecast: its quantities.
    Raises UserError for a file of which nothing can be scored, naming row, value and cure.
    """
    given = of_frame(file, "the table of figures") if isinstance(file, pd.DataFrame) else _given(at_home(file))
    if not len(given):
        raise UserError(f"{given.source} has no rows")
    rows = _rows(given, _form(given))
    later = rows[rows["day"] > start]
    if later.empty:
        raise UserError(f"{given.source} has no figure after {start}, the date that the forecast was made from")
    _check(given, later, start)
    begun = frozenset(figures_at(record(), start))
    later = later.assign(why=[_why_not(row, begun, quarters, forecast) for row in later.itertuples()])
    left = tuple(f"row {row.row}: {row.what}: {row.why}" for row in later[later["why"] != ""].itertuples())
    kept = later[later["why"] == ""]
    if kept.empty:
        raise UserError(f"nothing in {given.source} can be compared; {left[0]}")
    exact = kept["bound"] == "exact"
    bounds = _as_record(kept[~exact]).assign(bound=list(kept.loc[~exact, "bound"]))
    return Later(_as_record(kept[exact]), bounds, left, len(rows) - len(later))


def _given(file: Path) -> Given:
    if not file.exists():
        raise UserError(f"there is no file {file}")
    return read_given(file)


def _form(given: Given) -> Form:
    for form in FORMS:
        if all(name in given.columns for name in form.needed()):
            return form
    near = next((one for one in FORMS if one.date in given.columns and one.owner in given.columns), None)
    if near is not None:
        missing = next(name for name in near.needed() if name not in given.columns)
        raise UserError(f"{given.source} lacks the column {missing}; it needs {', '.join(near.needed())}")
    shown = " or ".join(", ".join(form.needed()) for form in FORMS)
    raise UserError(f"{given.source} has the columns {', '.join(list(given.columns)[:12])}; it needs {shown}")


def _rows(given: Given, form: Form) -> pd.DataFrame:
    """A row per figure: row (of the file), place, day, owner, quantity, value, low, high, bound, months, what."""
    count = len(given)
    days = given.dates(form.date)
    quantity = given.words(form.quantity) if form.quantity in given.columns else [form.quantity] * count
    found = pd.DataFrame({
        "row": list(given.rows), "place": range(count), "day": days, "named": given.words(form.owner),
        "quantity": quantity, "value": given.numbers(form.value), **_band(given, form),
        "bound": [word or "exact" for word in given.words("bound")] if "bound" in given.columns else "exact",
        "unit": given.words("unit") if "unit" in given.columns else "",
        "months": given.numbers("months", empty=True) if "months" in given.columns else np.nan,
    })  # fmt: skip
    owner = found["named"].replace(USERS).replace({"": MARKET})
    what = [f"{one} of {name} at {day}" for one, name, day in zip(found["quantity"], owner, days, strict=True)]
    return found.assign(owner=owner, what=what)


def _band(given: Given, form: Form) -> dict[str, object]:
    """The ends of the bands, NaN where there is none."""
    there = [name for name in (form.low, form.high) if name in given.columns]
    if len(there) == 1:
        other = form.high if there == [form.low] else form.low
        raise UserError(
            f"{given.source} has the column {there[0]} and lacks {other}: give both ends of a band, or none"
        )
    ends = [given.numbers(name, empty=True) for name in there] or [np.full(len(given), np.nan)] * 2
    for place in np.flatnonzero(np.isnan(ends[0]) != np.isnan(ends[1]))[:1]:
        raise given.wrong(int(place), f"give both {form.low} and {form.high}, or neither")
    return {"low": ends[0], "high": ends[1]}


def _check(given: Given, later: pd.DataFrame, start: datetime.date) -> None:
    """Raise UserError for the first row that would make the score worthless."""
    last = _last_known(start)
    known = {*LABS, *USERS, MARKET, *table("observed")["owner"], *table("used")["lab"]}
    seen: set[tuple[object, ...]] = set()
    rows: Iterable[Any] = later.itertuples()
    for row in rows:
        fault = _fault(row, known, last.get((row.quantity, row.owner)))
        key = (row.day, row.owner, row.quantity, row.bound)
        if fault is None and key in seen:
            fault = UserError(f"a second figure for {row.named or row.owner} at {row.day}")
        if fault is not None:
            raise given.wrong(row.place, str(fault))
        seen.add(key)


def _fault(row: Any, known: set[str], last: float | None) -> UserError | None:
    if row.quantity not in UNITS:
        return unknown("quantity", str(row.quantity), UNITS)
    if row.named and row.named not in known:
        return unknown("lab", str(row.named), known)
    if row.bound not in BOUNDS:
        return unknown("bound", str(row.bound), BOUNDS)
    unit = UNITS[row.quantity]
    if row.unit and row.unit != unit:
        return UserError(f"{row.quantity} is in {unit}, got '{row.unit}'; convert the figure")
    if row.value < 0:
        return UserError(f"{row.quantity} = {row.value:g} is negative; it is 0 or more {unit}")
    if not np.isnan(row.low) and row.low < 0:
        return UserError(f"its band, {row.low:g} to {row.high:g}, is negative below; it is 0 or more {unit}")
    if row.low == 0 and row.value > 0:
        return UserError("its band reaches down to 0; errors are parts of a figure: give a low above 0, or no band")
    if not np.isnan(row.low) and not row.low <= row.value <= row.high:
        return UserError(f"the figure {row.value:g} lies outside its band, {row.low:g} to {row.high:g}")
    compared = last is not None and row.bound == "exact" and row.value > 0
    if last is not None and compared and not last / FACTOR <= row.value <= last * FACTOR:
        return UserError(
            f"{row.value:g} for {row.owner} against {last:,.0f} before looks like another unit;"
            f" figures must be in {unit}"
        )
    return None


def _last_known(start: datetime.date) -> dict[tuple[str, str], float]:
    """The last figure of the record by quantity and owner: none changes fifty-fold within a forecast's first years."""
    rows = before(record(), start)
    rows = rows[rows["value"] > 0].drop_duplicates(["quantity", "owner"], keep="last")
    return dict(zip(zip(rows["quantity"], rows["owner"], strict=True), rows["value"], strict=True))


def _why_not(
    row: Any, begun: frozenset[tuple[str, str]], quarters: Sequence[datetime.date], forecast: Sequence[str]
) -> str:
    """Why a figure cannot be compared; empty where it can. begun: what has a figure at the forecast's start."""
    if row.quantity not in forecast:
        return f"not in this forecast, which has {', '.join(forecast)}"
    if row.quantity in OF_THE_MARKET and row.owner != MARKET:
        return f"forecast for all together; give {MARKET} as its owner"
    if row.quantity not in OF_THE_MARKET and row.owner not in LABS:
        return f"no forecast was made of {row.named}"
    if row.day > quarters[-1]:
        return f"after {quarters[-1]}, the last quarter that was forecast"
    if row.day < quarters[0] and (row.quantity, row.owner) not in begun:
        return f"before {quarters[0]}, the first quarter that was forecast, and not on record at the start"
    if row.quantity in FLOWS and (row.day not in quarters or (row.months == row.months and row.months != 3)):
        return "forecast by quarter, and this is no quarter's"
    return ""


def _as_record(later: pd.DataFrame) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.log(later["high"].to_numpy(float) / later["low"].to_numpy(float)) / BAND
    least = np.where(
        later["quantity"].isin(["owned_h100e", "used_h100e"]) & (later["owner"] != "xAI"), LEAST_ERROR, 0.0
    )
    error = np.where(np.isnan(later["low"]), np.nan, np.maximum(np.where(np.isfinite(error), error, 0.0), least))
    found = pd.DataFrame(
        {
            "date": pd.to_datetime(later["day"]).dt.as_unit("us"),
            "quantity": later["quantity"],
            "owner": later["owner"],
            "value": later["value"],
            "error": error,
        }
    )
    return found[list(COLUMNS)].reset_index(drop=True)
