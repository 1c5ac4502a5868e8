"""`computerace structure` and `computerace ledger`: what they say against races of their own, and mistakes."""

import contextlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.folder import load
from computerace.market.allocation import RULES
from computerace.runs.cli import run
from computerace.runs.commands.structure import combinations
from computerace.runs.scenarios import scenario
from computerace.runs.terminal.structure import show_structure
from computerace.runs.worlds.simulate import simulate
from tests.runs.answering import forget_check_sums, said

if TYPE_CHECKING:
    from computerace.runs.answers.causes import StructureAnswer

SMALL = ["--worlds", "30", "--months", "1", "--workers", "1"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, Path]:
    """A small map of structures: its JSON and its folder."""
    folder = tmp_path_factory.mktemp("structure") / "s"
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(["structure", *SMALL, "--out", str(folder), "--json"]) == 0
    return json.loads(out.getvalue()), out.getvalue(), folder


@pytest.mark.slow
def test_every_rule_strategy_and_sign_is_there(saved: tuple[dict[str, Any], str, Path]) -> None:
    rows = saved[0]["combinations"]
    assert {row["rule"] for row in rows} == set(RULES)
    assert {row["ces"] for row in rows} == {"complements", "substitutes"}
    assert len(rows) == len(combinations(scenario("baseline"))) * 8
    assert saved[0]["chosen"] == {"rule": "posted", "strategy": "all_in"}


@pytest.mark.slow
def test_a_combination_is_the_scenario_with_its_choices(saved: tuple[dict[str, Any], str, Path]) -> None:
    names, variant = combinations(scenario("baseline"))[-1]
    alone = simulate(variant, np.arange(30), 1, months=1, measures=()).outcomes
    row = next(
        row
        for row in saved[0]["combinations"]
        if all(row[key] == value for key, value in {**names, "definition": "used", "rivals": "all"}.items())
    )
    assert row["ratio_p50"] == pytest.approx(float(np.median(alone["used_all_ratio_1"])), rel=1e-9)
    assert row["reached"] == int((alone["used_all_first_month"] <= 1).sum())


def test_ces_sign_cuts_the_prior_at_one() -> None:
    for names, variant in combinations(scenario("baseline"))[:2]:
        drawn = simulate(variant, np.arange(40), 1, months=1, measures=()).outcomes["software.substitution"]
        assert (drawn <= 1).all() if names["ces"] == "complements" else (drawn >= 1).all()


@pytest.mark.slow
def test_folder_holds_the_frame(saved: tuple[dict[str, Any], str, Path]) -> None:
    answer, _, folder = saved
    assert (folder / "structure.png").stat().st_size > 10_000
    table = pd.read_parquet(folder / "structure.parquet")
    assert table["ratio_p50"].tolist() == [row["ratio_p50"] for row in answer["combinations"]]
    assert len(load(folder).worlds) == 70 * 30


@pytest.mark.slow
def test_page_fits_eighty_columns(saved: tuple[dict[str, Any], str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    show_structure(cast("StructureAnswer", saved[0]), 1.0)
    out = capsys.readouterr().out
    assert "How far each choice alone moves the answer" in out and "uniform_price" in out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= 80


@pytest.fixture(scope="module")
def without_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small race whose months are gone."""
    folder = tmp_path_factory.mktemp("ledger") / "bare"
    assert run(["race", "--worlds", "5", "--months", "1", "--workers", "1", "--out", str(folder), "--json"]) == 0
    (folder / "steps.parquet").unlink()
    forget_check_sums(folder)
    return folder


def test_ledger_shows_each_lab_by_year_and_agrees_with_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "r"
    assert run(["race", "--worlds", "40", "--months", "14", "--workers", "1", "--out", str(folder), "--json"]) == 0
    code, out, _ = said(capsys, "ledger", str(folder), "--json")
    answer = json.loads(out)
    assert code == 0
    overall = {(row["lab"], row["cause"]): row["share"] for row in answer["overall"]}
    by_month = pd.DataFrame(answer["by_month"])
    for (lab, cause), share in overall.items():
        mine = by_month[(by_month["lab"] == lab) & (by_month["cause"] == cause)]
        assert mine["share"].mean() == pytest.approx(share, abs=1e-5)
    code, out, _ = said(capsys, "ledger", str(folder), "--lab", "Meta", "--span", "7")
    assert code == 0
    assert "Meta" in out and "Google" not in out and "Jan 2026 – Jul 2026" in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["structure", "basline"], "did you mean 'baseline'"),
        (["structure", "--worlds", "2"], "--worlds must be at least 30; got 2"),
        (["ledger", "nowhere"], "there is no folder nowhere"),
        (["ledger", "FOLDER", "--lab", "Gogle"], "did you mean 'Google'"),
        (["ledger", "FOLDER", "--span", "0"], "--span must be at least 1"),
    ],
)
def test_mistake_is_told_in_one_line(
    words: list[str], told: str, without_months: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, *(str(without_months) if word == "FOLDER" else word for word in words))
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert told in err
