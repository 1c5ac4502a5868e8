"""Each allocation rule on claims written by hand: what is bought, what of it had been paid, and what is paid now."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from computerace.market import allocation
from computerace.market.allocation import ALLOCATION, Bidding, Claims, Sale
from computerace.market.arrays import Worlds, over_owners
from computerace.market.errors import UserError
from tests.market.mechanisms import everywhere


def claims(supply: float, foreseen: float | None = None, **changed: tuple[float, ...]) -> Claims:
    """Two buyers of 10 a month, 20 on order each, of which the first has paid 8; 100 dollars last month."""
    usual = {"prepaid": (8.0, 0.0), "payable": (12.0, 20.0), "open_orders": (12.0, 20.0), "wanted": (10.0, 10.0),
             "access": (1.0, 1.0), "server": (90.0, 100.0), "purchase_cost": (0.9, 1.0)}  # fmt: skip
    written = {name: everywhere(*values) for name, values in (usual | changed).items()}
    bidding = Bidding(
        *(np.full(3, value) for value in (50.0, 3.0, 0.05, 0.2, supply if foreseen is None else foreseen))
    )
    return Claims(list_server=np.full(3, 100.0), supply=np.full(3, supply), bidding=bidding, **written)


def check(sale: Sale, bought: tuple[float, ...], prepaid: tuple[float, ...], paid: tuple[float, ...]) -> None:
    np.testing.assert_allclose(sale.bought, everywhere(*bought), atol=1e-9)
    np.testing.assert_allclose(sale.prepaid, everywhere(*prepaid), atol=1e-9)
    np.testing.assert_allclose(sale.late, sale.bought - sale.prepaid, atol=1e-9)
    np.testing.assert_allclose(sale.paid_usd, everywhere(*paid), atol=1e-6)


def price_of(sale: Sale) -> Worlds:
    assert sale.price is not None
    return sale.price


def test_posted_serves_what_is_paid_first() -> None:
    check(ALLOCATION["posted"](claims(6.0)), (6.0, 0.0), (6.0, 0.0), (0.0, 0.0))
    check(ALLOCATION["posted"](claims(24.0)), (8 + 6.0, 10.0), (8.0, 0.0), (540.0, 1000.0))


def test_posted_favours_by_access_among_what_is_paid_and_among_the_rest() -> None:
    favoured = claims(20.0, prepaid=(8.0, 8.0), access=(1.0, 3.0))
    check(ALLOCATION["posted"](favoured), (8 + 4 * 12 / 72, 8 + 4 * 60 / 72), (8.0, 8.0), (60.0, 1000 / 3))
    check(ALLOCATION["posted"](favoured._replace(supply=np.full(3, 4.0))), (1.0, 3.0), (1.0, 3.0), (0.0, 0.0))


def test_pro_rata_looks_at_orders_alone() -> None:
    check(ALLOCATION["pro_rata"](claims(10.0, access=(1.0, 9.0))), (5.0, 5.0), (2.0, 0.0), (270.0, 500.0))


def test_priority_looks_at_access_whatever_is_paid() -> None:
    check(ALLOCATION["priority"](claims(20.0, access=(1.0, 3.0))), (5.0, 15.0), (2.0, 0.0), (270.0, 1500.0))


def test_one_price_is_where_all_budgets_end_and_own_terms_are_kept() -> None:
    # each bids 1,000 dollars; ten chips go at 200 each; what has been paid is not paid again
    check(ALLOCATION["uniform_price"](claims(10.0)), (5.0, 5.0), (5.0, 0.0), (0.0, 1000.0))
    # at 40 the price would be 50, half of the list price, and both stop at 20 on order
    check(ALLOCATION["uniform_price"](claims(99.0)), (20.0, 20.0), (8.0, 0.0), (12 * 45.0, 1000.0))


def test_one_price_lets_no_one_buy_for_more_than_it_can_pay() -> None:
    small = claims(7.0, prepaid=(0.0, 0.0), payable=(2.0, 20.0))
    # the first bids for 2, 200 dollars; the second 1,000; at 1200 / 7 = 171 both have left their caps
    check(ALLOCATION["uniform_price"](small), (200 * 7 / 1200, 1000 * 7 / 1200), (0.0, 0.0), (180.0, 1000.0))


def test_pay_as_bid_fills_the_more_urgent_first_and_each_pays_its_bid() -> None:
    # 20 were to be sold, and bids to clear them are around 100 dollars: the more urgent 20 ^ 0.05 : 12 ^ 0.05 higher
    low, high = 1.2**0.05, 2**0.05
    level = (1000 / low + 1000 / high) / 20
    first = 1000 / (level * high)
    sale = ALLOCATION["pay_as_bid"](claims(12.0, foreseen=20.0))
    check(sale, (12 - first, first), (8.0 if 12 - first > 8 else 12 - first, 0.0), (0.0, 1000.0))
    np.testing.assert_allclose(price_of(sale), ((12 - first) * level * low + first * level * high) / 12)


@pytest.mark.parametrize("supply", [6.0, 20.0, 30.0, 39.0])
def test_pay_as_bid_leaves_nothing_unsold_while_anybody_wants_chips_at_the_reserve(supply: float) -> None:
    sale = ALLOCATION["pay_as_bid"](claims(supply))
    np.testing.assert_allclose(over_owners(sale.bought), min(supply, 20 / 1.2**0.05 + 20 / 2**0.05))


@pytest.mark.parametrize("rule", ["uniform_price", "pay_as_bid"])
def test_an_auction_clears_at_a_price_that_rises_with_scarcity(rule: str) -> None:
    prices = [price_of(ALLOCATION[rule](claims(supply))) for supply in (5.0, 10.0, 20.0, 99.0)]
    assert all((dear > cheap).all() for dear, cheap in pairwise(prices))
    assert (np.abs(prices[-1] - 50.0) < 2.0).all()  # the reserve, or bids around it
    assert ALLOCATION["posted"](claims(5.0)).price is None


def test_the_least_urgent_bid_is_a_fifth_of_a_month_open() -> None:
    sale = ALLOCATION["pay_as_bid"](claims(99.0, open_orders=(0.0, 20.0), prepaid=(0.0, 0.0)))
    np.testing.assert_allclose(sale.paid_usd[0] / sale.late[0], 50 * 0.2**0.05 * 0.9)


@pytest.mark.parametrize("rule", ["uniform_price", "pay_as_bid"])
def test_no_auction_sells_more_than_three_months_of_a_wish(rule: str) -> None:
    # who wishes for 1 a month bids 100 dollars, whatever is on order; at the reserve of 50 they buy 2
    sale = ALLOCATION[rule](claims(999.0, wanted=(1.0, 10.0)))
    expected = {"uniform_price": 2.0, "pay_as_bid": 100 / (50 * 12**0.05)}
    np.testing.assert_allclose(sale.bought[0], expected[rule])


RANDOM = np.random.default_rng(3)


def _drawn(rows: int) -> Claims:
    """Claims of some owners, in worlds that are short of chips."""
    lines = {name: np.exp(RANDOM.normal(2.0, 1.0, (rows, 40)))
             for name in ("prepaid", "open_orders", "wanted", "access", "server")}  # fmt: skip
    listed, supply = np.full(40, 100.0), 0.5 * over_owners(lines["wanted"])
    bidding = Bidding(*(np.full(40, value) for value in (20.0, 3.0, 0.05, 0.2, 1.0)))._replace(foreseen=supply * 1.1)
    return Claims(payable=lines["open_orders"], purchase_cost=lines["server"] / 100.0, list_server=listed,
                  supply=supply, bidding=bidding, **lines)  # fmt: skip


@pytest.mark.parametrize("rule", sorted(ALLOCATION))
def test_a_buyer_in_two_equal_halves_leaves_totals_where_they_were(rule: str) -> None:
    whole = _drawn(4)
    of_orders = ("prepaid", "payable", "open_orders", "wanted")
    apart: dict[str, Any] = {
        name: np.concatenate([values[:1] / 2, values[:1] / 2, values[1:]])
        if name in of_orders
        else np.concatenate([values[:1], values])
        for name, values in whole._asdict().items()
        if name not in ("list_server", "supply", "bidding")
    }
    halves = whole._replace(**apart)
    one, two = ALLOCATION[rule](whole), ALLOCATION[rule](halves)
    for line in ("bought", "prepaid", "late", "paid_usd"):
        found = getattr(two, line)
        np.testing.assert_allclose(found[0], found[1], rtol=1e-9)
        np.testing.assert_allclose(found[0] + found[1], getattr(one, line)[0], rtol=1e-6)
        np.testing.assert_allclose(found[2:], getattr(one, line)[1:], rtol=1e-6)


def test_excess_is_handed_round_until_all_is_given_or_all_have_enough() -> None:
    demand, weight = everywhere(1.0, 4.0, 40.0), everywhere(100.0, 10.0, 1.0)
    found = allocation.share_out(demand, weight, np.full(3, 20.0))
    np.testing.assert_allclose(found, everywhere(1.0, 4.0, 15.0))
    np.testing.assert_allclose(over_owners(allocation.share_out(demand, weight, np.full(3, 99.0))), 45.0)
    np.testing.assert_array_equal(allocation.share_out(demand, weight, np.zeros(3)), 0.0)


def test_each_round_may_satisfy_one_owner_and_the_last_gets_what_is_left() -> None:
    demand, weight = everywhere(1.0, 10.0, 100.0), everywhere(1000.0, 9.0, 1.0)
    np.testing.assert_allclose(allocation.share_out(demand, weight, np.full(3, 50.0)), everywhere(1.0, 10.0, 39.0))


def test_the_price_is_what_those_off_their_caps_spend_on_what_the_others_leave() -> None:
    # they leave their caps of 10, 5 and 5 at 5, 10 and 20 dollars
    budget, cap = everywhere(50.0, 50.0, 100.0), everywhere(10.0, 5.0, 5.0)
    for supply, price in ((16.0, 50 / 6), (12.0, 100 / 7), (5.0, 40.0), (20.0, 1.0), (25.0, 1.0)):
        bought, found = allocation.uniform_price(budget, cap, np.full(3, supply), np.full(3, 1.0))
        np.testing.assert_allclose(found, price)
        np.testing.assert_allclose(bought, np.minimum(cap, budget[:, :] / price))


def test_a_rule_is_found_by_its_name() -> None:
    for name, rule in ALLOCATION.items():
        assert allocation.rule(name) is rule
    with pytest.raises(UserError, match="posted"):
        allocation.rule("lottery")


def test_an_auction_of_next_to_nothing_oversells_nothing() -> None:
    bought, _ = allocation.uniform_price(everywhere(50.0, 50.0), everywhere(10.0, 5.0), np.full(3, 1e-13), np.ones(3))
    assert (over_owners(bought) <= 1.000001e-13).all()
