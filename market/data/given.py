"""Tables that people give: text files as spreadsheets and pandas write them, Parquet files, pandas frames.

One reader for all: points of a design, figures to be scored, frames in Python. It takes `,`, `;` and tab, a byte order
mark, UTF-16, an index column, blanks around names and cells; it refuses in one line, with the file's own row number,
whatever could silently stand in another column: a row longer or shorter than the heading, a decimal comma, a name that
stands there twice.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computerace.market.data import cells
from computerace.market.data.files import read_bytes
from computerace.market.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

LARGEST_BYTES = 1_000_000_000
SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
INDEX_NAMES = ("", "Unnamed: 0", "index")  # what pandas and spreadsheets call the column that numbers the rows

type Cells = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True)
class Given:
    """A table as it was given. columns: cells by name. rows: numbers of the rows, as whoever gave it counts them."""

    source: str
    columns: dict[str, Cells]
    rows: Sequence[int]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def wrong(self, place: int, message: str) -> UserError:
        """An error that names the row; place: of the row among all, from 0."""
        return UserError(f"{self.source}, row {self.rows[place]}: {message}")

    def empty(self, name: str) -> NDArray[np.bool_]:
        """Where a column has nothing; (rows,)."""
        return np.array([cells.is_empty(cell) for cell in self.columns[name]], dtype=bool)

    def numbers(self, name: str, empty: bool = False) -> NDArray[np.float64]:
        """A column of finite numbers, (rows,); NaN where there is nothing, if that is allowed."""
        column = self.columns[name]
        if isinstance(column, np.ndarray) and column.dtype.kind in "fiu" and np.isfinite(column).all():
            return column.astype(np.float64)
        return np.array(self._each(name, cells.number, np.nan if empty else None), dtype=np.float64)

    def switches(self, name: str) -> NDArray[np.bool_]:
        """A column of true and false; (rows,)."""
        return np.array(self._each(name, cells.switch), dtype=bool)

    def dates(self, name: str) -> list[Any]:
        """A column of dates."""
        return self._each(name, cells.date)

    def words(self, name: str) -> list[Any]:
        """A column as it is, with texts stripped of blanks; "" where there is nothing."""
        return [
            cell.strip() if isinstance(cell, str) else "" if cells.is_empty(cell) else cell
            for cell in self.columns[name]
        ]

    def _each[T](self, name: str, read: Callable[[object], T], empty: T | None = None) -> list[T]:
        found = []
        for place, cell in enumerate(self.columns[name]):
            if cells.is_empty(cell):
                if empty is None:
                    raise self.wrong(place, f"{name} is empty")
                found.append(empty)
                continue
            try:
                found.append(read(cell))
            except cells.WrongCell as error:
                raise self.wrong(place, f"{name} {error}") from None
        return found


def read_given(path: Path) -> Given:
    """The table in a file, Parquet by its ending and text otherwise; raises UserError where it cannot be read."""
    if path.suffix == ".parquet":
        return _parquet(path)
    return parsed(_decoded(read_bytes(path, str(path), LARGEST_BYTES), path), path.name)


def of_frame(frame: "pd.DataFrame", source: str) -> Given:
    """The table in a pandas frame; rows are counted from 1, the index is left out."""
    names = [str(name).strip() for name in frame.columns]
    columns = [_of_series(frame.iloc[:, place]) for place in range(len(names))]
    return _given(source, names, columns, range(1, len(frame) + 1))


def parsed(text: str, source: str) -> Given:
    """The table in a text, its heading first.

    Raises UserError where a row has more or fewer cells than the heading, or a column's name is missing or doubled.
    """
    names, records, rows = _records(text, source)
    columns: list[Cells] = [list(column) for column in zip(*records, strict=True)] or [[] for _ in names]
    return _given(source, names, columns, rows)


def _records(text: str, source: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Names, rows of cells, and the number of the line that each row begins in."""
    separator, text, skipped = _separator(text, source)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    names: list[str] = []
    records: list[list[str]] = []
    rows: list[int] = []
    line = 1
    try:
        for record in reader:
            row, line = line + skipped, reader.line_num + 1
            if not any(cell.strip() for cell in record):
                continue
            if not names:
                names = [name.strip() for name in record]
                continue
            records.append(_fitting(record, len(names), f"{source}, row {row}"))
            rows.append(row)
    except csv.Error as error:
        raise UserError(f"{source}, row {line + skipped}: a quotation mark is out of place ({error})") from None
    if not names:
        raise UserError(f"{source} cannot be read: it is empty")
    return names, records, rows


