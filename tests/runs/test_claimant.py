"""The claimant is whoever the scenario says: no command speaks of another lab in its place.

The scenario here has no lab of the name of the usual claimant, so that wherever the name still stands it is a literal.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pandas as pd
import pytest

from computerace.analysis.validation.backtest import verdicts
from computerace.market.parameters import Parameter
from computerace.market.vocabulary import CLAIMANT
from computerace.runs.cli import COMMANDS, build_app, run
from computerace.runs.scenarios import read, value
from computerace.runs.terminal.backtest import verdict_words

if TYPE_CHECKING:
    from computerace.runs.answers.validation import Verdict

LABS = ("Google", "Microsoft", "Meta")
DESIGN = """
scenario = "meta.toml"
worlds_per_point = 8
months = 12
fixed = true
[sampler]
kind = "saltelli"
n = 8
[[vary]]
parameter = "labs.Meta.owned_h100e"
[[vary]]
parameter = "chips.supply_growth_2026"
"""
SOON = 'quantity = "owned_h100e"\nrelation = "more than the rivals combined"\nby = 6\n'
SMALL = ["--worlds", "30", "--months", "6", "--workers", "1"]
EQUAL = ("--ambition", "0", "--worlds", "16", "--months", "3", "--workers", "1")
LEVERS = "labs.Meta.backing_usd_per_month,chips.supply_growth_2026"
DISCOVER = ("discover", "race", "--top", "0.45", "--worlds", "100", "--out", "boxes")
RUNS = (
    ("race", "meta.toml", *SMALL, "--out", "again"),
    ("sweep", "design.toml", "--out", "swept", "--workers", "1"),
    ("sweep", "design.toml", "--out", "shards", "--shard", "1/1", "--workers", "1"),
    ("merge", "shards"),
    ("bounds", "meta.toml", "--worlds", "5", "--months", "2"),
    ("equilibrium", "meta.toml", "--labs", "Meta,Google", "--strategies", "steady,retreat", *EQUAL, "--out", "equal"),
    ("break-even", "meta.toml", "--levers", LEVERS, "--worlds", "100", *SMALL[2:], "--out", "level"),
    ("claim", "race"),
    ("claim", "race", "--rare", "--worlds", "100", "--repeats", "2", "--workers", "1"),
    ("explain", "meta.toml", *SMALL, "--out", "explain"),
    ("twin", "meta.toml", "--set", "chips.supply_growth_2026=1.6", *SMALL, "--out", "twin"),
    ("structure", "meta.toml", *SMALL, "--out", "structure"),
    ("claim", "race", "--claims", "most"),
    ("twin", "meta.toml", "--set", "chips.supply_growth_2026=1.6", *SMALL, "--claims", "soon.toml", "--out", "asked"),
    ("explain", "meta.toml", *SMALL, "--claims", "soon.toml", "--out", "asked-why"),
    (
        "break-even",
        "meta.toml",
        "--levers",
        LEVERS,
        "--worlds",
        "100",
        *SMALL[2:],
        "--claims",
        "soon.toml",
        "--out",
        "to",
    ),
    ("report", "race", "--claims", "most"),
    ("report", "equal"),
    ("update", "race", "later.csv", "--most-worlds", "150", "--workers", "1", "--out", "updated"),
    ("report", "updated"),
    ("ledger", "race"),
    ("sensitivity", "race"),
    ("sensitivity", "sweep", "--out", "indices"),
    ("report", "race"),
    ("report", "sweep"),
    ("page", "meta.toml", "--worlds", "20", "--out", "site"),
    ("verify", "race", "--sample", "3"),
    ("replay", "race", "--world", "2"),
    ("parameters", "Meta", "--scenario", "meta.toml"),
    ("forecast", "meta.toml", "--worlds", "20", "--out", "forecast"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a scenario and a design, and a race and a sweep of them."""
    made = tmp_path_factory.mktemp("claimant")
    question = "Will Meta out-compute its rivals?"
    (made / "meta.toml").write_text(f'extends = "baseline"\nclaimant = "Meta"\nquestion = "{question}"\n', "utf-8")
    (made / "design.toml").write_text(DESIGN, encoding="utf-8")
    (made / "soon.toml").write_text(SOON, encoding="utf-8")
    (made / "later.csv").write_text("date,owner,quantity,value\n2026-03-31,Meta,owned_h100e,2.4e6\n", "utf-8")
    loaded, resolved = read._loaded, value._resolved
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "_loaded", lambda *given: replace(loaded(*given), labs=LABS))
        patch.setattr(value, "_resolved", lambda one: _without_sources(resolved(one)))
        patch.chdir(made)
        words = ("--worlds", "150", "--months", "12", "--workers", "1", "--out", "race")
        assert run(["race", "meta.toml", *words]) == 0
        assert run(["sweep", "design.toml", "--out", "sweep", "--workers", "1"]) == 0
        yield made


