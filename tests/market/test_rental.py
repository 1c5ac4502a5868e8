"""Rental: lets and rents balance, and answer the rent."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from computerace.market import rental
from computerace.market.arrays import over_owners
from computerace.market.rental import Rental
from tests.market.mechanisms import everywhere, parameters_of

shares = arrays(float, (3, 3), elements=st.floats(0, 0.9))


@given(arrays(float, (3, 3), elements=st.floats(1, 1e7)), shares, shares, st.floats(-2, 2))
def test_what_is_let_is_rented(fleet: np.ndarray, let: np.ndarray, rent: np.ndarray, gap: float) -> None:
    given_out, taken, _ = rental.lets_and_rents(parameters_of(Rental), fleet, let, rent, np.full(3, gap))
    np.testing.assert_allclose(over_owners(given_out), over_owners(taken), rtol=1e-9, atol=1e-6)
    assert (given_out <= fleet * (1 + 1e-12)).all() and (taken >= 0).all()


def test_at_the_rent_of_the_start_everybody_lets_and_rents_as_recorded() -> None:
    let, rented, gap = rental.lets_and_rents(
        parameters_of(Rental),
        everywhere(100.0, 1000.0, 1000.0),
        everywhere(0.0, 0.5, 0.0),
        everywhere(0.2, 0.0, 0.48),
        np.zeros(3),
    )
    np.testing.assert_allclose(let, everywhere(0.0, 500.0, 0.0))
    np.testing.assert_allclose(rented, everywhere(20.0, 0.0, 480.0))
    np.testing.assert_allclose(gap, 0.0, atol=1e-12)


def test_a_higher_rent_brings_out_more_and_is_paid_by_fewer() -> None:
    fleet, let, rent = everywhere(100.0, 1000.0, 1000.0), everywhere(0.0, 0.5, 0.0), everywhere(0.2, 0.0, 0.48)
    calm = rental.lets_and_rents(parameters_of(Rental), fleet, let, rent, np.zeros(3))
    dear = rental.lets_and_rents(parameters_of(Rental), fleet, let, rent, np.full(3, 0.5))
    assert (dear[0][1] > calm[0][1]).all() and (dear[1][0] < calm[1][0]).all() and (dear[2] < calm[2]).all()


def test_without_the_mechanism_owned_is_used() -> None:
    let, rented, _ = rental.lets_and_rents(
        parameters_of(Rental, depth=0.0),
        everywhere(100.0, 1000.0),
        everywhere(0.5, 0.5),
        everywhere(0.5, 0.5),
        np.zeros(3),
    )
    np.testing.assert_array_equal(let, 0.0)
    np.testing.assert_array_equal(rented, 0.0)
