"""Fits: the smoother against a closed form, invented histories, and nothing of what came after."""

import datetime
import json
from pathlib import Path

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.runs.calibration import fit, fitting, load_set
from computerace.runs.calibration.evidence import figures
from computerace.runs.calibration.forward import Forward, Record, started
from computerace.runs.calibration.recovery import recover, recovered
from computerace.runs.calibration.smoother import smooth
from computerace.runs.cli import run
from computerace.runs.model.shocks import draw_shocks
from computerace.runs.scenarios import Scenario
from tests.runs.calibration.test_evidence import later_nonsense

START, UNTIL = datetime.date(2023, 12, 31), datetime.date(2024, 6, 30)


def test_the_smoother_finds_the_posterior_of_a_linear_model() -> None:
    slopes = np.array([[1.0, 0.0, 0.0], [1.0, 2.0, 0.0], [0.5, -1.0, 0.0]])
    error, observed = np.diag([0.25, 1.0, 0.5]), np.array([1.0, 0.0, -1.0])
    begun = np.random.default_rng(1).standard_normal((3, 20_000))
    found = smooth(lambda vectors: slopes @ vectors, begun, observed, error, 1)
    precision = np.eye(3) + slopes.T @ np.linalg.inv(error) @ slopes
    expected = np.linalg.solve(precision, slopes.T @ np.linalg.inv(error) @ observed)
    np.testing.assert_allclose(found.mean(axis=1), expected, atol=0.03)
    np.testing.assert_allclose(np.cov(found), np.linalg.inv(precision), atol=0.03)
    np.testing.assert_allclose(found[2].std(), 1.0, atol=0.03)  # what no figure tells keeps its prior


@pytest.mark.slow
def test_a_fit_sees_nothing_after_its_date_and_is_the_same_for_a_seed() -> None:
    one = fit(UNTIL, members=300, truths=5)
    other = fit(UNTIL, members=300, truths=5, tables=later_nonsense(UNTIL))
    assert one.names == other.names
    np.testing.assert_array_equal(one.values, other.values)
    assert one.recovery.equals(other.recovery)


def test_a_world_of_the_ensemble_does_not_depend_on_the_others() -> None:
    forward = Forward(started(Scenario(), START), Record(figures(START, UNTIL)), 1)
    vectors = forward.draw(30)
    np.testing.assert_array_equal(vectors[:, :7], forward.draw(7))
    np.testing.assert_array_equal(forward(vectors)[:, :7], forward(vectors[:, :7]))


def test_luck_after_the_last_figure_is_what_it_would_have_been() -> None:
    forward = Forward(started(Scenario(), START), Record(figures(START, UNTIL)), 1)
    world, vectors = np.arange(5), forward.draw(5)
    drawn, plain = forward.luck(vectors, world, 9).drawn, draw_shocks(forward.scenario.owners, 9, world, 1, 0).drawn
    for name, values in drawn.items():
        np.testing.assert_array_equal(values[6:], plain[name][6:])
    np.testing.assert_array_equal(drawn["plan"][:6], forward.luck(vectors, world).drawn["plan"])
    assert (drawn["plan"][:6] != plain["plan"][:6]).all()


@pytest.mark.slow
def test_invented_histories_are_recovered() -> None:
    forward = Forward(started(Scenario(), START), Record(figures(START, datetime.date(2025, 6, 30))), 3)
    table = recovered(forward, recover(forward, 16, 1000)).set_index("parameter")
    explained, recoverable = table["explained"].to_dict(), table["recoverable"].to_dict()
    assert explained["chips.supply_growth_2026"] > 0.3
    assert recoverable["chips.supply_growth_2026"]
    assert not recoverable["agi.threshold_log10_flop"]  # of which the record says nothing
    assert 0.8 < table["inside_90"].mean() < 0.97
    assert 0.4 < table["inside_50"].mean() < 0.6


@pytest.mark.parametrize("day", ["2023-12-31", "2024-03-31", "2026-03-31", "2024-07-01"])
def test_a_date_that_the_record_does_not_reach_is_refused(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calibrate", "--until", day]) == 2
    said = capsys.readouterr().err
    assert day in said and "2024-06-30" in said and said.count("\n") == 1


def test_a_folder_that_cannot_be_had_is_told_before_the_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        pytest.fail("the fit was begun")

    monkeypatch.setattr(fitting, "fit", never)
    (tmp_path / "file").touch()
    assert run(["calibrate", "--until", "2024-06-30", "--out", str(tmp_path / "file")]) == 2
    assert "file is not a folder; give another one with --out" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_leaves_a_set_that_a_race_can_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "fit"
    words = ["calibrate", "--until", "2024-06-30", "--members", "300", "--truths", "5", "--draws", "50"]
    assert run([*words, "--out", str(folder), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {one["parameter"] for one in said["fitted"]} == set(load_set(str(folder)).names)
    assert said["until"] == "2024-06-30" and len(said["recovery"]) > 100
    race = ["race", "--worlds", "4", "--months", "2", "--parameters", str(folder), "--out", str(tmp_path / "race")]
    assert run([*race, "--json"]) == 0
    assert json.loads((tmp_path / "race" / "manifest.json").read_text())["parameter_set"] == str(folder)
    assert run([*race, "--start", "2024-03-31"]) == 2
    assert "2024-06-30" in capsys.readouterr().err


def test_a_folder_without_a_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no parameter set"):
        load_set(str(tmp_path))
