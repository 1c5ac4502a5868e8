"""Sweeps on Ray: a cluster of this machine's own, started once; the same bits, whatever its workers suffer."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from computerace.market.errors import UserError, WorkerFailed
from computerace.runs.scenarios import scenario
from computerace.runs.sweeps.sweep import Advance, sweep
from computerace.runs.worlds.engines.ray_engine import ENVIRONMENT, RayEngine
from computerace.runs.worlds.engines.tasks import make_engine, run_batches
from computerace.runs.worlds.play import ONE, Workers, play
from computerace.runs.worlds.variants import Wanted, batches
from tests.ray_turn import ray_turn
from tests.runs.sweeping import contents, design
from tests.runs.worlds.engine_tasks import Broken, Squares, Unlucky, swept
from tests.runs.worlds.studies import STUDIES, assert_same_bits

pytestmark = [pytest.mark.slow, pytest.mark.needs("ray")]


@pytest.fixture(scope="module")
def ray(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Ray with two workers; what is below it carries a mark in its environment."""
    with ray_turn(), pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("COMPUTERACE_TEST", str(tmp_path_factory.mktemp("ray")))
        import ray

        ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        yield ray
        ray.shutdown()


@pytest.fixture
def engine(ray: Any) -> Iterator[RayEngine]:
    made = RayEngine(2, None)
    yield made
    made.close()


def results(tasks: list[Squares], engine: RayEngine) -> dict[int, int | str]:
    found: dict[int, int | str] = {}
    for _, result in run_batches(tasks, engine):
        assert not found.keys() & result.keys()
        found |= result
    return found


def busy_workers() -> list[int]:
    """Ray's workers of this test that run a task."""
    mark = f"COMPUTERACE_TEST={os.environ['COMPUTERACE_TEST']}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, inside = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if name.startswith(b"ray::_run") and mark in inside:
            found.append(int(folder.name))
    return found


def test_every_result_comes_once(engine: RayEngine) -> None:
    tasks = [Squares((3 * i, 3 * i + 1, 3 * i + 2)) for i in range(20)]
    assert results(tasks, engine) == {number: number**2 for number in range(60)}


def test_a_task_whose_worker_died_is_tried_again(engine: RayEngine, tmp_path: Path) -> None:
    tasks = [Squares((1,)), Squares((2,), once=str(tmp_path / "died")), Squares((3,))]
    assert results(tasks, engine) == {1: 1, 2: 4, 3: 9}


def test_worlds_that_kill_are_found_and_given_up(engine: RayEngine) -> None:
    found = results([Squares((1, 2, 3), deadly=frozenset({2})), Squares((7, 8))], engine)
    assert {number: value for number, value in found.items() if number != 2} == {1: 1, 3: 9, 7: 49, 8: 64}
    assert "the worker died" in str(found[2])


def test_a_mistake_in_the_program_is_not_hidden(engine: RayEngine) -> None:
    with pytest.raises(ZeroDivisionError):
        results([Broken((1,))], engine)


@pytest.mark.parametrize("keep", ["quantiles", "steps"])
@pytest.mark.usefixtures("ray")
def test_a_sweep_on_ray_has_the_bits_of_one_on_this_process(tmp_path: Path, keep: str) -> None:
    sweep(design(keep=keep, fixed=False), tmp_path / "ray", engine="ray", workers=2, batch=7)
    sweep(design(keep=keep, fixed=False), tmp_path / "here", workers=1)
    assert contents(tmp_path / "ray") == contents(tmp_path / "here")


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.usefixtures("ray")
def test_every_study_on_ray_has_the_bits_of_one_on_this_process(name: str) -> None:
    assert_same_bits(STUDIES[name](ONE), STUDIES[name](Workers(2, "ray")))


@pytest.mark.usefixtures("ray")
def test_a_mistake_in_set_up_comes_back_as_it_was_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake that only the workers meet, in a line and not in Ray's account of it."""
    batch = next(batches([scenario("baseline")], 3, Wanted(1, 0, ())))
    with (
        pytest.raises(UserError, match=r"^months must be a whole number from 1 to 600, got 0$"),
        play([batch], Workers(2, "ray")) as results,
    ):
        list(results)


@pytest.mark.usefixtures("ray")
def test_workers_killed_in_the_middle_of_a_sweep_cost_nothing(tmp_path: Path) -> None:
    killed: list[int] = []

    def kill(advance: Advance) -> None:
        if 0 < advance.done < advance.total and len(killed) < 2:
            for number in busy_workers()[:1]:
                os.kill(number, signal.SIGKILL)
                killed.append(number)

    plan = design(months=36, fixed=False)
    results = sweep(plan, tmp_path / "ray", engine="ray", workers=2, batch=5, progress=kill)
    assert killed
    assert results.failed_worlds == 0
    sweep(plan, tmp_path / "here", workers=1)
    assert contents(tmp_path / "ray") == contents(tmp_path / "here")


@pytest.mark.usefixtures("ray")
def test_an_address_beside_a_running_ray_is_refused() -> None:
    with pytest.raises(UserError, match="connected to Ray already; leave out the address auto"):
        make_engine("ray", 2, "auto")


def test_an_error_that_cannot_travel_is_told_in_its_words(engine: RayEngine) -> None:
    with pytest.raises(WorkerFailed, match=r"^a worker failed with Stubborn: salt and pepper$"):
        results([Unlucky((1,))], engine)


def test_a_sweep_in_an_actor_of_somebody_s_own_plays_in_its_process(ray: Any, tmp_path: Path) -> None:
    class Actor:
        def sweep(self, out: str) -> tuple[int, str]:
            return swept(out)

    environment = {"env_vars": {"PYTHONPATH": str(Path.cwd())}}
    actor = ray.remote(num_cpus=1, runtime_env=environment)(Actor).remote()
    assert ray.get(actor.sweep.remote(str(tmp_path / "out")), timeout=200) == (6, "HereEngine")


def test_a_sweep_in_a_task_of_somebody_s_own_plays_in_its_process(ray: Any, tmp_path: Path) -> None:
    task = ray.remote(num_cpus=1, runtime_env={"env_vars": {"PYTHONPATH": str(Path.cwd())}})(swept)
    assert ray.get(task.remote(str(tmp_path / "out")), timeout=200) == (6, "HereEngine")
