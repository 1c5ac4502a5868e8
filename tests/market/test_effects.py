"""Levers move the way their names say: each parameter's first effect, at both ends of its range in paired worlds."""

from dataclasses import replace

import pytest

from computerace.market.effects import effect
from computerace.market.errors import UserError
from computerace.market.parameters import Parameter
from computerace.observables import OBSERVABLES, Of
from computerace.runs.scenarios import Scenario
from tests.market.effects import moved

EVERY = {name: one for name, one in Scenario().parameters().items() if not one.choices}
DECLARED = {name: one for name, one in EVERY.items() if one.effect is not None}
TWO_SIDED_MOST = 0.1  # of all that declare one
LEAST = 1e-4  # by which one that is two-sided moves its measure in some world, over the sum of both
QUICK = (
    "reaction.all_in_ceiling", "generations.life_years", "chips.auction_months", "chips.supply_volatility",
    "labs.Google.added_h100e_per_month", "labs.xAI.let_share",
)  # fmt: skip


def test_every_parameter_says_what_it_moves_first_and_which_way() -> None:
    without = sorted(set(EVERY) - set(DECLARED))
    assert not without, f"these say neither what they move first nor which way: {', '.join(without)}"


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_an_effect_names_a_measure_of_the_race(name: str) -> None:
    found = EVERY[name].effect
    assert found is not None
    assert (OBSERVABLES[found.measure].of is Of.MARKET) == (found.whose == "market")


def test_few_parameters_are_two_sided() -> None:
    both = [name for name, one in DECLARED.items() if one.effect is not None and one.effect.sign == 0]
    assert len(both) <= TWO_SIDED_MOST * len(DECLARED), both


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_effect_has_two_ends_between_which_it_is_tried(name: str) -> None:
    low, high = DECLARED[name].span
    assert low < high


def test_what_moves_nothing_is_told_from_what_moves_both_ways() -> None:
    dead = replace(EVERY["labs.Google.added_h100e_per_month"], effect=effect("± asked_chips_h100e of own at 1: it may"))
    with pytest.raises(AssertionError, match="moved by 0 ± 0"):
        _hold(dead)


@pytest.mark.parametrize("name", QUICK)
def test_some_parameters_move_first_what_they_say(name: str) -> None:
    _hold(EVERY[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_parameter_moves_first_what_it_says(name: str) -> None:
    _hold(EVERY[name])


def _hold(one: Parameter) -> None:
    assert one.effect is not None
    low, high = one.span
    assert low < high, f"{one.name} has one value alone: say between which its effect is tried"
    found = moved(one)
    goes = found.goes(one.effect.sign) if one.effect.sign else found.largest > LEAST
    assert goes, f"{one.name} {one.span}: {one.effect}, moved by {found.mean:.3g} ± {found.error:.1g}"


def test_an_effect_is_read_as_it_is_written() -> None:
    found = effect("- revenue_usd of own at 6 from 0 to 1e3 where agi.x = 20 and labs.own.strategy = retreat")
    assert (found.sign, found.measure, found.whose, found.month) == (-1, "revenue_usd", "own", 6)
    assert found.span == (0.0, 1000.0)
    assert found.where == (("agi.x", 20.0), ("labs.own.strategy", "retreat"))
    assert effect("+ herfindahl").month == 24
    assert effect("± quality of all: more of them, each smaller").reason == "more of them, each smaller"
    assert effect("+ herfindahl").whose == "market"


@pytest.mark.parametrize(
    "text", ["owned_h100e", "* owned_h100e", "+ owned_h100e of nobody", "± owned_h100e", "+ owned: why"]
)
def test_an_effect_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        effect(text)


def test_a_parameter_is_tried_at_the_ends_of_its_prior_or_at_half_and_twice_its_value() -> None:
    held = Parameter("a.b", 0.8, "fraction", "", "", "A", high=1.0)
    assert held.span == (0.4, 1.0)
    below_nothing = Parameter("a.b", -1.0, "log", "", "", "A", low=-10.0, high=10.0)
    assert below_nothing.span == (-2.0, -0.5)
    from_to = Parameter("a.b", 0.0, "x", "", "", "A", effect=effect("+ herfindahl from 0 to 5"))
    assert from_to.span == (0.0, 5.0)
