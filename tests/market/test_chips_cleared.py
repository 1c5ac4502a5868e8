"""The verb clear of the chip market: what is made, ordered, paid and delivered under each rule, by hand."""

from typing import Any

import numpy as np
import pytest

from computerace.market import chips
from computerace.market.allocation import RULES
from computerace.market.chips import Orders
from computerace.market.setting import Setting
from computerace.runs.model.setting import now
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import calm_luck

STILL = {
    "chips.supply_growth_2026": 1.0, "chips.supply_growth_2030": 1.0, "chips.server_markup": 1.5,
    "chips.in_house_cost": 0.6, "chips.price_response": 0.0, "chips.price_decline": 0.0,
    "chips.in_house_ceiling": 0.5, "chips.booking_months": 10.0, "chips.gross_margin": 1.0,
    "chips.auction_reserve": 0.5 * 10.0 / 15_000.0,  # half of the price that the market is in, with server 7.50
}  # fmt: skip


def market(rule: str = "posted", access: Rows = 1.0, cost: Rows = 1.0, **settings: float) -> Setting:
    changed: dict[str, object] = {**STILL, "chips.allocation": rule}
    changed |= {name.replace("__", "."): value for name, value in settings.items()}
    return plain_setting(changed, {"access_weight": access, "purchase_cost": cost})


def state(
    prepaid: Rows = 0.0, open_orders: Rows = 0.0, booked: Rows = 0.0, path: float = 100.0, backlog: float = 3.0,
    usual: float = 3.0,
) -> chips.State:  # fmt: skip
    market = [np.full(3, value) for value in (10.0, backlog, usual, path, 0.0)]
    return chips.State(rows(prepaid), rows(open_orders), rows(booked), *market)


def orders(wanted: Rows, in_house: Rows = 0.0, cover: Rows = 3.0, prepaid: Rows = 0.0, budget: Rows = 1e9) -> Orders:
    return Orders(*(rows(value) for value in (wanted, in_house, cover, prepaid, budget, *[wanted] * 3)))


def cleared(setting: Setting, before: chips.State, asked: Orders, month: int = 1) -> tuple[chips.State, chips.Flows]:
    return chips.clear(setting, before, asked, calm_luck(), now(setting, month))


@pytest.mark.parametrize("rule", ["posted", "pro_rata", "priority"])
def test_where_chips_are_plenty_every_list_price_delivers_what_is_on_order(rule: str) -> None:
    # ten a month for three months are on order, and the supply is ten times that
    after, flows = cleared(market(rule), state(path=1500.0), orders(10.0))
    np.testing.assert_allclose(flows.ordered, 30.0)
    np.testing.assert_allclose(flows.delivered, 30.0)
    np.testing.assert_allclose(after.open_orders, 0.0, atol=1e-9)
    np.testing.assert_allclose(flows.paid, 450.0)


def test_vendors_are_paid_for_their_own_chips_and_not_for_what_programmes_make() -> None:
    """Forty own chips at 0.6 of a server of 15 are no vendor's sales; sixty of the vendors' are."""
    _, flows = cleared(market(), state(path=1500.0, booked=0.1), orders(100.0, in_house=40.0, cover=1.0))
    np.testing.assert_allclose(flows.own, 40.0)
    np.testing.assert_allclose(flows.vendors, 60.0 * 15.0)
    np.testing.assert_allclose(flows.paid, 60.0 * 15.0 + 40.0 * 9.0)


SCARCE = {
    # two buyers with orders of 60 and 30 open, 30 of the second paid ahead; access 1 and 3; a supply of 30
    "posted": ([0.0, 30.0], [0.0, 0.0]),  # what is paid comes first
    "pro_rata": ([15.0, 15.0], [15.0 * 15.0, 0.0]),
    "priority": ([7.5, 22.5], [7.5 * 15.0, 0.0]),
}


