"""From a batch's arrays to the tables of a race's or a sweep's folder, and their one form on disk.

Outcomes and drawn parameters are kept in single precision, what a design sets in double. Single precision is off by
6e-8 of a value at most, which is far below what sampling worlds leaves open, and the folder is half the size; a world's
draws come out of its number again to the last bit. What a point sets stands nowhere else, and is found again exactly.
"""

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from computerace.observables.outcomes import may_be_missing
from computerace.runs.store.form import parquet_options
from computerace.runs.store.stored import part_bytes, table_of
from computerace.runs.store.summaries import EXACT_WORLDS, Counts, exact_quantiles, kept_months, steps_frame
from computerace.runs.store.windows import keys_of, windows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from computerace.runs.store.plan import Plan
    from computerace.runs.sweeps.batches import WorldBatch
    from computerace.runs.worlds.simulate import Batch

type Arrays = dict[str, NDArray[Any]]

WORLDS_PER_POINT = b"worlds_per_point"  # in a table's metadata: over how many worlds its quantiles are


def joined(
    played: Sequence[tuple[NDArray[np.intp], "Batch"]],
) -> tuple[NDArray[np.intp], Arrays, Arrays, Arrays] | None:
    """The pieces of a batch in the order of its rows: rows, outcomes, owner measures, market measures."""
    if not played:
        return None
    if len(played) == 1:
        rows, batch = played[0]
        return rows, dict(batch.outcomes), dict(batch.steps), dict(batch.market)
    rows = np.concatenate([one for one, _ in played])
    outcomes, steps, market = (
        {name: np.concatenate([group[name] for group in groups], axis=-1) for name in groups[0]}
        for groups in (
            [batch.outcomes for _, batch in played],
            [batch.steps for _, batch in played],
            [batch.market for _, batch in played],
        )
    )
    return rows, outcomes, steps, market


def undefined(outcomes: Arrays, owners: Sequence[str]) -> dict[int, list[str]]:
    """Places of worlds with an outcome that is not a number where it must be one, and the outcomes' names."""
    found: dict[int, list[str]] = {}
    allowed = may_be_missing(owners)
    for name, values in outcomes.items():
        if name in allowed:
            continue
        for place in np.flatnonzero(np.isnan(values)):
            found.setdefault(int(place), []).append(name)
    return found


def key_columns(batch: "WorldBatch", rows: NDArray[np.intp]) -> dict[str, pa.Array]:
    """point, world, the scenario where there are several, and what the point sets."""
    columns = {
        "point": pa.array(batch.point[rows].astype(np.int32)),
        "world": pa.array(batch.world[rows].astype(np.int32)),
    }
    for name, values in batch.columns.items():
        if name != "scenario" or batch.plan.several:
            picked = values[rows]
            columns[name] = pa.array(picked.tolist(), pa.string()) if picked.dtype == object else pa.array(picked)
    return columns


def worlds_table(batch: "WorldBatch", rows: NDArray[np.intp], outcomes: Arrays) -> pa.Table:
    """A row per world: numbers, what its point sets, its drawn parameters and outcomes, true or false as they are."""
    columns = key_columns(batch, rows)
    for name, values in outcomes.items():
        if name not in columns:
            columns[name] = pa.array(values if values.dtype == bool else np.asarray(values, dtype=np.float32))
    return pa.table(columns)


def step_files(batch: "WorldBatch", rows: NDArray[np.intp], steps: Arrays, market: Arrays) -> dict[str, bytes]:
    """What is kept of the months: the bytes of `steps`, or of `counts` where points do not fit a batch."""
    plan = batch.plan
    if plan.keep == "outcomes" or plan.spooled:
        return {}
    months = kept_months(plan.months, plan.every)
    steps, market = (_some_months(group, plan, months) for group in (steps, market))
    if plan.keep == "steps":
        return {"steps": part_bytes(_trajectories(batch, rows, steps, market, months))}
    if plan.exact:
        table = _quantiles(batch, rows, steps, market, months)
        return {"steps": packed(tagged_table(table, plan), batch, "steps")}
    counted = {name: values for name, values in key_columns(batch, rows).items() if name in ("point", "world")}
    table = _counts(batch, rows, steps, market)
    return {"counts": part_bytes(table, counts_rows(plan)), "counted": part_bytes(pa.table(counted))}


def packed(table: pa.Table, batch: "WorldBatch", name: str) -> bytes:
    """The bytes of a part's table: as pages of the result file where the batch fills windows of it."""
    if not batch.ready:
        return part_bytes(table)
    sink, schema = io.BytesIO(), tagged(table.schema, batch.plan)
    begun = windows(batch.plan)[name].starts(keys_of(table, batch.plan.worlds)).tolist()
    with pq.ParquetWriter(sink, schema, **parquet_options(schema)) as writer:
        for start, stop in pairwise([*begun, table.num_rows]):
            writer.write_table(table.slice(start, stop - start), row_group_size=stop - start)
    return sink.getvalue()


def _some_months(group: Arrays, plan: "Plan", months: list[int]) -> Arrays:
    """Measures in the order of the plan, which is that of the columns, in the months that are kept."""
    ordered = {name: group[name] for name in plan.measures if name in group}
    return {name: values[months] for name, values in ordered.items()} if plan.every > 1 else ordered


def _in_order[T](plan: "Plan", found: Mapping[str, T]) -> list[tuple[str, T]]:
    """What was found by measure, in the order of columns: the plan's, whoever a measure is of."""
    return [(name, found[name]) for name in plan.measures if name in found]


