"""A batch of worlds of a sweep: played on one worker, turned into tables there, and sent back as Parquet's bytes."""

import datetime
import shlex
import socket
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from computerace.runs import program, tables
from computerace.runs.points import luck
from computerace.runs.stopped import SweepStopped

if TYPE_CHECKING:
    from computerace.runs.ensemble import Batch
    from computerace.runs.scenarios import Scenario


@dataclass(frozen=True)
class Plan:
    """What every batch of a sweep shares. worlds: per point. owners: in the model's order. out: the folder.

    program: its digest where the sweep was started; another program's rows must not get among these.
    """

    seed: int
    worlds: int
    months: int
    fixed: bool
    independent: bool
    keep: str
    measures: tuple[str, ...]
    every: int
    exact: bool
    several: bool
    out: str
    start: datetime.date
    owners: tuple[str, ...]
    program: str


@dataclass(frozen=True)
class WorldBatch:
    """Some worlds of some points that share an array.

    point, world: (worlds,) their numbers, ascending. settings: name to (worlds,), what the points set. columns: what
    stands in the tables for the points, words and switches among it. fresh: which rows go into the tables; the others
    are played for their point's quantiles only. given_up: rows that killed their worker, with the reason.
    """

    plan: Plan
    scenario: "Scenario"
    name: str
    point: NDArray[np.int64]
    world: NDArray[np.int64]
    settings: dict[str, NDArray[np.float64]]
    columns: dict[str, NDArray[Any]]
    fresh: NDArray[np.bool_]
    given_up: dict[int, str] = field(default_factory=dict)
    probe: bool = False

    @property
    def rows(self) -> int:
        """How many worlds the batch holds."""
        return len(self.world)

    def only(self, rows: Sequence[int]) -> "WorldBatch":
        """A probe: some rows, played and thrown away."""
        pick = np.asarray(rows, dtype=np.intp)
        return replace(
            self,
            point=self.point[pick],
            world=self.world[pick],
            settings={name: values[pick] for name, values in self.settings.items()},
            columns={name: values[pick] for name, values in self.columns.items()},
            fresh=self.fresh[pick],
            given_up={},
            probe=True,
        )

    def without(self, rows: Sequence[int], reason: str) -> "WorldBatch":
        """The batch with some rows given up."""
        return replace(self, given_up=self.given_up | dict.fromkeys(rows, reason))

    def run(self) -> "Part | None":
        """Play the worlds and make their tables."""
        if program.digest() != self.plan.program:
            raise SweepStopped(
                f"the worker on {socket.gethostname()} runs another version of the program or of its libraries;"
                " install the same everywhere and run the same command: it goes on where it stopped"
            )
        rows = np.setdiff1d(np.arange(self.rows), list(self.given_up))
        failures = [Failure(row, reason, "") for row, reason in self.given_up.items()]
        played = list(self.play(rows, failures))
        if self.probe:
            return None
        return make_part(self, played, failures)

    def play(self, rows: NDArray[np.intp], failures: list["Failure"]) -> list[tuple[NDArray[np.intp], "Batch"]]:
        """The rows, or their halves down to single worlds where one of them fails; who fails goes into `failures`."""
        if not len(rows):
            return []
        try:
            batch = self.simulate(rows)
        except Exception as error:  # whatever goes wrong in a world is a row of failures.parquet
            if len(rows) == 1:
                text = "".join(traceback.format_exception(error))
                failures.append(Failure(int(rows[0]), f"{type(error).__name__}: {error}", text))
                return []
            half = len(rows) // 2
            return self.play(rows[:half], failures) + self.play(rows[half:], failures)
        return [(rows, batch)]

    def simulate(self, rows: NDArray[np.intp]) -> "Batch":
        """The model's run of some rows."""
        from computerace.runs.ensemble import simulate

        plan = self.plan
        indices, replicate = luck(self.point[rows], self.world[rows], plan.independent)
        settings = {name: values[rows] for name, values in self.settings.items()}
        return simulate(
            self.scenario,
            indices,
            plan.seed,
            months=plan.months,
            settings=settings,
            fixed=plan.fixed,
            replicate=replicate,
            measures=plan.measures if plan.keep != "outcomes" else (),
        )

    def replay_command(self, row: int) -> str:
        """The command that plays one world again."""
        out = shlex.quote(self.plan.out)
        return f"computerace replay {out} --point {self.point[row]} --world {self.world[row]}"


@dataclass(frozen=True)
class Failure:
    """A world that failed: its row in the batch, what went wrong in a line, and where."""

    row: int
    error: str
    traceback: str


@dataclass(frozen=True)
class Part:
    """What a batch leaves: Parquet's bytes by table name, how many worlds it played and lost, and the last error."""

    name: str
    files: dict[str, bytes]
    played: int
    failed: int
    last_error: str = ""


def _files(
    batch: WorldBatch,
    rows: NDArray[np.intp],
    outcomes: dict[str, NDArray[Any]],
    steps: dict[str, NDArray[np.float32]],
    market: dict[str, NDArray[np.float32]],
    failures: list[Failure],
) -> dict[str, bytes]:
    """Steps and worlds of a batch; worlds with an undefined outcome are left out and added to the failures."""
    broken = tables.undefined(outcomes)
    for place, names in broken.items():
        failures.append(Failure(int(rows[place]), f"not a number: {', '.join(names[:5])}", ""))
    if broken:
        good = np.setdiff1d(np.arange(len(rows)), list(broken))
        rows = rows[good]
        outcomes, steps, market = (
            {name: values[..., good] for name, values in group.items()} for group in (outcomes, steps, market)
        )
    if not len(rows):
        return {}
    files = dict(tables.step_files(batch, rows, steps, market))
    fresh = batch.fresh[rows]
    if fresh.any():
        table = tables.worlds_table(batch, rows[fresh], {name: v[fresh] for name, v in outcomes.items()})
        files["worlds"] = tables.parquet_bytes(table)
    return files


def make_part(batch: WorldBatch, played: list[tuple[NDArray[np.intp], "Batch"]], failures: list[Failure]) -> Part:
    """The tables of a batch that was played, as Parquet's bytes."""
    whole = tables.joined(played)
    files = {} if whole is None else _files(batch, *whole, failures)
    failures = sorted((one for one in failures if batch.fresh[one.row]), key=lambda one: one.row)
    if failures:
        files["failures"] = tables.parquet_bytes(failures_table(batch, failures))
    return Part(batch.name, files, batch.rows, len(failures), failures[-1].error if failures else "")


def failures_table(batch: WorldBatch, failures: list[Failure]) -> pa.Table:
    """A row per failed world: its numbers, what its point set, the error, where, and how to play it again."""
    rows = np.array([one.row for one in failures], dtype=np.intp)
    return pa.table(
        {
            **tables.key_columns(batch, rows),
            "error": pa.array([one.error for one in failures], pa.string()),
            "traceback": pa.array([one.traceback for one in failures], pa.string()),
            "replay": pa.array([batch.replay_command(one.row) for one in failures], pa.string()),
        }
    )
