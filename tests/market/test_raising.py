"""Raising money: offers, how a pool is shared, prices, and what one lab's raise does to another's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computerace.market import raising
from computerace.market.arrays import Stock, over_owners
from computerace.market.capital import BONDS, BUILDINGS, CHIPS, DEBT, KINDS, PARENTS, PRIVATE, PUBLIC, Capital
from computerace.market.raising import Asker
from tests.market.mechanisms import everywhere, parameters_of

NONE = everywhere(0.0, 0.0, 0.0)
YOUNG, GROWN, MANY = 0, 1, 2  # a lab that lives on outside money, an incumbent, and a row of many firms
ASKER = Asker(
    young=everywhere(1.0, 0.0, 0.0) > 0, labs_among=everywhere(1.0, 0.0, 1.0) > 0, part_most=everywhere(0.5, 0.5, 1.0),
    equity=everywhere(30.0, 30.0, 10.0), backed=NONE, debt_room=everywhere(40.0, 40.0, 400.0),
    bill=everywhere(10.0, 20.0, 0.0), sound=everywhere(1.0, 1.0, 1.0),
)  # fmt: skip


def pools(**sizes: float) -> Stock:
    return np.array([np.full(3, sizes.get(kind, 100.0)) for kind in KINDS])


def asked(**kinds: list[float]) -> Stock:
    return np.array([everywhere(*kinds.get(kind, [0.0, 0.0, 0.0])) for kind in KINDS])


def test_who_is_offered_what() -> None:
    found = raising.offers(parameters_of(Capital, buildings_loan=0.8), pools(), ASKER)[:, :, 0]
    np.testing.assert_allclose(found[PARENTS], [50.0, 0.0, 25.0])  # by standing, 3 to 1; no name more than half
    np.testing.assert_allclose(found[BONDS], [0.0, 40.0, 100.0])  # against cash flow
    np.testing.assert_allclose(found[BUILDINGS], [8.0, 16.0, 0.0])  # a part of the bill
    np.testing.assert_allclose(found[CHIPS], [50.0, 50.0, 100.0])
    np.testing.assert_allclose(found[PRIVATE], [30.0, 0.0, 10.0])
    np.testing.assert_allclose(found[PUBLIC], [0.0, 50.0, 100.0])


def test_nobody_is_offered_more_than_a_part_of_a_pool_and_a_row_of_many_firms_all_of_it() -> None:
    rich = ASKER._replace(equity=ASKER.equity * 1e6, debt_room=ASKER.debt_room * 1e6, bill=ASKER.bill * 1e6 + 1e6)
    found = raising.offers(parameters_of(Capital), pools(), rich)
    assert (found[:, :MANY] <= 50.0).all() and (found[:, MANY] <= 100.0).all()


def test_nobody_lends_to_an_owner_in_distress() -> None:
    found = raising.offers(parameters_of(Capital), pools(), ASKER._replace(sound=NONE))
    np.testing.assert_array_equal(found[DEBT], 0.0)
    half = raising.offers(parameters_of(Capital), pools(), ASKER._replace(sound=everywhere(0.5, 0.5, 0.5)))[DEBT]
    np.testing.assert_allclose(half, 0.5 * raising.offers(parameters_of(Capital), pools(), ASKER)[DEBT])


def test_one_labs_raise_lessens_anothers() -> None:
    alone, _ = raising.ration(pools(private=60.0), asked(private=[50.0, 0.0, 0.0]), NONE)
    both, _ = raising.ration(pools(private=60.0), asked(private=[50.0, 0.0, 70.0]), NONE)
    np.testing.assert_allclose(alone[PRIVATE], everywhere(50.0, 0.0, 0.0))
    np.testing.assert_allclose(both[PRIVATE], everywhere(25.0, 0.0, 35.0))


def test_a_doubled_want_lowers_what_others_get_and_raises_what_they_pay() -> None:
    parameters = parameters_of(Capital, tightness=0.2, bonds_rate=0.05)
    rates, given_out = [], []
    for want in (30.0, 60.0):
        granted, used = raising.ration(pools(bonds=100.0), asked(bonds=[0.0, want, 60.0]), NONE)
        rates.append(raising.rates(parameters, used)[0])
        given_out.append(granted[BONDS, MANY])
    np.testing.assert_allclose(given_out, [[60.0] * 3, [50.0] * 3])
    np.testing.assert_allclose(rates, [[0.05 * 1.18] * 3, [0.05 * 1.2] * 3])


def test_splitting_who_asks_in_two_halves_leaves_what_others_get() -> None:
    whole = raising.ration(pools(private=60.0), asked(private=[50.0, 0.0, 70.0]), NONE)[0][PRIVATE]
    halves = np.array([everywhere(25.0, 25.0, 70.0)] * len(KINDS))
    split = raising.ration(pools(private=60.0), halves, NONE)[0][PRIVATE]
    np.testing.assert_allclose(split[0] + split[1], whole[0])
    np.testing.assert_allclose(split[2], whole[2])


def test_what_a_backer_has_set_aside_is_outside_the_pool() -> None:
    backed = everywhere(200.0, 0.0, 0.0)
    granted, _ = raising.ration(pools(parents=30.0), asked(parents=[240.0, 0.0, 20.0]), backed)
    np.testing.assert_allclose(granted[PARENTS], everywhere(200.0 + 20.0, 0.0, 10.0))


@given(
    st.lists(st.floats(0, 1e12), min_size=18, max_size=18), st.lists(st.floats(0, 1e12), min_size=6, max_size=6),
    st.floats(0, 1e12),
)  # fmt: skip
def test_no_pool_gives_more_than_it_holds_nor_anybody_more_than_it_asks(
    wants: list[float], sizes: list[float], backing: float
) -> None:
    want = np.array(wants).reshape(6, 3, 1)
    size, backed = np.array(sizes)[:, None], np.full((3, 1), backing)
    granted, _ = raising.ration(size, want, backed)
    assert (granted >= 0).all() and (granted <= want * (1 + 1e-9)).all()
    contested = granted.copy()
    contested[PARENTS] -= np.minimum(want[PARENTS], backed)
    for kind in range(6):
        assert (over_owners(contested[kind]) <= size[kind] * (1 + 1e-9) + 1e-3).all()


@pytest.mark.parametrize(("new", "dilution"), [(0.0, 0.0), (30.0, 30 / (30 * 12 / 0.12 + 30))])
def test_a_young_lab_gives_a_part_of_itself_for_what_it_takes(new: float, dilution: float) -> None:
    parameters = parameters_of(Capital, dilution=0.12, tightness=0.0, cash_flow_multiple=20.0)
    granted, used = asked(private=[new, 0.0, 0.0], public=[0.0, new, 0.0]), pools() * 0.0
    found = raising.diluted(parameters, granted, used, ASKER, everywhere(0.0, 100.0, 0.0), NONE, NONE)
    np.testing.assert_allclose(found[YOUNG], dilution)
    np.testing.assert_allclose(found[GROWN], new / (2000.0 + new))


def test_nobody_is_worth_less_than_its_fleet_would_cost_new() -> None:
    granted, used = asked(public=[0.0, 30.0, 0.0]), pools() * 0.0
    broke = raising.diluted(parameters_of(Capital), granted, used, ASKER, NONE, everywhere(0.0, 270.0, 0.0), NONE)
    np.testing.assert_allclose(broke[GROWN], 0.1)


@pytest.mark.parametrize(("kind", "row"), [("parents", YOUNG), ("private", YOUNG), ("public", GROWN)])
def test_each_kind_of_equity_is_dearer_by_the_use_of_its_own_pool_alone(kind: str, row: int) -> None:
    parameters, cash_flow = parameters_of(Capital, tightness=0.2), everywhere(0.0, 10.0, 0.0)
    granted = asked(**{kind: [30.0 if who == row else 0.0 for who in range(3)]})
    empty = raising.diluted(parameters, granted, pools() * 0.0, ASKER, cash_flow, NONE, NONE)[row]
    others = np.array([np.full(3, float(name != kind)) for name in KINDS])
    np.testing.assert_array_equal(
        raising.diluted(parameters, granted, others, ASKER, cash_flow, NONE, NONE)[row], empty
    )
    full = raising.diluted(parameters, granted, 1.0 - others, ASKER, cash_flow, NONE, NONE)[row]
    worth = 30.0 * (1.0 - empty) / empty
    np.testing.assert_allclose(full, 36.0 / (worth + 36.0))  # as if a fifth more had been taken


def test_creditors_who_are_not_paid_take_shares_for_it_from_whoever_holds_the_firm() -> None:
    """A firm that is worth its fleet of 270 and does not pay 30 is theirs by a tenth; without a fleet all of it is."""
    unpaid, nothing = everywhere(30.0, 30.0, 0.0), pools() * 0.0
    broke = ASKER._replace(equity=NONE)
    found = raising.diluted(
        parameters_of(Capital), nothing, nothing, broke, NONE, everywhere(270.0, 0.0, 270.0), unpaid
    )
    np.testing.assert_allclose(found, everywhere(0.1, 1.0, 0.0))
