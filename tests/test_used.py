"""What is written is used: a rule, strategy, mechanism or command that was left out of its table stands alone."""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from computerace.runs.cli import COMMANDS

ROOT = Path(__file__).parents[1]
ROOMS = ("agents", "analysis", "market", "package", "runs")
PLACES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
SOURCES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PLACES}
BY_OTHERS = {
    "runs/page/app.py: Page", "runs/page/app.py: Layout",  # Solara takes these by their names
    "runs/page/levers.py: as_slider",  # for stock SolaraViz: docs/page.md
    "runs/store/results.py: read_results",  # for notebooks
    "market/own.py: forget",  # for tests and notebooks
}  # fmt: skip
"""Public names that nothing in the package uses, and who does."""
STARTED = {"analysis/notebooks/__init__.py", "runs/page/app.py"}
"""Modules that nothing imports, besides those that `python -m` runs."""


def words_of(source: str) -> list[str]:
    """Every word of a program, but for its docstrings and comments."""
    return re.findall(r"\w+", re.sub(r'"""(.|\n)*?"""|#.*', "", source))


def alone(sources: dict[str, str]) -> set[str]:
    """Public functions and classes of modules that no line names but their own definitions."""
    words = Counter(word for source in sources.values() for word in words_of(source))
    named = [
        (file, node.name)
        for file, source in sources.items()
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    ]
    defined = Counter(name for _, name in named)
    return {f"{file}: {name}" for file, name in named if words[name] == defined[name]}


def module_of(file: str) -> str:
    """The name by which a file is imported."""
    return "computerace." + file.removeprefix("package/").removesuffix(".py").removesuffix("/__init__").replace(
        "/", "."
    )


def imported(source: str) -> Iterable[str]:
    """The modules that a program names in its imports, and what it takes from packages."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_nothing_is_written_that_nobody_uses() -> None:
    assert alone(SOURCES) == BY_OTHERS


def test_a_rule_that_is_left_out_of_its_table_would_be_found() -> None:
    rules = "def posted():\n    ...\n\n\ndef equal():\n    ...\n\n\nALLOCATION = {'posted': posted}\n"
    assert alone({"rules.py": rules}) == {"rules.py: equal"}


def test_no_module_stands_alone() -> None:
    """A mechanism that is in no registry, a command that is in no table, a decision's rule that no lab takes."""
    named = {name for source in SOURCES.values() for name in imported(source)}
    named |= {where.partition(":")[0] for where, _ in COMMANDS.values()}
    run = {file for file, source in SOURCES.items() if "__main__" in source}
    lost = {file for file in SOURCES if module_of(file) not in named} - run - STARTED
    assert not {file for file in lost if not file.endswith("__init__.py")}
