"""Paths as people have them: home, links, other working folders."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from computerace.analysis.folder import load
from computerace.analysis.validation.frozen import read_frozen
from computerace.analysis.validation.later_figures import read_later
from computerace.market.errors import UserError
from computerace.runs import run_points, run_scenarios, scenario
from computerace.runs.cli import run
from computerace.runs.designs.design import read_design
from computerace.runs.sweeps.sweep import sweep

SMALL = ["--worlds", "3", "--months", "1", "--workers", "1"]
DESIGN = {"scenario": "baseline", "worlds_per_point": 2, "months": 1}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_tilde_after_an_equals_sign_means_home(home: Path) -> None:
    (home / "own.toml").write_text('extends = "baseline"\nmonths = 1\n', encoding="utf-8")
    assert run(["race", "~/own.toml", *SMALL, "--out=~/runs/a"]) == 0
    assert (home / "runs" / "a" / "manifest.json").is_file()
    for words in (["claim", "~/runs/a"], ["verify", "~/runs/a"], ["replay", "~/runs/a", "--world", "1"]):
        assert run(words) == 0
    assert not (home.parent / "~").exists()


def test_a_tilde_means_home_in_python(home: Path) -> None:
    swept = sweep(DESIGN, "~/swept", workers=1)
    assert swept.path == home / "swept"
    assert len(load("~/swept").worlds) == 2
    assert len(sweep("~/swept", "~/again", workers=1).worlds) == 2


def test_a_tilde_means_home_in_every_file_that_python_or_another_file_names(home: Path) -> None:
    (home / "own.toml").write_text('extends = "baseline"\nmonths = 1\n', encoding="utf-8")
    (home / "code.py").write_text("from computerace.agents.rules.investing import plan\n", encoding="utf-8")
    elsewhere = home.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "two.toml").write_text('extends = "~/own.toml"\ncode = "~/code.py"\n', encoding="utf-8")
    (home / "points.csv").write_text("chips.supply_growth_2026\n1.6\n", encoding="utf-8")
    (home / "own_claim.toml").write_text('quantity = "owned_h100e"\nrelation = "first"\nby = 1\n', encoding="utf-8")
    design = (
        'scenario = "~/own.toml"\nclaims = ["~/own_claim.toml"]\nsampler = {kind = "list", points = "~/points.csv"}'
    )
    (elsewhere / "design.toml").write_text(design, encoding="utf-8")
    assert {scenario(Path("~/own.toml")).months, scenario("~/own.toml").months} == {1}
    assert scenario(elsewhere / "two.toml").code == str((home / "code.py").resolve())
    assert read_design(elsewhere / "design.toml").to_dict()["scenarios"] == ["own"]
    mapping = {"scenarios": [Path("~/own.toml")], "sampler": {"kind": "list", "points": Path("~/points.csv")}}
    assert len(sweep(mapping | {"worlds_per_point": 2, "claims": [Path("~/own_claim.toml")]}, workers=1).worlds) == 2
    frame = pd.DataFrame({"chips.supply_growth_2026": [1.6]})
    assert len(run_points(frame, 2, scenario=Path("~/own.toml"), workers=1).worlds) == 2
    assert len(run_scenarios([Path("~/own.toml"), "chip-glut"], 2, months=1, workers=1).worlds) == 4


def test_figures_and_forecasts_at_home_are_found_in_python(home: Path) -> None:
    (home / "later.csv").write_text("date,owner,quantity,value\n2026-03-31,xAI,owned_h100e,1.5e6\n", encoding="utf-8")
    for file in ("~/later.csv", Path("~/later.csv")):
        later = read_later(file, date(2025, 12, 31), [date(2026, 3, 31)], ["owned_h100e"])
        assert list(later.figures["value"]) == [1.5e6]
    with pytest.raises(UserError, match="home/frozen holds no forecast"):
        read_frozen("~/frozen")


def test_scenarios_in_a_circle_are_told_however_their_paths_are_written(home: Path) -> None:
    (home / "deeper").mkdir()
    (home / "deeper" / "ring.toml").write_text('extends = "../deeper/ring.toml"\n', encoding="utf-8")
    with pytest.raises(UserError, match=r"in a circle: ~/deeper/ring\.toml → "):
        scenario("~/deeper/ring.toml")


def test_a_link_to_a_folder_is_written_through_and_stays(home: Path) -> None:
    (home / "disk").mkdir()
    for name, behind in (("link", home / "disk" / "new"), ("other", home / "disk" / "there")):
        behind.mkdir(exist_ok=True)
        link = home / name
        link.symlink_to(behind, target_is_directory=True)
        assert run(["race", *SMALL, "--out", str(link)]) == 0
        assert run(["race", *SMALL, "--out", str(link)]) == 0
        assert link.is_symlink()
        assert (behind / "manifest.json").is_file()
        assert run(["claim", str(link)]) == 0
    (home / "sweeps").symlink_to(home / "disk", target_is_directory=True)
    assert len(sweep(DESIGN, home / "sweeps" / "s", workers=1).worlds) == 2


def test_a_link_to_nothing_makes_what_it_points_to(home: Path) -> None:
    (home / "link").symlink_to(home / "later")
    assert run(["race", *SMALL, "--out", str(home / "link")]) == 0
    assert (home / "later" / "manifest.json").is_file()


def test_a_link_to_itself_is_a_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "ring").symlink_to(home / "ring")
    for words in (["race", *SMALL, "--out", "~/ring"], ["claim", "~/ring"], ["race", "~/ring.toml"]):
        assert run(words) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_paths_are_of_the_working_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    assert run(["race", *SMALL, "--out", "here/run"]) == 0
    (home / "deeper").mkdir()
    monkeypatch.chdir(home / "deeper")
    assert run(["claim", "../here/run"]) == 0
    assert run(["race", *SMALL]) == 0
    assert len(list((home / "deeper" / "out").iterdir())) == 1


@pytest.mark.parametrize("words", [["race", "--claims", "~nobody-at-all/x"], ["race", "--out", "~nobody-at-all/x"]])
def test_the_home_of_nobody_is_a_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--worlds", "1", "--months", "1"]) == 2
    assert "~nobody-at-all/x" in capsys.readouterr().err


def test_the_home_of_nobody_is_a_line_in_python_too() -> None:
    with pytest.raises(UserError, match="no such home"):
        load("~nobody-at-all/x")
