"""Sums, largest values, bounds, powers and ratios over owners and worlds."""

import numpy as np
import pytest

from computerace.market.arrays import above, below, bounded, maximum_over_owners, near_log, over_owners, power, ratio
from tests.market.mechanisms import owners

ROWS = owners([1.0, -2.0, 3.0], [4.0, -8.0, 0.0], [2.0, -1.0, 9.0])


@pytest.mark.parametrize(
    ("count", "total", "largest"),
    [(1, [1, -2, 3], [1, -2, 3]), (2, [5, -10, 3], [4, -2, 3]), (3, [7, -11, 12], [4, -1, 9])],
)
def test_sums_and_largest_values_over_any_number_of_owners(
    count: int, total: list[float], largest: list[float]
) -> None:
    rows = ROWS[:count].copy()
    np.testing.assert_array_equal(over_owners(rows), total)
    np.testing.assert_array_equal(maximum_over_owners(rows), largest)
    np.testing.assert_array_equal(rows, ROWS[:count])


def test_one_owners_sum_is_an_array_of_its_own() -> None:
    rows = ROWS[:1].copy()
    over_owners(rows)[:] = maximum_over_owners(rows)[:] = 99.0
    np.testing.assert_array_equal(rows, ROWS[:1])


def test_values_are_cut_to_their_bounds() -> None:
    np.testing.assert_array_equal(bounded(np.array([-1.0, 0.5, 9.0]), 0.0, 2.0), [0.0, 0.5, 2.0])


def test_powers_and_ratios_and_what_they_make_of_nothing() -> None:
    np.testing.assert_allclose(power(np.array([0.0, 4.0, 9.0]), 0.5), [1e-6, 2.0, 3.0])
    np.testing.assert_allclose(ratio(np.array([6.0, 5.0]), np.array([3.0, 10.0])), [2.0, 0.5])
    np.testing.assert_array_equal(ratio(np.zeros(2), np.zeros(2)), 0.0)


@pytest.mark.parametrize("shape", [(1,), (2,), (9,), (3, 1), (3, 2), (3, 257)])
@pytest.mark.parametrize("count", [2, 5, 8, 20])  # NumPy adds eight and more in pairs where it may
def test_owners_are_added_row_by_row_whatever_the_number_of_worlds(count: int, shape: tuple[int, ...]) -> None:
    rows = np.random.default_rng(count).lognormal(0.0, 9.0, (count, *shape))
    total = rows[0].copy()
    for row in rows[1:]:
        total = total + row
    np.testing.assert_array_equal(over_owners(rows), total)
    apart = np.ascontiguousarray(np.moveaxis(rows, 0, -2))  # owners before the worlds, kinds before both
    np.testing.assert_array_equal(over_owners(np.moveaxis(apart, -2, 0)), total)


def test_values_are_held_above_and_below_a_number_and_nan_stays() -> None:
    values = np.array([[-1.0, 0.5], [np.nan, 3.0]])
    np.testing.assert_array_equal(above(values, 0.0), [[0.0, 0.5], [np.nan, 3.0]])
    np.testing.assert_array_equal(below(values, 1.0), [[-1.0, 0.5], [np.nan, 1.0]])
    np.testing.assert_array_equal(above(values[0], 0.0), [0.0, 0.5])


def test_a_near_log_is_the_log_of_what_is_near_and_never_beyond_two() -> None:
    part, whole = np.array([1.1, 9.0, 1e9, 0.0, 0.0, 3.0]), np.array([1.0, 10.0, 1.0, 4.0, 0.0, 3.0])
    np.testing.assert_allclose(near_log(part[:2], whole[:2]), np.log(part[:2] / whole[:2]), rtol=1e-3)
    np.testing.assert_allclose(near_log(part, whole)[2:], [2.0, -2.0, 0.0, 0.0], atol=1e-8)
    np.testing.assert_array_equal(near_log(part, whole), -near_log(whole, part))
