"""The pages that the program writes: they say today what the program says."""

import json
from pathlib import Path

import pytest

from computerace.runs.answers.validation import OriginScore
from computerace.runs.cli import COMMANDS
from computerace.runs.documents import MARKED, PAGES, markdown, rendered, tables
from computerace.runs.scenarios import Scenario
from computerace.runs.studies.backtest import Request, answer, parsed_date, run_backtest
from computerace.runs.studies.facts import answer as facts_answer
from computerace.runs.studies.facts import run_facts
from computerace.runs.studies.outlook import run_outlook

DOCS = Path(__file__).resolve().parents[2] / "docs"
RESULTS = DOCS / "results"


@pytest.mark.parametrize("name", PAGES)
def test_pages_hold_todays_tables(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert rendered(page, RESULTS) == page, f"docs/{name} is out of date: run `bash .ci/documents tables`"
    assert {match[2] for match in MARKED.finditer(page)} <= set(tables(RESULTS))


def test_evidence_has_every_parameter_with_source_and_grade() -> None:
    page = (DOCS / "evidence.md").read_text(encoding="utf-8")
    for name, one in Scenario().parameters().items():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        assert f"| {one.grade} |" in line and one.source.replace("|", "/") in line


def test_every_command_is_in_the_pages() -> None:
    page = (DOCS / "start.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`computerace {name}`" not in page] == []


def test_a_table_that_is_stale_is_written_anew() -> None:
    stale = "words\n<!-- table: grades -->\nold\n<!-- end of table -->\nmore words"
    found = rendered(stale, RESULTS)
    assert "old" not in found and found.startswith("words\n") and found.endswith("\nmore words")
    assert "| assumed |" in found


def test_cells_cannot_break_a_table() -> None:
    assert markdown(("a", "b"), [("x|y", "two\nlines")], 1).splitlines()[2] == "| x/y | two lines |"


@pytest.mark.slow
def test_results_behind_the_page_are_the_models() -> None:
    """A part is made again: the last of the dates, as it was asked for."""
    kept = json.loads((RESULTS / "backtest-prior.json").read_text())
    origin = kept["from"][-1]
    request = Request(
        (parsed_date("--from", origin),), parsed_date("--until", kept["until"]), kept["worlds"], kept["seed"]
    )
    again = {row_key(row): row for row in answer(request, run_backtest(request))["by_origin"]}
    rows = [row for row in kept["by_origin"] if row["origin"] == origin]
    assert {row_key(row) for row in rows} == set(again)
    for row in rows:
        assert again[row_key(row)]["crps"] == pytest.approx(row["crps"], rel=1e-3, abs=1e-6), "run `bash .ci/documents`"


def row_key(row: OriginScore) -> tuple[str, str, str]:
    return row["quantity"], row["owner"], row["forecast"]


@pytest.mark.slow
def test_facts_behind_the_page_are_the_models() -> None:
    kept = json.loads((RESULTS / "facts.json").read_text())
    again = facts_answer(
        run_facts(kept["worlds"], kept["seed"], kept["parameters"]), kept["worlds"], kept["seed"], "prior"
    )
    for row, old in zip(again["facts"], kept["facts"], strict=True):
        assert row["p50"] == pytest.approx(old["p50"], rel=1e-3, abs=1e-6), f"{row['fact']}: run `bash .ci/documents`"


@pytest.mark.slow
def test_outlook_behind_the_page_is_the_models() -> None:
    kept = json.loads((RESULTS / "outlook.json").read_text())
    for row, old in zip(run_outlook(kept["worlds"], kept["seed"])["quantities"], kept["quantities"], strict=True):
        for name in ("p5", "p50", "p95"):
            told = f"{row['quantity']}: run `bash .ci/documents`"
            assert row[name] == pytest.approx(old[name], rel=1e-3, abs=1e-6), told
