"""The wheel holds every module and data file, and every command works where it is installed, or says what it lacks."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from computerace.runs.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("agents", "analysis", "market", "runs", "package")
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


def uv() -> str:
    """The uv that runs these tests, or the one on the path."""
    found = os.environ.get("UV") or shutil.which("uv")
    if found is None:
        pytest.skip("uv is not on the path: `uv run pytest` brings it")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the sources, so that no earlier build can lend it a file."""
    copy = tmp_path_factory.mktemp("sources")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    subprocess.run([uv(), "build", "--wheel", "--quiet", "--out-dir", "dist", "."], cwd=copy, check=True)
    (built,) = (copy / "dist").glob("*.whl")
    return built


def test_wheel_holds_every_file_of_the_four_folders(wheel: Path) -> None:
    expected = {
        f"computerace/{path.relative_to(ROOT).as_posix().removeprefix('package/')}"
        for name in FOLDERS
        for path in (ROOT / name).rglob("*")
        if path.is_file() and not LEFT_OUT & set(path.parts)
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert len(expected) > 20
    assert held == expected
    assert {"computerace/py.typed", "computerace/__main__.py", "computerace/runs/designs/energy.toml"} <= held


def test_installed_wheel_runs(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([uv(), "pip", "install", "--quiet", "--no-deps", "--target", tmp_path / "site", wheel], check=True)
    # The folder comes first on the path, before the editable copy; the output shows which one was in use.
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "from computerace.runs import cli\n"
        "code = cli.run(['scenarios']); print(cli.__file__); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "baseline" in done.stdout
    assert str(tmp_path / "site") in done.stdout


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and what it needs, in the locked versions, and no extra."""
    folder = tmp_path_factory.mktemp("bare")
    export = ["export", "--locked", "--quiet", "--no-default-groups", "--no-emit-project", "--no-hashes"]
    subprocess.run([uv(), *export, "--output-file", folder / "locked.txt"], cwd=ROOT, check=True)
    subprocess.run([uv(), "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    install = [uv(), "pip", "install", "--quiet", "--python", str(python), "--constraint", str(folder / "locked.txt")]
    subprocess.run([*install, str(wheel)], check=True)
    return python


def in_bare(python: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command in the bare environment, started as `python -m computerace`."""
    kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    return subprocess.run(
        [python, "-m", "computerace", *words], capture_output=True, text=True, cwd=folder, check=False, env=kept
    )


LITTLE = ("--worlds", "30", "--months", "12", "--workers", "1")
DESIGN = """
scenario = "baseline"
worlds_per_point = 2
months = 12
sampler = {kind = "prior", points = 128}
[[vary]]
parameter = "chips.supply_growth_2026"
[[vary]]
parameter = "chips.price_decline"
"""
# In this order: later ones read what earlier ones left.
WORK = (
    "designs", "schema design", "scenarios", "parameters chips", "--version", "race baseline --out race LITTLE",
    "sweep design.toml --out swept --workers 1", "sweep energy --plan", "claim race", "ledger race", "report race",
    "page baseline --worlds 3 --out site",
    "sensitivity swept", "verify race --sample 2", "replay race --world 3",
    "twin baseline chip-shock --out twin LITTLE", "explain --out explain LITTLE", "structure --out structure LITTLE",
    "backtest --from 2025-06-30 --worlds 20 --out backtest", "facts --worlds 20", "forecast --worlds 20 --out forecast",
    "bounds --worlds 5 --months 2", "sweep design.toml --out shards --shard 1/1 --workers 1", "merge shards",
    "equilibrium --labs xAI,Meta --strategies steady,retreat --ambition 0 --out equal LITTLE",
    "break-even --levers chips.supply_growth_2026,energy.grid_price --worlds 100 --months 6 --workers 1 --out level",
    "score forecast observed.csv", "update race observed.csv --most-worlds 60",
    "calibrate --until 2024-06-30 --members 200 --truths 5 --draws 10 --out fit",
)  # fmt: skip
LACKING = {
    "view": "the page needs solara, which is not installed: pip install 'computerace[page]',"
    " or in a clone `uv sync --extra page`",
    "discover swept": "discover needs ema_workbench, which is not installed: pip install 'computerace[discovery]',"
    " or in a clone `uv sync --extra discovery`",
    "sweep design.toml --out on-ray --engine ray": "the engine ray needs ray, which is not installed:"
    " pip install 'computerace[ray]', or in a clone `uv sync --extra ray`",
}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_without_extras_every_command_works_or_says_what_it_lacks(bare: Path, tmp_path: Path) -> None:
    tried = {line.split()[0] for line in (*WORK, *LACKING)}
    further = [command for command in COMMANDS if command not in tried]  # by themselves; others need a line above
    (tmp_path / "design.toml").write_text(DESIGN, encoding="utf-8")
    # Invented figures, only to see that they are scored.
    rows = [f"2026-03-31,{lab},3000000,2500000,3500000" for lab in ("xAI", "Google", "Microsoft", "Meta")]
    later = "\n".join(["quarter_end,owner,h100e_median,h100e_p5,h100e_p95", *rows, ""])
    (tmp_path / "observed.csv").write_text(later, encoding="utf-8")
    for line in (*WORK, *further):
        done = in_bare(bare, tmp_path, *line.replace("LITTLE", " ".join(LITTLE)).split())
        assert done.returncode == 0, f"{line}: {done.stderr}"
    for line, said in LACKING.items():
        before = sorted(tmp_path.rglob("*"))
        done = in_bare(bare, tmp_path, *line.split())
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"computerace: {said}\n"), line
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
def test_what_is_installed_has_types_and_a_version(bare: Path, tmp_path: Path) -> None:
    script = "import computerace; print(computerace.__version__); import computerace.analysis as a; print(a.load)"
    said = subprocess.run([bare, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert said.splitlines()[0] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert in_bare(bare, tmp_path, "--version").stdout.strip() == said.splitlines()[0]
    (tmp_path / "typed.py").write_text("from computerace.market.errors import unknown\nunknown(1, 2, 3)\n")
    check = ["-m", "mypy", "--python-executable", str(bare), "--cache-dir", str(tmp_path / "cache"), "typed.py"]
    found = subprocess.run([sys.executable, *check], capture_output=True, text=True, cwd=tmp_path, check=False).stdout
    assert found.count("[arg-type]") == 3, found  # the types are seen from outside
