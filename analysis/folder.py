"""A run's folder as pandas frames.

    runs = load("out/baseline")
    runs.worlds     a row per world: point, [scenario,] world, a column per parameter that was drawn or set, outcomes
    runs.steps      a row per month, quantile (or world) and lab, a column per measure; None where no months were kept
    runs.points     a row per point of a sweep: what it sets; None for a race
    runs.failures   a row per world that failed, with its traceback; None where none did
    runs.manifest   how it came about

`columns` describes the names of the columns.
"""

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from computerace.analysis.columns import require, require_steps
from computerace.analysis.digests import RUN_AGAIN, SWEEP_AGAIN, refuse_changed
from computerace.analysis.manifest import check_manifest, read_whole
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.market.errors import UserError, unknown
from computerace.shown import Shown


@dataclass(frozen=True, repr=False)
class Runs(Shown):
    """What a run or a sweep left.

    manifest: how it came about. worlds: a row per world, parameters and outcomes. steps: tidy months, with a row per
    month, quantile (or world) and lab. failures: the worlds that failed, None where none did. points: a row per point
    of a sweep, None for a race.
    """

    path: Path
    manifest: Manifest
    worlds: pd.DataFrame
    steps: pd.DataFrame | None
    failures: pd.DataFrame | None
    points: pd.DataFrame | None = None

    def facts(self) -> dict[str, str]:
        """What the folder holds, in a few words."""
        tables = {"worlds": self.worlds, "steps": self.steps, "points": self.points, "failures": self.failures}
        return {
            "folder": str(self.path),
            "scenario": ", ".join(self.scenarios),
            "months": f"{self.horizon} from {self.start:%b %Y}",
            "seed": str(self.manifest["seed"]),
            "labs": ", ".join(self.labs),
            "claimant": self.claimant,
            **{name: rows_in_words(frame) for name, frame in tables.items()},
        }

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios that were run."""
        several = self.manifest.get("scenarios")
        return [str(one["name"]) for one in several] if several else [str(self.manifest["scenario"]["name"])]

    @property
    def labs(self) -> list[str]:
        """Names of the labs in the scenario's order, without the rest of the market."""
        return [str(name) for name in self.manifest["scenario"]["labs"]]

    @property
    def claimant(self) -> str:
        """The lab that is claimed to win."""
        return str(self.manifest["scenario"]["claimant"])

    @property
    def start(self) -> datetime.date:
        """The day from which months are counted."""
        return datetime.date.fromisoformat(self.manifest["start"])

    @property
    def horizon(self) -> int:
        """The last month."""
        return int(self.manifest["months"])

    def date(self, month: int) -> pd.Timestamp:
        """The last day of a month, counted from the start."""
        return pd.Timestamp(self.start) + pd.offsets.MonthEnd(month)

    @property
    def many_points(self) -> bool:
        """Whether the worlds belong to more than one point of a design."""
        return self.points is not None and len(self.points) > 1

    @property
    def keeps_worlds(self) -> bool:
        """Whether the months are those of each world, not quantiles over worlds."""
        return self.steps is not None and "quantile" not in self.steps.columns

    def keeps_months(self, measure: str) -> bool:
        """Whether the folder has the measure by month."""
        return self.steps is not None and measure in self.steps.columns

    def months(self, *measures: str) -> pd.DataFrame:
        """The table of months; raises UserError where the folder keeps none, or lacks a measure."""
        return require_steps(self.steps, measures)

    def of_scenario(self, name: str) -> "Runs":
        """The part that was run under one scenario; raises UserError for a name that was not."""
        if name not in self.scenarios:
            raise unknown("scenario in this folder", name, self.scenarios)
        if self.points is None or len(self.scenarios) == 1:
            return self
        chosen = self.points[self.points["scenario"] == name]
        there = [one for one in self.manifest["scenarios"] if one["name"] == name]
        manifest: Manifest = {**self.manifest, "scenario": there[0], "scenarios": there}
        worlds = self.worlds[self.worlds["point"].isin(chosen["point"])]
        steps = None if self.steps is None else self.steps[self.steps["point"].isin(chosen["point"])]
        return replace(self, manifest=manifest, points=chosen, worlds=worlds, steps=steps)


def load(folder: str | Path) -> Runs:
    """The tables of a run's folder.

    Raises UserError where the folder is no run, is not complete, or a table cannot be read or lacks its keys.
    """
    path = at_home(folder)
    manifest = _manifest(path)
    if manifest.get("status") != "complete":
        raise UserError(f"the run in {path} is {manifest.get('status')}, not complete: {_cure(manifest)}")
    refuse_changed(path, manifest.get("files") or {}, SWEEP_AGAIN if manifest["kind"] == "sweep" else RUN_AGAIN)
    worlds = _table(path / "worlds.parquet")
    if worlds is None:
        raise UserError(f"{path} has no worlds.parquet: the run is not whole; run it again")
    require(worlds, ["point", "world"] if manifest["kind"] == "sweep" else ["world"], f"{path}/worlds.parquet")
    tables = (_table(path / f"{name}.parquet") for name in ("steps", "failures", "points"))
    return Runs(path, manifest, worlds, *tables)


def rows_in_words(frame: pd.DataFrame | None) -> str:
    """How large a table is; nothing where there is none."""
    return "" if frame is None else f"{len(frame):,} rows of {len(frame.columns):,} columns"


def _cure(manifest: Manifest) -> str:
    if manifest.get("status") == "in shards":
        return "`computerace merge` finishes it"
    if manifest["kind"] == "sweep":
        return "the same `computerace sweep` command goes on where it stopped"
    return RUN_AGAIN


def _manifest(path: Path) -> Manifest:
    if not path.is_dir():
        raise UserError(f"there is no folder {path}; `computerace race` or `computerace sweep` makes one")
    try:
        manifest = read_whole((path / "manifest.json").read_text(encoding="utf-8"), str(path))
    except UserError:
        raise
    except FileNotFoundError:
        raise UserError(f"{path} is no run: it has no manifest.json") from None
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{path}/manifest.json cannot be read: {error}") from error
    return check_manifest(manifest, str(path))


def _table(file: Path) -> pd.DataFrame | None:
    if not file.exists():
        return None
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {' '.join(str(error).split())[:120]}") from error
