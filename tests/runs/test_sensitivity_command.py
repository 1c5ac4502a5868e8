"""`computerace sensitivity` on real sweeps, small ones: what it prints, writes and refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest

from computerace.analysis.sensitivity.indices import EFFECTS, INDICES, SPREAD
from computerace.runs.cli import run

DESIGN = """
scenario = "baseline"
worlds_per_point = 4
months = 2
fixed = true
keep = "outcomes"
seed = {seed}
[sampler]
{sampler}
[[vary]]
parameter = "labs.xAI.owned_h100e"
[[vary]]
parameter = "chips.price_decline"
"""
SALTELLI = 'kind = "saltelli"\nn = 16\nsecond_order = true'
MORRIS = 'kind = "morris"\nn = 4'


def swept(folder: Path, name: str, sampler: str, seed: int = 1) -> Path:
    (folder / f"{name}.toml").write_text(DESIGN.format(sampler=sampler, seed=seed), encoding="utf-8")
    assert run(["sweep", str(folder / f"{name}.toml"), "--out", str(folder / name), "--workers", "1"]) == 0
    return folder / name


@pytest.fixture(scope="module")
def sweeps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sweeps")
    return {
        "saltelli": swept(folder, "saltelli", SALTELLI),
        "again": swept(folder, "again", SALTELLI, seed=2),
        "morris": swept(folder, "morris", MORRIS),
        "few": swept(folder, "few", 'kind = "prior"\npoints = 8'),
    }


def test_json_is_one_object_with_the_frames_and_the_warnings(
    sweeps: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sensitivity", str(sweeps["saltelli"]), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["method"] == "sobol"
    assert set(found["indices"][0]) == set(INDICES)
    assert set(found["spread"][0]) == set(SPREAD)
    assert {row["parameter"] for row in found["indices"]} == {"labs.xAI.owned_h100e", "chips.price_decline"}
    total = {row["parameter"]: row["value"] for row in found["indices"] if row["order"] == "total"}
    # What xAI owns at the start is nearly all that it owns two months later, whatever else the model says.
    assert total["labs.xAI.owned_h100e"] > 0.9
    assert any(note.startswith("left out, Probability of the claim at month 2") for note in found["notes"])


def test_a_person_gets_tables_and_the_frames_are_saved(
    sweeps: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tables"
    assert run(["sensitivity", str(sweeps["morris"]), "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "Morris's elementary effects" in shown
    assert "labs.xAI.owned_h100e" in shown
    assert sorted(file.name for file in out.iterdir()) == [
        "indices.csv", "indices.parquet", "spread.csv", "spread.parquet",
    ]  # fmt: skip
    assert tuple(pd.read_csv(out / "indices.csv").columns) == EFFECTS
    pd.testing.assert_frame_equal(pd.read_parquet(out / "indices.parquet"), pd.read_csv(out / "indices.csv"))


def test_two_seeds_of_a_design_are_one_answer(sweeps: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sensitivity", str(sweeps["saltelli"]), str(sweeps["again"]), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["runs"] == [str(sweeps["saltelli"]), str(sweeps["again"])]
    keys = pd.DataFrame(found["indices"])[["outcome", "month", "order", "parameter", "other"]]
    assert not keys.duplicated().any()
    assert run(["sensitivity", str(sweeps["saltelli"]), str(sweeps["again"])]) == 0
    assert "768 worlds in 2 designs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "there is no folder nowhere"),
        (["."], "has no manifest.json"),
        (["few"], "8 points are too few to say which parameters matter; at least 100 are needed"),
        (["saltelli", "--definition", "ownd"], "unknown definition 'ownd'; did you mean 'owned'"),
        (["saltelli", "--rivals", "four"], "unknown rivals 'four'; known: all, three"),
        (["saltelli", "--scenario", "basline"], "has no scenario 'basline'; it has baseline"),
        (["saltelli", "--seed", "-1"], "--seed must be at least 0; got -1"),
        (["saltelli", "saltelli"], "must be drawn with different seeds; they have 1, 1"),
        (["again", "morris"], "holds another design than"),
        (["saltelli", "--out", "few/manifest.json"], "cannot write to"),
    ],
)
def test_bad_input_is_told_in_one_line(
    words: list[str], said: str, sweeps: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    full = [str(sweeps[word]) if word in sweeps else word for word in words]
    full = [word.replace("few/manifest.json", str(sweeps["few"] / "manifest.json")) for word in full]
    assert run(["sensitivity", *full]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""
