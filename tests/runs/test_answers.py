"""What commands print as JSON is what its type says, key by key; and no untyped dictionary passes from room to room."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ConfigDict, TypeAdapter, with_config

from computerace.analysis.manifest_form import Manifest
from computerace.runs.answers.causes import BoundsAnswer, ExplainAnswer, LedgerAnswer, StructureAnswer, TwinAnswer
from computerace.runs.answers.claims import ClaimAnswer, RaceAnswer
from computerace.runs.answers.folders import (
    PlanAnswer,
    ReplayAnswer,
    ReportAnswer,
    ShardAnswer,
    SiteAnswer,
    SweepAnswer,
    VerifyAnswer,
)
from computerace.runs.answers.game import BreakEvenAnswer, EquilibriumAnswer
from computerace.runs.answers.listed import DesignsAnswer, ParametersAnswer, ScenariosAnswer
from computerace.runs.answers.parameters import DiscoveryAnswer, SensitivityAnswer
from computerace.runs.answers.updates import UpdateAnswer
from computerace.runs.answers.validation import BacktestAnswer, CalibrateAnswer, FactsAnswer, ScoreAnswer
from tests.runs.answering import said

ROOT = Path(__file__).parents[2]
FROZEN = str(ROOT / "forecasts" / "2025-12-31-baseline")
SMALL = ("--worlds", "30", "--months", "2", "--workers", "1")
GAME = ("--labs", "xAI", "--strategies", "steady,idle", "--ambition", "0", "--months", "2", "--workers", "1")
BOXES = ("--top", "0.2", "--worlds", "100", "--workers", "1")
FIT = ("--until", "2024-06-30", "--members", "200", "--truths", "5", "--draws", "10", "--workers", "1")
EVEN = ("--levers", "chips.supply_growth_2026,frontier", "--months", "2", "--workers", "1")
COMMANDS = (
    (RaceAnswer, ("race", "baseline", *SMALL, "--out", "again")),
    (ClaimAnswer, ("claim", "race")),
    pytest.param(
        ClaimAnswer,
        ("claim", "race", "--rare", "--worlds", "100", "--repeats", "2", "--workers", "1"),
        marks=pytest.mark.slow,
    ),
    (ClaimAnswer, ("claim", "race", "--claims", "most", "--claims", "concentration", "--workers", "1")),
    (UpdateAnswer, ("update", "race", "later.csv", "--most-worlds", "150", "--workers", "1")),
    (LedgerAnswer, ("ledger", "race")),
    (SensitivityAnswer, ("sensitivity", "race")),
    (TwinAnswer, ("twin", "baseline", "frontier", *SMALL, "--out", "twin")),
    (EquilibriumAnswer, ("equilibrium", "baseline", "--worlds", "16", *GAME, "--out", "game")),
    (BreakEvenAnswer, ("break-even", "baseline", "--worlds", "100", *EVEN, "--out", "even")),
    (BoundsAnswer, ("bounds", "--worlds", "5", "--months", "2")),
    (BacktestAnswer, ("backtest", "--from", "2025-09-30", "--worlds", "20", "--out", "test")),
    (FactsAnswer, ("facts", "--worlds", "10")),
    (ScoreAnswer, ("score", FROZEN, "known.csv")),
    (ScenariosAnswer, ("scenarios",)),
    (DesignsAnswer, ("designs",)),
    (ParametersAnswer, ("parameters", "labs.xAI")),
    (PlanAnswer, ("sweep", "design.toml", "--plan", "--out", "planned")),
    (ShardAnswer, ("sweep", "design.toml", "--shard", "1/1", "--workers", "1", "--out", "shards")),
    (SweepAnswer, ("merge", "played")),
    (VerifyAnswer, ("verify", "race", "--sample", "2")),
    (ReplayAnswer, ("replay", "race", "--world", "2")),
    (ReportAnswer, ("report", "race")),
    pytest.param(SiteAnswer, ("page", "baseline", "--worlds", "20", "--out", "site"), marks=pytest.mark.slow),
    pytest.param(
        DiscoveryAnswer, ("discover", "short", *BOXES), marks=[pytest.mark.needs("discovery"), pytest.mark.slow]
    ),
    pytest.param(CalibrateAnswer, ("calibrate", *FIT, "--out", "fit"), marks=pytest.mark.slow),
    pytest.param(ExplainAnswer, ("explain", "baseline", *SMALL, "--out", "explain"), marks=pytest.mark.slow),
    pytest.param(StructureAnswer, ("structure", "baseline", *SMALL, "--out", "structure"), marks=pytest.mark.slow),
)
KNOWN = """date,owner,quantity,value,low,high,bound
2026-03-31,Google,owned_h100e,4e6,,,
2026-06-30,xAI,owned_h100e,2e5,,,at least
2026-06-30,OpenAI,used_h100e,4e6,,,
"""
"""Made-up figures: one that is scored, a bound, and one of which there is no forecast."""
ROOMS = ("agents", "analysis", "market", "package", "runs")
UNTYPED = "dict[str, Any]"
LEFT = {
    # What people write, before and after it was checked, whose keys are theirs.
    "runs/schema": 5, "runs/scenarios": 1, "runs/designs": 3,
    # Options of components, which JavaScript takes as they are; those of Mesa's scenarios.
    "runs/page": 3, "runs/model": 1,
}  # fmt: skip
"""By room: how many lines may say so. Fewer is better, and then the number here goes down."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with two races in it: a short one has a box around the worlds with the highest ratios."""
    from computerace.runs.cli import run
    from computerace.runs.scenarios import scenario
    from computerace.runs.sweeps.single_race import Request, run_race
    from computerace.runs.worlds.play import ONE

    made = tmp_path_factory.mktemp("answers")
    (made / "later.csv").write_text("date,owner,quantity,value\n2026-03-31,Google,owned_h100e,4e6\n", "utf-8")
    (made / "known.csv").write_text(KNOWN, "utf-8")
    (made / "design.toml").write_text(DESIGN, "utf-8")
    run_race(Request(scenario("baseline"), worlds=150, months=13, on=ONE, out=made / "race"))
    run_race(Request(scenario("baseline"), worlds=600, months=2, on=ONE, out=made / "short"))
    played = ("sweep", made / "design.toml", "--shard", "1/1", "--workers", "1", "--out", made / "played")
    assert run([str(word) for word in played]) == 0
    return made


