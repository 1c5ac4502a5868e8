"""The verb sell: who is used after a month, how the market grows, and what each owner earns, by hand."""

import numpy as np

from computerace.market import users
from computerace.market.setting import Luck, Setting
from computerace.market.software import State as Known
from computerace.runs.model.setting import now
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import calm_luck

ZERO = rows(0.0)


def market(each: Rows = 1.0, brand: Rows = 0.0, per_usd: Rows = 0.0, **settings: float) -> Setting:
    usual = {"hazard": 1.0, "market_growth_2026": 1.0, "market_growth_2030": 1.0, "quality_weight": 0.1}
    named = {
        name.replace("__", ".") if "__" in name else f"users.{name}": one for name, one in (usual | settings).items()
    }
    return plain_setting(named, None, {"brand": brand, "revenue_per_user": each, "serving_per_usd": per_usd})


def served(shares: Rows = 0.2, size: float = 1200.0, growth: float = 0.0, met: Rows = 1.0) -> users.State:
    return users.State(rows(shares), ZERO, np.full(3, size), np.full(3, growth), rows(met))


def sold(
    setting: Setting, before: users.State, known: Known, *, have: Rows = 0.0, luck: Luck | None = None, month: int = 1
) -> users.State:
    return users.sell(setting, before, known, rows(have), None, luck or calm_luck(), now(setting, month))


def knowing(quality: Rows = 0.0) -> Known:
    return Known(ZERO, ZERO, rows(quality), ZERO, ZERO, np.zeros((2, 3)))


def test_users_go_by_quality_and_brand() -> None:
    setting = market(brand=[0.0, np.log(3.0), 0.0, 0.0, 0.0])
    after = sold(setting, served(), knowing([0, 0, 10 * np.log(4.0), 0, 0]))
    np.testing.assert_allclose(after.shares, rows([0.1, 0.3, 0.4, 0.1, 0.1]))


def test_each_owner_is_paid_by_its_users_and_what_one_pays() -> None:
    setting = market(each=[1.0, 3.0, 1.0, 1.0, 0.0])
    after = sold(setting, served(size=7200.0), knowing())
    np.testing.assert_allclose(after.revenue, rows([100.0, 300.0, 100.0, 100.0, 0.0]))
    np.testing.assert_allclose(after.market, 7200.0)


def test_the_market_grows_by_the_calendar_and_by_chance() -> None:
    setting = market(market_growth_2026=4.0, market_growth_2030=1.0)
    luck = calm_luck()._replace(demand=np.array([0.0, 1.0, -1.0]))
    after = sold(setting, served(), knowing(), luck=luck, month=30)  # mid-2028: half way
    np.testing.assert_allclose(after.market, 1200.0 * 2 ** (1 / 12) * np.exp(0.03 * luck.demand))


def test_the_growth_that_is_seen_moves_a_sixth_of_the_way() -> None:
    setting = market(market_growth_2026=np.e, market_growth_2030=np.e)
    after = sold(setting, served(growth=0.4), knowing())
    np.testing.assert_allclose(after.growth, 0.5)


def test_only_differences_of_utility_count_however_far_apart() -> None:
    value = everywhere(0.0, np.log(3.0), -900.0)
    for level in (-900.0, 0.0, 900.0):
        np.testing.assert_allclose(users.choice_shares(value + level), everywhere(0.25, 0.75, 0.0), atol=1e-12)


def test_shares_sum_to_one_even_where_they_did_not() -> None:
    parameters = parameters_of(users.Users, hazard=0.5)
    moved = users.next_shares(parameters, everywhere(0.9, 0.6), everywhere(0.0, np.log(3.0)))
    np.testing.assert_allclose(moved, everywhere(0.575 / 1.25, 0.675 / 1.25))


def test_growth_stands_still_beyond_three_years_before_and_five_after() -> None:
    parameters = parameters_of(users.Users, market_growth_2026=4.0, market_growth_2030=2.0)
    for years, growth in ((-3.0, 2.75), (-99.0, 2.75), (5.0, 0.75), (99.0, 0.75)):
        np.testing.assert_allclose(12 * users.market_growth(parameters, years) / np.log(2.0), growth)


def test_who_had_no_users_has_the_brand_of_a_ten_thousandth() -> None:
    np.testing.assert_allclose(users.brand(everywhere(0.0, 0.5), everywhere(2.0, 2.0)),
                               everywhere(np.log(1e-4) - 2, np.log(0.5) - 2))  # fmt: skip


SHORT = {"serving__tokens_growth": 2.0, "serving__efficiency_growth": 2.0, "serving__demand_elasticity": 2.0}
HALF_SOLD = 0.5 * (1 + np.log(2.0) / 2)  # of what would be paid, where half of the need is met


def test_what_compute_does_not_serve_is_not_paid_but_for_what_a_higher_price_brings() -> None:
    # each of the five would sell for 20 dollars a month and take 240 H100e
    found = sold(market(per_usd=1.0, **SHORT), served(), knowing(), have=[240.0, 216.0, 120.0, 0.0, 500.0])
    np.testing.assert_allclose(found.met, rows([1.0, 0.9, 0.5, 0.0, 1.0]))
    np.testing.assert_allclose(found.revenue, rows([20.0, 18.0 * (1 - np.log(0.9) / 2), 20.0 * HALF_SOLD, 0.0, 20.0]))
    np.testing.assert_allclose(found.market, 1200.0)  # what users would pay


def test_who_is_not_served_leaves_and_nobody_comes() -> None:
    setting = market(hazard=0.1, serving__leaving=0.4, price_weight=0.0, **SHORT)
    found = sold(setting, served(met=[0.5, 1, 1, 1, 1]), knowing())
    gone = 0.2 * 0.4 * (1 - HALF_SOLD)
    chosen = HALF_SOLD / (4 + HALF_SOLD)
    np.testing.assert_allclose(found.shares[0], (0.2 - gone) * 0.9 + (gone + 0.1 * (1 - gone)) * chosen)
    np.testing.assert_allclose(found.shares.sum(axis=0), 1.0)
    none = sold(market(hazard=0.0, serving__leaving=1.0), served(met=[0.0, 1, 1, 1, 1]), knowing())
    np.testing.assert_allclose(none.shares, rows([0.0, 0.25, 0.25, 0.25, 0.25]), atol=1e-9)


def test_a_price_that_is_raised_costs_users() -> None:
    setting = market(price_weight=2.0, **SHORT)
    found = sold(setting, served(met=[0.5, 1, 1, 1, 1]), knowing())
    dearer = 1 + np.log(2.0) / 2
    np.testing.assert_allclose(found.shares[0] / found.shares[1], HALF_SOLD * dearer**-2.0)
