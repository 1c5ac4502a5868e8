"""Parquet files put together from pages that are written already: nothing is decoded, nothing packed twice.

A column of a row group is its pages one after the other, and a footer says where they begin (Apache Parquet format,
`parquet.thrift`; its encoding is Thrift's compact protocol). Pages without a dictionary stand for themselves, so those
of several files follow each other in one.
"""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import pyarrow as pa
import pyarrow.parquet as pq

from computerace.runs.store.form import parquet_options

MAGIC = b"PAR1"
NOTHING = b"\x16\x00\x19\x0c"  # in the footer of an empty file: no rows, no row groups
TYPES = {"BOOLEAN": 0, "INT32": 1, "INT64": 2, "FLOAT": 4, "DOUBLE": 5, "BYTE_ARRAY": 6}
ENCODINGS = {"PLAIN": 0, "RLE": 3, "BIT_PACKED": 4, "DELTA_BINARY_PACKED": 5, "BYTE_STREAM_SPLIT": 9}
CODECS = {"ZSTD": 6}
# Headers of fields: how far the number is from that of the field before, and the type.
INT, LONG, SHORT, TEXT, LIST, STRUCT = 0x15, 0x16, 0x14, 0x18, 0x19, 0x1C
SECOND = 0x10  # added to a header: one field is left out before it
END = b"\x00"


class Pages(NamedTuple):
    """A column's pages: where they stand, how many values they hold, bytes unpacked, and where known least and most."""

    start: int
    stop: int
    values: int
    unpacked: int
    ends: tuple[int, int] | None


class Piece(NamedTuple):
    """Rows as pages of every column. about: what the file says of them."""

    content: memoryview
    rows: int
    columns: list[Pages]
    about: pq.RowGroupMetaData


def piece_of(content: pa.Buffer, about: pq.FileMetaData, group: int) -> Piece:
    """A row group of a file that `parquet_options` wrote."""
    row_group = about.row_group(group)
    columns = [_pages(row_group.column(number)) for number in range(row_group.num_columns)]
    return Piece(memoryview(content), row_group.num_rows, columns, row_group)


def _pages(column: pq.ColumnChunkMetaData) -> Pages:
    start, known = column.data_page_offset, column.statistics if column.is_stats_set else None
    ends = None if known is None else (known.min, known.max)
    return Pages(start, start + column.total_compressed_size, column.num_values, column.total_uncompressed_size, ends)


def written(table: pa.Table, schema: pa.Schema) -> Piece:
    """A table's rows as pages."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, schema, **parquet_options(schema)) as writer:
        writer.write_table(table.combine_chunks(), row_group_size=max(table.num_rows, 1))
    content = sink.getvalue()
    return piece_of(content, pq.read_metadata(pa.BufferReader(content)), 0)


class Assembled:
    """A Parquet file in the making, a row group at a time; `digest` is its SHA-256 once it is closed."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        empty = io.BytesIO()
        pq.ParquetWriter(empty, schema, **parquet_options(schema)).close()
        footer = empty.getvalue()[4:-8]
        self._head, found, self._tail = footer.rpartition(NOTHING)
        if not found:
            raise RuntimeError(f"PyArrow {pa.__version__} writes a footer that is not known here (runs/store/pages.py)")
        self._names = schema.names
        self._about: list[bytes] = []
        self._groups: list[bytes] = []
        self._rows = 0
        self._at = 0
        self._sum = hashlib.sha256()
        self._file = path.open("wb")
        self._put(MAGIC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._end()
        self._file.close()

    @property
    def digest(self) -> str:
        """The file's check sum."""
        return self._sum.hexdigest()

    def write(self, pieces: Sequence[Piece]) -> None:
        """Add a row group of the pieces' rows, one after the other."""
        begun, rows = self._at, sum(piece.rows for piece in pieces)
        if not self._about:
            self._about = [_about(pieces[0].about.column(one), name) for one, name in enumerate(self._names)]
        columns = []
        for number, about in enumerate(self._about):
            lots = [piece.columns[number] for piece in pieces]
            packed = b"".join(piece.content[one.start : one.stop] for piece, one in zip(pieces, lots, strict=True))
            columns.append(_chunk(about, lots, self._at, len(packed)))
            self._put(packed)
        unpacked = sum(one.unpacked for piece in pieces for one in piece.columns)
        self._groups.append(_group(columns, unpacked, rows, begun, self._at - begun, len(self._groups)))
        self._rows += rows

    def _end(self) -> None:
        groups = bytes((LIST,)) + _list(len(self._groups)) + b"".join(self._groups)
        footer = self._head + bytes((LONG,)) + _number(self._rows) + groups + self._tail
        self._put(footer + len(footer).to_bytes(4, "little") + MAGIC)

    def _put(self, content: bytes) -> None:
        self._file.write(content)
        self._sum.update(content)
        self._at += len(content)


def _about(column: pq.ColumnChunkMetaData, name: str) -> bytes:
    """What a footer says of a column in every row group: type, encodings, name and codec."""
    encodings = b"".join(_number(ENCODINGS[one]) for one in column.encodings)
    text = name.encode()
    return b"".join(
        (
            bytes((INT,)), _number(TYPES[column.physical_type]),
            bytes((LIST, len(column.encodings) << 4 | 5)), encodings,
            bytes((LIST, 1 << 4 | 8)), _length(len(text)), text,
            bytes((INT,)), _number(CODECS[column.compression]),
        )
    )  # fmt: skip


def _chunk(about: bytes, pages: Sequence[Pages], start: int, size: int) -> bytes:
    """What a footer says of a column of a row group."""
    values, unpacked = sum(one.values for one in pages), sum(one.unpacked for one in pages)
    sizes = _long(values) + _long(unpacked) + _long(size) + bytes((LONG + SECOND,)) + _number(start)
    ends = [one.ends for one in pages if one.ends is not None]
    known = b""
    if ends:
        least, most = min(low for low, _ in ends), max(high for _, high in ends)
        known = b"".join(
            (
                bytes((STRUCT + 2 * SECOND, LONG + 2 * SECOND)), _number(0),  # no row lacks it
                bytes((TEXT + SECOND, 4)), most.to_bytes(4, "little", signed=True),
                bytes((TEXT, 4)), least.to_bytes(4, "little", signed=True), END,
            )
        )  # fmt: skip
    return bytes((LONG + SECOND,)) + _number(0) + bytes((STRUCT,)) + about + sizes + known + END + END


def _group(columns: Sequence[bytes], unpacked: int, rows: int, start: int, size: int, number: int) -> bytes:
    """What a footer says of a row group."""
    return b"".join(
        (
            bytes((LIST,)), _list(len(columns)), *columns, _long(unpacked), _long(rows),
            bytes((LONG + SECOND,)), _number(start), _long(size), bytes((SHORT,)), _number(number), END,
        )
    )  # fmt: skip


def _list(size: int) -> bytes:
    """The header of a list of structures."""
    return bytes((size << 4 | 12,)) if size < 15 else b"\xfc" + _length(size)


def _long(value: int) -> bytes:
    return bytes((LONG,)) + _number(value)


def _number(value: int) -> bytes:
    """A number that is not negative, as a signed one."""
    return _length(value << 1)


def _length(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
