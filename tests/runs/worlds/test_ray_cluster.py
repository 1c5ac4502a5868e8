"""Ray on more than one node: the same bits, whatever becomes of a node, and trouble at the start told in a line."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from computerace.market.errors import UserError
from computerace.runs.cli import run
from computerace.runs.sweeps.sweep import Advance, sweep
from computerace.runs.worlds.engines import ray_engine
from computerace.runs.worlds.engines.ray_engine import ENVIRONMENT
from tests.runs.sweeping import contents, design

TRIES = 3  # how often a cluster may fail to start, on a busy machine


class Stub:
    """Ray as far as a start goes."""

    def __init__(self, start: Any) -> None:
        self.init = start

    def is_initialized(self) -> bool:
        return False


def late(**_: Any) -> None:
    time.sleep(30)


def timed_out(**_: Any) -> None:
    raise Exception("The current node timed out during startup. This could happen because\nthe raylet failed.")


@pytest.mark.parametrize(
    ("start", "told"),
    [(late, "it did not start in 0.05 s"), (timed_out, "The current node timed out during startup. This could happen")],
)
@pytest.mark.parametrize("address", [None, "auto"])
def test_a_node_that_does_not_start_is_one_line_with_what_to_do(
    start: Any, told: str, address: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(ray_engine, "_ray", lambda: Stub(start))
    monkeypatch.setattr(ray_engine, "START_SECONDS", 0.05)
    words = ["race", "--worlds", "2", "--months", "1", "--out", str(tmp_path / "out"), "--engine", "ray"]
    assert run([*words, *(["--address", address] if address else [])]) == 2
    said = capsys.readouterr().err
    assert said.startswith(
        f"computerace: cannot {'reach Ray at auto' if address else 'start Ray on this machine'}: {told}"
    )
    assert said.endswith("on this machine?\n" if address else "try again, or leave out --engine ray\n")
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two nodes of one processor each, on this machine."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    from ray.cluster_utils import Cluster

    def started() -> Any:
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        made.add_node(num_cpus=1)
        return made

    for left in reversed(range(TRIES)):
        try:
            made = started()
            break
        except Exception:
            if not left:
                raise
    else:
        raise AssertionError
    yield made
    made.shutdown()


@pytest.mark.slow
@pytest.mark.needs("ray")
def test_a_node_killed_in_the_middle_of_a_sweep_costs_nothing(cluster: Any, tmp_path: Path) -> None:
    plan = design(months=36, fixed=False)
    asked = signal.getsignal(signal.SIGTERM)
    alive: list[int] = []

    def kill(advance: Advance) -> None:
        if advance.done and not alive:
            node = next(one for one in cluster.list_all_nodes() if not one.head)
            cluster.remove_node(node, allow_graceful=False)
            alive.append(len(cluster.list_all_nodes()))

    results = sweep(plan, tmp_path / "ray", engine="ray", address=cluster.address, batch=5, progress=kill)
    assert alive == [1]
    assert results.failed_worlds == 0
    sweep(plan, tmp_path / "here", workers=1)
    assert contents(tmp_path / "ray") == contents(tmp_path / "here")
    assert signal.getsignal(signal.SIGTERM) == asked


@pytest.mark.slow
@pytest.mark.needs("ray")
def test_shards_on_a_cluster_have_the_bits_of_one_process(cluster: Any, tmp_path: Path) -> None:
    from computerace.runs import merge

    for number in (2, 1):
        sweep(design(), tmp_path / "ray", engine="ray", address=cluster.address, batch=5, shard=(number, 2))
    merge(tmp_path / "ray")
    sweep(design(), tmp_path / "here", workers=1)
    assert contents(tmp_path / "ray") == contents(tmp_path / "here")


@pytest.mark.slow
@pytest.mark.needs("ray")
def test_an_address_without_a_cluster_is_told_within_a_minute() -> None:
    with pytest.raises(UserError, match=r"cannot reach Ray at 127.0.0.1:9: .*is `ray start --head` running there"):
        sweep(design(), engine="ray", address="127.0.0.1:9")


def test_what_it_starts_on_a_thread_outlives_the_start() -> None:
    left, threads = threading.Event(), []
    ray_engine._within(5, lambda: threads.append(threading.current_thread()), left)
    assert threads[0].is_alive()
    left.set()
    threads[0].join(5)
    assert not threads[0].is_alive()
