"""A sweep's folder as tidy pandas frames."""

import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from computerace.analysis.digests import SWEEP_AGAIN, refuse_changed
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.market.errors import UserError
from computerace.runs.store.folder import read_manifest
from computerace.shown import Shown

KEYS = ["point", "world"]
STATES = ("PENDING", "SUCCEEDED", "FAILED")


class WorldsFailed(UserWarning):
    """Some worlds of a sweep failed, and its results are without them."""


@dataclass(frozen=True, repr=False)
class SweepResults(Shown):
    """What a sweep left; frames are read when they are asked for. Methods bear the names of Mesa's stores.

    manifest: how it came about. points: a row per point, what it sets. worlds: a row per point and world. steps: tidy
    months, None where only outcomes were kept. failures: the worlds that failed, None where none did.
    """

    path: Path
    manifest: Manifest

    def facts(self) -> dict[str, str]:
        """What the sweep is, in a few words, without reading its tables."""
        counts = self.manifest["counts"]
        return {
            "folder": str(self.path),
            "scenarios": ", ".join(str(one["name"]) for one in self.manifest["scenarios"]),
            "status": str(self.manifest["status"]),
            "points": f"{self.manifest['points']:,}",
            "worlds": f"{counts.get('worlds', 0):,}, {self.failed_worlds:,} failed",
            "months": f"{self.manifest['months']}",
            "seed": str(self.manifest["seed"]),
            "keeps": str(self.manifest["keep"]),
            "varies": ", ".join(self.manifest["varied"]),
        }

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row per point: its number, row, scenario and what it sets."""
        return pd.read_parquet(self.path / "points.parquet")

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """A row per point and world: what the point sets, drawn parameters, outcomes; none where every world failed."""
        found = self._optional("worlds")
        return pd.DataFrame(columns=KEYS) if found is None else found

    @cached_property
    def steps(self) -> pd.DataFrame | None:
        """Tidy months by point and quantile (or world)."""
        return self._optional("steps")

    @cached_property
    def failures(self) -> pd.DataFrame | None:
        """The worlds that failed."""
        return self._optional("failures")

    def warned(self) -> "SweepResults":
        """The same, with a warning where worlds failed: what is computed from the rest leaves them out."""
        if self.failed_worlds:
            total = self.failed_worlds + int(self.manifest["counts"].get("worlds", 0))
            message = f"{self.failed_worlds:,} of {total:,} worlds failed; `failures` has a row for each"
            warnings.warn(message, WorldsFailed, stacklevel=3)
        return self

    @property
    def failed_worlds(self) -> int:
        """How many worlds failed."""
        return int(self.manifest["counts"].get("failed", 0))

    def status(self) -> pd.DataFrame:
        """SUCCEEDED, FAILED or PENDING for every world, indexed by point and world."""
        size = (int(self.manifest["points"]), int(self.manifest["worlds_per_point"]))
        index = pd.MultiIndex.from_product([range(size[0]), range(size[1])], names=KEYS)
        states = np.full(size, "PENDING", dtype=object)
        for frame, state in ((self.worlds, "SUCCEEDED"), (self.failures, "FAILED")):
            if frame is not None:
                states[frame["point"].to_numpy(), frame["world"].to_numpy()] = state
        return pd.DataFrame({"status": pd.Categorical(states.ravel(), categories=list(STATES))}, index=index)

    def succeeded(self) -> pd.DataFrame:
        """The rows of the worlds that were played to the end, indexed by point and world."""
        return self.worlds.set_index(KEYS)

    def failed(self) -> pd.DataFrame:
        """The worlds that failed with error, traceback and the command that plays them again; empty where none did."""
        nothing = pd.DataFrame(columns=[*KEYS, "error", "traceback", "replay"])
        return (nothing if self.failures is None else self.failures).set_index(KEYS)

    def pending(self) -> pd.DataFrame:
        """What has not been played, indexed by point and world: nothing in a sweep that is complete."""
        states = self.status()
        return states[states["status"] == "PENDING"]

    def retrieve_output(self, point: int, world: int) -> dict[str, pd.DataFrame]:
        """One world's row of outcomes, and its months where whole trajectories were kept.

        Raises UserError where there is no such world, or it failed.
        """
        found = {"worlds": self._of_world(self.worlds, point, world)}
        if not len(found["worlds"]):
            lost = self.failures is not None and len(self._of_world(self.failures, point, world)) > 0
            what = "failed; failures.parquet has its traceback" if lost else "is not in this sweep"
            raise UserError(f"point {point}, world {world} {what}")
        if self.steps is not None and "world" in self.steps.columns:
            found["steps"] = self._of_world(self.steps, point, world)
        return found

    @staticmethod
    def _of_world(frame: pd.DataFrame, point: int, world: int) -> pd.DataFrame:
        return frame[(frame["point"] == point) & (frame["world"] == world)].reset_index(drop=True)

    def loaded(self) -> "SweepResults":
        """The same with every frame in memory, so that the folder may go."""
        _ = (self.points, self.worlds, self.steps, self.failures)
        return self

    def _optional(self, name: str) -> pd.DataFrame | None:
        file = self.path / f"{name}.parquet"
        return pd.read_parquet(file) if file.exists() else None


def read_results(path: str | Path) -> SweepResults:
    """The results in a sweep's folder; raises UserError where it is no sweep or not complete."""
    path = at_home(path)
    manifest = read_manifest(path)
    if manifest is None or manifest["kind"] != "sweep":
        raise UserError(f"{path} is no sweep's folder; `computerace sweep DESIGN.toml --out {path}` makes one")
    if not any((path / name).exists() for name in ("worlds.parquet", "failures.parquet")):
        cure = "`computerace merge` finishes it, or run" if manifest.get("status") == "in shards" else "run"
        raise UserError(f"the sweep in {path} is {manifest.get('status')}; {cure} `computerace sweep` again to go on")
    refuse_changed(path, manifest.get("files") or {}, SWEEP_AGAIN)
    return SweepResults(path, manifest).warned()
