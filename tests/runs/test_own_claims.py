"""`--claims`: a folder is asked, by its tables or by its worlds played again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.claim import claim_table
from computerace.analysis.folder import load
from computerace.market.errors import UserError
from computerace.runs.answers.claims import OwnClaim
from computerace.runs.cli import run
from computerace.runs.studies import claims as study
from computerace.runs.studies.claims import ask
from computerace.runs.sweeps.sweep import sweep
from tests.runs.answering import by_hand, said
from tests.runs.sweeping import design

GROWING = {"quantity": "power_mw", "relation": "at least an amount", "amount": 2000, "by": 12, "claimant": "each lab"}


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small race in which the claim comes true now and then."""
    folder = tmp_path_factory.mktemp("claims") / "race"
    words = ["--worlds", "80", "--workers", "1", "--set", "labs.xAI.owned_h100e=1.15e7", "--out", str(folder), "--json"]
    assert run(["race", "baseline", *words]) == 0
    return folder


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep of two structures in two scenarios."""
    content = design(scenarios=["baseline", "auction"])
    content.pop("scenario")
    folder = tmp_path_factory.mktemp("claims") / "swept"
    sweep(content, folder, workers=1)
    return folder


def test_the_article_s_claim_is_what_claim_says_to_the_digit(race: Path) -> None:
    found = ask(race, ["article"]).iloc[0]
    before = claim_table(load(race).worlds, [60]).iloc[0]
    same = ["worlds", "effective_worlds", "reached", "probability", "low", "high", "bound"]
    assert 0 < before["reached"] < 80
    assert found[same].to_dict() == before[same].to_dict()
    months = ["first_month_p5", "first_month_p50", "first_month_p95"]
    assert found[months].to_dict() == before[months].to_dict()


@pytest.mark.parametrize("name", ["article", "most"])
def test_worlds_that_are_played_again_say_what_the_tables_say(
    name: str, race: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ask(race, [name])
    monkeypatch.setattr(study, "from_table", lambda *_: None)
    pd.testing.assert_frame_equal(ask(race, [name]), told)


def test_a_sweep_s_worlds_are_asked_point_by_point(swept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = {"quantity": "owned_h100e", "relation": "first", "at": 2, "claimant": "each lab"}
    told = ask(swept, [claim])
    assert set(told["scenario"]) == {"baseline", "auction"} and told["reached"].sum() == 2 * 6 * 5
    monkeypatch.setattr(study, "from_table", lambda *_: None)
    pd.testing.assert_frame_equal(ask(swept, [claim]), told)


def test_who_is_first_is_one_lab_in_every_world(race: Path) -> None:
    found = ask(race, ["most"]).pivot_table(index="deadline_months", columns="lab", values="probability")
    assert list(found.index) == [12, 24, 36, 48, 60]
    assert np.allclose(found.sum(axis=1), 1.0)


def test_what_no_table_keeps_is_played_again(race: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import simulate

    manifest = by_hand(race)
    batch = simulate(Scenario.from_dict(manifest["scenario"]), np.arange(80), 1, measures=("power_mw",))
    largest = batch.steps["power_mw"][1:13].max(axis=0)
    found = ask(race, [GROWING]).set_index("lab")["reached"]
    assert found.to_dict() == {lab: int((largest[row] >= 2000).sum()) for row, lab in enumerate(load(race).labs)}
    assert found.max() > 0


def test_the_command_prints_and_answers(race: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "claim", str(race), "--claims", "half", "--claims", "concentration")
    assert code == 0
    assert "own at least half of what all labs own? (half)" in out and "Dec 2030" in out
    answer = json.loads(said(capsys, "claim", str(race), "--claims", "half", "--json")[1])
    assert set(answer["claims"][0]) == set(OwnClaim.__annotations__) - {"scenario"}
    assert answer["claims"][0]["lab"] == "any lab"


def test_claims_of_one_name_and_what_is_no_claim_are_refused_in_python(race: Path) -> None:
    with pytest.raises(UserError, match="two claims are called half"):
        ask(race, ["half", "half"])
    with pytest.raises(UserError, match="got 3"):
        ask(race, [3])  # type: ignore[list-item]
    pd.testing.assert_frame_equal(ask(race, "half"), ask(race, ["half"]))


def test_a_rare_claim_of_one_s_own_is_headed_by_its_own_question(
    race: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--rare", "--claims", "half", "--worlds", "100", "--repeats", "2", "--workers", "1")
    code, out, err = said(capsys, "claim", str(race), *words)
    assert code == 0, err
    assert "own at least half of what all labs own?" in out and "will xAI have more compute" not in out


def test_a_race_answers_claims_beside_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--worlds", "20", "--months", "13", "--workers", "1", "--out", str(tmp_path / "race"))
    code, out, _ = said(capsys, "race", "baseline", *words, "--claims", "most", "--json")
    assert code == 0
    assert [row["deadline_months"] for row in json.loads(out)["claims"]][:2] == [12, 13]
    code, _, err = said(capsys, "race", "baseline", *words, "--claims", "article")
    assert code == 2 and "month 60, is after 13" in err


def test_a_folder_of_another_program_says_so(race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    other = shutil.copytree(race, tmp_path / "other")
    manifest = by_hand(other)
    manifest["program"]["market/chips.py"] = "0"
    manifest["program"] = {name: "0" if isinstance(one, str) else one for name, one in manifest["program"].items()}
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    code, _, err = said(capsys, "claim", str(other), "--claims", "half")
    assert code == 0 and "is of another version of the program" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--claims", "hlaf"), "unknown claim 'hlaf'; did you mean 'half'?"),
        (("--claims", "none.toml"), "the claim none.toml"),
        (("--claims", "half", "--claims", "half"), "two claims are called half"),
        (("--claims", "half", "--deadline", "12"), "--deadline does not go with --claims"),
    ],
)
def test_a_mistake_is_one_line(
    words: tuple[str, ...], told: str, race: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, "claim", str(race), *words)
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert told in err


MORE_POWER: dict[str, Any] = {
    "name": "power",
    "quantity": "power_mw",
    "relation": "first",
    "claimant": "each lab",
    "at": [1, 2],
}
LATE: dict[str, Any] = {
    "name": "v1.2", "quantity": "owned_h100e", "relation": "at least an amount", "amount": 5.6e6, "by": 2,
    "claimant": "Google",
}  # fmt: skip


def test_a_design_counts_its_claims_as_they_are_counted_afterwards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = design(fixed=False, claims=[MORE_POWER, LATE, LATE | {"name": "not", "negated": True}])
    results = sweep(content, tmp_path / "swept", workers=1)
    assert results.worlds["v1 2, Google, 2"].dtype == bool and 0 < results.worlds["v1 2, Google, 2"].sum() < 30
    claims = [MORE_POWER, LATE, LATE | {"name": "not", "negated": True}]
    told = ask(tmp_path / "swept", claims)
    assert told.query("claim == 'v1.2'")["first_month_p50"].notna().all()
    with monkeypatch.context() as without:
        without.setattr(study, "of_design", lambda _: [])
        pd.testing.assert_frame_equal(ask(tmp_path / "swept", claims), told)
    code, out, err = said(capsys, "claim", str(tmp_path / "swept"))
    assert code == 0 and not err, err
    assert "power (power)" in out and "has passed the other labs by then" in out
    answer = json.loads(said(capsys, "claim", str(tmp_path / "swept"), "--json")[1])
    assert [row["claim"] for row in answer["claims"]] == ["power"] * 8 + ["v1.2", "not"]


def test_a_folder_s_design_has_its_claims_and_goes_on_with_no_others(tmp_path: Path) -> None:
    from computerace.runs.designs.of_folder import design_of

    begun = design(claims=["most", MORE_POWER])
    sweep(begun, tmp_path / "swept", workers=1)
    assert [one.name for one in design_of(tmp_path / "swept").claims] == ["most", "power"]
    sweep(begun, tmp_path / "swept", workers=1)
    with pytest.raises(UserError, match="holds another design: claims"):
        sweep(design(claims=["most"]), tmp_path / "swept", workers=1)


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        (["hlaf"], "unknown claim 'hlaf'; did you mean 'half'"),
        (["half"], "half: its deadline, month 60, is after 2, the last month"),
        ("most", "claims must be a list of names"),
        ([{"quantity": "share", "relation": "first", "by": 2}], "each with a name"),
        ([MORE_POWER, MORE_POWER], "two claims are called power"),
        ([MORE_POWER | {"claimant": "xIA"}], "unknown claimant in this race 'xIA'; did you mean 'xAI'"),
    ],
)
def test_claims_of_a_design_are_held_against_its_race(claims: object, told: str) -> None:
    with pytest.raises(UserError, match=told):
        sweep(design(claims=claims), workers=1)


def test_twins_tell_a_claim_of_both_as_their_races_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    small = ("--worlds", "40", "--months", "12", "--workers", "1")
    claims = ("--claims", "most", "--claims", "concentration")
    code, out, err = said(capsys, "twin", "baseline", "rivals-idle", *small, *claims, "--out", "twin", "--json")
    assert code == 0, err
    rows = {(row["claim"], row["lab"]): row for row in json.loads(out)["claims"]}
    for which, name in (("first", "baseline"), ("second", "rivals-idle")):
        assert run(["race", name, *small, "--out", name, "--json"]) == 0
        for row in ask(name, ["most", "concentration"]).to_dict("records"):
            assert rows[row["claim"], row["lab"]][which] == row["probability"]
    manifest = json.loads((tmp_path / "twin" / "manifest.json").read_text(encoding="utf-8"))
    assert [one["quantity"] for one in manifest["design"]["claims"]] == ["owned_h100e", "herfindahl"]
    code, _, err = said(capsys, "twin", "baseline", "frontier", *small, "--claims", "most")
    assert code == 2 and "the labs of these scenarios differ" in err


META = """
question = "Will Meta use at least 10 % of what all use, three months long, by December 2026?"
claimant = "Meta"
rivals = "all others"
quantity = "used_h100e"
relation = "at least a share"
amount = 0.1
by = "2026-12-31"
months_in_a_row = 3
"""


@pytest.mark.slow
def test_studies_of_variants_count_a_claim_as_its_race_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("meta.toml").write_text(META, encoding="utf-8")
    small = ("--worlds", "30", "--months", "12", "--workers", "1", "--claims", "meta.toml")
    assert run(["race", "baseline", *small[:6], "--out", "race", "--json"]) == 0
    alone = ask("race", ["meta.toml"])["probability"].item()
    assert 0 < alone < 1
    capsys.readouterr()
    code, out, err = said(capsys, "structure", "baseline", *small, "--out", "structure", "--json")
    assert code == 0, err
    answer = json.loads(out)
    rows = answer["claims"][0]["combinations"]
    assert (len(rows), answer["claims"][0]["lab"]) == (5 * 7 * 2, "Meta")
    signs = [row["ces"] for row in rows if (row["rule"], row["strategy"]) == tuple(answer["chosen"].values())]
    assert sorted(signs) == ["complements", "substitutes"]
    code, out, err = said(capsys, "explain", "baseline", *small, "--out", "explain", "--json")
    assert code == 0, err
    found = json.loads(out)["claims"][0]
    assert found["with"] == pytest.approx(alone)
    assert sum(row["value"] for row in found["factors"]) == pytest.approx(found["with"] - found["without"])


def test_break_even_takes_one_claim_of_one_lab(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.runs import scenario
    from computerace.runs.studies.break_even import Played
    from computerace.runs.studies.variants_claims import only_one

    monkeypatch.chdir(tmp_path)
    Path("meta.toml").write_text(META, encoding="utf-8")
    assert run(["race", "baseline", "--worlds", "100", "--months", "12", "--workers", "1", "--out", "race"]) == 0
    own = only_one(["meta.toml"], scenario("baseline"), 12, ("owned", "three"))
    played = Played(scenario("baseline"), 100, 1, 12, own=own)
    assert played.of([scenario("baseline")])[0] == ask("race", ["meta.toml"])["probability"].item()
    for words, told in (
        (("--claims", "most"), "most asks of 4 labs in turn"),
        (("--claims", "half", "--claims", "article"), "this takes one claim; got 2: half, article"),
        (("--claims", "half", "--definition", "used"), "--definition and --rivals do not go with --claims"),
    ):
        code, _, err = said(capsys, "break-even", "baseline", *words)
        assert code == 2 and told in err and len(err.strip().splitlines()) == 1


@pytest.mark.slow
def test_what_explains_the_usual_claim_as_one_of_one_s_own_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ema_workbench")
    monkeypatch.chdir(tmp_path)
    Path("usual.toml").write_text(
        'quantity = "owned_h100e"\nrelation = "more than the rivals combined"\nby = 12\n', encoding="utf-8"
    )
    words = ("--worlds", "400", "--months", "12", "--set", "labs.xAI.owned_h100e=1.13e7", "--out", "race")
    assert run(["race", "baseline", *words, "--workers", "1", "--json"]) == 0
    capsys.readouterr()
    own = ("--claims", "usual.toml", "--workers", "1", "--json")
    rows = json.loads(said(capsys, "sensitivity", "race", *own)[1])["indices"]
    numbers = {
        name: [row["value"] for row in rows if (row["outcome"], row["month"]) == (name, 12)]
        for name in ("probability", "usual: xAI")
    }
    assert len(numbers["probability"]) > 100 and numbers["probability"] == numbers["usual: xAI"]
    asked = ("discover", "race", "--worlds", "100")
    usual, mine = (json.loads(said(capsys, *asked, *more)[1]) for more in (("--json", *own[2:4]), own))
    assert mine["asked"]["lab"] == "xAI" and mine["hits"] == usual["hits"] > 60
    fresh = [[row["probability"] for row in one["check"] if row["kind"] == "everywhere"] for one in (usual, mine)]
    assert fresh[0] == fresh[1]
    code, _, err = said(capsys, *asked, "--claims", "usual.toml", "--top", "0.1")
    assert code == 2 and "--top does not go with --claims" in err
    Path("rare.toml").write_text(
        'quantity = "share"\nrelation = "at least an amount"\namount = 0.99\nby = 12\n', "utf-8"
    )
    code, _, err = said(capsys, *asked, "--claims", "rare.toml", "--workers", "1")
    assert code == 2 and "0 of 400 worlds" in err and "a smaller amount" in err and "--top" not in err


def test_the_report_has_a_table_for_each_claim(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.analysis.report import write

    monkeypatch.setattr(write, "figures", lambda *_: [])
    words = ("report", str(race), "--claims", "half", "--claims", "most", "--out", str(tmp_path))
    code, _, err = said(capsys, *words)
    assert code == 0, err
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<caption>Will one lab own at least half of what all labs own?</caption>" in page
    assert page.count("<td>December 2030</td>") == 1 + 4
