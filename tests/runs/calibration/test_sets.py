"""Parameter sets in a race: joint draws by world, and what is set beside them comes first."""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.runs.calibration import load_set, set_for, with_set
from computerace.runs.calibration.page import section
from computerace.runs.cli import main
from computerace.runs.model.draws import draw
from computerace.runs.scenarios import Scenario, scenario
from computerace.runs.scenarios.sets import packaged
from computerace.runs.sweeps.sweep import sweep
from computerace.runs.sweeps.verify import verify

FITTED = scenario("baseline").with_parameters("fitted")
GROWTH = "chips.supply_growth_2026"


def test_two_sets_come_with_the_project_and_fitted_is_the_latest() -> None:
    assert packaged() == ("fitted-2025-06-30", "fitted-2025-12-31")
    assert FITTED.parameter_set == "fitted-2025-12-31"
    assert Scenario.from_dict(FITTED.to_dict()) == FITTED


def test_a_world_draws_all_fitted_parameters_together() -> None:
    found, chosen = draw(FITTED, np.arange(400), 1), load_set("fitted")
    drawn = np.stack([found.numbers[name] for name in chosen.names])
    known = {tuple(column) for column in chosen.values.T}
    assert {tuple(column) for column in drawn.T} <= known
    assert len({tuple(column) for column in drawn.T}) > 200
    assert set(chosen.names) <= set(found.drawn)


def test_a_worlds_draw_does_not_depend_on_its_neighbours() -> None:
    many, few = draw(FITTED, np.arange(700), 1), draw(FITTED, np.array([3, 613]), 1)
    for name in load_set("fitted").names:
        np.testing.assert_array_equal(many.numbers[name][[3, 613]], few.numbers[name])


def test_other_parameters_keep_their_draws() -> None:
    prior, fitted = draw(scenario("baseline"), np.arange(9), 1), draw(FITTED, np.arange(9), 1)
    for name in set(prior.numbers) - set(load_set("fitted").names):
        np.testing.assert_array_equal(prior.numbers[name], fitted.numbers[name])


def test_what_a_scenario_sets_comes_first_and_scales_apply() -> None:
    assert (draw(FITTED.with_settings({GROWTH: 1.5}), np.arange(5), 1).numbers[GROWTH] == 1.5).all()
    assert (draw(FITTED, np.arange(5), 1, {GROWTH: 1.6}).numbers[GROWTH] == 1.6).all()
    plain = draw(FITTED, np.arange(5), 1).numbers[GROWTH]
    scaled = draw(FITTED.with_settings({GROWTH: {"scale": 0.5}}), np.arange(5), 1).numbers[GROWTH]
    np.testing.assert_allclose(scaled, plain / 2)


def test_fixed_holds_the_sets_medians() -> None:
    found = draw(FITTED, np.arange(5), 1, fixed=True)
    assert (found.numbers[GROWTH] == load_set("fitted").centre()[GROWTH]).all()
    assert found.drawn == ()


def test_a_set_is_not_used_before_what_it_knows() -> None:
    assert set_for("fitted", datetime.date(2025, 6, 30)) == ("fitted-2025-06-30", "")
    assert set_for("fitted", datetime.date(2025, 9, 30)) == ("fitted-2025-06-30", "")
    with pytest.raises(UserError, match="knows the record to 2025-12-31"):
        set_for("fitted-2025-12-31", datetime.date(2025, 6, 30))
    with pytest.raises(UserError, match="no fitted set knows only"):
        scenario("baseline", "2024-12-31").with_parameters("fitted")
    with pytest.raises(UserError, match="fitted-2025-06-30"):
        set_for("fitted-2025-06-31", datetime.date(2025, 12, 31))


@pytest.mark.parametrize(
    ("draws", "words"),
    [
        (f"{GROWTH}\n2\nx\n", f"row 3: {GROWTH} must be a number, got 'x'"),
        (f"{GROWTH}\n2\n\n99\n", f"row 4: {GROWTH} = 99 is out of bounds"),
        (f"{GROWTH}\ninf\n", "row 2: .* must be a number, got 'inf'"),
        ("chips.suply_growth_2026\n2\n", "unknown parameter in .*; did you mean 'chips.supply_growth_2026'"),
        (f"{GROWTH}\n", "holds no point"),
    ],
)
def test_a_damaged_set_is_refused_in_a_line(draws: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"until": "2025-06-30"}))
    (tmp_path / "recovery.csv").write_text("parameter\n")
    (tmp_path / "draws.csv").write_text(draws)
    with pytest.raises(UserError, match=words):
        load_set(str(tmp_path))


