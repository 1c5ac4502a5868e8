"""A sweep by shards: whatever is played by whom, how often and beside whom, one result, and nobody in another's way."""

import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computerace.market.errors import UserError
from computerace.runs import merge
from computerace.runs.cli import run
from computerace.runs.store import holding
from computerace.runs.store.pieces import MOST_SHARDS, Shard, as_shard, piece_size
from computerace.runs.store.results import WorldsFailed, read_results
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.sweeps.sweep import Advance, sweep
from tests.runs.sweeping import contents, design

SHARDS = 3


def play(folder: Path, *numbers: int, of: int = SHARDS, **options: Any) -> None:
    plan = options.pop("plan", design())
    for number in numbers:
        sweep(plan, folder, workers=1, batch=options.get("batch", 5), shard=(number, of))


def pieces(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "parts").glob("piece-*.part"))


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards") / "straight"
    sweep(design(), folder, workers=1)
    return folder


@pytest.fixture(scope="module")
def two_of_three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose second shard is lost."""
    folder = tmp_path_factory.mktemp("shards") / "two"
    play(folder, 1, 3)
    return folder


@pytest.fixture
def lacking(two_of_three: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(two_of_three, tmp_path / "lacking"))


@given(st.integers(1, 40), st.integers(1, 500))
def test_every_piece_is_of_one_shard(of: int, piece: int) -> None:
    assert [number for number in range(1, of + 1) if Shard(number, of).has(piece)] == [(piece - 1) % of + 1]


@given(st.integers(1, 10**9), st.integers(1, 10_000), st.sampled_from([512, 2048, 4096]))
def test_pieces_are_no_larger_than_a_batch_and_leave_no_shard_empty(worlds: int, shards: int, usual: int) -> None:
    size = piece_size(usual, worlds, shards)
    assert 1 <= size <= usual
    assert -(-worlds // size) >= min(shards, worlds)


@pytest.mark.parametrize("keep", ["quantiles", "steps", "outcomes"])
def test_shards_in_any_order_and_repeated_have_the_bits_of_one_machine(tmp_path: Path, keep: str) -> None:
    plan = design(keep=keep, fixed=False)
    play(tmp_path / "shards", 3, 1, 3, 2, plan=plan)
    assert len(pieces(tmp_path / "shards")) == 6
    results = merge(tmp_path / "shards")
    sweep(plan, tmp_path / "one", workers=1)
    assert contents(tmp_path / "shards") == contents(tmp_path / "one")
    assert len(results.worlds) == 30
    assert {path.name for path in (tmp_path / "shards").iterdir()} == {
        ".lock", "manifest.json", "digests.json", *contents(tmp_path / "one"),
    }  # fmt: skip


def test_counted_quantiles_come_together_from_shards(tmp_path: Path) -> None:
    plan = design(quantiles="counts")
    play(tmp_path / "shards", 1, 2, 3, plan=plan, batch=4)
    merge(tmp_path / "shards")
    sweep(plan, tmp_path / "one", workers=1)
    assert contents(tmp_path / "shards") == contents(tmp_path / "one")


def test_a_shard_plays_its_own_pieces_and_no_piece_twice(tmp_path: Path) -> None:
    seen: list[Advance] = []
    sweep(design(), tmp_path, workers=1, batch=5, shard=(2, 3), progress=seen.append)
    assert (seen[0].total, seen[-1].done) == (10, 10)
    before = {name: (tmp_path / "parts" / name).stat().st_mtime_ns for name in pieces(tmp_path)}
    assert [name[-12:-5] for name in before] == ["0000002", "0000005"]
    sweep(design(), tmp_path, workers=1, shard=(2, 3), progress=seen.append)
    assert seen[-1].total == 0
    assert {name: (tmp_path / "parts" / name).stat().st_mtime_ns for name in pieces(tmp_path)} == before


def test_what_is_missing_is_named_with_how_to_play_it(lacking: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.name for path in lacking.rglob("*"))
    assert run(["merge", str(lacking)]) == 1
    here = f"computerace sweep {lacking} --out {lacking}"
    assert capsys.readouterr().err == (
        f"computerace: 2 of 6 pieces are missing in {lacking} (2, 5): `{here} --shard 2/3` plays them,"
        f" or `{here}` plays them all and finishes\n"
    )
    assert sorted(path.name for path in lacking.rglob("*")) == before


def test_a_lost_shard_is_played_from_the_folder_alone(straight: Path, lacking: Path) -> None:
    assert run(["sweep", str(lacking), "--out", str(lacking), "--shard", "2/3", "--workers", "1"]) == 0
    assert run(["merge", str(lacking)]) == 0
    assert contents(lacking) == contents(straight)


def test_other_numbers_of_shards_may_finish(straight: Path, lacking: Path) -> None:
    for number in (1, 2):
        sweep(design(), lacking, workers=1, shard=(number, 2))
    merge(lacking)
    assert contents(lacking) == contents(straight)


def test_a_plain_sweep_finishes_what_shards_left_and_shards_what_it_left(straight: Path, lacking: Path) -> None:
    def stop(advance: Advance) -> None:
        if advance.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(design(), lacking, workers=1, progress=stop)
    assert len(pieces(lacking)) == 5
    other = Path(shutil.copytree(lacking, lacking.with_name("other")))
    sweep(design(), lacking, workers=1)
    assert contents(lacking) == contents(straight)
    play(other, 2)
    merge(other)
    assert contents(other) == contents(straight)


def test_shards_go_on_where_a_plain_sweep_stopped(straight: Path, tmp_path: Path) -> None:
    def stop(advance: Advance) -> None:
        if advance.done > 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(design(), tmp_path, workers=1, batch=5, progress=stop)
    play(tmp_path, 1, 2, 3)
    assert len(pieces(tmp_path)) == 4
    merge(tmp_path)
    assert contents(tmp_path) == contents(straight)


def test_a_sweep_may_grow_before_and_after_its_shards_are_merged(straight: Path, tmp_path: Path) -> None:
    play(tmp_path / "before", 1, 2, 3, plan=design(worlds_per_point=3))
    play(tmp_path / "before", 1, 2, 3)
    merge(tmp_path / "before")
    play(tmp_path / "after", 1, 2, plan=design(worlds_per_point=3), of=2)
    merge(tmp_path / "after")
    play(tmp_path / "after", 1, 2, of=2)
    merge(tmp_path / "after")
    assert contents(tmp_path / "before") == contents(straight)
    assert contents(tmp_path / "after") == contents(straight)


def test_shards_at_once_are_in_nobody_s_way(straight: Path, tmp_path: Path) -> None:
    """Five that begin at the same moment in an empty folder, two of them the same."""
    failed: list[BaseException] = []

    def one(number: int) -> None:
        try:
            sweep(design(), tmp_path / "out", workers=1, batch=5, shard=(number, 4))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in (1, 2, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    merge(tmp_path / "out")
    assert contents(tmp_path / "out") == contents(straight)


def test_the_manifest_says_who_played_what(lacking: Path) -> None:
    play(lacking, 2)
    merge(lacking)
    manifest = json.loads((lacking / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "complete"
    assert [(one["shard"], one["of"], one["pieces"], one["worlds"]) for one in manifest["shards"]] == [
        (1, 3, 2, 10), (2, 3, 2, 10), (3, 3, 2, 10),
    ]  # fmt: skip
    assert all(one["started"] <= one["ended"] and one["process"] == os.getpid() for one in manifest["shards"])


def test_who_reads_before_the_merge_is_told_of_it(lacking: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("claim", "report"):
        assert run([command, str(lacking)]) == 2
        assert f"{lacking} is in shards, not complete: `computerace merge` finishes it" in capsys.readouterr().err
    with pytest.raises(UserError, match="is in shards; `computerace merge` finishes it"):
        read_results(lacking)


def test_merging_what_is_merged_changes_nothing(straight: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(straight)
    assert run(["merge", str(straight), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "complete"
    play(straight, 1)
    assert contents(straight) == before
    assert not (straight / "parts").exists()


def test_a_merged_folder_is_verified_and_replayed_like_any_other(lacking: Path) -> None:
    play(lacking, 2)
    merge(lacking)
    assert run(["verify", str(lacking), "--sample", "10"]) == 0
    assert run(["replay", str(lacking), "--point", "4", "--world", "2", "--json"]) == 0


def test_worlds_that_fail_in_a_shard_stand_in_the_merged_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.runs.worlds import simulate as model

    plain = model.simulate

    def failing(scenario: Any, indices: Any, *rest: Any, **options: Any) -> Any:
        if 3 in indices:
            raise ArithmeticError("three")
        return plain(scenario, indices, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(model, "simulate", failing)
        with pytest.warns(WorldsFailed):
            play(tmp_path, 1, 2, 3)
    with pytest.warns(WorldsFailed, match="6 of 30 worlds failed"):
        results = merge(tmp_path)
    assert results.failures is not None
    assert results.failures["world"].tolist() == [3] * 6


@pytest.mark.parametrize(
    "shard", ["0/3", "4/3", "-1/3", "1/0", "a/3", "1/3/4", "1", "", "1.5/3", "1/3.0", "٣/4", f"1/{MOST_SHARDS + 1}"]
)
def test_a_shard_that_is_none_is_one_line(shard: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sweep", "energy", "--out", str(tmp_path / "out"), f"--shard={shard}"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("computerace: a shard is K/N, as in 3/16: whole numbers, K from 1 to N")
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("shard", [(0, 3), (4, 3), (1.0, 3), (True, 3), (1,), 3, None, ("1", "x")])
def test_a_shard_in_python_is_held_to_the_same(shard: Any) -> None:
    with pytest.raises(UserError, match="a shard is K/N"):
        as_shard(shard)


def test_a_shard_needs_a_folder() -> None:
    with pytest.raises(UserError, match="a shard needs a folder"):
        sweep(design(), shard=(1, 2))


def test_pieces_of_another_size_are_refused(lacking: Path) -> None:
    with pytest.raises(UserError, match=r"were cut with --batch 5; leave --batch out, or give that"):
        sweep(design(), lacking, workers=1, batch=10, shard=(2, 3))


def test_a_damaged_piece_is_named(lacking: Path) -> None:
    piece = lacking / "parts" / pieces(lacking)[0]
    content = bytearray(piece.read_bytes())
    content[len(content) // 2] ^= 4
    piece.write_bytes(bytes(content))
    with pytest.raises(UserError, match=f"{piece.name} is damaged"):
        play(lacking, 1)
    play(lacking, 2)
    with pytest.raises(UserError, match=f"{piece.name} is damaged"):
        merge(lacking)


def test_a_copy_of_a_piece_is_named_before_anything_is_cut_or_counted(lacking: Path) -> None:
    piece = lacking / "parts" / pieces(lacking)[0]
    copy = piece.with_name(f"{piece.stem}9.part")
    shutil.copy(piece, copy)
    there = pieces(lacking)
    with pytest.raises(UserError, match=f"{copy.name} is a copy of {piece.name}; move it away"):
        play(lacking, 2)
    with pytest.raises(UserError, match=f"{copy.name} is a copy of {piece.name}; move it away"):
        merge(lacking)
    assert pieces(lacking) == there
    copy.unlink()
    play(lacking, 2)
    assert merge(lacking).manifest["status"] == "complete"


def test_a_shard_that_wakes_up_after_the_merge_leaves_nothing(straight: Path, lacking: Path, tmp_path: Path) -> None:
    merged: list[bool] = []

    def meanwhile(advance: Advance) -> None:
        if advance.done and not merged:
            copy = tmp_path / "copy"
            shutil.copytree(lacking, copy, ignore=shutil.ignore_patterns(".at-work-*"))
            sweep(design(), copy, workers=1)
            shutil.rmtree(lacking / "parts")
            for file in copy.iterdir():
                shutil.copy(file, lacking / file.name)
            merged.append(True)

    sweep(design(), lacking, workers=1, shard=(2, 3), progress=meanwhile)
    assert merged
    assert not (lacking / "parts").exists()
    assert contents(lacking) == contents(straight)


class TestAtWork:
    """Who is in a folder keeps out whom it must, by the system's lock, or by marks where a disk has no locks."""

    @pytest.fixture(params=["locks", "marks"])
    def disk(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
        if request.param == "marks":
            monkeypatch.setattr(holding, "_lock", lambda *_: True)
        return str(request.param)

    def mark(self, folder: Path, **changes: Any) -> Path:
        """The mark of a process of another machine."""
        plain = {"what": "shard 2/3", "alone": False, "machine": "node7 pid:[4]", "process": 41}
        path = folder / f"{holding.MARK}node7-41-41"
        path.write_text(json.dumps(plain | changes), encoding="utf-8")
        return path

    @pytest.mark.usefixtures("disk")
    def test_shards_stand_beside_each_other_and_a_plain_sweep_beside_nobody(self, tmp_path: Path) -> None:
        inside: list[str] = []

        def enter(what: str, alone: bool) -> None:
            try:
                with holding.held(tmp_path, what, alone=alone):
                    inside.append(what)
            except UserError as error:
                inside.append(str(error))

        def beside(what: str, alone: bool) -> str:
            thread = threading.Thread(target=enter, args=(what, alone))
            thread.start()
            thread.join()
            return inside.pop()

        with holding.held(tmp_path, "shard 1/2", alone=False):
            assert beside("shard 2/2", False) == "shard 2/2"
            assert f"is in use by shard 1/2, process {os.getpid()} on" in beside("", True)
        with holding.held(tmp_path, "", alone=True):
            assert f"is in use by process {os.getpid()} on" in beside("shard 2/2", False)
            assert f"is in use by process {os.getpid()} on" in beside("", True)
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]

    def test_a_machine_that_is_at_work_is_heard_though_its_lock_is_not(self, lacking: Path) -> None:
        mark = self.mark(lacking)
        with pytest.raises(UserError, match=r"is in use by shard 2/3, process 41 on node7; wait for it to end"):
            sweep(design(), lacking, workers=1)
        with pytest.raises(SweepStopped, match=r"at work are shard 2/3, process 41 on node7$"):
            merge(lacking)
        play(lacking, 2)
        assert mark.exists()

    def test_one_that_was_killed_is_forgotten(self, straight: Path, lacking: Path) -> None:
        mark = self.mark(lacking, alone=True)
        with pytest.raises(UserError, match="is in use by shard 2/3, process 41 on node7"):
            play(lacking, 2)
        long_ago = mark.stat().st_mtime - holding.FORGOTTEN - 1
        os.utime(mark, (long_ago, long_ago))
        play(lacking, 2)
        assert not mark.exists()

    def test_one_of_this_machine_whose_process_is_gone_is_forgotten_at_once(self, lacking: Path) -> None:
        gone = 2**22 + 1  # above what a process can be numbered
        self.mark(lacking, alone=True, machine=holding._machine(), process=gone)
        play(lacking, 2)
        assert not list(lacking.glob(".at-work-*"))

    def test_a_refused_folder_keeps_nothing_of_it(self, tmp_path: Path) -> None:
        (tmp_path / "letters.txt").write_text("dear reader", encoding="utf-8")
        for shard in (None, (1, 2)):
            with pytest.raises(UserError, match=r"it holds something else \(letters.txt"):
                sweep(design(), tmp_path, workers=1, shard=shard)
            assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
