"""One scenario in many worlds: batches on one or two processes, trajectories spooled, tidy tables out.

World i depends on the scenario, the seed and i alone, so neither the size of a batch nor the number of processes can
show in the results.
"""

import shlex
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.market.errors import UserError
from computerace.runs.pool import make_engine, processors, run_batches
from computerace.runs.spool import Spool

if TYPE_CHECKING:
    from computerace.runs.ensemble import Batch
    from computerace.runs.scenarios import Scenario

BATCH = 1024  # worlds; a world takes as long in batches of 4,096, which take four times the memory
PAYS_FROM = 20 * BATCH  # worlds; below it a second process costs more to start than it saves
QUANTILE_WORLDS = 32_768  # worlds whose months are summarised: past it a quantile hardly moves, but the disk fills

Failure = dict[str, object]


@dataclass(frozen=True)
class Job:
    """What every batch of a run shares; small enough to send to another process.

    first: number of the first world. words: scenario and settings as they were given on the command line. spool: an
    existing folder for trajectories, removed by its owner.
    """

    scenario: "Scenario"
    seed: int
    worlds: int
    months: int
    fixed: bool
    first: int
    words: tuple[str, ...]
    spool: Path


@dataclass
class Part:
    """What came of one batch, whose outcomes and months are spooled: its place, its size, the worlds that failed."""

    start: int
    size: int
    failures: list[Failure] = field(default_factory=list)


@dataclass
class Tables:
    """A run's tables, as they go into its folder; failures is None where no world failed."""

    worlds: pd.DataFrame
    steps: pd.DataFrame
    failures: pd.DataFrame | None


@dataclass(frozen=True)
class RaceBatch:
    """Some consecutive worlds of a job, as a task for `pool.run_batches`.

    start: place of the first world in the job. given_up: worlds that killed their worker, with the reason.
    """

    job: Job
    start: int
    numbers: tuple[int, ...]
    given_up: tuple[tuple[int, str], ...] = ()
    probe: bool = False

    @property
    def rows(self) -> int:
        """How many worlds the batch holds."""
        return len(self.numbers)

    def only(self, rows: Sequence[int]) -> "RaceBatch":
        """A probe: some worlds, played and thrown away."""
        return replace(self, numbers=tuple(self.numbers[row] for row in rows), given_up=(), probe=True)

    def without(self, rows: Sequence[int], reason: str) -> "RaceBatch":
        """The batch with some worlds given up."""
        lost = tuple((self.numbers[row], reason) for row in rows)
        return replace(self, given_up=(*self.given_up, *lost))

    def run(self) -> Part:
        """Play the worlds, spool their trajectories and return their outcomes."""
        part = Part(self.start, self.rows)
        part.failures += [failure_row(self.job, world, reason, "") for world, reason in self.given_up]
        indices = np.setdiff1d(np.asarray(self.numbers), [world for world, _ in self.given_up])
        spool = Spool(self.job.spool, self.job.scenario.owners)
        for number, (known, batch) in enumerate(_surviving(self.job, indices, part.failures)):
            if not self.probe:
                spool.put_worlds(self.start * BATCH + number, known, batch.outcomes)
            if not self.probe and self.start < QUANTILE_WORLDS:
                spool.put(self.start * BATCH + number, batch.steps, batch.market)
            del batch  # or it would stay while the next one is played
        return part


def usable_workers(wanted: int | None, worlds: int) -> int:
    """How many processes to use: what was asked for, or two where they pay and the machine has them."""
    if wanted is not None:
        return wanted
    return min(2, processors()) if worlds >= PAYS_FROM else 1


def execute(job: Job, workers: int, advance: Callable[[int], None]) -> Tables:
    """Run a job and gather its tables; `advance` hears the number of worlds done after each batch.

    Raises UserError where every world failed, with the first world's error.
    """
    from computerace.runs.ensemble import MARKET_MEASURES, MEASURES

    parts: list[Part] = []
    engine = make_engine("local", min(workers, -(-job.worlds // BATCH)))
    try:
        for _, part in run_batches(batches(job), engine):
            parts.append(part)
            advance(part.size)
    finally:
        engine.close()
    parts.sort(key=lambda part: part.start)
    failures = [failure for part in parts for failure in part.failures]
    if len(failures) == job.worlds:
        raise UserError(f"every world failed; world {failures[0]['world']} with {failures[0]['error']}")
    spool = Spool(job.spool, job.scenario.owners)
    steps = spool.quantile_frame(job.scenario.start, MEASURES, MARKET_MEASURES)
    return Tables(spool.worlds(), steps, pd.DataFrame(failures) if failures else None)


def batches(job: Job) -> Iterator[RaceBatch]:
    """The batches of a job, in the order of its worlds."""
    for start in range(0, job.worlds, BATCH):
        stop = min(start + BATCH, job.worlds)
        yield RaceBatch(job, start, tuple(range(job.first + start, job.first + stop)))


def _surviving(job: Job, indices: np.ndarray, failures: list[Failure]) -> Iterator[tuple[np.ndarray, "Batch"]]:
    """The batch, or its halves down to single worlds where one of them fails; who fails goes into `failures`."""
    from computerace.runs.ensemble import simulate

    if not len(indices):
        return
    try:
        batch = simulate(job.scenario, indices, job.seed, months=job.months, fixed=job.fixed)
    except UserError:
        raise
    except Exception as error:
        if len(indices) == 1:
            text = "".join(traceback.format_exception(error))
            failures.append(failure_row(job, int(indices[0]), f"{type(error).__name__}: {error}", text))
            return
        middle = len(indices) // 2
        yield from _surviving(job, indices[:middle], failures)
        yield from _surviving(job, indices[middle:], failures)
    else:
        yield indices, batch


def failure_row(job: Job, world: int, error: str, trace: str) -> Failure:
    """A row of failures.parquet, with the command that plays the world again."""
    words = [shlex.quote(word) for word in job.words]
    words += [f"--seed {job.seed} --months {job.months}", *(["--fixed"] if job.fixed else [])]
    replay = f"computerace race {' '.join(words)} --first-world {world} --worlds 1"
    return {"world": world, "error": error, "traceback": trace, "replay": replay}
