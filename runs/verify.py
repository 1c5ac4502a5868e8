"""Whether a folder's rows come out again, to the bit, and single worlds played again."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from computerace.market.errors import UserError
from computerace.runs import program, store, tables
from computerace.runs.folder_design import design_of
from computerace.runs.parts import RESULTS, read_points, readable
from computerace.runs.sweep import Settings, Sweep
from computerace.runs.work import Work, make_work

if TYPE_CHECKING:
    from computerace.runs.batches import WorldBatch

SAMPLE = 64
NOT_COMPARED = ("traceback", "replay")  # say where the program and the folder were


@dataclass(frozen=True)
class Verdict:
    """What a check found. differences: a line each. changed: what is new in the program since."""

    worlds: int
    rows_of_steps: int
    differences: list[str]
    changed: list[str]

    @property
    def same(self) -> bool:
        """Whether every row that was compared came out with the same bits."""
        return not self.differences


def verify(
    folder: str | Path, *, sample: int = SAMPLE, seed: int = 0, everything: bool = False, workers: int | None = None
) -> Verdict:
    """Play worlds of a run's or sweep's folder again and compare bits.

    Parameters
    ----------
    sample: how many worlds, drawn at random by `seed`; with whole trajectories kept, their months too.
    everything: all of a sweep's worlds and months, on `workers` processes.

    Raises UserError where the folder is no complete run.
    """
    path = Path(folder).expanduser()
    store.refuse_other_kinds(path, "verify")
    manifest = _complete(path)
    if manifest["kind"] != "sweep":
        return _verify_race(path, manifest, sample, seed, everything)
    changed = program.changes(manifest["program"], program.fingerprint())
    if everything:
        return _verify_all(path, manifest, changed, workers)
    keys = _sampled(path, sample, seed)
    return _verify_some(path, _work_of(path, manifest), keys, changed)


def replay(folder: str | Path, point: int, world: int) -> dict[str, Any]:
    """One world of a folder played again: its outcomes by name.

    Raises whatever the world fails with, and UserError where there is no such world.
    """
    path = Path(folder).expanduser()
    store.refuse_other_kinds(path, "replay")
    manifest = store.read_manifest(path)
    if manifest is None:
        raise UserError(f"{path} is no run's folder")
    if manifest["kind"] != "sweep":
        first = int(manifest.get("first_world", 0))
        _check_there(path, point, 1, world, range(first, first + int(manifest["worlds"])))
        outcomes = _race_outcomes(manifest, np.array([world]))
        return {name: values[0].item() for name, values in outcomes.items()}
    work = _work_of(path, manifest)
    _check_there(path, point, len(work.points), world, range(work.plan.worlds))
    (batch,) = work.batch_of(np.array([point]), np.array([world]))
    outcomes = batch.simulate(np.arange(1)).outcomes
    broken = tables.undefined(outcomes)
    if broken:
        raise ArithmeticError(f"not a number: {', '.join(broken[0])}")
    return {name: values[0].item() for name, values in outcomes.items()}


def _check_there(path: Path, point: int, points: int, world: int, worlds: range) -> None:
    """Raise UserError unless a folder of so many points and of these worlds has that one."""
    if not (0 <= point < points and world in worlds):
        raise UserError(
            f"{path} has points 0 to {points - 1} and worlds {worlds.start} to {worlds.stop - 1};"
            f" got point {point}, world {world}"
        )


def _complete(path: Path) -> dict[str, Any]:
    manifest = store.read_manifest(path)
    if manifest is None:
        raise UserError(f"{path} is no run's folder: it has no manifest.json of this program")
    if manifest.get("status") != "complete":
        raise UserError(f"the run in {path} is {manifest.get('status')}, not complete: finish it first")
    return manifest


def _work_of(path: Path, manifest: dict[str, Any]) -> Work:
    return make_work(design_of(path), read_points(path), tuple(manifest["measures"]), str(path))


def _sampled(path: Path, sample: int, seed: int) -> pa.Table:
    """The keys of some rows of worlds.parquet, in order."""
    with readable(path / "worlds.parquet"):
        keys = pq.read_table(path / "worlds.parquet", columns=["point", "world"])
    chosen = np.random.default_rng(seed).choice(len(keys), min(sample, len(keys)), replace=False)
    return keys.take(pa.array(np.sort(chosen)))


def _verify_some(path: Path, work: Work, keys: pa.Table, changed: list[str]) -> Verdict:
    differences: list[str] = []
    rows = 0
    points, worlds = keys["point"].to_numpy().astype(np.int64), keys["world"].to_numpy().astype(np.int64)
    for batch in work.batch_of(points, worlds):
        part = batch.run()
        if part is None or "worlds" not in part.files:
            differences.append(f"point {batch.point[0]}: no world came out again")
            continue
        again = pq.read_table(pa.BufferReader(part.files["worlds"]))
        differences += _compare(again, _stored(path / "worlds.parquet", batch), "worlds.parquet")
        if work.plan.keep == "steps":
            again = pq.read_table(pa.BufferReader(part.files["steps"]))
            rows += len(again)
            differences += _compare(again, _stored(path / "steps.parquet", batch), "steps.parquet")
    return Verdict(len(keys), rows, differences, changed)


def _stored(file: Path, batch: "WorldBatch") -> pa.Table:
    """The rows of a result file that belong to a batch's worlds."""
    low, high = int(batch.point.min()), int(batch.point.max())
    with readable(file):
        table = pq.read_table(file, filters=[("point", ">=", low), ("point", "<=", high)])
    width = int(max(batch.world.max(), pc.max(table["world"]).as_py() or 0)) + 1
    keys = table["point"].to_numpy().astype(np.int64) * width + table["world"].to_numpy()
    return table.filter(pa.array(np.isin(keys, batch.point * width + batch.world)))


