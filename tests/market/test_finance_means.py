"""What owners could spend in a month, how moods and plans turn, and what promises do, by hand."""

import numpy as np

from computerace.market import finance
from computerace.market.finance import Finance
from computerace.market.setting import Setting
from computerace.runs.model.setting import now
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import calm_luck, small_start


def setting_of(
    backing: Rows = 0.0, growth: Rows = 0.0, anchors: dict[str, Rows] | None = None, **settings: float
) -> Setting:
    usual = {"leverage": 2.0, "cash_flow_share": 0.5, "sentiment_elasticity": 1.0}
    anchored = {"core": 0.0, "buffer": 0.0, "spending_months": 12.0, "other_capex": 0.0}
    return plain_setting(
        {f"finance.{name}": value for name, value in (usual | settings).items()},
        {"backing_usd_per_month": backing, "cash_flow_growth": growth}, anchored | (anchors or {}),
    )  # fmt: skip


def money(**changed: Rows) -> finance.State:
    usual = {"cash": 0.0, "debt": 0.0, "outside_rate": 0.0, "sentiment": 1.0}
    written = {name: rows(value) for name, value in (usual | changed).items()}
    return small_start()[1].finance._replace(mood=np.zeros(3), **written)


def means(setting: Setting, state: finance.State, income: Rows = 0.0, years: float = 0.0) -> finance.Means:
    return finance.means(setting, state, rows(income), years)


def test_the_other_business_grows_where_it_earns_and_stays_where_it_loses() -> None:
    setting = setting_of(growth=np.log(1.1), anchors={"core": [100.0, -100.0, 0.0, 50.0, 10.0]})
    found = means(setting, money(), income=[7.0, 7.0, 7.0, -7.0, 0.0], years=2.0)
    np.testing.assert_allclose(found.core, rows([121.0, -100.0, 0.0, 60.5, 12.1]))
    np.testing.assert_allclose(found.income, rows([128.0, -93.0, 7.0, 53.5, 12.1]))


