"""Levers come from the parameters' own descriptions."""

import json
import math
import re
from dataclasses import replace

import pytest

from computerace.market.parameters import Parameter, loguniform, uniform
from computerace.runs.page import levers
from computerace.runs.page.choice import Choice
from computerace.runs.page.levers import (
    MAIN,
    MAIN_TITLE,
    NOT_MAIN,
    allowed_text,
    groups,
    label,
    lever,
    main_levers,
    prior_ends,
    pushes,
    slider_range,
)
from computerace.runs.page.measured import End, measured, spread
from computerace.runs.page.player import Player
from computerace.runs.scenarios import scenario, scenarios

FIGURE = Parameter("chips.figure", 2.0, "ratio", "what it is", "a source", "B", uniform(1, 3), 0.5, 10)


@pytest.mark.parametrize("name", scenarios())
def test_every_scenario_has_main_levers_which_move_the_answer_most(name: str) -> None:
    known = scenario(name).parameters()
    main = main_levers(scenario(name))
    assert len(main) == MAIN
    others = [one for one in known if one in measured() and one not in main and not one.endswith(NOT_MAIN)]
    assert min(spread(measured()[one]) for one in main) >= max(spread(measured()[one]) for one in others)


def test_a_main_lever_that_the_model_no_longer_knows_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [End(value=1.0, change=-1.0, error=0.01), End(value=3.0, change=0.5, error=0.01)]
    monkeypatch.setattr(levers, "measured", lambda: {"chips.no_more": ends, "talent.mobility": ends})
    assert [one["name"] for one in groups(Choice())[0]["levers"]] == ["talent.mobility"]


