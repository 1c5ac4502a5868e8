"""The setting: the calendar of a race, the figures by row, and technology of a month."""

from datetime import date

import numpy as np
import pytest

from computerace.market import generations
from computerace.market.errors import UserError
from computerace.runs.model.setting import _foreseen, calendar_years, month_end, now
from tests.runs.model.plain import plain_setting, unbegun_setting


@pytest.mark.parametrize(
    ("start", "month", "end"),
    [
        (date(2025, 12, 31), 0, date(2025, 12, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 28)),
        (date(2025, 12, 31), 12, date(2026, 12, 28)),
        (date(2024, 6, 30), 7, date(2025, 1, 28)),
    ],
)
def test_a_month_of_the_race_ends_a_month_of_the_calendar(start: date, month: int, end: date) -> None:
    assert month_end(start, month) == end


@pytest.mark.parametrize(
    ("start", "month", "years"),
    [
        (date(2025, 12, 31), 0, 0.0),
        (date(2025, 12, 31), 18, 1.5),
        (date(2024, 6, 30), 0, -1.5),
        (date(2024, 6, 30), 18, 0.0),
    ],
)
def test_years_count_from_the_beginning_of_2026(start: date, month: int, years: float) -> None:
    assert calendar_years(start, month) == years


def test_a_month_has_its_date_its_years_and_its_technology() -> None:
    setting = plain_setting()
    today = now(setting, 18)
    assert today.month == 18 and today.years == 1.5 and today.calendar_years == 1.5
    assert today.today == date(2027, 6, 28)
    mix = generations.sales_mix(setting.mechanisms.generations, date(2027, 6, 28), setting.roadmap)
    np.testing.assert_allclose(today.technology.mix, mix)
    np.testing.assert_allclose(today.technology.new_watts, (mix * setting.watts).sum(axis=0)[0])
    assert today.technology.active == setting.roadmap.launched(date(2027, 6, 28)) > now(setting, 0).technology.active


def test_the_rest_of_the_market_stands_for_four_firms_and_every_lab_for_one() -> None:
    np.testing.assert_array_equal(plain_setting().firms[:, 0], [1.0, 1.0, 1.0, 1.0, 4.0])


def test_every_owner_has_its_own_figures() -> None:
    setting = unbegun_setting()
    assert setting.owners[setting.claimant] == "xAI"
    for row in range(5):
        np.testing.assert_array_equal(setting.figures_of[row].campus_mw, setting.figures.campus_mw[row])
    assert (setting.anchors.investment == 0).all() and not setting.anchors.young.any()
    assert setting.worlds == 3


def test_an_owner_that_leaves_names_somebody_else_as_its_heir() -> None:
    for month in (1, 24):
        settings = {"labs.Meta.exit_month": month, "labs.Meta.heir": "Meta"}
        with pytest.raises(UserError, match=r"labs\.Meta\.heir is Meta itself"):
            unbegun_setting(settings)
    assert unbegun_setting({"labs.Meta.exit_month": 1, "labs.Meta.heir": "Google"}).heirs is not None
    stays = unbegun_setting({"labs.Meta.exit_month": 24, "labs.Google.heir": "Google"})  # who stays leaves nothing
    assert stays.heirs is not None and stays.heirs[1] == 1


def test_what_comes_within_its_owners_foresight_is_seen_and_nothing_beyond() -> None:
    seen = unbegun_setting({"sites.foresight_months": 2.0}).foresight
    assert seen[0] is seen[1] is None  # all see so far: nothing is left out
    for months in seen[2:]:
        np.testing.assert_array_equal(months, np.zeros(3))
    np.testing.assert_array_equal(_foreseen(np.array([1.0, 3.0, 6.0]), 2), [0.0, 1.0, 1.0])
