"""Tasks on a Ray cluster: this machine's own, or one that `ray start` made of several.

Batches come back as bytes, so the machines need no common disk. Ray tries a task again where a worker died; what kills
again is looked at world by world, as on one machine.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from computerace.extras import need
from computerace.market.errors import UserError
from computerace.runs.worlds.engines.tasks import Task, WorkerDied, run_far_away

# Telemetry off and no dashboard: a sweep is nobody else's business, and needs neither.
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # Under `uv run` Ray would pack this folder and build an environment for every worker; ours is installed already.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}
START_SECONDS = 50  # how long Ray may take to start, or to join
REACH_SECONDS = 10  # how long a cluster's machine may take to answer


@contextmanager
def joined(workers: int | None, address: str | None) -> Iterator[Any]:
    """Ray for as long as the block lasts: the cluster at the address, or one on this machine, or what is there."""
    ray = _ray()
    if ray.is_initialized():
        if address is not None:
            raise UserError(f"this process is connected to Ray already; leave out the address {address}")
        yield ray
        return
    left = threading.Event()
    try:
        _start(ray, workers, address, left)
        try:
            yield ray
        finally:
            ray.shutdown()
    finally:
        left.set()


class RayEngine:
    """A Ray cluster's workers, one task each.

    workers: how many tasks at once, None for one per processor of the cluster. address: "auto" or HOST:PORT of a
    running cluster; None starts Ray on this machine, or uses the one that this process has started.
    """

    def __init__(self, workers: int | None, address: str | None) -> None:
        self._held = ExitStack()
        self._ray = self._held.enter_context(joined(workers, address))
        self._cores = max(1, int(self._ray.cluster_resources().get("CPU", 1)) if workers is None else workers)
        self.places = 2 * self._cores if workers is None else workers
        self._remote = self._ray.remote(num_cpus=1, max_retries=2)(_run)
        self._running: dict[Any, Task] = {}

    @property
    def busy(self) -> bool:
        """Whether tasks are under way."""
        return bool(self._running)

    def submit(self, task: Task) -> None:
        """Hand a task to the cluster."""
        self._running[self._remote.remote(task)] = task

    def wait(self) -> list[tuple[Task, Any]]:
        """The tasks that are done; WorkerDied for one that took its worker with it three times."""
        ended, _ = self._ray.wait(list(self._running), num_returns=1)
        task = self._running.pop(ended[0])
        return [(task, self._result(ended[0], task))]

    def alone(self, task: Task) -> Any:
        """Run one task and wait for it."""
        return self._result(self._ray.remote(num_cpus=1, max_retries=0)(_run).remote(task), task)

    def close(self) -> None:
        """Give up what is under way; end Ray where this engine started it."""
        for reference in self._running:
            self._ray.cancel(reference, force=True)
        self._running.clear()
        self._held.close()

    def _result(self, reference: Any, task: Task) -> Any:
        errors = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except (errors.WorkerCrashedError, errors.OutOfMemoryError, errors.NodeDiedError) as error:
            raise WorkerDied([task], " ".join(str(error).split())[:200]) from None
        except errors.RayTaskError as error:
            # What the task itself raised, and not Ray's account of it, which is a page long.
            raise (error.cause or error) from None


def _run(task: Task) -> Any:
    import pyarrow as pa

    pa.set_cpu_count(1)
    return run_far_away(task)


def check(address: str | None) -> None:
    """Raise UserError where Ray is not installed, or nothing answers at the address."""
    _ray()
    host, _, port = (address or "").rpartition(":")
    if address is None or address == "auto":
        return
    if not host or not port.isdigit():
        raise UserError(f"the address of a Ray cluster is auto or HOST:PORT, such as 10.0.0.1:6379; got '{address}'")
    if "//" in host:
        return
    try:
        with suppress(TimeoutError), socket.create_connection((host, int(port)), REACH_SECONDS):
            return
        cause = f"no answer in {REACH_SECONDS} s"
    except (OSError, OverflowError) as error:
        cause = (getattr(error, "strerror", None) or str(error)).lower()
    # Ray itself would try for minutes.
    raise UserError(f"cannot reach Ray at {address}: {cause}; is `ray start --head` running there?")


def _ray() -> Any:
    os.environ.update(ENVIRONMENT)
    need("ray", "the engine ray")
    import ray

    return ray


def _start(ray: Any, workers: int | None, address: str | None, left: threading.Event) -> None:
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address is None:
        options |= {"address": "local", "num_cpus": workers, "include_dashboard": False}
    else:
        options["address"] = address
    try:
        _within(START_SECONDS, lambda: ray.init(**options), left)
    except Exception as error:  # Ray raises what it likes, Exception itself among it
        cause = " ".join(str(error).split())[:200].rstrip(".")
        if address is None:
            raise UserError(
                f"cannot start Ray on this machine: {cause}; it may be busy or short of memory: try again,"
                " or leave out --engine ray"
            ) from error
        raise UserError(
            f"cannot reach Ray at {address}: {cause}; is it running (`ray status`),"
            " and does RAY_AUTH_TOKEN_PATH name the cluster's token on this machine?"
        ) from error


def _within(seconds: float, work: Callable[[], Any], left: threading.Event) -> None:
    """Do something on a thread; raises TimeoutError where it takes too long, and what it raises itself.

    The thread keeps Ray from taking this process's handlers of signals away. It lives until `left` is set, or as long
    as the process: on Linux, what Ray starts dies with the thread that started it.
    """
    failed: list[BaseException] = []
    done = threading.Event()

    def do() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            done.set()
        left.wait()

    threading.Thread(target=do, daemon=True).start()
    if not done.wait(seconds):
        raise TimeoutError(f"it did not start in {seconds:g} s")
    if failed:
        raise failed[0]
