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
        (["--labs", "xAI,xAI"], "the lab xAI stands there twice"),
        (["--strategies", "idle,steady,idle"], "the strategy idle stands there twice"),
        (["--ambition", "50,50.0"], "twice"),
        (["--strategies", "steady"], "two at least"),
        (["--worlds", "4"], "at least 16"),
        (["--tolerance", "-1"], "0 or more"),
        (["--fleet-part", "2"], "0 to 1"),
        (["--labs", ","], "--labs needs at least one name"),
        (["--labs", ""], "--labs needs at least one name"),
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


def test_every_mixed_equilibrium_has_its_number_its_chance_and_what_is_not_shown_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from computerace.analysis.game.answer import Equilibria
    from computerace.analysis.game.equilibria import CHOICES
    from computerace.runs.scenarios import scenario
    from computerace.runs.studies.equilibrium import Question
    from computerace.runs.terminal.equilibrium import show_equilibria

    def row(kind: str, number: int, lab: str, weight: float, chance: float) -> dict[str, object]:
        return {
            "ambition_usd": 0.0, "kind": kind, "number": number, "settled": True, "weight": weight, "xAI": lab,
            "chance": chance, "low": 0.0, "high": 1.0, "ratio_p50": 0.1, "most_gain_usd": 0.0,
        }  # fmt: skip

    rows = pd.DataFrame([
        row("default", 1, "idle", 1.0, 0.5), row("pure", 1, "idle", 1.0, 0.5),
        *(row("mixed", number, name, weight, chance) for number in (1, 2, 3)
          for name, weight, chance in (("idle", 0.25, 0.2 * number), ("steady", 0.75, 0.04 * number))),
    ])  # fmt: skip
    none = dict.fromkeys(("ambition_usd", "gain_usd", "low", "high"), 0.0)
    regret = pd.DataFrame([{"lab": "xAI", "strategy": "idle", "best_response": "idle", **none}])
    question = Question(scenario("baseline"), ("xAI",), ("idle", "steady"), 100, 1, 12, (0.0,))
    show_equilibria(question, Equilibria(("xAI",), 100, regret, rows, pd.DataFrame(columns=[*CHOICES]), ()), 1.0)
    told = capsys.readouterr().out
    assert "mixed 1, 75 %" in told and "mixed 2, 25 %" in told and "mixed 3" not in told
    assert "mixed 1 at 0: the claim has a chance of 8.00 %" in told
    assert "mixed 2 at 0: the claim has a chance of 16.0 %" in told
    assert "and 1 more mixed at 0" in told