def _compare(again: pa.Table, stored: pa.Table, where: str) -> list[str]:
    """Columns that differ in a bit between rows played again and rows that were kept."""
    if len(again) != len(stored):
        return [f"{where}: {len(stored)} rows are there, {len(again)} came out again"]
    found = []
    for name in stored.column_names:
        if name in NOT_COMPARED:
            continue
        if name not in again.column_names:
            old = stored[name]
            if not (pa.types.is_float32(old.type) and np.isnan(old.to_numpy()).all()):
                found.append(f"{where}: the column {name} did not come out again")
            continue
        wrong = np.flatnonzero(~_same_bits(stored[name], again[name]))
        if len(wrong):
            row = int(wrong[0])
            place = ", ".join(
                f"{key} {stored[key][row]}" for key in ("point", "world", "month") if key in stored.column_names
            )
            found.append(
                f"{where}: {name} is {stored[name][row]} at {place}, and {again[name][row]} when played again"
                f" ({len(wrong)} of {len(stored)} rows differ)"
            )
    return found


def _same_bits(one: pa.ChunkedArray, other: pa.ChunkedArray) -> NDArray[np.bool_]:
    if pa.types.is_floating(one.type) and one.type == other.type:
        kind = np.uint32 if pa.types.is_float32(one.type) else np.uint64
        return np.asarray(one.to_numpy().view(kind) == other.to_numpy().view(kind))
    return np.asarray(pd.Series(one.to_pandas()).eq(pd.Series(other.to_pandas())).to_numpy())


def _verify_all(path: Path, manifest: dict[str, Any], changed: list[str], workers: int | None) -> Verdict:
    """The whole sweep again, in a folder beside, and its files row group by row group against the old ones."""
    differences: list[str] = []
    with tempfile.TemporaryDirectory(prefix=".computerace-verify-", dir=path.absolute().parent) as beside:
        again = Sweep(design_of(path), Path(beside) / "again", points=read_points(path))
        results = again.run(Settings(workers=workers, max_failures=1 << 60))
        for name in RESULTS:
            differences += _compare_files(path / name, results.path / name)
    counts = manifest["counts"]
    return Verdict(counts["worlds"], counts["rows_of_steps"], differences, changed)


def _compare_files(old: Path, new: Path) -> list[str]:
    if not old.exists() and not new.exists():
        return []
    if old.exists() != new.exists():
        return [f"{old.name} {'did not come out again' if old.exists() else 'came out where none was'}"]
    found: list[str] = []
    for before, after in zip(_row_groups(old), _row_groups(new), strict=False):
        found += _compare(after, before, old.name)
    before_rows, after_rows = (pq.read_metadata(file).num_rows for file in (old, new))
    if before_rows != after_rows:
        found.append(f"{old.name}: {before_rows} rows are there, {after_rows} came out again")
    return found


def _row_groups(path: Path) -> Iterator[pa.Table]:
    with readable(path):
        file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        with readable(path):
            rows = file.read_row_group(group)
        yield rows


def _race_outcomes(manifest: dict[str, Any], indices: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    from computerace.runs.ensemble import simulate
    from computerace.runs.scenarios import Scenario

    chosen = Scenario.from_dict(manifest["scenario"])
    batch = simulate(chosen, indices, manifest["seed"], months=manifest["months"], fixed=manifest["fixed"], measures=())
    return batch.outcomes


def _verify_race(path: Path, manifest: dict[str, Any], sample: int, seed: int, everything: bool) -> Verdict:
    """Rows of a race's worlds.parquet against the same worlds played again."""
    if not (path / "worlds.parquet").is_file():
        raise UserError(f"{path} has no worlds.parquet: the run is not whole; run it again")
    with readable(path / "worlds.parquet"):
        stored = pq.read_table(path / "worlds.parquet")
    count = len(stored) if everything else min(sample, len(stored))
    chosen = np.sort(np.random.default_rng(seed).choice(len(stored), count, replace=False))
    differences: list[str] = []
    for start in range(0, count, 2048):
        rows = stored.take(pa.array(chosen[start : start + 2048]))
        worlds = rows["world"].to_numpy().astype(np.int64)
        outcomes = _race_outcomes(manifest, worlds)
        again = pa.table({"world": worlds, **outcomes})
        differences += _compare(
            again.select([n for n in rows.column_names if n in again.column_names]), rows, "worlds.parquet"
        )
    return Verdict(count, 0, differences, [])
