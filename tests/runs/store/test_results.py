"""A sweep's results in Python: tidy frames, under the names that Mesa's users know."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.market.errors import UserError
from computerace.runs import run_points, run_scenarios
from computerace.runs.scenarios import scenario
from computerace.runs.store import program
from computerace.runs.store.results import read_results
from computerace.runs.sweeps.sweep import sweep
from computerace.runs.worlds.simulate import simulate
from tests.runs.sweeping import GROWTH, MONTHS, design

FAST: dict[str, Any] = {"months": MONTHS, "seed": 7, "fixed": True, "workers": 1}


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third world of every point fails."""
    from computerace.runs.worlds import simulate as ensemble

    def fragile(chosen: Any, indices: np.ndarray, *rest: Any, **options: Any) -> Any:
        if 2 in indices:
            raise FloatingPointError("the third world fell apart")
        return simulate(chosen, indices, *rest, **options)

    monkeypatch.setattr(ensemble, "simulate", fragile)


def test_a_frame_of_points_runs_as_it_stands(tmp_path: Path) -> None:
    points = pd.DataFrame({GROWTH: [1.7, 2.6]})
    content = design(sampler={"kind": "list", "points": points}, vary=[], fixed=False, worlds_per_point=64)
    del content["seed"], content["months"]
    plain = sweep(points, tmp_path / "plain", workers=1)
    named = sweep(content, tmp_path / "named", workers=1)
    assert plain.worlds.equals(named.worlds)


def test_results_in_memory_are_those_of_a_folder(tmp_path: Path) -> None:
    points = pd.DataFrame({GROWTH: [1.7, 2.6]})
    kept = run_points(points, 3, out=tmp_path / "out", **FAST)
    loose = run_points(points, 3, **FAST)
    assert not loose.path.exists()
    for name in ("points", "worlds", "steps"):
        assert getattr(loose, name).equals(getattr(kept, name)), name
        assert getattr(read_results(tmp_path / "out"), name).equals(getattr(kept, name)), name


def test_scenarios_made_in_python_are_points_side_by_side() -> None:
    slow = scenario("baseline").with_settings({GROWTH: 1.5})
    with pytest.raises(UserError, match="two scenarios are called baseline"):
        run_scenarios(["baseline", slow], 2, **FAST)
    results = run_scenarios(["baseline", "auction"], 2, **FAST)
    assert results.points["scenario"].tolist() == ["baseline", "auction"]
    assert results.worlds["scenario"].tolist() == ["baseline", "baseline", "auction", "auction"]
    with pytest.raises(UserError, match="must be a list"):
        run_scenarios("baseline", 2, **FAST)
    with pytest.raises(UserError, match="unknown key 'wrokers'"):
        run_scenarios(["baseline"], 2, wrokers=2)


@pytest.mark.usefixtures("failing")
def test_every_world_has_a_status(tmp_path: Path) -> None:
    results = run_points(pd.DataFrame({GROWTH: [1.7, 2.6]}), 4, out=tmp_path / "out", keep="steps", **FAST)
    status = results.status()["status"]
    assert status.tolist() == ["SUCCEEDED", "SUCCEEDED", "FAILED", "SUCCEEDED"] * 2
    assert status.loc[(1, 2)] == "FAILED"
    assert results.succeeded().index.tolist() == [(p, w) for p in (0, 1) for w in (0, 1, 3)]
    assert results.failed().index.tolist() == [(0, 2), (1, 2)]
    assert results.failed()["replay"].str.startswith("computerace replay").all()
    assert len(results.pending()) == 0
    output = results.retrieve_output(1, 3)
    assert output["worlds"][GROWTH].tolist() == [2.6]
    assert len(output["steps"]) == (MONTHS + 1) * 6
    with pytest.raises(UserError, match="point 1, world 2 failed"):
        results.retrieve_output(1, 2)
    with pytest.raises(UserError, match="point 9, world 0 is not in this sweep"):
        results.retrieve_output(9, 0)


def test_nothing_failed_is_an_empty_frame() -> None:
    results = run_points(pd.DataFrame({GROWTH: [1.7]}), 2, keep="outcomes", **FAST)
    assert results.steps is None
    assert len(results.failed()) == 0
    assert "steps" not in results.retrieve_output(0, 1)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"workers": 0}, "1 worker or more, got 0"),
        ({"batch": 0}, "1 world or more, got 0"),
        ({"engine": "rey"}, "unknown engine 'rey'; did you mean 'ray'"),
        ({"address": "auto"}, "choose the engine ray"),
    ],
)
def test_how_to_run_is_checked_before_anything_runs(tmp_path: Path, options: dict[str, Any], expected: str) -> None:
    with pytest.raises(UserError, match=expected):
        sweep(design(), tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_what_makes_rows_is_in_the_program_s_fingerprint_and_what_shows_them_is_not() -> None:
    found = program.fingerprint()
    rest_on = {
        "market/chips.py", "agents/rules/investing.py", "runs/model/race.py", "runs/model/streams.py",
        "runs/store/tables.py",
    }  # fmt: skip
    assert rest_on | {"runs/scenarios/baseline.toml", "market/data/supply.csv", "numpy", "SALib"} <= found.keys()
    assert (
        not {
            "runs/cli.py",
            "runs/sweeps/sweep.py",
            "runs/terminal/race.py",
            "runs/worlds/engines/tasks.py",
            "runs/store/parts.py",
        }
        & found.keys()
    )
