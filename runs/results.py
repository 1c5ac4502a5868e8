"""A sweep's folder as tidy pandas frames."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from computerace.market.errors import UserError
from computerace.runs import store


@dataclass(frozen=True)
class SweepResults:
    """What a sweep left; frames are read when they are asked for.

    manifest: how it came about. points: a row per point, what it sets. worlds: a row per point and world. steps: tidy
    months, None where only outcomes were kept. failures: the worlds that failed, None where none did.
    """

    path: Path
    manifest: dict[str, Any]

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row per point: its number, row, scenario and what it sets."""
        return pd.read_parquet(self.path / "points.parquet")

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """A row per point and world: what the point sets, drawn parameters, outcomes."""
        return pd.read_parquet(self.path / "worlds.parquet")

    @cached_property
    def steps(self) -> pd.DataFrame | None:
        """Tidy months by point and quantile (or world)."""
        return self._optional("steps")

    @cached_property
    def failures(self) -> pd.DataFrame | None:
        """The worlds that failed."""
        return self._optional("failures")

    @property
    def failed(self) -> int:
        """How many worlds failed."""
        return int(self.manifest["counts"].get("failed", 0))

    def loaded(self) -> "SweepResults":
        """The same with every frame in memory, so that the folder may go."""
        _ = (self.points, self.worlds, self.steps, self.failures)
        return self

    def _optional(self, name: str) -> pd.DataFrame | None:
        file = self.path / f"{name}.parquet"
        return pd.read_parquet(file) if file.exists() else None


def read_results(path: str | Path) -> SweepResults:
    """The results in a sweep's folder; raises UserError where it is no sweep or not complete."""
    path = Path(path)
    manifest = store.read_manifest(path)
    if manifest is None or manifest["kind"] != "sweep":
        raise UserError(f"{path} is no sweep's folder; `computerace sweep DESIGN.toml --out {path}` makes one")
    if not (path / "worlds.parquet").exists():
        raise UserError(f"the sweep in {path} is {manifest.get('status')}; run `computerace sweep` again to go on")
    return SweepResults(path, manifest)
