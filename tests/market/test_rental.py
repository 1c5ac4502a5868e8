"""Rental: lets and rents balance, answer the rent, and leave every owner some use of its own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from computerace.market import rental
from computerace.market.arrays import over_owners
from computerace.market.rental import Rental
from tests.market.mechanisms import everywhere, parameters_of

shares = arrays(float, (3, 3), elements=st.floats(0, 0.95))
fleets = arrays(float, (3, 3), elements=st.floats(1, 1e7))
FLEET, LET, WANTED = everywhere(100.0, 1000.0, 1000.0), everywhere(0.0, 0.5, 0.0), everywhere(20.0, 0.0, 480.0)


@given(fleets, shares, fleets, st.floats(-2, 2))
def test_what_is_let_is_rented(fleet: np.ndarray, let: np.ndarray, wanted: np.ndarray, gap: float) -> None:
    parameters, rent_gap = parameters_of(Rental), np.full(3, gap)
    given_out = rental.lets(parameters, fleet, let, rent_gap)
    taken, _ = rental.rents(parameters, wanted, over_owners(given_out), rent_gap, np.zeros(3))
    np.testing.assert_allclose(over_owners(given_out), over_owners(taken), rtol=1e-9, atol=1e-6)
    assert (given_out <= fleet * (1 + 1e-12)).all() and (taken >= 0).all()


def test_at_the_rent_of_the_start_everybody_lets_and_rents_as_recorded() -> None:
    parameters, calm = parameters_of(Rental), np.zeros(3)
    let = rental.lets(parameters, FLEET, LET, calm)
    rented, gap = rental.rents(parameters, WANTED, over_owners(let), calm, calm)
    np.testing.assert_allclose(let, everywhere(0.0, 500.0, 0.0))
    np.testing.assert_allclose(rented, WANTED)
    np.testing.assert_allclose(gap, 0.0, atol=1e-12)


def test_a_higher_rent_brings_out_more_and_is_paid_by_fewer() -> None:
    parameters, calm, dear = parameters_of(Rental), np.zeros(3), np.full(3, 0.5)
    assert (rental.lets(parameters, FLEET, LET, dear)[1] > rental.lets(parameters, FLEET, LET, calm)[1]).all()
    rented, gap = rental.rents(parameters, WANTED, np.full(3, 500.0), calm, calm)
    fewer, wider = rental.rents(parameters, WANTED, np.full(3, 500.0), dear, calm)
    assert (fewer[0] < rented[0]).all() and (wider < gap).all()


def test_the_odds_of_letting_rise_with_the_rent_and_own_use_never_ends() -> None:
    parameters, gap = parameters_of(Rental, elasticity=0.5), np.full(3, 2.0)
    share = rental.lets(parameters, everywhere(1.0), everywhere(0.54), gap)[0]
    np.testing.assert_allclose(share / (1 - share), 0.54 / 0.46 * np.e)
    assert (rental.lets(parameters, everywhere(1.0), everywhere(0.95), np.full(3, 3.0)) < 1.0).all()


def test_labs_rent_in_proportion_to_all_that_they_run() -> None:
    rented, start = everywhere(50.0, 4.0), everywhere(150.0, 0.0)
    np.testing.assert_allclose(rental.wanted_by_labs(rented, start, start), rented)
    doubled = rental.wanted_by_labs(rented, everywhere(350.0, 96.0), start)
    np.testing.assert_allclose(doubled, everywhere(100.0, 100.0))  # who owned nothing rents as much as it now owns


def test_without_the_mechanism_owned_is_used() -> None:
    parameters = parameters_of(Rental, depth=0.0)
    let = rental.lets(parameters, FLEET, LET, np.zeros(3))
    np.testing.assert_array_equal(let, 0.0)
    np.testing.assert_array_equal(rental.rents(parameters, WANTED, over_owners(let), np.zeros(3), np.zeros(3))[0], 0.0)
