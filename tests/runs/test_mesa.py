"""A race is an ordinary Mesa model in Mesa's own ways."""

import copy
import pickle
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.experimental.scenarios import Scenario as MesaScenario

from computerace.agents.lab import Lab, RestOfMarket
from computerace.agents.observation import Observation
from computerace.agents.rules.renting import Renting
from computerace.market.arrays import Worlds
from computerace.market.errors import UserError
from computerace.market.talent import Hiring
from computerace.runs.model.race import Race

SHORT: dict[str, Any] = {"months": 2}


def owned(race: Race) -> np.ndarray:
    return race.state.fleet.owned


# batch_run, and seeds in every form


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"iterations": 2},
        {"rng": 3},
        {"rng": [1, 2]},
        {"rng": [np.int64(4), None]},
        {"rng": [np.random.SeedSequence(5)]},
        {"rng": [[1, 2, 3]]},
    ],
)
def test_batch_run_takes_a_race_as_it_is(given: dict[str, Any]) -> None:
    rows = mesa.batch_run(Race, {"months": [1, 2]}, display_progress=False, **given)
    runs = len({row["RunId"] for row in rows})
    assert runs == 2 * (given.get("iterations") or len(np.atleast_1d(given["rng"]) if given.get("rng") == 3 else
                        given.get("rng", [None])))  # fmt: skip
    assert {row["lab"] for row in rows} == {"xAI", "Google", "Microsoft", "Meta", "Rest"}
    assert all(row["owned_h100e"] > 0 for row in rows)


@pytest.mark.slow
def test_batch_run_on_two_processes_gives_what_one_gives() -> None:
    asked: dict[str, Any] = {"parameters": {"months": [1, 2]}, "rng": [1, 2], "display_progress": False}
    one, two = (mesa.batch_run(Race, number_processes=processes, **asked) for processes in (1, 2))
    assert sorted(map(str, one)) == sorted(map(str, two))


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ({"rng": 3}, {"seed": 3}),
        ({"seed": np.int64(3)}, {"seed": 3}),
        ({"seed": None, "rng": 3}, {"seed": 3}),
        ({}, {"seed": 1}),
        ({"rng": np.random.SeedSequence(7)}, {"rng": np.random.SeedSequence(7)}),
        ({"rng": np.random.default_rng(7)}, {"rng": np.random.default_rng(7)}),
        ({"rng": np.random.PCG64(7)}, {"rng": np.random.default_rng(7)}),
        ({"rng": [1, 2]}, {"rng": (1, 2)}),
    ],
)
def test_a_seed_in_any_form_gives_the_same_race(one: dict[str, Any], same: dict[str, Any]) -> None:
    np.testing.assert_array_equal(owned(Race(**SHORT, **one).run()), owned(Race(**SHORT, **same).run()))


def test_a_generators_next_number_is_the_seed_one_of_all_of_four_bytes() -> None:
    generator = np.random.default_rng(7)
    seeds = {Race(rng=generator, worlds=1, months=1, collect=False).seed for _ in range(12)}
    assert len(seeds) == 12 and 2**31 < max(seeds) < 2**32


def test_no_seed_is_a_new_one_and_kept() -> None:
    one, other = Race(seed=None, **SHORT), Race(seed=None, **SHORT)
    assert one.seed != other.seed
    np.testing.assert_array_equal(owned(Race(seed=one.seed, **SHORT).run()), owned(one.run()))


# scenarios


def test_a_scenario_is_given_by_name() -> None:
    assert Race("energy-crunch", **SHORT).plan.name == "energy-crunch"
    with pytest.raises(UserError, match="baseline"):
        Race("basline")


def test_a_scenario_of_mesas_says_what_to_run() -> None:
    said = MesaScenario(rng=3, name="chip-glut", months=2, worlds=2, **{"chips.price_decline": 0.3})
    race = Race(said)
    assert (race.plan.name, race.horizon, race.worlds, race.seed) == ("chip-glut", 2, 2, 3)
    np.testing.assert_array_equal(race.setting.mechanisms.chips.price_decline, 0.3)
    with pytest.raises(UserError, match=r"chips\.price_decline"):
        Race(MesaScenario(rng=3, **{"chips.prise_decline": 0.3}))
    with pytest.raises(UserError, match="worlds is 2 in the scenario and 9 beside it"):
        Race(MesaScenario(rng=3, worlds=2), worlds=9)


# agents


