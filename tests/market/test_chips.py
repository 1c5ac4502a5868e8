"""The chip market: growth between its two anchors, shocks, orders, the sticky price, booked shares."""

import numpy as np
import pytest

from computerace.market import chips
from computerace.market.chips import Chips
from tests.market.mechanisms import everywhere, owners, parameters_of

GROWTH = {"supply_growth_2026": [2.0, 3.0, 1.5], "supply_growth_2030": [1.2, 3.0, 1.0]}


def test_supply_grows_at_its_anchors_in_2026_and_2030() -> None:
    parameters = parameters_of(Chips, **GROWTH)
    np.testing.assert_allclose(np.exp(12 * chips.growth_per_month(parameters, 0.0)), [2.0, 3.0, 1.5])
    np.testing.assert_allclose(np.exp(12 * chips.growth_per_month(parameters, 4.0)), [1.2, 3.0, 1.0])


def test_growth_between_the_anchors_is_their_geometric_mean_half_way() -> None:
    middle = np.exp(12 * chips.growth_per_month(parameters_of(Chips, **GROWTH), 2.0))
    np.testing.assert_allclose(middle, np.sqrt([2.0 * 1.2, 9.0, 1.5]))


def test_the_path_starts_a_month_after_the_middle_of_the_quarter() -> None:
    parameters = parameters_of(Chips, **GROWTH, supply_h100e_per_month=100.0)
    np.testing.assert_allclose(chips.path_at_start(parameters, 0.0), 100.0 * np.array([2.0, 3.0, 1.5]) ** (1 / 12))


def test_supply_grows_for_a_full_backlog_and_stands_still_without_one() -> None:
    parameters = parameters_of(Chips, **GROWTH, supply_response=[1.0, 0.5, 0.0], order_months=4)
    path, growth = np.full(3, 100.0), chips.growth_per_month(parameters_of(Chips, **GROWTH), 0.0)
    full = chips.next_path(parameters, path, 0.0, np.full(3, 9.0))
    np.testing.assert_allclose(np.log(full / 100.0), growth)
    quarter = chips.next_path(parameters, path, 0.0, np.full(3, 1.0))
    np.testing.assert_allclose(np.log(quarter / 100.0), growth * np.array([0.25, 0.5, 1.0]))
    assert (chips.next_path(parameters, path, 0.0, np.zeros(3))[0] < 100.01).all()


def test_a_cut_takes_its_part_in_its_months_alone() -> None:
    parameters = parameters_of(Chips, supply_cut=[0.0, 0.3, 1.0], cut_from_month=6, cut_until_month=18)
    path, calm = np.full(3, 100.0), np.zeros(3)
    for month in (5, 18):
        np.testing.assert_allclose(chips.supply(parameters, path, calm, month), 100.0)
    for month in (6, 17):
        np.testing.assert_allclose(chips.supply(parameters, path, calm, month), [100.0, 70.0, 0.0])


def test_a_shock_halves_in_its_half_life() -> None:
    parameters = parameters_of(Chips, supply_shock_half_life_months=[3.0, 6.0, 12.0])
    shock = np.ones(3)
    for _ in range(6):
        shock, _ = chips.next_shock(parameters, shock, np.zeros(3))
    np.testing.assert_allclose(shock, [0.25, 0.5, 0.5**0.5])


def test_the_shocks_long_run_spread_is_its_parameter() -> None:
    parameters = parameters_of(Chips, supply_volatility=[0.06, 0.12, 0.25])
    draws, shock, found = np.random.default_rng(1).standard_normal((20_000, 3)), np.zeros(3), []
    for draw in draws:
        shock, _ = chips.next_shock(parameters, shock, draw)
        found.append(shock)
    np.testing.assert_allclose(np.std(found[100:], axis=0), [0.06, 0.12, 0.25], rtol=0.06)


def test_orders_fill_the_backlog_up_to_the_lead_time_and_no_more() -> None:
    parameters = parameters_of(Chips, order_months=3, lead_response=0.5)
    wanted, backlog = everywhere(10.0, 10.0), everywhere(0.0, 1000.0)
    months = chips.cover_months(parameters, np.array([0.0, 3.0, 15.0]))
    new = chips.orders(wanted, backlog, months)
    # the usual months and that of delivery at the usual backlog, half of its log beyond; who has enough orders nothing
    np.testing.assert_allclose(new, owners([20.0, 40.0, 80.0], [0.0, 0.0, 0.0]))


