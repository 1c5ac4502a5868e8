"""Code of one's own in sweeps and folders: for every worker, of one version a folder, and never run unasked."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.market.errors import UserError
from computerace.runs import add_measure, add_strategy, scenario, sweep
from computerace.runs.cli import run
from computerace.runs.scenarios import Scenario, own_code
from computerace.runs.sweeps.single_race import Request, run_race
from computerace.runs.sweeps.verify import replay, verify
from computerace.runs.worlds.play import Workers
from computerace.runs.worlds.sample import Sample, play_sample
from computerace.runs.worlds.variants import Wanted, play_together
from tests.runs.own_file import forget, forgotten, written

__all__ = ["forgotten"]

KEPT = ["owned_h100e", "operational_h100e", "promised_h100e", "idle_h100e", "everything_h100e"]
TWO = Workers(2)


def design(path: Path, **changes: Any) -> dict[str, Any]:
    plain = {"scenario": str(path), "worlds_per_point": 3, "months": 2, "keep": "steps", "measures": KEPT}
    return plain | changes


def race_in(folder: Path, part: float = 3.0, worlds: int = 40) -> Path:
    run_race(Request(scenario(written(folder, part)), worlds, out=folder / "race", on=Workers(1)))
    return folder / "race"


def left_by_a_stranger(folder: Path) -> None:
    """The code has not been read here, and leaves a trace when it is."""
    forget()
    (folder / "ran").unlink()


@pytest.mark.slow
def test_measures_of_ones_own_come_out_of_two_workers(tmp_path: Path) -> None:
    path = written(tmp_path)
    one, two = (sweep(design(path), tmp_path / str(many), workers=many, batch=1) for many in (1, 2))
    assert one.steps is not None and two.steps is not None
    pd.testing.assert_frame_equal(one.steps, two.steps)
    of_labs, of_market = two.steps[two.steps["lab"] != "Market"], two.steps[two.steps["lab"] == "Market"]
    assert of_labs["everything_h100e"].isna().all() and of_market["idle_h100e"].isna().all()
    idle = of_labs["owned_h100e"] - of_labs["operational_h100e"]
    np.testing.assert_allclose(of_labs["idle_h100e"], idle, rtol=1e-3, atol=1.0)
    assert (idle > 0).any()
    total = of_labs.groupby(["world", "month"])["owned_h100e"].sum()
    np.testing.assert_allclose(of_market.set_index(["world", "month"])["everything_h100e"], total, rtol=1e-6)


def test_variants_and_splitting_know_it_in_every_worker(tmp_path: Path) -> None:
    from computerace.analysis.rare_events import Splitting
    from computerace.runs.studies.rare import RareClaim, rare_probability

    chosen = scenario(written(tmp_path))
    variants = [chosen.with_settings({"sites.speed": 1.0 + 0.1 * number}) for number in range(4)]
    wanted = Wanted(1, 1, ("owned_three_first_month",))  # two variants share an array, and there are two of these
    one, two = (play_together(variants, 1024, wanted, on=on) for on in (Workers(1), TWO))
    pd.testing.assert_frame_equal(one.outcomes, two.outcomes)
    claim = RareClaim(chosen, "owned", "three", 1, 1)
    found = rare_probability(claim, repeats=2, chosen=Splitting(100, most_levels=1), on=TWO)
    assert len(found.failures) == 0


@pytest.mark.parametrize("quantiles", ["exact", "counts"])
def test_measures_of_ones_own_are_summarised_as_others_are(tmp_path: Path, quantiles: str) -> None:
    content = design(written(tmp_path), keep="quantiles", quantiles=quantiles)
    del content["measures"]
    found = sweep(content, workers=1).steps
    assert found is not None
    assert_kept(found)


def assert_kept(steps: pd.DataFrame) -> None:
    of_market = steps["lab"] == "Market"
    assert (steps["promised_h100e"].isna() == of_market).all() and (
        steps["everything_h100e"].notna() == of_market
    ).all()


def test_a_race_keeps_them_too(tmp_path: Path) -> None:
    assert_kept(pd.read_parquet(race_in(tmp_path, worlds=5) / "steps.parquet"))


def test_a_measure_that_the_scenario_s_code_does_not_bring_is_unknown(tmp_path: Path) -> None:
    scenario(written(tmp_path))
    with pytest.raises(UserError, match="promised_h100e"):
        sweep(design(Path("baseline")), workers=1)


def test_a_folder_is_of_one_version_of_the_text(tmp_path: Path) -> None:
    path = written(tmp_path)
    sweep(design(path), tmp_path / "sweep", workers=1)
    before = own_code.digest(str(tmp_path / "mine.py"))
    kept = json.loads((tmp_path / "sweep" / "manifest.json").read_text())["scenarios"][0]
    assert (kept["code"], kept["code_sha256"]) == (str(tmp_path / "mine.py"), before)
    race_in(tmp_path)
    written(tmp_path, part=30.0)
    after = own_code.digest(kept["code"])
    told = rf"mine\.py of SHA-256 {before[:12]}… there, of SHA-256 {after[:12]}… here"
    with pytest.raises(UserError, match=told):
        sweep(design(path, worlds_per_point=4), tmp_path / "sweep", workers=1)
    with pytest.raises(UserError, match=told):
        race_in(tmp_path, part=30.0)


def test_a_text_at_another_place_is_the_same_version(tmp_path: Path) -> None:
    sweep(design(written(tmp_path)), tmp_path / "sweep", workers=1)
    (tmp_path / "moved").mkdir()
    grown = sweep(design(written(tmp_path / "moved"), worlds_per_point=4), tmp_path / "sweep", workers=1)
    assert len(grown.worlds) == 4


@pytest.mark.parametrize("kind", ["race", "sweep"])
def test_a_folder_is_checked_where_its_code_is_trusted(tmp_path: Path, kind: str) -> None:
    if kind == "race":
        folder = race_in(tmp_path, worlds=5)
    else:
        folder = tmp_path / "sweep"
        sweep(design(written(tmp_path)), folder, workers=1)
    left_by_a_stranger(tmp_path)
    for play in (lambda: verify(folder), lambda: verify(folder, everything=True), lambda: replay(folder, 0, 1)):
        with pytest.raises(UserError, match=r"mine\.py.*--trust-code"):
            play()
    assert not (tmp_path / "ran").exists()
    assert replay(folder, 0, 1, trust_code=True)["xAI_owned_h100e_0"] > 0
    assert (tmp_path / "ran").exists()
    assert verify(folder, trust_code=True).same
    assert verify(folder, everything=True, on=Workers(2), trust_code=True).same


def test_trust_is_in_the_text_that_was_hashed_and_no_other(tmp_path: Path) -> None:
    folder = race_in(tmp_path, worlds=5)
    written(tmp_path, part=30.0)
    left_by_a_stranger(tmp_path)
    with pytest.raises(UserError, match="not the version"):
        verify(folder, trust_code=True)
    assert not (tmp_path / "ran").exists()


PLAYING = (
    ["verify"], ["verify", "--all"], ["replay", "--world", "1"],
    ["claim", "--rare", "--worlds", "50", "--repeats", "2", "--workers", "1"],
    ["discover", "--worlds", "100", "--ratio", "0.1"],
)  # fmt: skip


@pytest.mark.parametrize("command", PLAYING, ids=lambda one: " ".join(one[:2]))
def test_commands_that_play_a_folder_want_trust(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(race_in(tmp_path))
    left_by_a_stranger(tmp_path)
    assert run([command[0], folder, *command[1:]]) == 2
    assert "--trust-code" in capsys.readouterr().err and not (tmp_path / "ran").exists()
    run([command[0], folder, *command[1:], "--trust-code"])
    assert (tmp_path / "ran").exists() and "--trust-code" not in capsys.readouterr().err


def test_a_folder_s_design_is_swept_again_where_its_code_is_trusted(tmp_path: Path) -> None:
    sweep(design(written(tmp_path)), tmp_path / "sweep", workers=1)
    left_by_a_stranger(tmp_path)
    with pytest.raises(UserError, match="--trust-code"):
        sweep(tmp_path / "sweep", tmp_path / "again")
    assert not (tmp_path / "ran").exists() and not (tmp_path / "again").exists()
    command = ["sweep", str(tmp_path / "sweep"), "--out", str(tmp_path / "again"), "--workers", "2", "--trust-code"]
    assert run(command) == 0
    one, other = (pd.read_parquet(tmp_path / name / "steps.parquet") for name in ("sweep", "again"))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("command", ["claim", "ledger", "report"])
def test_looking_at_a_folder_runs_nothing(tmp_path: Path, command: str) -> None:
    folder = race_in(tmp_path)
    left_by_a_stranger(tmp_path)
    assert run([command, str(folder)]) == 0
    assert not (tmp_path / "ran").exists()


def test_trust_goes_with_what_plays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claim", str(tmp_path), "--trust-code"]) == 2
    assert "--trust-code goes with --rare or --claims" in capsys.readouterr().err


def kept(_: object) -> int:
    return 1


def here_alone() -> Scenario:
    scenario("baseline").parameters()  # what was looked up before does not hide the name
    add_strategy("thrifty", lambda seen: seen.books.investment)
    return scenario("baseline").with_settings({"labs.Meta.strategy": "thrifty"})


def test_what_only_this_process_knows_stays_in_it(tmp_path: Path) -> None:
    alone = here_alone()
    sample = Sample(scenario=alone, seed=1, world=np.arange(2), keep=kept, months=1)
    wanted = Wanted(1, 1, ("xAI_bound_chips",))
    assert play_sample(sample).kept == (1,)
    refused = pytest.raises(UserError, match=r"thrifty of labs\.Meta.strategy is known in this process alone")
    with refused:
        play_sample(sample, TWO)
    with refused:
        play_together([alone], 2, wanted, on=TWO)
    with refused:
        run_race(Request(alone, 2, months=1, out=tmp_path / "race", on=Workers(1)))
    assert not list(tmp_path.iterdir())


def test_a_sweep_of_what_only_this_process_knows_stays_in_memory(tmp_path: Path) -> None:
    scenario("baseline").parameters()
    add_strategy("thrifty", lambda seen: seen.books.investment)
    add_measure("promised_h100e", lambda setting, state, flows: state.finance.promised)
    words = [{"parameter": "labs.Meta.strategy", "values": ["thrifty"]}]
    changes: tuple[dict[str, Any], ...] = (
        {"measures": ["owned_h100e"], "sampler": {"kind": "grid"}, "vary": words}, {"measures": ["promised_h100e"]},
    )  # fmt: skip
    for change in changes:
        content = design(Path("baseline"), **change)
        assert len(sweep(content, workers=1).worlds) == 3
        for options in ({"workers": 2}, {"workers": 1, "out": tmp_path / "sweep"}):
            with pytest.raises(UserError, match="known in this process alone"):
                sweep(content, **options)
    assert not list(tmp_path.iterdir())


def test_a_mistake_in_a_measure_stops_before_the_first_world(tmp_path: Path) -> None:
    path = written(tmp_path)
    text = (tmp_path / "mine.py").read_text() + '\nadd_measure("odd", lambda setting, state, flows: [1.0, 2.0])\n'
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(UserError, match=r"measure odd returned an array \(2,\)"):
        sweep(design(path, measures=["odd"]), tmp_path / "sweep", workers=2)
    assert not (tmp_path / "sweep").exists()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("return plan(seen)", "return seen.books.no_such_line"),
        ("np.ones_like(claims.access)", "claims.no_such_line"),
        ("super().rent(seen)", "seen.no_such_line"),
        ("state.finance.promised", "state.finance.no_such_line"),
    ],
    ids=["strategy", "rule", "lab", "measure"],
)
def test_code_that_raises_stops_before_the_first_world(tmp_path: Path, right: str, wrong: str) -> None:
    path, text = written(tmp_path), (tmp_path / "mine.py").read_text()
    line = text[: text.index(right)].count("\n") + 1
    (tmp_path / "mine.py").write_text(text.replace(right, wrong))
    with pytest.raises(UserError, match=rf"mine\.py, line {line}: AttributeError: .*no_such_line"):
        sweep(design(path), tmp_path / "sweep", workers=2)
    assert not (tmp_path / "sweep").exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("raise type('Mute', (Exception,), {'__str__': lambda _: 1 / 0})", "Mute: no further word"),
        ("raise type('Held', (Exception,), {'lock': __import__('threading').Lock()})('salt')", "Held: salt"),
        ("raise SystemExit(7)", "SystemExit: 7"),
    ],
)
def test_whatever_code_raises_is_a_line(tmp_path: Path, wrong: str, told: str) -> None:
    """An error that has no words, one that no other process could be sent, and one that would end the program."""
    path, text = written(tmp_path), (tmp_path / "mine.py").read_text()
    (tmp_path / "mine.py").write_text(re.sub(r"return plan\(seen\).*", lambda _: wrong, text))
    with pytest.raises(UserError, match=rf"mine\.py, line \d+: {told}$"):
        sweep(design(path), tmp_path / "sweep", workers=2)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('strategy" = "thrifty"', 'strategy" = "thirfty"', "thirfty"),
        ('allocation" = "in_equal_parts"', 'allocation" = "in_unequal_parts"', "in_unequal_parts"),
        ('code = "mine.py"', 'code = "no.such.module"', "no module no.such.module"),
    ],
)
def test_a_word_that_is_not_known_stops_before_the_first_world(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(UserError, match=told):
        sweep(design(path), tmp_path / "sweep", workers=2)
    assert not (tmp_path / "sweep").exists()
