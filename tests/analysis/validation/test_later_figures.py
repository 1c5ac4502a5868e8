"""Figures that came later: what is read, and how each mistake is told."""

import datetime
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.validation.later_figures import Later, read_later
from computerace.analysis.validation.record import UNITS, quarter_ends
from computerace.market.errors import UserError

EVERY = tuple(UNITS)
START = datetime.date(2025, 12, 31)
QUARTERS = quarter_ends(START, datetime.date(2030, 12, 31))
HEAD = "quarter_end,owner,h100e_median,h100e_p5,h100e_p95\n"
ROWS = {
    "xAI": "2026-03-31,xAI,700000,650000,800000\n",
    "Google": "2026-03-31,Google,6000000,5000000,7000000\n",
    "Microsoft": "2026-03-31,Microsoft,4000000,3000000,5000000\n",
    "Meta": "2026-03-31,Meta,2900000,2300000,3600000\n",
}
TIDY = "date,owner,quantity,value,low,high,unit,bound\n"
USED = "date,lab,h100e_median,h100e_p5,h100e_p95\n"


def text(**changed: str) -> str:
    """The four rows (made-up figures), some of them changed."""
    return HEAD + "".join(changed.get(lab, row) for lab, row in ROWS.items()) + changed.get("more", "")


def write(tmp_path: Path, content: str) -> Path:
    file = tmp_path / "later.csv"
    file.write_text(content)
    return file


def test_figures_after_the_start_are_read_and_others_left(tmp_path: Path) -> None:
    more = "2025-12-31,Google,5049814,1,9999999\n2026-03-31,Amazon,2900000,2300000,3600000\n"
    found = read_later(write(tmp_path, text(more=more)), START, QUARTERS, EVERY)
    later = found.figures
    assert found.left == ("row 7: owned_h100e of Amazon at 2026-03-31: no forecast was made of Amazon",)
    assert set(later["owner"]) == {"xAI", "Google", "Microsoft", "Meta"} and len(later) == 4
    assert set(later["quantity"]) == {"owned_h100e"}
    errors = later.set_index("owner")["error"]
    assert errors["xAI"] < 0.1 and errors["Google"] == 0.3


def test_used_compute_goes_by_the_owners_names(tmp_path: Path) -> None:
    rows = (
        "2026-12-31,xAI,900000,800000,990000\n2026-12-31,Google DeepMind,3000000,2000000,4000000\n"
        "2026-12-31,Meta AI,2000000,1000000,3000000\n2026-12-31,OpenAI,4000000,3000000,5000000\n"
    )
    later = read_later(write(tmp_path, USED + rows), START, QUARTERS, EVERY).figures
    assert set(later["owner"]) == {"xAI", "Google", "Meta"} and set(later["quantity"]) == {"used_h100e"}


@pytest.mark.parametrize(("name", "count"), [("observed", 16), ("used", 3)])
def test_the_projects_own_tables_can_be_scored(name: str, count: int) -> None:
    """From a start in the record; other owners, and dates of theirs that are no quarter ends, are left out."""
    start = datetime.date(2024, 12, 31)
    file = Path(__file__).resolve().parents[3] / "market" / "data" / f"{name}.csv"
    later = read_later(file, start, quarter_ends(start, datetime.date(2029, 12, 31)), EVERY).figures
    assert len(later) == count and later["date"].min() > np.datetime64(start)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "cannot be read: it is empty"),
        (HEAD, "has no rows"),
        (
            text().replace("h100e_p95", "high"),
            "has the column h100e_p5 and lacks h100e_p95: give both ends of a band, or none",
        ),
        (text().replace("h100e_median", "h100e"), "lacks the column h100e_median; it needs quarter_end, owner"),
        (
            "when,who,h100e_median\na,b,1\n",
            "has the columns when, who, h100e_median; it needs date, owner, quantity, value or quarter_end, owner",
        ),
        (text(Meta="2026-03-31,Mata,2900000,2300000,3600000\n"), "row 5: unknown lab 'Mata'; did you mean 'Meta'"),
        (text(Meta="2026-03-31,Meta,-5,-9,3\n"), "row 5: owned_h100e = -5 is negative"),
        (
            text(Meta="2026-03-31,Meta,2.9,2.3,3.6\n"),
            "row 5: 2.9 for Meta against 2,302,175 before looks like another unit",
        ),
        (text(Meta="2026-03-31,Meta,lots,2,3\n"), "row 5: h100e_median must be a number, got 'lots'"),
        (text(Meta="2026-03-31,Meta,2900000,,3600000\n"), "row 5: give both h100e_p5 and h100e_p95, or neither"),
        (text(Meta="2026-03-31,Meta,2900000,3000000,3600000\n"), "row 5: the figure 2.9e\\+06 lies outside its band"),
        (text(Meta="2026-03-31,Meta,2900000,0,3600000\n"), "row 5: its band reaches down to 0; .* give a low above 0"),
        (
            text(Meta="31.3.2026,Meta,2900000,2300000,3600000\n"),
            "row 5: quarter_end must be a date like 2026-03-31, got '31.3.2026'",
        ),
        (text(Meta="2026-03-31,Meta,2900000,2300000,3600000,1\n"), "row 5 has 6 cells and the heading 5"),
        (
            text(Meta='2026-03-31,Meta,"2900000,5",2300000,3600000\n'),
            "row 5: h100e_median must be a number with a decimal",
        ),
        (
            HEAD + "2031-03-31,Meta,2900000,,\n",
            "nothing in .* can be compared; row 2: owned_h100e of Meta at 2031-03-31: after",
        ),
        (
            TIDY + "2026-03-31,Meta,owned_h100,1,,,,\n",
            "row 2: unknown quantity 'owned_h100'; did you mean 'owned_h100e'",
        ),
        (
            TIDY + "2026-03-31,Meta,capex_usd,30,,,billion USD,\n",
            "row 2: capex_usd is in USD, got 'billion USD'; convert",
        ),
        (TIDY + "2026-03-31,Meta,capex_usd,30,,,,\n", "row 2: 30 for Meta against .* before looks like another unit"),
        (
            TIDY + "2026-03-31,Meta,owned_h100e,3000000,,,,atleast\n",
            "row 2: unknown bound 'atleast'; did you mean 'at least'",
        ),
        (text(more=ROWS["Meta"]), "row 6: a second figure for Meta at 2026-03-31"),
        (text().replace("2026", "2025"), "has no figure after 2025-12-31"),
    ],
)
def test_mistakes_are_refused_in_one_line(content: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=words) as caught:
        read_later(write(tmp_path, content), START, QUARTERS, EVERY)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no file"):
        read_later(tmp_path / "none.csv", START, QUARTERS, EVERY)


