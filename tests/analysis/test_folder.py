"""A folder as frames: what each kind holds, and one line for what is no run."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import computerace.analysis
from computerace.analysis.causes.ledger import bound_by_month
from computerace.analysis.columns import DEFINITIONS
from computerace.analysis.folder import load
from computerace.analysis.sensitivity.spreads import MARKED, MEDIANS, MONTHS, basis, mean_shares, share_spread, spread
from computerace.analysis.weights import WEIGHT
from computerace.market.errors import UserError
from computerace.runs.cli import run
from computerace.runs.sweeps.sweep import sweep
from tests.runs.answering import by_hand, forget_check_sums

SMALL: dict[str, Any] = {
    "scenario": "baseline", "seed": 3, "worlds_per_point": 20, "months": 12, "fixed": True,
    "sampler": {"kind": "lhs", "points": 3}, "vary": [{"parameter": "chips.supply_growth_2026"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("folders")
    line = ["race", "baseline", "--worlds", "30", "--months", "12", "--workers", "1", "--json"]
    assert run([*line, "--out", str(root / "race")]) == 0
    for keep in ("quantiles", "steps", "outcomes"):
        sweep(SMALL | {"keep": keep}, root / keep, workers=1)
    several = {"scenarios": ["baseline", "chip-shock"], "sampler": {"kind": "none"}, "vary": []}
    sweep({key: value for key, value in (SMALL | several).items() if key != "scenario"}, root / "scenarios", workers=1)
    return root


def test_a_race_gives_worlds_months_and_how_it_came_about(folders: Path) -> None:
    runs = load(folders / "race")
    assert len(runs.worlds) == 30
    assert list(runs.steps.columns[:5]) == ["point", "month", "date", "quantile", "lab"]  # type: ignore[union-attr]
    assert (runs.failures, runs.points) == (None, None)
    assert runs.labs == ["xAI", "Google", "Microsoft", "Meta"]
    assert (runs.claimant, runs.horizon, str(runs.start)) == ("xAI", 12, "2025-12-31")
    assert runs.date(2) == pd.Timestamp("2026-02-28")
    assert not runs.many_points


def test_one_scenario_of_several_is_a_run_of_its_own(folders: Path) -> None:
    whole = load(folders / "scenarios")
    part = whole.of_scenario("chip-shock")
    assert whole.scenarios == ["baseline", "chip-shock"]
    assert part.scenarios == ["chip-shock"]
    assert part.manifest["scenario"]["settings"]["chips.supply_cut"] == 0.5
    assert (len(whole.worlds), len(part.worlds)) == (40, 20)
    assert set(part.steps["point"]) == set(part.worlds["point"]) == {1}  # type: ignore[index]
    with pytest.raises(UserError, match="did you mean 'chip-shock'"):
        whole.of_scenario("chip-shok")


@pytest.mark.parametrize(("folder", "measure", "expected"), [
    ("race", "owned_h100e", MONTHS), ("steps", "owned_h100e", MONTHS), ("quantiles", "owned_h100e", MARKED),
    ("quantiles", "chip_price_usd_per_h100e", MEDIANS), ("outcomes", "ratio_owned_three", MARKED),
])  # fmt: skip
def test_a_spread_comes_from_the_best_that_a_folder_has(
    folders: Path, folder: str, measure: str, expected: str
) -> None:
    runs = load(folders / folder)
    assert basis(runs, measure) == expected
    found = spread(runs, measure)
    assert list(found["month"].drop_duplicates()) == ([0, 12] if expected == MARKED else list(range(13)))
    assert (found["p5"] <= found["p50"]).all()
    assert (found["p50"] <= found["p95"]).all()


def test_the_spread_of_trajectories_is_over_all_worlds_of_all_points(folders: Path) -> None:
    from_steps, from_worlds = (spread(load(folders / name), "owned_h100e", ["xAI"]) for name in ("steps", "outcomes"))
    last = from_steps[from_steps["month"] == 12].iloc[0]
    assert last[["p5", "p50", "p95"]].to_numpy(dtype=float) == pytest.approx(
        from_worlds.iloc[-1][["p5", "p50", "p95"]].to_numpy(dtype=float)
    )


def test_mean_shares_add_up_to_one_and_agree_with_the_table_of_worlds(folders: Path) -> None:
    runs = load(folders / "race")
    for rivals in ("three", "all"):
        shares = mean_shares(runs, "used", rivals)
        assert shares.groupby("month")["share"].sum().to_numpy() == pytest.approx([1.0, 1.0])
    owned = {lab: runs.worlds[f"{lab}_owned_h100e_12"] for lab in runs.labs}
    mine = owned["xAI"] / sum(owned.values())
    table = mean_shares(runs)
    found = table[(table["lab"] == "xAI") & (table["month"] == 12)]["share"].item()
    assert found == pytest.approx(mine.mean())
    assert share_spread(runs, "xAI")["p95"].iloc[-1] == pytest.approx(mine.quantile(0.95))


def test_the_ledgers_shares_add_up_to_one_every_month(folders: Path) -> None:
    for name in ("race", "quantiles", "steps"):
        runs = load(folders / name)
        found = bound_by_month(runs.steps, runs.labs)
        assert found.groupby(["lab", "month"])["share"].sum().to_numpy() == pytest.approx(1.0, abs=1e-5)
        assert found["month"].min() == 1


def test_what_a_folder_does_not_keep_is_said_with_the_cure(folders: Path) -> None:
    with pytest.raises(UserError, match='keeps no months: run it with keep = "quantiles"'):
        spread(load(folders / "outcomes"), "chip_price_usd_per_h100e")
    with pytest.raises(UserError, match="did you mean 'chip_price_usd_per_h100e'"):
        spread(load(folders / "race"), "chip_price_usd_per_h100")


def broken(folders: Path, tmp_path: Path, **changes: Any) -> Path:
    """A copy of a sweep's folder with other words in its manifest."""
    copy = tmp_path / "copy"
    shutil.copytree(folders / "outcomes", copy)
    manifest = by_hand(copy)
    (copy / "manifest.json").write_text(json.dumps(manifest | changes))
    return copy


