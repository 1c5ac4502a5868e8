"""The wheel holds every module and data file of the four folders, and works where it is installed."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("agents", "analysis", "market", "runs")
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
        f"computerace/{path.relative_to(ROOT).as_posix()}"
        for name in FOLDERS
        for path in (ROOT / name).rglob("*")
        if path.is_file() and not LEFT_OUT & set(path.parts)
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert len(expected) > 20
    assert held == expected


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
