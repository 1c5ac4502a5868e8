"""The value at which a chance is reached and its interval lie on one branch, on one side of where the lever stands."""

from collections.abc import Callable, Sequence
from itertools import takewhile

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from computerace.analysis.game.branches import Levels, branch
from computerace.analysis.game.levers import Change, Lever, break_even, joint_changes
from computerace.market.errors import UserError

WORLDS = 400
KNOTS = np.arange(-4.0, 5.0)
FINE = np.arange(-4000, 4001) / 1000
PAY = Lever("pay", "USD", 0.0, -4.0, 4.0, logarithmic=False, spread=1.0)
NOT_ON_A_KNOT = 0.5 / 1000


def of_pay(chance: Callable[[float], float]) -> Callable[[Sequence[Change]], np.ndarray]:
    return lambda changes: np.array([chance(one.get("pay", 0.0)) for one in changes])


def noise(target: float) -> float:
    return float(1.959964 * np.sqrt(target * (1 - target) / WORLDS))


def row_of(chance: Callable[[float], float], target: float) -> "pd.Series[float]":
    return break_even([PAY], of_pay(chance), target, WORLDS).iloc[0]


def stretch(curve: np.ndarray, target: float, root: int) -> tuple[float, float]:
    """The ends of the stretch about a root, on its side of 0, that the sampling error allows; by looking everywhere."""
    allowed = (curve >= target - noise(target)) & (curve <= target + noise(target))
    side = range(4000, 8001) if root > 4000 else range(4001)
    below = list(takewhile(lambda one: allowed[one], range(root, side.start - 1, -1))) or [root]
    above = list(takewhile(lambda one: allowed[one], range(root, side.stop))) or [root]
    return float(FINE[below[-1]]), float(FINE[above[-1]])


@settings(max_examples=150, deadline=None)
@given(
    knots=st.lists(st.integers(0, 1000), min_size=9, max_size=9),
    asked=st.integers(100, 899),
)
@example(knots=[140, 20, 20, 20, 20, 40, 60, 80, 85], asked=100)
@example(knots=[100, 100, 100, 105, 60, 60, 80, 90, 160], asked=101)
def test_the_value_is_the_nearest_and_its_interval_is_the_stretch_about_it_on_its_side(
    knots: list[int], asked: int
) -> None:
    target, heights = asked / 1000 + NOT_ON_A_KNOT, np.array(knots) / 1000
    curve = np.interp(FINE, KNOTS, heights)
    row = row_of(lambda pay: float(np.interp(pay, KNOTS, heights)), target)
    roots = np.flatnonzero(np.diff(np.sign(curve - target)))
    if not len(roots):
        assert np.isnan(row["at"]) and np.isnan(row["low"]) and np.isnan(row["high"])
        return
    assert row["low"] <= row["at"] <= row["high"]
    assert row["low"] >= 0.0 or row["high"] <= 0.0
    distances = np.sort(np.abs(FINE[roots]))
    assert abs(row["at"]) == pytest.approx(distances[0], abs=0.02)
    assume(distances[0] > 0.02 and (len(roots) == 1 or distances[1] - distances[0] > 0.02))  # which root is plain
    root = int(roots[np.abs(FINE[roots]).argmin()])
    inside = root + int(abs(curve[root + 1] - target) < abs(curve[root] - target))
    assert (row["low"], row["high"]) == pytest.approx(stretch(curve, target, inside), abs=0.025)


def test_a_chance_that_falls_both_ways_has_its_interval_on_the_side_of_its_value() -> None:
    row = row_of(lambda pay: 0.30 - (0.08 if pay < 0 else 0.02) * abs(pay), 0.26)
    assert row["at"] == pytest.approx(-0.5, abs=0.01)
    assert row["low"] == pytest.approx(-(0.04 + noise(0.26)) / 0.08, abs=0.01)
    assert row["high"] == 0.0  # where the lever stands: 0.30 is within the sampling error of 0.26


def test_a_step_on_one_side_keeps_its_interval_from_the_other_side() -> None:
    row = row_of(lambda pay: 0.14 if pay < -3.3 else 0.02 + 0.065 * max(pay, 0.0) / 4.0, 0.10)
    assert (row["at"], row["low"], row["high"]) == pytest.approx((-3.3, -3.3, -3.3), abs=0.01)


def test_a_chance_that_the_lever_has_where_it_stands_is_reached_there_with_both_sides_of_its_interval() -> None:
    row = row_of(lambda pay: 0.10 + 0.02 * pay, 0.10)
    assert row["at"] == 0.0
    assert (row["low"], row["high"]) == pytest.approx((-noise(0.10) / 0.02, noise(0.10) / 0.02), abs=0.01)


def test_the_nearer_side_is_taken_by_the_way_to_go_and_not_by_the_places_of_the_grid() -> None:
    grid = np.array([-0.4, -0.3, -0.2, -0.1, 0.0, 1.0, 2.0, 3.0, 4.0])
    curve = np.array([0.3, 0.3, 0.3, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3])
    found = branch(grid, curve, Levels(0.2, 0.15, 0.25), 4)
    assert found is not None and (found.root.start, found.root.end) == (3, 2)


