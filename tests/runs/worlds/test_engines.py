"""The pool: every task's result once, whatever its workers suffer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from computerace.market.errors import UserError
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


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UserError, match="unknown engine 'rey'; did you mean 'ray'"):
        make_engine("rey", 1)
