"""The back-test as a whole: what it says, that it cannot look ahead, and how it refuses."""

import contextlib
import datetime
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.validation.record import LABS, record
from computerace.market import figures, known
from computerace.runs import scenarios
from computerace.runs.cli import run
from computerace.runs.scenarios import value
from computerace.runs.studies.backtest import Request, answer, run_backtest
from computerace.runs.studies.published import model_paths

ORIGIN = datetime.date(2025, 6, 30)
QUARTERS = (datetime.date(2025, 9, 30), datetime.date(2025, 12, 31))
Row = dict[str, str]
SMALL = Request(origins=(ORIGIN,), worlds=64)


def paths(actual: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    return model_paths(scenarios.Scenario(), ORIGIN, QUARTERS, actual, worlds=48, seed=1).paths


@pytest.fixture
def fresh_starts() -> Iterator[None]:
    """Forget resolved parameters before and after, so that altered tables are read and then forgotten."""
    forget()
    yield
    forget()


def forget() -> None:
    value._among.cache_clear()
    known.roadmap.cache_clear()


def altered_after(read: Callable[[str], tuple[Row, ...]], day: str, seen: set[str]) -> Callable[[str], tuple[Row, ...]]:
    """A reader of the package's tables in which everything dated after a day is something else."""

    def row_of(table: str, row: Row) -> Row:
        dated = row.get("date") or row.get("known_from") or ""
        if dated <= day:
            return row
        seen.add(table)
        if "launch" in row:
            return {**row, "launch": "2020-01-01", "specified": "no"}
        return {**row, "value": "0.9", "low": "0.85", "high": "0.95", "prior": "uniform"} if "prior" in row else {
            **row, "value": "7e9", "low": "6e9", "high": "8e9",
        }  # fmt: skip

    return lambda table: tuple(row_of(table, row) for row in read(table))


@pytest.mark.usefixtures("fresh_starts")
def test_later_record_changes_no_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    actual = record()
    first = paths(actual)
    seen: set[str] = set()
    for module in (figures, known):
        monkeypatch.setattr(module, "_rows", altered_after(module._rows, ORIGIN.isoformat(), seen))
    forget()
    changed = actual.assign(value=actual["value"].where(actual["date"] <= pd.Timestamp(ORIGIN), 1.0))
    second = paths(changed)
    assert seen >= {"starts.csv", "known.csv"}
    assert first.keys() == second.keys()
    for key, values in first.items():
        np.testing.assert_array_equal(values, second[key])


@pytest.mark.usefixtures("fresh_starts")
def test_record_at_the_start_does_change_the_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    first = paths(record())
    read = figures._rows
    monkeypatch.setattr(
        figures,
        "_rows",
        lambda name: tuple(
            {**row, "value": str(3 * float(row["value"])), "low": "0", "high": "0"}
            if row.get("date") == ORIGIN.isoformat() and row["quantity"] == "capex_usd_per_year"
            else row
            for row in read(name)
        ),
    )
    forget()
    assert not np.array_equal(first["capex_usd", "Google"], paths(record())["capex_usd", "Google"])


def test_stocks_are_the_published_figure_and_what_was_added() -> None:
    actual = record()
    doubled = actual.assign(value=actual["value"].where(actual["quantity"] != "owned_h100e", 2 * actual["value"]))
    one, two = paths(actual), paths(doubled)
    for lab in LABS:
        figure = actual.query("quantity == 'owned_h100e' and owner == @lab and date == @ORIGIN")["value"].item()
        np.testing.assert_allclose(two["owned_h100e", lab], one["owned_h100e", lab] + figure)
        assert (one["owned_h100e", lab] >= 0.9 * figure).all()  # next to nothing is retired in half a year
    np.testing.assert_array_equal(one["capex_usd", "Meta"], two["capex_usd", "Meta"])


@pytest.mark.slow
def test_equal_seeds_give_equal_answers() -> None:
    first, second = (answer(SMALL, run_backtest(SMALL)) for _ in range(2))
    assert first == second
    other = Request(origins=(ORIGIN,), worlds=64, seed=2)
    assert answer(other, run_backtest(other))["verdicts"] != first["verdicts"]


def test_every_figure_is_forecast_by_the_model_and_by_rivals() -> None:
    rows = run_backtest(SMALL).rows
    counted = rows.groupby(["quantity", "owner"])["forecast"].nunique()
    by_quantity = counted.groupby("quantity").agg(["min", "max"])
    assert (by_quantity.loc[["owned_h100e", "share"]] == 4).all(axis=None)
    assert (by_quantity.loc[["capex_usd", "powered_mw", "supply_h100e"]] == 3).all(axis=None)
    assert rows.groupby(["quantity", "owner", "forecast"]).size().eq(2).all()
    assert rows["crps"].notna().all()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small back-test's folder, and all that was printed."""
    folder = tmp_path_factory.mktemp("past") / "test"
    words = ["backtest", "--from", "2025-06-30", "--until", "2025-09-30", "--worlds", "32", "--json"]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run([*words, "--out", str(folder)]) == 0
    return folder, out.getvalue()


def test_folder_holds_figures_pictures_and_manifest(saved: tuple[Path, str]) -> None:
    folder, _ = saved
    assert {one.name for one in folder.iterdir()} == {
        "backtest.csv", "backtest.png", "backtest-markets.png", "manifest.json",
    }  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["design"] == {"from": ["2025-06-30"], "until": "2025-09-30"}
    assert manifest["parameter_set"] == {"2025-06-30": "prior"}
    assert len(pd.read_csv(folder / "backtest.csv")) > 30


def test_a_folder_that_cannot_be_had_is_said_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    monkeypatch.setattr(
        "computerace.runs.studies.backtest.model_paths", lambda *_, **__: pytest.fail("a world was played")
    )
    assert run(["backtest", "--from", "2025-06-30", "--out", str(tmp_path)]) == 2
    assert "holds something else than a run (letter.txt, …)" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_json_is_one_object(saved: tuple[Path, str]) -> None:
    found: dict[str, Any] = json.loads(saved[1])
    assert found["kind"] == "backtest"
    assert {row["date"] for row in found["figures"]} == {"2025-09-30"}
    assert {row["errors"] for row in found["owned_by_assumed_error"]} == {"kept", "none", "independent"}
    (covered,) = found["others_covered"]
    assert (covered["origin"], covered["figures"]) == ("2025-06-30", 3)
    inside = [
        row["in_90"]
        for row in found["figures"]
        if (row["forecast"], row["quantity"]) == ("model", "owned_h100e") and row["owner"] != "xAI"
    ]
    assert covered["in_90"] == pytest.approx(np.mean(inside))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from", "2024-05-31"], "--from 2024-05-31 is not a quarter end on record"),
        (["--from", "tomorrow"], "--from takes a date such as 2024-06-30; got 'tomorrow'"),
        (["--from", "2022-03-31"], "no starting state for 2022-03-31"),
        (["--until", "2026-06-30"], "--until 2026-06-30 is not a quarter end on record"),
        (["--until", "2024-06-30"], "--until 2024-06-30 must be after --from"),
        (["--worlds", "0"], "--worlds must be at least 1"),
        (["--parameters", "piror"], "unknown parameter set 'piror'; did you mean 'prior'?"),
    ],
)
def test_bad_input_is_one_clear_line(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["backtest", *words, "--out", str(tmp_path / "x")]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and message in captured.err and captured.err.count("\n") == 1
    assert not (tmp_path / "x").exists()
