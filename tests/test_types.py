"""The type checker sees the core: each kind of slip that was planted in a copy is named."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("agents", "market", "runs", "analysis")
SLIPS = {
    "runs/model/verbs.py": [
        ("cash=capital.cash,", "cash=capital.cahs,"),
        ("state.fleet.owned\n", "state.fleet.ownd\n"),
    ],
    "runs/model/events.py": [("race.flows.talent\n", "race.flws.talent\n")],
    "agents/rules/investing.py": [
        ("return seen.books.investment_at_start\n", "return seen.books.investment_at_start.total()\n")
    ],
    "market/chips.py": [("parameters.server_markup * setting", "parameters.server_mark_up * setting")],
    "agents/rules/funding.py": [("books.other_capex + books.due", "books.other_capx + books.due")],
    "agents/rules/ordering.py": [("in_house=wanted", "inhouse=wanted")],
    "runs/model/month.py": [
        ("clear_researchers(setting, state, asked.people", "clear_researchers(setting, state, asked.chips")
    ],
}
NAMED = (
    '"cahs"', '"ownd"', '"flws"', '"total"', '"server_mark_up"', '"other_capx"', '"inhouse"',
    'Argument 3 to "clear_researchers"',
)  # fmt: skip


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What mypy says of a copy of the package with every slip in it."""
    copy = tmp_path_factory.mktemp("typed")
    for folder in FOLDERS:
        shutil.copytree(
            ROOT / folder, copy / "computerace" / folder, ignore=shutil.ignore_patterns("__pycache__", "assets")
        )
    for file, slips in SLIPS.items():
        path = copy / "computerace" / file
        text = path.read_text(encoding="utf-8")
        for right, wrong in slips:
            assert right in text, f"{file} no longer holds {right!r}"
            text = text.replace(right, wrong, 1)
        path.write_text(text, encoding="utf-8")
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    paths = tomllib.loads(settings)["tool"]["mypy"]["mypy_path"]
    settings = settings.replace(f'mypy_path = "{paths}"', f'mypy_path = "{copy}:{ROOT / ".ci/stubs"}"')
    (copy / "pyproject.toml").write_text(settings, encoding="utf-8")
    modules = [argument for file in SLIPS for argument in ("-m", "computerace." + file[:-3].replace("/", "."))]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(copy / "pyproject.toml"), "--follow-imports=silent",
         "--cache-dir", str(copy / "cache"), *modules],
        capture_output=True, text=True, check=False, cwd=copy,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("slip", NAMED)
def test_a_slip_in_the_core_is_named(complaints: str, slip: str) -> None:
    assert re.search(f"error: .*{re.escape(slip)}", complaints), complaints


@pytest.mark.slow
def test_nothing_else_is_wrong_with_the_copy(complaints: str) -> None:
    assert f"Found {len(NAMED)} errors" in complaints, complaints
