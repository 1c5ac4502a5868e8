"""Tasks in this process, or on processes of this machine."""

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from computerace.market.errors import WorkerFailed
from computerace.runs.worlds.engines.tasks import Task, WorkerDied, run_far_away

UNREACHABLE = (OSError, EOFError)  # what starting a worker raises where the server that starts them is gone
ONE_AT_A_TIME = threading.RLock()  # threads that sweep at once would put each other's empty module back for good
STARTS = 4  # how often workers are started, where what starts them dies meanwhile


class HereEngine:
    """One task at a time, in this process: nothing to start, nothing to send."""

    places = 1

    def __init__(self) -> None:
        self._task: Task | None = None

    @property
    def busy(self) -> bool:
        """Whether a task is waiting to be run."""
        return self._task is not None

    def submit(self, task: Task) -> None:
        """Take a task; it runs when waited for."""
        self._task = task

    def wait(self) -> list[tuple[Task, Any]]:
        """Run the task and return it with its result."""
        task, self._task = self._task, None
        return [] if task is None else [(task, task.run())]

    def alone(self, task: Task) -> Any:
        """Run a task."""
        return task.run()

    def close(self) -> None:
        """Nothing was started."""


class LocalEngine:
    """Worker processes of this machine. They end with this process, however it ends, and leave Ctrl-C to it."""

    def __init__(self, workers: int) -> None:
        self.places = 2 * workers  # the next task waits beside the worker, so that none stands idle
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._running: dict[Future[Any], Task] = {}

    @property
    def busy(self) -> bool:
        """Whether tasks are under way."""
        return bool(self._running)

    def submit(self, task: Task) -> None:
        """Hand a task to the workers."""
        if self._pool is None:
            self._pool, future = _begun(self._workers, task)
        else:
            future = _submitted_or_broken(self._pool, task)
        self._running[future] = task

    def wait(self) -> list[tuple[Task, Any]]:
        """The tasks that are done; where a worker died, WorkerDied with all that were under way."""
        ended, _ = wait(self._running, return_when=FIRST_COMPLETED)
        broken = next((one.exception() for one in ended if isinstance(one.exception(), BrokenProcessPool)), None)
        if broken is not None:
            tasks = list(self._running.values())
            self._discard()
            raise WorkerDied(tasks, "it was killed or crashed, for want of memory perhaps")
        return [(self._running.pop(one), one.result()) for one in ended]

    def alone(self, task: Task) -> Any:
        """Run one task in a process of its own."""
        pool, future = _begun(1, task)
        try:
            return future.result()
        except BrokenProcessPool:
            raise WorkerDied([task], "it was killed or crashed, for want of memory perhaps") from None
        finally:
            _end(pool)

    def close(self) -> None:
        """End the workers at once."""
        self._discard()

    def _discard(self) -> None:
        self._running.clear()
        if self._pool is not None:
            _end(self._pool)
            self._pool = None


def _begun(workers: int, task: Task) -> tuple[ProcessPoolExecutor, Future[Any]]:
    """A new pool with its first task, with which its workers start.

    Tried again where what starts them is killed meanwhile, for want of memory perhaps; raises WorkerFailed where that
    does not help.
    """
    why: Exception | None = None
    for _ in range(STARTS):
        pool = _new_pool(workers)
        try:
            return pool, _submitted(pool, task)
        except UNREACHABLE as error:
            _end(pool)
            why = error
    raise WorkerFailed(
        f"worker processes could not be started ({type(why).__name__}: {why}); --workers 1 needs none"
    ) from why


def _submitted(pool: ProcessPoolExecutor, task: Task) -> Future[Any]:
    """A task that is handed to a pool, which may start a worker for it."""
    with _without_main_module():
        return pool.submit(run_far_away, task)


def _submitted_or_broken(pool: ProcessPoolExecutor, task: Task) -> Future[Any]:
    """The same; where a worker died since the last look, or none can be started, this task fails with the others.

    `wait` reports that.
    """
    try:
        return _submitted(pool, task)
    except (BrokenProcessPool, *UNREACHABLE):
        future: Future[Any] = Future()
        future.set_exception(BrokenProcessPool("the pool had broken"))
        return future


def _new_pool(workers: int) -> ProcessPoolExecutor:
    # Never plain fork: this process has threads (pyarrow's, the progress bar's), and mesa asks for spawn by default.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["computerace.runs.store.tables", "computerace.runs.worlds.simulate"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare)


def _end(pool: ProcessPoolExecutor) -> None:
    processes, results = list((pool._processes or {}).values()), pool._result_queue
    manager: Any = pool._executor_manager_thread
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)
    # Whoever was ended in the middle of sending a result leaves half of it, and a thread of this process would wait for
    # the rest for ever: with no writer left it meets the end of the pipe.
    results._writer.close()  # type: ignore[attr-defined]
    if manager is not None:  # at its end it closes what the interpreter's own end would otherwise write to
        manager.join(5)


def _prepare() -> None:
    """What a worker does first."""
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave when the process that started this one is gone, even by SIGKILL: nobody would read the result."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Start processes that do not import the caller's script: tasks live in modules, and scripts lack guards."""
    with ONE_AT_A_TIME:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
