"""A lab that looks ahead takes what was best in the imagined worlds that are nearest to its own."""

import numpy as np
import pytest

from computerace.agents.best_responder import CHOICE, Ahead, BestResponder, Wants, public_figures
from computerace.market.errors import UserError
from computerace.runs.model.race import Race
from tests.agents.looking import observation

AMONG, NEAREST = BestResponder.among, BestResponder.nearest


def wanting(worlds: int, ambition_usd: float = 0.0, fleet_part: float = 0.0) -> Wants:
    """What is wanted, the same in all worlds."""
    return Wants(np.full(worlds, ambition_usd), np.full(worlds, fleet_part))


def two_kinds_of_worlds() -> Ahead:
    """Worlds of little in which the first strategy is best, and worlds of much in which the last one is."""
    figures = np.concatenate([np.zeros((NEAREST, 2)), np.ones((NEAREST, 2))])
    cash_flow = np.zeros((1, len(AMONG), 2 * NEAREST))
    cash_flow[0, 0, :NEAREST] = cash_flow[0, -1, NEAREST:] = 1.0
    none = np.zeros_like(cash_flow)
    return Ahead(figures[None], cash_flow, none, none)


def test_each_world_takes_what_was_best_in_worlds_like_it() -> None:
    seen = np.array([[0.1, -0.2], [0.9, 1.3], [0.0, 0.4]])
    assert list(two_kinds_of_worlds().best(0, seen, wanting(3), NEAREST)) == [0, len(AMONG) - 1, 0]


def test_a_figure_that_is_the_same_in_all_imagined_worlds_says_nothing() -> None:
    ahead = two_kinds_of_worlds()
    known = np.concatenate([ahead.figures, np.full((1, 2 * NEAREST, 1), 3.0)], axis=-1)
    found = ahead._replace(figures=known).best(0, np.array([[0.9, 1.1, 3.0]]), wanting(1), NEAREST)
    assert list(found) == [len(AMONG) - 1]


def test_what_it_wants_decides_world_by_world() -> None:
    """Cash of 10 against a log point of share against a fleet of 20: the dearest is taken."""
    one = np.zeros((1, 3, NEAREST))
    cash_flow, fleet, log_share = (one.copy() for _ in range(3))
    cash_flow[0, 0], log_share[0, 1], fleet[0, 2] = 10.0, 1.0, 20.0
    ahead = Ahead(np.zeros((1, NEAREST, 2)), cash_flow, fleet, log_share)
    wants = Wants(np.array([0.0, 11.0, 11.0, 9.0]), np.array([0.0, 0.0, 0.6, 0.49]))
    assert list(ahead.best(0, np.zeros((4, 2)), wants, NEAREST)) == [0, 1, 2, 0]


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


def test_it_sees_the_market_and_how_it_stands_to_the_largest_rival() -> None:
    """Logs: prices; backlog beyond none; returns as they are; its compute and its investment over the rival's."""
    seen = observation(
        chip_price=2.0, rent=3.0, backlog_months=0.0, log_returns=-0.4, owned=6.0, leader_owned=2.0,
        investment=5.0, leader_investment=20.0,
    )  # fmt: skip
    by_hand = [np.log(2.0), np.log(3.0), 0.0, -0.4, np.log(3.0), np.log(0.25)]
    np.testing.assert_allclose(public_figures(seen), [by_hand] * 3, atol=1e-12)
