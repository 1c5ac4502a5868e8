"""Figures on the terminal are short, honest and whole."""

import pytest

from computerace.runs.answers.claims import RaceClaim
from computerace.runs.sweeps.race_answer import wilson_interval
from computerace.runs.terminal.race import compact, first_month, month_name, probability
from computerace.shown import plain


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.00068, "0.00068"), (0.5, "0.50"), (1.0, "1.00"), (19.04, "19.0"), (133.4, "133"), (1234.0, "1,230")],
)
def test_figures_have_three_significant_digits_and_no_exponent(value: float, shown: str) -> None:
    assert plain(value) == shown


def test_large_figures_are_in_thousands_and_millions() -> None:
    assert [compact(value) for value in (9_990, 14_260, 324_000, 12_300_000)] == ["9,990", "14.3k", "324k", "12.3M"]


def test_months_are_named_from_the_start() -> None:
    assert [month_name("2025-12-31", month) for month in (0, 2, 60)] == ["Dec 2025", "Feb 2026", "Dec 2030"]


def claimed(reached: int, worlds: int) -> RaceClaim:
    return {
        "definition": "owned", "rivals": "three", "deadline_months": 60, "probability": reached / worlds,
        "interval": list(wilson_interval(reached, worlds)), "first_month": None, "first_month_interval": [None, None],
        "ratio": None, "ratio_interval": [None, None], "worlds_reached": reached, "standard_error": 0.0,
        "counted": ["Meta"], "left_out": [],
    }  # fmt: skip


def test_probability_of_none_is_a_bound_and_not_zero() -> None:
    row = claimed(0, 10_000)
    assert probability(row, 10_000) == "< 0.038 %"
    assert first_month(row, "2025-12-31") == "never"


def test_probability_of_all_is_a_bound_and_not_one() -> None:
    assert probability(claimed(100, 100), 100) == "> 96.3 %"


def test_wilson_interval_equals_the_published_example() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 81 of 263, score method.
    low, high = wilson_interval(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_wilson_interval_of_none_starts_at_zero() -> None:
    # Newcombe 1998, table I: 0 of 20.
    low, high = wilson_interval(0, 20)
    assert low == 0.0
    assert round(high, 4) == 0.1611
