"""`computerace equilibrium`: the game in a folder that resumes, and its refusals."""

import json
from pathlib import Path

import pandas as pd
import pytest

from computerace.runs.cli import run

SMALL = [
    "--labs",
    "xAI,Google",
    "--strategies",
    "steady,idle",
    "--worlds",
    "16",
    "--months",
    "12",
    "--ambition",
    "0,100",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("game") / "game"
    assert run(["equilibrium", *SMALL, "--out", str(out), "--json"]) == 0
    return out


def test_every_profile_is_played_in_the_same_worlds(folder: Path) -> None:
    worlds = pd.read_parquet(folder / "worlds.parquet")
    assert len(worlds) == 9 * 16  # the strategies asked for and the one that xAI has
    drawn = worlds.pivot_table(index="world", columns="point", values="finance.appetite")
    assert (drawn.to_numpy() == drawn.to_numpy()[:, :1]).all()


def test_the_folder_goes_on_and_says_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["equilibrium", *SMALL, "--out", str(folder), "--json"]
    before = (folder / "worlds.parquet").stat().st_mtime_ns
    assert run(words) == 0
    first = json.loads(capsys.readouterr().out)
    assert run(words) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert (folder / "worlds.parquet").stat().st_mtime_ns == before
    assert {row["kind"] for row in first["profiles"]} >= {"default", "best responses"}
    assert [row["lab"] for row in first["regret"]] == ["xAI", "Google"] * 2
    assert {file.name for file in (folder / "game").iterdir()} >= {"regret.csv", "equilibria.csv"}
    assert (folder / "equilibrium.png").stat().st_size > 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--labs", "xIA"], "xAI"),
        (["--strategies", "stedy"], "steady"),
        (["--ambition", "much"], "--ambition must be numbers"),
        (["--labs", "xAI,xAI"], "twice"),
        (["--ambition", "50,50.0"], "twice"),
        (["--strategies", "steady"], "two at least"),
        (["--worlds", "4"], "at least 16"),
        (["--tolerance", "-1"], "0 or more"),
        (["--fleet-part", "2"], "0 to 1"),
        (["--labs", ","], "at least one name"),
        (["--labs", ""], "at least one name"),
    ],
)
def test_what_cannot_be_asked_is_a_line(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["equilibrium", *words, "--out", str(tmp_path / "game")]) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_tolerance_finer_than_the_noise_is_refused_before_every_profile_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["equilibrium", *SMALL, "--tolerance", "0.001", "--out", str(tmp_path / "game")]
    assert run(words) == 2
    assert "16 worlds are too few for a tolerance of 0.001 billion" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_pilot_of_all_worlds_finds_the_noise_that_the_folder_has(folder: Path) -> None:
    """It plays the same worlds as the sweep."""
    from computerace.market.errors import UserError
    from computerace.runs.scenarios import scenario
    from computerace.runs.studies.equilibrium import Question, played, refuse_unborne, told

    question = Question(
        scenario("baseline"), ("xAI", "Google"), ("steady", "idle"), 16, 1, 12, (0.0, 1e11), tolerance_usd=1e6
    )
    with pytest.raises(UserError) as before:
        refuse_unborne(question, count=1)
    with pytest.raises(UserError) as after:
        told(question, played(question, folder, False))
    first, second = (str(one.value).split("; take")[0] for one in (before, after))
    assert first == second and "their noise is" in first
