"""How moods and plans turn, what promises do, and what bounds returns, by hand."""

import numpy as np

from computerace.market import finance, promises, returns
from computerace.market.finance import Finance
from computerace.runs.model.setting import now
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import plain_setting, rows
from tests.runs.model.small import calm_luck, small_start


def test_before_anybody_decides_moods_turn_and_plans_drift() -> None:
    setting = plain_setting({"finance.window_volatility": 0.4, "finance.plan_spread": 0.3})
    luck = calm_luck()._replace(mood=np.array([0.0, 1.0, -1.0]), plan=np.tile([0.0, 1.0, -1.0], (5, 1)))
    before = small_start()[1].finance._replace(mood=np.full(3, 0.2), plans=rows(0.01))
    after = finance.open_month(setting, before, luck, now(setting, 1))
    year, half = 0.5 ** (1 / 12), 0.5 ** (1 / 6)
    np.testing.assert_allclose(after.mood, 0.2 * year + 0.4 * np.sqrt(1 - year**2) * luck.mood, rtol=1e-3)
    # twelve months of an autoregression with unit spread add up to this variance
    twelve = 12 + 2 * sum((12 - lag) * half**lag for lag in range(1, 12))
    drift = 0.3 / np.sqrt(twelve) * np.sqrt(1 - half**2)
    np.testing.assert_allclose(after.plans, 0.01 * half + drift * luck.plan, rtol=1e-3)


def test_belief_moves_towards_what_was_kept_and_never_far_beyond() -> None:
    parameters = parameters_of(Finance, sentiment_memory_months=10.0)
    found = promises.next_sentiment(
        parameters,
        everywhere(1.0, 1.0, 1.0, 0.4),
        everywhere(1.0, 900.0, 50.0, 9.0),
        everywhere(100.0, 100.0, 100.0, 0.5),
    )
    np.testing.assert_allclose(
        found, everywhere(0.9 + 0.1 * np.exp(-198 / 101), 0.9 + 0.1 * np.exp(1.6), 0.9 + 0.1 * np.exp(-2 / 3), 0.46)
    )


def test_a_promise_counts_from_one_chip_on() -> None:
    parameters = parameters_of(Finance, sentiment_memory_months=10.0)
    found = promises.next_sentiment(parameters, everywhere(1.0, 1.0), everywhere(0.5, 0.55), everywhere(1.0, 1.1))
    np.testing.assert_allclose(found, 0.9 + 0.1 * np.exp(-2 / 3))


def test_who_owned_nothing_first_promises_when_it_first_owns_something() -> None:
    parameters = parameters_of(Finance, promise_memory_months=24.0)
    owned = everywhere(0.0, 0.0, 1000.0, 1000.0)
    found = promises.next_promise(parameters, everywhere(0.0, 500.0, 0.0, 500.0), owned, everywhere(*[np.exp(1.2)] * 4))
    assert (found[0] == 0.0).all() and (found[1] < 500.0).all()
    np.testing.assert_allclose(found[2:, 0], [1000.0 * np.exp(0.1), 500.0 * np.exp(0.1 + np.log(2.0) / 24.0)])


def test_q_looks_two_years_ahead_and_reckons_with_a_dollar_where_a_fleet_costs_nothing() -> None:
    parameters = parameters_of(Finance, cost_of_capital=0.1)
    for growth, factor in ((1.5, np.exp(3.0)), (-0.7, np.exp(-1.4))):
        found = returns.expected_return(
            parameters,
            np.full(3, 100.0),
            np.full(3, growth),
            np.full(3, 10.0),
            np.full(3, 5.0),
            np.full(3, 0.2),
            np.full(3, 5.0),
        )
        np.testing.assert_allclose(found, 100.0 * factor / 25.0)
    none = returns.expected_return(
        parameters, np.full(3, 100.0), np.zeros(3), np.zeros(3), np.ones(3), np.zeros(3), np.ones(3)
    )
    np.testing.assert_allclose(none, 100.0)


def test_the_wish_answers_the_log_of_returns_near_their_cost_and_no_return_by_more_than_two() -> None:
    parameters = parameters_of(Finance, appetite=0.0, sensitivity=0.6)
    growth = returns.wished_growth(parameters, 0.0, np.array([1e-9, 1e9, 1.0]))
    np.testing.assert_allclose(growth, [-0.1, 0.1, 0.0], atol=1e-9)
    near = returns.wished_growth(parameters, 0.0, np.array([0.9, 1.1, 1.2]))
    np.testing.assert_allclose(near, 0.05 * np.log([0.9, 1.1, 1.2]), rtol=3e-3)