def test_a_lever_says_which_way_it_pushes_and_how_far(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [End(value=1.0, change=-math.log(2), error=0.01), End(value=3.0, change=math.log(1.5), error=0.01)]
    words = [End(value="all_in", change=0.7, error=0.01), End(value="steady", change=0.0, error=0.01)]
    weak = [End(value=1.0, change=-0.01, error=0.02), End(value=3.0, change=0.01, error=0.02)]
    monkeypatch.setattr(levers, "measured", lambda: {"up": ends, "down": ends[::-1], "word": words, "weak": weak})
    assert pushes("up") == "More of it helps xAI. Ratio to the rivals: 0.50-fold at 1.00, 1.50-fold at 3.00."
    assert pushes("down").startswith("More of it holds back xAI.")
    assert pushes("word").startswith("All in helps xAI most.")
    assert pushes("weak") == "Moves the answer by no more than chance."
    assert pushes("never measured") == ""


@pytest.mark.parametrize("name", ["baseline", "chip-glut", "rivals-idle"])
def test_every_parameter_has_a_lever_that_says_what_the_race_runs_with(name: str) -> None:
    shown = {one["name"]: one for group in groups(Choice(name)) for one in group["levers"]}
    for full, parameter in scenario(name).parameters().items():
        assert shown[full]["value"] == parameter.value
        assert shown[full]["unit"] == ("" if parameter.choices else parameter.unit)
        assert parameter.text.lower() in shown[full]["label"].lower()
        assert parameter.source in shown[full]["source"]


def test_the_levers_go_to_the_browser_as_plain_json() -> None:
    sent = groups(Choice())
    assert json.loads(json.dumps(sent, allow_nan=False))[0]["title"] == MAIN_TITLE


def test_every_slider_holds_its_value_within_the_bounds() -> None:
    for parameter in scenario("chip-glut").parameters().values():
        if not parameter.choices:
            low, high = slider_range(parameter)
            assert parameter.low <= low <= float(parameter.value) <= high
            assert low < high


def test_a_slider_goes_a_quarter_beyond_the_prior_within_the_bounds() -> None:
    assert slider_range(FIGURE) == (0.5, 3.5)
    assert slider_range(FIGURE.scaled(2.0)) == (1, 7)
    assert slider_range(replace(FIGURE, prior=loguniform(1, 16))) == (0.5, 10)
    assert prior_ends(FIGURE.scaled(2.0)) == (2, 6)
    assert prior_ends(replace(FIGURE, prior=None)) == ()


def test_a_slider_reaches_a_value_outside_of_the_prior() -> None:
    assert slider_range(replace(FIGURE, value=9.0)) == (0.5, 9)


def test_a_slider_without_prior_spans_around_the_value() -> None:
    assert slider_range(replace(FIGURE, prior=None)) == pytest.approx((2 / 3, 6))
    assert slider_range(replace(FIGURE, prior=None, value=-3.0, low=-10)) == (-9, -1)


def test_the_bounds_are_said_in_words() -> None:
    bounds = ((0.5, 10), (0, math.inf), (-math.inf, math.inf), (0, 1e6), (-math.inf, 0))
    assert [allowed_text(replace(FIGURE, low=low, high=high)) for low, high in bounds] == [
        "0.5 to 10", "0 or more", "any number", "0 to 1,000,000", "0 or less",
    ]  # fmt: skip


def test_a_log_prior_gives_a_log_slider() -> None:
    assert lever(replace(FIGURE, prior=loguniform(1, 4)), moved=False).logarithmic
    assert not lever(FIGURE, moved=False).logarithmic


def test_a_lever_that_was_moved_is_no_longer_drawn() -> None:
    assert lever(FIGURE, moved=False).drawn == "uniform 1–3"
    assert lever(FIGURE.fixed(2.5), moved=True).drawn == ""
    assert lever(FIGURE.scaled(0.5), moved=False).drawn == "uniform 1–3 × 0.5"


def test_labels_are_plain_words_with_the_owners_name() -> None:
    known = scenario("baseline").parameters()
    assert label(known["labs.xAI.access_weight"]) == "xAI: weight of the owner's orders in a shortage"
    assert label(known["labs.Rest.access_weight"]).startswith("rest of the market: ")
    assert label(known["chips.supply_growth_2026"]) == "Growth of the yearly chip supply in 2026"


def test_a_lever_is_called_by_words_and_not_by_its_code_name() -> None:
    for name, parameter in scenario("baseline").parameters().items():
        assert not re.search(r"\b(usd|h100e|mw)\b", label(parameter)), name
    assert label(scenario("baseline").parameters()["labs.xAI.let_share"]) == (
        "xAI: part of its running chips that does not serve its own AI"
    )


def test_moved_levers_are_counted_in_their_group() -> None:
    main = main_levers(scenario("baseline"))[0]
    moved = groups(Choice().changed(main, 1.1 * float(scenario("baseline").parameters()[main].value)))
    by_title = {group["title"]: [one["name"] for one in group["levers"] if one["moved"]] for group in moved}
    assert by_title[MAIN_TITLE] == [main]
    assert sum(len(names) for names in by_title.values()) == 2, "once among the main levers, once in its group"


@pytest.mark.parametrize("name", main_levers(scenario("baseline"))[::4])
def test_a_main_lever_can_be_moved_to_its_ends(name: str) -> None:
    parameter = scenario("baseline").parameters()[name]
    for value in parameter.choices or slider_range(parameter):
        player = Player(Choice(worlds=2).changed(name, value))
        player.step(2)
        assert (player.error, player.month) == ("", 2)


def test_a_figure_that_a_scenario_gives_names_the_scenario() -> None:
    told = lever(FIGURE.given(2.5, "scenario mine"), moved=True).source
    assert told.endswith(": scenario mine (given)")


@pytest.mark.parametrize(
    ("name", "values"), [("finance.window_multiplier", (3.0, 9.0)), ("talent.mobility", (1.5, 0.7))]
)
def test_a_sliders_ends_stay_where_they_are_whatever_is_set(name: str, values: tuple[float, ...]) -> None:
    def ends(choice: Choice) -> tuple[float, float, bool]:
        one = next(one for group in groups(choice) for one in group["levers"] if one["name"] == name)
        return one["low"], one["high"], one["logarithmic"]

    assert {ends(Choice().changed(name, value)) for value in values} == {ends(Choice())}