def test_agents_can_be_asked_as_mesas_users_ask_them() -> None:
    race = Race(**SHORT)
    race.step()
    assert race.agents.get("name") == ["xAI", "Google", "Microsoft", "Meta", "Rest"]
    assert race.agents.agg("owned_h100e", sum) == pytest.approx(float(owned(race).sum()))
    labs: Any = race.agents.select(lambda lab: not isinstance(lab, RestOfMarket))
    assert len(labs) == 4
    groups = race.agents.groupby("strategy").groups
    assert {lab.name for lab in groups["all_in"]} == {"xAI"}
    seen: list[str] = []
    race.agents.do(lambda lab: seen.append(lab.name))
    race.agents.shuffle_do(lambda lab: seen.append(lab.name))
    assert sorted(seen) == sorted(2 * race.agents.get("name"))


def test_a_labs_own_step_does_nothing_and_disturbs_nothing() -> None:
    one, other = Race(months=3), Race(months=3)
    for _ in range(3):
        one.step()
        one.agents.shuffle_do("step")
        other.step()
    np.testing.assert_array_equal(owned(one), owned(other))


def test_a_lab_shows_what_it_saw_and_asked_for() -> None:
    race = Race(**SHORT)
    lab = race.labs[0]
    with pytest.raises(UserError, match="month 0"):
        _ = lab.decision
    race.step()
    assert lab.decision is race.flows.decisions[0]
    assert lab.observation.books.cash[0] == race.flows.observations[0].books.cash[0]
    assert (lab.decision.budget.investment <= lab.decision.budget.wish).all()


class Watcher(mesa.Agent):
    """An ordinary agent beside the owners: it counts its steps."""

    steps = 0

    def step(self) -> None:
        self.steps += 1


def test_an_ordinary_agent_beside_the_owners_does_not_break_a_step() -> None:
    race, plain = Race(months=3), Race(months=3)
    watcher = Watcher(race)
    while race.running:
        race.step()
        race.agents.do("step")
    assert watcher.steps == 3
    assert race.datacollector is not None
    told = race.datacollector.get_agent_vars_dataframe().xs(watcher.unique_id, level="AgentID")
    assert told["lab"].isna().all() and told["owned_h100e"].isna().all()
    np.testing.assert_array_equal(owned(race), owned(plain.run()))


def test_a_row_is_taken_once() -> None:
    race = Race(**SHORT)
    with pytest.raises(UserError, match=r"row 0 is xAI's.*\[labs.Another\]"):
        Lab(race, "Another", 0, "steady")
    assert len(race.agents) == 5


@pytest.mark.parametrize(
    "taken",
    [
        lambda race: race.agents.remove(race.labs[1]),
        lambda race: race.labs.remove(race.labs[1]),
        lambda race: race.labs.discard(race.labs[1]),
        lambda race: race.deregister_agent(race.labs[1]),
        lambda race: race.remove_all_agents(),
        lambda race: setattr(race.labs[0], "row", 1),
    ],
)
def test_an_owner_taken_out_by_another_way_is_refused_and_told_the_way(taken: Any) -> None:
    race = Race(**SHORT)
    with pytest.raises(UserError, match=r"race\.leave\("):
        taken(race)
        race.step()


def test_a_row_that_is_not_there_cannot_be_taken() -> None:
    with pytest.raises(UserError, match=r"cannot take row 9.*\[labs.Another\]"):
        Lab(Race(**SHORT), "Another", 9, "steady")


class Careless(Lab):
    """A lab that looks for fewer people than none."""

    def hire(self, seen: Observation) -> Hiring:
        return super().hire(seen)._replace(openings=-seen.books.openings)


class Meddling(Lab):
    """A lab that helps itself to cash."""

    def wish(self, seen: Observation) -> Worlds:
        seen.books.cash[:] = 1e15
        return super().wish(seen)


def test_what_rules_of_ones_own_fill_in_is_held_to_what_a_market_can_answer() -> None:
    with pytest.raises(UserError, match=r"Meta filled in people\.openings with -"):
        Race(labs={"Meta": Careless}, **SHORT).step()
    with pytest.raises(ValueError, match="read-only"):
        Race(labs={"Meta": Meddling}, **SHORT).step()


class Halting(Lab):
    """Stops the race in its third month."""

    def wish(self, seen: Observation) -> Worlds:
        self.model.running = self.model.month < 3
        return super().wish(seen)


class NoRent(Lab):
    """A lab that rents nothing."""

    def rent(self, seen: Observation) -> Renting:
        rents = super().rent(seen)
        return rents._replace(with_fleet=np.zeros_like(rents.with_fleet))


class Slow(Lab):
    """A lab that remembers how often it was asked, and invests nothing in the first three months."""

    def wish(self, seen: Observation) -> Worlds:
        asked = seen.memory.get("asked", np.zeros_like(seen.books.cash))
        return np.where(asked < 3, 0.0, super().wish(seen))

    def remember(self, seen: Observation) -> dict[str, Worlds]:
        return {"asked": seen.memory.get("asked", np.zeros_like(seen.books.cash)) + 1.0}


