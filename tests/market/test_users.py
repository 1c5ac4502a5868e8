"""Users: the logit reproduces the start, inertia, and what quality, accuracy and price are worth."""

import numpy as np

from computerace.market import users
from computerace.market.users import Users
from tests.market.mechanisms import everywhere, owners, parameters_of


def test_brand_reproduces_the_shares_at_the_start() -> None:
    shares, value = owners([0.6], [0.3], [0.1]), owners([1.0], [5.0], [-2.0])
    np.testing.assert_allclose(users.choice_shares(value + users.brand(shares, value)), shares)


def test_shares_stay_where_nothing_changes() -> None:
    parameters, shares = parameters_of(Users), everywhere(0.6, 0.3, 0.1)
    value = everywhere(1.0, 5.0, -2.0)
    moved = users.next_shares(parameters, shares, value + users.brand(shares, value))
    np.testing.assert_allclose(moved, shares)


def test_only_those_who_reconsider_move() -> None:
    parameters = parameters_of(Users, hazard=[0.0, 0.02, 1.0])
    moved = users.next_shares(parameters, everywhere(1.0, 0.0), everywhere(0.0, 0.0))
    np.testing.assert_allclose(moved[1], [0.0, 0.01, 0.5])
    np.testing.assert_allclose(moved.sum(axis=0), 1.0)


def test_whom_nobody_serves_chooses_anew_whoever_it_was_with() -> None:
    """What leaves is of two owners: all of it, and the part of the others that reconsiders, choose alike."""
    parameters = parameters_of(Users, hazard=0.2)
    shares, leaving = everywhere(0.5, 0.3, 0.2), everywhere(0.2, 0.5, 0.0)
    moved = users.next_shares(parameters, shares, everywhere(0.0, 0.0, 0.0), leaving)
    choosing = 0.1 + 0.15 + 0.2 * 0.75
    by_hand = [0.4 * 0.8 + choosing / 3, 0.15 * 0.8 + choosing / 3, 0.2 * 0.8 + choosing / 3]
    np.testing.assert_allclose(moved, everywhere(*by_hand))


def test_better_answers_and_fewer_invented_facts_win_users_each_by_its_weight() -> None:
    parameters = parameters_of(Users, quality_weight=0.12, accuracy_weight=2.0)
    value = users.utility(
        parameters, everywhere(100.0, 110.0, 100.0), everywhere(0.5, 0.5, 0.1), everywhere(0.0, 0.0, 0.0)
    )
    np.testing.assert_allclose(value - value[0], everywhere(0.0, 1.2, 0.8))


def test_inefficient_software_costs_users_through_the_price() -> None:
    parameters = parameters_of(Users, price_weight=1.1, pass_through=0.3)
    value = users.utility(parameters, everywhere(0.0, 0.0), everywhere(0.0, 0.0), everywhere(0.0, -1.0))
    np.testing.assert_allclose(value[1] - value[0], -0.33)


def test_the_market_grows_at_its_anchors() -> None:
    parameters = parameters_of(Users, market_growth_2026=[1.5, 2.2, 3.0], market_growth_2030=1.3)
    np.testing.assert_allclose(np.exp(12 * users.market_growth(parameters, 0.0)), [1.5, 2.2, 3.0])
    np.testing.assert_allclose(np.exp(12 * users.market_growth(parameters, 4.0)), 1.3)