def of_a_scenario(command: str) -> bool:
    """Whether a command takes a scenario, a design or a folder: something with a claimant of its own."""
    arguments = build_app([command])[command].assemble_argument_collection()
    return any(one.name in ("SCENARIO", "SCENARIOS", "FIRST", "DESIGN", "FOLDER", "--scenario") for one in arguments)


def test_every_command_of_a_scenario_is_tried() -> None:
    tried = {words[0] for words in (*RUNS, DISCOVER)}
    assert tried == {command for command in COMMANDS if of_a_scenario(command)}


@pytest.mark.slow
@pytest.mark.parametrize("words", [*RUNS, pytest.param(DISCOVER, marks=pytest.mark.needs("discovery"))], ids=" ".join)
def test_no_command_speaks_of_another_claimant(
    words: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(list(words)) == 0, capsys.readouterr().err
    said = capsys.readouterr()
    assert CLAIMANT not in said.out + said.err
    for file in _text_files(folder):
        assert CLAIMANT not in file.read_text(encoding="utf-8"), file


@pytest.mark.parametrize("quantity", ["owned_h100e"])
def test_scores_leave_out_the_claimant_that_was_given(quantity: str) -> None:
    rows = pd.DataFrame(
        [
            {"quantity": quantity, "owner": lab, "origin": 0, "date": 1, "forecast": name, "crps": 1.0}
            | {"in_50": True, "in_90": True}
            for lab in (CLAIMANT, *LABS)
            for name in ("model", "trend")
        ]
    )
    whole, part = cast("list[Verdict]", verdicts(rows, "Meta").to_dict("records"))
    assert [(one["without"], one["figures"]) for one in (whole, part)] == [(None, 4), ("Meta", 3)]
    assert verdict_words(whole) == "owned compute" and verdict_words(part) == "owned compute without Meta"


RECORD = (
    ("backtest", "--from", "2025-06-30", "--worlds", "20", "--claimant", "Meta", "--out", "test"),
    ("score", "frozen", "later.csv"),
    ("facts", "--worlds", "10"),
    pytest.param(
        ("calibrate", "--until", "2025-03-31", "--members", "200", "--truths", "5", "--draws", "20", "--out", "fit"),
        marks=pytest.mark.slow,
    ),
)


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a frozen forecast of Meta's claim, and figures that came later."""
    made = tmp_path_factory.mktemp("record")
    (made / "meta.toml").write_text('extends = "baseline"\nclaimant = "Meta"\n', "utf-8")
    assert run(["forecast", str(made / "meta.toml"), "--worlds", "20", "--out", str(made / "frozen")]) == 0
    quarter = pd.read_csv(made / "frozen" / "forecast.csv")["date"].min()
    rows = [f"{quarter},{lab},owned_h100e,{value}" for lab, value in (("xAI", 9e5), ("Meta", 2e6), ("Google", 6e6))]
    (made / "later.csv").write_text("\n".join(["date,owner,quantity,value", *rows]) + "\n", "utf-8")
    return made


@pytest.mark.parametrize("words", RECORD, ids=lambda words: words[0])
def test_what_speaks_of_the_record_names_the_usual_claimant_as_one_owner_among_others(
    words: tuple[str, ...], frozen: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(frozen)
    assert run([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    if words[0] in ("backtest", "score"):
        assert ("owned_h100e", "Meta") in [(row["quantity"], row["without"]) for row in answer["verdicts"]]
    said = {text for text in _texts(answer) if CLAIMANT in text}
    of_the_record = {CLAIMANT} | {row["fact"] for row in answer.get("facts", [])}
    strange = [text for text in said - of_the_record if not text.startswith(f"labs.{CLAIMANT}.")]
    assert strange == []


def test_a_claimant_that_is_no_lab_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "--claimant", "Mta"]) == 2
    assert "unknown lab 'Mta'; did you mean 'Meta'" in capsys.readouterr().err


def _texts(answer: object) -> Iterator[str]:
    """Every text in an object of JSON, keys too."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from (key, *_texts(value))
    elif isinstance(answer, list):
        for value in answer:
            yield from _texts(value)
    elif isinstance(answer, str):
        yield answer


def _text_files(folder: Path) -> list[Path]:
    return [file for end in ("csv", "json", "html", "svg") for file in folder.rglob(f"*.{end}")]


def _without_sources(known: dict[str, Parameter]) -> dict[str, Parameter]:
    """Parameters without the sources of their figures, which say of whom they were published."""
    return {name: replace(one, source="on record") for name, one in known.items()}
