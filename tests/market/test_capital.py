"""The capital market's pools: how large they are, how they grow, and what a listing brings."""

import numpy as np

from computerace.market import capital
from computerace.market.capital import CHIPS, KINDS, PARENTS, PRIVATE, PUBLIC, Capital
from tests.market.mechanisms import parameters_of

ONE, NOTHING = np.ones(3), np.zeros(3)


def test_growth_fades_by_half_in_its_half_life_and_never_passes_half_life_over_ln_2() -> None:
    half_life = np.array([1.0, 3.0, 8.0])
    np.testing.assert_allclose(capital.faded(half_life, 1e-6), 1e-6, rtol=1e-5)
    step = 1e-4
    speed = (capital.faded(half_life, 3.0 + step) - capital.faded(half_life, 3.0)) / step
    np.testing.assert_allclose(speed, 0.5 ** (3.0 / half_life), rtol=1e-3)
    np.testing.assert_allclose(capital.faded(half_life, 1e3), half_life / np.log(2))


def test_half_of_a_distress_is_left_after_its_half_life() -> None:
    half_life = [3.0, 6.0, 24.0]
    kept = parameters_of(Capital, distress_half_life_months=half_life).distress_kept
    np.testing.assert_allclose(kept**half_life, 0.5)


def test_each_pool_is_a_twelfth_of_its_year_and_grows_by_its_own_growth() -> None:
    sizes = {f"{kind}_usd_per_year": 12.0 * (number + 1) for number, kind in enumerate(KINDS)}
    growth = {f"{kind}_growth": 2.0 for kind in KINDS if kind != "private"}
    parameters = parameters_of(Capital, **sizes, **growth, growth_half_life_years=[1.0, 3.0, 100.0], vendor_share=0.0)
    now = capital.pools(parameters, 2.0 * ONE, 0.0, ONE, NOTHING)
    np.testing.assert_allclose(now, np.arange(1.0, 7.0)[:, None].repeat(3, axis=1))
    later = capital.pools(parameters, 2.0 * ONE, 5.0, ONE, NOTHING)
    np.testing.assert_allclose(later / now, [2.0 ** capital.faded(parameters.growth_half_life_years, 5.0)] * 6)
    np.testing.assert_allclose(12 * later[PRIVATE], capital.private_pool(parameters, 2.0 * ONE, 5.0))


def test_mood_moves_equity_and_leaves_debt() -> None:
    parameters = parameters_of(Capital)
    calm, glad = (capital.pools(parameters, ONE, 1.0, mood * ONE, NOTHING) for mood in (1.0, 1.5))
    for kind in range(len(KINDS)):
        np.testing.assert_allclose(glad[kind] / calm[kind], 1.5 if kind in (PARENTS, PRIVATE, PUBLIC) else 1.0)


def test_what_chips_are_paid_comes_back_as_vendors_money() -> None:
    parameters = parameters_of(Capital, vendor_share=0.05)
    without, sold = (capital.pools(parameters, ONE, 0.0, ONE, sales * ONE) for sales in (0.0, 2e10))
    np.testing.assert_allclose(sold[PARENTS] - without[PARENTS], 1e9)
    np.testing.assert_array_equal(sold[CHIPS], without[CHIPS])


def test_a_parent_is_listed_once_where_luck_is_below_the_chance() -> None:
    parameters = parameters_of(
        Capital, listing_chance=0.6, listing_draw=[0.5, 0.7, 0.59], listing_month=[11.6, 12.0, 12.4], listing_usd=3e10
    )
    found = np.array([capital.listed(parameters, month) for month in range(1, 25)])
    np.testing.assert_array_equal(found.sum(axis=0), [3e10, 0.0, 3e10])
    np.testing.assert_array_equal(found[11], [3e10, 0.0, 3e10])


def test_the_growth_of_a_month_is_that_of_the_pool() -> None:
    parameters = parameters_of(Capital, growth_half_life_years=[1.0, 3.0, 8.0])
    before, after = (capital.private_pool(parameters, 1.5 * ONE, years) for years in (2.0 - 1 / 24, 2.0 + 1 / 24))
    np.testing.assert_allclose(capital.grown_in_a_month(parameters, 1.5 * ONE, 2.0), after / before, rtol=1e-4)
