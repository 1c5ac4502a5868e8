"""The notebooks: thin, stored without outputs, and each runs from top to bottom on a small setting."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from docs.site.notebooks import executed, shown

NOTEBOOKS = sorted((Path(__file__).parents[2] / "analysis" / "notebooks").glob("*.ipynb"))
LINES = 16  # of code in a cell: what is longer belongs into the package


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def code(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def settings_of(path: Path) -> dict[str, Any]:
    """The one cell that says how large the notebook's runs are, and how small they may be made."""
    tagged = [cell for cell in code(path) if "settings" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert set(tagged[0]["metadata"]) == {"small", "tags"}
    return tagged[0]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin_and_stored_without_outputs(path: Path) -> None:
    for cell in code(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert len("".join(cell["source"]).splitlines()) <= LINES
    assert read(path)["cells"][0]["cell_type"] == "markdown"
    assert read(path)["metadata"].keys() == {"kernelspec", "language_info"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_made_small_for_tests_and_the_site_is_set_there(path: Path) -> None:
    names = {
        str(target.id)
        for line in ast.parse("".join(settings_of(path)["source"])).body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    assert set(settings_of(path)["metadata"]["small"]) <= names


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
    notebook = executed(path, tmp_path)  # what a notebook writes goes to out/ there, as in a clone
    assert not list((tmp_path / "analysis" / "notebooks").iterdir())
    pictures = [output for output in shown(notebook) if "image/png" in output.get("data", {})]
    assert len(pictures) == sum("plots." in cell["source"] for cell in notebook.cells if cell.cell_type == "code")
    assert not [one.text for one in shown(notebook) if one.get("name") == "stderr" and "Warning" in one.text]
