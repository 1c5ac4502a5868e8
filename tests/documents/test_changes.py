"""The worked changes of docs/contributing.md, applied to one copy of the tree and tested there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.blocks import Block, blocks

ROOT = Path(__file__).parents[2]
ROOMS = ("agents", "analysis", "market", "runs")
CHANGES = [block for block in blocks("docs/contributing.md") if block.is_change]
WHERE = re.compile(r"# (?P<file>[\w./-]+): (?:(?P<new>new)|(?P<how>above|in place of) (?P<line>.+))")
MOST_FILES = 3  # of a change, its test among them
A_MECHANISM = "market/setting.py"  # takes one more: its parameters have a place there that every type check knows
GUARDS = (
    "tests/market/test_declared.py", "tests/market/test_parameters.py", "tests/observables/test_table.py",
    "tests/runs/test_options.py", "tests/runs/test_endings.py", "tests/runs/model/test_streams.py",
)  # fmt: skip
"""Tests that hold every parameter, figure, observable, command and stream: they stand the changes too."""
EFFECTS = ("energy.levy", "reaction.gap_least", "secrecy.progress")


def place_of(block: Block) -> re.Match[str]:
    """Where a block goes, as its first line says."""
    found = WHERE.fullmatch(block.text.splitlines()[0])
    assert found is not None, f"{block.page}:{block.line} does not say where it goes"
    return found


def line_of(place: re.Match[str], lines: list[str]) -> int:
    """The number of the one line that a block's first line names."""
    found = [number for number, line in enumerate(lines) if line.strip() == place["line"]]
    assert len(found) == 1, f"{place['file']} has the line {place['line']!r} {len(found)} times"
    return found[0]


def apply(block: Block, root: Path) -> None:
    """Put a block where its first line says: a file of its own, or at the one line of those words."""
    place, text = place_of(block), block.text.partition("\n")[2]
    path = root / place["file"]
    if place["new"]:
        assert not path.exists(), path
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = line_of(place, lines)
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    row = lines[at].rstrip().endswith(",") and not text.rstrip().endswith(",")
    text = text.rstrip() + ",\n" if row else text
    put = [indent + line if line.strip() else line for line in text.splitlines(keepends=True)]
    lines[at : at + (place["how"] == "in place of")] = put
    path.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with all changes in it; rooms stand in the package and, by links, where the tests look."""
    root = tmp_path_factory.mktemp("changed")
    unneeded = shutil.ignore_patterns("__pycache__", "assets", "golden")
    shutil.copytree(ROOT / "package", root / "computerace", ignore=unneeded)
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / "computerace" / room, ignore=unneeded)
        (root / room).symlink_to(root / "computerace" / room)
    (root / "package").symlink_to(root / "computerace")
    for folder in ("tests", "benchmarks", "docs"):
        shutil.copytree(ROOT / folder, root / folder, ignore=unneeded)
    shutil.copy(ROOT / "pyproject.toml", root)
    for block in CHANGES:
        apply(block, root)
    return root


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Tests of the copy, in the copy."""
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-rA", "--tb=short", *words]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def passed(copy: Path) -> str:
    """What pytest says of the changes' own tests."""
    here = f"import computerace\n\n\ndef test_place():\n    assert computerace.__file__.startswith({str(copy)!r})\n"
    (copy / "tests" / "changes" / "test_place.py").write_text(here, encoding="utf-8")
    done = run(copy, "tests/changes", "--slow")
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", [*re.findall(r"def (test_\w+)", "".join(one.text for one in CHANGES)), "test_place"])
def test_a_worked_change_does_what_its_test_says(name: str, passed: str) -> None:
    assert re.search(rf"^PASSED \S+::{name}$", passed, re.MULTILINE), passed


@pytest.mark.slow
def test_what_holds_all_of_a_kind_holds_with_the_changes_too(copy: Path) -> None:
    effects = [f"tests/market/test_effects.py::test_every_parameter_moves_first_what_it_says[{one}]" for one in EFFECTS]
    done = run(copy, *GUARDS)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    done = run(copy, *effects, "--slow")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr


@pytest.mark.slow
def test_a_measure_that_was_added_is_known_to_designs_schemas_and_pages(copy: Path) -> None:
    everywhere = """
from computerace.runs.designs.design import design_from
from computerace.runs.designs.editors import written
from computerace.runs.documents import observable_table
from computerace.observables import MEASURES
assert design_from({"scenario": "baseline", "measures": ["morale"]}).measures == ("morale",)
assert '"morale"' in written("design")
assert "output of its researchers over that at full strength" in observable_table(MEASURES)
"""
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", everywhere], cwd=copy, env=environment, check=True)


def test_the_lines_beside_which_changes_go_are_there() -> None:
    for place in (one for one in map(place_of, CHANGES) if not one["new"]):
        line_of(place, (ROOT / place["file"]).read_text(encoding="utf-8").splitlines())


def test_a_change_touches_three_files_at_most_and_a_mechanism_four_of_which_one_is_its_test() -> None:
    kinds: list[set[str]] = [set()]
    for block in CHANGES:
        kinds[-1].add(place_of(block)["file"])
        if block.text.startswith("# tests/"):
            kinds.append(set())
    assert kinds.pop() == set()
    assert len(kinds) >= 9
    for files in kinds:
        assert len(files) <= MOST_FILES + (A_MECHANISM in files), files
        assert sum(file.startswith("tests/") for file in files) == 1, files
