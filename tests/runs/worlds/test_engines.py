"""The pool: every task's result once, whatever its workers suffer."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from computerace.market.errors import UserError, WorkerFailed
from computerace.runs.worlds.engines.local_engine import HereEngine, LocalEngine
from computerace.runs.worlds.engines.tasks import make_engine, run_batches
from tests.runs.worlds.engine_tasks import Broken, Squares


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    made = LocalEngine(2)
    yield made
    made.close()


def results(tasks: list[Squares], engine: Any) -> dict[int, int | str]:
    found: dict[int, int | str] = {}
    for _, result in run_batches(tasks, engine):
        assert not found.keys() & result.keys()
        found |= result
    return found


def test_one_process_and_several_give_every_result_once(engine: LocalEngine) -> None:
    tasks = [Squares((3 * i, 3 * i + 1, 3 * i + 2)) for i in range(20)]
    expected = {number: number**2 for number in range(60)}
    assert results(tasks, HereEngine()) == expected
    assert results(tasks, engine) == expected


def test_tasks_are_drawn_as_places_fall_free(engine: LocalEngine) -> None:
    drawn = []

    def tasks() -> Iterator[Squares]:
        for number in range(100):
            drawn.append(number)
            yield Squares((number,))

    running = run_batches(tasks(), engine)
    next(running)
    assert len(drawn) <= 2 * engine.places


def test_a_task_whose_worker_died_is_tried_again(engine: LocalEngine, tmp_path: Path) -> None:
    tasks = [Squares((1,)), Squares((2,), once=str(tmp_path / "died")), Squares((3,))]
    assert results(tasks, engine) == {1: 1, 2: 4, 3: 9}


def test_worlds_that_kill_are_found_and_given_up(engine: LocalEngine) -> None:
    tasks = [Squares((1, 2, 3, 4, 5, 6), deadly=frozenset({2, 5})), Squares((7, 8))]
    found = results(tasks, engine)
    assert {number for number, value in found.items() if isinstance(value, str)} == {2, 5}
    assert {1, 3, 4, 6, 7, 8} == {number for number, value in found.items() if value == number**2}
    assert "the worker died" in str(found[2])


def test_a_mistake_in_the_program_is_not_hidden(engine: LocalEngine) -> None:
    with pytest.raises(ZeroDivisionError):
        results([Broken((1,))], engine)


class TestForkServer:
    """Workers come from a server that is killed at every moment of their start, as a system short of memory would."""

    @pytest.fixture
    def server(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        """The server, started anew without the modules that would take it seconds to import."""
        from multiprocessing import forkserver

        if "forkserver" not in multiprocessing.get_all_start_methods():
            pytest.skip("this system has no fork server")
        found = forkserver._forkserver
        monkeypatch.setattr(found, "_preload_modules", [])
        monkeypatch.setattr(found, "set_forkserver_preload", lambda _: None)
        monkeypatch.setattr("multiprocessing.forkserver.set_forkserver_preload", lambda _: None)
        return found

    def killed(self, server: Any) -> None:
        os.kill(server._forkserver_pid, signal.SIGKILL)
        os.waitid(os.P_PID, server._forkserver_pid, os.WEXITED | os.WNOWAIT)

    @pytest.mark.parametrize("worker", [1, pytest.param(2, marks=pytest.mark.slow)])
    def test_killed_before_a_worker_is_asked_for(
        self, engine: LocalEngine, server: Any, worker: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain, asked = server.ensure_running, []

        def running() -> None:
            plain()
            asked.append(1)
            if len(asked) == worker:
                self.killed(server)

        monkeypatch.setattr(server, "ensure_running", running)
        assert results([Squares((number,)) for number in range(9)], engine) == {n: n**2 for n in range(9)}
        assert len(asked) >= worker + 2  # the one that failed, and two that did not

    @pytest.mark.parametrize("worker", [1, pytest.param(2, marks=pytest.mark.slow)])
    def test_killed_before_a_worker_is_there(
        self, engine: LocalEngine, server: Any, worker: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from multiprocessing import forkserver

        plain, asked = forkserver.read_signed, []

        def read(handle: int) -> int:
            asked.append(1)
            if len(asked) == worker:
                self.killed(server)
            return int(plain(handle))

        monkeypatch.setattr(forkserver, "read_signed", read)
        assert results([Squares((number,)) for number in range(9)], engine) == {n: n**2 for n in range(9)}
        assert len(asked) >= worker

    @pytest.mark.slow
    def test_killed_once_workers_are_at_work(self, engine: LocalEngine, server: Any) -> None:
        found: dict[int, int | str] = {}
        for _, result in run_batches([Squares((number,)) for number in range(30)], engine):
            if not found:
                self.killed(server)
            found |= result
        assert found == {number: number**2 for number in range(30)}

    def test_one_that_never_lives_is_told(
        self, engine: LocalEngine, server: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(_: object) -> None:
            raise ConnectionRefusedError(111, "Connection refused")

        monkeypatch.setattr(server, "connect_to_new_process", refused)
        monkeypatch.setattr("multiprocessing.forkserver.connect_to_new_process", refused)
        with pytest.raises(WorkerFailed, match=r"could not be started \(ConnectionRefusedError.*; --workers 1 needs"):
            results([Squares((1,))], engine)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UserError, match="unknown engine 'rey'; did you mean 'ray'"):
        make_engine("rey", 1)
