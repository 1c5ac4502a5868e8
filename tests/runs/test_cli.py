"""The command line: what it prints, where it saves, and how it tells a mistake."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from computerace.analysis.folder import load
from computerace.runs.cli import run

DEFINITIONS = ("owned", "operational", "used", "effective")
LABS = ("xAI", "Google", "Microsoft", "Meta")
SMALL = ["--worlds", "40", "--workers", "1"]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    code = run(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small race of 60 months, saved once for this file."""
    folder = tmp_path_factory.mktemp("race") / "run"
    assert run(["race", *SMALL, "--out", str(folder), "--json"]) == 0
    return folder


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON object of a small race of 14 months: all that stands on standard output."""
    folder = tmp_path_factory.mktemp("answer") / "r"
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(["race", *SMALL, "--months", "14", "--seed", "3", "--out", str(folder), "--json"]) == 0
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_json_has_the_promised_keys(answer: dict[str, Any]) -> None:
    assert set(answer) == {
        "scenario", "seed", "worlds", "failed", "months", "start", "run", "claim", "labs", "bound_by",
        "leads",
    }  # fmt: skip
    assert (answer["scenario"], answer["seed"], answer["worlds"], answer["months"]) == ("baseline", 3, 40, 14)
    assert answer["start"] == "2025-12-31"
    assert Path(answer["run"]).is_dir()
    assert {(row["definition"], row["rivals"]) for row in answer["claim"]} == {
        (definition, rivals) for definition in DEFINITIONS for rivals in ("three", "all")
    }
    assert all(row["deadline_months"] == 14 for row in answer["claim"])
    assert set(answer["labs"]) == set(LABS)
    assert list(answer["labs"]["xAI"]) == ["0", "12", "14"]


def test_json_agrees_with_the_saved_tables(answer: dict[str, Any]) -> None:
    runs = load(answer["run"])
    for row in answer["claim"]:
        first = runs.worlds[f"{row['definition']}_{row['rivals']}_first_month"]
        assert row["probability"] == pytest.approx(first.notna().mean())
        assert row["ratio"] == pytest.approx(runs.worlds[f"{row['definition']}_{row['rivals']}_ratio_14"].median())
        assert row["interval"][0] <= row["probability"] <= row["interval"][1]
    for lab in LABS:
        expected = runs.worlds[f"{lab}_owned_h100e_14"].quantile([0.05, 0.5, 0.95])
        printed = answer["labs"][lab]["14"]["owned_h100e"]
        assert [printed[key] for key in ("p5", "p50", "p95")] == pytest.approx(expected.tolist(), rel=1e-5)


def test_in_every_year_one_lab_leads_and_shares_are_told(answer: dict[str, Any]) -> None:
    for month in (0, 12, 14):
        rows = [row for row in answer["leads"] if row["month"] == month]
        assert [row["lab"] for row in rows] == list(LABS)
        assert sum(row["probability"] for row in rows) == pytest.approx(1.0)
        told = {row["lab"]: row["share"]["p50"] for row in rows}
        printed = {lab: answer["labs"][lab][str(month)]["share"]["p50"] for lab in LABS}
        assert told == pytest.approx(printed, abs=2e-3)


def test_causes_that_bound_a_lab_sum_to_one(answer: dict[str, Any]) -> None:
    for lab in LABS:
        assert sum(answer["bound_by"][lab].values()) == pytest.approx(1.0)


def test_folder_holds_what_the_design_says(saved: Path) -> None:
    assert {path.name for path in saved.iterdir()} == {"manifest.json", "race.png", "steps.parquet", "worlds.parquet"}
    runs = load(saved)
    assert runs.manifest["status"] == "complete"
    assert runs.manifest["scenario"]["name"] == "baseline"
    assert set(runs.manifest["versions"]) == {"python", "numpy", "mesa", "pandas", "pyarrow", "computerace"}
    assert runs.worlds["world"].tolist() == list(range(40))
    assert runs.steps is not None
    assert len(runs.steps) == 61 * 5 * 6
    assert runs.steps["month"].max() == 60
    assert runs.labs == list(LABS)


def test_picture_is_not_blank(saved: Path) -> None:
    from matplotlib.image import imread

    pixels = imread(saved / "race.png")
    assert pixels.shape[0] > 500
    assert pixels.shape[1] > 900
    assert len(np.unique((pixels[..., :3] * 255).astype(int).reshape(-1, 3), axis=0)) > 20


def test_shares_of_the_labs_sum_to_one(saved: Path) -> None:
    runs = load(saved)
    shares = sum(runs.worlds[f"{lab}_owned_h100e_60"] for lab in LABS)
    for lab in LABS:
        assert (runs.worlds[f"{lab}_owned_h100e_60"] <= shares).all()
    assert runs.steps is not None
    rest = runs.steps[runs.steps["lab"] == "Rest"]
    assert rest["share"].isna().all()


def test_equal_seeds_give_equal_files(saved: Path, tmp_path: Path) -> None:
    assert run(["race", *SMALL, "--out", str(tmp_path / "again"), "--json"]) == 0
    for name in ("worlds.parquet", "steps.parquet"):
        assert (tmp_path / "again" / name).read_bytes() == (saved / name).read_bytes()


def test_some_worlds_of_a_run_can_be_run_by_themselves(saved: Path, tmp_path: Path) -> None:
    words = ["race", "--worlds", "3", "--first-world", "20", "--out", str(tmp_path / "part"), "--json"]
    assert run(words) == 0
    whole = load(saved).worlds.iloc[20:23].reset_index(drop=True)
    part = load(tmp_path / "part").worlds
    assert part.equals(whole)


def test_terminal_shows_the_claim_and_where_it_is_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "race", *SMALL, "--months", "3", "--out", str(tmp_path / "r"))
    assert code == 0
    for word in (
        *LABS,
        "operational",
        "megawatts",
        "exaflop/s",
        "probability",
        "goodput",
        f"saved in {tmp_path / 'r'}",
    ):
        assert word in out


def test_setting_changes_the_run_and_stands_in_the_manifest(tmp_path: Path) -> None:
    words = [
        "race",
        *SMALL,
        "--months",
        "2",
        "--set",
        "chips.supply_growth_2026=1.6",
        "--out",
        str(tmp_path / "r"),
        "--json",
    ]
    assert run(words) == 0
    assert load(tmp_path / "r").manifest["parameters"]["chips.supply_growth_2026"]["value"] == 1.6


def test_scenarios_and_parameters_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "baseline" in said(capsys, "scenarios")[1]
    assert json.loads(said(capsys, "designs", "--json")[1])["designs"][3] == {
        "name": "promises", "points": 14, "worlds_per_point": 256,
        "question": "What if xAI is given what it hopes for, one thing at a time and then together?",
    }  # fmt: skip
    assert "Does power decide the race?" in said(capsys, "designs")[1]
    code, out, _ = said(capsys, "parameters", "chips", "--json")
    listed = json.loads(out)["parameters"]
    assert code == 0
    assert all({"name", "value", "unit", "prior", "source", "grade"} <= set(one) for one in listed)
    assert "chips.supply_growth_2026" in {one["name"] for one in listed}
    assert "chips.supply_growth_2026" in said(capsys, "parameters", "supply_growth")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rcae"], "did you mean 'race'"),
        (["race", "basline"], "did you mean 'baseline'"),
        (["race", "--wrolds", "3"], "--worlds"),
        (["race", "baseline", "auction"], "one word too many: 'auction'"),
        (["race", "--worlds", "0"], "--worlds must be at least 1; got 0"),
        (["race", "--worlds", "many"], "many"),
        (["race", "--months", "0"], "--months must be at least 1; got 0"),
        (["race", "--months", "601"], "--months must be at most 600; got 601"),
        (["race", "--workers", "0"], "--workers must be at least 1; got 0"),
        (["race", "--seed", "-1"], "--seed must be at least 0; got -1"),
        (["race", "--set", "chips.supply_growth_2026"], "NAME=VALUE"),
        (["race", "--set", "chips.suply_growth_2026=2"], "did you mean 'chips.supply_growth_2026'"),
        (["race", "--set", "chips.supply_growth_2026=fast"], "must be a number"),
        (["race", "--set", "chips.supply_growth_2026=1e9"], "out of bounds"),
        (["race", "--set", "labs.xIA.strategy=steady"], "xAI"),
        (["race", "--set", "chips.price_decline=0.3", "--set", "chips.price_decline=0.4"], "twice, 0.3 and 0.4"),
        (["race", "--set", "labs.xAI.owned_h100e=inf"], "owned_h100e must be a number (H100e), got 'inf'"),
        (["race", "--set", "labs.xAI.owned_h100e=1e300"], "owned_h100e = 1e+300 is out of bounds"),
        (["race", "--set", "labs.xAI.owned_h100e=true"], "must be a number"),
        (["race", "--worlds", "9223372036854775808"], "--worlds must be at most 134,217,728; got 9223372036854775808"),
        (
            ["explain", "--worlds", "134217728", "--months", "600"],
            "more than the 1,000,000,000,000 that one run may have",
        ),
        (["race", "--seed", "99999999999999999999"], "--seed must be at most 9,007,199,254,740,991"),
        (["race", "--workers", "1000000"], "--workers must be at most 1,024; got 1000000"),
        (["parameters", "chps"], "did you mean 'chips'"),
        (["race", "--out", "/proc/nowhere/run", "--worlds", "1"], "cannot write to /proc/nowhere/run"),
    ],
)
def test_mistake_is_told_in_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, *words)
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert told in err


@pytest.mark.parametrize(
    "words",
    [
        ["forecast", "--worlds", "100000000", "--out", "made"],
        ["facts", "--worlds", "100000000"],
        ["backtest", "--worlds", "100000000", "--out", "made"],
        ["calibrate", "--members", "100000000", "--until", "2025-06-30", "--out", "made"],
    ],
)
def test_worlds_that_memory_cannot_hold_are_refused_before_any_runs(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("computerace.runs.schema.bounds.memory", lambda: 64e9)
    code, _, err = said(capsys, *words)
    assert code == 2
    assert "holds its worlds in memory: 100,000,000 need about" in err and "this machine has 64 GB" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("more", [["--plan"], ["--out", "made"]])
def test_a_sweep_of_more_worlds_than_memory_can_mark_is_refused_before_any_runs(
    more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("computerace.runs.schema.bounds.memory", lambda: 64e9)
    Path("large.toml").write_text(
        'scenario = "baseline"\nworlds_per_point = 1000000\nmonths = 2\n[sampler]\nkind = "sobol"\npoints = 65536\n'
        '[[vary]]\nparameter = "chips.price_decline"\n'
    )
    code, _, err = said(capsys, "sweep", "large.toml", *more)
    assert code == 2
    assert "a sweep holds its worlds in memory: 65,536,000,000 need about 262 GB" in err
    assert [path.name for path in tmp_path.iterdir()] == ["large.toml"]


def test_folder_of_something_else_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    begun = time.monotonic()
    code, _, err = said(capsys, "race", "--worlds", "10000000", "--out", str(tmp_path))
    assert code == 2
    assert "thesis.tex" in err
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    ("workers", "how"),
    [
        ("1", signal.SIGTERM),
        *(
            pytest.param(*one, marks=pytest.mark.slow)
            for one in (("1", signal.SIGINT), ("1", signal.SIGHUP), ("2", signal.SIGINT), ("2", signal.SIGTERM))
        ),
    ],
)  # fmt: skip
def test_interrupt_in_the_middle_leaves_nothing(tmp_path: Path, workers: str, how: signal.Signals) -> None:
    words = ["race", "--worlds", "2000000", "--workers", workers, "--out", str(tmp_path / "r")]
    told = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"  # the tests may run under nohup
    script = f"{told}; from computerace.runs.cli import main; main({words!r})"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        waited = time.monotonic()
        while not list(tmp_path.glob(".computerace-*/spool-*/*.npy")) and time.monotonic() - waited < 60:
            time.sleep(0.05)
        os.killpg(process.pid, how)
        try:
            out, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # or it would go on behind the tests
            raise
    assert process.returncode == 130, err
    assert out == ""
    assert err.strip().splitlines() == ["computerace: interrupted; nothing was left half-written"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_two_processes_give_the_files_of_one(tmp_path: Path) -> None:
    for workers in ("1", "2"):
        words = [
            "race",
            "--worlds",
            "5000",
            "--months",
            "6",
            "--workers",
            workers,
            "--out",
            str(tmp_path / workers),
            "--json",
        ]
        assert run(words) == 0
    for name in ("worlds.parquet", "steps.parquet"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_word_that_nobody_would_read_to_its_end_is_cut(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = "x" * 5000
    assert run(["report", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert "… (5," in said and " characters)" in said and said.count("\n") == 1 and len(said) < 400
