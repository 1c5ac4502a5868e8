"""The verb decide: every owner sees its own row, and its forms come back in its row, whatever order it is asked in."""

import numpy as np
import pytest
from mesa.agent import AgentSet

from computerace.agents.decision import Decision
from computerace.agents.lab import Lab
from computerace.agents.observation import Observation
from computerace.agents.rules import renting
from computerace.market.arrays import Worlds
from computerace.market.setting import Memory
from computerace.runs.model.race import Race
from computerace.runs.model.verbs import Seen, decide, observe
from computerace.runs.scenarios import scenario
from tests.runs.model.plain import played


class Counting(Lab):
    """Wishes for what its row says, and counts its months."""

    def wish(self, seen: Observation) -> Worlds:
        return np.full(3, 100.0 + self.row)

    def remember(self, seen: Observation) -> Memory:
        return {"months": seen.memory.get("months", np.zeros(3)) + 1.0}


def looked() -> Seen:
    setting, state, luck, now = played()
    return observe(setting, state._replace(memory=tuple({"months": np.full(3, 7.0)} for _ in range(5))), luck, now)


NAMES = ("xAI", "Google", "Microsoft", "Meta", "Rest")
RACE = Race(scenario("baseline"), months=1, collect=False, labs=dict.fromkeys(NAMES, Counting))


def labs(step: int = 1) -> AgentSet[Lab]:
    return AgentSet(list(RACE.labs)[::step], random=RACE.random)


def test_each_owner_sees_its_own_row_and_fills_in_its_own() -> None:
    seen = looked()
    asked, acted = decide(labs(), seen)
    assert len(acted.observations) == len(acted.decisions) == 5
    for row in range(5):
        np.testing.assert_array_equal(asked.budget.wish[row], 100.0 + row)
        np.testing.assert_array_equal(acted.observations[row].books.owned, seen.books.owned[row])
        np.testing.assert_array_equal(acted.observations[row].figures.campus_mw, seen.setting.figures.campus_mw[row])
        np.testing.assert_array_equal(asked.memory[row]["months"], 8.0)


def test_the_forms_are_the_rows_of_the_markets() -> None:
    asked, acted = decide(labs(), looked())
    for form, stacked in zip(Decision._fields[:-1], asked[:-1], strict=True):
        for line, values in zip(getattr(acted.decisions[2], form)._fields, stacked, strict=True):
            np.testing.assert_array_equal(values[2], getattr(getattr(acted.decisions[2], form), line))


def test_the_order_in_which_owners_are_asked_does_not_matter() -> None:
    seen = looked()
    forward, backward = decide(labs(), seen)[0], decide(labs(-1), seen)[0]
    for one, other in zip(forward[:-1], backward[:-1], strict=True):
        np.testing.assert_array_equal(np.array(one), np.array(other))


def test_rivals_stand_still_without_reaction_and_the_claimant_does_not() -> None:
    setting, state, luck, now = played({"reaction.strength": 0.0, "labs.Google.strategy": "steady"})
    seen = observe(setting, state, luck, now)
    race = Race(scenario("baseline"), months=1, collect=False)
    asked, _ = decide(race.labs, seen)
    start = setting.anchors.investment
    np.testing.assert_allclose(asked.budget.wish[1:4], start[1:4])
    assert (asked.budget.wish[0] > 1.01 * start[0]).all()
    assert (np.abs(asked.budget.wish[4] / start[4] - 1.0) > 0.01).all()  # the rest of the market is nobody's rival


def test_labs_rent_with_their_fleets_and_the_rest_beside_it() -> None:
    race = Race(scenario("baseline"), months=1, collect=False)
    asked, acted = decide(race.labs, looked())
    assert (asked.capacity.beside[:-1] == 0).all() and (asked.capacity.with_fleet[-1] == 0).all()
    rest = renting.rent_for_revenue(acted.observations[-1])
    np.testing.assert_array_equal(asked.capacity.beside[-1], rest.beside)
    np.testing.assert_array_equal(asked.capacity.budget_usd[-1], rest.budget_usd)
    np.testing.assert_array_equal(asked.capacity.let_share[1], acted.observations[1].figures.let_share)


SAME = {"labs.Google.strategy": "match_leader", "labs.Microsoft.strategy": "idle", "labs.Meta.kind": "RestOfMarket"}


@pytest.mark.parametrize("settings", [{}, SAME, {"labs.Meta.exit_month": 1}])
def test_in_one_call_each_owner_asks_for_what_it_would_ask_for_alone(settings: dict[str, str | float]) -> None:
    race = Race(scenario("baseline").with_settings(settings), worlds=3, months=14, collect=False).run()
    assert not any(lab.own_rules for lab in race.labs)
    for lab, together in zip(race.labs, race.flows.decisions, strict=True):
        alone = lab.decide(lab.observation)
        for one, other in zip(alone[:-1], together[:-1], strict=True):
            np.testing.assert_array_equal(np.array(one), np.array(other))
        assert alone.memory == together.memory
