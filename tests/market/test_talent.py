"""Researchers: moves by logit, pay, and what departing stars cost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from computerace.market import talent
from computerace.market.arrays import over_owners
from computerace.market.talent import Talent
from tests.market.mechanisms import everywhere, parameters_of


def test_equal_utilities_give_uniform_moves() -> None:
    people = np.full((4, 3), 100.0)
    out, arrived = talent.moves(parameters_of(Talent), people, people, np.zeros((4, 3)), np.full((4, 3), 0.01))
    np.testing.assert_allclose(out, 1.0)
    np.testing.assert_allclose(arrived, 1.0)


@given(arrays(float, (4, 3), elements=st.floats(0.1, 1e4)), arrays(float, (4, 3), elements=st.floats(-5, 5)))
def test_moves_lose_nobody(people: np.ndarray, utility: np.ndarray) -> None:
    out, arrived = talent.moves(parameters_of(Talent), people, people[::-1], utility, np.full((4, 3), 0.02))
    np.testing.assert_allclose(over_owners(out), over_owners(arrived), rtol=1e-9)
    assert (out <= people).all() and (arrived >= 0).all()


def test_moves_between_two_labs_by_hand() -> None:
    # both leave at 1 % times the other's pull e^(v_j - v_i), and there is only one place to go
    utility = everywhere(0.0, np.log(2.0))
    out, arrived = talent.moves(
        parameters_of(Talent), everywhere(100, 100), everywhere(1, 1), utility, np.full((2, 3), 0.01)
    )
    np.testing.assert_allclose(out, everywhere(2.0, 0.5))
    np.testing.assert_allclose(arrived, everywhere(0.5, 2.0))


def test_who_doubles_its_pay_gains_by_its_weight() -> None:
    parameters = parameters_of(Talent, pay_weight=[0.0, 1.0, 2.0], compute_weight=0, prestige_weight=0)
    value = talent.attraction(parameters, everywhere(1.0, 2.0), everywhere(1.0, 1.0), everywhere(0.0, 0.0))
    np.testing.assert_allclose(np.exp(value[1] - value[0]), [1.0, 2.0, 4.0])


def test_pay_rises_with_unfilled_openings_and_holds_without() -> None:
    people, openings = everywhere(100.0, 100.0, 100.0), everywhere(100.0, 150.0, 50.0)
    pay = talent.next_pay(parameters_of(Talent), everywhere(1.0, 1.0, 1.0), np.full(3, 0.02), people, openings)
    np.testing.assert_allclose(pay, everywhere(1.0, np.exp(0.01), np.exp(-0.01)))


def test_a_star_counts_as_many_researchers() -> None:
    parameters = parameters_of(Talent, star_weight=[3.0, 8.0, 20.0])
    np.testing.assert_allclose(
        talent.output(parameters, everywhere(100.0), everywhere(2.0), everywhere(0.5)), [[53.0, 58.0, 70.0]]
    )


def test_losing_all_stars_costs_the_team_the_published_part_and_heals() -> None:
    parameters = parameters_of(Talent, star_loss=[0.05, 0.065, 0.18])
    hit = talent.next_morale(parameters, everywhere(1.0), everywhere(5.0), everywhere(5.0))
    np.testing.assert_allclose(hit, [[0.95, 0.935, 0.82]])
    for _ in range(240):
        hit = talent.next_morale(parameters, hit, everywhere(0.0), everywhere(5.0))
    np.testing.assert_allclose(hit, 1.0, atol=1e-3)
