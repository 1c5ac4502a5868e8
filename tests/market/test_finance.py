"""Capital: the wish to invest, the limits of money, sentiment and promises."""

import numpy as np

from computerace.market import finance
from computerace.market.finance import Finance
from tests.market.mechanisms import everywhere, parameters_of


def test_at_normal_returns_the_wish_grows_by_the_appetite_which_halves() -> None:
    parameters = parameters_of(Finance, appetite=[0.2, 0.45, 0.7], appetite_half_life_years=2.5)
    np.testing.assert_allclose(12 * finance.wished_growth(parameters, 0.0, np.ones(3)), [0.2, 0.45, 0.7])
    np.testing.assert_allclose(12 * finance.wished_growth(parameters, 2.5, np.ones(3)), [0.1, 0.225, 0.35])


def test_the_wish_follows_q() -> None:
    parameters = parameters_of(Finance, appetite=0.0, sensitivity=0.25)
    growth = 12 * finance.wished_growth(parameters, 0.0, np.array([0.5, 1.0, 2.0]))
    np.testing.assert_allclose(growth, 0.25 * np.log([0.5, 1.0, 2.0]), atol=1e-12)


def test_returns_are_revenue_two_years_on_over_the_user_cost() -> None:
    parameters = parameters_of(Finance, cost_of_capital=0.10)
    found = finance.expected_return(
        parameters, np.full(3, 1e11), np.full(3, 0.5), np.full(3, 2e7), np.full(3, 3e4), np.full(3, 0.2)
    )
    np.testing.assert_allclose(found, 1e11 * np.e / (2e7 * 3e4 * 0.5))


def test_mood_fades_by_half_in_a_year() -> None:
    parameters, mood = parameters_of(Finance), np.ones(3)
    for _ in range(12):
        mood = finance.next_mood(parameters, mood, np.zeros(3))
    np.testing.assert_allclose(mood, 0.5, rtol=1e-6)


def test_the_window_follows_kept_promises() -> None:
    parameters = parameters_of(Finance, sentiment_elasticity=[0.0, 0.7, 1.0])
    kept = finance.window(parameters, everywhere(12e9), everywhere(1.0), np.zeros(3))
    broken = finance.window(parameters, everywhere(12e9), everywhere(0.5), np.zeros(3))
    np.testing.assert_allclose(kept, 1e9)
    np.testing.assert_allclose(broken / kept, [[1.0, 0.5**0.7, 0.5]])


def test_a_round_closes_part_of_the_gap_to_the_depth_of_the_market() -> None:
    parameters = parameters_of(
        Finance, depth_usd_per_year=1e11, round_speed=0.5, round_spread=1.0, window_growth=1.0, round_months=4
    )
    young, closes, not_yet = everywhere(1.0) > 0, everywhere(0.1), everywhere(0.3)
    rate = finance.next_rate(parameters, everywhere(1e9), young, 0.0, closes, everywhere(0.0))
    np.testing.assert_allclose(rate, 1e10)  # half of the way from 1 to 100 B$ in logs
    lucky = finance.next_rate(parameters, everywhere(1e9), young, 0.0, closes, everywhere(1.0))
    np.testing.assert_allclose(lucky, 1e10 * np.e)
    np.testing.assert_allclose(finance.next_rate(parameters, everywhere(1e9), young, 0.0, not_yet, closes), 1e9)


def test_a_grown_firms_outside_money_grows_with_the_market() -> None:
    parameters, rate = parameters_of(Finance, window_growth=[0.8, 1.25, 1.6]), everywhere(1e10)
    for _ in range(12):
        rate = finance.next_rate(parameters, rate, everywhere(0.0) > 0, 0.0, everywhere(0.0), everywhere(3.0))
    np.testing.assert_allclose(rate, [[0.8e10, 1.25e10, 1.6e10]])


def test_an_owners_own_plans_spread_by_their_parameter_in_a_year() -> None:
    parameters, drift, draws = parameters_of(Finance, plan_spread=0.2), np.zeros((1, 3)), np.random.default_rng(1)
    months = []
    for _ in range(24_000):
        drift = finance.next_plans(parameters, drift, draws.standard_normal((1, 3)))
        months.append(drift)
    years = np.array(months).reshape(-1, 12, 3).sum(axis=1)
    np.testing.assert_allclose(years.std(axis=0), 0.2, rtol=0.06)


def test_who_has_promised_nothing_keeps_its_standing() -> None:
    parameters = parameters_of(Finance)
    np.testing.assert_allclose(finance.next_sentiment(parameters, everywhere(1.0), everywhere(0.0), everywhere(0.0)), 1)


def test_nobody_borrows_beyond_its_limit_or_without_income() -> None:
    parameters = parameters_of(Finance, leverage=2.0)
    room = finance.debt_room(parameters, everywhere(0.0, 150.0, 250.0, 0.0), everywhere(100.0, 100.0, 100.0, -5.0))
    np.testing.assert_allclose(room, everywhere(200.0 / 12, 50.0 / 12, 0.0, 0.0))


def test_sentiment_settles_where_delivery_stands_to_promise() -> None:
    parameters, sentiment = parameters_of(Finance, sentiment_memory_months=12), everywhere(1.0)
    for _ in range(300):
        sentiment = finance.next_sentiment(parameters, sentiment, everywhere(60.0), everywhere(100.0))
    np.testing.assert_allclose(sentiment, 0.6, rtol=1e-6)


def test_a_promise_grows_as_announced_while_it_is_kept() -> None:
    parameters, promised = parameters_of(Finance), everywhere(100.0)
    for _ in range(12):
        promised = finance.next_promise(parameters, promised, promised, everywhere(2.69))
    np.testing.assert_allclose(promised, 269.0)


def test_an_unkept_promise_is_set_anew_in_time() -> None:
    parameters = parameters_of(Finance, promise_memory_months=24)
    later = finance.next_promise(parameters, everywhere(100.0), everywhere(100.0 / np.e), everywhere(1.0))
    np.testing.assert_allclose(later, 100.0 * np.exp(-1 / 24))
