"""`computerace discover` on a small real sweep and a race: what it prints, writes and refuses."""

import json
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from computerace.analysis.discovery.boxes import CONDITIONS
from computerace.analysis.discovery.search import CURVE
from computerace.runs.cli import run
from computerace.runs.studies.conditions import CHECK
from computerace.runs.worlds import simulate as model

pytestmark = pytest.mark.needs("discovery")

DESIGN = """
scenario = "baseline"
worlds_per_point = 2
months = 2
keep = "outcomes"
independent = true
fixed = true
seed = 7
[sampler]
kind = "{kind}"
points = {points}
[[vary]]
parameter = "labs.xAI.owned_h100e"
[[vary]]
parameter = "labs.Google.owned_h100e"
[[vary]]
parameter = "chips.price_decline"
"""


def swept(folder: Path, kind: str, points: int) -> Path:
    (folder / f"{kind}.toml").write_text(DESIGN.format(kind=kind, points=points), encoding="utf-8")
    assert run(["sweep", str(folder / f"{kind}.toml"), "--out", str(folder / kind), "--workers", "1"]) == 0
    return folder / kind


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("discover")
    words = ["race", "--worlds", "600", "--months", "2", "--out", str(folder / "race")]
    assert run(words) == 0
    return {"prior": swept(folder, "prior", 512), "lhs": swept(folder, "lhs", 8), "race": folder / "race"}


@pytest.mark.slow
def test_json_holds_the_boxes_and_how_they_did_in_fresh_worlds(
    folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["discover", str(folders["prior"]), "--top", "0.2", "--worlds", "200", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hits"] == 205
    assert set(found["curve"][0]) == set(CURVE)
    assert set(found["conditions"][0]) == set(CONDITIONS)
    assert set(found["check"][0]) == set(CHECK)
    assert [row["kind"] for row in found["check"]] == ["everywhere", "found", "fewest"]
    everywhere, box, _ = found["check"]
    assert box["mass"] < everywhere["mass"] == 1
    # What the labs own at the start is nearly all that they own two months later, whatever else the model says.
    assert box["low"] > everywhere["high"]
    assert {row["parameter"] for row in found["limits"] if row["kind"] == "fewest"} <= {
        "labs.xAI.owned_h100e", "labs.Google.owned_h100e",
    }  # fmt: skip
    assert all(row["unit"] for row in found["limits"])
    assert found["fresh_seed"] == 8


@pytest.mark.slow
def test_a_person_gets_tables_and_the_frames_are_saved(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tables"
    words = ["discover", str(folders["race"]), "--top", "0.2", "--worlds", "100", "--seed", "3", "--out", str(out)]
    assert run(words) == 0
    shown = capsys.readouterr().out
    assert "Box 1: its conditions" in shown
    assert "In 100 fresh worlds each (seed 3)" in shown
    names = {f"{name}.{ending}" for name in ("curve", "limits", "conditions", "check") for ending in ("csv", "parquet")}
    assert {file.name for file in out.iterdir()} == names
    assert tuple(pd.read_csv(out / "curve.csv").columns) == CURVE


@pytest.mark.slow
def test_fresh_worlds_that_fail_are_told_with_the_command_that_plays_them_again(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = model.simulate

    def fragile(chosen: Any, indices: Any, *rest: Any, **options: Any) -> Any:
        if 3 in indices:
            raise FloatingPointError("the third world fell apart")
        return real(chosen, indices, *rest, **options)

    out = tmp_path / "tables"
    words = ["discover", str(folders["race"]), "--top", "0.2", "--worlds", "100", "--workers", "1"]
    monkeypatch.setattr(model, "simulate", fragile)
    assert run(words) == 1
    assert "left out; the first with FloatingPointError: the third world fell apart: " in capsys.readouterr().err
    assert run([*words, "--out", str(out)]) == 1
    assert f"each is a row of {out / 'failures.parquet'}" in capsys.readouterr().err
    lost = pd.read_parquet(out / "failures.parquet")
    assert lost["kind"].tolist()[0] == "everywhere" and set(lost["world"]) == {3}
    assert lost["traceback"].str.contains("fell apart").all()
    again = shlex.split(lost["replay"].iloc[-1])
    assert again[:3] == ["computerace", "replay", str(folders["race"])] and run(again[1:]) == 1
    monkeypatch.setattr(model, "simulate", real)
    assert run(again[1:]) == 0
    assert run([*words, "--out", str(out)]) == 0
    assert not list(out.glob("failures.*")), "what an earlier start lost is not this one's"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "there is no folder nowhere"),
        (["prior"], "0 of 1,024 worlds are of interest, too few to find conditions"),
        (["lhs", "--top", "0.2"], "a design (lhs), no sample of the priors"),
        (["prior", "--top", "1.2"], "--top must be between 0 and 1; got 1.2"),
        (["prior", "--top", "0.2", "--ratio", "2"], "give --top or --ratio, not both"),
        (["prior", "--ratio", "0"], "--ratio must be above 0; got 0"),
        (["prior", "--density", "7"], "--density must be between 0 and 1; got 7"),
        (["prior", "--deadline", "3"], "--deadline must be at most 2; got 3"),
        (["prior", "--top", "0.2", "--deadline", "1"], "no ratio at month 1; it has 0, 2"),
        (["prior", "--seed", "7"], "another seed than the folder's own"),
        (["prior", "--worlds", "10"], "--worlds must be at least 100; got 10"),
        (["prior", "--definition", "ownd"], "did you mean 'owned'"),
    ],
)
def test_bad_input_is_told_in_one_line(
    words: list[str], said: str, folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    full = [str(folders[word]) if word in folders else word for word in words]
    assert run(["discover", *full]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""
