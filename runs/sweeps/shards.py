"""A sweep by shards: each plays every N-th piece into the one folder, on whatever machine, and `merge` finishes."""

import os
import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from computerace.analysis.paths import at_home
from computerace.market.errors import UserError
from computerace.runs import store
from computerace.runs.designs.of_folder import design_of
from computerace.runs.store import provenance
from computerace.runs.store.holding import at_work
from computerace.runs.store.parts import SweepFolder
from computerace.runs.store.pieces import Account, Cut, Shard, accounts, pieces_there, write_account
from computerace.runs.store.results import SweepResults
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.sweeps.cutting import cut_for, cut_there, refuse_other_cut
from computerace.runs.sweeps.sweep import Sweep, telling

if TYPE_CHECKING:
    from computerace.runs.store.plan import Part
    from computerace.runs.sweeps.sweep import Progress, Settings
    from computerace.runs.sweeps.work import Missing, Work

SHOWN = 12  # pieces, or runs of them, that are named


class ShardRun:
    """One start of a shard."""

    def __init__(self, sweep: Sweep, shard: Shard) -> None:
        self.sweep = sweep
        self.folder = sweep.folder
        self.shard = shard
        started = provenance.now()
        self.account = Account(
            shard.number, shard.of, socket.gethostname(), os.getpid(), started, None, pieces=0, worlds=0, failed=0
        )

    def run(self, settings: "Settings", progress: "Progress") -> Account:
        """Play the shard's pieces that are not there; what is not this shard's is left to others."""
        settings.check()
        self.sweep.try_set_up(settings)
        with self.folder.held(f"shard {self.shard}", alone=False):
            _, work = self.sweep.prepare(beside=True)
            cut, missing = cut_for(self.folder, work, settings.batch, self.shard)
            if cut.pieces:
                self._play(settings, work, cut, missing, progress)
        return self.account

    def _play(self, settings: "Settings", work: "Work", cut: Cut, missing: "Missing", progress: "Progress") -> None:
        there = {number for number in pieces_there(self.folder.parts, cut) if self.shard.has(number)}
        self.folder.check_parts(self.folder.parts / f"{cut.name(number)}.part" for number in sorted(there))
        left = {
            number: len(some.world)
            for number, some in enumerate(work.cut(missing, cut.batch), 1)
            if self.shard.has(number) and number not in there
        }
        tasks = work.pieces(missing, cut, lambda number: number in left and not self._has(cut, number))

        def put(part: "Part") -> bool:
            if not refuse_other_cut(self.folder, cut):
                return False  # merged: others have played what was this shard's
            self.folder.write_piece(part)
            self._told(part)
            return True

        self._say()
        try:
            self.sweep.play(settings, tasks, sum(left.values()), put, progress)
        finally:
            self.account = replace(self.account, ended=provenance.now())
            self._say()

    def _has(self, cut: Cut, number: int) -> bool:
        """Whether a piece is there by now: the same shard may have been started twice."""
        return (self.folder.parts / f"{cut.name(number)}.part").exists()

    def _told(self, part: "Part") -> None:
        mine = self.account
        self.account = replace(
            mine, pieces=mine.pieces + 1, worlds=mine.worlds + part.played, failed=mine.failed + part.failed
        )
        self._say()

    def _say(self) -> None:
        """Leave word of how far this is; it is for the manifest alone, and goes with the parts once they are merged."""
        if self.folder.parts.is_dir():
            with self.folder.explained():
                write_account(self.folder.parts, self.account)


def merge(folder: str | Path, *, progress: "Progress | bool" = False, trust_code: bool = False) -> SweepResults:
    """Make the result files of a sweep whose shards have been played.

    Parameters
    ----------
    folder: the sweep's.
    progress: as for `sweep`.
    trust_code: whether code of one's own that the folder names may be read, whose measures it holds.

    Warns with WorldsFailed where worlds failed. Raises SweepStopped where pieces are missing, with how to play them,
    and UserError where the folder is no sweep's, or somebody is at work in it.
    """
    with telling(progress, str(folder)) as tell:
        return merged(folder, tell, trust_code=trust_code).warned()


def merged(folder: str | Path, progress: "Progress", *, trust_code: bool = False) -> SweepResults:
    """As `merge`, which warns."""
    path = at_home(folder)
    manifest = store.read_manifest(path)
    if manifest is None or manifest["kind"] != "sweep":
        raise UserError(f"{path} is no sweep's folder")
    one = Sweep(design_of(path, trust_code=trust_code), path)
    _refuse_unless_whole(one)
    return one.finish(progress)


def _refuse_unless_whole(one: Sweep) -> None:
    """Raise SweepStopped where worlds are missing."""
    folder = one.folder
    _, work = one.prepare(write=False, beside=True)
    missing = work.missing(folder)
    if not missing.worlds:
        return
    here = f"computerace sweep {folder.path} --out {folder.path}"
    there = cut_there(folder, work)
    if there is None:
        raise SweepStopped(f"{missing.worlds:,} worlds are missing in {folder.path}; `{here}` plays them and finishes")
    cut = there[0]
    lacking = sorted(set(range(1, cut.pieces + 1)) - pieces_there(folder.parts, cut))
    busy = at_work(folder.path)
    raise SweepStopped(
        f"{len(lacking):,} of {cut.pieces:,} pieces are missing in {folder.path} ({_ranges(lacking)}):"
        f" {_by_shard(here, folder, lacking)}`{here}` plays them all and finishes"
        + (f"; at work are {'; '.join(busy[:3])}{' and others' * (len(busy) > 3)}" if busy else "")
    )


def _by_shard(here: str, folder: SweepFolder, lacking: Sequence[int]) -> str:
    """How to play the missing pieces shard by shard."""
    shards = _shards_of(folder, lacking)
    if not shards:
        return ""
    more = f" (then {', '.join(shards[1:4])}{', …' * (len(shards) > 4)})" if len(shards) > 1 else ""
    return f"`{here} --shard {shards[0]}`{more} plays them, or "


def _shards_of(folder: SweepFolder, pieces: Sequence[int]) -> list[str]:
    """Which shards the pieces are of, by the last N that was played with."""
    known = accounts(folder.parts)
    if not known:
        return []
    of = max(known, key=lambda one: one.started).of
    numbers = sorted({(piece - 1) % of + 1 for piece in pieces})
    return [f"{number}/{of}" for number in numbers]


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in ascending order as 3, 7 to 9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    shown = ", ".join(" to ".join(map(str, run)) for run in runs[:SHOWN])
    return shown + (", …" if len(runs) > SHOWN else "")
