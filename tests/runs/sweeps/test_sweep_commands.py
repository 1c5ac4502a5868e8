"""The commands: what they print, what they refuse, and how they end."""

import json
from pathlib import Path

import pytest

from computerace.runs.cli import run
from tests.runs.sweeping import contents

DESIGN = """
scenario = "baseline"
worlds_per_point = 4
months = 2
fixed = true
keep = "outcomes"
[sampler]
kind = "sobol"
points = 4
[[vary]]
parameter = "chips.supply_growth_2026"
"""


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "design.toml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


def test_a_plan_says_what_a_sweep_would_take_and_writes_nothing(
    design: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.iterdir())
    assert run(["sweep", str(design), "--plan", "--out", str(tmp_path / "out")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "points   4"
    assert lines[1] == "worlds   16"
    assert lines[2] == "to play  16 worlds in 1 batches"
    assert [line.split()[0] for line in lines[3:]] == ["keep", "disk", "time"]
    assert sorted(tmp_path.iterdir()) == before


def test_a_plan_for_a_folder_counts_what_is_missing(
    design: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert run(["sweep", str(design), "--out", out, "--workers", "1"]) == 0
    design.write_text(DESIGN.replace("points = 4", "points = 8"))
    capsys.readouterr()
    assert run(["sweep", str(design), "--plan", "--json", "--out", out]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["points"], plan["worlds"], plan["worlds_to_play"], plan["played_again"]) == (8, 32, 16, 0)
    assert plan["bytes_on_disk"] > 0
    assert plan["seconds"] > 0
    assert run(["sweep", str(design), "--plan", "--out", out]) == 0
    assert capsys.readouterr().out.splitlines()[1:3] == [
        "worlds   32, 16 of them done",
        "to play  16 worlds in 1 batches",
    ]
    assert run(["sweep", str(design), "--plan", "--shard", "1/1", "--out", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.splitlines()[1:3] == [
        "worlds   32", "to play  32 worlds in 1 pieces, which are shard 1/1"
    ]  # fmt: skip


def test_json_is_one_object_and_nothing_else(design: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sweep", str(design), "--out", str(tmp_path / "out"), "--workers", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["points"], found["worlds"], found["failed"], found["status"]) == (4, 16, 0, "complete")
    assert run(["verify", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"] is True
    assert run(["replay", str(tmp_path / "out"), "--point", "1", "--world", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcomes"]["xAI_owned_h100e_0"] > 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["sweep", "nowhere.toml", "--out", "x"], "there is no design nowhere.toml"),
        (["sweep", "DESIGN"], "needs --out"),
        (["sweep", "DESIGN", "--out", "x", "--engine", "rey"], "unknown engine 'rey'; did you mean 'ray'?"),
        (["sweep", "DESIGN", "--out", "x", "--workers", "0"], "--workers must be at least 1; got 0"),
        (["sweep", "DESIGN", "--out", "x", "--address", "auto"], "choose the engine ray"),
        (["sweep", "DESIGN", "--out", "x", "--batch", "0"], "--batch must be at least 1; got 0"),
        (["sweep", "DESIGN", "--out", "x", "--max-failures", "-1"], "--max-failures must be at least 0; got -1"),
        (["verify", ".", "--seed", "-1"], "--seed must be at least 0; got -1"),
        (["verify", ".", "--all", "--workers", "0"], "--workers must be at least 1; got 0"),
        pytest.param(
            ["sweep", "DESIGN", "--out", "x", "--engine", "ray", "--address", "head"],
            "is auto or HOST:PORT",
            marks=pytest.mark.needs("ray"),
        ),
        pytest.param(
            ["sweep", "DESIGN", "--out", "x", "--engine", "ray", "--address", "127.0.0.1:1"],
            "cannot reach Ray at 127",
            marks=pytest.mark.needs("ray"),
        ),
        (["sweep", "LIST", "--out", "x"], "points.csv, row 3: chips.supply_growth_2026 = 99 is out of bounds"),
        (["sweep", "."], "is no sweep's folder"),
        (["verify", "nowhere"], "is no run's folder"),
        (["replay", "nowhere", "--world", "1"], "is no run's folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    design: Path,
    tmp_path: Path,
    words: list[str],
    expected: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.toml").write_text('scenario = "baseline"\nsampler = {kind = "list", points = "points.csv"}\n')
    (tmp_path / "points.csv").write_text("chips.supply_growth_2026\n2\n99\n")
    assert run([{"DESIGN": str(design), "LIST": "list.toml"}.get(word, word) for word in words]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert expected in printed.err
    assert printed.err.count("\n") == 1
    assert not (tmp_path / "x").exists()


def test_failing_worlds_end_in_exit_code_1_and_their_number(
    design: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.runs.worlds import simulate as ensemble

    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("no world holds")

    monkeypatch.setattr(ensemble, "simulate", broken)
    assert run(["sweep", str(design), "--out", str(tmp_path / "out"), "--workers", "1"]) == 1
    assert "16 worlds failed; each is a row of" in capsys.readouterr().err
    assert run(["sweep", str(design), "--out", str(tmp_path / "few"), "--workers", "1", "--max-failures", "3"]) == 1
    assert "worlds have failed, the last with ArithmeticError: no world holds" in capsys.readouterr().err


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(
    design: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.runs.sweeps import sweep

    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "compact", pressed)
        assert run(["sweep", str(design), "--out", str(out), "--workers", "1"]) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert run(["sweep", str(design), "--out", str(out), "--workers", "1"]) == 0
    assert run(["sweep", str(design), "--out", str(tmp_path / "whole"), "--workers", "1"]) == 0
    assert contents(out) == contents(tmp_path / "whole")
