"""Damaged, foreign and missing files in a run's folder: whoever reads it says so in a line, and nothing else comes."""

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from computerace.runs.cli import run
from tests.runs.answering import by_hand

DESIGN = """
scenario = "baseline"
worlds_per_point = 4
months = 2
[sampler]
kind = "saltelli"
n = 4
[[vary]]
parameter = "chips.supply_growth_2026"
[[vary]]
parameter = "chips.price_decline"
"""
NOTHING = object()
BAD: tuple[Any, ...] = (NOTHING, None, 7, -1, 1e300, True, "x", [], [1], {}, {"a": 1})
ANY = {"versions", "commit", "machine", "started", "ended", "keep", "status", "counts", "first_world", "parameter_set"}
READERS = (["claim"], ["ledger"], ["sensitivity"], ["verify", "--sample", "1"], ["replay", "--world", "1"])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = tmp_path_factory.mktemp("damaged")
    (made / "design.toml").write_text(DESIGN, encoding="utf-8")
    small = ["--workers", "1", "--out"]
    assert run(["race", "--worlds", "6", "--months", "2", *small, str(made / "race")]) == 0
    assert run(["sweep", str(made / "design.toml"), *small, str(made / "sweep")]) == 0
    assert run(["forecast", "--worlds", "6", "--out", str(made / "forecast")]) == 0
    (made / "later.csv").write_text(
        "quarter_end,owner,h100e_median,h100e_p5,h100e_p95\n"
        + "".join(f"2026-03-31,{lab},2e6,1e6,3e6\n" for lab in ("xAI", "Google", "Microsoft", "Meta")),
        encoding="utf-8",
    )
    return {name: made / name for name in ("race", "sweep", "forecast", "later.csv")}


def damaged(manifest: dict[str, Any], within: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each of a manifest's keys taken away, or put wrong in each of many ways."""
    part = manifest
    for key in within:
        part = part[key]
    for key, value in part.items():
        for bad in BAD:
            broken = copy.deepcopy(manifest)
            inner = broken
            for step in within:
                inner = inner[step]
            if bad is NOTHING:
                del inner[key]
            else:
                inner[key] = bad
            yield ".".join((*within, key)), broken
        if key in ("scenario", "design", "sampler", "problem") and isinstance(value, dict):
            yield from damaged(manifest, (*within, key))


def said_in_a_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> int:
    """The exit code of a command that may refuse, but not in more than a line."""
    code = run(words)
    said = capsys.readouterr()
    assert code in (0, 1, 2)
    if code == 2:
        assert said.out == ""
        assert said.err.startswith("computerace: ")
        assert said.err.count("\n") == 1
    return code


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["race", "sweep"])
def test_a_damaged_manifest_is_a_line(
    kind: str, folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folders[kind], tmp_path / "run")
    file = tmp_path / "run" / "manifest.json"
    manifest = by_hand(file.parent)
    for number, (key, broken) in enumerate(damaged(manifest)):
        file.write_text(json.dumps(broken), encoding="utf-8")
        command, *more = READERS[number % 2]  # the quick ones: all of them check in the same place
        code = said_in_a_line([command, str(tmp_path / "run"), *more], capsys)
        needed = key.partition(".")[0] not in ANY
        assert code in (0, 2) if needed else code in (0, 1, 2), key


@pytest.mark.slow
def test_a_forecast_with_a_damaged_manifest_is_a_line(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folders["forecast"], tmp_path / "run")
    file = tmp_path / "run" / "manifest.json"
    for _, broken in damaged(by_hand(file.parent)):
        file.write_text(json.dumps(broken), encoding="utf-8")
        said_in_a_line(["score", str(tmp_path / "run"), str(folders["later.csv"])], capsys)


@pytest.mark.parametrize(
    ("key", "bad", "told"),
    [
        ("scenario", 7, "scenario must be an object"),
        ("start", "soon", "start must be a date"),
        ("months", True, "months must be a whole number from 0"),
        ("design", [1], "design must be an object or null"),
    ],
)
def test_the_key_that_is_wrong_is_named(
    key: str, bad: object, told: str, folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folders["race"], tmp_path / "run")
    file = tmp_path / "run" / "manifest.json"
    file.write_text(json.dumps(by_hand(file.parent) | {key: bad}), encoding="utf-8")
    for command, *more in READERS:
        assert run([command, str(tmp_path / "run"), *more]) == 2
        assert f"{tmp_path / 'run'}/manifest.json is damaged: {told}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"null", b"\xff\xfe{}", b'{"kind": "race"}', b"[" * 100_000, b"9" * 5000]
)
def test_a_foreign_manifest_is_a_line(
    text: bytes, folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folders["race"], tmp_path / "run")
    (tmp_path / "run" / "manifest.json").write_bytes(text)
    for command, *more in (*READERS, ["report"], ["discover"]):
        assert said_in_a_line([command, str(tmp_path / "run"), *more], capsys) == 2
    assert said_in_a_line(["race", "--worlds", "1", "--months", "1", "--out", str(tmp_path / "run")], capsys) == 2


@pytest.mark.parametrize("how", ["missing", "empty", "cut", "folder", "noise"])
def test_worlds_that_cannot_be_read_are_a_line(
    how: str, folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folders["race"], tmp_path / "run")
    file = tmp_path / "run" / "worlds.parquet"
    content = file.read_bytes()
    file.unlink()
    if how == "folder":
        file.mkdir()
    elif how != "missing":
        file.write_bytes({"empty": b"", "cut": content[: len(content) // 2], "noise": b"PAR1" + b"\0" * 99}[how])
    for command in ("claim", "ledger", "sensitivity", "report", "discover", "verify"):
        assert said_in_a_line([command, str(tmp_path / "run")], capsys) == 2
