"""One scenario in many worlds: batches on one or two processes, trajectories spooled, tidy tables out.

World i depends on the scenario, the seed and i alone, so neither the size of a batch nor the number of processes can
show in the results.
"""

import multiprocessing
import os
import shlex
import signal
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.market.errors import UserError
from computerace.runs.spool import Spool

if TYPE_CHECKING:
    from computerace.runs.ensemble import Batch
    from computerace.runs.scenarios import Scenario

BATCH = 2048  # worlds; speed is flat from 2,048 to 8,192, memory is not
PAYS_FROM = 3 * BATCH  # worlds; below it a second process costs more to start than it saves
QUANTILE_WORLDS = 32_768  # worlds whose months are summarised: past it a quantile hardly moves, but the disk fills
REST = "Rest"


@dataclass(frozen=True)
class Job:
    """What every batch of a run shares; small enough to send to another process.

    first: number of the first world. spool: an existing folder for trajectories, removed by its owner.
    """

    scenario: "Scenario"
    seed: int
    worlds: int
    months: int
    fixed: bool
    first: int
    spool: Path

    @property
    def owners(self) -> tuple[str, ...]:
        """Names of the owners in the model's order: the labs, then the rest of the market."""
        return (*self.scenario.labs, REST)


@dataclass
class Part:
    """What one batch gave: outcomes by column, and the worlds that failed."""

    worlds: list[pd.DataFrame] = field(default_factory=list)
    failures: list[dict[str, object]] = field(default_factory=list)


@dataclass
class Tables:
    """A run's tables, as they go into its folder; failures is None where no world failed."""

    worlds: pd.DataFrame
    steps: pd.DataFrame
    failures: pd.DataFrame | None


def usable_workers(wanted: int | None, worlds: int) -> int:
    """How many processes to use: what was asked for, or two where they pay and the machine has them."""
    if wanted is not None:
        return wanted
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(2, processors) if worlds >= PAYS_FROM else 1


def execute(job: Job, workers: int, advance: Callable[[int], None]) -> Tables:
    """Run a job and gather its tables; `advance` hears the number of worlds done after each batch.

    Raises UserError where every world failed, with the first world's error.
    """
    from computerace.runs.ensemble import MARKET_MEASURES, MEASURES

    parts = list(_run_batches(job, workers, advance))
    failures = [failure for part in parts for failure in part.failures]
    frames = [frame for part in parts for frame in part.worlds]
    if not frames:
        raise UserError(f"every world failed; world {failures[0]['world']} with {failures[0]['error']}")
    worlds = pd.concat(frames, ignore_index=True)
    steps = Spool(job.spool, job.owners).quantile_frame(job.scenario.start, MEASURES, MARKET_MEASURES)
    return Tables(worlds, steps, pd.DataFrame(failures) if failures else None)


def run_batch(job: Job, start: int) -> Part:
    """Run the batch of worlds that begins `start` worlds into the job."""
    part = Part()
    indices = job.first + np.arange(start, min(start + BATCH, job.worlds))
    for number, (known, batch) in enumerate(_surviving(job, indices, part.failures)):
        part.worlds.append(pd.DataFrame({"world": known, **batch.outcomes}))
        if start < QUANTILE_WORLDS:
            Spool(job.spool, job.owners).put(start * 1000 + number, batch.steps, batch.market)
    return part


def _surviving(
    job: Job, indices: np.ndarray, failures: list[dict[str, object]]
) -> Iterator[tuple[np.ndarray, "Batch"]]:
    """The batch, or its halves down to single worlds where one of them fails; who fails goes into `failures`."""
    from computerace.runs.ensemble import simulate

    try:
        batch = simulate(job.scenario, indices, job.seed, months=job.months, fixed=job.fixed)
    except UserError:
        raise
    except Exception as error:
        if len(indices) == 1:
            failures.append(_failure(job, int(indices[0]), error))
            return
        middle = len(indices) // 2
        yield from _surviving(job, indices[:middle], failures)
        yield from _surviving(job, indices[middle:], failures)
    else:
        yield indices, batch


def _failure(job: Job, world: int, error: Exception) -> dict[str, object]:
    """A row of failures.parquet."""
    settings = [f"--set {shlex.quote(f'{name}={value}')}" for name, value in job.scenario.settings.items()]
    words = ["computerace race", job.scenario.name, *settings, f"--seed {job.seed} --months {job.months}"]
    words += [f"--first-world {world} --worlds 1", *(["--fixed"] if job.fixed else [])]
    return {
        "point": 0,
        "world": world,
        "error": f"{type(error).__name__}: {error}",
        "traceback": "".join(traceback.format_exception(error)),
        "replay": " ".join(words),
    }


def _run_batches(job: Job, workers: int, advance: Callable[[int], None]) -> Iterator[Part]:
    """The parts of a job in the order of its worlds."""
    starts = range(0, job.worlds, BATCH)
    if workers == 1:
        for start in starts:
            yield run_batch(job, start)
            advance(min(BATCH, job.worlds - start))
        return
    with _pool(min(workers, len(starts))) as pool:
        waiting: list[Future[Part]] = [pool.submit(run_batch, job, start) for start in starts]
        for start, future in zip(starts, waiting, strict=True):
            try:
                yield future.result()
            except BrokenProcessPool as error:
                raise UserError("a worker process died, most likely for want of memory; try --workers 1") from error
            advance(min(BATCH, job.worlds - start))


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool that leaves Ctrl-C to this process and ends with it, at once."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupt)
    try:
        yield pool
    except BaseException:
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        raise
    pool.shutdown()


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