def read(tmp_path: Path, rows: str, forecast: tuple[str, ...] = EVERY) -> Later:
    return read_later(write(tmp_path, TIDY + rows), START, QUARTERS, forecast)


def test_one_lab_alone_at_any_date_is_enough(tmp_path: Path) -> None:
    found = read(tmp_path, "2026-02-11,xAI,owned_h100e,700000,,,,\n")
    assert found.left == () and found.figures["owner"].tolist() == ["xAI"]
    assert np.isnan(found.figures["error"]).all()


def test_capex_power_supply_and_rent_are_read(tmp_path: Path) -> None:
    rows = (
        "2026-03-31,Meta,capex_usd,30e9,29e9,31e9,USD,\n2026-03-31,xAI,powered_mw,900,,,MW,\n"
        "2026-03-31,Market,supply_h100e,4e6,,,H100e,\n2026-05-05,,rent_usd_per_h100e_hour,2.1,,,USD,\n"
        "2026-06-30,Microsoft,operational_h100e,3e6,,,,\n"
    )
    found = read(tmp_path, rows)
    assert found.left == ()
    assert dict(zip(found.figures["quantity"], found.figures["owner"], strict=True)) == {
        "capex_usd": "Meta", "powered_mw": "xAI", "supply_h100e": "Market", "rent_usd_per_h100e_hour": "Market",
        "operational_h100e": "Microsoft",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2026-03-31,OpenAI,used_h100e,4e6,,,,\n", "no forecast was made of OpenAI"),
        ("2026-02-28,Meta,capex_usd,30e9,,,,\n", "forecast by quarter, and this is no quarter's"),
        ("2026-02-28,Meta,operational_h100e,3e6,,,,\n", "before 2026-03-31, the first quarter that was forecast"),
        ("2031-03-31,Meta,owned_h100e,3e6,,,,\n", "after 2030-12-31, the last quarter"),
        ("2026-03-31,Meta,supply_h100e,3e6,,,,\n", "forecast for all together; give Market as its owner"),
        ("2026-03-31,Market,owned_h100e,3e6,,,,\n", "no forecast was made of Market"),
    ],
)
def test_what_cannot_be_compared_is_told_and_the_rest_is_read(row: str, why: str, tmp_path: Path) -> None:
    found = read(tmp_path, "2026-03-31,xAI,owned_h100e,700000,,,,\n" + row)
    (told,) = found.left
    assert told.startswith("row 3: ") and why in told
    assert len(found.figures) == 1


def test_a_quantity_that_the_forecast_lacks_is_told(tmp_path: Path) -> None:
    rows = "2026-03-31,Meta,capex_usd,30e9,,,,\n2026-03-31,xAI,owned_h100e,700000,,,,\n"
    (told,) = read(tmp_path, rows, ("owned_h100e", "used_h100e")).left
    assert told == "row 2: capex_usd of Meta at 2026-03-31: not in this forecast, which has owned_h100e, used_h100e"


def test_part_of_a_fleet_is_a_bound(tmp_path: Path) -> None:
    found = read(tmp_path, "2026-03-31,xAI,owned_h100e,200000,,,,at least\n")
    assert found.figures.empty and found.bounds["bound"].tolist() == ["at least"]


def test_a_band_says_how_wrong_its_publisher_may_be(tmp_path: Path) -> None:
    rows = "2026-03-31,xAI,owned_h100e,700000,350000,1400000,,\n2026-06-30,Google,owned_h100e,6e6,5.9e6,6.1e6,,\n"
    assert read(tmp_path, rows).figures["error"].tolist() == pytest.approx([np.log(4) / 3.2898, 0.3])


def test_a_frame_is_read_as_its_file_is(tmp_path: Path) -> None:
    rows = "2026-03-31,xAI,owned_h100e,700000,650000,800000,,\n2026-05-01,Meta,powered_mw,2500,,,,\n"
    frame = pd.read_csv(io.StringIO(TIDY + rows), parse_dates=["date"])
    frame["owner"] = frame["owner"].astype("category")
    one, other = read(tmp_path, rows), read_later(frame.convert_dtypes(), START, QUARTERS, EVERY)
    pd.testing.assert_frame_equal(one.figures, other.figures)


def test_separators_of_other_spreadsheets_are_read(tmp_path: Path) -> None:
    rows = "2026-03-31,xAI,owned_h100e,700000,650000,800000,,\n"
    file = tmp_path / "semicolons.csv"
    file.write_text((TIDY + rows).replace(",", ";"), encoding="utf-8-sig")
    pd.testing.assert_frame_equal(read_later(file, START, QUARTERS, EVERY).figures, read(tmp_path, rows).figures)