def _separator(text: str, source: str) -> tuple[str, str, int]:
    """What separates cells, by the heading; the text from there, and how many lines were left out before it."""
    first, _, rest = text.partition("\n")
    if first.strip().lower() in ("sep=,", "sep=;", "sep="):  # a line by which Excel is told the separator
        return first.strip()[-1] if first.strip()[-1] in SEPARATORS else "\t", rest, 1
    heading = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(heading.split('"')[::2])
    found = [separator for separator in SEPARATORS if separator in outside]
    if len(found) > 1:
        both = " and ".join(SEPARATORS[one] for one in found)
        raise UserError(f"{source}: {both} stand in the heading; put names that hold one into quotation marks")
    if not found:  # one column: a row may still have two cells, which is to be told
        outside = "".join(text.split('"')[::2])
        found = [separator for separator in SEPARATORS if separator in outside]
    return (found or [","])[0], text, 0


def _fitting(record: list[str], width: int, where: str) -> list[str]:
    if len(record) > width and any(cell.strip() for cell in record[width:]):
        raise UserError(
            f"{where} has {len(record)} cells and the heading {width};"
            " a number is written with a decimal point (1.6), a text that holds the separator in quotation marks"
        )
    if len(record) < width:
        raise UserError(
            f"{where} has {len(record)} cells and the heading {width}; leave a cell empty with the separator"
        )
    return record[:width]


def _given(source: str, names: list[str], columns: list[Cells], rows: Sequence[int]) -> Given:
    """The table without its index and without nameless columns that hold nothing."""
    kept = [
        place
        for place, name in enumerate(names)
        if not (name == "" and all(cells.is_empty(cell) for cell in columns[place]))
        and not (place == 0 and name in INDEX_NAMES and _numbers_rows(columns[0], any_order=name != "index"))
    ]
    nameless = next((place for place in kept if not names[place]), None)
    if nameless is not None:
        raise UserError(f"{source}: column {nameless + 1} has no name")
    twice = next((name for name, count in Counter(names[place] for place in kept).items() if count > 1), None)
    if twice is not None:
        raise UserError(f"{source}: the column {twice} stands there twice")
    return Given(source, {names[place]: columns[place] for place in kept}, rows)


def _numbers_rows(column: Cells, any_order: bool) -> bool:
    """Whether a column only numbers the rows."""
    try:
        found = [cells.number(cell) for cell in column]
    except cells.WrongCell:
        return False
    if any_order:
        return len(set(found)) == len(found) and all(one == int(one) >= 0 for one in found)
    return any(found == list(map(float, range(first, first + len(found)))) for first in (0, 1))


def _of_series(series: "pd.Series") -> Cells:
    """The cells of a column of any of pandas' types."""
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "fiub":
        return series.to_numpy()
    return list(series.astype(object))


def _decoded(raw: bytes, path: Path) -> str:
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path} cannot be read: byte {error.start + 1} is no text in UTF-8; save it as CSV UTF-8"
        ) from None


def _parquet(path: Path) -> Given:
    import pandas as pd

    try:
        return of_frame(pd.read_parquet(path), path.name)
    except UserError:
        raise
    except (OSError, ValueError, NotImplementedError, KeyError) as error:
        raise UserError(f"{path} cannot be read: {' '.join(str(error).split())[:160]}") from None
