"""From parts to result files: rows in the order of point and world, in row groups whose borders no batch can move.

Works through the rows a window at a time, so that a folder of any size needs the memory of a row group. Windows that
batches have filled are copied as they are; rows of others are brought together and packed.
"""

import json
import shutil
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from computerace.analysis.digests import checksum
from computerace.market.errors import UserError
from computerace.runs.store import tables
from computerace.runs.store.counting import merge_counts
from computerace.runs.store.pages import Assembled, Piece, written
from computerace.runs.store.parts import (
    COMMIT,
    DIGESTS,
    FINAL,
    Source,
    SweepFolder,
    readable,
    sources,
)
from computerace.runs.store.stored import Stored
from computerace.runs.store.whole import sync, write_whole
from computerace.runs.store.windows import keys_of, rows_of_steps, windows

if TYPE_CHECKING:
    from computerace.runs.store.plan import Plan
    from computerace.runs.store.windows import Windows

CACHED_BYTES = 256 << 20  # of decoded row groups: points of many structures alternate
OPEN_FILES = 8  # mapped parts count as memory that the process holds


@dataclass(frozen=True)
class Block:
    """A row group of a source: its rows' keys (point * worlds + world) lie within [first, last]."""

    source: int
    group: int
    first: int
    last: int


class WrongRows(Exception):
    """A key has another number of rows than it must."""

    def __init__(self, key: int, rows: int) -> None:
        super().__init__(key, rows)
        self.key = key
        self.rows = rows


class Merge:
    """Sorted reading across tables whose rows interleave.

    plan: of the sweep, whose worlds per point make keys of point and world.
    """

    def __init__(self, files: Sequence[Source], plan: "Plan") -> None:
        self.sources = files
        self.worlds = plan.worlds
        self._open: OrderedDict[int, Stored] = OrderedDict()
        self._decoded: OrderedDict[tuple[int, int], pa.Table] = OrderedDict()
        self._bytes = 0
        schemas: dict[int, pa.Schema] = {}
        blocks: list[Block] = []
        for number in range(len(files)):
            schema = self._file(number).schema.remove_metadata()
            # Hundreds of parts share one schema of hundreds of columns: it is kept once.
            schemas[number] = next((known for known in schemas.values() if known.equals(schema)), schema)
            blocks += self._blocks(number)
        self._left = Counter(block.source for block in blocks)
        self.blocks = sorted(blocks, key=lambda one: (one.first, one.last, one.source))
        fields: dict[str, pa.Field] = {}
        for block in self.blocks:  # columns in the order in which the rows meet them
            for field in schemas.pop(block.source, ()):
                fields.setdefault(field.name, field)
        self.schema = pa.schema(list(fields.values()))
        self.tagged = tables.tagged(self.schema, plan)

    def _file(self, number: int) -> Stored:
        if number not in self._open:
            self._open[number] = self.sources[number].open()
            if len(self._open) > OPEN_FILES:
                self._open.popitem(last=False)
        self._open.move_to_end(number)
        return self._open[number]

    def _blocks(self, number: int) -> Iterator[Block]:
        file = self._file(number)
        for group in range(file.groups):
            lowest, highest = file.ends(group, "point")
            first, last = lowest * self.worlds, highest * self.worlds + self.worlds - 1
            if lowest == highest and "world" in file.schema.names:
                first, last = (first + world for world in file.ends(group, "world"))
            yield Block(number, group, first, last)

    def pieces(self, cut: "Windows", end: int, rows_per_key: int) -> Iterator[Piece]:
        """The pages of each window of the keys below `end`, in order; windows without rows are left out.

        Pages of a window that stands in a part as it belongs there are taken as they are.

        Raises WrongRows where a key has not as many rows as it must.
        """
        waiting = list(reversed(self.blocks))
        open_blocks: list[Block] = []
        for start, stop in cut.spans(end):
            while waiting and waiting[-1].first < stop:
                open_blocks.append(waiting.pop())
            if open_blocks:
                piece = self._ready(open_blocks, start, stop) or self._made(open_blocks, start, stop, rows_per_key)
                if piece is not None:
                    yield piece
            for block in open_blocks:
                if block.last < stop:
                    self._forget(block)
            open_blocks = [block for block in open_blocks if block.last >= stop]

    def _ready(self, blocks: Sequence[Block], start: int, stop: int) -> Piece | None:
        """The pages of a window that one block of a part alone fills."""
        if len(blocks) > 1 or blocks[0].first < start or blocks[0].last >= stop:
            return None
        block = blocks[0]
        if not self.sources[block.source].member:
            return None  # older results have other pages
        file = self._file(block.source)
        return file.piece(block.group) if file.schema.equals(self.schema) else None

    def _made(self, blocks: Sequence[Block], start: int, stop: int, rows_per_key: int) -> Piece | None:
        """The pages of a window whose rows are brought together; None where it has none."""
        tables = [table for table in (self._rows(block, start, stop) for block in blocks) if table.num_rows]
        if not tables:
            return None
        table = self._in_order(pa.concat_tables([self._completed(one) for one in tables]))
        keys, counts = np.unique(keys_of(table, self.worlds), return_counts=True)
        wrong = np.flatnonzero(counts != rows_per_key)
        if len(wrong):
            raise WrongRows(int(keys[wrong[0]]), int(counts[wrong[0]]))
        return written(table, self.tagged)

    def _rows(self, block: Block, start: int, stop: int) -> pa.Table:
        table = self._group(block)
        if start <= block.first and block.last < stop:
            return table
        keys = keys_of(table, self.worlds)
        return table.filter(pa.array((keys >= start) & (keys < stop)))

    def _in_order(self, table: pa.Table) -> pa.Table:
        keys = keys_of(table, self.worlds)
        if (np.diff(keys) >= 0).all():
            return table
        return table.take(pa.array(np.argsort(keys, kind="stable")))

    def _completed(self, table: pa.Table) -> pa.Table:
        """The table with every column of the merge, NaN or null where it has none."""
        if table.schema.names == self.schema.names:
            return table.replace_schema_metadata(None)
        columns = []
        for field in self.schema:
            if field.name in table.column_names:
                columns.append(table[field.name])
            elif pa.types.is_float32(field.type):
                columns.append(pa.array(np.full(table.num_rows, np.nan, dtype=np.float32)))
            else:
                columns.append(pa.nulls(table.num_rows, field.type))
        return pa.table(columns, schema=self.schema)

    def _group(self, block: Block) -> pa.Table:
        key = (block.source, block.group)
        if key not in self._decoded:
            with readable(self.sources[block.source].path):
                table = self._file(block.source).read(block.group)
            self._decoded[key] = table
            self._bytes += table.nbytes
            while self._bytes > CACHED_BYTES and len(self._decoded) > 1:
                self._bytes -= self._decoded.popitem(last=False)[1].nbytes
        self._decoded.move_to_end(key)
        return self._decoded[key]

    def _forget(self, block: Block) -> None:
        """Let go of a row group that is used up, and of its file after the last one."""
        table = self._decoded.pop((block.source, block.group), None)
        self._bytes -= 0 if table is None else table.nbytes
        self._left[block.source] -= 1
        if not self._left[block.source]:
            self._open.pop(block.source, None)


