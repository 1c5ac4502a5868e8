"""Splitting against the closed-form tail of a Gaussian walk, and its intervals against what they promise."""

import math

import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr, ndtri

from computerace.analysis.rare_events import POOL, Estimate, Splitting, combined, split, split_once
from computerace.market.errors import UserError

STEPS = 12
QUICK = Splitting(worlds=300)


def end_of_walk(normals: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Where a walk of STEPS standard normal steps ends."""
    return normals.sum(axis=1)


def half_by_luck(normals: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """A walk whose last step goes with the number of the luck, spread over the pool as a normal is."""
    return normals.sum(axis=1) + ndtri((luck % POOL + 0.5) / POOL) * math.sqrt(STEPS / 2)


@pytest.mark.parametrize("deviations", [2.0, 3.5, 5.0])
def test_tail_of_a_gaussian_walk_is_the_closed_form(deviations: float) -> None:
    target = deviations * math.sqrt(STEPS)
    found = split(end_of_walk, STEPS, target, seed=5, repeats=8)
    exact = float(ndtr(-deviations))  # 2e-2, 2e-4, 3e-7
    assert found.probability == pytest.approx(exact, rel=0.5)
    assert found.low <= exact <= found.high
    assert found.evaluations < 300_000  # plain sampling would need 30 million worlds to see the last event ten times


def test_luck_from_the_pool_counts_as_much_as_parameters() -> None:
    # The walk has variance 6 from its normals and 6 from its luck; the pool's ends cut nothing off at this depth.
    found = split(half_by_luck, STEPS // 2, 3.0 * math.sqrt(STEPS), seed=2, repeats=8)
    assert found.low <= float(ndtr(-3.0)) <= found.high
    assert found.probability == pytest.approx(float(ndtr(-3.0)), rel=0.4)


def test_interval_covers_the_truth_about_nineteen_times_in_twenty() -> None:
    target, exact = 4.0 * math.sqrt(STEPS), float(ndtr(-4.0))
    covered, total = 0, 60
    for seed in range(total):
        found = split(end_of_walk, STEPS, target, seed=seed, chosen=QUICK)
        covered += found.low <= exact <= found.high
    assert covered >= 0.87 * total


def test_estimates_have_the_right_mean() -> None:
    target, exact = 4.0 * math.sqrt(STEPS), float(ndtr(-4.0))
    found = [split_once(end_of_walk, STEPS, target, 11, repeat, QUICK).probability for repeat in range(150)]
    assert abs(np.mean(found) - exact) < 3 * np.std(found) / math.sqrt(len(found))


def test_worlds_that_got_there_lean_the_way_that_leads_there() -> None:
    target = 4.0 * math.sqrt(STEPS)
    found = split(end_of_walk, STEPS, target, seed=3, repeats=4)
    # Given the sum, each step is its share of it: the mean of the sum above 4 deviations, over 12 steps.
    beyond = math.exp(-8.0 - 0.5 * math.log(2 * math.pi) - float(log_ndtr(-4.0)))
    np.testing.assert_allclose(found.leaning, beyond / math.sqrt(STEPS), atol=0.35)
    assert found.leaning.mean() == pytest.approx(beyond / math.sqrt(STEPS), rel=0.05)


def test_an_event_that_is_not_rare_is_a_plain_share() -> None:
    found = split(end_of_walk, STEPS, 0.0, seed=1, chosen=QUICK)
    assert found.evaluations == 4 * QUICK.worlds
    assert found.low <= 0.5 <= found.high


def test_what_cannot_happen_gets_a_bound() -> None:
    def bounded(normals: np.ndarray, luck: np.ndarray) -> np.ndarray:
        return np.minimum(normals[:, 0], 2.0)

    found = split(bounded, 1, 3.0, seed=1, chosen=QUICK)
    assert found.probability == found.low == 0.0
    assert 0 < found.high < 0.2
    assert np.isnan(found.leaning).all()


def test_equal_seeds_give_equal_estimates_and_repeats_differ() -> None:
    one, other, third = (split_once(end_of_walk, STEPS, 10.0, 1, repeat, QUICK) for repeat in (0, 0, 1))
    assert one.probability == other.probability != third.probability


def test_each_repeat_keeps_to_its_pool_of_luck() -> None:
    seen: list[int] = []

    def spying(normals: np.ndarray, luck: np.ndarray) -> np.ndarray:
        seen.extend(luck.tolist())
        return end_of_walk(normals, luck)

    split_once(spying, STEPS, 10.0, 1, 3, QUICK)
    assert min(seen) >= 3 * POOL and max(seen) < 4 * POOL


def test_combined_repeats_have_students_interval_of_the_logarithm() -> None:
    estimates = [Estimate(value, value, 10, np.zeros(1)) for value in (1e-4, 2e-4, 4e-4)]
    found = combined(estimates)
    half = 4.302653 * math.log(2) / math.sqrt(3)  # Student's 97.5 % quantile with 2 degrees; logs lie ln 2 apart
    assert found.probability == pytest.approx(7e-4 / 3)
    assert (found.low, found.high) == pytest.approx((7e-4 / 3 * math.exp(-half), 7e-4 / 3 * math.exp(half)), rel=1e-5)
    assert found.evaluations == 30


def test_one_repeat_or_too_few_worlds_are_refused() -> None:
    with pytest.raises(UserError, match="at least 2 repeats"):
        combined([Estimate(1e-4, 1e-4, 10, np.zeros(1))])
    with pytest.raises(UserError, match="at least 100 worlds per level; got 99"):
        Splitting(worlds=99)
