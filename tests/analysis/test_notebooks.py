"""The notebooks: thin, stored without outputs, and each runs from top to bottom on a small setting."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "analysis" / "notebooks").glob("*.ipynb"))
SMALL = {
    "first_look": {"WORLDS": 40},
    "own_lab_and_strategy": {"WORLDS": 20},
    "sweep_to_sobol": {"WORLDS": 4, "BASE": 8},
    "why": {"WORLDS": 30},
    "discovery": {"WORLDS": 3000},
}
LINES = 16  # of code in a cell: what is longer belongs into the package


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def code(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def settings_of(path: Path) -> dict[str, Any]:
    """The one cell that says how large the notebook's runs are."""
    tagged = [cell for cell in code(path) if "settings" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    return tagged[0]


def test_every_notebook_has_a_small_setting() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(SMALL)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin_and_stored_without_outputs(path: Path) -> None:
    for cell in code(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert len("".join(cell["source"]).splitlines()) <= LINES
    assert read(path)["cells"][0]["cell_type"] == "markdown"
    assert read(path)["metadata"].keys() == {"kernelspec", "language_info"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_settings_are_those_that_the_test_makes_small(path: Path) -> None:
    names = {
        str(target.id)
        for line in ast.parse("".join(settings_of(path)["source"])).body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    assert set(SMALL[path.stem]) <= names


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[pytest.mark.needs("discovery")] if path.stem == "discovery" else [])
        for path in NOTEBOOKS
    ],
    ids=lambda path: path.stem,
)
def test_a_notebook_runs_from_top_to_bottom_and_shows_its_pictures(path: Path, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    cell = next(one for one in notebook.cells if "settings" in one.metadata.get("tags", []))
    cell.source += "\n" + "\n".join(f"{name} = {value}" for name, value in SMALL[path.stem].items())
    here = tmp_path / "analysis" / "notebooks"  # what a notebook writes goes to out/ beside these two, as in a clone
    here.mkdir(parents=True)
    NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(here)}}).execute()
    assert not list(here.iterdir())
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    pictures = [output for output in shown if "image/png" in output.get("data", {})]
    assert len(pictures) == sum("plots." in cell["source"] for cell in notebook.cells if cell.cell_type == "code")
    assert not [output.text for output in shown if output.get("name") == "stderr" and "Warning" in output.text]
