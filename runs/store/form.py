"""The one form of tables in Parquet files."""

from typing import TypedDict

import pyarrow as pa

WITH_STATISTICS = ("point", "world")  # columns whose least and largest value a row group tells


class ParquetOptions(TypedDict):
    """How Parquet writes a table, in PyArrow's words."""

    compression: str
    compression_level: int | None
    use_dictionary: bool
    column_encoding: dict[str, str]
    write_statistics: list[str]
    write_page_checksum: bool


def parquet_options(schema: pa.Schema) -> ParquetOptions:
    """How a table is written: measures as byte streams and whole numbers as differences, which pack better.

    There are no dictionaries: so that pages stand for themselves, see `pages`.
    """
    kinds = {field.name: _encoding(field) for field in schema}
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": False,
        "column_encoding": {name: kind for name, kind in kinds.items() if kind},
        "write_statistics": list(WITH_STATISTICS),
        "write_page_checksum": True,
    }


def _encoding(field: pa.Field) -> str:
    """How the values of a column are written, empty for plainly."""
    if pa.types.is_float32(field.type) and "." not in field.name:
        return "BYTE_STREAM_SPLIT"
    return "DELTA_BINARY_PACKED" if pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type) else ""
