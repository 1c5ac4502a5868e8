"""A world that fails: the same row, the same line and the same exit code, whatever study it belongs to."""

import json
import shlex
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.market.errors import UserError
from computerace.runs.cli import run
from computerace.runs.store.results import WorldsFailed, read_results
from computerace.runs.sweeps.sweep import sweep
from computerace.runs.worlds import simulate as model
from computerace.runs.worlds.halves import by_halves
from tests.runs.answering import said
from tests.runs.sweeping import design

BROKEN = 3
ERROR = "FloatingPointError: the third world fell apart"
real = model.simulate


def fragile(chosen: Any, indices: np.ndarray, *rest: Any, **options: Any) -> model.Batch:
    """The model, in which one world fails."""
    if BROKEN in indices:
        raise FloatingPointError("the third world fell apart")
    return real(chosen, indices, *rest, **options)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "simulate", fragile)


FOLDERS = {
    "race": "race --worlds 8 --months 2",
    "twin": "twin baseline auction --worlds 30 --months 2",
    "structure": "structure --worlds 30 --months 1",
    "explain": "explain --worlds 30 --months 1",
    "equilibrium": "equilibrium --labs xAI,Google --strategies steady,idle --worlds 16 --months 12 --ambition 0",
    "break-even": "break-even --worlds 100 --months 1 --levers sites.speed,auction --chance 50%",
    "forecast": "forecast --worlds 40",
    "backtest": "backtest --from 2025-06-30 --until 2025-09-30 --worlds 32",
}


