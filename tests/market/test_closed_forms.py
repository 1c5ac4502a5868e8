"""Formulas against closed forms, published numbers and hand calculations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from computerace.market import allocation, clusters, energy, ledger, talent, users
from computerace.market.arrays import over_owners
from computerace.market.parameters import lognormal, normal, uniform

positive = st.floats(0.0, 1e6)


def worlds(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=float)


@given(arrays(float, (4, 3), elements=positive), arrays(float, (4, 3), elements=st.floats(0.1, 10)), positive)
def test_sharing_out_never_gives_more_than_supply_or_demand(
    demand: np.ndarray, weight: np.ndarray, supply: float
) -> None:
    given_out = allocation.share_out(demand, weight, np.full(3, supply))
    assert (given_out <= demand * (1 + 1e-12)).all() and (given_out >= 0).all()
    total = over_owners(given_out)
    np.testing.assert_allclose(total, np.minimum(over_owners(demand), supply), rtol=1e-6, atol=1e-6)


def test_pro_rata_by_hand() -> None:
    demand, supply = worlds([30, 2], [10, 100]), np.array([20.0, 52.0])
    np.testing.assert_allclose(
        allocation.share_out(demand, np.ones((2, 2)), supply), worlds([15, 52 * 2 / 102], [5, 52 * 100 / 102])
    )


def test_the_excess_of_a_favoured_owner_is_handed_round() -> None:
    demand = worlds([10.0], [100.0])
    np.testing.assert_allclose(allocation.share_out(demand, worlds([9.0], [1.0]), np.array([50.0])), worlds([10], [40]))


def test_uniform_price_with_two_bidders_by_hand() -> None:
    budget, cap = worlds([100, 100, 100], [50, 50, 50]), worlds([10, 2, 4], [10, 10, 1])
    bought, price = allocation.uniform_price(budget, cap, np.full(3, 5.0), np.full(3, 1.0))
    # both off their caps: p = 150 / 5; first at its cap of 2: p = 50 / 3; both at their caps: the reserve
    np.testing.assert_allclose(price, [30, 50 / 3, 1])
    np.testing.assert_allclose(bought, worlds([100 / 30, 2, 4], [50 / 30, 3, 1]))


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


def test_pay_as_bid_with_two_bidders_by_hand() -> None:
    bid, budget, cap = worlds([20, 10], [10, 10]), worlds([100, 30], [100, 90]), worlds([9, 9], [20, 20])
    bought = allocation.pay_as_bid(bid, budget, cap, np.array([8.0, 6.0]))
    # the high bidder buys 100 / 20 = 5, the other what is left; equal bids share 3 to 9
    np.testing.assert_allclose(bought, worlds([5, 1.5], [3, 4.5]))


def test_goodput_at_published_points() -> None:
    chips = worlds([16384], [100_000], [550_000])
    slow = clusters.goodput(chips, np.array(50700.0), np.array(30.0), np.array(300.0))[:, 0]
    fast = clusters.goodput(chips, np.array(50700.0), np.array(5.0), np.array(120.0))[:, 0]
    np.testing.assert_allclose(slow, [0.90, 0.70, 0.26], atol=0.01)
    np.testing.assert_allclose(fast[1:], [0.87, 0.58], atol=0.01)
    llama = 16384 * 54 * 24 / 419
    assert llama == pytest.approx(50_700, rel=0.01)
    assert clusters.goodput(chips[:1], np.array(llama), np.array(10.0), np.array(300.0)) > 0.90


def test_equal_utilities_give_uniform_moves() -> None:
    people = np.full((4, 3), 100.0)
    out, arrived = talent.moves(people, people, np.zeros((4, 3)), np.full((4, 3), 0.01))
    np.testing.assert_allclose(out, 1.0)
    np.testing.assert_allclose(arrived, 1.0)


@given(arrays(float, (4, 3), elements=st.floats(0.1, 1e4)), arrays(float, (4, 3), elements=st.floats(-5, 5)))
def test_moves_lose_nobody(people: np.ndarray, utility: np.ndarray) -> None:
    out, arrived = talent.moves(people, people[::-1], utility, np.full((4, 3), 0.02))
    np.testing.assert_allclose(over_owners(out), over_owners(arrived), rtol=1e-9)
    assert (out <= people).all() and (arrived >= 0).all()


def test_moves_between_two_labs_by_hand() -> None:
    # both leave at 1 % times the other's pull e^(v_j - v_i), and there is only one place to go
    utility = worlds([0.0], [np.log(2.0)])
    out, arrived = talent.moves(worlds([100], [100]), worlds([1], [1]), utility, np.full((2, 1), 0.01))
    np.testing.assert_allclose(out, worlds([2.0], [0.5]))
    np.testing.assert_allclose(arrived, worlds([0.5], [2.0]))


def test_brand_reproduces_the_shares_at_the_start() -> None:
    shares, value = worlds([0.6], [0.3], [0.1]), worlds([1.0], [5.0], [-2.0])
    np.testing.assert_allclose(users.choice_shares(value + users.brand(shares, value)), shares)


def test_power_runs_the_most_efficient_chips_first() -> None:
    stock, watts = np.array([[[100.0]], [[50.0]]]), np.array([[[2000.0]], [[1000.0]]])
    np.testing.assert_allclose(energy.fill(stock, watts, worlds([0.06]), 2), worlds([55.0]))
    np.testing.assert_allclose(energy.fill(stock, watts, worlds([0.02]), 2), worlds([20.0]))


def test_the_largest_loss_binds_and_ties_go_to_the_first() -> None:
    gaps = np.zeros((6, 1, 3))
    gaps[1, 0] = [0.4, 0.2, 0.0]
    gaps[3, 0] = [0.1, 0.2, 0.001]
    bound = ledger.binding(gaps)[:, 0]
    assert bound[:, 0].tolist() == [0, 1, 0, 0, 0, 0]
    assert bound[:, 1].tolist() == [0, 1, 0, 0, 0, 0]
    assert bound[:, 2].sum() == 0


def test_priors_have_the_quantiles_they_are_given_by() -> None:
    ends = np.array([0.05, 0.95])
    np.testing.assert_allclose(lognormal(2, 8).quantile(ends), [2, 8])
    np.testing.assert_allclose(normal(-1, 3).quantile(ends), [-1, 3])
    np.testing.assert_allclose(uniform(1, 3).quantile(ends), [1.1, 2.9])
