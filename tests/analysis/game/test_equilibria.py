"""Best responses and equilibria of games whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.game.answer import equilibria
from computerace.analysis.game.equilibria import (
    best_response_path,
    choices,
    mixed_equilibria,
    noise_of,
    pure_equilibria,
    regret,
    undominated,
)
from computerace.analysis.game.noise import pilot_noise, refuse_too_fine
from computerace.analysis.game.payoffs import game_of
from computerace.market.errors import UserError
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


def test_a_lab_alone_takes_what_is_best() -> None:
    assert pure_equilibria(game(np.array([[1.0], [3.0], [2.0]]), ("low", "high", "middle")), 0.0) == [(1,)]


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
    told = mixed_equilibria(game(PENNIES, ("heads", "tails")), 0.0)
    assert told.complete
    (chances,) = told.found
    assert all(one == pytest.approx({"heads": 0.5, "tails": 0.5}) for one in chances)


@pytest.mark.needs("game")
def test_three_labs_with_one_mixed_equilibrium_play_it() -> None:
    """Jordan (1993): the first wants to match the second, the second the third, the third to differ from the first."""
    payoffs = np.zeros((2, 2, 2, 3))
    for first, second, third in np.ndindex(2, 2, 2):
        won = (first == second, second == third, third != first)
        payoffs[first, second, third] = np.where(won, 1.0, -1.0)
    one = game(payoffs, ("heads", "tails"))
    assert pure_equilibria(one, 0.0) == []
    (chances,) = mixed_equilibria(one, 0.0).found
    assert all(one == pytest.approx({"heads": 0.5, "tails": 0.5}, abs=1e-3) for one in chances)


@pytest.mark.needs("game")
def test_a_battle_has_two_pure_equilibria_and_one_in_which_each_goes_its_own_way_twice_in_three_times() -> None:
    told = mixed_equilibria(game(BATTLE * 1e12 - 7e13, ("opera", "fight")), 0.0)
    assert told.complete and len(told.found) == 3
    (mixed,) = (chances for chances in told.found if len(chances[0]) > 1)
    assert mixed[0] == pytest.approx({"opera": 2 / 3, "fight": 1 / 3})
    assert mixed[1] == pytest.approx({"opera": 1 / 3, "fight": 2 / 3})


@pytest.mark.needs("game")
def test_of_three_labs_that_keep_apart_several_equilibria_are_met_and_others_may_be_missing() -> None:
    """To stay is worth 1, to go 2 where nobody else does, else nothing: alike, each stays with 0.5 ** 0.5."""
    payoffs = np.zeros((2, 2, 2, 3))
    for places in np.ndindex(2, 2, 2):
        payoffs[places] = [1.0 if not going else 2.0 if sum(places) == 1 else 0.0 for going in places]
    told = mixed_equilibria(game(payoffs, ("stay", "go")), 0.0)
    assert not told.complete
    alone = [[next(iter(one)) for one in chances] for chances in told.found if all(len(one) == 1 for one in chances)]
    assert sorted(alone) == [["go", "stay", "stay"], ["stay", "go", "stay"], ["stay", "stay", "go"]]
    (alike,) = (chances for chances in told.found if all(len(one) == 2 for one in chances))
    assert all(one["stay"] == pytest.approx(0.5**0.5, abs=0.01) for one in alike)


@pytest.mark.parametrize("labs", [2, 3])
def test_a_symmetric_contest_is_fought_with_the_effort_of_theory(labs: int) -> None:
    """Tullock (1980) with decisiveness r = 1: each spends r (n - 1) / n^2 of the prize."""
    known = (labs - 1) / labs**2
    efforts = known * np.array([0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0])
    payoffs = np.zeros((len(efforts),) * labs + (labs,))
    for places in np.ndindex(*payoffs.shape[:-1]):
        spent = efforts[list(places)]
        payoffs[places] = spent / spent.sum() - spent
    one = game(payoffs, [f"{effort:.3f}" for effort in efforts], worlds=3)
    assert pure_equilibria(one, 0.0) == [(3,) * labs]
    assert best_response_path(one, (0,) * labs, 0.0).profiles[-1] == (3,) * labs


def test_a_strategy_is_better_only_where_it_is_in_value_and_in_share() -> None:
    one = game(DILEMMA, ("silent", "talk"), noise=0.1)
    assert not choices(one, (0, 0))["better"].any()  # talk is worth more, and wins no share
    share = np.zeros_like(one.value)
    share[1, :, 0] = 1.0
    told = choices(type(one)(one.labs, one.strategies, one.value, share), (0, 0)).set_index("lab")
    assert told["better"].to_dict() == {"Lab0": True, "Lab1": False}
    assert told.loc["Lab0", "log_share"] == pytest.approx(1.0)


def test_a_tolerance_finer_than_the_noise_is_refused_with_the_worlds_it_takes() -> None:
    one = game(DILEMMA * 1e9, ("silent", "talk"), noise=1e9)
    profiles = pd.DataFrame({"profile": range(4), "worlds": 200, "won": 0, "ratio_p50": 0.1})
    default = {"Lab0": "talk", "Lab1": "talk"}
    with pytest.raises(UserError, match="200 worlds are too few for a tolerance"):
        equilibria(one, profiles, default, [0.0], tolerance_usd=1e7)
    assert len(equilibria(one, profiles, default, [0.0], tolerance_usd=1e9).rows)


def test_a_pilot_of_all_worlds_has_the_noise_of_the_default_profile() -> None:
    """Of unequal noise: what Lab1 gains by leaving is the least certain, and where share counts what Lab0 gains."""
    generator, spread, share = np.random.default_rng(4), (1.0, 3.0), (1.0, 0.1)
    profiles = list(np.ndindex(2, 2))
    frame = pd.DataFrame(
        {"profile": number, "world": world, "lab": f"Lab{seat}", "value_usd": spread[seat] * generator.normal(),
         "log_share": share[seat] * generator.normal()}
        for number in range(4) for world in range(50) for seat in (0, 1)
    )  # fmt: skip
    names = pd.DataFrame([{"profile": n, "Lab0": f"s{a}", "Lab1": f"s{b}"} for n, (a, b) in enumerate(profiles)])
    whole = game_of(names, frame)
    pilot = frame[frame["profile"] < 3]  # of (0, 0), (0, 1) and (1, 0)
    for ambition in (0.0, 100.0):
        exact = noise_of(whole, (0, 0), ambition)
        assert pilot_noise(pilot, ["Lab1", "Lab0"], ambition, 50) == pytest.approx(exact)
        assert pilot_noise(pilot, ["Lab1", "Lab0"], ambition, 200) == pytest.approx(exact / 2)


def test_a_pilot_is_given_the_benefit_of_the_doubt_and_all_worlds_are_not() -> None:
    refuse_too_fine(1.4e9, 0.0, 1e9, 256, pilot=64)
    with pytest.raises(UserError, match=r"about 1\.6 billion, by 64 of them, .* take about 660 worlds"):
        refuse_too_fine(1.6e9, 0.0, 1e9, 256, pilot=64)
    for pilot in (64, None):
        with pytest.raises(UserError, match=r"64 worlds are too few .* take about 130 worlds"):
            refuse_too_fine(1.4e9, 0.0, 1e9, 64, pilot=pilot)
    refuse_too_fine(1.4e9, 0.0, 0.0, 64)  # whatever the noise bears out


def test_ambition_weighs_share_against_money() -> None:
    one = game(DILEMMA, ("silent", "talk"))
    share = np.zeros_like(one.value)
    share[0, :, 0], share[:, 0, 1] = 1.0, 1.0  # silence wins share
    shared = type(one)(one.labs, one.strategies, one.value, share)
    assert pure_equilibria(shared, 0.0) == [(1, 1)]
    assert pure_equilibria(shared, 10.0) == [(0, 0)]


@pytest.mark.needs("game")
def test_every_mixed_equilibrium_is_told_with_the_chances_of_its_profiles() -> None:
    one = game(BATTLE, ("opera", "fight"))
    profiles = pd.DataFrame({"profile": range(4), "worlds": 200, "won": [0, 20, 40, 60], "ratio_p50": 0.1})
    told = equilibria(one, profiles, {"Lab0": "opera", "Lab1": "opera"}, [0.0])
    mixed = told.rows[told.rows["kind"] == "mixed"].set_index(["Lab0", "Lab1"])
    assert mixed["weight"].to_dict() == pytest.approx(
        {("opera", "opera"): 2 / 9, ("opera", "fight"): 4 / 9, ("fight", "opera"): 1 / 9, ("fight", "fight"): 2 / 9}
    )
    assert float((mixed["weight"] * mixed["chance"]).sum()) == pytest.approx(0.1 * (4 + 2 * 1 + 3 * 2) / 9)
    assert not told.notes
