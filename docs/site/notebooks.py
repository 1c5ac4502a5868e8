"""The notebooks, executed in the small sizes that they name themselves."""

from pathlib import Path
from typing import Any

SECONDS = 240  # that a cell may take


def settings_cell(notebook: Any) -> Any:
    """The one cell that says how large the notebook's runs are; its metadata hold the small sizes as `small`."""
    (found,) = (cell for cell in notebook.cells if "settings" in cell.metadata.get("tags", []))
    return found


def executed(path: Path, clone: Path) -> Any:
    """The notebook with its outputs.

    clone: a folder that stands for the clone: what the notebook writes goes to out/ there.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    cell = settings_cell(notebook)
    sizes = (f"{name} = {value}" for name, value in cell.metadata["small"].items())
    cell.source += "\n".join(["", "# as small as the tests and the site have it:", *sizes])
    here = clone / "analysis" / "notebooks"
    here.mkdir(parents=True, exist_ok=True)
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(here)}}).execute()
    return notebook


def shown(notebook: Any) -> list[Any]:
    """All outputs of a notebook, from top to bottom."""
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
