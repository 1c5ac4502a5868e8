"""The record that forecasts are held against."""

import datetime

import numpy as np
import pytest

from computerace.analysis.validation.record import LABS, before, checked_dates, quarter_ends, record, revision, series
from computerace.market.data import table
from computerace.market.errors import UserError


def test_owned_figures_are_the_published_medians() -> None:
    figures = series(record(), "owned_h100e", "Google")
    assert figures.loc["2024-12-31"] == 1385823
    assert len(figures) == 16


def test_errors_are_at_least_three_tenths_but_for_xai() -> None:
    owned = record().query("quantity == 'owned_h100e'")
    assert (owned.loc[owned["owner"] != "xAI", "error"] >= 0.3).all()
    last = owned[(owned["owner"] == "xAI") & (owned["date"] == "2025-12-31")]["error"].iloc[0]
    assert last == pytest.approx(np.log(620000 / 500000) / 3.2898, rel=1e-3)
    assert owned.loc[(owned["owner"] == "xAI") & (owned["value"] == 0), "error"].eq(0).all()


def test_supply_of_all_quarters_adds_up_to_what_was_sold_since_the_first() -> None:
    supply = table("supply")
    first = supply.sort_values("quarter_end").groupby("vendor")["cumulative_h100e_median"].first().sum()
    last = supply[supply["quarter_end"] == "2025-12-31"]["cumulative_h100e_median"].sum()
    assert series(record(), "supply_h100e", "Market").sum() == pytest.approx(last - first)


def test_capex_is_of_quarters_and_leaves_out_who_published_none() -> None:
    capex = record().query("quantity == 'capex_usd'")
    assert set(capex["owner"]) == {"Google", "Microsoft", "Meta"}
    assert series(capex, "capex_usd", "Google").loc["2025-12-31"] == 27.85e9


def test_revision_grows_from_nothing_to_the_whole_error() -> None:
    assert revision("owned_h100e", 0.3, 0.0) == 0
    quarter, year = revision("owned_h100e", 0.3, 0.25), revision("owned_h100e", 0.3, 1.0)
    assert 0 < quarter < year == pytest.approx(0.3 * np.sqrt(0.2))
    assert revision("owned_h100e", 0.3, 1.0, kept=1.0) == 0
    assert revision("owned_h100e", 0.3, 1.0, kept=0.0) == pytest.approx(0.3 * np.sqrt(2))
    assert revision("capex_usd", 0.02, 1.0) == 0.02  # a flow's figure does not carry the last one's error


def test_quarter_ends_follow_the_first_date() -> None:
    days = quarter_ends(datetime.date(2024, 12, 31), datetime.date(2025, 6, 30))
    assert days == (datetime.date(2025, 3, 31), datetime.date(2025, 6, 30))


def test_what_was_known_ends_at_the_date() -> None:
    known = before(record(), datetime.date(2024, 6, 30))
    assert str(known["date"].max().date()) == "2024-06-30"
    assert set(known["owner"]) >= set(LABS)


@pytest.mark.parametrize(
    ("start", "until", "words"),
    [
        ("2024-05-31", "2025-12-31", "--from 2024-05-31 is not a quarter end"),
        (
            "2024-06-30",
            "2026-03-31",
            "--until 2026-03-31 is not a quarter end on record; allowed: 2022-03-31 to 2025-12-31",
        ),
        ("2025-06-30", "2025-06-30", "must be after"),
    ],
)
def test_dates_outside_the_record_are_refused(start: str, until: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        checked_dates(record(), datetime.date.fromisoformat(start), datetime.date.fromisoformat(until))


def test_a_record_that_somebody_changes_is_nobody_else_s() -> None:
    changed = record()
    changed["value"] = 0.0
    assert record()["value"].gt(0).any()