def _trajectories(
    batch: "WorldBatch", rows: NDArray[np.intp], steps: Arrays, market: Arrays, months: list[int]
) -> pa.Table:
    plan = batch.plan
    places = np.flatnonzero(batch.fresh[rows])
    shape = (len(places), len(months), 1, len(plan.owners) + 1)
    columns = {}
    for name, values in _in_order(plan, steps | _with_one_row(market)):
        columns[name] = np.ma.masked_all(shape, dtype=np.float32)
        columns[name][:, :, 0, plan.slots(name, values.shape[1])] = np.moveaxis(values[..., places], -1, 0)
    keys = {
        "point": batch.point[rows][places].astype(np.int32),
        "world": batch.world[rows][places].astype(np.int32),
    }
    return steps_frame(columns, keys, months, plan.start, plan.owners)


def _quantiles(
    batch: "WorldBatch", rows: NDArray[np.intp], steps: Arrays, market: Arrays, months: list[int]
) -> pa.Table:
    numbers, first, count = np.unique(batch.point[rows], return_index=True, return_counts=True)
    measures = (*steps.items(), *_with_one_row(market).items())
    summaries = {name: _by_point(values, name, first, count) for name, values in measures}
    return quantile_table(batch.plan, numbers, summaries, months)


def quantile_table(
    plan: "Plan", points: NDArray[np.int64], summaries: Mapping[str, NDArray[np.float32]], months: list[int]
) -> pa.Table:
    """The table of points' months. summaries: quantiles by measure, (months, rows, points, quantiles)."""
    width = len(plan.owners) + 1
    columns = {
        name: placed(found, plan.slots(name, found.shape[1]), width) for name, found in _in_order(plan, summaries)
    }
    return steps_frame(columns, {"point": points.astype(np.int32)}, months, plan.start, plan.owners)


def _by_point(
    values: NDArray[np.float32], measure: str, first: NDArray[np.intp], count: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Quantiles over each point's worlds, which stand side by side: (…, worlds) to (…, points, quantiles)."""
    if (count == count[0]).all():
        return exact_quantiles(values.reshape(*values.shape[:-1], len(first), int(count[0])), measure)
    pieces = [exact_quantiles(values[..., a : a + n], measure) for a, n in zip(first, count, strict=True)]
    return np.stack(pieces, axis=-2)


def placed(summary: NDArray[np.float32], slots: Sequence[int], width: int) -> NDArray[np.float32]:
    """(months, rows, points, quantiles) to (points, months, quantiles, width), masked but at the rows' slots."""
    months, _, points, quantiles = summary.shape
    found: NDArray[np.float32] = np.ma.masked_all((points, months, quantiles, width), dtype=np.float32)
    found[..., slots] = summary.transpose(2, 0, 3, 1)
    return found


def _with_one_row(market: Arrays) -> Arrays:
    """Measures of the market, (months, 1, worlds)."""
    return {name: values[:, None] for name, values in market.items()}


def _counts(batch: "WorldBatch", rows: NDArray[np.intp], steps: Arrays, market: Arrays) -> pa.Table:
    """A row per point and measure: how often each value occurred in each month and owner."""
    point = batch.point[rows]
    numbers, first, count = np.unique(point, return_index=True, return_counts=True)
    found = [
        (int(number), name, Counts.of(values[..., a : a + n].reshape(-1, n)))
        for number, a, n in zip(numbers, first, count, strict=True)
        for group in (steps, market)
        for name, values in group.items()
    ]
    return counts_table(found)


def counts_table(found: Sequence[tuple[int, str, Counts]]) -> pa.Table:
    """Counts as a table: point, measure, and one list each for codes, counts, smallest and largest."""
    return pa.table(
        {
            "point": pa.array([point for point, _, _ in found], pa.int32()),
            "measure": pa.array([measure for _, measure, _ in found], pa.string()),
            # Differences of ascending codes are small numbers, which compress well.
            "codes": pa.array([np.diff(one.codes, prepend=0) for _, _, one in found], pa.list_(pa.int64())),
            "counts": pa.array([one.counts for _, _, one in found], pa.list_(pa.int64())),
            "smallest": pa.array([one.smallest for _, _, one in found], pa.list_(pa.float32())),
            "largest": pa.array([one.largest for _, _, one in found], pa.list_(pa.float32())),
        }
    )


def counts_rows(plan: "Plan") -> int:
    """Rows of a row group of counts: one, where a single row is large."""
    return 1 if plan.worlds > EXACT_WORLDS else 64


class CountsRow(TypedDict):
    """The row of counts of one measure at one place, as Parquet gives it back."""

    codes: "ArrayLike"
    counts: "ArrayLike"
    smallest: "ArrayLike"
    largest: "ArrayLike"


def counts_from(row: CountsRow) -> Counts:
    """The counts in one row of such a table."""
    return Counts(
        codes=np.cumsum(np.asarray(row["codes"], dtype=np.int64)),
        counts=np.asarray(row["counts"], dtype=np.int64),
        smallest=np.asarray(row["smallest"], dtype=np.float32),
        largest=np.asarray(row["largest"], dtype=np.float32),
    )


def packed_size(content: bytes) -> int:
    """How many bytes a part's table takes in a result file."""
    table = table_of(content)
    sink = io.BytesIO()
    pq.write_table(table, sink, **parquet_options(table.schema))
    return sink.tell()


def tagged_table(table: pa.Table, plan: "Plan") -> pa.Table:
    """The table with the number of worlds per point in its metadata."""
    return table.replace_schema_metadata(tagged(table.schema, plan).metadata)


def tagged(schema: pa.Schema, plan: "Plan") -> pa.Schema:
    """The schema with the number of worlds per point in its metadata."""
    return schema.with_metadata({WORLDS_PER_POINT: str(plan.worlds)})
