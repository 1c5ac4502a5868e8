"""Sweeps on the real model: the same bits however they are run, nothing lost, nothing twice, nothing done again."""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.market.errors import UserError
from computerace.runs.scenarios import scenario
from computerace.runs.store import program
from computerace.runs.store.parts import SweepFolder
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.sweeps.sweep import Advance, run_points, run_scenarios, sweep
from computerace.runs.worlds.simulate import simulate
from tests.runs.sweeping import ALLOCATION, GROWTH, MONTHS, contents, design

FEW = ["owned_h100e", "backlog_months", "bound_chips", "ratio_owned_three"]
KEEPS: list[dict[str, Any]] = [
    {"keep": "outcomes"},
    {"keep": "quantiles"},
    {"keep": "quantiles", "quantiles": "counts", "every": 2, "measures": FEW},
    {"keep": "steps", "measures": FEW},
]


def named(options: dict[str, Any]) -> str:
    return "-".join(str(value) for value in options.values() if isinstance(value, str))


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual design, run straight through in one process."""
    folder = tmp_path_factory.mktemp("sweep") / "straight"
    sweep(design(), folder, workers=1)
    return folder


@pytest.mark.parametrize("options", KEEPS, ids=named)
def test_the_size_of_batches_cannot_be_seen(tmp_path: Path, options: dict[str, Any]) -> None:
    sweep(design(**options), tmp_path / "large", workers=1)
    sweep(design(**options), tmp_path / "small", workers=1, batch=7)
    assert contents(tmp_path / "large") == contents(tmp_path / "small")


def test_two_workers_give_the_bits_of_one(straight: Path, tmp_path: Path) -> None:
    sweep(design(), tmp_path / "two", workers=2, batch=20)
    assert contents(tmp_path / "two") == contents(straight)


def test_rows_are_those_of_the_model_itself(straight: Path) -> None:
    worlds = pd.read_parquet(straight / "worlds.parquet")
    points = pd.read_parquet(straight / "points.parquet")
    point = points.iloc[3]
    chosen = scenario("baseline").with_settings({ALLOCATION: point[ALLOCATION]})
    batch = simulate(chosen, np.arange(5), 7, months=MONTHS, settings={GROWTH: np.full(5, point[GROWTH])}, fixed=True)
    rows = worlds[worlds["point"] == 3]
    assert rows["world"].tolist() == [0, 1, 2, 3, 4]
    for name, values in batch.outcomes.items():
        assert rows[name].to_numpy(np.float32).tobytes() == values.astype(np.float32).tobytes(), name
    steps = pd.read_parquet(straight / "steps.parquet")
    median = steps[
        (steps["point"] == 3) & (steps["quantile"] == 0.5) & (steps["lab"] == "Meta") & (steps["month"] == MONTHS)
    ]
    assert median["owned_h100e"].item() == np.float32(np.median(batch.steps["owned_h100e"][MONTHS, 3]))
    market = steps[
        (steps["point"] == 3) & (steps["quantile"] == 0.5) & (steps["lab"] == "Market") & (steps["month"] == MONTHS)
    ]
    assert market["backlog_months"].item() == np.float32(np.median(batch.market["backlog_months"][MONTHS]))
    assert np.isnan(market["owned_h100e"].item())


def test_point_and_world_come_first_then_what_the_point_sets(straight: Path) -> None:
    worlds = pd.read_parquet(straight / "worlds.parquet")
    assert list(worlds.columns[:4]) == ["point", "world", GROWTH, ALLOCATION]
    assert len(worlds) == 30
    assert not worlds.duplicated(["point", "world"]).any()
    points = pd.read_parquet(straight / "points.parquet").set_index("point")
    assert (worlds[GROWTH].to_numpy() == points[GROWTH].loc[worlds["point"]].to_numpy()).all()


def test_points_share_their_luck_unless_it_is_independent(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "keep": "outcomes",
        "fixed": False,
        "sampler": {"kind": "lhs", "points": 3},
        "vary": [{"parameter": GROWTH}],
    }
    drawn = "energy.grid_lead_months"
    common = sweep(design(**options), workers=1).worlds.pivot_table(index="world", columns="point", values=drawn)
    assert (common[0] == common[1]).all()
    assert (common[0] == common[2]).all()
    assert common[0].nunique() == 5
    apart = sweep(design(independent=True, **options), workers=1).worlds
    assert apart[drawn].nunique() == 15


def test_scenarios_are_compared_under_the_same_luck() -> None:
    results = run_scenarios(["baseline", "auction"], 4, months=1, seed=7, keep="outcomes", workers=1)
    by_scenario = results.worlds.pivot_table(index="world", columns="scenario", values="energy.grid_lead_months")
    assert (by_scenario["baseline"] == by_scenario["auction"]).all()
    start = results.worlds.pivot_table(index="world", columns="scenario", values="xAI_owned_h100e_0")
    assert (start["baseline"] == start["auction"]).all()


def test_a_pandas_frame_is_a_design() -> None:
    points = pd.DataFrame({GROWTH: [1.7, 2.6], ALLOCATION: ["posted", "uniform_price"]})
    results = run_points(points, 3, months=MONTHS, seed=7, fixed=True, workers=1)
    assert results.worlds.groupby("point")[GROWTH].first().tolist() == [1.7, 2.6]
    assert results.points[ALLOCATION].tolist() == ["posted", "uniform_price"]
    assert results.steps is not None
    assert len(results.steps) == 2 * (MONTHS + 1) * 5 * 6
    assert results.failures is None


def test_a_mechanism_can_be_switched_out_by_a_point() -> None:
    points = pd.DataFrame({"neutral.clusters": [False, True]})
    worlds = run_points(points, 4, months=MONTHS, keep="outcomes", workers=1).worlds
    effective = worlds.pivot_table(index="world", columns="neutral.clusters", values=f"xAI_effective_h100e_{MONTHS}")
    assert (effective[True] != effective[False]).all()


class TestGrowing:
    """More points, more worlds: old rows keep their bits, and only what is new is played."""

    def grown(self, folder: Path, small: dict[str, Any], large: dict[str, Any]) -> tuple[int, int]:
        """Run small, then large in the same folder; worlds played by each."""
        seen: list[Advance] = []
        sweep(small, folder, workers=1, progress=seen.append)
        first = max(one.done for one in seen)
        seen.clear()
        sweep(large, folder, workers=1, progress=seen.append)
        return first, max((one.done for one in seen), default=0)

    @pytest.mark.parametrize("options", KEEPS, ids=named)
    def test_more_points_play_only_the_new_ones(self, tmp_path: Path, options: dict[str, Any]) -> None:
        small, large = (design(sampler={"kind": "sobol", "points": size}, **options) for size in (2, 4))
        assert self.grown(tmp_path / "grown", small, large) == (10, 10)
        sweep(large, tmp_path / "whole", workers=1)
        assert contents(tmp_path / "grown") == contents(tmp_path / "whole")

    @pytest.mark.parametrize("options", [one for one in KEEPS if one != {"keep": "quantiles"}], ids=named)
    def test_more_worlds_play_only_the_new_ones(self, tmp_path: Path, options: dict[str, Any]) -> None:
        small, large = (design(worlds_per_point=worlds, **options) for worlds in (5, 8))
        assert self.grown(tmp_path / "grown", small, large) == (30, 18)
        sweep(large, tmp_path / "whole", workers=1)
        assert contents(tmp_path / "grown") == contents(tmp_path / "whole")

    def test_exact_quantiles_play_a_grown_point_s_old_worlds_again_and_keep_their_rows(self, tmp_path: Path) -> None:
        small, large = (design(worlds_per_point=worlds) for worlds in (5, 8))
        sweep(small, tmp_path / "grown", workers=1)
        before = pd.read_parquet(tmp_path / "grown" / "worlds.parquet")
        sweep(large, tmp_path / "grown", workers=1)
        after = pd.read_parquet(tmp_path / "grown" / "worlds.parquet")
        assert after[after["world"] < 5].reset_index(drop=True).equals(before)
        sweep(large, tmp_path / "whole", workers=1)
        assert contents(tmp_path / "grown") == contents(tmp_path / "whole")

    def test_a_sweep_that_is_done_plays_nothing(self, straight: Path) -> None:
        seen: list[Advance] = []
        before = contents(straight)
        sweep(design(), straight, workers=1, progress=seen.append)
        assert not seen
        assert contents(straight) == before

    def test_independent_luck_stays_with_its_world(self, tmp_path: Path) -> None:
        small, large = (
            design(independent=True, keep="outcomes", worlds_per_point=worlds, sampler={"kind": "sobol", "points": n})
            for worlds, n in ((3, 2), (20, 4))
        )
        self.grown(tmp_path / "grown", small, large)
        sweep(large, tmp_path / "whole", workers=1)
        assert contents(tmp_path / "grown") == contents(tmp_path / "whole")


class TestStopping:
    """What interrupts a sweep costs it a batch at most."""

    def interrupted(self, folder: Path, after: int, **options: Any) -> None:
        """Run until some batches are done, then stop as Ctrl-C does."""
        batches = 0

        def stop(advance: Advance) -> None:
            nonlocal batches
            batches += advance.done > 0
            if batches == after:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sweep(design(**options), folder, workers=1, batch=10, progress=stop)

    @pytest.mark.parametrize("options", KEEPS, ids=named)
    def test_what_was_done_stays_done(self, tmp_path: Path, options: dict[str, Any]) -> None:
        self.interrupted(tmp_path / "cut", 2, **options)
        assert json.loads((tmp_path / "cut" / "manifest.json").read_text())["status"] == "interrupted"
        seen: list[Advance] = []
        sweep(design(**options), tmp_path / "cut", workers=1, progress=seen.append)
        assert seen[0].total == 30 - 15
        sweep(design(**options), tmp_path / "whole", workers=1)
        assert contents(tmp_path / "cut") == contents(tmp_path / "whole")

    def test_a_sweep_may_grow_before_it_is_done(self, straight: Path, tmp_path: Path) -> None:
        self.interrupted(tmp_path / "cut", 3, worlds_per_point=3)
        sweep(design(), tmp_path / "cut", workers=1)
        assert contents(tmp_path / "cut") == contents(straight)

    @pytest.mark.parametrize("moment", ["aside", "commit", "places"])
    def test_an_end_while_result_files_are_made_loses_nothing(
        self, straight: Path, tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from computerace.runs.store import merging as compaction

        def stop(*_: Any) -> None:
            raise KeyboardInterrupt

        target = {"aside": (compaction, "_merge_table"), "commit": (compaction, "write_whole")}
        owner, name = target.get(moment, (SweepFolder, "take_places"))
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(owner, name, stop)
            sweep(design(), tmp_path / "cut", workers=1)
        seen: list[Advance] = []
        sweep(design(), tmp_path / "cut", workers=1, progress=seen.append)
        assert max(one.done for one in seen) == 0
        assert contents(tmp_path / "cut") == contents(straight)

    def test_a_truncated_leftover_is_cleared_away(self, straight: Path, tmp_path: Path) -> None:
        self.interrupted(tmp_path / "cut", 2)
        (tmp_path / "cut" / "parts" / ".000000009-000000000.part.aside").write_bytes(b"half a part")
        (tmp_path / "cut" / ".points.parquet.aside").write_bytes(b"half a table")
        sweep(design(), tmp_path / "cut", workers=1)
        assert contents(tmp_path / "cut") == contents(straight)
        assert not (tmp_path / "cut" / "parts").exists()

    def test_a_full_disk_is_told_and_the_folder_goes_on(
        self, straight: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from computerace.runs.store import parts, whole

        written = whole.write_whole

        def full(target: Path, content: bytes) -> None:
            if target.suffix == ".part" and target.name > "000000001":
                raise OSError(28, "No space left on device")
            written(target, content)

        with (
            monkeypatch.context() as patch,
            pytest.raises(SweepStopped, match="the disk is full; make room and run the same"),
        ):
            patch.setattr(parts, "write_whole", full)
            sweep(design(), tmp_path / "full", workers=1, batch=10)
        sweep(design(), tmp_path / "full", workers=1)
        assert contents(tmp_path / "full") == contents(straight)

    def test_a_second_process_is_refused(self, tmp_path: Path) -> None:
        refused: list[str] = []

        def second() -> None:
            try:
                sweep(design(), tmp_path / "out", workers=1)
            except UserError as error:
                refused.append(str(error))

        def meanwhile(advance: Advance) -> None:
            if not refused:
                thread = threading.Thread(target=second)
                thread.start()
                thread.join()

        sweep(design(), tmp_path / "out", workers=1, progress=meanwhile)
        assert "is in use by process" in refused[0]


class TestRefusals:
    """What does not belong into a folder stays out of it."""

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"seed": 8}, "seed 7 there, 8 here"),
            ({"months": 4}, "months 2 there, 4 here"),
            ({"keep": "outcomes"}, "keep quantiles there, outcomes here"),
            ({"worlds_per_point": 4}, "5 worlds per point there, 4 here, which is fewer"),
            ({"scenario": "auction"}, "scenarios baseline there, auction here"),
            ({"sampler": {"kind": "sobol", "points": 16}}, "sampler lhs there, sobol here"),
            ({"sampler": {"kind": "lhs", "points": 4}}, "points 6 there, 4 here, which is fewer"),
            ({"sampler": {"kind": "lhs", "points": 12}}, "cannot take in points"),
            ({"vary": [{"parameter": GROWTH, "high": 2.5}, design()["vary"][1]]}, f"what varies differs: {GROWTH}"),
            ({"settings": {"energy.slack_mw": 1}}, "the scenario baseline differs in its settings"),
        ],
    )
    def test_another_design_is_refused_and_named(self, straight: Path, changes: dict[str, Any], expected: str) -> None:
        before = contents(straight)
        with pytest.raises(UserError) as refusal:
            sweep(design(**changes), straight, workers=1)
        assert expected in str(refusal.value)
        assert contents(straight) == before

    def test_another_program_is_refused_and_named(self, straight: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        mine = program.fingerprint() | {"market/chips.py": "0" * 16, "numpy": "3.0"}
        monkeypatch.setattr(program, "fingerprint", lambda: mine)
        with pytest.raises(
            UserError, match=r"another version of the program \(market/chips.py is changed, numpy .* → 3.0\)"
        ):
            sweep(design(worlds_per_point=6), straight, workers=1)

    def test_a_folder_with_something_else_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.docx").touch()
        with pytest.raises(UserError, match=r"is no sweep: it holds something else \(thesis.docx"):
            sweep(design(), tmp_path, workers=1)

    def test_a_race_s_folder_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "manifest.json").write_text('{"kind": "race", "scenario": {}}')
        with pytest.raises(UserError, match="it holds a single race"):
            sweep(design(), tmp_path, workers=1)

    def test_a_file_in_the_folder_s_place_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "out").touch()
        with pytest.raises(UserError, match="cannot write to"):
            sweep(design(), tmp_path / "out", workers=1)


class TestFailingWorlds:
    """A world that fails is a row; the others go on."""

    @pytest.fixture
    def failing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from computerace.runs.worlds import simulate as ensemble

        def fragile(chosen: Any, indices: np.ndarray, *rest: Any, **options: Any) -> Any:
            if 3 in indices and chosen.parameters()[ALLOCATION].value == "pro_rata":
                raise FloatingPointError("the third world fell apart")
            return simulate(chosen, indices, *rest, **options)

        monkeypatch.setattr(ensemble, "simulate", fragile)

    @pytest.mark.usefixtures("failing")
    def test_it_is_kept_with_what_it_was_and_how_to_play_it_again(self, straight: Path, tmp_path: Path) -> None:
        results = sweep(design(), tmp_path / "out", workers=1)
        failures = results.failures
        assert failures is not None
        points = results.points
        broken = points.loc[points[ALLOCATION] == "pro_rata", "point"].tolist()
        assert failures["point"].tolist() == broken
        assert set(failures["world"]) == {3}
        assert failures[ALLOCATION].unique().tolist() == ["pro_rata"]
        assert failures["error"].unique().tolist() == ["FloatingPointError: the third world fell apart"]
        assert failures["traceback"].str.contains("Traceback").all()
        assert failures["replay"].iloc[0] == f"computerace replay {tmp_path / 'out'} --point {broken[0]} --world 3"
        whole = pd.read_parquet(straight / "worlds.parquet")
        lost = whole["point"].isin(broken) & (whole["world"] == 3)
        assert results.worlds.equals(whole[~lost].reset_index(drop=True))

    @pytest.mark.usefixtures("failing")
    def test_quantiles_are_over_the_worlds_that_did_not_fail(self, tmp_path: Path) -> None:
        results = sweep(design(), tmp_path / "out", workers=1, batch=5)
        point = int(results.failures["point"].iloc[0]) if results.failures is not None else -1
        rows = results.worlds[results.worlds["point"] == point]
        steps = results.steps
        assert steps is not None
        pick = (
            (steps["point"] == point)
            & (steps["month"] == MONTHS)
            & (steps["lab"] == "xAI")
            & (steps["quantile"] == 0.25)
        )
        assert len(rows) == 4
        assert steps.loc[pick, "owned_h100e"].item() == pytest.approx(
            rows[f"xAI_owned_h100e_{MONTHS}"].quantile(0.25), rel=1e-6
        )

    @pytest.mark.usefixtures("failing")
    def test_too_many_failures_stop_the_sweep(self, tmp_path: Path) -> None:
        with pytest.raises(SweepStopped, match="worlds have failed, the last with FloatingPointError"):
            sweep(design(), tmp_path / "out", workers=1, batch=5, max_failures=1)

    def test_an_outcome_that_is_no_number_is_a_failure(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from computerace.runs.worlds import simulate as ensemble

        def spoiled(chosen: Any, indices: np.ndarray, *rest: Any, **options: Any) -> Any:
            batch = simulate(chosen, indices, *rest, **options)
            batch.outcomes[f"xAI_owned_h100e_{MONTHS}"][indices == 2] = np.nan
            return batch

        monkeypatch.setattr(ensemble, "simulate", spoiled)
        results = sweep(design(), tmp_path / "out", workers=1)
        assert results.failures is not None
        assert results.failures["error"].unique().tolist() == [f"not a number: xAI_owned_h100e_{MONTHS}"]
        assert results.failed_worlds == 6
        assert 2 not in results.worlds["world"].to_numpy()