def test_a_chance_that_is_there_already_tells_where_it_falls_to_the_one_asked() -> None:
    row = row_of(lambda pay: 0.30 - 0.05 * pay, 0.20)
    assert row["present"] == pytest.approx(0.30)
    assert row["at"] == pytest.approx(2.0, abs=0.01)
    assert (row["low"], row["high"]) == pytest.approx((2 - noise(0.20) / 0.05, 2 + noise(0.20) / 0.05), abs=0.01)


def test_a_chance_that_never_falls_so_far_is_told_with_the_least_that_was_found() -> None:
    row = row_of(lambda pay: 0.30 - 0.05 * abs(pay), 0.05)
    assert np.isnan(row["at"])
    assert (row["least"], row["present"], row["most"]) == pytest.approx((0.10, 0.30, 0.30))


def test_a_lever_is_as_exact_beside_others_as_by_itself() -> None:
    narrow = Lever("narrow", "USD", 0.0, -0.004, 0.004, logarithmic=False, spread=0.001)

    def chance(changes: Sequence[Change]) -> np.ndarray:
        return np.array([0.05 + 0.1 * np.tanh(one.get("pay", 0) + 1e3 * one.get("narrow", 0)) for one in changes])

    by_itself = break_even([PAY], chance, 0.12, WORLDS)
    beside = break_even([narrow, PAY], chance, 0.12, WORLDS)
    pd.testing.assert_frame_equal(by_itself, beside.iloc[1:].reset_index(drop=True))
    assert beside["at"][0] == pytest.approx(np.arctanh(0.7) / 1e3, rel=0.01)


@pytest.mark.parametrize(("target", "needed"), [(0.0001, "10,000"), (0.999999, "1,000,000"), (0.004, "250")])
def test_a_chance_that_the_worlds_cannot_tell_is_refused_with_how_many_it_takes(target: float, needed: str) -> None:
    with pytest.raises(UserError, match=f"take at least {needed} worlds"):
        break_even([PAY], of_pay(lambda _: 0.05), target, 100)
    enough = int(needed.replace(",", ""))
    assert len(break_even([PAY], of_pay(lambda _: 0.05), target, enough)) == 1


def test_a_chance_that_is_crossed_no_more_when_worlds_fail_later_is_still_a_number() -> None:
    asked = []

    def chance(changes: Sequence[Change]) -> np.ndarray:
        asked.append(len(changes))
        return np.array([0.05 if len(asked) > 1 else 0.05 + 0.05 * one["pay"] for one in changes])

    assert break_even([PAY], chance, 0.12, WORLDS)["at"][0] == 2.0  # the place of the grid at which it was there


OTHER = Lever("other", "USD", 1.0, -9.0, 9.0, logarithmic=False, spread=1.0)
THIRD = Lever("third", "USD", 0.0, -9.0, 9.0, logarithmic=False, spread=1.0)


def test_no_joint_change_is_told_where_the_chance_is_there_without_one() -> None:
    def chance(changes: Sequence[Change]) -> np.ndarray:
        return np.array([0.30 + 0.05 * one.get("pay", 0.0) + 0.05 * one.get("other", 1.0) for one in changes])

    assert not len(joint_changes([PAY, OTHER, THIRD], chance, 0.20))
    assert len(joint_changes([PAY, OTHER, THIRD], chance, 0.40)) == 4


def test_levers_that_are_enough_where_they_stand_are_a_change_of_no_distance() -> None:
    """Held in all worlds two levers may have the chance that they have not where they are drawn."""

    def chance(changes: Sequence[Change]) -> np.ndarray:
        return np.array([0.20 if len(one) == 2 and "third" not in one else 0.05 for one in changes])

    table = joint_changes([PAY, OTHER, THIRD], chance, 0.10)
    assert table["levers"].tolist() == [["pay", "other"]]
    assert table["distance"][0] == 0.0 and table["values"][0] == {"pay": 0.0, "other": 1.0}
    assert not table.isna().any(axis=None)


def test_every_set_of_levers_that_reaches_it_is_a_row() -> None:
    levers = [Lever(f"lever {number}", "USD", 0.0, -9.0, 9.0, logarithmic=False, spread=1.0) for number in range(6)]
    table = joint_changes(levers, lambda changes: np.array([0.05 + 0.05 * sum(one.values()) for one in changes]), 0.1)
    assert len(table) == 15 + 20
    assert table["distance"].is_monotonic_increasing


def test_a_lever_that_does_nothing_by_itself_is_moved_the_way_that_helps_beside_the_others() -> None:
    def chance(changes: Sequence[Change]) -> np.ndarray:
        return np.array([0.05 + 0.02 * max(one.get("pay", 0), 0) * max(-one.get("third", 0), 0) for one in changes])

    def with_pay(changes: Sequence[Change]) -> np.ndarray:
        return chance(changes) + np.array([0.001 * one.get("pay", 0.0) for one in changes])

    table = joint_changes([PAY, THIRD], with_pay, 0.15, sizes=(2,))
    assert table["spreads"][0]["pay"] > 0 > table["spreads"][0]["third"]
