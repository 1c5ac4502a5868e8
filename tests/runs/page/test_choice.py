"""What a person chooses, and the link that brings it back."""

import pytest

from computerace.market.errors import UserError
from computerace.runs.commands.settings import chosen_scenario
from computerace.runs.page.choice import Choice, differences, from_query


def test_a_link_brings_back_scenario_worlds_seed_and_levers() -> None:
    choice = Choice("chip-glut", worlds=50, seed=0)
    choice = choice.changed("chips.supply_growth_2026", "1.6").changed("labs.xAI.strategy", "steady")
    again, refused = from_query(choice.to_query())
    assert again == choice
    assert refused == []


def test_a_levers_number_survives_the_link_to_the_last_bit() -> None:
    choice = Choice().changed("chips.price_decline", 0.1 + 0.2)
    assert from_query(choice.to_query())[0].settings["chips.price_decline"] == 0.1 + 0.2


def test_a_link_without_a_query_gives_the_baseline() -> None:
    assert from_query("") == from_query(None) == (Choice(), [])


def test_what_a_link_asks_in_vain_is_said_and_the_rest_is_kept() -> None:
    choice, refused = from_query("?scenario=chip-glu&worlds=0&seed=7&chips.suply_growth_2026=1&chips.price_decline=9")
    assert choice == Choice(seed=7)
    assert len(refused) == 4
    assert "did you mean 'chip-glut'" in refused[0]


@pytest.mark.parametrize("bad", ["", "many", "1.5", "0", "-3", "2001", "1e99", "nan", "inf"])
def test_a_number_of_worlds_that_does_not_fit_is_refused(bad: str) -> None:
    with pytest.raises(UserError, match="worlds must be a whole number from 1 to 2,000"):
        Choice().changed("worlds", bad)


@pytest.mark.parametrize("bad", ["99", "abc", "nan", ""])
def test_a_lever_out_of_bounds_is_refused(bad: str) -> None:
    with pytest.raises(UserError, match=r"chips\.supply_growth_2026"):
        Choice().changed("chips.supply_growth_2026", bad)


def test_another_scenario_brings_its_own_levers() -> None:
    moved = Choice().changed("chips.supply_growth_2026", 1.2)
    assert moved.changed("scenario", "auction") == Choice("auction")


def test_a_lever_goes_back_to_the_scenarios_own() -> None:
    moved = Choice().changed("chips.supply_growth_2026", 1.2)
    assert moved.changed("chips.supply_growth_2026", None) == Choice()


@pytest.mark.parametrize(
    ("name", "own"), [("chips.supply_growth_2026", "2.2"), ("labs.xAI.strategy", None), ("chips.allocation", None)]
)
def test_the_scenarios_own_value_is_the_scenarios_own(name: str, own: str | None) -> None:
    known = Choice().race_scenario().parameters()[name]
    other = next(word for word in known.choices if word != known.value) if known.choices else 1.9
    assert float(known.value) == float(own) if own else known.choices
    assert Choice().changed(name, other).changed(name, own or known.value) == Choice()


def test_no_number_of_worlds_and_no_seed_are_the_usual_ones() -> None:
    assert Choice(worlds=5, seed=7).changed("worlds", None).changed("seed", None) == Choice()


def test_the_race_has_what_the_levers_say_in_all_worlds() -> None:
    parameter = (
        Choice().changed("chips.supply_growth_2026", 1.2).race_scenario().parameters()["chips.supply_growth_2026"]
    )
    assert parameter.value == 1.2
    assert parameter.prior is None


def test_the_command_line_runs_the_same_race() -> None:
    choice = Choice("energy-crunch").changed("chips.allocation", "pay_as_bid").changed("chips.price_decline", 0.3)
    name, *settings = choice.command_words()
    asked = chosen_scenario(name, [setting.removeprefix("--set=") for setting in settings])
    assert asked == choice.race_scenario()


def test_differences_name_what_was_and_what_is() -> None:
    one = Choice()
    other = one.changed("seed", 2).changed("labs.xAI.strategy", "steady").changed("chips.supply_growth_2026", 1.5)
    own = one.race_scenario().parameters()
    assert differences(one, other) == [
        "seed 1 → 2",
        f"chips.supply_growth_2026 drawn around {own['chips.supply_growth_2026'].value:g} → 1.5",
        f"labs.xAI.strategy {own['labs.xAI.strategy'].value} → steady",
    ]
