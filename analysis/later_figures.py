"""Figures that were published after a forecast, from a file in the columns of the project's own tables.

Either those of `observed` (owned compute by owner and quarter) or of `used` (compute used by lab at year-ends).
Anything that would make a score worthless is refused in one line: columns, dates, labs that are missing or unknown,
another unit, negative values, bands that do not hold their median.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from computerace.analysis.record import BAND, COLUMNS, LABS, LEAST_ERROR, USERS
from computerace.market.data import table
from computerace.market.errors import UserError, unknown

FIGURES = ("h100e_median", "h100e_p5", "h100e_p95")
FACTOR = 50.0  # a figure further than this from the last one known is in another unit


@dataclass(frozen=True)
class Kind:
    """One kind of table: what its columns for date and owner are called, what it says, who must be in it."""

    table: str
    date: str
    owner: str
    quantity: str
    needed: tuple[str, ...]


KINDS = (
    Kind("observed", "quarter_end", "owner", "owned_h100e", LABS),
    # No figure for what Microsoft's own AI uses has been published.
    Kind("used", "date", "lab", "used_h100e", ("xAI", "Google", "Meta")),
)


def read_later(file: Path, start: datetime.date, quarters: tuple[datetime.date, ...]) -> pd.DataFrame:
    """The figures after a forecast's start, in the columns of the record; rows of what was known then are left out.

    start, quarters: the forecast's. Raises UserError for a file that cannot be scored, naming row, value and cure.
    """
    frame = _read(file)
    kind = _kind(file, frame)
    frame = frame.assign(row=range(2, len(frame) + 2))
    frame["day"] = [_day(file, row, text) for row, text in zip(frame["row"], frame[kind.date], strict=True)]
    later = frame[frame["day"] > start]
    if later.empty:
        raise UserError(f"{file} has no figure after {start}, the date that the forecast was made from")
    later = later.assign(**{name: _numbers(file, later, name) for name in FIGURES})
    _check_values(file, later)
    later = _labs_alone(file, later, kind)
    _check_dates(file, later, start, quarters)
    _check_complete(file, later, kind)
    _check_units(file, later, kind, start)
    return _as_record(later, kind)


def _read(file: Path) -> pd.DataFrame:
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise UserError(f"there is no file {file}") from None
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise UserError(f"{file} is not a CSV file: {str(error).splitlines()[0]}") from None
    if frame.empty:
        raise UserError(f"{file} has no rows")
    return frame


def _kind(file: Path, frame: pd.DataFrame) -> Kind:
    for kind in KINDS:
        needed = [kind.date, kind.owner, *FIGURES]
        if kind.date in frame and kind.owner in frame:
            missing = [name for name in needed if name not in frame]
            if missing:
                raise UserError(f"{file} lacks the column {missing[0]}; it needs {', '.join(needed)}")
            return kind
    shown = " or ".join(", ".join([kind.date, kind.owner, *FIGURES]) for kind in KINDS)
    raise UserError(f"{file} has the columns {', '.join(map(str, frame.columns))}; it needs {shown}")


def _day(file: Path, row: int, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{file}, row {row}: '{text}' is not a date like 2026-03-31") from None


def _numbers(file: Path, frame: pd.DataFrame, name: str) -> pd.Series:
    values = pd.to_numeric(frame[name], errors="coerce")
    bad = ~np.isfinite(values.to_numpy(dtype=float))
    if bad.any():
        text, row = frame.loc[bad, name].iloc[0], frame.loc[bad, "row"].iloc[0]
        raise UserError(f"{file}, row {row}: {name} is '{text}', which is not a number")
    return values


def _check_dates(file: Path, later: pd.DataFrame, start: datetime.date, quarters: tuple[datetime.date, ...]) -> None:
    for row, day in zip(later["row"], later["day"], strict=True):
        if day not in quarters:
            raise UserError(
                f"{file}, row {row}: {day} is not a quarter that was forecast; "
                f"from {start} those are the quarter ends {quarters[0]} to {quarters[-1]}"
            )


def _check_values(file: Path, later: pd.DataFrame) -> None:
    for name in FIGURES:
        negative = later[later[name] < 0]
        if len(negative):
            row, value = negative["row"].iloc[0], negative[name].iloc[0]
            raise UserError(f"{file}, row {row}: {name} = {value:g} is negative; compute is 0 or more H100e")
    outside = later[(later["h100e_p5"] > later["h100e_median"]) | (later["h100e_median"] > later["h100e_p95"])]
    if len(outside):
        one = outside.iloc[0]
        raise UserError(
            f"{file}, row {one['row']}: the median {one['h100e_median']:g} lies outside its band, "
            f"{one['h100e_p5']:g} to {one['h100e_p95']:g}"
        )


def _labs_alone(file: Path, later: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Rows of the labs that are forecast, under their owners' names; other owners on record are left out."""
    known = {*LABS, *table(kind.table)[kind.owner]}
    for row, name in zip(later["row"], later[kind.owner], strict=True):
        if name not in known:
            raise UserError(f"{file}, row {row}: {unknown('lab', name, known)}")
    later = later.assign(lab=later[kind.owner].replace(USERS if kind.table == "used" else {}))
    later = later[later["lab"].isin(kind.needed)]
    if later.empty:
        raise UserError(f"{file} has none of the labs that are forecast: {', '.join(kind.needed)}")
    return later


def _check_complete(file: Path, later: pd.DataFrame, kind: Kind) -> None:
    """One figure for every lab at every date."""
    twice = later[later.duplicated(["day", "lab"])]
    if len(twice):
        one = twice.iloc[0]
        raise UserError(f"{file}, row {one['row']}: a second figure for {one[kind.owner]} at {one['day']}")
    for day in sorted(set(later["day"])):
        missing = [lab for lab in kind.needed if lab not in set(later.loc[later["day"] == day, "lab"])]
        if missing:
            raise UserError(
                f"{file} has no figure for {missing[0]} at {day}; every date needs {', '.join(kind.needed)}"
            )


def _check_units(file: Path, later: pd.DataFrame, kind: Kind, start: datetime.date) -> None:
    """Compute does not change fifty-fold within a forecast's first years, but thousands and millions are at hand."""
    own = table(kind.table)
    own = own.assign(lab=own[kind.owner].replace(USERS if kind.table == "used" else {}))
    own = own[(own[kind.date] <= pd.Timestamp(start)) & (own["h100e_median"] > 0)]
    last = own.sort_values(kind.date).groupby("lab")["h100e_median"].last()
    for row, lab, value in zip(later["row"], later["lab"], later["h100e_median"], strict=True):
        if lab in last and value > 0 and not last[lab] / FACTOR <= value <= last[lab] * FACTOR:
            raise UserError(
                f"{file}, row {row}: {value:g} for {lab} against {last[lab]:,.0f} before looks like another unit; "
                "figures must be in H100e"
            )


def _as_record(later: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.log(later["h100e_p95"].to_numpy(float) / later["h100e_p5"].to_numpy(float)) / BAND
    error = np.where(np.isfinite(error), error, 0.0)
    found = pd.DataFrame(
        {
            "date": pd.to_datetime(later["day"]).dt.as_unit("us"),
            "quantity": kind.quantity,
            "owner": later["lab"],
            "value": later["h100e_median"],
            "error": np.where(later["lab"] == "xAI", error, np.maximum(error, LEAST_ERROR)),
        }
    )
    return found[list(COLUMNS)].reset_index(drop=True)
