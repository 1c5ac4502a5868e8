"""`computerace claim`: its JSON against the folder, its page, and how it tells a mistake."""

import json
import shutil
from pathlib import Path

import pytest

from computerace.analysis.folder import load
from computerace.runs.cli import run
from computerace.runs.sweeps.sweep import sweep
from tests.runs.answering import forget_check_sums, said
from tests.runs.sweeping import design


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small race."""
    folder = tmp_path_factory.mktemp("claim") / "race"
    assert run(["race", "--worlds", "60", "--months", "26", "--workers", "1", "--out", str(folder), "--json"]) == 0
    return folder


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep over two scenarios, laid out by hand."""
    folder = tmp_path_factory.mktemp("claim") / "grid"
    content = design(
        sampler={"kind": "grid"},
        scenarios=["baseline", "auction"],
        vary=[{"parameter": "chips.supply_cut", "values": [0, 0.5]}],
    )
    content.pop("scenario")
    sweep(content, folder, workers=1)
    return folder


def test_json_has_a_row_for_each_claim_and_agrees_with_the_folder(
    race: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, "claim", str(race), "--deadline", "9", "--deadline", "26", "--json")
    answer = json.loads(out)
    assert code == 0
    assert len(answer["claim"]) == 4 * 2 * 2
    worlds = load(race).worlds
    for row in answer["claim"]:
        first = worlds[f"{row['definition']}_{row['rivals']}_first_month"]
        assert row["worlds_reached"] == (first <= row["deadline_months"]).sum()
        assert (row["ratio"] is None) == (row["deadline_months"] == 9)
    for curve in answer["first_passage"]:
        first = worlds[f"{curve['definition']}_{curve['rivals']}_first_month"]
        assert curve["reached"][-1] == first.notna().sum()
        assert curve["month"] == list(range(27))


def test_page_shows_chances_in_eighty_columns(race: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "claim", str(race))
    assert code == 0
    assert "has passed the other labs by then" in out and "has passed all others by then" in out
    assert "Dec 2026" in out and "Feb 2028" in out
    assert max(len(line.rstrip()) for line in out.splitlines()[1:]) <= 80


def test_a_grid_is_shown_by_scenario_and_called_no_probability(grid: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "claim", str(grid))
    assert code == 0
    assert "scenario baseline" in out and "scenario auction" in out
    assert "no probability of the future" in out
    answer = json.loads(said(capsys, "claim", str(grid), "--json")[1])
    assert {row["scenario"] for row in answer["claim"]} == {"baseline", "auction"}
    assert {row["scenario"] for row in answer["first_passage"]} == {"baseline", "auction"}
    assert len(answer["first_passage"]) == 16
    assert not answer["is_sample"]


@pytest.mark.slow
def test_rare_estimates_and_says_what_worlds_have_in_common(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = tmp_path / "short"
    assert run(["race", "--worlds", "30", "--months", "2", "--workers", "1", "--out", str(short), "--json"]) == 0
    words = ["claim", str(short), "--rare", "--worlds", "100", "--repeats", "2", "--workers", "1"]
    code, out, _ = said(capsys, *words, "--definition", "used", "--json")
    rare = json.loads(out)["rare"]
    assert code == 0
    assert (rare["definition"], rare["rivals"], rare["deadline_months"]) == ("used", "three", 2)
    assert rare["interval"][0] <= rare["probability"] <= rare["interval"][1]
    assert len(rare["repeats"]) == 2 and rare["evaluations"] >= 200


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["claim", "nowhere"], "there is no folder nowhere"),
        (["claim", "RACE", "--deadline", "27"], "a deadline must be from 1 to 26"),
        (["claim", "RACE", "--rare", "--definition", "owend"], "did you mean 'owned'"),
        (["claim", "RACE", "--definition", "used"], "--definition goes with --rare"),
        (["claim", "RACE", "--worlds", "5"], "--worlds goes with --rare"),
        (["claim", "RACE", "--workers", "1"], "--workers goes with --rare or --claims"),
        (["claim", "RACE", "--rare", "--worlds", "20"], "at least 100 worlds per level; got 20"),
        (["claim", "RACE", "--rare", "--repeats", "1"], "--repeats must be at least 2"),
        (["claim", "GRID", "--rare"], "--rare takes one scenario"),
        (["claim", "EMPTY"], "is no run: it has no manifest.json"),
        (["claim", "BARE"], "lacks the column used_all_first_month"),
    ],
)
def test_mistake_is_told_in_one_line(
    words: list[str], told: str, race: Path, grid: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    bare = shutil.copytree(race, tmp_path / "bare")
    load(bare).worlds.drop(columns="used_all_first_month").to_parquet(bare / "worlds.parquet")
    forget_check_sums(bare)
    named = {"RACE": str(race), "GRID": str(grid), "EMPTY": str(tmp_path / "empty"), "BARE": str(bare)}
    code, out, err = said(capsys, *(named.get(word, word) for word in words))
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert told in err


def test_rare_of_fixed_parameters_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "fixed"
    assert (
        run(["race", "--worlds", "5", "--months", "2", "--fixed", "--workers", "1", "--out", str(folder), "--json"])
        == 0
    )
    code, _, err = said(capsys, "claim", str(folder), "--rare")
    assert code == 2
    assert "at their centre" in err


def test_another_commands_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "twin"
    words = ["twin", "baseline", "auction", "--worlds", "30", "--months", "1", "--workers", "1", "--out", str(folder)]
    assert run([*words, "--json"]) == 0
    code, _, err = said(capsys, "claim", str(folder))
    assert code == 2
    assert "is of `computerace twin`" in err


def test_every_row_and_page_says_who_counts_as_a_rival_and_who_is_left_out(
    race: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = json.loads(said(capsys, "claim", str(race), "--json")[1])
    for row in answer["claim"]:
        assert {"Google", "Microsoft", "Meta"} <= set(row["counted"])
        assert ("OpenAI" in row["left_out"]) == (row["rivals"] == "three")
    shown = " ".join(said(capsys, "claim", str(race))[1].split())
    assert "other labs: Google, Microsoft and Meta; left out: " in shown and "nobody is left out" in shown
