"""Tasks on a Ray cluster: this machine's own, or one that `ray start` made of several.

Batches come back as bytes, so the machines need no common disk. Ray tries a task again where a worker died; what kills
again is looked at world by world, as on one machine.
"""

import logging
from typing import Any

from computerace.market.errors import UserError
from computerace.runs.pool import Task, WorkerDied

# Telemetry off and no dashboard: a sweep is nobody else's business, and needs neither.
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # Under `uv run` Ray would pack this folder and build an environment for every worker; ours is installed already.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}


class RayEngine:
    """A Ray cluster's workers, one task each.

    workers: how many tasks at once, None for one per processor of the cluster. address: "auto" or HOST:PORT of a
    running cluster; None starts Ray on this machine, or uses the one that this process has started.
    """

    def __init__(self, workers: int | None, address: str | None) -> None:
        self._ray = _ray()
        self._owned = not self._ray.is_initialized()
        if self._owned:
            _start(self._ray, workers, address)
        elif address is not None:
            raise UserError(f"this process is connected to Ray already; leave out the address {address}")
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
        if self._owned:
            self._ray.shutdown()

    def _result(self, reference: Any, task: Task) -> Any:
        errors = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except (errors.WorkerCrashedError, errors.OutOfMemoryError, errors.NodeDiedError) as error:
            raise WorkerDied([task], " ".join(str(error).split())[:200]) from None


def _run(task: Task) -> Any:
    import pyarrow as pa

    pa.set_cpu_count(1)
    return task.run()


def _ray() -> Any:
    import os

    os.environ.update(ENVIRONMENT)
    try:
        import ray
    except ImportError:
        raise UserError("the engine ray needs the package: pip install 'computerace[ray]'") from None
    return ray


def _start(ray: Any, workers: int | None, address: str | None) -> None:
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address is None:
        options |= {"address": "local", "num_cpus": workers, "include_dashboard": False}
    else:
        options["address"] = address
    try:
        ray.init(**options)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        where = f"reach Ray at {address}" if address else "start Ray on this machine"
        raise UserError(f"cannot {where}: {' '.join(str(error).split())[:200]}") from error
