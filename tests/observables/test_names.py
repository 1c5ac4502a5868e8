"""Names of observables and of columns are made in one place, and taken apart nowhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(file for room in ("agents", "analysis", "market", "runs") for file in (ROOT / room).rglob("*.py"))
PARTS = ("_h100e", "bound_", "_first_month", "_agi_month", "_ratio_", "ratio_owned", "power_", "pipeline_")
TAKING_APART = ("startswith", "endswith", "removeprefix", "removesuffix", "partition", "compile", "match", "fullmatch")


def made(tree: ast.AST) -> Iterator[str]:
    """Names that f-strings make: those whose fixed parts are parts of names, without a space."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            fixed = "".join(
                one.value for one in node.values if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
            if any(part in fixed for part in PARTS) and not set(" <>.:/'") & set(fixed):
                yield ast.unparse(node)


def taken_apart(tree: ast.AST) -> Iterator[str]:
    """Calls that look for a part of a name within it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKING_APART:
            words = [
                one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if any(part in word for word in words for part in PARTS):
                yield ast.unparse(node)


@pytest.mark.parametrize("find", [made, taken_apart])
def test_names_are_neither_made_nor_taken_apart_elsewhere(find: object) -> None:
    assert callable(find)
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
    found = [f"{file.relative_to(ROOT)}: {name}" for file, tree in trees.items() for name in find(tree)]
    assert found == []


def test_a_name_that_is_made_or_taken_apart_is_found() -> None:
    assert list(made(ast.parse('f"{lab}_bound_{cause}"'))) and list(made(ast.parse('f"{one}_h100e"')))
    assert list(taken_apart(ast.parse('name.startswith("bound_")')))
    assert not list(made(ast.parse('f"{share} of it bound_ to be"')))