def compact(folder: SweepFolder, plan: "Plan", points: int) -> None:
    """Make the result files of everything that is there, and let them take their places."""
    final = folder.parts / FINAL
    folder.check_parts()
    with folder.explained():
        shutil.rmtree(final, ignore_errors=True)
        final.mkdir(parents=True)
        cuts = windows(plan)
        if plan.keep == "quantiles" and not plan.exact:
            del cuts["steps"]
            merge_counts(folder, plan, final)
        # What has to be packed is most of the work, and lets other threads run.
        stop = Event()
        end = points * plan.worlds
        with ThreadPoolExecutor(2) as threads:
            try:
                merges = {name: threads.submit(_merge_table, folder, name, plan, end, stop) for name in cuts}
                made = {name: merge.result() for name, merge in merges.items()}
            finally:
                stop.set()
        found = made["worlds"].rows + made["failures"].rows
        if found != end:
            raise _not_as_planned(folder, f"{found:,} worlds of {end:,}")
        digests = {f"{name}.parquet": one.digest for name, one in sorted(made.items()) if one.digest}
        for name in {file.name for file in final.glob("*.parquet")} - set(digests):
            digests[name] = checksum(final / name)
        (final / DIGESTS).write_text(json.dumps(digests, sort_keys=True), encoding="utf-8")
        for file in final.iterdir():
            sync(file)
        sync(final)
        write_whole(folder.parts / COMMIT, b"")
        folder.take_places()


def _not_as_planned(folder: SweepFolder, what: str) -> UserError:
    return UserError(
        f"{folder.path} holds {what}: somebody changed its files; move its .parquet files but points.parquet, and its"
        " parts, away and sweep again"
    )


class Made(NamedTuple):
    """A result file that was made: its rows, and its check sum, empty where there is none."""

    rows: int = 0
    digest: str = ""


def _merge_table(folder: SweepFolder, name: str, plan: "Plan", end: int, stop: Event) -> Made:
    """Make one result file of rows with keys below `end`; `stop` ends it early, for nothing.

    Raises UserError where a key has not as many rows as it must.
    """
    files = sources(folder, name, plan.worlds if name == "steps" and plan.keep == "quantiles" else None)
    if not files:
        return Made()
    merge, rows, cut = Merge(files, plan), 0, windows(plan)[name]
    rows_per_key = rows_of_steps(plan) if name == "steps" else 1
    with Assembled(folder.parts / FINAL / f"{name}.parquet", merge.tagged) as result:
        try:
            for pieces in batched(merge.pieces(cut, end, rows_per_key), cut.together):
                if stop.is_set():
                    break
                result.write(pieces)
                rows += sum(piece.rows for piece in pieces)
        except WrongRows as error:
            point, world = divmod(error.key, plan.worlds)
            found = f"{error.rows} rows in {name} where {rows_per_key} belong, at point {point}, world {world}"
            raise _not_as_planned(folder, found) from None
    return Made(rows, result.digest)
