"""Heavy news: worlds that figures have moved, where weights would leave too few that count.

An ensemble of vectors (parameters, and the luck up to the last figure) is moved to the figures by the smoother that
fits parameters to the record (`calibration/smoother.py`), and played to the race's end in what luck is left to come.
The worlds are new ones and count alike. The smoother is exact in a linear model with normal errors; bends it follows as
far as its four rounds ease around them.
"""

import math
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.folder import Runs
from computerace.market.errors import UserError
from computerace.runs.calibration.forward import Forward, Vectors, nobody
from computerace.runs.calibration.smoother import INFLATION, smooth
from computerace.runs.studies.said import KeepSaid, Place, logs_said, measures_of, month_of
from computerace.runs.sweeps.again import Again, play_tasks
from computerace.runs.sweeps.batches import WorldBatch
from computerace.runs.sweeps.played_again import say_if_changed, scenario_of
from computerace.runs.sweeps.single_race import BATCH, Request, played_batches, request_of, work_of
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from computerace.runs.scenarios import Scenario
    from computerace.runs.sweeps.again import Keep, Kept
    from computerace.runs.worlds.rows import Call
    from computerace.runs.worlds.simulate import Batch

VECTORS = "vectors.parquet"

type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Published:
    """Figures that were published after the start, as a history that worlds are moved to.

    places: where worlds say them. begun: the figures at the start, NaN where there is none.
    """

    places: tuple[Place, ...]
    begun: tuple[float, ...]

    @property
    def months(self) -> int:
        """Months to the last figure."""
        return max(math.ceil(one.month) for one in self.places)

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the figures are about."""
        return measures_of(self.places)

    def said(self, batch: "Batch", scenario: "Scenario", facility_ratio: Floats) -> Floats:  # noqa: ARG002
        """Logs of what worlds say in place of the figures, (figures, worlds)."""
        return logs_said(KeepSaid(self.places)(batch), self.places, self.begun, facility_ratio)


@dataclass(frozen=True, kw_only=True)
class MovedBatch(WorldBatch):
    """Worlds that have their parameters, and their luck up to the last figure, from vectors (size, worlds)."""

    forward: Forward[Published]
    vectors: Vectors

    @property
    def played(self) -> "Iterable[Scenario]":
        """The scenario, whose parameters the vectors hold."""
        return (self.forward.scenario,)

    def picked(self, rows: NDArray[np.intp]) -> Self:
        """The batch with some of its rows."""
        return replace(super().picked(rows), vectors=self.vectors[:, rows])

    def call(self, rows: NDArray[np.intp]) -> "Call":
        """What the model is asked to play for some rows."""
        plain, vectors, forward = super().call(rows), self.vectors[:, rows], self.forward
        shocks = forward.luck(vectors, self.world[rows], self.plan.months)
        return replace(plain, recorded=forward.settings(vectors), shocks=shocks)


@dataclass(frozen=True)
class Ensemble:
    """Worlds that figures have moved: a row each, quantiles of their months, and logs of what they say.

    said: (figures, worlds). failed: how many worlds were left out. vectors: (size, worlds), in single precision.
    """

    worlds: pd.DataFrame
    steps: pd.DataFrame
    said: Floats
    failed: int
    vectors: Vectors


def movable(runs: Runs) -> bool:
    """Whether the smoother can move the folder's worlds."""
    try:
        refuse_unless_movable(runs)
    except UserError:
        return False
    return True


def refuse_unless_movable(runs: Runs) -> None:
    """Raise UserError for a folder whose worlds the smoother cannot move."""
    manifest = runs.manifest
    if manifest["kind"] != "race":
        raise UserError(f"{runs.path} is no race: the smoother moves the priors of one; its worlds can be weighted")
    if manifest.get("fixed"):
        raise UserError(f"{runs.path} keeps its parameters at their centre: the smoother has no priors to move")
    if manifest.get("parameter_set", "prior") != "prior":
        raise UserError(
            f"{runs.path} draws from a fitted set, and the smoother moves priors; its worlds can be weighted"
        )


