"""`computerace twin`: its JSON against races of their own, its page, its folder, and how it tells a mistake."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.folder import load
from computerace.runs.cli import run
from computerace.runs.scenarios import scenario
from computerace.runs.worlds.simulate import simulate
from tests.runs.answering import said

SMALL = ["--worlds", "40", "--months", "14", "--workers", "1"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """A small comparison: what it printed, and where it was saved."""
    folder = tmp_path_factory.mktemp("twin") / "t"
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(["twin", "baseline", "preferred-access", *SMALL, "--out", str(folder), "--json"]) == 0
    return json.loads(out.getvalue()), folder


def ratios(name: str) -> np.ndarray:
    """The headline ratio by month and world in a race of its own."""
    batch = simulate(scenario(name), np.arange(40), 1, months=14, measures=("ratio_owned_three",))
    return batch.steps["ratio_owned_three"][:, 0].astype(float)


def test_factors_are_geometric_means_of_the_ratios_in_the_same_worlds(saved: tuple[dict[str, Any], Path]) -> None:
    rows = saved[0]["ratio"]
    first, second = ratios("baseline"), ratios("preferred-access")
    assert [row["month"] for row in rows] == list(range(15))
    np.testing.assert_allclose([row["factor"] for row in rows], np.exp(np.log(second / first).mean(axis=1)), rtol=1e-6)
    np.testing.assert_allclose([row["first"] for row in rows], np.exp(np.median(np.log(first), axis=1)), rtol=1e-6)
    assert rows[0]["factor"] == pytest.approx(1.0)
    assert all(row["interval"][0] <= row["factor"] <= row["interval"][1] for row in rows)


def test_claim_has_every_definition_and_its_flips_add_up(saved: tuple[dict[str, Any], Path]) -> None:
    answer, _ = saved
    assert len(answer["claim"]) == 8
    for row in answer["claim"]:
        assert row["both"] + row["only_first"] + row["only_second"] + row["neither"] == answer["worlds"] == 40
        assert row["interval"][0] <= row["difference"] <= row["interval"][1]


def test_causes_sum_to_one_in_both_scenarios(saved: tuple[dict[str, Any], Path]) -> None:
    for shares in saved[0]["bound_by"].values():
        assert np.sum(list(shares.values()), axis=0) == pytest.approx([1.0, 1.0])


def test_what_was_changed_is_told(saved: tuple[dict[str, Any], Path]) -> None:
    names = [line.split(":")[0] for line in saved[0]["changed"]]
    assert names == ["labs.xAI.access_weight", "labs.xAI.prepaid_share"]


def test_folder_holds_the_same_numbers(saved: tuple[dict[str, Any], Path]) -> None:
    answer, folder = saved
    assert (folder / "twin.png").stat().st_size > 10_000
    assert json.loads((folder / "answer.json").read_text()) == answer
    table = pd.read_parquet(folder / "differences.parquet")
    assert len(table) == 15 * 5  # the ratio, and four labs
    np.testing.assert_allclose(np.exp(table["mean"][:15]), [row["factor"] for row in answer["ratio"]])
    worlds = load(folder).worlds
    assert worlds["scenario"].value_counts().to_dict() == {"first": 40, "second": 40}


def test_one_change_by_set_is_a_twin_and_the_page_fits_eighty_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["twin", "baseline", "--set", "chips.supply_multiplier=2", *SMALL, "--out", str(tmp_path / "t")]
    code, out, _ = said(capsys, *words)
    assert code == 0
    assert "chips.supply_multiplier: 1 → 2" in out
    assert "flip to yes" in out and "What bound each lab" in out
    assert max(len(line.rstrip()) for line in out.splitlines() if "saved in" not in line) <= 80


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["twin", "baseline"], "needs a second scenario, or a change"),
        (["twin", "baseline", "baseline"], "are the same"),
        (["twin", "baseline", "prefered-access"], "did you mean 'preferred-access'"),
        (["twin", "baseline", "auction", "--worlds", "3"], "--worlds must be at least 30; got 3"),
        (["twin", "baseline", "auction", "--definition", "owend"], "did you mean 'owned'"),
        (["twin", "baseline", "--set", "chips.supply_cut=2"], "out of bounds"),
    ],
)
def test_mistake_is_told_in_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, *words)
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert told in err


def test_scenarios_that_start_on_other_days_are_no_twins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earlier = tmp_path / "earlier.toml"
    earlier.write_text('extends = "baseline"\nquestion = "From a year before?"\nstart = 2024-12-31\n')
    code, _, err = said(capsys, "twin", "baseline", str(earlier))
    assert code == 2
    assert "twins need the same start: baseline has 2025-12-31, earlier has 2024-12-31" in err
