"""The verb clear of the chip market: what is made, ordered, paid and delivered under each rule, by hand."""

import numpy as np
import pytest

from computerace.market import chips
from computerace.market.chips import Orders
from computerace.market.setting import Setting
from computerace.runs.model.setting import now
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import calm_luck

STILL = {
    "chips.supply_growth_2026": 1.0, "chips.supply_growth_2030": 1.0, "chips.server_markup": 1.5,
    "chips.in_house_cost": 0.6, "chips.price_stickiness": 0.0, "chips.price_decline": 0.0,
    "chips.in_house_ceiling": 0.5, "chips.booking_months": 10.0,
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


def orders(
    wanted: Rows, in_house: Rows = 0.0, cover: Rows = 3.0, prepaid: Rows = 0.0, ahead: Rows = 1e9, budget: Rows = 1e9
) -> Orders:
    return Orders(*(rows(value) for value in (wanted, in_house, cover, prepaid, ahead, budget, *[wanted] * 3)))


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
    _, flows = cleared(market("uniform_price"), before, orders([10.0, 10.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.delivered, rows([5.0, 5.0, 0.0, 0.0, 0.0]))
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
    # 40 and 10 on order for 10 a month: bids of 15 * 4^0.05 and 15; budgets of 150 buy 9.33 and 10, and 12 are made
    before = state(open_orders=[40.0, 10.0, 0.0, 0.0, 0.0], path=12.0)
    _, flows = cleared(market("pay_as_bid"), before, orders([10.0, 10.0, 0.0, 0.0, 0.0], cover=0.0))
    first = 10.0 / 4**0.05
    np.testing.assert_allclose(flows.delivered, rows([first, 12.0 - first, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.paid, rows([150.0, (12.0 - first) * 15.0, 0.0, 0.0, 0.0]))


def test_who_has_hardly_anything_on_order_bids_for_that_alone_and_below_the_list_price() -> None:
    before = state(open_orders=[1.0, 0.0, 0.0, 0.0, 0.0], path=12.0)
    _, flows = cleared(market("pay_as_bid"), before, orders([10.0, 0.0, 0.0, 0.0, 0.0], cover=0.0))
    np.testing.assert_allclose(flows.delivered[0], 1.0)  # 15 dollars would buy more at the bid, but no more is open
    np.testing.assert_allclose(flows.paid[0], 15.0 * 0.2**0.05)  # a fifth of a month is the least urgency