@pytest.mark.parametrize("scarcity", [0.7, 1.0, 1.5, 2.0])
def test_wants_and_supply_settle_at_the_backlog_of_their_ratio(scarcity: float) -> None:
    response = np.array([0.2, 0.5, 0.7])
    parameters = parameters_of(Chips, order_months=3, lead_response=response.tolist())
    backlog = np.full(3, 8.0)
    for _ in range(400):  # a month: orders fill up to the months covered, and a month's supply is delivered
        on_order = backlog + chips.orders(np.full(3, scarcity), backlog, chips.cover_months(parameters, backlog))
        backlog = np.maximum(on_order - 1.0, 0.0)
    settled = np.maximum(4.0 * scarcity ** (1 / (1 - response)) - 1.0, 0.0)
    np.testing.assert_allclose(backlog, settled, rtol=1e-6)


def test_at_the_usual_backlog_the_price_follows_technology_alone() -> None:
    parameters = parameters_of(Chips, price_decline=[0.15, 0.22, 0.34])
    price = np.full(3, 15_000.0)
    for month in range(1, 13):
        price = chips.next_price(parameters, price, parameters.order_months, month)
    np.testing.assert_allclose(price, 15_000.0 * (1 - np.array([0.15, 0.22, 0.34])))


def test_the_price_rises_against_its_trend_where_backlog_is_long() -> None:
    parameters = parameters_of(Chips)
    start = parameters.price_usd_per_h100e
    short, target, long = (
        chips.next_price(parameters, start, parameters.order_months * part, 1) for part in (0.5, 1.0, 2.0)
    )
    assert (short < target).all() and (target < long).all()
    margin = parameters.gross_margin
    np.testing.assert_allclose(long / target, 1 - margin + margin * np.exp(parameters.price_response / margin * 2 / 3))
    near = chips.next_price(parameters, start, parameters.order_months * 1.01, 1)
    np.testing.assert_allclose(np.log(near / target), parameters.price_response * np.log(1.01), rtol=1e-4)


def test_a_response_of_nothing_leaves_the_price_to_technology() -> None:
    still = parameters_of(Chips, price_response=0.0)
    dear, cheap = (chips.next_price(still, np.full(3, 1e4), np.full(3, backlog), 1) for backlog in (36.0, 0.0))
    np.testing.assert_array_equal(dear, cheap)


def test_what_is_asked_above_cost_falls_without_orders_and_never_below_it() -> None:
    parameters = parameters_of(Chips, gross_margin=[0.57, 0.72, 0.77], price_response=0.02)
    price, over = parameters.price_usd_per_h100e, []
    for month in range(1, 241):
        price = chips.next_price(parameters, price, np.zeros(3), month)
        over.append(price / ((1.0 - parameters.gross_margin) * chips.technology_price(parameters, month)) - 1.0)
    assert (np.array(over) > 0.0).all()
    halved = np.exp(-2.0 * 0.02 / parameters.gross_margin)  # of what is left, in a month
    np.testing.assert_allclose(over[-1] / over[0], halved**239, rtol=1e-6)


def test_at_the_margin_of_the_start_the_price_gives_way_by_its_response() -> None:
    parameters = parameters_of(Chips, gross_margin=[0.57, 0.72, 1.0], price_response=1e-4)
    start = parameters.price_usd_per_h100e
    with_orders, without = (chips.next_price(parameters, start, backlog, 1) for backlog in (start * 1e9, np.zeros(3)))
    np.testing.assert_allclose(np.log(with_orders / without), 4e-4, rtol=1e-3)


@pytest.mark.parametrize("ceiling", [0.2, 0.5])
def test_booked_shares_move_to_what_is_wanted_below_the_ceiling(ceiling: float) -> None:
    parameters = parameters_of(Chips, in_house_ceiling=ceiling, booking_months=12)
    booked = everywhere(0.1, 0.0)
    for _ in range(400):
        booked = chips.next_booking(parameters, booked, everywhere(30.0, 10.0), np.full(3, 100.0))
    assert (booked.sum(axis=0) <= ceiling + 1e-12).all()
    if ceiling >= 0.4:
        np.testing.assert_allclose(booked, everywhere(0.3, 0.1), rtol=1e-6)


def test_orders_are_cut_by_their_part_and_to_the_months_money() -> None:
    asked = chips.Orders(*(owners([value] * 3, [value] * 3) for value in (8.0, 2.0, 3.0, 0.5, 100.0, 16.0, 12.0, 10.0)))
    found = chips.cut(asked, everywhere(0.25, 1.0), everywhere(70.0, 700.0))
    np.testing.assert_allclose([line[0, 0] for line in found], [2.0, 0.5, 3.0, 0.5, 70.0, 4.0, 3.0, 2.5])
    np.testing.assert_allclose([line[1, 0] for line in found], [8.0, 2.0, 3.0, 0.5, 100.0, 16.0, 12.0, 10.0])
