"""What was known of the market at the start of a race, where that start is earlier than the end of the record.

Parameters are declared with what is known at the end of the record. A race that starts earlier must not know it: for
such a start `market/data/known.csv` replaces value and prior by what the record allowed at the date (a row holds from
its date until a later row of the same parameter), and `market/data/roadmap.csv` replaces the launch dates of chip
generations by those announced by then. Levels at the start (supply, price, rent, offers of power) are of that date;
what is anchored in the calendar (growth of supply in 2026 and in 2030) is the same quantity from any start, so that a
set of parameters fitted from one start can be used from another. Docs: docs/data.md, "Starting earlier".
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from computerace.market.parameters import Parameter, Prior

END_OF_RECORD = date(2025, 12, 31)

type Row = dict[str, str]


@dataclass(frozen=True)
class Roadmap:
    """Chip generations as seen from a date, oldest first: first deliveries, and how many have known specifications."""

    names: tuple[str, ...]
    launch: tuple[date, ...]
    specified: int

    def launched(self, today: date) -> int:
        """How many generations have been launched by a date."""
        return sum(launch <= today for launch in self.launch)


@cache
def _rows(table: str) -> tuple[Row, ...]:
    with files("computerace.market.data").joinpath(table).open(encoding="utf-8") as source:
        return tuple(csv.DictReader(source))


def _latest(rows: Iterable[Row], day: str, start: date) -> dict[str, Row]:
    """The last row of each name that is dated no later than the start."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row[day]):
        if date.fromisoformat(row[day]) <= start:
            found[row["name"]] = row
    return found


def known_at(start: date) -> dict[str, Row]:
    """Rows of the known table that hold at a start, by parameter; none from the end of the record on."""
    return {} if start >= END_OF_RECORD else _latest(_rows("known.csv"), "date", start)


def as_known(found: Mapping[str, Parameter], start: date, kept: Iterable[str] = ()) -> dict[str, Parameter]:
    """The parameters with values and priors as known at a start; `kept` names stay as they are."""
    rows, kept = known_at(start), set(kept)
    return {
        name: _described(one, rows[name]) if name in rows and name not in kept else one for name, one in found.items()
    }


def _described(parameter: Parameter, row: Row) -> Parameter:
    source = row["note"] if row["source"] == "assumed" else f"{row['source']}: {row['note']}"
    if parameter.choices:
        return replace(parameter, value=parameter.checked(row["word"]), source=source, grade=row["grade"])
    prior = Prior(row["prior"], float(row["low"]), float(row["high"])) if row["prior"] else None
    return replace(parameter, value=parameter.read(row["value"]), prior=prior, source=source, grade=row["grade"])


@cache
def roadmap(start: date) -> Roadmap:
    """Launch dates as announced by a start; later news is not seen. Starts before the table see its first rows."""
    rows = _rows("roadmap.csv")
    first = min(date.fromisoformat(row["known_from"]) for row in rows)
    seen = sorted(_latest(rows, "known_from", max(start, first)).values(), key=lambda row: row["launch"])
    return Roadmap(
        tuple(row["name"] for row in seen),
        tuple(date.fromisoformat(row["launch"]) for row in seen),
        sum(row["specified"] == "yes" for row in seen),
    )