def test_cash_above_the_buffer_is_spent_in_its_months() -> None:
    setting = setting_of(anchors={"buffer": 40.0, "spending_months": [6.0, 12.0, 12.0, 12.0, 12.0]})
    found = means(setting, money(cash=[100.0, 100.0, 30.0, -5.0, 40.0]))
    np.testing.assert_allclose(found.spare, rows([10.0, 5.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(found.funds, found.spare)


def test_debt_is_open_to_a_multiple_of_a_years_income_a_twelfth_of_the_room_a_month() -> None:
    found = means(setting_of(), money(debt=[0.0, 60.0, 999.0, 0.0, 0.0]), income=[5.0, 5.0, 5.0, -5.0, 0.0])
    np.testing.assert_allclose(found.debt_room, rows([10.0, 5.0, 0.0, 0.0, 0.0]))


def test_outside_money_comes_with_belief_backing_and_slack() -> None:
    setting = setting_of(backing=[3.0, 0.0, 0.0, 0.0, 0.0], slack_usd_per_month=2.0, window_multiplier=1.5)
    found = means(setting, money(outside_rate=120.0, sentiment=[1.0, 0.5, 0.01, 9.0, 2.0]))
    np.testing.assert_allclose(found.window, 2.0 + 15.0 * rows([1.0, 0.5, 0.05, 3.0, 2.0]) + rows([3.0, 0, 0, 0, 0]))


def test_all_means_less_other_capex_are_for_ai_and_losses_count_in_full() -> None:
    setting = setting_of(anchors={"other_capex": 11.0, "buffer": 0.0})
    state = money(cash=240.0, outside_rate=36.0, debt=1e9)
    found = means(setting, state, income=[40.0, -10.0, -99.0, 0.0, 1.0])
    np.testing.assert_allclose(found.funds, rows([20 + 20 + 3 - 11, -10 + 20 + 3 - 11, 0, 12, 12.5]))


def test_before_anybody_decides_moods_turn_and_plans_drift() -> None:
    setting = setting_of(window_volatility=0.4, plan_spread=0.3)
    luck = calm_luck()._replace(mood=np.array([0.0, 1.0, -1.0]), plan=np.tile([0.0, 1.0, -1.0], (5, 1)))
    before = money()._replace(mood=np.full(3, 0.2), plans=rows(0.01))
    after = finance.open_month(setting, before, luck, now(setting, 1))
    year, half = 0.5 ** (1 / 12), 0.5 ** (1 / 6)
    np.testing.assert_allclose(after.mood, 0.2 * year + 0.4 * np.sqrt(1 - year**2) * luck.mood, rtol=1e-3)
    # twelve months of an autoregression with unit spread add up to this variance
    twelve = 12 + 2 * sum((12 - lag) * half**lag for lag in range(1, 12))
    drift = 0.3 / np.sqrt(twelve) * np.sqrt(1 - half**2)
    np.testing.assert_allclose(after.plans, 0.01 * half + drift * luck.plan, rtol=1e-3)


def test_the_market_for_one_lab_deepens_by_its_growth_from_the_end_of_2025() -> None:
    parameters = parameters_of(Finance, depth_usd_per_year=1e9, window_growth=4.0, round_speed=1.0, round_months=2.0)
    young, never = everywhere(1.0) > 0, everywhere(0.6)
    rate = finance.next_rate(parameters, everywhere(1e6), young, 1.5, everywhere(0.4), everywhere(0.0))
    np.testing.assert_allclose(rate, 8e9)
    np.testing.assert_allclose(finance.next_rate(parameters, everywhere(1e6), young, 1.5, never, everywhere(0.0)), 1e6)
    nothing = finance.next_rate(parameters, everywhere(1e4), young, 0.0, everywhere(0.4), everywhere(0.0))
    np.testing.assert_allclose(nothing, 1e4 * 1e9 / 1e5)  # who raised next to nothing leaps from 100,000 dollars


def test_belief_moves_towards_what_was_kept_within_bounds() -> None:
    parameters = parameters_of(Finance, sentiment_memory_months=10.0)
    found = finance.next_sentiment(
        parameters,
        everywhere(1.0, 1.0, 1.0, 0.4),
        everywhere(1.0, 900.0, 50.0, 9.0),
        everywhere(100.0, 100.0, 100.0, 0.5),
    )
    np.testing.assert_allclose(found, everywhere(1 - 0.095, 1.1, 0.95, 0.46))


def test_a_promise_counts_from_one_chip_on() -> None:
    parameters = parameters_of(Finance, sentiment_memory_months=10.0)
    found = finance.next_sentiment(parameters, everywhere(1.0, 1.0), everywhere(0.5, 0.55), everywhere(1.0, 1.1))
    np.testing.assert_allclose(found, 0.95)


def test_q_is_bounded_by_growth_and_by_fleets_that_cost_something() -> None:
    parameters = parameters_of(Finance, cost_of_capital=0.1)
    for growth, factor in ((5.0, np.exp(2.4)), (-5.0, np.exp(-1.0))):
        found = finance.expected_return(
            parameters, np.full(3, 100.0), np.full(3, growth), np.full(3, 10.0), np.full(3, 5.0), np.full(3, 0.2)
        )
        np.testing.assert_allclose(found, 100.0 * factor / 25.0)
    none = finance.expected_return(parameters, np.full(3, 100.0), np.zeros(3), np.zeros(3), np.ones(3), np.zeros(3))
    np.testing.assert_allclose(none, 100.0)


def test_no_return_moves_the_wish_by_more_than_two_logs() -> None:
    parameters = parameters_of(Finance, appetite=0.0, sensitivity=0.6)
    growth = finance.wished_growth(parameters, 0.0, np.array([1e-9, 1e9, 1.0]))
    np.testing.assert_allclose(growth, [-0.1, 0.1, 0.0], atol=1e-12)
