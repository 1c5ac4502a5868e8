"""A sweep's folder while it grows: results batch by batch, nothing lost and nothing twice.

A batch's tables go into one file, `parts/NAME.part` (a zip archive of tables, stored), written aside, forced to
disk and renamed: it is there whole or not at all. When all parts are there, `merging` makes result files. One process
writes at a time, or any number of shards (`pieces`).
"""

import errno
import hashlib
import io
import json
import shutil
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from computerace.analysis.digests import NO_POINTS, POINTS, SWEEP_AGAIN, changed_files, checksum
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.market.errors import UserError
from computerace.runs.store.folder import read_manifest, write_manifest
from computerace.runs.store.holding import LOCK, held
from computerace.runs.store.pieces import Cut, read_cut
from computerace.runs.store.plan import Part
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.store.stored import ResultTable, Stored, opened
from computerace.runs.store.tables import WORLDS_PER_POINT
from computerace.runs.store.whole import ASIDE, sync, write_whole

PARTS = "parts"
PLAY_AGAIN = f"move it away and {SWEEP_AGAIN}"
ABOUT = "about.json"  # in a part: what it is of, and the check sums of its tables
FINAL = "final"  # below parts: the result files before they take their places
COMMIT = "commit"  # below parts: the result files in `final` are whole
DIGESTS = "digests.json"  # of the result files, which take their places together
RESULTS = ("worlds.parquet", "steps.parquet", "counts.parquet", "failures.parquet")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class SweepFolder:
    """The folder of one sweep.

    without: the cut whose pieces are taken for not there: with it the folder is as it was when shards began.
    """

    def __init__(self, path: str | Path, without: Cut | None = None) -> None:
        self.path = at_home(path)
        self.parts = self.path / PARTS
        self._without = without
        self.sweep = ""  # which sweep the parts are of, as the manifest says; known once that is read or written

    def held(self, what: str = "", *, alone: bool = True) -> AbstractContextManager[None]:
        """Hold the folder for this process, alone or beside other shards; raises UserError where another has it."""
        return held(self.path, what, alone=alone)

    def manifest(self) -> Manifest | None:
        """The folder's manifest, None where the folder is new.

        Raises UserError where it holds something else.
        """
        held = {entry.name for entry in self.path.iterdir()}
        manifest = read_manifest(self.path)
        if manifest is not None and manifest["kind"] == "sweep":
            return manifest
        strange = sorted(held - {LOCK, POINTS, PARTS, DIGESTS} - {name for name in held if name.startswith(".")})
        if manifest is not None or strange:
            what = "a single race" if manifest is not None else f"something else ({strange[0]}, …)"
            raise UserError(f"{self.path} is no sweep: it holds {what}; give another folder with --out")
        return None

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest, whole or not at all."""
        with self.explained():
            write_manifest(self.path, manifest)
            sync(self.path)

    def write_points(self, table: pd.DataFrame) -> None:
        """Write the table of points, whole or not at all."""
        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False, write_page_checksum=True)
        with self.explained():
            write_whole(self.path / POINTS, buffer.getvalue())

    def points(self) -> pd.DataFrame:
        """The table of points; raises UserError where it is gone or damaged."""
        return read_points(self.path)

    def write_part(self, part: Part) -> None:
        """Keep what a batch left; once this returns, it is on disk."""
        with self.explained():
            self.parts.mkdir(exist_ok=True)
            target = self._free_name(part.name)
            write_whole(target, packed(part, About(self.sweep, target.stem)))

    def write_piece(self, part: Part) -> None:
        """Keep what a piece of a cut left, in place of the same piece if another process has played it too."""
        with self.explained():
            write_whole(self.parts / f"{part.name}.part", packed(part, About(self.sweep, part.name)))

    def cut(self) -> Cut | None:
        """How the folder's sweep is cut into pieces for shards; None where it is not."""
        return read_cut(self.parts)

    def parts_beside_cut(self) -> list[Path]:
        """The parts that are no pieces of the folder's cut, by name: no shard is at work on them."""
        return SweepFolder(self.path, without=self.cut()).part_files()

    def digests(self, *more: str) -> dict[str, str]:
        """The check sums of the result files as they were made, none before that, and of further files as they are."""
        file = self.path / DIGESTS
        with readable(file):
            found: dict[str, str] = _table_of(file.read_text(encoding="utf-8")) if file.exists() else {}
        return found | {name: checksum(self.path / name) for name in more}

    def check_results(self) -> None:
        """Raise UserError where a result file is not as it was made."""
        changed = changed_files(self.path, self.digests())
        if changed:
            raise UserError(f"{self.path / changed[0]} is damaged; {PLAY_AGAIN}")

    def check_parts(self, files: Iterable[Path] | None = None) -> None:
        """Raise UserError where a part (all, or some) is damaged, of another sweep, or a copy of another part."""
        for file in self.part_files() if files is None else files:
            with readable(file):
                about = about_part(file)
            if about.sweep != self.sweep:
                raise UserError(f"{file} is of another sweep; move it away and sweep again")
            if about.piece != file.stem:
                raise UserError(f"{file} is a copy of {about.piece}.part; move it away and sweep again")

    def _free_name(self, name: str) -> Path:
        """A part's file; worlds that are played again for their quantiles come in a part beside their first one."""
        count = sum(1 for _ in self.parts.glob(f"{name}*.part"))
        return self.parts / (f"{name}-{count}.part" if count else f"{name}.part")

    def part_files(self) -> list[Path]:
        """The parts that are there, by name."""
        found = sorted(self.parts.glob("*.part"))
        return found if self._without is None else [file for file in found if not self._without.has(file.stem)]

    def rows(self, name: str, points: int, worlds: int) -> NDArray[np.bool_]:
        """Which worlds of which points have a row in a table, in the results or in a part; (points, worlds)."""
        return _marked(sources(self, name), points, worlds)

    def counted(self, points: int, worlds: int) -> NDArray[np.bool_]:
        """Which worlds have been counted: those in parts, and all in the results where these have counts."""
        found = sources(self, "counted")
        if (self.path / "counts.parquet").exists():
            found.append(Source(self.path / "worlds.parquet"))
        return _marked(found, points, worlds)

    def summarised(self, points: int, worlds: int) -> NDArray[np.bool_]:
        """Which points have quantiles over this number of worlds; (points,)."""
        found = np.zeros(points, dtype=bool)
        for source in sources(self, "steps", worlds):
            file = source.open()
            for group in range(file.groups):
                found[file.read(group, ["point"])["point"].to_numpy()] = True
        return found

    def tidy(self) -> None:
        """Finish or clear away what a process left that was ended in the middle."""
        if (self.parts / COMMIT).exists():
            self.take_places()
        else:
            shutil.rmtree(self.parts / FINAL, ignore_errors=True)
        if not (self.path / "worlds.parquet").exists():
            # Somebody took it away: its worlds will be played again, and their months must not stand there twice.
            for name in ("steps.parquet", "counts.parquet", DIGESTS):
                (self.path / name).unlink(missing_ok=True)
        for aside in [*self.path.glob(ASIDE), *self.parts.glob(ASIDE)]:
            if aside.is_dir():
                shutil.rmtree(aside, ignore_errors=True)
            else:
                aside.unlink(missing_ok=True)

    def take_places(self) -> None:
        """Let the new result files take the old ones' places, then drop the parts they were made of.

        These go in one step: a shard that wakes up late finds no folder to write into.
        """
        for name in (*RESULTS, DIGESTS):
            new = self.parts / FINAL / name
            if new.exists():
                new.replace(self.path / name)
        sync(self.path)
        gone = self.path / f".{PARTS}.aside"
        shutil.rmtree(gone, ignore_errors=True)
        self.parts.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)  # a network disk keeps what is still open: the next start clears it

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say in a line why something could not be written, and that nothing is lost."""
        try:
            yield
        except OSError as error:
            if error.errno in FULL:
                cause, cure = "the disk is full", "make room and run the same command: it goes on where it stopped"
            else:
                cause, cure = (error.strerror or str(error)).lower(), "the same command goes on where it stopped"
            raise SweepStopped(f"cannot write to {self.path}: {cause}; {cure}") from error


@dataclass(frozen=True)
class About:
    """What a part is of: which sweep, and which piece of it, by the name under which it was written."""

    sweep: str
    piece: str


def packed(part: Part, about: About) -> bytes:
    """A part's archive: its tables, what it is of, and a check sum of all that."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for name, content in sorted(part.files.items()):
            file.writestr(zipfile.ZipInfo(name), content)
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(part.files.items())}
        file.writestr(zipfile.ZipInfo(ABOUT), json.dumps({"sweep": about.sweep, "piece": about.piece, "tables": sums}))
    return archive.getvalue()


