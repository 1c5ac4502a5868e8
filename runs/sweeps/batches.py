"""A batch of worlds of a design: played on one worker, turned into tables there, and sent back as bytes."""

import shlex
import socket
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from computerace.market.errors import UserError
from computerace.runs.claims.held import counted
from computerace.runs.designs.points import luck
from computerace.runs.store import program, tables
from computerace.runs.store.plan import Months, Part, Plan
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.store.stored import part_bytes
from computerace.runs.store.summaries import kept_months
from computerace.runs.worlds.failures import Failure, drawn_parameters
from computerace.runs.worlds.rows import Call, Rows

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch

type Group = dict[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class WorldBatch(Rows[Part]):
    """Some worlds of some points that share an array.

    point, world: (worlds,) their numbers, ascending. settings: name to (worlds,), what the points set. columns: what
    stands in the tables for the points, words and switches among it. fresh: which rows go into the tables; the others
    are played for their point's quantiles only. ready: its rows fill windows of the result files, so that its tables
    are written as they will stand there.
    """

    plan: Plan
    scenario: "Scenario"
    name: str
    point: NDArray[np.int64]
    world: NDArray[np.int64]
    settings: dict[str, NDArray[Any]]
    columns: dict[str, NDArray[Any]]
    fresh: NDArray[np.bool_]
    ready: bool = False

    @property
    def rows(self) -> int:
        """How many worlds the batch holds."""
        return len(self.world)

    def picked(self, rows: NDArray[np.intp]) -> Self:
        """The batch with some of its rows."""
        return replace(
            self,
            point=self.point[rows],
            world=self.world[rows],
            settings={name: values[rows] for name, values in self.settings.items()},
            columns={name: values[rows] for name, values in self.columns.items()},
            fresh=self.fresh[rows],
            ready=False,
        )

    def call(self, rows: NDArray[np.intp]) -> Call:
        """What the model is asked to play for some rows."""
        plan = self.plan
        indices, replicate = luck(self.point[rows], self.world[rows], plan.independent)
        settings = {name: values[rows] for name, values in self.settings.items()}
        measures = plan.measures if plan.keep != "outcomes" else ()
        asked = dict.fromkeys((*measures, *(one.claim.quantity for one in plan.claims)))
        return Call(self.scenario, indices, plan.seed, plan.months, settings, plan.fixed, replicate, tuple(asked))

    def run(self) -> Part | None:
        """Play the worlds and make their tables."""
        if program.digest() != self.plan.program:
            raise SweepStopped(
                f"the worker on {socket.gethostname()} runs another version of the program or of its libraries;"
                " install the same everywhere and run the same command: it goes on where it stopped"
            )
        return self._at_once() or super().run()

    def _at_once(self) -> Part | None:
        """The tables of the batch, its quantiles taken month by month; None where some worlds are to be left out."""
        points, counts = np.unique(self.point, return_counts=True)
        if not self.plan.at_once or self.probe or self.given_up or (counts != counts[0]).any():
            return None
        from computerace.runs.sweeps.quantiles import (
            PointQuantiles,
        )  # here: it loads the model, which tables do without

        record, rows = PointQuantiles(self.plan, len(points)), np.arange(self.rows)
        try:
            played = self.simulate(rows, record)
        except UserError:
            raise
        except Exception:  # of a world that is found when its batch is played as any other
            return None
        if tables.undefined(played.outcomes, self.plan.owners):
            return None
        months = kept_months(self.plan.months, self.plan.every)
        steps = tables.tagged_table(tables.quantile_table(self.plan, points, record.summaries, months), self.plan)
        files = {"steps": tables.packed(steps, self, "steps")} | _worlds(
            self, rows, played.outcomes, played.steps | played.market
        )
        return Part(self.name, files, self.rows, 0)

    def result(self, played: "list[tuple[NDArray[np.intp], Batch]]", failures: list[Failure]) -> Part:
        """The tables of the batch, as bytes."""
        whole = tables.joined(played)
        files, months = ({}, None) if whole is None else _kept(self, *whole, failures)
        failures = sorted((one for one in failures if self.fresh[one.row]), key=lambda one: one.row)
        if failures:
            files["failures"] = part_bytes(failures_table(self, failures))
        last = failures[-1].error if failures else ""
        return Part(self.name, files, self.rows, len(failures), last, months)

    def replay_command(self, row: int) -> str:
        """The command that plays one world again."""
        out = shlex.quote(self.plan.out)
        return f"computerace replay {out} --point {self.point[row]} --world {self.world[row]}"


def _kept(
    batch: WorldBatch, rows: NDArray[np.intp], outcomes: Group, steps: Group, market: Group, failures: list[Failure]
) -> tuple[dict[str, bytes], Months | None]:
    """Steps and worlds of a batch; worlds with an undefined outcome are left out and added to the failures."""
    broken = tables.undefined(outcomes, batch.plan.owners)
    for place, names in broken.items():
        failures.append(Failure(int(rows[place]), f"not a number: {', '.join(names[:5])}"))
    if broken:
        good = np.setdiff1d(np.arange(len(rows)), list(broken))
        rows = rows[good]
        outcomes, steps, market = (
            {name: values[..., good] for name, values in group.items()} for group in (outcomes, steps, market)
        )
    if not len(rows):
        return {}, None
    files = tables.step_files(batch, rows, steps, market) | _worlds(batch, rows, outcomes, steps | market)
    return files, Months(steps, market) if batch.plan.spooled else None


def _worlds(batch: WorldBatch, rows: NDArray[np.intp], outcomes: Group, months: Group) -> dict[str, bytes]:
    """The table of those worlds that are new, with what claims say of their months."""
    fresh = batch.fresh[rows]
    if not fresh.any():
        return {}
    columns = outcomes | counted(batch.plan.claims, months.__getitem__)
    table = tables.worlds_table(batch, rows[fresh], {name: values[fresh] for name, values in columns.items()})
    return {"worlds": tables.packed(table, batch, "worlds")}


def failures_table(batch: WorldBatch, failures: list[Failure]) -> pa.Table:
    """A row per failed world: its numbers, its parameters, the error, where, and how to play it again."""
    rows = np.array([one.row for one in failures], dtype=np.intp)
    columns = tables.key_columns(batch, rows)
    for name, values in drawn_parameters(batch.call(rows)).items():
        columns[name] = pa.array(values.astype(np.float32))
    return pa.table(
        {
            **columns,
            "error": pa.array([one.error for one in failures], pa.string()),
            "traceback": pa.array([one.traceback for one in failures], pa.string()),
            "replay": pa.array([batch.replay_command(one.row) for one in failures], pa.string()),
        }
    )
