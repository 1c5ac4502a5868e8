"""What is declared is used: a parameter, figure or draw that no formula reads moves nothing, and is found here."""

import ast
import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import pytest

from computerace.agents.rules import investing
from computerace.market import figures
from computerace.market.figure_bounds import BOUNDS
from computerace.market.figure_effects import EFFECTS
from computerace.market.registry import MECHANISMS, NEUTRAL, PARAMETERS
from computerace.market.setting import Figures, Luck, Mechanisms

ROOT = Path(__file__).parents[2]
ACTING = [path for room in ("market", "agents", "runs/model") for path in sorted((ROOT / room).rglob("*.py"))]


def read_in(sources: Iterable[str]) -> set[str]:
    """Names that formulas take from something: `parameters.price` reads price, its declaration does not."""
    trees = (ast.parse(source) for source in sources)
    return {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


READ = read_in(path.read_text(encoding="utf-8") for path in ACTING)


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
def test_no_parameter_is_a_dead_lever(mechanism: str) -> None:
    dead = [one.name for one in fields(MECHANISMS[mechanism]) if one.name not in READ]
    assert not dead, f"no formula reads {', '.join(f'{mechanism}.{name}' for name in dead)}"


@pytest.mark.parametrize("group", [Figures, Luck])
def test_no_figure_and_no_draw_is_left_unread(group: type[Figures] | type[Luck]) -> None:
    assert not [name for name in group._fields if name not in READ]


def test_a_parameter_that_no_formula_reads_would_be_found() -> None:
    assert read_in(["class Chips:\n    dead: int = 1\n    alive: int = 2\n\nprint(parameters.alive)"]) == {"alive"}


def test_every_figure_has_bounds_an_effect_and_a_place_in_the_setting() -> None:
    known = {*figures.STATE, *figures.TRAITS}
    assert set(BOUNDS) == known == set(Figures._fields)
    assert known <= set(EFFECTS)


def test_every_mechanism_is_in_the_setting_and_only_those_are_taken_out() -> None:
    assert tuple(MECHANISMS) == Mechanisms._fields
    assert set(NEUTRAL) <= {*MECHANISMS, "access"}
    assert {name for settings in NEUTRAL.values() for name in settings if "*" not in name} <= set(PARAMETERS)


def test_what_takes_a_mechanism_out_is_known_by_its_name() -> None:
    modules = {name: sys.modules[kind.__module__] for name, kind in MECHANISMS.items()}
    assert {name for name, module in modules.items() if hasattr(module, "NEUTRAL")} == set(NEUTRAL) - {"access"}


def test_every_strategy_is_a_word_of_scenarios_and_every_word_a_strategy() -> None:
    of_the_model = {word for word, one in investing.STRATEGIES.items() if one.__module__ == investing.__name__}
    assert of_the_model == set(figures.STRATEGIES)
