"""The chip market from month to month: supply, own programmes, prepayment, budgets, backlog and price, by hand."""

import numpy as np

from computerace.market.chips import supply
from tests.market.test_chips_cleared import cleared, market, orders, state
from tests.runs.model.plain import rows


def test_supply_grows_in_proportion_to_the_months_that_are_on_order() -> None:
    setting = market(chips__supply_growth_2026=2.0, chips__supply_growth_2030=2.0, chips__order_months=4.0,
                     chips__supply_response=1.0)  # fmt: skip
    after, flows = cleared(setting, state(path=100.0, backlog=12.0, usual=0.9), orders(0.0))
    # the last year's backlog moves a twelfth of the way: 0.9 + 11.1 / 12 = 1.825 months of the 4 that are ordered for
    np.testing.assert_allclose(after.usual_backlog, 1.825)
    np.testing.assert_allclose(after.path, 100.0 * 2 ** (1.825 / 4 / 12))
    np.testing.assert_allclose(flows.made, after.path)


def test_supply_grows_by_the_calendar_and_mid_2026_is_the_anchor_of_2026() -> None:
    setting = market(chips__supply_growth_2026=4.0, chips__supply_growth_2030=1.0, chips__order_months=1.0)
    for month, share in ((6, 1.0), (18, 0.75), (30, 0.5)):
        after, _ = cleared(setting, state(path=100.0), orders(0.0), month)
        np.testing.assert_allclose(after.path, 100.0 * 4 ** (share / 12))


def test_growth_stands_still_beyond_nine_months_before_and_five_years_after() -> None:
    from computerace.market.chips import growth_per_month

    parameters = market(chips__supply_growth_2026=4.0, chips__supply_growth_2030=2.0).mechanisms.chips
    for years, growth in ((-3.0, 2 + 0.75), (-99.0, 2 + 0.75), (5.0, 0.75), (99.0, 0.75)):
        np.testing.assert_allclose(12 * growth_per_month(parameters, years) / np.log(2), growth)


def test_without_orders_growth_is_that_of_a_thousandth_of_the_months_ordered_for() -> None:
    setting = market(chips__supply_growth_2026=4.0, chips__supply_growth_2030=4.0, chips__supply_response=0.5)
    after, _ = cleared(setting, state(path=100.0, backlog=0.0, usual=0.0), orders(0.0))
    np.testing.assert_allclose(np.log(after.path / 100.0), np.log(4.0) / 12 * np.sqrt(1e-3))


def test_a_shrinking_supply_shrinks_whatever_is_on_order() -> None:
    setting = market(chips__supply_growth_2026=0.5, chips__supply_growth_2030=0.5, chips__order_months=4.0)
    after, _ = cleared(setting, state(path=100.0, backlog=0.1, usual=0.1), orders(0.0))
    np.testing.assert_allclose(after.path, 100.0 * 0.5 ** (1 / 12))


def test_supply_is_the_path_with_its_shock_times_the_multiplier() -> None:
    parameters = market(chips__supply_multiplier=3.0).mechanisms.chips
    np.testing.assert_allclose(supply(parameters, np.full(3, 100.0), np.log([0.5, 1.0, 2.0]), 1), [150, 300, 600])


