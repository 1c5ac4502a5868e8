"""The queue for power: what clears, who gets what, and what one owner's want does to the others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from computerace.market import queueing
from computerace.market.arrays import Owners, Worlds, over_owners
from tests.market.mechanisms import everywhere

FIXED = np.full(3, 1e30)  # no premium brings more on offer
MW = arrays(float, (4, 3), elements=st.floats(0.0, 1e5))
BIDS = arrays(float, (4, 3), elements=st.floats(1e4, 1e6))


def cleared(asked: Owners, bid: Owners, offer: float, usual: Worlds = FIXED) -> tuple[Owners, Worlds]:
    return queueing.clear(asked, bid, np.full(3, offer), usual)


def test_where_the_offer_suffices_all_is_signed_and_nothing_paid() -> None:
    signed, premium = cleared(everywhere(30.0, 70.0), everywhere(5.0, 9.0), 100.0)
    np.testing.assert_array_equal(signed, everywhere(30.0, 70.0))
    np.testing.assert_array_equal(premium, 0.0)


def test_among_equals_the_premium_is_a_months_worth_for_each_month_of_the_queue() -> None:
    signed, premium = cleared(everywhere(100.0, 300.0), everywhere(5.0, 5.0), 50.0)
    np.testing.assert_allclose(premium, 5.0 * (400 / 50 - 1))
    np.testing.assert_allclose(signed, everywhere(12.5, 37.5))


def test_two_unlike_buyers_by_hand() -> None:
    # at a premium of 6 the first signs 100 / (1 + 6/2) = 25 and the second 100 / (1 + 6/6) = 50
    signed, premium = cleared(everywhere(100.0, 100.0), everywhere(2.0, 6.0), 75.0)
    np.testing.assert_allclose(premium, 6.0, rtol=1e-6)
    np.testing.assert_allclose(signed, everywhere(25.0, 50.0), rtol=1e-6)


def test_a_premium_brings_more_on_offer() -> None:
    # 400 / (1 + 6/2) = 50 (1 + 6/6)
    signed, premium = cleared(everywhere(400.0), everywhere(2.0), 50.0, np.full(3, 6.0))
    np.testing.assert_allclose(premium, 6.0)
    np.testing.assert_allclose(signed, 100.0)


def test_in_a_long_queue_each_gets_its_part_of_what_is_bid() -> None:
    signed, _ = cleared(everywhere(1e6, 1e6, 2e6), everywhere(1.0, 3.0, 1.0), 60.0)
    np.testing.assert_allclose(signed, everywhere(10.0, 30.0, 20.0), rtol=1e-3)


def test_a_doubled_want_raises_what_all_pay_and_lowers_what_the_others_get() -> None:
    before, cheap = cleared(everywhere(100.0, 100.0, 50.0), everywhere(2.0, 5.0, 3.0), 120.0)
    after, dear = cleared(everywhere(200.0, 100.0, 50.0), everywhere(2.0, 5.0, 3.0), 120.0)
    assert (dear > cheap).all()
    assert (after[0] > before[0]).all() and (after[1:] < before[1:]).all()


def test_a_richer_buyer_crowds_out_a_poorer_one() -> None:
    before, _ = cleared(everywhere(100.0, 100.0), everywhere(2.0, 2.0), 60.0)
    after, _ = cleared(everywhere(100.0, 100.0), everywhere(8.0, 2.0), 60.0)
    assert (after[0] > before[0]).all() and (after[1] < before[1]).all()
    np.testing.assert_allclose(over_owners(after), 60.0)


def test_a_buyer_split_in_two_equal_halves_signs_and_pays_the_same() -> None:
    whole, premium = cleared(everywhere(100.0, 60.0), everywhere(2.0, 3.0), 50.0)
    halves, split = cleared(everywhere(50.0, 50.0, 60.0), everywhere(2.0, 2.0, 3.0), 50.0)
    np.testing.assert_allclose(split, premium)
    np.testing.assert_allclose(halves[0] + halves[1], whole[0])


def test_who_bids_nothing_gets_what_the_others_leave() -> None:
    signed, _ = cleared(everywhere(100.0, 30.0), everywhere(0.0, 4.0), 60.0)
    np.testing.assert_allclose(signed, everywhere(30.0, 30.0), rtol=1e-3)
    signed, premium = cleared(everywhere(100.0, 50.0), everywhere(0.0, 0.0), 60.0)
    np.testing.assert_allclose(signed, everywhere(40.0, 20.0), rtol=1e-6)
    np.testing.assert_allclose(premium, 0.0, atol=1e-9)


def test_in_time_the_poorer_waits_longer_for_the_same() -> None:
    left, months = everywhere(100.0, 100.0), np.zeros((2, 3))
    for _ in range(40):
        signed, _ = cleared(left, everywhere(8.0, 2.0), 10.0)
        left = left - signed
        months += left > 50.0  # until half of it is signed
    np.testing.assert_array_equal(months, everywhere(6.0, 14.0))


def test_the_premium_rises_with_scarcity_and_falls_back() -> None:
    found = [
        float(cleared(everywhere(asked, 20.0), everywhere(2.0, 3.0), 50.0)[1][0]) for asked in (20, 40, 80, 40, 20)
    ]
    assert 0.0 == found[0] < found[1] < found[2] and found[3:] == found[1::-1]


@given(MW, BIDS, st.floats(1e-3, 1e6), st.floats(1.0, 1e9))
def test_no_more_is_signed_than_is_asked_or_on_offer_and_all_of_the_offer_where_it_is_scarce(
    asked: np.ndarray, bid: np.ndarray, offer: float, usual: float
) -> None:
    signed, premium = cleared(asked, bid, offer, np.full(3, usual))
    assert np.isfinite(premium).all() and (premium >= 0).all() and (signed >= 0).all()
    assert (signed <= asked * (1 + 1e-12)).all()
    supplied = offer * (1 + premium / usual)
    np.testing.assert_allclose(over_owners(signed), np.minimum(over_owners(asked), supplied), rtol=1e-6, atol=1e-9)


@given(MW, BIDS, st.floats(10.0, 1e5))
def test_the_premium_is_where_demand_meets_the_offer(asked: np.ndarray, bid: np.ndarray, offer: float) -> None:
    usual = np.full(3, 5e6)
    _, premium = cleared(asked, bid, offer, usual)
    demand = over_owners(asked / (1 + premium / bid))
    np.testing.assert_allclose(demand, np.minimum(over_owners(asked), offer * (1 + premium / usual)), rtol=0.02)


def test_a_world_clears_alike_alone_and_in_company() -> None:
    asked, bid = np.random.default_rng(3).uniform(1, 100, (4, 3)), np.random.default_rng(4).uniform(1, 9, (4, 3))
    together, premium = cleared(asked, bid, 40.0)
    for world in range(3):
        one = slice(world, world + 1)
        alone, its = queueing.clear(asked[:, one], bid[:, one], np.full(1, 40.0), FIXED[one])
        np.testing.assert_array_equal(together[:, one], alone)
        np.testing.assert_array_equal(premium[one], its)
