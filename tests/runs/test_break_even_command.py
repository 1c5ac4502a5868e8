"""`computerace break-even`: levers are found by their names, tables and picture are kept, mistakes are a line."""

import json
from pathlib import Path

import pandas as pd
import pytest

from computerace.market.registry import PARAMETERS
from computerace.runs.cli import run
from computerace.runs.scenarios import scenario
from computerace.runs.studies.break_even import levers_of

SMALL = ["--worlds", "100", "--months", "12", "--chance", "50%"]
BACKING = "labs.xAI.backing_usd_per_month"


def test_the_main_levers_and_all_can_be_moved() -> None:
    baseline = scenario("baseline")
    main, every = levers_of(baseline, ["main"]), levers_of(baseline, ["all"])
    assert {one.name for one in main} < {one.name for one in every}
    assert len(every) > len(PARAMETERS) / 2
    for one in every:
        assert one.low < one.high and one.low <= one.value <= one.high, one.name
        assert one.spread is None or one.spread > 0, one.name


def test_a_run_keeps_its_tables_and_its_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "even"
    assert (
        run(
            [
                "break-even",
                *SMALL,
                "--levers",
                f"{BACKING},chips.supply_growth_2026,frontier",
                "--out",
                str(out),
                "--json",
            ]
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert [row["lever"] for row in told["levers"]] == [BACKING, "chips.supply_growth_2026"]
    assert all(row["at"] is None and 0 <= row["most"] < 0.5 for row in told["levers"])  # a year is too short
    assert [row["scenario"] for row in told["scenarios"]] == ["frontier"]
    assert len(pd.read_csv(out / "levers.csv")) == 2
    assert (out / "break-even.png").stat().st_size > 0


def test_scenarios_alone_can_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "even"
    assert run(["break-even", *SMALL, "--levers", "frontier,chip-glut", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "chip-glut" in told and "One lever" not in told
    assert len(pd.read_csv(out / "scenarios.csv")) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--chance", "110%"], "below 1"),
        (["--chance", "0%"], "above 0"),
        (["--chance", "100%"], "below 1"),
        (["--worlds", "20"], "at least 100"),
        (["--chance", "much"], "as in 10%"),
        (["--levers", "chips.supply_growth"], "chips.supply_growth_2026"),
        (["--levers", "chips.allocation"], "choice of words"),
        (["--levers", ","], "at least one"),
    ],
)
def test_what_cannot_be_asked_is_a_line(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["break-even", *words, "--out", str(tmp_path / "even")]) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
