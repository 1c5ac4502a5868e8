"""Capital: the wish to invest, the limits of money, sentiment and promises."""

import numpy as np

from computerace.market import finance, promises, returns
from computerace.market.finance import Finance
from tests.market.mechanisms import everywhere, parameters_of


def test_at_normal_returns_the_wish_grows_by_the_appetite_which_halves() -> None:
    parameters = parameters_of(Finance, appetite=[0.2, 0.45, 0.7], appetite_half_life_years=2.5)
    np.testing.assert_allclose(12 * returns.wished_growth(parameters, 0.0, np.ones(3)), [0.2, 0.45, 0.7])
    np.testing.assert_allclose(12 * returns.wished_growth(parameters, 2.5, np.ones(3)), [0.1, 0.225, 0.35])


def test_the_wish_follows_q() -> None:
    parameters = parameters_of(Finance, appetite=0.0, sensitivity=0.25)
    growth = 12 * returns.wished_growth(parameters, 0.0, np.array([0.5, 1.0, 2.0]))
    np.testing.assert_allclose(growth, [-1 / 6, 0.0, 1 / 6], atol=1e-12)  # a quarter of ln 2 is 0.173


def test_returns_are_revenue_two_years_on_over_the_user_cost() -> None:
    parameters = parameters_of(Finance, cost_of_capital=0.10)
    found = returns.expected_return(
        parameters,
        np.full(3, 1e11),
        np.full(3, 0.5),
        np.full(3, 2e7),
        np.full(3, 3e4),
        np.full(3, 0.2),
        np.full(3, 5.0),
    )
    np.testing.assert_allclose(found, 1e11 * np.e / (2e7 * 3e4 * 0.5))


def test_mood_fades_by_half_in_a_year() -> None:
    parameters, mood = parameters_of(Finance), np.ones(3)
    for _ in range(12):
        mood = finance.next_mood(parameters, mood, np.zeros(3))
    np.testing.assert_allclose(mood, 0.5, rtol=1e-6)


def test_a_round_closes_part_of_the_gap_to_what_the_pool_can_give_one_lab() -> None:
    parameters = parameters_of(Finance, round_speed=0.5, round_spread=1.0, round_months=4)
    young, closes, not_yet, depth, still = (
        everywhere(1.0) > 0,
        everywhere(0.1),
        everywhere(0.3),
        np.full(3, 1e11),
        np.ones(3),
    )
    rate = finance.next_rate(parameters, everywhere(1e9), young, depth, still, closes, everywhere(0.0))
    np.testing.assert_allclose(rate, 1e10)  # half of the way from 1 to 100 B$ in logs
    lucky = finance.next_rate(parameters, everywhere(1e9), young, depth, still, closes, everywhere(1.0))
    np.testing.assert_allclose(lucky, 1e10 * np.e)
    np.testing.assert_allclose(
        finance.next_rate(parameters, everywhere(1e9), young, depth, still, not_yet, closes), 1e9
    )  # fmt: skip
    nothing = finance.next_rate(parameters, everywhere(1e4), young, depth, still, closes, everywhere(0.0))
    np.testing.assert_allclose(nothing, 1e4 * np.sqrt(1e11 / 1e5))  # next to nothing leaps from 100,000 dollars


def test_what_the_labs_in_the_rest_of_the_market_can_raise_grows_with_the_pool() -> None:
    grown, none, zero = np.array([0.9, 1.0, 1.1]), everywhere(0.0) > 0, everywhere(0.0)
    rate = finance.next_rate(parameters_of(Finance), everywhere(1e10), none, np.ones(3), grown, zero, everywhere(3.0))
    np.testing.assert_allclose(rate, 1e10 * grown[None])


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
    np.testing.assert_allclose(
        promises.next_sentiment(parameters, everywhere(1.0), everywhere(0.0), everywhere(0.0)), 1
    )


def test_nobody_borrows_beyond_its_limit_or_without_income() -> None:
    parameters = parameters_of(Finance, leverage=2.0)
    room = finance.debt_room(parameters, everywhere(0.0, 150.0, 250.0, 0.0), everywhere(100.0, 100.0, 100.0, -5.0))
    np.testing.assert_allclose(room, everywhere(200.0 / 12, 50.0 / 12, 0.0, 0.0))


def test_sentiment_settles_where_delivery_stands_to_promise() -> None:
    parameters, sentiment = parameters_of(Finance, sentiment_memory_months=12), everywhere(1.0)
    for _ in range(300):
        sentiment = promises.next_sentiment(parameters, sentiment, everywhere(60.0), everywhere(100.0))
    np.testing.assert_allclose(sentiment, np.exp(-0.5), rtol=1e-6)  # 0.607, near the 0.6 that is kept


def test_a_promise_grows_as_announced_while_it_is_kept() -> None:
    parameters, promised = parameters_of(Finance), everywhere(100.0)
    for _ in range(12):
        promised = promises.next_promise(parameters, promised, promised, everywhere(2.69))
    np.testing.assert_allclose(promised, 269.0)


def test_an_unkept_promise_is_set_anew_in_time() -> None:
    parameters = parameters_of(Finance, promise_memory_months=24)
    later = promises.next_promise(parameters, everywhere(100.0), everywhere(100.0 / np.e), everywhere(1.0))
    np.testing.assert_allclose(later, 100.0 * np.exp(-1 / 24))
