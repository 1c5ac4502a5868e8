"""The command that holds the model against stylised facts."""

import json

import pytest

from computerace.runs.cli import run
from computerace.runs.terminal.backtest import triple


def test_facts_are_told_one_by_one_and_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["facts", "--worlds", "48", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["facts"]) == found["met_together"]["facts"] == sum(found["verdicts"].values())
    assert all(row["p5"] <= row["p50"] <= row["p95"] for row in found["facts"])
    met = found["met_together"]
    assert 0 <= met["p5"] <= met["p50"] <= met["p95"] <= met["most"] <= met["facts"]
    assert met["share_meeting_all"] <= met["share_meeting_half"] <= 1
    assert run(["facts", "--worlds", "48", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert run(["facts", "--worlds", "48"]) == 0
    assert "Stylised facts" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--worlds", "1"], "--worlds must be at least 2"), (["--parameters", "x"], "unknown parameter set 'x'")],
)
def test_bad_input_is_refused(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["facts", *words]) == 2
    assert message in capsys.readouterr().err


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert triple(-0.001, -0.06, 0.004) == "0.00 (-0.06 to 0.00)"
    assert triple(12.0, -0.04, 30.0) == "12.0 (0.0 to 30.0)"
