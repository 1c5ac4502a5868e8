"""What a lab that looks ahead is handed: imagined races that know nothing of its world."""

from dataclasses import replace

import numpy as np
import pytest

from computerace.agents.best_responder import CHOICE, BestResponder
from computerace.runs.model.look_ahead import APART, ahead, of_public
from computerace.runs.model.race import Race
from computerace.runs.model.shocks import Shocks, draw_shocks
from computerace.runs.scenarios import Scenario, scenario
from computerace.runs.worlds.simulate import simulate

MONTHS = 26
AMONG, WORLDS = BestResponder.among, BestResponder.imagined


@pytest.fixture(scope="module")
def looking() -> Scenario:
    """The baseline with a lab that looks ahead."""
    return scenario("baseline").with_settings({"labs.Meta.kind": "BestResponder"})


def followed(race: Race) -> np.ndarray:
    """What Meta follows in each month; (months, worlds)."""
    row, found = race.names.index("Meta"), []
    while race.running:
        race.step()
        found.append(race.state.memory[row][CHOICE])
    return np.stack(found)


def test_a_scenario_names_it_as_a_class_of_labs(looking: Scenario) -> None:
    race = Race(looking, worlds=3, months=1)
    assert [type(lab).__name__ for lab in race.labs].count("BestResponder") == 1


def test_a_world_is_the_same_alone_and_in_company(looking: Scenario) -> None:
    together = simulate(looking, np.arange(5), 3, MONTHS, measures=()).outcomes
    for world in (0, 3):
        alone = simulate(looking, np.array([world]), 3, MONTHS, measures=()).outcomes
        for name, values in alone.items():
            np.testing.assert_array_equal(values[0], together[name][world], err_msg=name)


def test_what_is_imagined_knows_no_number_that_the_world_was_given(looking: Scenario) -> None:
    other = looking.with_settings({"chips.supply_growth_2026": 1.1, "labs.xAI.owned_h100e": 1e7})
    assert of_public(other) == of_public(looking)
    assert ahead(other, "Meta", 1) is ahead(looking, "Meta", 1)
    assert ahead(looking, "Meta", 2) is not ahead(looking, "Meta", 1)


def test_nobody_looks_ahead_within_a_look_ahead(looking: Scenario) -> None:
    both = looking.with_settings({"labs.xAI.kind": "BestResponder"})
    kinds = {name: one.value for name, one in of_public(both).parameters().items() if name.endswith(".kind")}
    assert "BestResponder" not in kinds.values()


def test_what_is_imagined_has_luck_and_parameters_of_its_own(looking: Scenario) -> None:
    own = Race(looking, worlds=WORLDS, seed=3, months=1)
    imagined = Race(of_public(looking), worlds=WORLDS, seed=3, months=1, replicate=APART)
    name = "finance.appetite"
    assert not np.intersect1d(own.values.numbers[name], imagined.values.numbers[name]).size
    assert not np.intersect1d(own.shocks.drawn["mood"], imagined.shocks.drawn["mood"]).size


def test_it_never_sees_luck_to_come(looking: Scenario) -> None:
    """Worlds whose luck is another from the second year on are played alike until then."""
    indices = np.arange(40)
    luck = draw_shocks(looking.owners, MONTHS, indices, 3, 0)
    later = draw_shocks(looking.owners, MONTHS, indices, 3, 1)
    mixed = {name: np.concatenate([luck.drawn[name][:12], later.drawn[name][12:]]) for name in luck.drawn}
    one, other = (
        followed(Race(looking, worlds=40, seed=3, months=MONTHS, shocks=shocks, collect=False))
        for shocks in (luck, Shocks(mixed))
    )
    np.testing.assert_array_equal(one[:13], other[:13])  # in its 13th month it sees what was at the end of the 12th


def test_payoffs_are_told_for_each_year_and_strategy(looking: Scenario) -> None:
    short = replace(looking, months=30)
    found = ahead(short, "Meta", 1)
    for worth in (found.cash_flow, found.fleet, found.log_share):
        assert worth.shape == (3, len(AMONG), WORLDS)
        assert np.isfinite(worth).all()
        assert (worth.std(axis=1) > 0).any(axis=1).all()  # strategies differ, to the last year
    assert np.isfinite(found.figures).all()
    assert (found.log_share < 0).all() and (found.fleet > 0).all()


def test_what_it_saw_when_it_looked_is_from_before_it_turned(looking: Scenario) -> None:
    class One(BestResponder):
        among = ("idle", "all_in")
        imagined = 10

    class Other(One):
        among = ("all_in", "idle")

    one, other = (ahead(replace(looking, months=26), "Meta", 1, kind) for kind in (One, Other))
    assert len(one.figures) > 1
    np.testing.assert_array_equal(one.figures, other.figures)


def test_a_fleet_at_the_end_is_worth_so_many_years_of_capital_less_when_it_looks(looking: Scenario) -> None:
    public = of_public(replace(looking, months=24))

    class Usual(BestResponder):
        among = (str(public.parameters()["labs.Meta.strategy"].value), "idle")
        imagined = 5

    found = ahead(replace(looking, months=24), "Meta", 1, Usual).fleet[:, 0]
    race = Race(public, worlds=5, seed=1, replicate=APART, measures=()).run()
    at_the_end = race.observed("fleet_worth_usd")[race.names.index("Meta")]
    year = 1.0 + race.setting.mechanisms.finance.cost_of_capital
    np.testing.assert_allclose(found, [at_the_end / year**2, at_the_end / year])


def test_who_looks_ahead_does_better_than_by_a_strategy_taken_at_random(looking: Scenario) -> None:
    """In value and ambition together, over the same worlds."""

    def payoff(plan: Scenario) -> float:
        told = simulate(plan, np.arange(64), 5, measures=()).outcomes
        used = {lab: told[f"{lab}_used_h100e_60"] for lab in plan.labs}
        share = np.log(used["Meta"] / sum(used.values()))
        ambition, part = (told[f"reaction.{name}"] for name in ("ambition_usd", "fleet_part"))
        return float((told["Meta_value_usd"] + part * told["Meta_fleet_worth_usd"] + ambition * share).mean())

    plain = {word: payoff(scenario("baseline").with_settings({"labs.Meta.strategy": word})) for word in AMONG}
    assert payoff(looking) > np.mean(list(plain.values()))


def test_the_more_a_share_is_worth_to_it_the_more_compute_it_has(looking: Scenario) -> None:
    def used(ambition: float) -> float:
        plan = looking.with_settings({"reaction.ambition_usd": ambition})
        return float(simulate(plan, np.arange(64), 5, measures=()).outcomes["Meta_used_h100e_60"].mean())

    assert used(0.0) < used(2e11) < used(2e12)


def test_a_class_derived_from_it_may_look_otherwise(looking: Scenario) -> None:
    class Seldom(BestResponder):
        among = ("idle", "all_in")
        months = 24
        imagined = 20
        nearest = 5

    plan = replace(scenario("baseline"), months=30)
    race = Race(plan, worlds=3, seed=2, labs={"Meta": Seldom}, collect=False)
    lab = next(one for one in race.labs if one.name == "Meta")
    assert isinstance(lab, Seldom) and lab.ahead is not None
    assert lab.ahead.cash_flow.shape == (2, 2, 20)
    months = followed(race)
    assert set(np.unique(months)) <= {0.0, 1.0}
    assert (months[:24] == months[0]).all() and (months[24:] == months[24]).all()