def about_part(file: Path) -> About:
    """What a part is of, once each of its tables has the check sum that it was written with.

    Raises BadZipFile where it has not.
    """
    with zipfile.ZipFile(file) as archive:
        try:
            about = json.loads(archive.read(ABOUT))
            right = set(archive.namelist()) - {ABOUT} == set(about["tables"]) and all(
                hashlib.sha256(stored(file, archive, name)).hexdigest() == digest
                for name, digest in about["tables"].items()
            )
        except (KeyError, ValueError, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
            raise zipfile.BadZipFile(str(error)) from error
    if not right:
        raise zipfile.BadZipFile("a table has not the check sum that it was written with")
    return About(about["sweep"], about["piece"])


def stored(file: Path, archive: zipfile.ZipFile, member: str) -> pa.Buffer:
    """The bytes of a table in a part, mapped rather than read, from where they are read later too."""
    about = archive.getinfo(member)
    # Stored as it is, behind a local header of 30 bytes and the name.
    start = about.header_offset + 30 + len(about.filename.encode())
    whole = pa.memory_map(str(file))
    whole.seek(start)
    return whole.read_buffer(about.file_size)


@dataclass(frozen=True)
class Source:
    """A table in a file: a result file, or one member of a part."""

    path: Path
    member: str = ""

    def open(self) -> Stored:
        """The table, mapped rather than read."""
        with readable(self.path):
            if not self.member:
                return ResultTable(pa.memory_map(str(self.path)).read_buffer())
            with zipfile.ZipFile(self.path) as archive:
                return opened(stored(self.path, archive, self.member))


def sources(folder: SweepFolder, name: str, worlds: int | None = None) -> list[Source]:
    """Where a table's rows are: its result file and every part that has it.

    worlds: leave out tables whose quantiles are over another number of worlds per point.
    """
    result = folder.path / f"{name}.parquet"
    found = [Source(result)] if result.exists() else []
    for part in folder.part_files():
        with readable(part), zipfile.ZipFile(part) as archive:
            if name in archive.namelist():
                found.append(Source(part, name))
    if worlds is None:
        return found
    wanted = str(worlds).encode()
    return [one for one in found if (one.open().schema.metadata or {}).get(WORLDS_PER_POINT) == wanted]


def _marked(found: list[Source], points: int, worlds: int) -> NDArray[np.bool_]:
    """Which worlds of which points have a row in the tables; (points, worlds)."""
    marks = np.zeros((points, worlds), dtype=bool)
    for source in found:
        file = source.open()
        for group in range(file.groups):
            with readable(source.path):
                keys = file.read(group, ["point", "world"])
            marks[keys["point"].to_numpy(), keys["world"].to_numpy()] = True
    return marks


@contextmanager
def readable(path: Path, cure: str = PLAY_AGAIN) -> Iterator[None]:
    """Say in a line which file is damaged, and what to do; raises UserError."""
    try:
        yield
    except (pa.ArrowException, zipfile.BadZipFile, OSError, UnicodeError, json.JSONDecodeError) as error:
        state = "gone" if isinstance(error, FileNotFoundError) else "damaged"
        raise UserError(f"{path} is {state}; {cure}") from error


def read_points(folder: Path) -> pd.DataFrame:
    """The table of points in a sweep's folder; raises UserError where it is gone or damaged."""
    with (
        readable(folder / POINTS, NO_POINTS),
        (folder / POINTS).open("rb") as file,
    ):  # a folder by that name is no table
        try:
            return pd.read_parquet(file, page_checksum_verification=True)
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:  # what pandas makes of damaged words about it
            raise pa.ArrowInvalid(str(error)) from error


def _table_of(text: str) -> dict[str, str]:
    """The object in a JSON text; raises ArrowInvalid, as a damaged table does, where it holds another thing."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise pa.ArrowInvalid("no object")
    return found
