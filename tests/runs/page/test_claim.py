"""The claim as the months pass agrees with the answer that the command line gives."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from computerace.market.vocabulary import DEFINITIONS, RIVALS
from computerace.runs.model.race import Race
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import cards, claim, first_months, month_name, probability_words
from computerace.runs.page.snapshot import Snapshot, look
from computerace.runs.page.stored import stored
from computerace.runs.page.words import Look, answer, kept_answer
from computerace.runs.scenarios import scenario
from computerace.runs.sweeps import race_answer
from computerace.runs.worlds.simulate import simulate


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Outcomes of the idle rivals' worlds as a run saves them."""
    return pd.DataFrame(simulate(scenario("rivals-idle"), np.arange(12), 1).outcomes)


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize("rivals", RIVALS)
def test_the_page_and_the_command_line_give_one_answer(
    idle: Snapshot, table: pd.DataFrame, definition: str, rivals: str
) -> None:
    found = claim(idle, definition, rivals)
    said = next(
        row for row in race_answer.claim(table, 60) if (row["definition"], row["rivals"]) == (definition, rivals)
    )  # fmt: skip
    assert found.probability == said["probability"]
    assert found.interval == pytest.approx(said["interval"])
    assert found.first_month == said["first_month"]
    assert found.ratio == pytest.approx(said["ratio"], rel=1e-5)
    assert found.ratio_low == pytest.approx(said["ratio_interval"][0], rel=1e-5)


def test_what_was_reached_once_stays_reached() -> None:
    ratios = np.array([[0.5, 1.2, 0.9], [1.5, 0.8, 0.9], [0.7, 0.7, 0.9]])
    np.testing.assert_array_equal(first_months(ratios), [1, 0, np.nan])


def test_the_probability_never_falls_as_the_months_pass() -> None:
    race = Race(scenario("rivals-idle"), worlds=12, seed=1, collect=False)
    so_far = []
    while race.running:
        race.step()
        so_far.append(claim(look(race), "used", "three").probability)
    assert so_far == sorted(so_far)


@pytest.mark.parametrize(("reached", "words"), [(0, "below 24.2 %"), (3, "25 % (9 % to 53 %)"), (12, "above 75.8 %")])
def test_a_probability_has_its_interval_or_is_a_bound(snapshot: Snapshot, reached: int, words: str) -> None:
    ratios = np.full_like(snapshot.owner_measures["ratio_owned_three"], 0.5)
    ratios[..., :reached] = 1.5
    made = replace(snapshot, owner_measures={**snapshot.owner_measures, "ratio_owned_three": ratios})
    assert probability_words(claim(made, "owned", "three")) == words


def test_the_cards_wait_for_the_race_that_is_run_ahead(snapshot: Snapshot) -> None:
    waiting = {card["name"]: card for card in cards(snapshot, None, "owned", "three")}
    assert waiting["deadline"]["number"] is None
    assert waiting["deadline"]["note"] == "not run so far"
    ahead = {card["name"]: card for card in cards(snapshot, None, "owned", "three", running_ahead=True)}
    assert ahead["deadline"]["note"] == "running ahead"
    done = {card["name"]: card for card in cards(snapshot, snapshot, "owned", "three")}
    assert done["deadline"]["number"] == done["so-far"]["number"]
    assert done["ratio"]["number"] == pytest.approx(np.median(snapshot.ratio("owned", "three")[-1]))


def test_the_chance_is_said_once_and_where_no_world_gets_there_how_near_one_comes(snapshot: Snapshot) -> None:
    shown = {card["name"]: card for card in cards(snapshot, snapshot, "owned", "three")}
    assert [name for name, card in shown.items() if "24.2" in card["value"]] == ["deadline"]
    assert shown["so-far"]["value"] == "in no world"
    nearest = 100 * float(snapshot.ratio("owned", "three").max())
    assert shown["first-month"]["value"] == f"{plain(nearest)} %"
    assert shown["first-month"]["number"] is None


def test_a_shipped_scenario_has_the_chance_of_its_many_kept_worlds_and_the_pages_own_are_counted_beside_it(
    snapshot: Snapshot,
) -> None:
    """One question has one chance on the page: the card says the sentence's, not a second one from fewer worlds."""
    own, kept = Choice(worlds=12), stored()["baseline"]
    assert kept_answer(own, snapshot) is kept
    shown = {card["name"]: card for card in cards(snapshot, snapshot, "owned", "three", kept=kept)}
    assert shown["deadline"]["value"] == kept["chance"] == answer(own, snapshot)["chance"]
    assert shown["deadline"]["note"] == f"{kept['worlds']:,} worlds; none of the 12 here"
    kept = kept | {"chance": "0.39 % (0.15 % to 1.0 %)"}
    shown = {card["name"]: card for card in cards(snapshot, snapshot, "owned", "three", kept=kept)}
    assert shown["deadline"]["value"] == "0.39 %"
    assert shown["deadline"]["note"] == f"0.15 % to 1.0 %; {kept['worlds']:,} worlds; none of the 12 here"
    assert shown["first-month"]["label"] == "the nearest of 12 worlds"


def test_the_kept_answer_gives_way_to_more_worlds_and_to_another_question(snapshot: Snapshot) -> None:
    own = Choice(worlds=12)
    many = 20_000
    assert kept_answer(own.changed("talent.mobility", 0.8), snapshot) is None
    assert kept_answer(own, snapshot, Look(rivals="all")) is None
    assert kept_answer(own, snapshot, Look(definition="used")) is None
    assert kept_answer(own, replace(snapshot, month=40)) is None
    assert kept_answer(own, replace(snapshot, worlds=11)) is None  # one of them failed
    assert kept_answer(replace(own, worlds=many), replace(snapshot, worlds=many)) is None
    assert "none of 12 worlds" in answer(own, snapshot, look=Look(rivals="all"))["sentence"]


def test_where_worlds_get_there_the_card_has_their_middle_first_month(snapshot: Snapshot) -> None:
    ratios = np.full_like(snapshot.owner_measures["ratio_owned_three"], 0.5)
    ratios[20:, ..., 0], ratios[30:, ..., 1] = 1.5, 1.5
    made = replace(snapshot, owner_measures={**snapshot.owner_measures, "ratio_owned_three": ratios})
    shown = {card["name"]: card for card in cards(made, made, "owned", "three")}
    assert (shown["first-month"]["value"], shown["first-month"]["number"]) == (month_name(snapshot, 25), 25)
    assert (shown["so-far"]["value"], shown["so-far"]["note"]) == ("in 2 worlds", "of 12")


def test_a_figure_that_does_not_exist_can_still_be_sent(snapshot: Snapshot) -> None:
    nothing = np.full_like(snapshot.owner_measures["ratio_owned_three"], np.nan)
    made = replace(snapshot, owner_measures={**snapshot.owner_measures, "ratio_owned_three": nothing})
    shown = json.loads(
        json.dumps({card["name"]: card for card in cards(made, made, "owned", "three")}, allow_nan=False)
    )
    assert shown["ratio"]["value"] == shown["first-month"]["value"] == "–"


def test_months_are_named_from_the_start(snapshot: Snapshot) -> None:
    assert (month_name(snapshot, 0), month_name(snapshot, 14)) == ("Dec 2025", "Feb 2027")
