"""Numbers that act are parameters: no formula holds a figure of its own.

In the bodies of market, agents and the month stand only the numbers below; whatever else a formula needs is a
parameter, a unit (market/units.py) or a guard of arithmetic with a name of its own in capitals, listed here.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLAIN = {0.0, 1.0, -1.0, 2.0, 12.0}  # nothing, everything, the sign, two of something, months in a year
NAMED = {
    "market/allocation.py": {"ROUNDING"},
    "market/arrays.py": {"TINY"},
    "market/chips.py": {"NEARLY_EMPTY", "GROWTH_YEARS"},
    "market/clusters.py": {"STEEPEST"},
    "market/finance.py": {"LEAST_RATE"},
    "market/fleet.py": {"LEAST_CHIPS"},
    "market/generations.py": {"STEEPEST", "KNOWN_WATTS", "KNOWN_H100E_PER_CHIP"},
    "market/ledger.py": {"THRESHOLD", "LEAST_KEPT"},
    "market/software.py": {"NEARLY_NOTHING", "LEAST_INPUT"},
    "market/talent.py": {"STEEPEST"},
    "market/users.py": {"GROWTH_YEARS", "LEAST_SHARE"},
    "market/vocabulary.py": {"QUANTILES", "SPREAD"},
    "runs/model/recorded.py": {"LEAST_EFFICIENCY"},
}
"""Guards of arithmetic, the two anchors of growth, published specifications, quantiles that are shown, and
what the ledger calls nothing."""

ELSEWHERE = {
    "market/units.py",
    "market/parameters.py",
    "market/figures.py",
    "market/figure_bounds.py",
    "market/errors.py",
    "market/registry.py",
    "runs/model/events.py",
    "runs/model/measures.py",
    "runs/model/streams.py",  # told, recorded and drawn: nothing acts
}
FILES = sorted(
    str(path.relative_to(ROOT))
    for folder, pattern in (("market", "*.py"), ("agents", "**/*.py"), ("runs/model", "*.py"))
    for path in (ROOT / folder).glob(pattern)
    if str(path.relative_to(ROOT)) not in ELSEWHERE
)


def literals(tree: ast.Module, named: set[str]) -> Iterator[tuple[int, float]]:
    """Line and value of every floating-point number that is neither declared, named nor neutral."""
    spared: set[ast.AST] = set()
    for node in ast.walk(tree):
        declared = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("quantity", "choice")
        target = getattr(node.targets[0], "id", "") if isinstance(node, ast.Assign) else ""
        if declared or target in named | {"NEUTRAL"}:
            spared |= set(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and node not in spared:
            yield node.lineno, node.value


@pytest.mark.parametrize("file", FILES)
def test_a_formula_holds_no_figure_of_its_own(file: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = [f"{file}:{line}: {value}" for line, value in literals(tree, NAMED.get(file, set())) if value not in PLAIN]
    assert not found, "make a parameter of it, or give a guard of arithmetic a name: " + ", ".join(found)


def test_a_figure_in_a_formula_is_found() -> None:
    tree = ast.parse("def f(x):\n    return 0.25 * x + quantity(0.3)\nGUARD = 1e-9\nNEUTRAL = {'a': 3.5}\n")
    assert list(literals(tree, {"GUARD"})) == [(2, 0.25)]
