"""A run's folder is whole or absent, and never takes the place of anything but the same run."""

import errno
import json
from pathlib import Path
from typing import cast

import pytest

from computerace.analysis.aside import exchanged
from computerace.analysis.folder import load
from computerace.analysis.manifest_form import Manifest
from computerace.market.errors import UserError
from computerace.runs import store
from computerace.runs.cli import run
from computerace.runs.store import folder


@pytest.fixture
def manifest() -> Manifest:
    kept = {"kind": "race", "scenario": {"name": "baseline"}, "seed": 1, "worlds": 10, "months": 60, "fixed": False}
    return cast("Manifest", kept)


def write_run(target: Path, manifest: Manifest, text: str = "rows") -> None:
    with store.run_folder(target, manifest.copy()) as made:
        (made / "worlds.parquet").write_text(text)


def test_run_arrives_whole_with_its_manifest(tmp_path: Path, manifest: Manifest) -> None:
    target = tmp_path / "out" / "baseline"
    write_run(target, manifest)
    assert sorted(path.name for path in target.iterdir()) == ["manifest.json", "worlds.parquet"]
    assert store.read_manifest(target) == manifest
    assert [path.name for path in target.parent.iterdir()] == ["baseline"]


def test_same_run_replaces_the_whole_folder(tmp_path: Path, manifest: Manifest) -> None:
    target = tmp_path / "run"
    write_run(target, manifest)
    (target / "failures.parquet").write_text("of the first run")
    write_run(target, manifest, "second")
    assert (target / "worlds.parquet").read_text() == "second"
    assert not (target / "failures.parquet").exists()


@pytest.mark.parametrize(
    ("key", "value"), [("seed", 2), ("worlds", 11), ("months", 12), ("scenario", {"name": "auction"})]
)
def test_another_run_is_refused_and_left_alone(tmp_path: Path, manifest: Manifest, key: str, value: object) -> None:
    write_run(tmp_path / "run", manifest)
    with pytest.raises(UserError, match=f"another run .*{key}"):
        write_run(tmp_path / "run", cast("Manifest", {**manifest, key: value}), "other")
    assert (tmp_path / "run" / "worlds.parquet").read_text() == "rows"


@pytest.mark.parametrize("words", ["claim", "ledger", "sensitivity", "discover", "verify", "replay --world 1"])
@pytest.mark.parametrize(("kind", "maker"), [("forecast", "forecast"), ("twin", "twin"), ("parameters", "calibrate")])
def test_a_folder_of_another_kind_is_told_from_a_run(
    tmp_path: Path, manifest: Manifest, words: str, kind: str, maker: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_run(tmp_path / "other", manifest | {"kind": kind})
    command, *options = words.split()
    assert run([command, str(tmp_path / "other"), *options]) == 2
    said = f"is of `computerace {maker}`; {command} reads a race's or a sweep's folder\n"
    assert capsys.readouterr().err.endswith(said)


def test_folder_of_something_else_is_refused(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UserError, match=r"something else than a run \(thesis.tex"):
        write_run(tmp_path, manifest)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_foreign_file_inside_a_run_keeps_it_from_being_replaced(tmp_path: Path, manifest: Manifest) -> None:
    write_run(tmp_path / "run", manifest)
    (tmp_path / "run" / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"notes\.txt"):
        write_run(tmp_path / "run", manifest)
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"


def test_manifest_of_another_program_is_no_run(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"name": "some extension", "version": 3}))
    with pytest.raises(UserError, match="something else"):
        write_run(tmp_path, manifest)


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "run").write_text("a file")
    with pytest.raises(UserError, match="not a folder"):
        write_run(tmp_path / "run", manifest)


