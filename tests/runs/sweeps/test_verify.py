"""Verify and replay: a folder is held against its own making, and a bit that changed is found."""

import json
import shutil
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from computerace.analysis.aside import aside
from computerace.market.errors import UserError
from computerace.runs.cli import run
from computerace.runs.scenarios import scenario
from computerace.runs.store.parts import RESULTS
from computerace.runs.sweeps.sweep import sweep
from computerace.runs.sweeps.verify import replay, verify
from computerace.runs.worlds.play import ONE
from computerace.runs.worlds.simulate import simulate
from tests.runs.answering import by_hand
from tests.runs.sweeping import GROWTH, MONTHS, contents, design

FEW = ["owned_h100e", "backlog_months"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("verify") / "sweep"
    sweep(design(measures=FEW), made, workers=1)
    return made


def test_a_run_in_a_place_where_nothing_may_be_written_is_verified_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != folder.parent)  # the system's user may write all
    seen: list[Path] = []

    def noted(parent: Path, name: str) -> AbstractContextManager[Path]:
        seen.append(parent)
        return aside(parent, name)

    monkeypatch.setattr("computerace.runs.sweeps.verify.aside", noted)
    assert verify(folder, everything=True, on=ONE).same
    assert seen == [Path(tempfile.gettempdir())]


def altered(folder: Path, copy: Path, name: str, column: str, row: int) -> Path:
    """A copy of a folder with one number changed by its last bit."""
    shutil.copytree(folder, copy)
    table = pd.read_parquet(copy / name)
    values = table[column].to_numpy().copy()
    values[row] = np.nextafter(values[row], np.float32(np.inf))
    table[column] = values
    table.to_parquet(copy / name, index=False)
    return copy


def test_a_sample_of_worlds_comes_out_again(folder: Path) -> None:
    before = contents(folder)
    verdict = verify(folder, sample=10)
    assert verdict.same
    assert verdict.worlds == 10
    assert contents(folder) == before


def test_all_of_a_folder_comes_out_again(folder: Path) -> None:
    verdict = verify(folder, everything=True, on=ONE)
    assert verdict.same
    assert (verdict.worlds, verdict.rows_of_steps) == (30, 6 * (MONTHS + 1) * 5 * 6)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["sweep"]


def test_a_changed_bit_is_found(folder: Path, tmp_path: Path) -> None:
    column = "xAI_owned_h100e_0"
    copy = altered(folder, tmp_path / "copy", "worlds.parquet", column, 17)
    verdict = verify(copy, sample=30)
    assert len(verdict.differences) == 2
    assert verdict.differences[0] == "worlds.parquet is not as it was written"
    assert f"{column} is" in verdict.differences[1]
    assert "at point 3, world 2" in verdict.differences[1]


def test_a_changed_bit_in_the_months_is_found_by_a_full_check(folder: Path, tmp_path: Path) -> None:
    copy = altered(folder, tmp_path / "copy", "steps.parquet", "owned_h100e", 6)
    assert verify(copy, sample=30).differences == ["steps.parquet is not as it was written"]
    assert "steps.parquet: owned_h100e is" in verify(copy, everything=True, on=ONE).differences[1]


def test_kept_trajectories_are_compared_for_sampled_worlds(tmp_path: Path) -> None:
    sweep(design(keep="steps", measures=FEW), tmp_path / "steps", workers=1)
    assert verify(tmp_path / "steps", sample=30).rows_of_steps == 30 * (MONTHS + 1) * 6
    copy = altered(tmp_path / "steps", tmp_path / "copy", "steps.parquet", "owned_h100e", 40)
    assert "steps.parquet: owned_h100e is" in verify(copy, sample=30).differences[1]


