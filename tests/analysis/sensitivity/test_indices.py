"""From a folder to tidy frames: the method that its design allows, known indices, and what is refused by name."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from computerace.analysis.folder import Runs, load
from computerace.analysis.sensitivity.indices import EFFECTS, INDICES, SPREAD, combined, sensitivity
from computerace.market.errors import UserError
from tests.analysis.synthetic import NAMES, sweep_folder

type Array = NDArray[np.float64]

SALTELLI = {"kind": "saltelli", "n": 128, "second_order": True}
# Variances of the parts of `line`: (3² + 1²)/12 from the parameters, 1/4 from luck.
PARAMETERS, LUCK = 10 / 12, 1 / 4


def line(places: Array, luck: Array) -> Array:
    return 3 * places[:, [0]] - places[:, [1]] + 0.5 * luck - 1


@pytest.fixture(scope="module")
def saltelli(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return load(sweep_folder(tmp_path_factory.mktemp("sensitivity") / "run", SALTELLI, line, worlds=16))


def at(frame: pd.DataFrame, **keys: Any) -> float:
    rows = frame[np.logical_and.reduce([frame[key] == value for key, value in keys.items()])]
    assert len(rows) == 1
    return float(rows["value" if "value" in rows else "share"].iloc[0])


def test_indices_of_a_line_are_its_squared_slopes(saltelli: Runs) -> None:
    found = sensitivity(saltelli)
    assert found.method == "sobol"
    for order in ("first", "total"):
        for name, expected in zip(NAMES, (0.9, 0.1, 0.0), strict=True):
            index = at(found.indices, outcome="log_ratio", month=24, order=order, parameter=name)
            assert index == pytest.approx(expected, abs=0.07)
    # The claim comes true where 3 a - b > 1 and luck allows: the first parameter decides most of it.
    chance = {name: at(found.indices, outcome="probability", month=24, order="total", parameter=name) for name in NAMES}
    assert chance[NAMES[0]] > 0.5 > chance[NAMES[1]] > abs(chance[NAMES[2]])


def test_luck_is_told_apart_from_the_parameters(saltelli: Runs) -> None:
    spread = sensitivity(saltelli).spread
    share = at(spread, outcome="log_ratio", month=24, part="parameters")
    # Sixteen worlds tell the variance of luck to a third.
    assert share == pytest.approx(PARAMETERS / (PARAMETERS + LUCK), abs=0.1)
    assert at(spread, outcome="log_ratio", month=24, part="interaction") == pytest.approx(0, abs=1e-9)
    sums = spread.groupby(["outcome", "month"])["share"].sum()
    np.testing.assert_allclose(sums, 1)


def test_frames_have_the_documented_columns(saltelli: Runs) -> None:
    found = sensitivity(saltelli)
    assert tuple(found.indices.columns) == INDICES
    assert tuple(found.spread.columns) == SPREAD
    assert set(found.indices["order"]) == {"first", "total", "second"}
    assert set(found.indices["outcome"]) == {"log_ratio", "probability"}
    assert set(found.indices["month"]) == {12, 24}
    assert (found.indices["low"] <= found.indices["value"]).all()


def test_a_month_without_an_answer_is_left_out_and_said(saltelli: Runs) -> None:
    found = sensitivity(saltelli)
    assert not ((found.indices["outcome"] == "probability") & (found.indices["month"] == 12)).any()
    assert any(note.startswith("left out, Probability of the claim at month 12: ") for note in found.notes)


def test_an_outcome_that_is_not_finite_is_refused_by_name(saltelli: Runs, tmp_path: Path) -> None:
    for value, said in ((np.nan, "nan"), (0.0, "0.0"), (np.inf, "inf")):
        worlds = saltelli.worlds.copy()
        worlds.loc[5, "owned_three_ratio_24"] = value
        with pytest.raises(UserError, match=rf"owned_three_ratio_24 has no logarithm in 1 of 16384 .*{said} in row 5"):
            sensitivity(Runs(saltelli.path, saltelli.manifest, worlds, None, None))


def test_a_missing_column_and_a_lost_world_are_refused_by_name(saltelli: Runs) -> None:
    lost = saltelli.worlds.drop(index=40)
    with pytest.raises(UserError, match="point 2 of the design lost a world"):
        sensitivity(Runs(saltelli.path, saltelli.manifest, lost, None, None))
    bare = saltelli.worlds.drop(columns="owned_three_first_month")
    with pytest.raises(UserError, match="lacks the column owned_three_first_month"):
        sensitivity(Runs(saltelli.path, saltelli.manifest, bare, None, None))
    with pytest.raises(UserError, match="did you mean 'owned'"):
        sensitivity(saltelli, "owner")


def test_half_a_design_is_refused(saltelli: Runs) -> None:
    half = saltelli.worlds[saltelli.worlds["point"] < 500]
    with pytest.raises(UserError, match="point 500 of the design has no worlds"):
        sensitivity(Runs(saltelli.path, saltelli.manifest, half, None, None))


def test_a_morris_design_gives_effects_over_the_whole_range(tmp_path: Path) -> None:
    sampler = {"kind": "morris", "n": 16, "levels": 4}
    found = sensitivity(load(sweep_folder(tmp_path / "run", sampler, line)))
    assert found.method == "morris"
    assert tuple(found.indices.columns) == EFFECTS
    for name, slope in zip(NAMES, (3, -1, 0), strict=True):
        row = found.indices.query("outcome == 'log_ratio' and month == 24").set_index("parameter").loc[name]
        assert row["mean"] == pytest.approx(slope, abs=1e-9)
        # Luck that all points share drops out of every effect.
        assert row["luck"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("kind", ["prior", "lhs", "sobol"])
def test_drawn_points_give_what_each_parameter_accounts_for_alone(kind: str, tmp_path: Path) -> None:
    found = sensitivity(load(sweep_folder(tmp_path / "run", {"kind": kind, "points": 512}, line, independent=True)))
    assert found.method == "given data"
    assert set(found.indices["order"]) == {"first"}
    # Luck of each point's own is a quarter of the variance of its means; it is taken out of what shares are of.
    assert at(found.indices, outcome="log_ratio", month=24, parameter=NAMES[0]) == pytest.approx(0.9, abs=0.07)
    assert at(found.indices, outcome="log_ratio", month=24, parameter=NAMES[2]) == pytest.approx(0, abs=0.05)
    assert any("parameters stand out from chance" in note for note in found.notes)


def test_a_race_is_analysed_by_world(tmp_path: Path) -> None:
    folder = sweep_folder(tmp_path / "run", {"kind": "prior", "points": 512}, line, worlds=1, independent=True)
    manifest = json.loads((folder / "manifest.json").read_text())
    runs = load(folder)
    plain: Any = {key: value for key, value in manifest.items() if key != "varied"}
    plain |= {"kind": "race", "design": None, "parameters": {name: {} for name in NAMES}}
    found = sensitivity(Runs(runs.path, plain, runs.worlds.drop(columns="point"), None, None))
    # With a world for each draw, luck stays in what shares are of.
    expected = 0.9 * PARAMETERS / (PARAMETERS + LUCK)
    assert at(found.indices, outcome="log_ratio", month=24, parameter=NAMES[0]) == pytest.approx(expected, abs=0.08)
    assert found.spread.empty
    assert any("luck included" in note for note in found.notes)


def test_points_that_are_no_sample_are_refused_with_the_design_to_run(tmp_path: Path) -> None:
    runs = load(sweep_folder(tmp_path / "run", {"kind": "lhs", "points": 128}, line))
    manifest = json.loads(json.dumps(runs.manifest)) | {}
    manifest["design"]["sampler"] = {"kind": "grid"}
    with pytest.raises(UserError, match=r"points of a grid, which is no sample .*`computerace sweep sobol`"):
        sensitivity(Runs(runs.path, manifest, runs.worlds, None, None))


def test_one_world_per_point_is_warned_of(tmp_path: Path) -> None:
    sampler = {"kind": "saltelli", "n": 16, "second_order": False}
    found = sensitivity(load(sweep_folder(tmp_path / "run", sampler, line, worlds=1)))
    assert any(note.startswith("one world per point") for note in found.notes)
    assert any("more runs" in note for note in found.notes)


def test_designs_of_different_seeds_are_combined(tmp_path: Path) -> None:
    parts = [
        sensitivity(load(sweep_folder(tmp_path / f"run-{seed}", SALTELLI | {"n": 32}, line, seed=seed)))
        for seed in (1, 2, 3)
    ]
    both = combined(parts)
    index = {"outcome": "log_ratio", "month": 24, "order": "total", "parameter": NAMES[0], "other": ""}
    assert at(both.indices, **index) == pytest.approx(np.mean([at(one.indices, **index) for one in parts]))
    assert tuple(both.indices.columns) == INDICES
    assert tuple(both.spread.columns) == SPREAD


def test_several_scenarios_want_one_to_be_named(saltelli: Runs) -> None:
    one = saltelli.worlds
    both = pd.concat([
        one.assign(scenario="baseline", point=2 * one["point"]),
        one.assign(scenario="auction", point=2 * one["point"] + 1),
    ])  # fmt: skip
    manifest: Any = {**saltelli.manifest, "points": 2 * 1024, "scenarios": [{}, {}]}
    runs = Runs(saltelli.path, manifest, both.sort_values(["point", "world"], ignore_index=True), None, None)
    with pytest.raises(UserError, match="choose one with --scenario: baseline, auction"):
        sensitivity(runs)
    pd.testing.assert_frame_equal(sensitivity(runs, scenario="auction").indices, sensitivity(saltelli).indices)
    with pytest.raises(UserError, match="no scenario 'auctoin'; it has baseline, auction"):
        sensitivity(runs, scenario="auctoin")