def test_empty_folder_is_taken(tmp_path: Path, manifest: Manifest) -> None:
    write_run(tmp_path, manifest)
    assert store.read_manifest(tmp_path) == manifest


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), MemoryError(), UserError("no")])
def test_interrupted_run_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, manifest: Manifest, failure: BaseException
) -> None:
    write_run(tmp_path / "run", manifest)
    with pytest.raises(type(failure)), store.run_folder(tmp_path / "run", manifest.copy()) as made:
        (made / "worlds.parquet").write_text("half")
        raise failure
    assert (tmp_path / "run" / "worlds.parquet").read_text() == "rows"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_full_disk_is_said_in_a_line(tmp_path: Path, manifest: Manifest) -> None:
    with (
        pytest.raises(UserError, match="the disk is full"),
        store.run_folder(tmp_path / "run", manifest.copy()),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_swap_that_fails_puts_the_old_run_back(
    tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path / "run", manifest)
    rename = Path.rename

    def fail_for_the_new(self: Path, target: Path) -> Path:
        if target == tmp_path / "run" and (self / "worlds.parquet").read_text() == "new":
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new)
    monkeypatch.setattr("computerace.runs.store.folder.exchanged", lambda one, other: False)  # a disk without it
    with pytest.raises(UserError, match="input/output error"):
        write_run(tmp_path / "run", manifest, "new")
    assert (tmp_path / "run" / "worlds.parquet").read_text() == "rows"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_the_place_is_never_empty_while_a_run_is_replaced(
    tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every rename of the swap finds a whole run in the target's place."""
    write_run(tmp_path / "run", manifest)
    monkeypatch.setattr(Path, "rename", lambda self, target: pytest.fail(f"{self} was renamed to {target}"))
    if not exchanged(tmp_path / "run", tmp_path / "run"):
        pytest.skip("this disk cannot let two folders take each other's place")
    write_run(tmp_path / "run", manifest, "new")
    assert (tmp_path / "run" / "worlds.parquet").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_a_long_name_left_is_cleared_and_another_s_stays(tmp_path: Path, manifest: Manifest) -> None:
    mine, other = tmp_path / ("é" * 120), tmp_path / ("é" * 119 + "x")
    lefts = [tmp_path / f".computerace-{folder._hidden(target)}-abcd1234" for target in (mine, other)]
    for left in lefts:
        left.mkdir()
    write_run(mine, manifest)
    assert [left.exists() for left in lefts] == [False, True]


def test_a_report_that_was_killed_does_not_stand_in_a_run_s_way(tmp_path: Path, manifest: Manifest) -> None:
    write_run(tmp_path / "run", manifest)
    (tmp_path / "run" / ".computerace-report-abcd1234").mkdir()
    write_run(tmp_path / "run", manifest, "new")
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["manifest.json", "worlds.parquet"]


def test_a_changed_value_in_a_manifest_is_told_by_whoever_reads_it(tmp_path: Path, manifest: Manifest) -> None:
    write_run(tmp_path / "run", manifest)
    file = tmp_path / "run" / "manifest.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"seed": 1', '"seed": 3'), encoding="utf-8")
    for read in (store.read_manifest, load):
        with pytest.raises(UserError, match=r"run/manifest.json is damaged: it is not as the run left it"):
            read(tmp_path / "run")
    file.write_text(json.dumps(json.loads(text), indent=7), encoding="utf-8")  # another layout, the same values
    assert store.read_manifest(tmp_path / "run") == manifest


def test_path_that_cannot_be_made_is_refused(manifest: Manifest) -> None:
    with pytest.raises(UserError, match="cannot write to /proc/nowhere/run"):
        write_run(Path("/proc/nowhere/run"), manifest)


def test_what_an_ended_process_left_is_cleared_by_the_next_run(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / ".computerace-run-abcd1234").mkdir()
    (tmp_path / ".computerace-run-abcd1234" / "worlds.parquet").write_text("half")
    (tmp_path / ".computerace-other-abcd1234").mkdir()
    write_run(tmp_path / "run", manifest)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".computerace-other-abcd1234", "run"]


def test_a_run_that_was_gone_from_its_place_is_put_back(tmp_path: Path, manifest: Manifest) -> None:
    """The process was ended between the two renames that replace a run."""
    write_run(tmp_path / "run", manifest)
    aside = tmp_path / ".computerace-run-old-abcd1234"
    aside.mkdir()
    (tmp_path / "run").rename(aside / "run")
    with pytest.raises(UserError, match=r"another run .*seed"):
        write_run(tmp_path / "run", manifest | {"seed": 2}, "other")
    assert (tmp_path / "run" / "worlds.parquet").read_text() == "rows"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path, manifest: Manifest) -> None:
    with store.run_folder(tmp_path / "run", manifest.copy()) as first:
        (first / "worlds.parquet").write_text("first")
        write_run(tmp_path / "run", manifest, "second")
        assert (first / "worlds.parquet").read_text() == "first"
    assert (tmp_path / "run" / "worlds.parquet").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
