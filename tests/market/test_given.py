"""Tables as people have them: in any dialect the same numbers; what could slip aside is told with its row."""

import csv
import io
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computerace.market.data.given import Given, of_frame, parsed, read_given
from computerace.market.errors import UserError

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12)
NAMES = st.lists(st.from_regex(r"[a-z]{1,6}\.[a-z_0-9]{1,9}", fullmatch=True), min_size=1, max_size=5, unique=True)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[float]]]:
    names = draw(NAMES)
    rows = draw(st.lists(st.lists(NUMBERS, min_size=len(names), max_size=len(names)), min_size=1, max_size=6))
    return names, [[float(one) for one in row] for row in rows]


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "delimiter": draw(st.sampled_from([",", ";", "\t"])),
        "lineterminator": draw(st.sampled_from(["\n", "\r\n"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "index": draw(st.sampled_from([None, "", "Unnamed: 0", "index"])),
        "blank": draw(st.sampled_from(["", " ", "\u00a0"])),
        "gap": draw(st.booleans()),
        "spare": draw(st.booleans()),
    }


def text_of(names: list[str], rows: list[list[float]], dialect: dict[str, Any], bad: int | None = None) -> str:
    """The table as somebody's program wrote it; `bad`: the row that has one cell too many."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, **{key: dialect[key] for key in ("delimiter", "lineterminator", "quoting")})
    first, spare, blank = dialect["index"], [""] * dialect["spare"], dialect["blank"]
    writer.writerow([*([] if first is None else [first]), *(f"{blank}{name}{blank}" for name in names), *spare])
    for number, row in enumerate(rows):
        if dialect["gap"]:
            out.write(dialect["lineterminator"])
        label = [] if first is None else [str(number)]
        writer.writerow([*label, *(f"{blank}{cell!r}" for cell in row), *spare, *(["6"] if number == bad else [])])
    return out.getvalue()


def refusal(read: Callable[[], Given]) -> str | None:
    """What is said of a table that cannot be read; None for one that can, whose columns are all of its length."""
    try:
        found = read()
    except UserError as error:
        return str(error)
    assert all(len(column) == len(found) for column in found.columns.values())
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("given")


class TestText:
    """Text files."""

    @given(tables(), dialects())
    def test_every_dialect_gives_the_same_numbers(
        self, table: tuple[list[str], list[list[float]]], dialect: dict[str, Any]
    ) -> None:
        names, rows = table
        found = parsed(text_of(names, rows, dialect), "t.csv")
        assert list(found.columns) == names and len(found) == len(rows)
        for place, name in enumerate(names):
            assert found.numbers(name).tolist() == [row[place] for row in rows]
        step = 2 if dialect["gap"] else 1
        assert list(found.rows) == [1 + step * (number + 1) for number in range(len(rows))]

    @given(tables(), dialects(), st.data())
    def test_a_row_with_one_cell_more_is_refused_with_its_own_number(
        self, table: tuple[list[str], list[list[float]]], dialect: dict[str, Any], data: st.DataObject
    ) -> None:
        names, rows = table
        bad = data.draw(st.integers(0, len(rows) - 1))
        width = len(names) + (dialect["index"] is not None) + dialect["spare"]
        line = 1 + (2 if dialect["gap"] else 1) * (bad + 1)
        with pytest.raises(UserError, match=rf"t\.csv, row {line} has {width + 1} cells and the heading {width};"):
            parsed(text_of(names, rows, dialect, bad), "t.csv")

    @given(st.text(max_size=200))
    def test_any_text_is_a_table_or_one_line(self, text: str) -> None:
        told = refusal(lambda: parsed(text, "t.csv"))
        assert told is None or (told.startswith("t.csv") and "\n" not in told)

    @given(st.binary(max_size=200))
    def test_any_bytes_are_a_table_or_one_line(self, folder: Path, raw: bytes) -> None:
        (folder / "t.csv").write_bytes(raw)
        told = refusal(lambda: read_given(folder / "t.csv"))
        assert told is None or ("t.csv" in told and "\n" not in told)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("a\n1,6\n", "row 2 has 2 cells and the heading 1"),
            ("a,b\n1,6,2,4\n", "row 2 has 4 cells and the heading 2"),
            ("a,b\n1,2\n\n3\n", "row 4 has 1 cells and the heading 2"),
            ("a;b\n1,6;2\n", "row 2: a must be a number with a decimal point and no commas"),
            ('a\n"1,600.5"\n', "row 2: a must be a number with a decimal point and no commas"),
            ("a\n1_000\n", "row 2: a must be a number, got '1_000'"),
            ("a\n0x10\n", "row 2: a must be a number, got '0x10'"),
            ("a\n1e400\n", "row 2: a must be a finite number"),
            ("a\n-inf\n", "row 2: a must be a number, got '-inf'"),
            ("a\ntrue\n", "row 2: a must be a number, got 'true'"),
            ("a\n٣\n", "row 2: a must be a number"),
            ("a\n1\nNaN\n", "row 3: a is empty"),
            ("a,a\n1,2\n", "the column a stands there twice"),
            ("a,A ,a \n1,2,3\n", "the column a stands there twice"),
            ("a,,c\n1,2,3\n", "column 2 has no name"),
            (",a\n5,1\n5,2\n", "column 1 has no name"),
            ("a;b,c\n1;2\n", "a comma and a semicolon stand in the heading"),
            ('a\n1\n"2\n', "row 3: a quotation mark is out of place"),
            ("a\n" + "9" * 200_000 + "\n", "row 2: a quotation mark is out of place"),
            ("", "it is empty"),
            ("\n\n  \n", "it is empty"),
        ],
    )
    def test_what_could_slip_aside_is_refused_with_its_row(self, text: str, words: str) -> None:
        with pytest.raises(UserError) as caught:
            parsed(text, "t.csv").numbers("a")
        assert words in str(caught.value) and "\n" not in str(caught.value)

    def test_a_note_over_two_lines_counts_lines_as_an_editor_does(self) -> None:
        found = parsed('note,a\n"one\ntwo",1\nthree,x\n', "t.csv")
        assert list(found.rows) == [2, 4]
        with pytest.raises(UserError, match="row 4: a must be a number, got 'x'"):
            found.numbers("a")

    def test_a_spreadsheets_way_of_naming_the_separator_is_understood(self) -> None:
        found = parsed("sep=;\na;b\n1;2\n", "t.csv")
        assert found.numbers("b").tolist() == [2.0] and list(found.rows) == [3]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_encodings_of_spreadsheets_are_read(self, encoding: str, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("a\tb\n1\tä\n", encoding=encoding)
        found = read_given(tmp_path / "t.csv")
        assert found.numbers("a").tolist() == [1.0] and found.words("b") == ["ä"]

    def test_an_encoding_that_is_not_known_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("a,b\n1,ä\n", encoding="latin-1")
        with pytest.raises(UserError, match="byte 7 is no text in UTF-8"):
            read_given(tmp_path / "t.csv")

    def test_a_hundred_thousand_columns_take_linear_time(self) -> None:
        names = [f"chips.c{number}" for number in range(100_000)]
        text = ",".join(names) + "\n" + ",".join(["1"] * len(names)) + "\n"
        begun = time.process_time()
        assert len(parsed(text, "t.csv").columns) == len(names)
        assert len(of_frame(pd.DataFrame(np.ones((1, len(names))), columns=names), "f").columns) == len(names)
        with pytest.raises(UserError, match=r"chips\.c7 stands there twice"):
            parsed(text.replace("chips.c99999", "chips.c7"), "t.csv")
        assert time.process_time() - begun < 30  # by pairs of names it would be many minutes


FORMS = {
    "float64": lambda values: pd.Series(values, dtype="float64"),
    "Float64": lambda values: pd.Series(values, dtype="Float64"),
    "object": lambda values: pd.Series(values, dtype=object),
    "decimal": lambda values: pd.Series([Decimal(value) for value in values], dtype=object),
    "fraction": lambda values: pd.Series([Fraction(value) for value in values], dtype=object),
    "numpy": lambda values: pd.Series([np.float64(value) for value in values], dtype=object),
    "category": lambda values: pd.Series(values, dtype="float64").astype("category"),
    "text": lambda values: pd.Series([repr(value) for value in values]),
    "category of texts": lambda values: pd.Series([repr(value) for value in values]).astype("category"),
    "arrow": lambda values: pd.Series(values, dtype="float64[pyarrow]"),
}


class TestFrames:
    """Pandas frames."""

    @pytest.mark.parametrize("form", FORMS)
    @given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
    def test_every_type_gives_the_same_numbers(self, form: str, values: list[float]) -> None:
        found = of_frame(pd.DataFrame({" a ": FORMS[form](values)}), "frame")
        assert found.numbers("a").tolist() == values

    @pytest.mark.parametrize("dtype", ["int64", "Int64", "uint8", "float32", "Int8", "int64[pyarrow]"])
    def test_whole_numbers_are_numbers(self, dtype: str) -> None:
        assert of_frame(pd.DataFrame({"a": pd.Series([1, 2], dtype=dtype)}), "f").numbers("a").tolist() == [1.0, 2.0]

    @pytest.mark.parametrize(
        "column",
        [
            pd.Series([1.0, None], dtype="Float64"),
            pd.Series([1, None], dtype="Int64"),
            pd.Series([1.0, np.nan]),
            pd.Series([1.0, None], dtype=object),
            pd.Series([1.0, pd.NA], dtype=object),
            pd.Series([Decimal(1), Decimal("NaN")], dtype=object),
            pd.Series(["1", ""]),
            pd.Series([1.0, None]).astype("category"),
            pd.Series([1.0, None], dtype="float64[pyarrow]"),
        ],
        ids=lambda column: f"{column.dtype}",
    )
    def test_nothing_is_told_as_empty_with_its_row(self, column: pd.Series) -> None:
        table = of_frame(pd.DataFrame({"a": column}), "f")
        with pytest.raises(UserError, match="f, row 2: a is empty"):
            table.numbers("a")
        assert np.isnan(table.numbers("a", empty=True)).tolist() == [False, True]
        assert table.empty("a").tolist() == [False, True]

    @pytest.mark.parametrize(
        ("cell", "words"),
        [
            (True, "must be a number, got true"),
            (np.bool_(False), "must be a number, got false"),
            (10**400, "must be a finite number, got 1000"),
            (10**5000, "must be a finite number, got a number of thousands of digits"),
            (float("inf"), "must be a finite number, got inf"),
            (Decimal("Infinity"), "must be a finite number, got Infinity"),
            (Decimal("1e999"), r"must be a finite number, got 1E\+999"),
            (1j, "must be a number, got 1j"),
            ([1.0], r"must be a number, got \[1.0\]"),
            (pd.Timestamp("2026-01-01"), "must be a number, got 2026"),
        ],
        ids=range(10),
    )
    def test_what_is_no_number_is_told_with_its_row(self, cell: object, words: str) -> None:
        column = pd.Series([1.0, cell], dtype=object)
        with pytest.raises(UserError, match=f"f, row 2: a {words}"):
            of_frame(pd.DataFrame({"a": column}), "f").numbers("a")

    @pytest.mark.parametrize(
        "column",
        [
            pd.Series([True, False]),
            pd.Series([True, False], dtype="boolean"),
            pd.Series([True, False], dtype=object),
            pd.Series([np.True_, np.False_], dtype=object),
            pd.Series(["TRUE", " false"]),
            pd.Series([True, False]).astype("category"),
            pd.Series([True, False], dtype="bool[pyarrow]"),
        ],
        ids=lambda column: f"{column.dtype}",
    )
    def test_true_and_false_of_any_type(self, column: pd.Series) -> None:
        assert of_frame(pd.DataFrame({"a": column}), "f").switches("a").tolist() == [True, False]

    def test_columns_that_stand_twice_are_refused(self) -> None:
        with pytest.raises(UserError, match="the column a stands there twice"):
            of_frame(pd.DataFrame([[1, 2]], columns=["a", "a "]), "f")

    def test_dates_are_read_from_text_and_timestamps(self) -> None:
        for column in (pd.Series(["2026-03-31 "]), pd.to_datetime(pd.Series(["2026-03-31"]))):
            assert [str(day) for day in of_frame(pd.DataFrame({"d": column}), "f").dates("d")] == ["2026-03-31"]
        with pytest.raises(UserError, match=r"f, row 1: d must be a date like 2026-03-31, got '31\.3\.2026'"):
            of_frame(pd.DataFrame({"d": ["31.3.2026"]}), "f").dates("d")

    def test_a_parquet_file_is_its_frame(self, tmp_path: Path) -> None:
        frame = pd.DataFrame(
            {"a": pd.Series([1.5, 2.5]).astype("category"), "b": pd.Series([True, None], dtype="boolean")}
        )
        frame.to_parquet(tmp_path / "t.parquet")
        found: Given = read_given(tmp_path / "t.parquet")
        assert found.numbers("a").tolist() == [1.5, 2.5]
        with pytest.raises(UserError, match="row 2: b is empty"):
            found.switches("b")
        (tmp_path / "t.parquet").write_bytes(b"PAR1")
        with pytest.raises(UserError, match="cannot be read"):
            read_given(tmp_path / "t.parquet")
