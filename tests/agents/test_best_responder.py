"""A lab that looks ahead takes what was best in the imagined worlds that are nearest to its own."""

import numpy as np
import pytest

from computerace.agents.best_responder import AMONG, CHOICE, NEAREST, Ahead, BestResponder
from computerace.market.errors import UserError
from computerace.runs.model.race import Race
from tests.agents.looking import observation


def two_kinds_of_worlds() -> Ahead:
    """Worlds of little in which the first strategy is best, and worlds of much in which the last one is."""
    figures = np.concatenate([np.zeros((NEAREST, 2)), np.ones((NEAREST, 2))])
    payoff = np.zeros((len(AMONG), 2 * NEAREST))
    payoff[0, :NEAREST] = payoff[-1, NEAREST:] = 1.0
    return Ahead(figures[None], payoff[None])


def test_each_world_takes_what_was_best_in_worlds_like_it() -> None:
    seen = np.array([[0.1, -0.2], [0.9, 1.3], [0.0, 0.4]])
    assert list(two_kinds_of_worlds().best(0, seen)) == [0, len(AMONG) - 1, 0]


def test_a_figure_that_is_the_same_in_all_imagined_worlds_says_nothing() -> None:
    ahead = two_kinds_of_worlds()
    known = np.concatenate([ahead.figures, np.full((1, 2 * NEAREST, 1), 3.0)], axis=-1)
    assert list(Ahead(known, ahead.payoff).best(0, np.array([[0.9, 1.1, 3.0]]))) == [len(AMONG) - 1]


def test_it_follows_for_the_year_what_it_chose_when_the_year_began() -> None:
    race = Race("baseline", worlds=3, labs={"Meta": BestResponder}, collect=False)
    lab = next(one for one in race.labs if one.name == "Meta")
    followed = []
    for _ in range(14):
        race.step()
        followed.append(race.state.memory[lab.row][CHOICE])
    assert all((month == followed[0]).all() for month in followed[:12])
    assert (followed[12] == followed[13]).all()
    assert {int(number) for month in followed for number in month} <= set(range(len(AMONG)))


def test_without_a_look_ahead_it_says_that_it_has_none() -> None:
    race = Race("baseline", worlds=3, labs={"Meta": BestResponder}, collect=False)
    lab = next(one for one in race.labs if one.name == "Meta")
    assert isinstance(lab, BestResponder)
    lab.ahead = None
    with pytest.raises(UserError, match="handed"):
        lab.wish(observation())
