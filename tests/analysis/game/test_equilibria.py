"""Best responses and equilibria of games whose answers are known."""

import numpy as np
import pytest

from computerace.analysis.game.equilibria import (
    best_response_path,
    mixed_equilibrium,
    pure_equilibria,
    regret,
    undominated,
)
from tests.analysis.game.games import BATTLE, DILEMMA, PENNIES, game


def test_the_dilemma_has_one_equilibrium_in_which_both_talk() -> None:
    one = game(DILEMMA, ("silent", "talk"))
    assert pure_equilibria(one, 0.0) == [(1, 1)]
    told = regret(one, (0, 0), 0.0).set_index("lab")
    assert (told["best_response"] == "talk").all()
    np.testing.assert_allclose(told["gain_usd"], 2.0)


def test_pennies_have_no_pure_equilibrium_and_answers_go_in_circles() -> None:
    one = game(PENNIES, ("heads", "tails"))
    assert pure_equilibria(one, 0.0) == []
    assert not best_response_path(one, (0, 0), 0.0).settled


def test_a_battle_has_both_its_equilibria() -> None:
    one = game(BATTLE, ("opera", "fight"))
    assert set(pure_equilibria(one, 0.0)) == {(0, 0), (1, 1)}
    path = best_response_path(one, (0, 1), 0.0)
    assert path.settled and path.profiles[-1] == (1, 1)


def test_what_the_noise_of_worlds_does_not_bear_out_breaks_no_equilibrium() -> None:
    close = DILEMMA * np.array([1.0, 1.0])
    close[0, 0] = 5.001  # silence is as good as talk but for a hair
    close[0, 1], close[1, 0] = [0.0, 5.0], [5.0, 0.0]
    assert (0, 0) in pure_equilibria(game(close, ("silent", "talk"), noise=0.5), 0.0)
    assert (0, 0) not in pure_equilibria(game(DILEMMA, ("silent", "talk"), noise=0.5), 0.0)


def test_the_interval_of_a_regret_holds_it() -> None:
    told = regret(game(DILEMMA, ("silent", "talk"), noise=3.0), (0, 0), 0.0)
    assert ((told["low"] < 2.0) & (told["high"] > 2.0)).all()


def test_a_strategy_that_another_beats_everywhere_is_left_out() -> None:
    assert [list(one) for one in undominated(game(DILEMMA, ("silent", "talk")), 0.0)] == [[1], [1]]


@pytest.mark.needs("game")
def test_pennies_are_mixed_evenly() -> None:
    for chances in mixed_equilibrium(game(PENNIES, ("heads", "tails")), 0.0):
        assert chances == pytest.approx({"heads": 0.5, "tails": 0.5}, abs=1e-3)


@pytest.mark.needs("game")
def test_three_labs_of_one_kind_mix_alike() -> None:
    """Who builds alone pays for all: each builds with chance 1 - sqrt(cost / gain)."""
    gain, cost = 4.0, 1.0
    payoffs = np.zeros((2, 2, 2, 3))
    for places in np.ndindex(2, 2, 2):
        for seat in range(3):
            built = any(places)
            payoffs[places][seat] = gain * built - cost * places[seat]
    for chances in mixed_equilibrium(game(payoffs, ("wait", "build")), 0.0):
        assert sum(chances.values()) == pytest.approx(1.0)


def test_ambition_weighs_share_against_money() -> None:
    one = game(DILEMMA, ("silent", "talk"))
    share = np.zeros_like(one.value)
    share[0, :, 0], share[:, 0, 1] = 1.0, 1.0  # silence wins share
    shared = type(one)(one.labs, one.strategies, one.value, share)
    assert pure_equilibria(shared, 0.0) == [(1, 1)]
    assert pure_equilibria(shared, 10.0) == [(0, 0)]
