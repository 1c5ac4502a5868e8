"""A run's folder as pandas frames."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from computerace.market.errors import UserError


@dataclass(frozen=True)
class Runs:
    """What a run or a sweep left.

    manifest: how it came about. worlds: a row per world, parameters and outcomes. steps: tidy months, with a row per
    month, quantile (or world) and lab. failures: the worlds that failed, None where none did.
    """

    path: Path
    manifest: dict[str, Any]
    worlds: pd.DataFrame
    steps: pd.DataFrame | None
    failures: pd.DataFrame | None

    @property
    def labs(self) -> list[str]:
        """Names of the labs in the scenario's order, without the rest of the market."""
        if self.steps is None:
            return []
        return [name for name in self.steps["lab"].drop_duplicates().tolist() if name not in ("Rest", "Market")]


def load(folder: str | Path) -> Runs:
    """The tables of a run's folder.

    Raises UserError where the folder is no run, is not complete, or a table cannot be read.
    """
    path = Path(folder)
    manifest = _manifest(path)
    worlds = _table(path / "worlds.parquet")
    if worlds is None:
        raise UserError(f"{path} has no worlds.parquet: the run is {manifest.get('status', 'incomplete')}")
    return Runs(path, manifest, worlds, _table(path / "steps.parquet"), _table(path / "failures.parquet"))


def _manifest(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        raise UserError(f"there is no folder {path}; `computerace race` or `computerace sweep` makes one")
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path} is no run: it has no manifest.json") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path}/manifest.json cannot be read: {error}") from error
    if not isinstance(manifest, dict) or "kind" not in manifest:
        raise UserError(f"{path} is no run of this program: its manifest.json does not say of what kind it is")
    return manifest


def _table(file: Path) -> pd.DataFrame | None:
    if not file.exists():
        return None
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {' '.join(str(error).split())[:120]}") from error
