"""The verb sell: who is used after a month, how the market grows, and what each owner earns, by hand."""

import numpy as np

from computerace.market import users
from computerace.market.setting import Setting
from computerace.market.software import State as Known
from computerace.runs.model.setting import now
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import calm_luck

ZERO = rows(0.0)


def market(each: Rows = 1.0, brand: Rows = 0.0, **settings: float) -> Setting:
    usual = {"hazard": 1.0, "market_growth_2026": 1.0, "market_growth_2030": 1.0, "quality_weight": 0.1}
    return plain_setting(
        {f"users.{name}": value for name, value in (usual | settings).items()}, None,
        {"brand": brand, "revenue_per_user": each},
    )  # fmt: skip


def served(shares: Rows = 0.2, size: float = 1200.0, growth: float = 0.0) -> users.State:
    return users.State(rows(shares), ZERO, np.full(3, size), np.full(3, growth))


def knowing(quality: Rows = 0.0) -> Known:
    return Known(ZERO, ZERO, rows(quality), ZERO, ZERO, np.zeros((2, 3)))


def test_users_go_by_quality_and_brand() -> None:
    setting = market(brand=[0.0, np.log(3.0), 0.0, 0.0, 0.0])
    after = users.sell(setting, served(), knowing([0, 0, 10 * np.log(4.0), 0, 0]), None, calm_luck(), now(setting, 1))
    np.testing.assert_allclose(after.shares, rows([0.1, 0.3, 0.4, 0.1, 0.1]))


def test_each_owner_is_paid_by_its_users_and_what_one_pays() -> None:
    setting = market(each=[1.0, 3.0, 1.0, 1.0, 0.0])
    after = users.sell(setting, served(size=7200.0), knowing(), None, calm_luck(), now(setting, 1))
    np.testing.assert_allclose(after.revenue, rows([100.0, 300.0, 100.0, 100.0, 0.0]))
    np.testing.assert_allclose(after.market, 7200.0)


def test_the_market_grows_by_the_calendar_and_by_chance() -> None:
    setting = market(market_growth_2026=4.0, market_growth_2030=1.0)
    luck = calm_luck()._replace(demand=np.array([0.0, 1.0, -1.0]))
    after = users.sell(setting, served(), knowing(), None, luck, now(setting, 30))  # mid-2028: half way
    np.testing.assert_allclose(after.market, 1200.0 * 2 ** (1 / 12) * np.exp(0.03 * luck.demand))


def test_the_growth_that_is_seen_moves_a_sixth_of_the_way() -> None:
    setting = market(market_growth_2026=np.e, market_growth_2030=np.e)
    after = users.sell(setting, served(growth=0.4), knowing(), None, calm_luck(), now(setting, 1))
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