@pytest.mark.parametrize("rule", sorted(SCARCE))
def test_scarce_chips_are_shared_as_the_rule_says(rule: str) -> None:
    delivered, paid = SCARCE[rule]
    before = state(open_orders=[30.0, 0.0, 0.0, 0.0, 0.0], prepaid=[0.0, 30.0, 0.0, 0.0, 0.0], path=30.0)
    setting = market(rule, access=[1.0, 3.0, 1.0, 1.0, 1.0])
    after, flows = cleared(setting, before, orders([10.0, 10.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.delivered, rows([*delivered, 0.0, 0.0, 0.0]), atol=1e-9)
    np.testing.assert_allclose(flows.paid, rows([*paid, 0.0, 0.0, 0.0]), atol=1e-6)
    np.testing.assert_allclose(after.prepaid[1], 30.0 - delivered[1], atol=1e-9)
    np.testing.assert_allclose(after.open_orders[0], 30.0 - delivered[0], atol=1e-9)
    np.testing.assert_allclose(after.backlog_months, 1.0)


def test_posted_chips_beyond_what_is_paid_go_by_weighted_orders() -> None:
    before = state(prepaid=[10.0, 0.0, 0.0, 0.0, 0.0], open_orders=[0.0, 30.0, 30.0, 0.0, 0.0], path=50.0)
    setting = market(access=[1.0, 3.0, 1.0, 1.0, 1.0], cost=[1.0, 0.8, 1.0, 1.0, 1.0])
    _, flows = cleared(setting, before, orders([3.0, 10.0, 10.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.delivered, rows([10.0, 30.0, 10.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.paid, rows([0.0, 30.0 * 12.0, 150.0, 0.0, 0.0]))


def test_one_price_clears_an_auction_at_which_budgets_end() -> None:
    # both bid for 10 a month at 15 dollars, but 10 are made: 300 dollars over 10 chips
    before = state(open_orders=[30.0, 30.0, 0.0, 0.0, 0.0], path=10.0)
    after, flows = cleared(market("uniform_price"), before, orders([10.0, 10.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.delivered, rows([5.0, 5.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(after.price, 30.0 / 1.5)  # with server 30, which is the price of next month
    np.testing.assert_allclose(flows.paid, rows([150.0, 150.0, 0.0, 0.0, 0.0]))
    cheap = market("uniform_price", cost=[0.5, 1.0, 1.0, 1.0, 1.0])  # own terms are kept in an auction
    _, flows = cleared(cheap, before, orders([10.0, 10.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.paid, rows([75.0, 150.0, 0.0, 0.0, 0.0]))


def test_an_auction_sells_nobody_more_than_three_months_at_half_the_list_price() -> None:
    before = state(open_orders=[100.0, 0.0, 0.0, 0.0, 0.0], path=1000.0)
    _, flows = cleared(market("uniform_price"), before, orders([10.0, 0.0, 0.0, 0.0, 0.0]))
    # 150 dollars buy 20 at the reserve of 7.50
    np.testing.assert_allclose(flows.delivered[0], 20.0)
    np.testing.assert_allclose(flows.paid[0], 150.0)
    # who can pay for no more than 5 at the list price bids for them alone
    _, flows = cleared(market("uniform_price"), before, orders([10.0, 0.0, 0.0, 0.0, 0.0], budget=75.0))
    np.testing.assert_allclose(flows.delivered[0], 5.0)
    np.testing.assert_allclose(flows.paid[0], 37.5)
    # and at three months' wish the cap binds, however cheap
    prepaid = state(prepaid=[100.0, 0.0, 0.0, 0.0, 0.0], path=1000.0)
    _, flows = cleared(market("uniform_price"), prepaid, orders([10.0, 0.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.delivered[0], 20.0)
    np.testing.assert_allclose(flows.paid[0], 0.0)


def test_who_waits_longer_bids_more_and_is_served_first() -> None:
    # 40 and 10 on order for 10 a month, bids 4^0.05 apart; 12 are made, and 30 dollars or so clear budgets of 150 each
    before = state(open_orders=[40.0, 10.0, 0.0, 0.0, 0.0], path=12.0)
    after, flows = cleared(market("pay_as_bid"), before, orders([10.0, 10.0, 0.0, 0.0, 0.0], cover=0.0))
    level = (150 / 4**0.05 + 150) / 12
    np.testing.assert_allclose(flows.delivered, rows([150 / 4**0.05 / level, 150 / level, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.paid, rows([150.0, 150.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(after.price, 300 / 12 / 1.5)


def test_supply_that_falls_short_of_what_was_foreseen_leaves_the_patient_unserved() -> None:
    before = state(open_orders=[40.0, 10.0, 0.0, 0.0, 0.0], path=12.0)
    setting = market("pay_as_bid", chips__supply_volatility=1.0, chips__supply_shock_half_life_months=0.5)
    short = calm_luck()._replace(supply=np.full(3, -1.0))
    _, flows = chips.clear(setting, before, orders([10.0, 10.0, 0.0, 0.0, 0.0], cover=0.0), short, now(setting, 1))
    first = 150 / 4**0.05 / ((150 / 4**0.05 + 150) / 12)
    np.testing.assert_allclose(flows.delivered[0], np.minimum(first, flows.made))
    np.testing.assert_allclose(flows.delivered[1], np.maximum(flows.made - first, 0.0))


def test_who_has_hardly_anything_on_order_bids_for_that_alone() -> None:
    before = state(open_orders=[1.0, 0.0, 0.0, 0.0, 0.0], path=12.0)
    _, flows = cleared(market("pay_as_bid"), before, orders([10.0, 0.0, 0.0, 0.0, 0.0], cover=0.0))
    np.testing.assert_allclose(flows.delivered[0], 1.0)  # 15 dollars would buy more, but no more is open
    np.testing.assert_allclose(flows.paid[0], 7.5 * 0.2**0.05)  # near the reserve; a fifth of a month is least urgent


SHORT_OF_CHIPS: dict[str, Any] = {
    "open_orders": [30.0, 30.0, 30.0, 0.0, 0.0],
    "prepaid": [3.0, 3.0, 3.0, 0.0, 0.0],
    "path": 20.0,
}


@pytest.mark.parametrize("rule", RULES)
def test_a_doubled_want_makes_others_pay_or_wait_longer_and_get_less(rule: str) -> None:
    setting = market(rule, chips__price_response=0.02)
    others = slice(1, 3)
    found = []
    for want in (10.0, 20.0):
        before = state(**SHORT_OF_CHIPS)
        found.append(cleared(setting, before, orders([want, 10.0, 10.0, 0.0, 0.0], cover=6.0, prepaid=0.2)))
    (calm, usual), (after, flows) = found
    assert (flows.delivered[others] < usual.delivered[others] - 0.1).all()
    assert (flows.delivered[0] > usual.delivered[0]).all()
    assert (after.backlog_months > calm.backlog_months).all() and (after.price > calm.price).all()


@pytest.mark.parametrize("rule", RULES)
def test_a_buyer_in_two_equal_halves_gets_pays_and_waits_as_one(rule: str) -> None:
    setting = market(rule, chips__price_response=0.02)
    want = {"cover": 6.0, "prepaid": 0.2}
    as_one = cleared(
        setting, state(open_orders=[30.0, 30.0, 20.0, 0.0, 0.0], prepaid=[3.0, 3.0, 3.0, 0.0, 3.0], path=20.0),
        orders([14.0, 10.0, 7.0, 0.0, 0.0], budget=[200.0, 500.0, 500.0, 0.0, 0.0], **want),
    )  # fmt: skip
    in_two = cleared(
        setting, state(open_orders=[15.0, 30.0, 20.0, 15.0, 0.0], prepaid=[1.5, 3.0, 3.0, 1.5, 3.0], path=20.0),
        orders([7.0, 10.0, 7.0, 7.0, 0.0], budget=[100.0, 500.0, 500.0, 100.0, 0.0], **want),
    )  # fmt: skip
    for line in ("delivered", "ordered", "paid"):
        one, two = getattr(as_one[1], line), getattr(in_two[1], line)
        np.testing.assert_allclose(two[0] + two[3], one[0], rtol=1e-6)
        np.testing.assert_allclose(two[1:3], one[1:3], rtol=1e-6)
    np.testing.assert_allclose(in_two[0].price, as_one[0].price, rtol=1e-6)
    np.testing.assert_allclose(in_two[0].backlog_months, as_one[0].backlog_months, rtol=1e-6)
