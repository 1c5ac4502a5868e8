"""Where a person stands, in the link; and the answer that a scenario has before anything ran."""

import pytest

from computerace.runs.page.choice import Choice
from computerace.runs.page.link import LOOKS, Stand, from_link, to_link
from computerace.runs.page.one_world import TRUE
from computerace.runs.page.panels import View
from computerace.runs.page.snapshot import Snapshot
from computerace.runs.page.stored import answer_from, stored
from computerace.runs.page.words import answer
from computerace.runs.scenarios import scenarios


@pytest.mark.parametrize("world", ["7", TRUE])
def test_a_link_brings_back_month_world_and_tab_with_the_choice(world: str) -> None:
    choice, view = Choice("chip-glut", worlds=50), View(panel="Take away", world=world)
    asked = Stand(choice, view, 17)
    assert from_link(to_link(asked)) == (asked, [])


def test_a_link_brings_back_all_that_a_person_can_turn() -> None:
    view = View("Agents", "shares", "used", "all", "Meta", "funding", "site", "3", "Google")
    pin = Choice("auction", worlds=30).changed("talent.mobility", 2.0)
    asked = Stand(Choice(seed=4), view, 9, 12.5, pin)
    assert from_link(to_link(asked)) == (asked, [])
    assert {getattr(view, name) for name in LOOKS.values()} == set(vars(view).values()), "every look is in the link"


def test_a_link_says_nothing_of_what_is_as_on_opening() -> None:
    assert to_link(Stand()) == Choice().to_query()


def test_keys_that_links_gather_on_their_way_are_ignored() -> None:
    assert from_link("?utm_source=mail&fbclid=1&month=3&utm.medium=x") == (Stand(month=3), [])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("tab=Whi", "did you mean 'Why'"),
        ("month=soon", "whole number"),
        ("month=-1", "0 to"),
        ("world=x", "world must"),
        ("lab=Gogle", "did you mean 'Google'"),
        ("speed=0", "from 1 to 40 months a second"),
        ("speed=nan", "speed must be"),
        ("compute=owend", "did you mean 'owned'"),
        ("pin=seed%3D-1", "pinned race: seed must be"),
        ("pin=garbage", "pinned race: 'garbage' says no scenario, worlds, seed or lever"),
        ("world=200", "world must be a whole number from 0 to 199"),
        ("month=61", "month must be a whole number from 0 to 60"),
    ],
)
def test_a_bad_place_is_told_and_the_rest_is_kept(query: str, words: str) -> None:
    found, refused = from_link(f"?scenario=auction&{query}")
    assert found == Stand(Choice("auction"))
    assert len(refused) == 1
    assert words in refused[0]


def test_every_shipped_scenario_has_an_answer_before_anything_ran() -> None:
    assert set(stored()) == set(scenarios())
    assert stored()["baseline"]["worlds"] == 10_000
    for name, kept in stored().items():
        said = answer(Choice(name), None)
        assert kept["chance"] in said["sentence"]
        assert kept["question"].startswith("Will xAI own more AI compute than Google")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["as-announced", "frontier"])
def test_the_kept_answers_are_those_of_the_model(name: str) -> None:
    kept = stored()[name]
    assert answer_from(name, kept["worlds"]) == kept


def test_a_race_with_levers_moved_answers_from_its_own_worlds(snapshot: Snapshot) -> None:
    moved = Choice(worlds=12).changed("talent.mobility", 2.0)
    assert answer(moved, None)["chance"] == ""
    assert answer(moved, None, "month 5 will fail")["sentence"] == "There is no answer: month 5 will fail."
    said = answer(moved, snapshot)
    assert f"of {snapshot.worlds} worlds" in said["sentence"]
    assert "Google, Microsoft and Meta" in said["source"]
