"""`computerace explain`: its JSON, its page, its folder, and how it tells a mistake."""

import contextlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.causes.attribution import FACTOR_WORDS, FACTORS, neutral_mechanisms
from computerace.analysis.folder import load
from computerace.runs.cli import run
from computerace.runs.scenarios import scenario
from computerace.runs.terminal.explain import notes, show_explain
from computerace.runs.worlds.simulate import simulate
from tests.runs.answering import said

if TYPE_CHECKING:
    from computerace.runs.answers.causes import ExplainAnswer

SMALL = ["--worlds", "30", "--months", "4", "--workers", "1"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """A small attribution: what it printed, and where it was saved."""
    folder = tmp_path_factory.mktemp("explain") / "e"
    words = ["explain", "preferred-access", *SMALL, "--definition", "effective", "--out", str(folder), "--json"]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(words) == 0
    return json.loads(out.getvalue()), folder


def test_json_gives_each_factor_with_value_and_interval(saved: tuple[dict[str, Any], Path]) -> None:
    answer, folder = saved
    assert answer["run"] == str(folder)
    for outcome in ("probability", "log_ratio"):
        rows = [row for row in answer["factors"] if row["outcome"] == outcome]
        assert [row["name"] for row in rows] == list(FACTORS)
        assert all(row["interval"][0] <= row["value"] <= row["interval"][1] for row in rows)


def test_parts_add_up_to_the_difference_that_all_factors_make(saved: tuple[dict[str, Any], Path]) -> None:
    answer, _ = saved
    for total in answer["total"]:
        level = answer["outcomes"][total["outcome"]]
        parts = sum(row["value"] for row in answer["factors"] if row["outcome"] == total["outcome"])
        assert parts == pytest.approx(level["with"] - level["without"], abs=1e-12)
        assert parts == pytest.approx(total["value"], abs=1e-12)


def test_ends_are_those_of_the_scenario_with_and_without_its_factors(saved: tuple[dict[str, Any], Path]) -> None:
    level = saved[0]["outcomes"]["log_ratio"]
    whole = scenario("preferred-access")
    bare = whole.with_neutral(*neutral_mechanisms(dict.fromkeys(FACTORS, False)))
    for key, one in (("with", whole), ("without", bare)):
        ratio = simulate(one, np.arange(30), 1, months=4, measures=()).outcomes["effective_three_ratio_4"]
        assert level[key] == pytest.approx(np.log(ratio).mean(), rel=1e-12)


def test_folder_holds_the_same_numbers(saved: tuple[dict[str, Any], Path]) -> None:
    answer, folder = saved
    assert (folder / "explain.png").stat().st_size > 10_000
    assert json.loads((folder / "answer.json").read_text()) == answer
    table = pd.read_parquet(folder / "attribution.parquet")
    assert table["value"].tolist() == pytest.approx(
        [row["value"] for outcome in answer["outcomes"] for key in ("factors", "total") for row in answer[key]
         if row["outcome"] == outcome]
    )  # fmt: skip
    assert len(load(folder).worlds) == 128 * 30
    assert load(folder).manifest["kind"] == "explain"


def test_page_fits_eighty_columns_and_names_every_factor(
    saved: tuple[dict[str, Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    show_explain(cast("ExplainAnswer", saved[0]), "xAI", 1.0)
    out = capsys.readouterr().out
    assert all(words in out for words in (*FACTOR_WORDS.values(), "all together", "The chance hardly moves"))
    assert max(len(line.rstrip()) for line in out.splitlines()) <= 80


@pytest.mark.slow
def test_a_factor_that_the_scenario_lacks_has_no_part_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "explain",
        "rivals-idle",
        "--worlds",
        "30",
        "--months",
        "1",
        "--workers",
        "1",
        "--out",
        str(tmp_path / "e"),
    ]
    code, out, _ = said(capsys, *words, "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["absent"] == ["rivals_reaction"]
    parts = {row["outcome"]: row["value"] for row in answer["factors"] if row["name"] == "rivals_reaction"}
    assert parts == pytest.approx({"probability": 0.0, "log_ratio": 0.0}, abs=1e-12)
    assert "Out of this scenario from the start: rivals' reaction." in "\n".join(notes(answer))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["explain", "basline"], "did you mean 'baseline'"),
        (["explain", "--worlds", "5"], "--worlds must be at least 30; got 5"),
        (["explain", "--months", "0"], "--months must be at least 1"),
        (["explain", "--definition", "opertional"], "did you mean 'operational'"),
        (["explain", "--rivals", "everybody"], "unknown rivals 'everybody'; known: all, three"),
        (["explain", "--set", "chips.suply_growth_2026=2"], "did you mean 'chips.supply_growth_2026'"),
        (["explain", "--out", "/proc/nowhere/e"], "cannot write to /proc/nowhere/e"),
    ],
)
def test_mistake_is_told_in_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, *words)
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert told in err
