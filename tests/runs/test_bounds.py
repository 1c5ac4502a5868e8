"""`computerace bounds`: how often bounds bind, counted in the worlds that a race plays."""

import json
import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from computerace.market.watching import watch
from computerace.runs.cli import run
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario
from computerace.runs.studies.bounds import bounds_answer, count_bounds
from computerace.runs.worlds import simulate as model
from computerace.runs.worlds.play import Workers
from computerace.runs.worlds.sample import BATCH
from tests.runs.worlds.test_failing_worlds import BROKEN, fragile

STARTS = ("2025-12-31", "2025-06-30", "2024-12-31", "2024-06-30", "2023-12-31")
FEW = ["--worlds", "4", "--months", "3"]


def test_shares_are_of_world_months_and_those_that_bind_most_come_first() -> None:
    counts = pd.DataFrame(
        [("rare", "market", 1, 0, 100), ("often", "xAI", 0, 30, 100), ("often", "Rest", 0, 0, 100)],
        columns=["bound", "owner", "below", "above", "values"],
    )
    often, rare = bounds_answer(counts)
    assert (often["bound"], often["above"], often["often"]) == ("often", 0.15, True)
    assert often["by_owner"]["xAI"] == {"below": 0.0, "above": 0.3}
    assert (rare["bound"], rare["below"], rare["often"]) == ("rare", 0.01, False)


def test_a_constraint_says_what_it_is_and_a_bound_says_nothing() -> None:
    rows = [("rental.budget", "xAI", 0, 30, 100), ("reaction.upward", "xAI", 0, 1, 100)]
    budget, upward = bounds_answer(pd.DataFrame(rows, columns=["bound", "owner", "below", "above", "values"]))
    assert budget["constraint"].startswith("a budget") and upward["constraint"] == ""


def test_every_month_of_every_world_is_counted() -> None:
    counts, failures = count_bounds(scenario("baseline"), 4, 1, 3)
    assert len(failures) == 0
    of_market = counts[counts["bound"] == "chips.growth_per_month"]
    assert of_market["owner"].tolist() == ["market"] and of_market["values"].tolist() == [12]


def test_a_bound_moved_into_the_way_binds() -> None:
    plan = scenario("baseline").with_settings({"chips.growth_from_years": 0.0})
    found = {one["bound"]: one for one in bounds_answer(count_bounds(plan, 4, 1, 6)[0])}
    assert found["chips.growth_per_month"]["below"] > 0.05 and found["chips.growth_per_month"]["often"]


def test_counts_are_the_same_on_two_processes() -> None:
    plan = scenario("baseline")
    one, two = (count_bounds(plan, 2 * BATCH, 1, 1, Workers(count))[0] for count in (1, 2))
    pd.testing.assert_frame_equal(one, two)


def test_a_world_that_fails_is_told_and_counts_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "simulate", fragile)
    counts, failures = count_bounds(scenario("baseline"), 4, 1, 3)
    assert failures["world"].tolist() == [BROKEN]
    assert set(counts.loc[counts["bound"] == "chips.growth_per_month", "values"]) == {9}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "start"), [("frontier", "2025-12-31"), *(("baseline", start) for start in STARTS)])
def test_no_bound_but_constraints_binds_in_more_than_a_twentieth_of_an_owners_months(name: str, start: str) -> None:
    plan = replace(scenario(name), start=date.fromisoformat(start))
    found = bounds_answer(count_bounds(plan, 256, 1, 60)[0])
    assert [one["bound"] for one in found if one["often"] and not one["constraint"]] == []


def test_a_watched_race_gives_the_same_bits() -> None:
    watched, free = (Race("baseline", worlds=3, seed=5, months=4, collect=False) for _ in range(2))
    with watch(watched.plan.owners):
        watched.run()
    free.run()
    for name, values in free.measures().items():
        np.testing.assert_array_equal(values, watched.measures()[name], err_msg=name)


def test_the_command_prints_a_table_and_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bounds", "baseline", *FEW]) == 0
    assert "talent.next_pay" in capsys.readouterr().out
    assert run(["bounds", "baseline", *FEW, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["scenario"], answer["worlds"], answer["months"], answer["often"]) == ("baseline", 4, 3, 0.05)


@pytest.mark.parametrize("mistake", [["baselin"], ["--worlds", "0"], ["--months", "601"], ["--set", "x"]])
def test_a_mistake_is_told_in_one_line(mistake: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bounds", *mistake]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_what_plays_a_failed_world_again_names_file_and_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "my own.toml"
    file.write_text('extends = "baseline"\nmonths = 2\n', encoding="utf-8")
    monkeypatch.setattr(model, "simulate", fragile)
    change = "--set=chips.supply_growth_2026=1.6"
    assert run(["bounds", str(file), change, "--worlds", "4"]) == 1
    command = shlex.split(capsys.readouterr().err.partition("fell apart: ")[2])
    assert command[:4] == ["computerace", "race", str(file), change]
    monkeypatch.undo()
    assert run([*command[1:], "--out", str(tmp_path / "again")]) == 0