def moved(
    runs: Runs, history: Published, figures: Floats, errors: Floats, members: int, *, on: Workers = ONE,
    trust_code: bool = False,
) -> Ensemble:  # fmt: skip
    """So many worlds of a race, moved to figures.

    figures: logs, (figures,). errors: their covariance (figures, figures).
    Raises UserError where the folder's worlds cannot be moved, or one of them fails on its way.
    """
    refuse_unless_movable(runs)
    request = replace(request_of(runs.path, runs.manifest, trust_code=trust_code), on=on, worlds=members, first_world=0)
    scenario = scenario_of(runs.path, runs.manifest, trust_code=trust_code)
    with progress("the smoother", members * (len(INFLATION) + 1)) as advance:
        forward = Forward(scenario, history, request.seed, advance, on)
        vectors = smooth(forward, forward.draw(members), figures, errors, request.seed)
        vectors = vectors.astype(np.float32).astype(np.float64)  # as they are kept
        said = forward(vectors)
    with tempfile.TemporaryDirectory() as made:
        tables = played_batches(request, _batches(request, forward, vectors, np.arange(members)), Path(made))
    there = tables.worlds["world"].to_numpy(dtype=np.int64)
    return Ensemble(tables.worlds, tables.steps, said[:, there], tables.failed, vectors[:, there])


def write_vectors(ensemble: Ensemble, folder: Path) -> None:
    """Keep the vectors beside the worlds, a column each, by which these can be played again."""
    numbers = ensemble.worlds["world"].astype(str)
    pd.DataFrame(ensemble.vectors.astype(np.float32), columns=numbers).to_parquet(folder / VECTORS, index=False)


def play_moved_again(
    runs: Runs, measures: tuple[str, ...], keep: "Keep", *, on: Workers = ONE,
    advance: "Callable[[int], None] | None" = None, trust_code: bool = False,
) -> "Kept":  # fmt: skip
    """What `keep` takes of worlds that figures have moved, in the order of their table; as `sweeps.again.play_again`.

    Raises UserError where the folder does not keep their luck.
    """
    if not (runs.path / VECTORS).exists():
        raise UserError(f"{runs.path} keeps no luck of the worlds that figures moved: save the update, and ask that")
    say_if_changed(runs.path, runs.manifest)
    request = request_of(runs.path, runs.manifest, trust_code=trust_code)
    last = max(month_of(date.fromisoformat(one["date"]), runs.start) for one in runs.manifest["updated"]["figures"])
    forward = Forward(request.scenario, Published((Place("", 0, last),), ()), request.seed)
    world = runs.worlds["world"].to_numpy(dtype=np.int64)
    kept = pd.read_parquet(runs.path / VECTORS)[[*world.astype(str)]].to_numpy(dtype=np.float64)
    batches = _batches(request, forward, kept, world)
    starts = np.cumsum([0, *(batch.rows for batch in batches)])
    tasks = [
        Again(batch=batch, place=start + np.arange(batch.rows), measures=measures, keep=keep)
        for start, batch in zip(starts.tolist(), batches, strict=False)
    ]
    return play_tasks(tasks, len(world), on, advance)[1]


def _batches(
    request: Request, forward: Forward[Published], vectors: Vectors, worlds: NDArray[np.int64]
) -> "list[MovedBatch]":
    """The worlds with these numbers, ascending; vectors: (size, worlds)."""
    work, quiet, found = work_of(request), replace(forward, advance=nobody, on=ONE), []
    for start in range(0, len(worlds), BATCH):
        world = worlds[start : start + BATCH]
        for batch in work.batch_of(np.zeros(len(world), dtype=np.int64), world):
            mine = vectors[:, start : start + len(world)]
            plain = {name: getattr(batch, name) for name in batch.__dataclass_fields__}
            plain["columns"] = {**batch.columns, **_single(quiet.settings(mine))}
            found.append(MovedBatch(**plain, forward=quiet, vectors=mine))
    return found


def _single(settings: dict[str, Floats]) -> dict[str, NDArray[np.float32]]:
    return {name: values.astype(np.float32) for name, values in settings.items()}
