"""One way to write a bound: whatever a declared parameter cuts is counted, and each constraint is one of these."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from computerace.market import arrays
from computerace.market.capital import KINDS
from computerace.market.constraints import CONSTRAINTS
from computerace.market.registry import MECHANISMS
from computerace.market.watching import watch
from computerace.runs.model.race import Race

ROOT = Path(__file__).parents[2]
ACTING = [path for room in ("market", "agents") for path in sorted((ROOT / room).rglob("*.py"))]
COUNTED = ("bounded", "at_most", "at_least")
UNCOUNTED = ("minimum", "maximum", "clip", "above", "below")
NUMERIC = {one.name for mechanism in MECHANISMS.values() for one in fields(mechanism)}
CARRIED = {"serving_most", "part_most", "least_months", "months_most"}  # parameters that stand in a form
GUARD = ("TINY", "NEARLY_", "LEAST_", "STEEPEST")


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def guards(node: ast.expr) -> bool:
    """Whether an argument is zero or a guard of arithmetic, which no parameter sets."""
    return (isinstance(node, ast.Constant) and node.value == 0.0) or getattr(node, "id", "").startswith(GUARD)


def read(node: ast.AST) -> set[str]:
    """Names that an expression reads from something, but for what is counted within it."""
    if isinstance(node, ast.Call) and called(node) in COUNTED:
        return set()
    own = {node.attr} if isinstance(node, ast.Attribute) else set()
    return own.union(*(read(part) for part in ast.iter_child_nodes(node)))


def uncounted(source: str) -> Iterator[int]:
    """Lines in which a parameter cuts a value and nobody counts it."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in calls:
        cuts = called(call) in UNCOUNTED and not any(map(guards, call.args))
        if cuts and any(read(given) & (NUMERIC | CARRIED) for given in call.args):
            yield call.lineno


@pytest.mark.parametrize("path", ACTING, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_parameter_cuts_is_counted(path: Path) -> None:
    assert not list(uncounted(path.read_text(encoding="utf-8")))


def test_an_uncounted_cut_would_be_found() -> None:
    assert list(uncounted("a = np.minimum(x, parameters.leverage)\nb = below(y.sale_most * z, 1.0)")) == [1, 2]
    assert not list(uncounted("a = above(parameters.leverage * x, 0.0) + at_most(x, parameters.leverage)"))


def test_every_constraint_is_a_cut_that_is_counted() -> None:
    names = {
        f"{path.stem}.{one.value}"
        for path in ACTING
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and called(node) in COUNTED
        for one in node.args
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    assert set(CONSTRAINTS) <= names | {f"funding.{kind}" for kind in KINDS}  # each kind of money that is asked for


def test_each_way_to_write_a_bound_tells_the_recorder() -> None:
    assert all("note(" in inspect.getsource(getattr(arrays, name)) for name in COUNTED)


def test_a_bound_of_a_decision_is_counted_for_the_owner_that_decides() -> None:
    race = Race("baseline", worlds=3, seed=1, months=2, collect=False)
    with watch(race.plan.owners) as recorder:
        race.run()
    counts = recorder.counts["investing.all_in_ceiling"]
    assert counts[race.plan.owners.index("xAI"), 2] == 3 * 2  # the only one that goes all in
    assert counts[:, 2].sum() == 3 * 2
