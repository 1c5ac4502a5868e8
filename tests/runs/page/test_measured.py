"""The kept measure of how far levers move the answer is that of the model, and says what can be told from chance."""

import pytest

from computerace.runs.page.levers import main_levers
from computerace.runs.page.measured import SCENARIO, WORLDS, End, ends_of, log_ratios, measure, measured, spread
from computerace.runs.scenarios import scenario

FEW = 6
NEW_MOST = 20  # parameters that came since the last measure
PARAMETERS = scenario(SCENARIO).parameters()


def test_the_levers_were_measured_and_the_strongest_comes_first() -> None:
    new = set(PARAMETERS) - set(measured())
    assert len(new) <= NEW_MOST, f"measure again: python -m computerace.runs.page.measured; new are {', '.join(new)}"
    spreads = [spread(ends) for ends in measured().values()]
    assert spreads == sorted(spreads, reverse=True)


def test_a_lever_held_where_it_is_moves_nothing_in_paired_worlds() -> None:
    name = "finance.window_multiplier"  # the same in all worlds
    _, found = measure(name, (PARAMETERS[name].value,), log_ratios({}, FEW))
    assert found == [End(value=1.0, change=0.0, error=0.0)]


def test_more_outside_money_for_labs_raises_the_claimants_ratio() -> None:
    name = "finance.window_multiplier"
    _, (less, more) = measure(name, ends_of(PARAMETERS[name]), log_ratios({}, FEW))
    assert less["change"] < 0 < more["change"]


def test_a_value_that_is_refused_is_left_out() -> None:
    assert measure("chips.supply_growth_2026", (-5.0,), log_ratios({}, FEW)) == ("chips.supply_growth_2026", [])


def test_what_chance_can_explain_is_no_effect() -> None:
    ends = [End(value=0.0, change=0.0, error=0.1), End(value=1.0, change=0.3, error=0.1)]
    assert spread(ends) == 0.0
    assert spread([{**end, "error": 0.05} for end in ends]) == pytest.approx(0.3)
    assert spread(ends[:1]) == 0.0


@pytest.mark.slow
def test_the_kept_measure_is_that_of_the_model() -> None:
    name = main_levers(scenario(SCENARIO))[0]
    again = measure(name, ends_of(PARAMETERS[name]), log_ratios({}, WORLDS))[1]
    assert [end["value"] for end in again] == [end["value"] for end in measured()[name]]
    for now, kept in zip(again, measured()[name], strict=True):
        assert now["change"] == pytest.approx(kept["change"], abs=max(0.02, 5 * kept["error"]))
