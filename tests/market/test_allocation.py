"""Allocation: by hand with two bidders, and what no rule may do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from computerace.market import allocation
from computerace.market.arrays import over_owners
from tests.market.mechanisms import owners

positive = st.floats(0.0, 1e6)


@given(arrays(float, (4, 3), elements=positive), arrays(float, (4, 3), elements=st.floats(0.1, 10)), positive)
def test_sharing_out_never_gives_more_than_supply_or_demand(
    demand: np.ndarray, weight: np.ndarray, supply: float
) -> None:
    given_out = allocation.share_out(demand, weight, np.full(3, supply))
    assert (given_out <= demand * (1 + 1e-12)).all() and (given_out >= 0).all()
    total = over_owners(given_out)
    np.testing.assert_allclose(total, np.minimum(over_owners(demand), supply), rtol=1e-6, atol=1e-6)


def test_pro_rata_by_hand() -> None:
    demand, supply = owners([30, 2], [10, 100]), np.array([20.0, 52.0])
    np.testing.assert_allclose(
        allocation.share_out(demand, np.ones((2, 2)), supply), owners([15, 52 * 2 / 102], [5, 52 * 100 / 102])
    )


def test_the_excess_of_a_favoured_owner_is_handed_round() -> None:
    demand = owners([10.0], [100.0])
    np.testing.assert_allclose(allocation.share_out(demand, owners([9.0], [1.0]), np.array([50.0])), owners([10], [40]))


def test_uniform_price_with_two_bidders_by_hand() -> None:
    budget, cap = owners([100, 100, 100], [50, 50, 50]), owners([10, 2, 4], [10, 10, 1])
    bought, price = allocation.uniform_price(budget, cap, np.full(3, 5.0), np.full(3, 1.0))
    # both off their caps: p = 150 / 5; first at its cap of 2: p = 50 / 3; both at their caps: the reserve
    np.testing.assert_allclose(price, [30, 50 / 3, 1])
    np.testing.assert_allclose(bought, owners([100 / 30, 2, 4], [50 / 30, 3, 1]))


@given(
    arrays(float, (3, 2), elements=st.floats(1, 1e5)),
    arrays(float, (3, 2), elements=st.floats(1, 1e5)),
    st.floats(1, 1e5),
)
def test_uniform_price_clears(budget: np.ndarray, cap: np.ndarray, supply: float) -> None:
    bought, price = allocation.uniform_price(budget, cap, np.full(2, supply), np.full(2, 1e-9))
    total = over_owners(bought)
    assert (total <= supply * (1 + 1e-9)).all()
    np.testing.assert_allclose(total, np.minimum(over_owners(cap), supply), rtol=1e-6)
    assert (bought * price <= budget * (1 + 1e-9)).all()


def test_the_reserve_price_holds_where_chips_are_plenty() -> None:
    bought, price = allocation.uniform_price(
        owners([100.0], [50.0]), owners([2.0], [3.0]), np.array([9.0]), np.array([4.0])
    )
    np.testing.assert_allclose(price, [4.0])
    np.testing.assert_allclose(bought, owners([2.0], [3.0]))


def test_pay_as_bid_with_two_bidders_by_hand() -> None:
    bid, budget, cap = owners([20, 10], [10, 10]), owners([100, 30], [100, 90]), owners([9, 9], [20, 20])
    bought = allocation.pay_as_bid(bid, budget, cap, np.array([8.0, 6.0]))
    # the high bidder buys 100 / 20 = 5, the other what is left; equal bids share 3 to 9
    np.testing.assert_allclose(bought, owners([5, 1.5], [3, 4.5]))


@given(arrays(float, (4, 3), elements=st.floats(1, 100)), arrays(float, (4, 3), elements=st.floats(0, 1e5)), positive)
def test_a_higher_bid_is_never_served_after_a_lower_one(bid: np.ndarray, budget: np.ndarray, supply: float) -> None:
    cap = np.full((4, 3), 1e4)
    bought = allocation.pay_as_bid(bid, budget, cap, np.full(3, supply))
    wanted = np.minimum(cap, budget / bid)
    assert (over_owners(bought) <= supply * (1 + 1e-9)).all()
    for high in range(4):
        for low in range(4):
            waits = (bid[high] > bid[low]) & (bought[high] < wanted[high] * (1 - 1e-9) - 1e-6)
            assert (bought[low][waits] <= 1e-6 * max(supply, 1.0)).all()


def test_a_world_gets_the_same_bits_alone_and_beside_worlds_that_need_more_rounds() -> None:
    random = np.random.default_rng(5)
    demand = np.exp(random.normal(0.0, 2.0, (5, 400)))
    weight = np.exp(random.normal(0.0, 1.0, (5, 400)))
    supply = np.exp(random.normal(1.5, 1.5, 400))
    together = allocation.share_out(demand, weight, supply)
    for world in range(400):
        alone = allocation.share_out(demand[:, [world]], weight[:, [world]], supply[[world]])
        np.testing.assert_array_equal(alone[:, 0], together[:, world])