@pytest.mark.parametrize(
    "changes", [{"independent": True, "fixed": False}, {"scenarios": ["baseline", "auction"], "fixed": False}]
)
@pytest.mark.slow
def test_every_kind_of_design_is_read_back_from_its_folder(tmp_path: Path, changes: dict[str, Any]) -> None:
    content = design(keep="outcomes", **changes)
    if "scenarios" in changes:
        del content["scenario"]
    sweep(content, tmp_path / "out", workers=1)
    assert verify(tmp_path / "out", sample=100).same
    sweep(tmp_path / "out", tmp_path / "again", workers=1)
    assert contents(tmp_path / "again") == contents(tmp_path / "out")


def test_a_list_of_points_is_read_back_from_its_folder(tmp_path: Path) -> None:
    points = pd.DataFrame(
        {GROWTH: [1.7, 2.6], "chips.allocation": ["posted", "pro_rata"], "neutral.energy": [True, False]}
    )
    sampler = {"kind": "list", "points": points}
    sweep(design(sampler=sampler, vary=[], keep="outcomes"), tmp_path / "out", workers=1)
    sweep(tmp_path / "out", tmp_path / "again", workers=1)
    assert contents(tmp_path / "again") == contents(tmp_path / "out")


def test_one_world_can_be_played_again(folder: Path) -> None:
    row = pd.read_parquet(folder / "worlds.parquet").query("point == 4 and world == 1").iloc[0]
    outcomes = replay(folder, 4, 1)
    assert all(np.float32(value) == row[name] or np.isnan(value) for name, value in outcomes.items())
    with pytest.raises(UserError, match="points 0 to 5 and worlds 0 to 4; got point 6"):
        replay(folder, 6, 0)


def test_a_failure_s_command_plays_the_failing_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from computerace.runs.worlds import simulate as ensemble

    def fragile(chosen: Any, indices: np.ndarray, *rest: Any, **options: Any) -> Any:
        if 3 in indices:
            raise FloatingPointError("the third world fell apart")
        return simulate(chosen, indices, *rest, **options)

    monkeypatch.setattr(ensemble, "simulate", fragile)
    results = sweep(design(keep="outcomes"), tmp_path / "my out", workers=1)
    assert results.failures is not None
    import shlex

    words = shlex.split(results.failures["replay"].iloc[0])
    assert words[0] == "computerace"
    assert run(words[1:]) == 1
    assert "FloatingPointError: the third world fell apart" in capsys.readouterr().err
    assert run([*words[1:-1], "2"]) == 0


def test_a_race_s_folder_is_verified_too(tmp_path: Path) -> None:
    assert run(["race", "--worlds", "20", "--months", "2", "--out", str(tmp_path / "race"), "--json"]) == 0
    verdict = verify(tmp_path / "race", sample=8)
    assert verdict.same
    assert verdict.worlds == 8
    assert replay(tmp_path / "race", 0, 3)["xAI_owned_h100e_0"] > 0


def test_all_of_a_race_comes_out_again_and_a_changed_bit_in_its_months_is_found(tmp_path: Path) -> None:
    assert run(["race", "--worlds", "20", "--months", "2", "--out", str(tmp_path / "race"), "--json"]) == 0
    verdict = verify(tmp_path / "race", everything=True)
    assert verdict.same
    assert (verdict.worlds, verdict.rows_of_steps) == (20, (MONTHS + 1) * 5 * 6)
    copy = altered(tmp_path / "race", tmp_path / "copy", "steps.parquet", "owned_h100e", 6)
    assert verify(copy, sample=20).differences == ["steps.parquet is not as it was written"]
    assert "steps.parquet: owned_h100e is" in verify(copy, everything=True).differences[1]