def test_what_is_no_whole_run_is_refused_in_one_line(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    running = broken(folders, tmp_path, status="running")
    for folder, said in (
        (tmp_path / "absent", "there is no folder"),
        (tmp_path / "empty", "is no run: it has no manifest.json"),
        (running, "is running, not complete: the same `computerace sweep` command goes on where it stopped"),
    ):
        assert run(["report", str(folder)]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1


def test_a_table_without_the_claims_columns_is_refused_by_name(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = broken(folders, tmp_path)
    forget_check_sums(copy)
    worlds = pd.read_parquet(copy / "worlds.parquet")
    worlds.drop(columns=[f"{DEFINITIONS[0]}_three_first_month"]).to_parquet(copy / "worlds.parquet")
    assert run(["report", str(copy)]) == 2
    assert "lacks the column owned_three_first_month" in capsys.readouterr().err
    assert not (copy / "report.html").exists()
    worlds.drop(columns=["point"]).to_parquet(copy / "worlds.parquet")
    assert run(["report", str(copy)]) == 2
    assert "lacks the column point" in capsys.readouterr().err
    (copy / "worlds.parquet").write_bytes(b"PAR1 not a table")
    assert run(["report", str(copy)]) == 2
    assert "worlds.parquet cannot be read" in capsys.readouterr().err


def test_the_package_itself_loads_a_folder(folders: Path) -> None:
    assert computerace.analysis.load(folders / "race").worlds.equals(load(folders / "race").worlds)
    assert {"Runs", "load"} <= set(dir(computerace.analysis))
    with pytest.raises(AttributeError, match="it offers Runs, load"):
        computerace.analysis.lod  # noqa: B018


def test_spreads_of_pictures_count_worlds_by_their_weights(folders: Path) -> None:
    runs = replace(load(folders / "outcomes"), steps=None)
    often = np.where(np.arange(len(runs.worlds)) % 7 == 0, 50, 1)
    weighted = replace(runs, worlds=runs.worlds.assign(**{WEIGHT: often.astype(float)}))
    copied = replace(runs, worlds=runs.worlds.loc[runs.worlds.index.repeat(often)].reset_index(drop=True))
    one, same, plain = (mean_shares(each)["share"].to_numpy() for each in (weighted, copied, runs))
    assert one == pytest.approx(same) and np.abs(one / plain - 1).max() > 1e-3
    for table in (lambda each: share_spread(each, "xAI"), lambda each: spread(each, "owned_h100e", ["Google"])):
        one, same, plain = (table(each).query("month == 12")["p50"].item() for each in (weighted, copied, runs))
        assert one == pytest.approx(same, rel=0.05) and one != plain
