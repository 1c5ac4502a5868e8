"""`computerace update`: weights by figures published since the start, the folder they leave, and slips."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.claim import claim_table
from computerace.analysis.folder import load
from computerace.analysis.weights import WEIGHT, effective_number, quantiles
from computerace.market.errors import UserError
from computerace.observables.outcomes import ratio_column
from computerace.runs.claims import read_claim
from computerace.runs.cli import run
from computerace.runs.studies.claims import ask, fitted, outcomes
from computerace.runs.studies.said import KeepMore, KeepSaid, facility_ratio, logs_said, measures_of, month_of
from computerace.runs.studies.update import update
from computerace.runs.sweeps.sweep import sweep
from computerace.runs.terminal.claim import with_interval
from computerace.runs.worlds.play import ONE
from tests.runs.answering import said
from tests.runs.sweeping import design

WORDS = ("--start", "2024-12-31", "--months", "6", "--workers", "1")


def figures(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["date", "owner", "quantity", "value"])


OF_2025 = figures(("2025-03-31", "xAI", "owned_h100e", 2.0e5), ("2025-06-30", "Google", "owned_h100e", 2.83e6))


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a year from the end of 2024."""
    folder = tmp_path_factory.mktemp("update") / "race"
    assert run(["race", "baseline", *WORDS, "--worlds", "300", "--out", str(folder), "--json"]) == 0
    return folder


def test_worlds_near_the_figures_count_for_more(race: Path) -> None:
    found = update(race, OF_2025, most_worlds=300)
    weights = found.worlds[WEIGHT].to_numpy()
    assert weights.mean() == pytest.approx(1.0) and found.effective_worlds == pytest.approx(effective_number(weights))
    for said_there, told in zip(found.said, found.news.told, strict=True):
        before, after = said_there.mean(), np.average(said_there, weights=weights)
        assert abs(after - told.value) < abs(before - told.value)


def test_the_order_of_rows_does_not_matter(race: Path) -> None:
    one, other = (update(race, table, most_worlds=300).worlds[WEIGHT] for table in (OF_2025, OF_2025[::-1]))
    assert one.to_numpy() == pytest.approx(other.to_numpy(), rel=1e-9)