@pytest.mark.parametrize("kind", ["race", "sweep"])
@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("worlds", lambda table: table.iloc[: len(table) // 2], "worlds.parquet: 10 rows are there, 20 were written"),
        ("worlds", lambda table: pd.concat([table, table]), "worlds.parquet: 20 worlds stand there twice"),
        ("worlds", lambda table: table.drop(columns="xAI_owned_h100e_0"), "worlds.parquet is not as it was written"),
        ("steps", lambda table: table.assign(share=2 * table["share"]), "steps.parquet is not as it was written"),
        ("steps", lambda table: table.iloc[:-1], "steps.parquet: 89 rows are there, 90 were written"),
        ("steps", None, "steps.parquet is gone"),
    ],
)
def test_a_sample_notices_what_is_missing_doubled_or_other(
    tmp_path: Path, kind: str, name: str, change: Any, expected: str
) -> None:
    folder = tmp_path / kind
    if kind == "race":
        assert run(["race", "--worlds", "20", "--months", "2", "--out", str(folder), "--json"]) == 0
    else:
        sweep({"scenario": "baseline", "worlds_per_point": 20, "months": 2}, folder, workers=1)
    file = folder / f"{name}.parquet"
    if change is None:
        file.unlink()
    else:
        change(pd.read_parquet(file)).to_parquet(file, index=False)
    assert expected in verify(folder, sample=2).differences


def test_a_race_and_a_sweep_have_one_form(tmp_path: Path) -> None:
    """The same worlds as a race and as a sweep of one point: the same columns, types and numbers."""
    assert (
        run(["race", "--worlds", "20", "--months", "2", "--seed", "7", "--out", str(tmp_path / "race"), "--json"]) == 0
    )
    content = {"scenario": "baseline", "seed": 7, "worlds_per_point": 20, "months": 2}
    sweep(content, tmp_path / "sweep", workers=1)
    for name in ("worlds", "steps"):
        one, other = (pq.read_table(tmp_path / kind / f"{name}.parquet") for kind in ("race", "sweep"))
        assert one.schema.remove_metadata() == other.schema.remove_metadata()
        pd.testing.assert_frame_equal(one.to_pandas(), other.to_pandas(), check_exact=True)


def test_a_world_that_a_race_has_not_is_not_played(tmp_path: Path) -> None:
    words = ["race", "--worlds", "3", "--first-world", "5", "--months", "1", "--out", str(tmp_path / "race"), "--json"]
    assert run(words) == 0
    assert replay(tmp_path / "race", 0, 7)["xAI_owned_h100e_0"] > 0
    for point, world in ((0, 4), (0, 8), (1, 5)):
        with pytest.raises(UserError, match=f"points 0 to 0 and worlds 5 to 7; got point {point}, world {world}"):
            replay(tmp_path / "race", point, world)


def test_an_unfinished_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    manifest = by_hand(tmp_path / "copy")
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps(manifest | {"status": "interrupted"}))
    with pytest.raises(UserError, match="is interrupted, not complete"):
        verify(tmp_path / "copy")
    with pytest.raises(UserError, match="is no run's folder"):
        verify(tmp_path)


def test_the_manifest_is_enough_to_say_how_a_folder_came_about(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {
        "design",
        "scenario",
        "seed",
        "versions",
        "commit",
        "machine",
        "program",
        "started",
        "ended",
    } <= manifest.keys()
    assert manifest["status"] == "complete"
    assert manifest["counts"] == {"points": 6, "worlds": 30, "failed": 0, "rows_of_steps": 6 * (MONTHS + 1) * 5 * 6}
    assert len(manifest["parameters"]) == len(scenario("baseline").parameters())
    assert {file.name for file in folder.glob("*.parquet")} <= {*RESULTS, "points.parquet"}


@pytest.mark.parametrize("name", ["worlds.parquet", "steps.parquet", "points.parquet"])
def test_a_damaged_file_is_named_and_can_be_played_again(
    folder: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / name).write_bytes((copy / name).read_bytes()[:2000])
    assert run(["verify", str(copy), "--all", "--workers", "1"]) == 2
    assert f"{copy / name} is damaged; " in capsys.readouterr().err
    if name != "points.parquet":
        manifest = by_hand(copy)
        (copy / "manifest.json").write_text(json.dumps(manifest | {"status": "interrupted"}))
        with pytest.raises(UserError, match=f"{name} is damaged; move it away and sweep again"):
            sweep(copy, copy, workers=1)
        (copy / name).unlink()
        sweep(copy, copy, workers=1)
        assert contents(copy) == contents(folder)
