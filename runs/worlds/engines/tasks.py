"""Tasks on one process, on many, or on a cluster: the loop that all of them share.

A task is a small picklable object with

    run()             do the work and return the result
    rows              how many worlds it holds
    only(rows)        the same task for some of its worlds, results thrown away: a probe
    without(rows, reason)    the same task, these worlds given up for the reason

A worker that dies takes its task with it. The task is tried again by itself, twice; if it kills again, its worlds are
probed in halves until those that kill are found, and it runs without them.
"""

import multiprocessing
import os
import pickle
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol, Self, cast

import numpy as np

from computerace.market.errors import UserError, WorkerFailed, in_words, unknown
from computerace.runs.worlds.engines import ENGINES
from computerace.runs.worlds.halves import by_halves

TRIES = 2  # how often a task may take its worker with it before its worlds are looked at one by one


class Task(Protocol):
    """What an engine runs."""

    @property
    def rows(self) -> int:
        """How many worlds the task holds."""
        ...

    def run(self) -> Any:
        """Do the work."""
        ...

    def only(self, rows: Sequence[int]) -> Self:
        """A probe: the same work for some worlds."""
        ...

    def without(self, rows: Sequence[int], reason: str) -> Self:
        """The same task with some worlds given up."""
        ...


class WorkerDied(Exception):
    """A worker process is gone; `tasks` were under way, one of which may be the cause."""

    def __init__(self, tasks: Sequence[Task], reason: str) -> None:
        super().__init__(tasks, reason)  # so that it travels between processes
        self.tasks = list(tasks)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class Engine(Protocol):
    """Something that runs tasks beside this process, or in it."""

    @property
    def places(self) -> int:
        """How many tasks to hand over at once."""
        ...

    @property
    def busy(self) -> bool:
        """Whether tasks are under way."""
        ...

    def submit(self, task: Task) -> None:
        """Take a task."""
        ...

    def wait(self) -> list[tuple[Task, Any]]:
        """The tasks that are done, at least one; raises WorkerDied."""
        ...

    def alone(self, task: Task) -> Any:
        """Run one task with nothing beside it; raises WorkerDied."""
        ...

    def close(self) -> None:
        """End everything that was started, at once."""
        ...


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_engine(engine: str, workers: int | None, address: str | None = None) -> None:
    """Raise UserError for an engine that does not exist or cannot be used here, before anything is started."""
    if engine not in ENGINES:
        raise unknown("engine", engine, ENGINES)
    if workers is not None and workers < 1:
        raise UserError(f"a sweep needs 1 worker or more, got {workers}")
    if address is not None and engine != "ray":
        raise UserError(f"the address {address} is of a Ray cluster: choose the engine ray")
    if engine == "ray":
        from computerace.runs.worlds.engines.ray_engine import check

        check(address)


def make_engine(engine: str, workers: int | None, address: str | None = None) -> Engine:
    """The engine of that name; raises UserError where it does not exist or cannot be used here."""
    if engine == "ray":
        from computerace.runs.worlds.engines.ray_engine import RayEngine

        return RayEngine(workers, address)
    if engine != "local":
        raise unknown("engine", engine, ENGINES)
    from computerace.runs.worlds.engines.local_engine import HereEngine, LocalEngine

    wanted = processors() if workers is None else workers
    return HereEngine() if wanted == 1 or is_a_worker() else LocalEngine(wanted)


def run_far_away(task: Task) -> Any:
    """Run a task in another process than its caller's: what it raises comes back, in words at least."""
    try:
        return task.run()
    except Exception as error:
        raise _as_it_travels(error) from error


def _as_it_travels(error: Exception) -> Exception:
    """The error, or where it would be lost between two processes, one that says what it was."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:
        return WorkerFailed(f"a worker failed with {in_words(error)}")
    return error


def is_a_worker() -> bool:
    """Whether this process is a worker in somebody else's pool: of multiprocessing, Dask, an executor, joblib, or Ray.

    It may have no children then, or its parent has given every processor something to do already.
    """
    ray = sys.modules.get("ray")
    in_ray = ray is not None and ray.is_initialized() and ray.get_runtime_context().get_task_id() is not None
    process = multiprocessing.current_process()
    of_executor = getattr(getattr(process, "_target", None), "__module__", "") == "concurrent.futures.process"
    return in_ray or process.daemon or of_executor or "loky" in type(process).__module__


def run_batches[T: Task](tasks: Iterable[T], engine: Engine) -> Iterator[tuple[T, Any]]:
    """Run tasks and yield each with its result, in the order in which they end.

    Tasks are drawn as places fall free, so that a million of them cost no memory. The caller closes the engine.
    """
    queue = iter(tasks)
    for task in islice(queue, engine.places):
        engine.submit(task)
    while engine.busy:
        try:
            done = cast("list[tuple[T, Any]]", engine.wait())  # an engine gives back the tasks it was given
        except WorkerDied as death:
            done = [survive(engine, cast("T", task)) for task in death.tasks]
        for task, result in done:
            yield task, result
            for following in islice(queue, 1):
                engine.submit(following)


def survive[T: Task](engine: Engine, task: T) -> tuple[T, Any]:
    """Run a task that was under way when a worker died: by itself, and in the end without the worlds that kill."""
    reason = ""
    for _ in range(TRIES):
        try:
            return task, engine.alone(task)
        except WorkerDied as death:
            reason = death.reason
    deadly = find_deadly(engine, task, np.arange(task.rows))
    return task, engine.alone(task.without(deadly, f"the worker died: {reason}"))


def find_deadly(engine: Engine, task: Task, rows: np.ndarray) -> list[int]:
    """The worlds of a task that kill their worker, by halves."""
    tried = by_halves(lambda some: engine.alone(task.only(some.tolist())), rows, (WorkerDied,))
    return [row for row, _ in tried.failed]
