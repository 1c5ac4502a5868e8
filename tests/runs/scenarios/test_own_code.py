"""Code of one's own: what a scenario's file brings, for every worker, one version a folder, and never unasked."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.runs import Race, Scenario, add_strategy, scenario
from computerace.runs.scenarios import own_code
from tests.runs.own_file import SCENARIO, forgotten, written

__all__ = ["forgotten"]


def test_a_scenario_brings_strategy_lab_rule_and_measure(tmp_path: Path) -> None:
    race = Race(scenario(written(tmp_path)), worlds=3).run()
    assert type(race.labs[0]).__name__ == "NoRent" and race.labs[0].strategy == "thrifty"
    np.testing.assert_array_equal(race.state.rental.rented[0], 0.0)
    np.testing.assert_array_equal(
        race.record.steps["promised_h100e"][-1], race.state.finance.promised.astype(np.float32)
    )
    assert (race.state.fleet.owned[0] < Race(worlds=3, months=3).run().state.fleet.owned[0]).all()


def test_a_strategy_is_not_found_where_the_scenario_names_no_code(tmp_path: Path) -> None:
    path = tmp_path / "plain.toml"
    path.write_text(SCENARIO.replace('code = "mine.py"', ""), encoding="utf-8")
    with pytest.raises(UserError, match=r"NoRent|thrifty|in_equal_parts"):
        scenario(path)


@pytest.mark.slow
def test_another_process_reads_the_code_before_its_first_world(tmp_path: Path) -> None:
    """As a worker does, which is handed the scenario and has read no file."""
    path = scenario(written(tmp_path))
    (tmp_path / "scenario.pickle").write_bytes(pickle.dumps(path))
    script = (
        "import pickle, pathlib; from computerace.runs import Race;"
        f"s = pickle.loads(pathlib.Path({str(tmp_path / 'scenario.pickle')!r}).read_bytes());"
        "print(Race(s, worlds=2).run().state.fleet.owned[0].tolist())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == str(Race(path, worlds=2).run().state.fleet.owned[0].tolist())


def test_a_changed_text_is_another_version(tmp_path: Path) -> None:
    first = scenario(written(tmp_path))
    before = Race(first, worlds=2).run().state.fleet.owned[0]
    changed = scenario(written(tmp_path, part=30.0))
    assert changed != first and changed.code_sha256 != first.code_sha256
    assert (Race(changed, worlds=2).run().state.fleet.owned[0] < before).all()
    with pytest.raises(UserError, match="not the version"):
        own_code.read(first.code, first.code_sha256)


def test_a_file_that_the_code_imports_is_part_of_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    written(tmp_path)
    text = (tmp_path / "mine.py").read_text(encoding="utf-8")
    text = text.replace("plan(seen) / 3.0", "plan(seen) / factor_of_a_test.PART")
    (tmp_path / "mine.py").write_text("import factor_of_a_test\n" + text, encoding="utf-8")
    (tmp_path / "factor_of_a_test.py").write_text("PART = 3.0\n", encoding="utf-8")
    first = scenario(tmp_path / "mine.toml")
    before = Race(first, worlds=2).run().state.fleet.owned[0]
    (tmp_path / "factor_of_a_test.py").write_text("PART = 30.00\n", encoding="utf-8")
    second = scenario(tmp_path / "mine.toml")
    assert first.code_sha256 != second.code_sha256
    assert (Race(second, worlds=2).run().state.fleet.owned[0] < before).all()
    with pytest.raises(UserError, match="not the version"):
        own_code.read(first.code, first.code_sha256)


def test_the_same_text_in_the_working_folder_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = scenario(written(tmp_path)).to_dict()
    own_code._read.clear()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mine.py").rename(tmp_path / "elsewhere" / "mine.py")
    with pytest.raises(UserError, match="no file"):
        Race(own_code.trust(Scenario.from_dict(kept)))
    monkeypatch.chdir(tmp_path / "elsewhere")
    Race(own_code.trust(Scenario.from_dict(kept)), worlds=1)


def test_two_versions_in_one_process_keep_to_themselves(tmp_path: Path) -> None:
    first = scenario(written(tmp_path))
    before = Race(first, worlds=2).run().state.fleet.owned[0]
    other = tmp_path / "other"
    other.mkdir()
    second = scenario(written(other, part=30.0))
    assert (Race(second, worlds=2).run().state.fleet.owned[0] < before).all()
    np.testing.assert_array_equal(Race(first, worlds=2).run().state.fleet.owned[0], before)


def test_a_folders_scenario_does_not_run_its_code_unasked(tmp_path: Path) -> None:
    kept = scenario(written(tmp_path)).to_dict()
    own_code._read.clear()
    (tmp_path / "ran").unlink()
    strangers = Scenario.from_dict(kept)
    assert strangers.parameters()["labs.xAI.strategy"].value == "thrifty"
    with pytest.raises(UserError, match="--trust-code"):
        Race(strangers)
    assert not (tmp_path / "ran").exists()
    Race(own_code.trust(strangers), worlds=1)
    assert (tmp_path / "ran").exists()


def test_what_only_this_process_knows_is_refused_elsewhere(tmp_path: Path) -> None:
    add_strategy("thrifty", lambda seen: seen.books.investment)
    alone = scenario("baseline").with_settings({"labs.Meta.strategy": "thrifty"})
    with pytest.raises(UserError, match=r"thrifty of labs.Meta.strategy.*code = "):
        own_code.check_portable(alone)
    own_code.check_portable(scenario(written(tmp_path)))


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("gone.py", "", "no file .*gone.py"),
        ("no.such.module", "", "no module no.such.module"),
        ("mine.py", "1 / 0", "does not run: ZeroDivisionError"),
        ("mine.py", "def f(:", "does not run: SyntaxError"),
        ("mine.py", "import sys; sys.exit(3)", "does not run: SystemExit"),
        (
            "mine.py",
            "from computerace.runs import add_rule\nadd_rule('posted', print)",
            "model's own",
        ),
        ("mine.py", "from computerace.runs import add_lab\nadd_lab('Mine', int)", "subclass"),
        (
            "mine.py",
            "from computerace.runs import add_measure\nadd_measure('month', print)",
            "model's own",
        ),
    ],
)
def test_a_mistake_in_the_code_is_told_before_the_first_world(tmp_path: Path, code: str, text: str, words: str) -> None:
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(f'code = "{code}"\n', encoding="utf-8")
    with pytest.raises(UserError, match=words):
        scenario(tmp_path / "mine.toml")


def test_an_import_path_names_code_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    (tmp_path / "mine.py").rename(tmp_path / "own_rules_of_a_test.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "mine.toml").write_text(SCENARIO.replace("mine.py", "own_rules_of_a_test"), encoding="utf-8")
    assert Race(scenario(tmp_path / "mine.toml"), worlds=1).labs[0].strategy == "thrifty"
