"""Inside somebody else's pool: sweeps fall back to one process at once, and errors come out as what they are."""

import multiprocessing
import pickle
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from joblib import Parallel, delayed

from computerace.market.errors import UserError, WorkerFailed
from computerace.runs import cli
from computerace.runs.commands import scenarios
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.worlds.engines.local_engine import LocalEngine
from computerace.runs.worlds.engines.tasks import WorkerDied, is_a_worker, run_batches
from tests.runs.worlds.engine_tasks import Squares, Unlucky, swept, swept_wrongly


def test_this_process_is_nobody_s_worker() -> None:
    assert not is_a_worker()


@pytest.mark.slow
def test_a_sweep_in_a_pool_of_multiprocessing_plays_in_its_own_process(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply_async(swept, (str(tmp_path / "out"),)).get(120) == (6, "HereEngine")
        with pytest.raises(UserError, match="did you mean 'baseline'"):
            pool.apply_async(swept_wrongly, (str(tmp_path / "no"),)).get(60)


@pytest.mark.slow
@pytest.mark.parametrize("start", multiprocessing.get_all_start_methods())
def test_a_sweep_in_an_executor_plays_in_its_own_process(tmp_path: Path, start: str) -> None:
    """As in Dask's scheduler of processes, which is one."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(start)) as pool:
        assert pool.submit(swept, str(tmp_path / "out")).result(120) == (6, "HereEngine")
        with pytest.raises(UserError, match="did you mean 'baseline'"):
            pool.submit(swept_wrongly, str(tmp_path / "no")).result(60)


@pytest.mark.slow
def test_sweeps_in_threads_are_in_nobody_s_way(tmp_path: Path) -> None:
    main = sys.modules["__main__"]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(swept, [str(tmp_path / name) for name in "abc"]))
    assert [worlds for worlds, _ in found] == [6] * 3
    assert sys.modules["__main__"] is main


@pytest.mark.slow
def test_a_sweep_in_a_pool_of_joblib_plays_in_its_own_process(tmp_path: Path) -> None:
    found = Parallel(n_jobs=2, timeout=120)(delayed(swept)(str(tmp_path / name)) for name in "ab")
    assert found == [(6, "HereEngine")] * 2


@pytest.mark.parametrize(
    "error",
    [
        UserError("what was wrong"), WorkerFailed("a worker failed"), SweepStopped("go on"),
        WorkerDied([Squares((1, 2))], "for want of memory"),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_every_error_of_ours_travels_between_processes(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.__dict__ == error.__dict__


def test_a_worker_s_error_that_cannot_travel_is_told_and_kills_no_world() -> None:
    engine = LocalEngine(2)
    tasks: list[Any] = [Unlucky((1, 2, 3))]
    begun = time.monotonic()
    try:
        with pytest.raises(WorkerFailed, match="a worker failed with Stubborn: salt and pepper"):
            list(run_batches(tasks, engine))
    finally:
        engine.close()
    assert time.monotonic() - begun < 60


def test_a_worker_s_error_is_a_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise WorkerFailed("a worker failed with Stubborn: salt\nand pepper")

    monkeypatch.setattr(scenarios, "print_json", failing)
    assert cli.run(["scenarios", "--json"]) == 1
    assert capsys.readouterr().err == "computerace: a worker failed with Stubborn: salt and pepper\n"