def test_worlds_are_moved_where_more_of_them_show_that_few_count(race: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from computerace.runs.studies import update as study

    monkeypatch.setattr(study, "ENOUGH", 320)
    monkeypatch.setattr(study, "_heavy", lambda found, _: len(found.worlds) > 300)
    found = study.update(race, OF_2025[1:], most_worlds=330)
    assert found.how == "smoother" and len(found.before) == 300
    assert study.update(race, OF_2025[1:], most_worlds=330, method="weights").how == "weights"


def test_rows_from_before_the_start_are_told(race: Path) -> None:
    early = figures(("2024-09-30", "Meta", "owned_h100e", 6e5), ("2024-12-31", "Meta", "owned_h100e", 7.7e5))
    found = update(race, pd.concat([early, OF_2025]), most_worlds=300, method="weights")
    assert len(found.news.told) == 2
    assert found.news.left == ("2 rows up to 2024-12-31: what was known when the race began",)


def test_one_lab_alone_is_taken_and_worlds_say_its_owned_compute(race: Path) -> None:
    found = update(race, figures(("2025-06-30", "Meta", "owned_h100e", 1.4e6)), most_worlds=300)
    table = load(race).worlds
    grown = table["Meta_owned_h100e_6"] - table["Meta_owned_h100e_0"]
    assert np.exp(found.said[0]) == pytest.approx(774_426 + grown.to_numpy(), rel=1e-5)


def test_a_day_between_two_ends_of_months_lies_between_them() -> None:
    import datetime

    start = datetime.date(2024, 12, 31)
    assert month_of(datetime.date(2025, 3, 31), start) == 3.0
    assert month_of(datetime.date(2025, 6, 15), start) == pytest.approx(5.5)


def test_more_worlds_are_played_as_far_as_allowed_and_are_the_race_s_own(race: Path, tmp_path: Path) -> None:
    narrow = OF_2025.assign(low=OF_2025["value"] * 0.999, high=OF_2025["value"] * 1.001)
    found = update(race, narrow, most_worlds=420)
    assert 0 < found.played <= 120 and len(found.worlds) == 300 + found.played
    larger = tmp_path / "larger"
    assert run(["race", "baseline", *WORDS, "--worlds", str(len(found.worlds)), "--out", str(larger), "--json"]) == 0
    pd.testing.assert_frame_equal(found.worlds.drop(columns=WEIGHT), load(larger).worlds, check_dtype=False)


def test_weights_of_a_sweep_are_within_each_point(tmp_path: Path) -> None:
    folder = tmp_path / "swept"
    sweep(design(months=4, fixed=False), folder, workers=1)
    found = update(folder, figures(("2026-03-31", "Google", "owned_h100e", 4.2e6)), most_worlds=30)
    assert found.worlds.groupby("point")[WEIGHT].mean().to_numpy() == pytest.approx(np.ones(6))
    assert found.played == 0


def test_an_updated_sweep_s_worlds_are_played_again_for_what_no_table_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.runs.studies import claims as study

    sweep(design(months=4, fixed=False), tmp_path / "swept", workers=1)
    figures(("2026-03-31", "Google", "owned_h100e", 5.4e6)).to_csv(tmp_path / "later.csv", index=False)
    words = ("--most-worlds", "53", "--workers", "1", "--method", "weights", "--out", str(tmp_path / "new"), "--json")
    assert run(["update", str(tmp_path / "swept"), str(tmp_path / "later.csv"), *words]) == 0
    large = {
        "quantity": "owned_h100e",
        "relation": "at least an amount",
        "amount": 6.4e6,
        "claimant": "Google",
        "at": 4,
    }
    told = ask(tmp_path / "new", [large])
    assert told["worlds"].item() == 48 and 0 < told["probability"].item() < 1
    assert told["probability"].item() != told["reached"].item() / 48
    monkeypatch.setattr(study, "from_table", lambda *_: None)
    pd.testing.assert_frame_equal(ask(tmp_path / "new", [large]), told)


def test_further_worlds_of_a_sweep_are_the_larger_sweep_s(tmp_path: Path) -> None:
    claim = {"name": "large", "quantity": "owned_h100e", "claimant": "Google", "relation": "at least an amount",
             "amount": 6e6, "by": 4}  # fmt: skip
    for name, worlds in (("small", 5), ("large", 8)):
        content = design(months=4, fixed=False, worlds_per_point=worlds, claims=[claim])
        sweep(content, tmp_path / name, workers=1)
    found = update(tmp_path / "small", figures(("2026-03-31", "Google", "owned_h100e", 4.2e6)), most_worlds=53)
    assert found.played == 18 and len(found.worlds) == 48
    mine = found.worlds.drop(columns=WEIGHT).sort_values(["point", "world"], ignore_index=True)
    pd.testing.assert_frame_equal(mine, load(tmp_path / "large").worlds)


def test_the_folder_holds_weights_that_claim_respects(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    OF_2025.to_csv(tmp_path / "later.csv", index=False)
    words = ("--most-worlds", "300", "--workers", "1", "--out", str(tmp_path / "new"))
    code, out, _ = said(capsys, "update", str(race), str(tmp_path / "later.csv"), *words)
    assert code == 0 and "2 figures of" in out and "weighted, they count as" in out
    new = load(tmp_path / "new")
    assert new.worlds[WEIGHT].to_numpy() == pytest.approx(update(race, OF_2025, most_worlds=300).worlds[WEIGHT])
    assert new.manifest["program"] == load(race).manifest["program"]
    answer = json.loads(said(capsys, "claim", str(tmp_path / "new"), "--json")[1])
    ratio = claim_table(new.worlds, [6])["ratio_p50"].iloc[0]
    assert answer["weighted"] and answer["claim"][0]["ratio"] == pytest.approx(ratio)
    assert ratio != pytest.approx(claim_table(load(race).worlds, [6])["ratio_p50"].iloc[0], rel=1e-6)
    half = {"quantity": "share", "claimant": "Google", "relation": "at least an amount", "amount": 0.4, "by": 6}
    assert ask(tmp_path / "new", [half])["probability"].item() != ask(race, [half])["probability"].item()
    code, _, err = said(capsys, "sensitivity", str(tmp_path / "new"))
    assert code == 2 and "is of `computerace update`" in err


def updated_by(published: pd.DataFrame, race: Path, folder: Path, most_worlds: int) -> Path:
    """The folder of a race that figures have moved."""
    published.to_csv(folder / "later.csv", index=False)
    words = ["--most-worlds", str(most_worlds), "--workers", "1", "--out", str(folder / "new"), "--json"]
    assert run(["update", str(race), str(folder / "later.csv"), *words]) == 0
    return folder / "new"


@pytest.fixture(scope="module")
def updated(race: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That race by two figures."""
    return updated_by(OF_2025, race, tmp_path_factory.mktemp("updated"), 300)


def test_months_are_those_of_the_weighted_worlds(updated: Path) -> None:
    runs = load(updated)
    last = runs.months("owned_h100e").query("month == 6").set_index(["lab", "quantile"])["owned_h100e"]
    for lab in runs.labs:
        weights = runs.worlds[WEIGHT].to_numpy()
        told = quantiles(runs.worlds[f"{lab}_owned_h100e_6"], weights, (0.25, 0.5, 0.75))
        assert last[lab][[0.25, 0.5, 0.75]].to_numpy() == pytest.approx(told, rel=0.03)
    plain = load(runs.manifest["updated"]["folder"]).months("owned_h100e").query("month == 6 and lab == 'Google'")
    assert abs(last["Google", 0.5] / plain.query("quantile == 0.5")["owned_h100e"].item() - 1) > 0.03


def test_the_ledger_and_the_report_are_of_the_weighted_worlds(
    updated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.analysis.report import write

    answer = json.loads(said(capsys, "ledger", str(updated), "--json")[1])
    worlds = load(updated).worlds
    for row in answer["overall"]:
        told = np.average(worlds[f"{row['lab']}_bound_{row['cause']}"], weights=worlds[WEIGHT])
        assert row["share"] == pytest.approx(told)
    by_month = pd.DataFrame(answer["by_month"]).groupby(["lab", "cause"])["share"].mean()
    overall = pd.DataFrame(answer["overall"]).set_index(["lab", "cause"])["share"]
    assert (by_month - overall).abs().max() < 0.02
    monkeypatch.setattr(write, "figures", lambda *_: [])
    code, _, err = said(capsys, "report", str(updated), "--out", str(tmp_path))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert code == 0, err
    assert "2 figures, up to June 2025" in page and "are weighted by later figures" in page


def test_scenarios_of_a_sweep_are_updated_each_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = ["baseline", "energy-crunch"]
    content = design(months=12, fixed=False, sampler={"kind": "none"}, worlds_per_point=40, vary=[], scenarios=both)
    content.pop("scenario")
    sweep(content, tmp_path / "swept", workers=1)
    figures(("2026-03-31", "Google", "owned_h100e", 5.5e6)).to_csv(tmp_path / "later.csv", index=False)
    words = ("update", str(tmp_path / "swept"), str(tmp_path / "later.csv"), "--most-worlds", "80", "--workers", "1")
    answer = json.loads(said(capsys, *words, "--json")[1])
    worlds = update(tmp_path / "swept", tmp_path / "later.csv", most_worlds=80).worlds
    for name in both:
        ratio = claim_table(worlds[worlds["scenario"] == name], [12])["ratio_p50"].iloc[0]
        rows = [row for row in answer["after"]["claim"] if row["scenario"] == name]
        assert len(rows) == 8 and rows[0]["ratio"][1] == pytest.approx(ratio)
        assert [row["scenario"] for row in answer["figures"]].count(name) == 1
    assert len({row["after"][1] for row in answer["figures"]}) == 2
    out = said(capsys, *words)[1]
    assert [out.count(f"scenario {name}") for name in both] == [1, 1] and "1 figure of" in out


def test_who_owns_most_is_told_with_intervals(race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    OF_2025.to_csv(tmp_path / "later.csv", index=False)
    words = ("update", str(race), str(tmp_path / "later.csv"), "--most-worlds", "300", "--workers", "1")
    rows = {row["lab"]: row for row in json.loads(said(capsys, *words, "--json")[1])["after"]["leads"]}
    _, _, told = said(capsys, *words)[1].partition("owns most")
    lines = [" ".join(line.split()) for line in told.splitlines()]
    for lab, row in rows.items():
        low, high = row["interval"]
        chance = with_interval(row["probability"], low, high)
        assert sum(line.startswith(f"{lab} ") and chance in line for line in lines) == 1


def test_a_weighted_sweep_tells_what_bound_each_lab_over_the_whole_race(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep(design(months=4, fixed=False), tmp_path / "swept", workers=1)
    figures(("2026-03-31", "Google", "owned_h100e", 4.2e6)).to_csv(tmp_path / "later.csv", index=False)
    options = ("--workers", "1", "--most-worlds", "30", "--out", str(tmp_path / "new"))
    words = (str(tmp_path / "swept"), str(tmp_path / "later.csv"), *options)
    assert said(capsys, "update", *words)[0] == 0
    code, out, err = said(capsys, "ledger", str(tmp_path / "new"))
    assert code == 0, err
    assert out.count("whole race") == 4 and "2026" not in out
    assert said(capsys, "report", str(tmp_path / "new"), "--out", str(tmp_path / "report"))[0] == 0


def test_each_figure_is_left_out_in_turn_and_a_strange_one_is_marked(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = figures(("2025-06-30", "Meta", "owned_h100e", 9e6), ("2025-06-30", "Google", "owned_h100e", 2.83e6))
    strange.to_csv(tmp_path / "later.csv", index=False)
    options = ("--most-worlds", "300", "--workers", "1", "--method", "weights")
    words = ("update", str(race), str(tmp_path / "later.csv"), *options)
    answer = json.loads(said(capsys, *words, "--json")[1])
    far, near = answer["figures"]
    assert far["no_world_near"] and not near["no_world_near"]
    alone = update(race, strange[1:], most_worlds=300)
    assert far["effective_worlds_without"] == pytest.approx(alone.effective_worlds)
    assert answer["needed"] > 300
    assert "no world comes near this figure" in said(capsys, *words)[1]


HEAVY = pd.concat([OF_2025, figures(("2025-06-30", "Meta", "owned_h100e", 2.1e6))]).assign(
    low=lambda table: table["value"] * 0.99, high=lambda table: table["value"] * 1.01
)


@pytest.fixture(scope="module")
def heavy(race: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That race moved to figures that hardly any of its worlds come near."""
    return updated_by(HEAVY, race, tmp_path_factory.mktemp("heavy"), 400)


@pytest.mark.slow
def test_heavy_news_move_worlds_that_count_alike(heavy: Path) -> None:
    runs = load(heavy)
    assert runs.manifest["updated"]["how"] == "smoother" and len(runs.worlds) == 400
    assert WEIGHT not in runs.worlds.columns and "chips.supply_growth_2026" in runs.worlds.columns
    answer = json.loads((heavy / "answer.json").read_text(encoding="utf-8"))
    assert answer["how"] == "smoother" and answer["effective_worlds"] == 400 and answer["needed"] is None
    meta = answer["figures"][-1]
    low, middle, high = np.log(meta["before"])
    prior = ((high - low) / (2 * 1.6449)) ** 2
    normal = middle + prior / (prior + meta["error"] ** 2) * (np.log(meta["value"]) - middle)
    assert meta["after"][1] == pytest.approx(np.exp(normal), rel=0.04) and meta["after"][1] > 1.15 * meta["before"][1]
    others = [abs(one["ratio_without"] / answer["after"]["claim"][0]["ratio"][1] - 1) for one in answer["figures"]]
    assert max(others) > 0.02


@pytest.mark.slow
def test_a_claim_is_asked_of_moved_worlds_in_python_and_of_no_others(race: Path) -> None:
    found = update(race, HEAVY, most_worlds=400, method="smoother")
    large = {"quantity": "owned_h100e", "claimant": "Google", "relation": "first", "at": 6}
    compute = found.worlds[[f"{lab}_owned_h100e_6" for lab in found.runs.labs]]
    first = (compute.idxmax(axis=1) == "Google_owned_h100e_6").mean()
    assert ask(found.runs, [large])["probability"].item() == pytest.approx(first)
    with pytest.raises(UserError, match="keeps no luck of the worlds that figures moved"):
        ask(found.runs, [large | {"quantity": "power_mw"}])


def test_months_of_moved_worlds_are_their_own(heavy: Path) -> None:
    runs = load(heavy)
    last = runs.months("owned_h100e").query("month == 6 and lab == 'Google' and quantile == 0.5")["owned_h100e"].item()
    assert last == pytest.approx(runs.worlds["Google_owned_h100e_6"].median(), rel=1e-5)


def test_a_moved_folder_is_read_and_labelled(
    heavy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.analysis.report import write

    monkeypatch.setattr(write, "figures", lambda *_: [])
    code, out, _ = said(capsys, "claim", str(heavy))
    assert code == said(capsys, "ledger", str(heavy))[0] == 0
    assert "An ensemble smoother moved these worlds to later figures" in out and "--rare" not in out
    code, _, err = said(capsys, "claim", str(heavy), "--rare")
    assert code == 2 and "is updated by figures" in err
    assert said(capsys, "report", str(heavy), "--out", str(tmp_path))[0] == 0
    assert "moved by an ensemble smoother" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_worlds_that_were_moved_come_out_again(heavy: Path) -> None:
    runs = load(heavy)
    large = {"quantity": "owned_h100e", "claimant": "each lab", "relation": "at least an amount", "amount": 1.9e6}
    claim = fitted(read_claim(large | {"by": 6}), runs)
    (found,) = outcomes(runs, [claim], on=ONE)
    compute = runs.worlds[[f"{lab}_owned_h100e_6" for lab in runs.labs]].to_numpy().T
    assert 0 < found.true.mean() < 1 and (found.true[:, 0] == (compute >= 1.9e6)).all()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_smoother_agrees_with_weights_where_both_can_be_had(tmp_path: Path) -> None:
    folder = tmp_path / "race"
    assert run(["race", "baseline", *WORDS, "--worlds", "4000", "--out", str(folder), "--json"]) == 0
    weighted, moved = (update(folder, OF_2025, most_worlds=4000, method=one) for one in ("weights", "smoother"))
    for number in range(2):
        weights = weighted.worlds[WEIGHT].to_numpy()
        mean, spread = np.average(weighted.said[number], weights=weights), moved.said[number].std()
        error = spread * np.hypot(1 / np.sqrt(weighted.effective_worlds), 1 / np.sqrt(len(moved.worlds)))
        assert moved.said[number].mean() == pytest.approx(mean, abs=5 * error)
        there = np.sqrt(np.average((weighted.said[number] - mean) ** 2, weights=weights))
        assert spread == pytest.approx(there, rel=0.15)


def test_a_folder_that_is_taken_is_told_before_a_world_is_played(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.runs.studies import update as study

    monkeypatch.setattr(study, "play_again", lambda *_, **__: pytest.fail("worlds were played"))
    OF_2025.to_csv(tmp_path / "later.csv", index=False)
    (tmp_path / "notes.txt").touch()
    for out, told in ((race, "holds a run of `computerace race`"), (tmp_path, "holds something else than a run")):
        code, _, err = said(capsys, "update", str(race), str(tmp_path / "later.csv"), "--out", str(out))
        assert code == 2 and told in err


def test_what_the_smoother_cannot_move_is_one_line(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    OF_2025.to_csv(tmp_path / "later.csv", index=False)
    fixed = tmp_path / "fixed"
    assert run(["race", "baseline", *WORDS, "--worlds", "20", "--fixed", "--out", str(fixed), "--json"]) == 0
    capsys.readouterr()
    for words, told in (
        ((str(fixed), "--method", "smoother"), "keeps its parameters at their centre"),
        ((str(race), "--method", "smother"), "unknown method 'smother'; did you mean 'smoother'"),
    ):
        code, out, err = said(capsys, "update", words[0], str(tmp_path / "later.csv"), *words[1:])
        assert (code, out, len(err.strip().splitlines())) == (2, "", 1) and told in err


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_rejection_sampling_agrees_on_two_figures_of_2025(tmp_path: Path) -> None:
    from computerace.analysis.validation.updating import log_likelihood
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.sample import Sample, joined, play_sample

    folder = tmp_path / "race"
    assert run(["race", "baseline", *WORDS, "--worlds", "4000", "--out", str(folder), "--json"]) == 0
    found = update(folder, OF_2025, most_worlds=4000)
    manifest = load(folder).manifest
    sample = Sample(
        scenario=Scenario.from_dict(dict(manifest["scenario"])), seed=2, world=np.arange(200_000), months=6,
        keep=KeepMore(KeepSaid(found.news.places)), measures=measures_of(found.news.places),
    )  # fmt: skip
    kept = joined(play_sample(sample, ONE).kept)
    table = pd.DataFrame({name: kept[name] for name in kept if name not in ("start", "then")})
    there = logs_said(kept, found.news.places, found.news.published, facility_ratio(table, manifest["parameters"]))
    likely = log_likelihood(there, found.news.logs, found.news.errors)
    taken = np.log(np.random.default_rng(3).random(len(likely))) < likely - likely.max()
    name = ratio_column("owned", "three", 6)
    one, other = np.log(table[name][taken]), np.log(found.worlds[name])
    weights = found.worlds[WEIGHT]
    error = np.hypot(one.std() / np.sqrt(taken.sum()), one.std() / np.sqrt(found.effective_worlds))
    assert taken.sum() > 1000
    assert np.average(other, weights=weights) == pytest.approx(one.mean(), abs=4 * error)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("2024-12-31,xAI,owned_h100e,1e5", "has no figure after 2024-12-31"),
        ("2025-06-30,xAI,owned_h100,1e5", "unknown quantity 'owned_h100'"),
        ("2025-06-30,xIA,owned_h100e,1e5", "unknown lab 'xIA'; did you mean 'xAI'"),
        ("2026-06-30,xAI,owned_h100e,1e5", "nothing in later.csv can be compared"),
        ("2025-06-30,xAI,owned_h100e,2e5,-1,3e5", "is negative below"),
        ("2025-06-30,xAI,owned_h100e,2e5,3e5,1e5", "lies outside its band"),
        ("2025-06-30,xAI,owned_h100e,0", "none of the figures can be taken in"),
    ],
)
def test_a_slip_is_one_line(
    rows: str, told: str, race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = "date,owner,quantity,value" + (",low,high" if rows.count(",") > 3 else "")
    (tmp_path / "later.csv").write_text(f"{heading}\n{rows}\n", encoding="utf-8")
    code, out, err = said(capsys, "update", str(race), str(tmp_path / "later.csv"))
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert told in err


@pytest.mark.parametrize("kind", ["race", "swept"])
def test_a_further_world_that_fails_is_a_row_that_its_command_plays_again(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.runs.worlds import simulate as model

    real, broken = model.simulate, 7

    def fragile(chosen: Any, indices: np.ndarray, *rest: Any, **options: Any) -> model.Batch:
        if broken in indices:
            raise FloatingPointError("the world fell apart")
        return real(chosen, indices, *rest, **options)

    monkeypatch.chdir(tmp_path)
    if kind == "race":
        assert run(["race", "baseline", "--months", "4", "--worlds", "5", "--workers", "1", "--out", kind]) == 0
    else:
        sweep(design(months=4, fixed=False), kind, workers=1)
    figures(("2026-03-31", "Google", "owned_h100e", 4.2e6)).to_csv("later.csv", index=False)
    monkeypatch.setattr(model, "simulate", fragile)
    code, out, err = said(capsys, "update", kind, "later.csv", "--most-worlds", "70", "--method", "weights", "--json")
    answer = json.loads(out)
    points = 1 if kind == "race" else 6
    assert (code, answer["failed"], len(answer["failures"])) == (1, points, points)
    assert "the first with FloatingPointError: the world fell apart: computerace replay" in err
    for row in answer["failures"]:
        again = row["replay"].split()
        assert again[:3] == ["computerace", "replay", kind] and row["world"] == broken
        assert said(capsys, *again[1:])[0] == 1
        monkeypatch.setattr(model, "simulate", real)
        assert said(capsys, *again[1:])[0] == 0
        monkeypatch.setattr(model, "simulate", fragile)