@pytest.mark.slow
@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("words", FOLDERS.values(), ids=FOLDERS)
def test_it_is_a_row_of_the_folder_and_the_rest_goes_on(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "my out"
    workers = ["--workers", "1"] if words.split(maxsplit=1)[0] not in ("forecast", "backtest") else []
    with warnings.catch_warnings():
        warnings.simplefilter("error", WorldsFailed)
        code, printed, err = said(capsys, *words.split(), "--out", str(out), "--json", *workers)
    assert code == 1
    assert f"worlds failed and were left out; each is a row of {out / 'failures.parquet'}" in err
    failures = pd.read_parquet(out / "failures.parquet")
    assert set(failures["world"]) == {BROKEN}
    assert set(failures["error"]) == {ERROR}
    assert failures["traceback"].str.contains("the third world fell apart").all()
    assert failures["chips.supply_growth_2026"].notna().all(), "its parameters stand beside it"
    if "failed" in json.loads(printed):
        assert json.loads(printed)["failed"] == 1
    again = shlex.split(failures["replay"].iloc[-1])
    assert again[0] == "computerace"
    monkeypatch.chdir(tmp_path)
    said(capsys, *again[1:])
    assert run(again[1:]) in (1, 2)
    assert "the third world fell apart" in capsys.readouterr().err
    monkeypatch.setattr(model, "simulate", real)
    assert run(again[1:]) == 0, "where the cause is mended, the same command plays the world"


@pytest.mark.slow
@pytest.mark.usefixtures("failing")
def test_facts_leave_a_world_out_from_every_date(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "facts", "--worlds", "24", "--json")
    assert code == 1
    assert json.loads(out)["failed"] == 1
    starts = {row["start"] for row in json.loads(out)["failures"]}
    assert len(starts) == len(json.loads(out)["failures"]) == 3
    assert f"1 of 24 worlds failed and were left out; the first with {ERROR}: computerace race baseline" in err


def test_a_fit_needs_all_its_worlds_and_says_which_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(model, "simulate", fragile)
    words = ["calibrate", "--until", "2024-06-30", "--members", "600", "--truths", "5", "--out", str(tmp_path / "fit")]
    assert run(words) == 2
    err = capsys.readouterr().err
    assert f"1 of 600 worlds of the ensemble failed, world 3 with {ERROR}; a fit needs all of them" in err
    assert not (tmp_path / "fit").exists()


def test_splitting_counts_it_as_one_that_did_not_come_near(monkeypatch: pytest.MonkeyPatch) -> None:
    from computerace.runs.scenarios import scenario
    from computerace.runs.studies.rare import RareClaim, Scores

    claim = RareClaim(scenario("baseline"), "owned", "three", 2, 1)
    normals, luck = np.zeros((4, len(claim.parameters))), np.array([1, BROKEN, 5, BROKEN])
    whole = claim.score(normals, luck)
    monkeypatch.setattr(model, "simulate", fragile)
    scores = Scores(claim)
    found = scores(normals, luck)
    assert [one.world for one in scores.failures] == [BROKEN, BROKEN]
    assert found[[0, 2]].tolist() == whole[[0, 2]].tolist()
    assert (found[[1, 3]] < -700).all()


def test_splitting_has_a_row_of_it_that_its_command_plays_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--worlds", "8", "--months", "2", "--set", "chips.price_decline=0.3", "--workers", "1", "--out", "race")
    assert run(["race", "baseline", *words, "--json"]) == 0
    monkeypatch.setattr(model, "simulate", fragile)
    rare = ("claim", "race", "--rare", "--worlds", "100", "--repeats", "2", "--workers", "1")
    code, out, err = said(capsys, *rare, "--json")
    found = json.loads(out)["rare"]
    assert code == 1 and found["failed"] == len(found["failures"]) > 0
    assert f"failed and count as worlds that did not come near; the first with {ERROR}: each is a row of --json" in err
    row = found["failures"][0]
    assert (row["world"], row["error"]) == (BROKEN, ERROR) and "fell apart" in row["traceback"]
    known = row["parameters"]
    assert known["chips.supply_growth_2026"] > 0
    again = shlex.split(row["replay"])
    assert again[:3] == ["computerace", "replay", "race"] and f"--set=sites.speed={known['sites.speed']!r}" in again
    code, _, err = said(capsys, *again[1:])
    assert code == 1 and "fell apart" in err
    played: list[Any] = []

    def mended(chosen: Any, indices: np.ndarray, *rest: Any, **options: Any) -> model.Batch:
        played.append((chosen, indices.tolist(), rest))
        return real(chosen, indices, *rest, **options)

    monkeypatch.setattr(model, "simulate", mended)
    assert said(capsys, *again[1:])[0] == 0
    ((chosen, indices, (seed,)),) = played
    assert (indices, seed) == ([BROKEN], 1) and chosen.settings["sites.speed"] == known["sites.speed"]
    assert chosen.settings["chips.price_decline"] == 0.3, "what the folder's scenario sets"


def test_a_forecast_of_a_file_says_how_its_world_is_played_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text('months = 3\n[settings]\n"sites.speed" = 1.1\n', encoding="utf-8")
    monkeypatch.setattr(model, "simulate", fragile)
    assert said(capsys, "forecast", "mine.toml", "--worlds", "40", "--out", "frozen")[0] == 1
    (again,) = pd.read_parquet("frozen/failures.parquet")["replay"]
    assert said(capsys, *shlex.split(again)[1:])[0] == 1
    monkeypatch.setattr(model, "simulate", real)
    assert said(capsys, *shlex.split(again)[1:])[0] == 0


def test_a_break_even_that_goes_on_keeps_its_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("break-even", "--worlds", "100", "--months", "1", "--levers", "frontier,auction", "--workers", "1")
    monkeypatch.setattr(model, "simulate", fragile)
    assert said(capsys, *words, "--out", str(tmp_path / "even"), "--json")[0] == 1
    before = pd.read_parquet(tmp_path / "even" / "failures.parquet")
    assert len(before) == before["variant"].nunique() == 3
    code, out, err = said(capsys, *words, "--out", str(tmp_path / "even"), "--chance", "20%", "--json")
    assert code == 1 and json.loads(out)["failed"] == 1
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "even" / "failures.parquet"), before)
    assert f"each is a row of {tmp_path / 'even' / 'failures.parquet'}" in err
    again = [shlex.split(one) for one in before["replay"]]
    assert {said(capsys, *one[1:])[0] for one in again} == {1}
    monkeypatch.setattr(model, "simulate", real)
    assert {said(capsys, *one[1:])[0] for one in again} == {0}