def test_own_programmes_take_what_they_booked_and_no_more_than_they_want() -> None:
    booked, asked = (
        [0.1, 0.1, 0.0, 0.0, 0.0],
        orders([20.0, 20.0, 0.0, 0.0, 0.0], [20.0, 4.0, 0.0, 0.0, 0.0], cover=1.0),
    )
    after, flows = cleared(market(cost=[1.0, 0.5, 1.0, 1.0, 1.0]), state(booked=booked), asked)
    np.testing.assert_allclose(flows.own, rows([10.0, 4.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.delivered, rows([20.0, 20.0, 0.0, 0.0, 0.0]))  # the others are bought
    np.testing.assert_allclose(flows.ordered, rows([10.0, 16.0, 0.0, 0.0, 0.0]))
    # an own chip costs 0.6 of a merchant's 15 dollars
    np.testing.assert_allclose(flows.paid, rows([10 * 9.0 + 150.0, 4 * 4.5 + 16 * 7.5, 0.0, 0.0, 0.0]))
    # bookings move a tenth of the way to 20 and to 4 of the 100 that are made
    np.testing.assert_allclose(after.booked, rows([0.11, 0.094, 0.0, 0.0, 0.0]))


def test_what_own_programmes_take_is_not_for_sale() -> None:
    asked = orders([40.0, 100.0, 0.0, 0.0, 0.0], [40.0, 0.0, 0.0, 0.0, 0.0], cover=1.0)
    _, flows = cleared(market(), state(booked=[0.4, 0.0, 0.0, 0.0, 0.0]), asked)
    np.testing.assert_allclose(flows.delivered, rows([40.0, 60.0, 0.0, 0.0, 0.0]))


def test_bookings_share_the_ceiling_and_no_share_is_above_the_base() -> None:
    asked = orders([500.0, 0.0, 0.0, 0.0, 0.0], [500.0, 40.0, 0.0, 0.0, 0.0])
    after, _ = cleared(market(), state(booked=[0.4, 0.1, 0.0, 0.0, 0.0]), asked)
    moved = np.array([0.4 + 0.6 / 10, 0.1 + 0.3 / 10])  # towards 1 and 0.4
    np.testing.assert_allclose(after.booked[:2], (moved * 0.5 / 0.59)[:, None].repeat(3, 1))


def test_a_part_of_new_orders_is_paid_ahead_as_far_as_the_money_goes() -> None:
    # of thirty that are ordered a month's wish of ten, half of it
    asked = orders([10.0, 10.0, 0.0, 0.0, 0.0], cover=3.0, prepaid=0.5, budget=[1e9, 45.0, 0.0, 0.0, 0.0])
    after, flows = cleared(market(), state(path=1e-9), asked)
    np.testing.assert_allclose(after.prepaid, rows([5.0, 3.0, 0.0, 0.0, 0.0]), atol=1e-6)
    np.testing.assert_allclose(after.open_orders, rows([25.0, 27.0, 0.0, 0.0, 0.0]), atol=1e-6)
    np.testing.assert_allclose(flows.paid, rows([75.0, 45.0, 0.0, 0.0, 0.0]), atol=1e-6)


def test_a_months_deliveries_are_paid_from_what_prepayment_leaves_of_the_budget() -> None:
    asked = orders([10.0, 10.0, 10.0, 0.0, 0.0], cover=3.0, prepaid=0.5, budget=[1e9, 375.0, 100.0, 0.0, 0.0])
    after, flows = cleared(market(), state(path=1e6), asked)
    # a hundred dollars do not even pay ahead for half of the orders
    np.testing.assert_allclose(flows.delivered, rows([30.0, 25.0, 100 / 15, 0.0, 0.0]))
    np.testing.assert_allclose(flows.paid, rows([450.0, 375.0, 100.0, 0.0, 0.0]))
    np.testing.assert_allclose(after.open_orders, rows([0.0, 5.0, 30 - 100 / 15, 0.0, 0.0]), atol=1e-9)
    np.testing.assert_allclose(flows.unpaid, rows([0.0, 5.0, 30 - 100 / 15, 0.0, 0.0]), atol=1e-9)


def test_a_further_dollar_would_have_met_as_much_as_those_that_were_paid() -> None:
    """Of forty that could be paid fifteen are made: of twenty more they would have been three eighths too."""
    asked = orders([10.0, 10.0, 0.0, 0.0, 0.0], cover=3.0, budget=[1e9, 150.0, 0.0, 0.0, 0.0])
    _, flows = cleared(market(), state(path=15.0), asked)
    np.testing.assert_allclose(flows.unpaid, rows([0.0, 20.0 * 15.0 / 40.0, 0.0, 0.0, 0.0]))
    _, none = cleared(market(), state(path=15.0), orders([10.0, 10.0, 0.0, 0.0, 0.0], budget=0.0))
    np.testing.assert_allclose(none.unpaid, rows([30.0, 30.0, 0.0, 0.0, 0.0]))  # nobody was in the way of a dollar


def test_own_chips_are_paid_from_the_same_budget() -> None:
    setting = market(chips__in_house_cost=0.5)
    asked = orders(10.0, in_house=10.0, budget=[1e9, 30.0, 0.0, 1e9, 1e9])
    _, flows = cleared(setting, state(path=100.0, booked=0.1), asked)
    np.testing.assert_allclose(flows.own[:3], rows([10.0, 4.0, 0.0, 0.0, 0.0])[:3])
    assert (flows.paid[:3] <= rows([1e9, 30.0, 0.0, 0.0, 0.0])[:3] * (1 + 1e-12)).all()


def test_nobody_keeps_more_than_a_year_of_its_wish_on_order() -> None:
    after, _ = cleared(market(), state(open_orders=500.0, path=1e-9), orders([10.0, 0.0, 30.0, 50.0, 0.0]))
    np.testing.assert_allclose(after.open_orders, rows([120.0, 0.0, 360.0, 500.0, 0.0]), atol=1e-6)


def test_the_backlog_is_orders_over_what_is_made_for_sale_and_the_price_follows_it() -> None:
    setting = market(chips__price_response=0.1, chips__price_decline=0.2, chips__order_months=2.0)
    after, _ = cleared(setting, state(path=25.0), orders([50.0, 0.0, 0.0, 0.0, 0.0], cover=3.0))
    np.testing.assert_allclose(after.backlog_months, 125.0 / 25)
    np.testing.assert_allclose(after.price, 10.0 * 0.8 ** (1 / 12) * np.exp(0.1 * 2 * 3 / 7))
    never, _ = cleared(setting, state(path=1e-3), orders([50.0, 0.0, 0.0, 0.0, 0.0], cover=3.0))
    np.testing.assert_allclose(never.backlog_months, 150.0 - 1e-3)  # of a chip a month
    np.testing.assert_allclose(never.price, 10.0 * 0.8 ** (1 / 12) * np.exp(0.1 * 2 * 148 / 152), rtol=1e-6)
    none, _ = cleared(setting, state(), orders(0.0))
    np.testing.assert_allclose(none.backlog_months, 0.0)
    np.testing.assert_allclose(none.price, 10.0 * 0.8 ** (1 / 12) * np.exp(-0.2))


def test_export_rules_bar_a_part_of_what_the_rest_would_buy() -> None:
    _, flows = cleared(market(chips__export_loss=0.25), state(path=1e6), orders(8.0, cover=1.0))
    np.testing.assert_allclose(flows.delivered, rows([8.0, 8.0, 8.0, 8.0, 6.0]))


def test_a_shock_moves_what_is_made_and_not_the_path() -> None:
    setting = market(chips__supply_volatility=0.3, chips__supply_shock_half_life_months=1.0)
    from computerace.market import chips
    from computerace.runs.model.setting import now
    from tests.runs.model.small import calm_luck

    luck = calm_luck()._replace(supply=np.array([0.0, 1.0, -1.0]))
    before = state()._replace(shock=np.full(3, 0.2))
    after, flows = chips.clear(setting, before, orders(0.0), luck, now(setting, 1))
    shock = 0.1 + 0.3 * np.sqrt(0.75) * luck.supply
    np.testing.assert_allclose(after.shock, shock)
    np.testing.assert_allclose(flows.made, 100.0 * np.exp(shock))
    np.testing.assert_allclose(after.path, 100.0)
