"""From parts to result files: rows in the order of point and world, in row groups whose borders no batch can move.

Works through the rows a window at a time, so that a folder of any size needs the memory of a window.
"""

import json
import shutil
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from computerace.analysis.digests import checksum
from computerace.market.errors import UserError
from computerace.runs.store import tables
from computerace.runs.store.counting import merge_counts
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

if TYPE_CHECKING:
    from computerace.runs.store.plan import Plan

CACHED_BYTES = 256 << 20  # of decoded row groups: points of many structures alternate
OPEN_FILES = 8  # mapped parts count as memory that the process holds


@dataclass(frozen=True)
class Block:
    """A row group of a source: its rows' keys (point * worlds + world) lie within [first, last]."""

    source: int
    group: int
    first: int
    last: int


class Merge:
    """Sorted reading across Parquet files whose rows interleave.

    worlds: worlds per point, which makes keys of point and world.
    """

    def __init__(self, files: Sequence[Source], worlds: int) -> None:
        self.sources = files
        self.worlds = worlds
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

    def windows(self, keys_per_window: int, end: int) -> Iterator[pa.Table]:
        """Tables of the rows with keys in [0, step), [step, 2 step), …, each in order; empty ones are left out."""
        waiting = list(reversed(self.blocks))
        open_blocks: list[Block] = []
        for start in range(0, end, keys_per_window):
            stop = start + keys_per_window
            while waiting and waiting[-1].first < stop:
                open_blocks.append(waiting.pop())
            pieces = [self._rows(block, start, stop) for block in open_blocks]
            for block in open_blocks:
                if block.last < stop:
                    self._forget(block)
            open_blocks = [block for block in open_blocks if block.last >= stop]
            pieces = [self._completed(piece) for piece in pieces if piece.num_rows]
            if pieces:
                yield self._in_order(pa.concat_tables(pieces))

    def _rows(self, block: Block, start: int, stop: int) -> pa.Table:
        table = self._group(block)
        if start <= block.first and block.last < stop:
            return table
        keys = self.keys(table)
        return table.filter(pa.array((keys >= start) & (keys < stop)))

    def keys(self, table: pa.Table) -> np.ndarray:
        """The key of each row: point * worlds, and its world where there is one."""
        keys = table["point"].to_numpy().astype(np.int64) * self.worlds
        return keys + table["world"].to_numpy() if "world" in table.column_names else keys

    def _in_order(self, table: pa.Table) -> pa.Table:
        keys = self.keys(table)
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


def compact(folder: SweepFolder, plan: "Plan", points: int, rows_per_key: int) -> None:
    """Make the result files of everything that is there, and let them take their places.

    rows_per_key: rows of steps.parquet for a world (keep = "steps") or for a point.
    """
    final = folder.parts / FINAL
    folder.check_parts()
    with folder.explained():
        shutil.rmtree(final, ignore_errors=True)
        final.mkdir(parents=True)
        windows = dict(tables.WINDOW_ROWS)
        per_window = max(1, tables.WINDOW_ROWS["steps"] // rows_per_key)
        windows["steps"] = per_window * (1 if plan.keep == "steps" else plan.worlds)
        if plan.keep == "quantiles" and not plan.exact:
            del windows["steps"]
            merge_counts(folder, plan, final)
        # Packing is most of the work, and lets other threads run.
        stop = Event()
        end, per_key = points * plan.worlds, {"steps": rows_per_key}
        with ThreadPoolExecutor(2) as threads:
            try:
                merges = {
                    name: threads.submit(_merge_table, folder, name, plan, end, window, per_key.get(name, 1), stop)
                    for name, window in windows.items()
                }
                rows = {name: merge.result() for name, merge in merges.items()}
            finally:
                stop.set()
        if rows["worlds"] + rows["failures"] != end:
            raise _not_as_planned(folder, f"{rows['worlds'] + rows['failures']:,} worlds of {end:,}")
        digests = {file.name: checksum(file) for file in sorted(final.glob("*.parquet"))}
        (final / DIGESTS).write_text(json.dumps(digests), encoding="utf-8")
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


def _merge_table(
    folder: SweepFolder, name: str, plan: "Plan", end: int, keys_per_window: int, rows_per_key: int, stop: Event
) -> int:
    """Make one result file of rows with keys below `end`, and count them; `stop` ends it early, for nothing.

    Raises UserError where a key has not as many rows as it must.
    """
    over = plan.worlds if name == "steps" and plan.keep == "quantiles" else None
    files = sources(folder, name, over)
    if not files:
        return 0
    merge, rows = Merge(files, plan.worlds), 0
    target = folder.parts / FINAL / f"{name}.parquet"
    with pq.ParquetWriter(target, tables.tagged(merge.schema, plan), **tables.parquet_options(merge.schema)) as writer:
        for table in merge.windows(keys_per_window, end):
            if stop.is_set():
                return rows
            keys, counts = np.unique(merge.keys(table), return_counts=True)
            wrong = np.flatnonzero(counts != rows_per_key)
            if len(wrong):
                point, world = divmod(int(keys[wrong[0]]), plan.worlds)
                found = (
                    f"{counts[wrong[0]]} rows in {name} where {rows_per_key} belong, at point {point}, world {world}"
                )
                raise _not_as_planned(folder, found)
            writer.write_table(table, row_group_size=table.num_rows)
            rows += table.num_rows
    return rows
