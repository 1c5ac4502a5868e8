"""Paths as people have them: home, links, other working folders."""

from pathlib import Path

import pytest

from computerace.analysis.folder import load
from computerace.market.errors import UserError
from computerace.runs.cli import run
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
