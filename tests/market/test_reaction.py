"""Reaction: only those behind are pulled, by the log of the gap."""

import numpy as np

from computerace.market import reaction
from tests.market.mechanisms import parameters_of


def test_the_leader_is_not_pulled_and_a_follower_by_its_gap() -> None:
    pull = reaction.upward(
        parameters_of(reaction.Reaction), np.full(3, 0.04), np.array([1.0, 1.0, np.e]), np.array([2.0, 1.0, 1.0])
    )
    np.testing.assert_allclose(pull, [1.0, 1.0, np.exp(0.04)])


def test_no_gap_pulls_without_bound() -> None:
    pull = reaction.upward(parameters_of(reaction.Reaction), np.full(3, 0.04), np.array([1e9, 1e30, 1e12]), np.ones(3))
    np.testing.assert_allclose(pull, np.exp(0.04 * 3.0))