def test_fresh_worlds_leave_it_out_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from computerace.runs.scenarios import scenario
    from computerace.runs.studies.fresh_worlds import FreshWorlds

    monkeypatch.setattr(model, "simulate", fragile)
    found = FreshWorlds(scenario("baseline"), 5, 6, 2).play({}, lambda _: None)
    assert found.worlds["world"].tolist() == [0, 1, 2, 4, 5]
    assert found.failures["world"].tolist() == [BROKEN]


@pytest.mark.usefixtures("failing")
def test_a_sweep_warns_in_python_and_keeps_the_failures(tmp_path: Path) -> None:
    with pytest.warns(WorldsFailed, match="6 of 30 worlds failed; `failures` has a row for each"):
        results = sweep(design(fixed=False), tmp_path / "out", workers=1)
    assert results.failures is not None and len(results.failures) == 6
    assert results.failures["labs.xAI.capex_usd_per_year"].notna().all(), "drawn parameters stand beside it"
    with pytest.warns(WorldsFailed):
        assert read_results(tmp_path / "out").failed_worlds == 6


def test_a_sweep_of_which_nothing_is_left_can_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("no world holds")

    monkeypatch.setattr(model, "simulate", broken)
    with pytest.warns(WorldsFailed, match="30 of 30"):
        results = sweep(design(), workers=1)
    assert len(results.worlds) == 0
    assert results.failures is not None and len(results.failures) == 30


class TestMistakesInSetUp:
    """A UserError is the asker's: it is told once, before a world is played, and no world fails of it."""

    @pytest.fixture(autouse=True)
    def nothing_is_played(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from computerace.runs.model import race

        def mistaken(*_: object, **__: object) -> None:
            raise UserError("lab xAI needs a figure for capex")

        def never(*_: object, **__: object) -> None:
            pytest.fail("a world was played")

        monkeypatch.setattr(race, "begin", mistaken)
        monkeypatch.setattr(model, "simulate", never)

    @pytest.mark.parametrize(
        "words",
        [
            "race --worlds 4 --workers 1", "twin baseline auction --worlds 30 --workers 1", "facts --worlds 4",
            "explain --worlds 30 --workers 1", "structure --worlds 30 --workers 1", "forecast --worlds 4",
            "backtest --worlds 4", "calibrate --until 2024-06-30 --members 600 --truths 5",
        ],
    )  # fmt: skip
    def test_it_is_told_before_the_first_world(
        self, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = [] if words.startswith("facts") else ["--out", str(tmp_path / "out")]
        assert run([*words.split(), *out]) == 2
        assert capsys.readouterr().err == "computerace: lab xAI needs a figure for capex\n"
        assert not (tmp_path / "out").exists()

    def test_a_sweep_leaves_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="needs a figure for capex"):
            sweep(design(), tmp_path / "out", workers=1)
        assert not (tmp_path / "out").exists()


def test_halves_find_who_fails_and_keep_the_rest_in_order() -> None:
    def attempt(rows: np.ndarray) -> int:
        if {2, 5, 6} & set(rows.tolist()):
            raise ArithmeticError("bad")
        return len(rows)

    tried = by_halves(attempt, np.arange(10))
    assert [row for row, _ in tried.failed] == [2, 5, 6]
    assert np.concatenate([rows for rows, _ in tried.done]).tolist() == [0, 1, 3, 4, 7, 8, 9]
    assert sum(result for _, result in tried.done) == 7


def test_halves_let_a_mistake_of_the_asker_through() -> None:
    def attempt(rows: np.ndarray) -> int:
        raise UserError("no such parameter")

    with pytest.raises(UserError, match="no such parameter"):
        by_halves(attempt, np.arange(4))
