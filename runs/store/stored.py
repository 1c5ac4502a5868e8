"""Tables as they stand on disk, read a row group at a time: result files are Parquet, parts that or Arrow's own form.

A part is read once and thrown away. Where its rows fill windows of the result files it has their pages, which are
copied into them. Where rows of several parts must be brought together it has Arrow's form, which is its columns as they
are in memory, squeezed by LZ4: for a batch of 2,048 worlds that is written in a fifth and read in a quarter of the time
that Parquet takes.
"""

import io
from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from computerace.runs.store.pages import MAGIC, Piece, piece_of

PART_ROWS = 1 << 15  # rows of a row group in a part


class Stored(Protocol):
    """A table on disk."""

    @property
    def schema(self) -> pa.Schema:
        """Its columns, and what its metadata says."""
        ...

    @property
    def groups(self) -> int:
        """How many row groups it has."""
        ...

    def read(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        """A row group, or some of its columns."""
        ...

    def ends(self, group: int, column: str) -> tuple[int, int]:
        """The least and the largest number in a column of a row group."""
        ...

    def piece(self, group: int) -> Piece | None:
        """The pages of a row group, None where it has none that stand for themselves."""
        ...


class ResultTable:
    """A table in Parquet: a result file, or the pages that it will have."""

    def __init__(self, content: pa.Buffer) -> None:
        self._content = content
        self._file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        # Not file.schema, whose parts point at each other: each file looked into would stay until the collector runs.
        self.schema = self._file.schema_arrow
        self.groups = self._file.num_row_groups

    def read(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        """A row group, or some of its columns."""
        return self._file.read_row_group(group, columns=columns)

    def ends(self, group: int, column: str) -> tuple[int, int]:
        """The least and the largest number in a column of a row group, as the file says."""
        found = self._file.metadata.row_group(group).column(self.schema.names.index(column)).statistics
        return found.min, found.max

    def piece(self, group: int) -> Piece:
        """The pages of a row group."""
        return piece_of(self._content, self._file.metadata, group)


class PartTable:
    """A table in Arrow's form."""

    def __init__(self, content: pa.Buffer) -> None:
        self._content = content
        whole = pa.ipc.open_file(content)
        self.schema, self.groups = whole.schema, whole.num_record_batches

    def read(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        """A row group, or some of its columns."""
        chosen = None if columns is None else [self.schema.names.index(name) for name in columns]
        file = pa.ipc.open_file(self._content, options=pa.ipc.IpcReadOptions(included_fields=chosen))
        return pa.Table.from_batches([file.get_batch(group)])

    def ends(self, group: int, column: str) -> tuple[int, int]:
        """The least and the largest number in a column of a row group."""
        values = self.read(group, [column])[column].to_numpy()
        return int(values.min()), int(values.max())

    def piece(self, group: int) -> None:
        """None: it has no pages."""


def opened(content: pa.Buffer) -> Stored:
    """A table in such bytes, in whichever form."""
    return ResultTable(content) if content[: len(MAGIC)].to_pybytes() == MAGIC else PartTable(content)


def part_bytes(table: pa.Table, rows: int = PART_ROWS) -> bytes:
    """The table as the bytes of a part's table, in row groups of so many rows."""
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table, max_chunksize=rows)
    return sink.getvalue()


def table_of(content: bytes) -> pa.Table:
    """The table in the bytes of a part's table."""
    table = opened(pa.py_buffer(content))
    return pa.concat_tables([table.read(group) for group in range(table.groups)] or [table.schema.empty_table()])