def closed(kind: Any) -> TypeAdapter[Any]:
    """What takes a type's keys and no others, at every depth."""
    _close(kind, set())
    return TypeAdapter(kind)


def _close(kind: Any, seen: set[object]) -> None:
    if hasattr(kind, "__total__") and kind not in seen:
        seen.add(kind)
        with_config(ConfigDict(extra="forbid", strict=True))(kind)
        for inner in kind.__annotations__.values():
            _close(inner, seen)
    for inner in getattr(kind, "__args__", ()):
        _close(inner, seen)


@pytest.mark.parametrize(("kind", "words"), COMMANDS)
def test_an_answer_is_what_its_type_says(
    kind: Any, words: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    code, out, err = said(capsys, *words, "--json")
    assert code == 0, err
    closed(kind).validate_json(out)


DESIGN = """
scenario = "baseline"
worlds_per_point = 2
months = 2
sampler = {kind = "saltelli", n = 2}
[[vary]]
parameter = "chips.supply_growth_2026"
[[vary]]
parameter = "chips.price_decline"
"""
FOLDERS = (
    ("race", "baseline", *SMALL, "--out"),
    ("sweep", "design.toml", "--workers", "1", "--out"),
    pytest.param(("twin", "baseline", "frontier", *SMALL, "--out"), marks=pytest.mark.slow),
    pytest.param(("forecast", "--worlds", "20", "--out"), marks=pytest.mark.slow),
    pytest.param(("backtest", "--from", "2025-09-30", "--worlds", "20", "--out"), marks=pytest.mark.slow),
    pytest.param(("explain", "baseline", *SMALL, "--out"), marks=pytest.mark.slow),
    pytest.param(("structure", "baseline", *SMALL, "--out"), marks=pytest.mark.slow),
)


@pytest.mark.parametrize("words", FOLDERS)
def test_a_manifest_holds_what_its_form_says_and_nothing_else(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("design.toml").write_text(DESIGN, encoding="utf-8")
    assert said(capsys, *words, "made")[0] == 0
    manifest = json.loads(Path("made", "manifest.json").read_text(encoding="utf-8"))
    del manifest["checksum"]
    closed(Manifest).validate_json(json.dumps(manifest))


def test_a_key_too_many_is_found() -> None:
    row = {"lab": "Meta", "cause": "chips", "share": 0.5}
    answer = {"run": "", "worlds": 1, "months": 1, "start": "", "by_month": [], "by_span": [], "overall": [row]}
    closed(LedgerAnswer).validate_json(json.dumps(answer))
    with pytest.raises(ValueError, match="odd"):
        closed(LedgerAnswer).validate_json(json.dumps(answer | {"overall": [row | {"odd": 1}]}))


def test_no_more_untyped_dictionaries_pass_between_rooms() -> None:
    found: dict[str, list[str]] = {}
    for path in sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        place = path.relative_to(ROOT)
        room = "/".join(place.parts[:2]) if place.parts[0] == "runs" else place.parts[0]
        found.setdefault(room, []).extend(f"{place}: {line}" for line in untyped(path))
    for room, lines in found.items():
        assert len(lines) <= LEFT.get(room, 0), "\n".join(lines)


def untyped(path: Path) -> list[str]:
    """Names of public functions and fields that say `dict[str, Any]`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            given = [one.annotation for one in ast.walk(node.args) if isinstance(one, ast.arg)]
            kinds = [ast.unparse(one) for one in (*given, node.returns) if one is not None]
            found += [node.name] if any(UNTYPED in one for one in kinds) else []
        elif isinstance(node, ast.ClassDef):
            fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
            untold = [one for one in fields if UNTYPED in ast.unparse(one.annotation)]
            found += [f"{node.name}.{ast.unparse(one.target)}" for one in untold]
    return found
