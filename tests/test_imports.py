"""The command line starts without the model, the plots and the browser; nothing imports the folders' bare names."""

import subprocess
import sys

import pytest

HEAVY = ("matplotlib", "seaborn", "solara", "SALib", "scipy", "mesa", "pandas", "pyarrow", "networkx", "ray", "numpy")


def modules_after(code: str) -> set[str]:
    """Names of the modules that are loaded once `code` has run in a fresh interpreter."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
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


@pytest.mark.parametrize("command", ["scenarios", "parameters"])
def test_a_list_loads_no_tables_of_pandas_no_model_and_no_plots(command: str) -> None:
    loaded = modules_after(f"from computerace.runs.cli import run\nassert run(['{command}']) == 0")
    assert not loaded & (set(HEAVY) - {"numpy"})
