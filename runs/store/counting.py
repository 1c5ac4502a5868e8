"""Quantiles of points whose worlds do not fit a batch: the counts of all batches, added up a measure at a time."""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from computerace.runs.store import tables
from computerace.runs.store.form import parquet_options
from computerace.runs.store.parts import Source, SweepFolder, sources
from computerace.runs.store.stored import Stored
from computerace.runs.store.summaries import QUANTILES, Counts, kept_months, steps_frame

if TYPE_CHECKING:
    from computerace.runs.store.plan import Plan

type Places = dict[tuple[int, str], list[tuple[Source, int, int]]]
"""Sources, row groups and rows by point and measure."""


def merge_counts(folder: SweepFolder, plan: "Plan", final: Path) -> None:
    """Write counts.parquet and steps.parquet from the counts of the results so far and of every part."""
    places = _places(sources(folder, "counts"))
    measures = [name for name in plan.measures if any(measure == name for _, measure in places)]
    counts_writer: pq.ParquetWriter | None = None
    steps_writer: pq.ParquetWriter | None = None
    try:
        for point in sorted({point for point, _ in places}):
            merged = {name: Counts.merged(_read(places[point, name])) for name in measures}
            table = tables.counts_table([(point, name, counts) for name, counts in merged.items()])
            steps = tables.tagged_table(_steps(point, merged, plan), plan)
            if counts_writer is None or steps_writer is None:
                counts_writer = _writer(final / "counts.parquet", table.schema)
                steps_writer = _writer(final / "steps.parquet", steps.schema)
            counts_writer.write_table(table, row_group_size=tables.counts_rows(plan))
            steps_writer.write_table(steps, row_group_size=steps.num_rows)
    finally:
        for writer in (counts_writer, steps_writer):
            if writer is not None:
                writer.close()


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, **parquet_options(schema))


def _places(found: list[Source]) -> Places:
    """Where the counts of each point and measure are: sources, row groups and rows."""
    places: Places = defaultdict(list)
    for source in found:
        file = source.open()
        for group in range(file.groups):
            keys = file.read(group, ["point", "measure"])
            for row, key in enumerate(zip(keys["point"].to_pylist(), keys["measure"].to_pylist(), strict=True)):
                places[key].append((source, group, row))
    return places


def _read(places: list[tuple[Source, int, int]]) -> list[Counts]:
    return [tables.counts_from(_row(source.open(), group, row)) for source, group, row in places]


def _row(file: Stored, group: int, row: int) -> tables.CountsRow:
    """One row of a file of counts, read without the rest of the file."""
    names = tuple(tables.CountsRow.__annotations__)
    table = file.read(group, names).slice(row, 1)
    cells = {name: table[name].combine_chunks().flatten().to_numpy() for name in names}
    return cast("tables.CountsRow", cells)


def _steps(point: int, merged: dict[str, Counts], plan: "Plan") -> pa.Table:
    """The months of one point."""
    months = kept_months(plan.months, plan.every)
    columns: dict[str, np.ndarray] = {}
    for name, counts in merged.items():
        found = counts.quantiles(name).reshape(len(months), -1, 1, len(QUANTILES))
        columns[name] = tables.placed(found, plan.slots(name, found.shape[1]), len(plan.owners) + 1)
    return steps_frame(columns, {"point": np.array([point], np.int32)}, months, plan.start, plan.owners)