def test_one_lab_may_follow_rules_of_its_own() -> None:
    race = Race(worlds=3, months=4, labs={"xAI": NoRent}).run()
    np.testing.assert_array_equal(race.state.rental.rented[0], 0.0)
    assert (race.state.rental.rented[1:] >= 0).all()
    assert (Race(worlds=3, months=4).run().state.rental.rented[0] > 0).any()
    with pytest.raises(UserError, match="xAI"):
        Race(labs={"xIA": NoRent})
    with pytest.raises(UserError, match="subclass"):
        Race(labs={"xAI": int})  # type: ignore[dict-item]


def test_a_lab_keeps_in_mind_what_it_puts_into_its_memory() -> None:
    race = Race(worlds=3, months=5, labs={"Meta": Slow})
    wished = []
    while race.running:
        race.step()
        wished.append(race.flows.decisions[3].budget.wish[0])
    assert wished[:3] == [0.0, 0.0, 0.0] and wished[3] > 0
    np.testing.assert_array_equal(race.state.memory[3]["asked"], 5.0)


# time


def test_run_for_and_run_until_play_months() -> None:
    race = Race(months=6)
    race.run_for(2)
    assert race.month == 2
    race.run_until(5)
    assert race.month == 5 and race.running
    race.run_for(10)
    assert race.month == 6 and not race.running


def test_a_race_that_an_agent_stops_ends_with_that_month() -> None:
    race = Race(months=6, labs={"Meta": Halting}).run()
    assert race.month == 3 and not race.running
    assert race.run().month == 3


def test_stepping_past_the_end_changes_nothing() -> None:
    race = Race(**SHORT).run()
    before = race.state
    race.step()
    assert race.state is before and race.month == 2 and not race.running


# copies


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda race: pickle.loads(pickle.dumps(race))])  # noqa: S301
def test_a_copy_goes_on_by_itself_and_like_the_original(copied: Any) -> None:
    race = Race(worlds=2, months=6)
    race.run_for(2)
    other = copied(race)
    before = owned(race).copy()
    other.run_for(2)
    assert (other.month, race.month) == (4, 2)
    np.testing.assert_array_equal(owned(race), before)
    race.run_for(2)
    np.testing.assert_array_equal(owned(race), owned(other))
    np.testing.assert_array_equal(race.state.energy.arrivals, other.state.energy.arrivals)


# the collector


class Reporting(Race):
    """A race with a reporter of its own."""

    def collector(self) -> mesa.DataCollector:
        made = super().collector()
        made.model_reporters["promised_h100e"] = lambda race: float(race.state.finance.promised.sum())
        made.model_vars["promised_h100e"] = []
        return made


def test_a_subclass_reports_what_it_likes() -> None:
    race = Reporting(**SHORT).run()
    assert race.datacollector is not None
    found = race.datacollector.get_model_vars_dataframe()
    assert found["promised_h100e"].tolist()[-1] == pytest.approx(float(race.state.finance.promised.sum()))
    assert len(found) == 3


# mistakes


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"measures": ("owned",)}, "measure.*owned_h100e"),
        ({"measures": "share"}, "list of names"),
        ({"indices": [0.5]}, "whole numbers"),
        ({"indices": [-1]}, "whole numbers"),
        ({"indices": []}, "at least 1 world"),
        ({"worlds": 2.5}, "whole number"),
        ({"worlds": True}, "whole number"),
        ({"months": 2.5}, "whole number"),
        ({"seed": -1}, "seed must be from 0"),
        ({"seed": 1.5}, "seed is a whole number"),
        ({"seed": "one"}, "seed is a whole number"),
        ({"seed": 2, "rng": 3}, "not both"),
        ({"scenario": 7}, "scenario is a name"),
        ({"replicate": -1}, "replicate"),
        ({"settings": 3}, "settings must be a mapping"),
        ({"labs": [Lab]}, "labs must be a mapping"),
        ({"shocks": 3}, "shocks must be"),
        ({"fixed": "yes"}, "fixed must be true or false"),
        ({"worlds": 3, "indices": [1]}, "leave one of them out"),
    ],
)
def test_a_mistake_is_told_in_words(given: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        Race(**given)


def test_numpys_whole_numbers_count_as_whole() -> None:
    race = Race(worlds=np.int32(2), months=np.int64(1), indices=np.array([3, 4], dtype=np.uint8))  # type: ignore[arg-type]
    assert (race.worlds, race.horizon) == (2, 1)
