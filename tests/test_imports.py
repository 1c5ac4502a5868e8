"""The command line starts without the model, the plots and the browser; nothing imports the folders' bare names."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "matplotlib", "seaborn", "solara", "SALib", "scipy", "mesa", "pandas", "pyarrow", "networkx", "ray", "numpy",
    "pydantic", "jinja2", "altair", "scoringrules", "pyesmda", "quantecon", "ema_workbench", "numba",
)  # fmt: skip


def modules_after(code: str, where: Path | None = None) -> set[str]:
    """Names of the modules that are loaded once `code` has run in a fresh interpreter, in the folder `where`."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=where)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import computerace.runs.cli",
        "from computerace.runs.cli import run\nassert run(['rcae']) == 2",
        "import computerace.runs.commands.race",
    ],
)
def test_command_line_loads_nothing_heavy(code: str) -> None:
    assert not modules_after(code) & set(HEAVY)


def test_a_race_loads_no_plots_and_no_browser() -> None:
    loaded = modules_after("from computerace.runs import Race, scenario")
    assert not loaded & {"matplotlib", "seaborn", "solara", "SALib", "ray", "altair"}


def test_bare_names_of_the_folders_are_not_importable_from_elsewhere() -> None:
    script = "import importlib.util as u; print([n for n in ('agents','market','runs','analysis') if u.find_spec(n)])"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout.strip() == "[]"


LISTS = {"numpy", "pydantic"}
TABLES = {"numpy", "pandas", "pyarrow"}
MODEL = TABLES | {"mesa", "scipy", "pydantic"}
MAY_LOAD = {
    "scenarios": LISTS,
    "parameters": LISTS,
    "race --worlds=2 --months=3 --out=race": MODEL | {"matplotlib"},
    "claim race": TABLES,
    "ledger race": TABLES,
}
RACE = next(command for command in MAY_LOAD if command.startswith("race"))
MAY_LOAD_TOO = {
    "sweep design.toml --workers=1 --out=sweep": MODEL,
    "facts --worlds=2": MODEL,
    "bounds --worlds=2 --months=3": MODEL,
    "backtest --worlds=2": MODEL | {"matplotlib", "scoringrules"},
    "report race": TABLES | {"jinja2", "matplotlib", "scipy", "seaborn"},
}
DESIGN = """scenario = "baseline"
months = 3
worlds_per_point = 2
vary = [{ parameter = "chips.supply_growth_2026" }]
sampler = { kind = "lhs", points = 2 }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a design and a race."""
    made = tmp_path_factory.mktemp("imports")
    (made / "design.toml").write_text(DESIGN, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    "command", [*MAY_LOAD, *(pytest.param(command, marks=pytest.mark.slow) for command in MAY_LOAD_TOO)]
)
def test_a_command_loads_what_it_uses_and_nothing_else(command: str, folder: Path) -> None:
    words = command.split()
    if "race" in words[1:] and not (folder / "race").exists():
        modules_after(ran(RACE.split()), folder)
    loaded = modules_after(ran(words), folder)
    assert loaded & set(HEAVY) <= (MAY_LOAD | MAY_LOAD_TOO)[command]
    assert "networkx" not in loaded


def ran(words: list[str]) -> str:
    """Code that runs a command."""
    return f"from computerace.runs.cli import run\nassert run({words!r}) == 0"


@pytest.mark.slow
def test_spaces_of_mesa_are_read_when_they_are_used() -> None:
    start = "import computerace, sys, mesa\nassert 'networkx' not in sys.modules\n"
    assert "networkx" in modules_after(f"{start}from mesa.discrete_space.grid import OrthogonalMooreGrid")
    assert "networkx" in modules_after(f"{start}mesa.space.MultiGrid")
    assert "scipy" in modules_after(f"{start}from mesa.experimental.continuous_space import ContinuousSpace")
