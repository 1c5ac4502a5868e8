"""Results show themselves in a line, and in a notebook as a table; never by all their rows."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import computerace.analysis
from computerace.runs.cli import run
from computerace.runs.scenarios.sets import load_set
from computerace.runs.sweeps.sweep import run_points
from computerace.shown import LINE, Shown, enough, in_words


@dataclass(frozen=True, repr=False)
class Few(Shown):
    """A result with a frame."""

    frame: pd.DataFrame
    name: str
    nothing: None = None


def table_of(result: Any) -> dict[str, str]:
    """The table that a notebook shows, as names and values."""
    return dict(re.findall(r"<tr><th>(.*?)</th><td>(.*?)</td></tr>", result._repr_html_()))


def test_a_result_shows_its_facts_and_not_its_rows() -> None:
    few = Few(pd.DataFrame({"a": range(1000), "b": 1.0}), "<b>")
    assert repr(few) == "<Few frame: 1,000 × 2: a, b; name: <b>; nothing: none>"
    assert table_of(few) == {"frame": "1,000 × 2: a, b", "name": "&lt;b&gt;", "nothing": "none"}


def test_a_long_fact_is_cut() -> None:
    assert len(in_words("word " * 100)) <= 80
    assert in_words(np.zeros((3, 2000))) == "3 × 2,000"
    assert in_words((1, "b", None)) == "1, b, none"
    assert len(repr(Few(pd.DataFrame(columns=[f"column{i}" for i in range(99)]), "word " * 100))) <= LINE + 1


def test_a_run_shows_what_it_is(tmp_path: Path) -> None:
    small = ["--worlds", "20", "--months", "6", "--workers", "1", "--json"]
    assert run(["race", *small, "--out", str(tmp_path / "r")]) == 0
    runs = computerace.analysis.load(tmp_path / "r")
    assert "\n" not in repr(runs) and len(repr(runs)) <= LINE + 1 and "baseline" in repr(runs)
    shown = table_of(runs)
    assert shown["months"] == "6 from Dec 2025" and shown["claimant"] == "xAI" and shown["failures"] == ""
    assert shown["worlds"].startswith("20 rows of ")


def test_a_sweep_shows_what_it_is_without_reading_its_tables() -> None:
    results = run_points(pd.DataFrame({"chips.supply_cut": [0.0, 0.5]}), worlds_per_point=3, months=2, workers=1)
    shown = table_of(results)
    assert (shown["points"], shown["worlds"], shown["status"]) == ("2", "6, 0 failed", "complete")
    assert shown["varies"] == "chips.supply_cut"
    assert "\n" not in repr(results) and len(repr(results)) <= LINE + 1


def test_a_fitted_set_shows_its_parameters_and_not_its_draws() -> None:
    fitted = load_set("fitted")
    assert "chips.supply_growth_2026" in table_of(fitted)["names"]
    assert table_of(fitted)["values"] == f"{len(fitted.names)} × 500"
    assert len(repr(fitted)) <= LINE + 1


@pytest.mark.parametrize(
    ("count", "told"),
    [(0.0, "0"), (1.2, "2"), (99.5, "100"), (100.0, "100"), (101.0, "110"), (656.0, "660"), (2_552_140.0, "2,600,000")],
)
def test_a_number_of_worlds_that_is_reckoned_is_rounded_up_to_two_figures(count: float, told: str) -> None:
    assert enough(count) == told
