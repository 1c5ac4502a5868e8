"""Figures that came later: what is read, and how each mistake is told."""

import datetime
from pathlib import Path

import numpy as np
import pytest

from computerace.analysis.later_figures import read_later
from computerace.analysis.record import quarter_ends
from computerace.market.errors import UserError

START = datetime.date(2025, 12, 31)
QUARTERS = quarter_ends(START, datetime.date(2030, 12, 31))
HEAD = "quarter_end,owner,h100e_median,h100e_p5,h100e_p95\n"
ROWS = {
    "xAI": "2026-03-31,xAI,700000,650000,800000\n",
    "Google": "2026-03-31,Google,6000000,5000000,7000000\n",
    "Microsoft": "2026-03-31,Microsoft,4000000,3000000,5000000\n",
    "Meta": "2026-03-31,Meta,2900000,2300000,3600000\n",
}
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
    later = read_later(write(tmp_path, text(more=more)), START, QUARTERS)
    assert set(later["owner"]) == {"xAI", "Google", "Microsoft", "Meta"} and len(later) == 4
    assert set(later["quantity"]) == {"owned_h100e"}
    errors = later.set_index("owner")["error"]
    assert errors["xAI"] < 0.1 and errors["Google"] == 0.3


def test_used_compute_goes_by_the_owners_names(tmp_path: Path) -> None:
    rows = (
        "2026-12-31,xAI,900000,800000,990000\n2026-12-31,Google DeepMind,3000000,2000000,4000000\n"
        "2026-12-31,Meta AI,2000000,1000000,3000000\n2026-12-31,OpenAI,4000000,3000000,5000000\n"
    )
    later = read_later(write(tmp_path, USED + rows), START, QUARTERS)
    assert set(later["owner"]) == {"xAI", "Google", "Meta"} and set(later["quantity"]) == {"used_h100e"}


@pytest.mark.parametrize(("name", "count"), [("observed", 16), ("used", 3)])
def test_the_projects_own_tables_can_be_scored(name: str, count: int) -> None:
    """From a start in the record; other owners, and dates of theirs that are no quarter ends, are left out."""
    start = datetime.date(2024, 12, 31)
    file = Path(__file__).resolve().parents[2] / "market" / "data" / f"{name}.csv"
    later = read_later(file, start, quarter_ends(start, datetime.date(2029, 12, 31)))
    assert len(later) == count and later["date"].min() > np.datetime64(start)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is not a CSV file"),
        (HEAD, "has no rows"),
        (text().replace("h100e_p95", "high"), "lacks the column h100e_p95; it needs quarter_end, owner"),
        ("when,who,h100e_median\na,b,1\n", "has the columns when, who, h100e_median; it needs quarter_end, owner"),
        (text(Meta="2026-03-31,Mata,2900000,2300000,3600000\n"), "row 5: unknown lab 'Mata'; did you mean 'Meta'"),
        (text(Meta=""), "has no figure for Meta at 2026-03-31; every date needs xAI, Google, Microsoft, Meta"),
        (text(Meta="2026-03-31,Meta,-5,-9,3\n"), "row 5: h100e_median = -5 is negative"),
        (
            text(Meta="2026-03-31,Meta,2.9,2.3,3.6\n"),
            "row 5: 2.9 for Meta against 2,302,175 before looks like another unit",
        ),
        (text(Meta="2026-03-31,Meta,lots,2,3\n"), "row 5: h100e_median is 'lots', which is not a number"),
        (text(Meta="2026-03-31,Meta,2900000,,3600000\n"), "row 5: h100e_p5 is '', which is not a number"),
        (text(Meta="2026-03-31,Meta,2900000,3000000,3600000\n"), "row 5: the median 2.9e\\+06 lies outside its band"),
        (text(Meta="31.3.2026,Meta,2900000,2300000,3600000\n"), "row 5: '31.3.2026' is not a date like 2026-03-31"),
        (
            text(Meta="2026-02-28,Meta,2900000,2300000,3600000\n"),
            "row 5: 2026-02-28 is not a quarter that was forecast",
        ),
        (text(Meta="2031-03-31,Meta,2900000,2300000,3600000\n"), "quarter ends 2026-03-31 to 2030-12-31"),
        (text(more=ROWS["Meta"]), "row 6: a second figure for Meta at 2026-03-31"),
        (text().replace("2026", "2025"), "has no figure after 2025-12-31"),
    ],
)
def test_mistakes_are_refused_in_one_line(content: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=words) as caught:
        read_later(write(tmp_path, content), START, QUARTERS)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no file"):
        read_later(tmp_path / "none.csv", START, QUARTERS)