def test_a_scenarios_file_can_name_a_set(tmp_path: Path) -> None:
    path = tmp_path / "fitted.toml"
    path.write_text('extends = "baseline"\nparameter_set = "fitted"\n')
    assert scenario(path).parameter_set == "fitted-2025-12-31"


def own_set(folder: Path, growth: float) -> Path:
    """A set of one draw, as `calibrate` leaves one."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"until": "2025-06-30"}))
    (folder / "recovery.csv").write_text("parameter\n")
    (folder / "draws.csv").write_text(f"{GROWTH}\n{growth}\n")
    return folder


def test_a_scenarios_file_names_a_folder_beside_it_from_wherever_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_set(tmp_path / "there" / "mine", 1.5).with_name("own.toml")
    path.write_text('parameter_set = "mine"\nmonths = 1\n')
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert (draw(scenario("../there/own.toml"), np.arange(3), 1).numbers[GROWTH] == 1.5).all()
    sweep({"scenario": "../there/own.toml", "worlds_per_point": 2}, "kept", workers=1)
    monkeypatch.chdir(tmp_path)
    assert verify("here/kept", sample=1).same


def test_a_folder_named_like_a_set_of_the_projects_takes_nothings_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_set(tmp_path / "fitted-2025-06-30", 1.5)
    monkeypatch.chdir(tmp_path)
    assert len(load_set("fitted-2025-06-30").names) > 1
    assert load_set("./fitted-2025-06-30").names == (GROWTH,)


def test_a_folder_of_results_goes_on_with_its_own_set_alone(tmp_path: Path) -> None:
    design = {"scenario": str(tmp_path / "own.toml"), "worlds_per_point": 2, "months": 1}
    (tmp_path / "own.toml").write_text('parameter_set = "mine"\n')
    own_set(tmp_path / "mine", 1.5)
    sweep(design, tmp_path / "kept", workers=1)
    own_set(tmp_path / "mine", 1.6)
    with pytest.raises(UserError, match="mine is not the set that this was run with"):
        verify(tmp_path / "kept")
    with pytest.raises(UserError, match=r"mine of SHA-256 [0-9a-f]{12}… there, of SHA-256 [0-9a-f]{12}… here"):
        sweep(design | {"worlds_per_point": 3}, tmp_path / "kept", workers=1)
    own_set(tmp_path / "mine", 1.5).rename(tmp_path / "moved")
    (tmp_path / "own.toml").write_text('parameter_set = "moved"\n')
    assert len(sweep(design | {"worlds_per_point": 3}, tmp_path / "kept", workers=1).worlds) == 3


def test_race_keeps_a_files_own_set_unless_another_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "from-the-record.toml"
    path.write_text('extends = "baseline"\nparameter_set = "fitted"\n')
    for options, chosen in (((), "fitted-2025-12-31"), (("--parameters=prior",), "prior")):
        folder = tmp_path / chosen
        with pytest.raises(SystemExit, match=r"^0$"):
            main(["race", str(path), "--worlds=16", "--months=1", f"--out={folder}", "--json", *options])
        manifest = json.loads((folder / "manifest.json").read_text())
        assert manifest["parameter_set"] == manifest["scenario"]["parameter_set"] == chosen


def test_a_back_test_uses_a_set_only_where_it_knows_no_more() -> None:
    early, late = scenario("baseline", "2024-12-31"), scenario("baseline", "2025-06-30")
    assert with_set(early, "fitted").parameter_set == "prior"
    assert with_set(late, "fitted").parameter_set == "fitted-2025-06-30"
    assert with_set(late, "fitted-2025-12-31").parameter_set == "prior"
    assert with_set(late, "prior").parameter_set == "prior"


def test_scenarios_with_different_sets_do_not_share_a_batch() -> None:
    assert FITTED.structure() != replace(FITTED, parameter_set="prior").structure()


def test_the_page_says_what_the_sets_hold() -> None:
    """To write it anew: `python -m computerace.runs.calibration.page`, in place of what stands between its marks."""
    text = (Path(__file__).parents[3] / "docs" / "calibration.md").read_text(encoding="utf-8")
    assert section() in text
