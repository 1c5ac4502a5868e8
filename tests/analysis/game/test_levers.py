"""Break-even values and joint changes where the chance is a known function of the levers."""

from collections.abc import Sequence

import numpy as np
import pytest

from computerace.analysis.game.levers import Change, Lever, break_even, joint_changes

WORLDS = 4000
LEVELS = (np.arange(WORLDS) + 0.5) / WORLDS
SUPPLY = Lever("supply", "ratio", 1.0, 0.1, 10.0, logarithmic=True, spread=0.5)
PAY = Lever("pay", "USD", 0.0, -4.0, 4.0, logarithmic=False, spread=1.0)
IDLE = Lever("idle", "USD", 0.0, -1.0, 1.0, logarithmic=False, spread=1.0)


def logistic(score: float) -> float:
    """The part of the worlds, evenly spread, in which the claim is true at a score."""
    return float((1.0 / (1.0 + np.exp(-score)) > LEVELS).mean())


def chances(changes: Sequence[Change]) -> np.ndarray:
    """A chance of 5 % that rises with pay, and falls with the log of supply."""
    base = np.log(0.05 / 0.95)
    return np.array([logistic(base + one.get("pay", 0.0) - np.log(one.get("supply", 1.0))) for one in changes])


def test_the_value_is_where_the_closed_form_has_it() -> None:
    table = break_even([SUPPLY, PAY, IDLE], chances, 0.10, WORLDS).set_index("lever")
    gap = np.log(0.10 / 0.90) - np.log(0.05 / 0.95)
    assert table.loc["pay", "at"] == pytest.approx(gap, abs=0.03)
    assert table.loc["supply", "at"] == pytest.approx(np.exp(-gap), rel=0.03)


def test_the_interval_is_where_the_sampling_error_has_it() -> None:
    row = break_even([PAY], chances, 0.10, WORLDS).iloc[0]
    noise = 1.96 * np.sqrt(0.09 / WORLDS)
    for end, level in (("low", 0.10 - noise), ("high", 0.10 + noise)):
        assert row[end] == pytest.approx(np.log(level / (1 - level)) - np.log(0.05 / 0.95), abs=0.03)
    assert row["low"] < row["at"] < row["high"]


def test_a_lever_that_does_nothing_says_how_far_it_gets() -> None:
    row = break_even([IDLE], chances, 0.10, WORLDS).iloc[0]
    assert np.isnan(row["at"]) and row["most"] == pytest.approx(0.05, abs=0.001)


def test_the_smallest_joint_change_moves_each_by_what_it_is_worth() -> None:
    """Of a score that is linear in spreads the nearest point lies along the gradient."""
    table = joint_changes([SUPPLY, PAY, IDLE], chances, 0.10, sizes=(2,))
    gap = np.log(0.10 / 0.90) - np.log(0.05 / 0.95)
    best = table.iloc[0]
    assert set(best["levers"]) == {"supply", "pay"}
    assert best["distance"] == pytest.approx(gap / np.hypot(1.0, 0.5), rel=0.05)
    assert best["spreads"]["pay"] > 0 > best["spreads"]["supply"]
    assert chances([best["values"]])[0] == pytest.approx(0.10, abs=0.003)


def test_what_nothing_reaches_has_no_rows() -> None:
    assert not len(joint_changes([IDLE, Lever("other", "USD", 0.0, -1.0, 1.0, False, 1.0)], chances, 0.5))


def test_constant_growth_reaches_a_ratio_of_one_where_the_closed_form_has_it() -> None:
    """From 1 / 19.4 to 1 in five years takes a relative growth of 19.4 ^ (1 / 5) = 1.81 a year in the median world."""
    growth = Lever("growth", "ratio per year", 1.0, 0.1, 10.0, logarithmic=True, spread=0.2)
    luck = np.random.default_rng(3).normal(0.0, 0.3, WORLDS)

    def reached(changes: Sequence[Change]) -> np.ndarray:
        return np.array([(5.0 * np.log(one["growth"]) + luck > np.log(19.4)).mean() for one in changes])

    row = break_even([growth], reached, 0.5, WORLDS).iloc[0]
    assert row["low"] < 19.4**0.2 < row["high"]
    assert row["at"] == pytest.approx(1.81, abs=0.01)


def test_a_lever_that_stands_at_nothing_is_found_at_any_size() -> None:
    backing = Lever("backing", "USD", 0.0, 0.0, 1e12, logarithmic=False, near=1e9)
    for needed in (3e7, 2e9, 4e11):

        def reached(changes: Sequence[Change], needed: float = needed) -> np.ndarray:
            return np.array([(one["backing"] / needed > 2.0 * LEVELS).mean() for one in changes])

        assert break_even([backing], reached, 0.5, WORLDS).iloc[0]["at"] == pytest.approx(needed, rel=0.1)
