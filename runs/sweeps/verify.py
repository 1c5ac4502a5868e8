"""Whether a folder's rows come out again, to the bit, and single worlds played again."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from computerace.analysis.aside import VERIFY, aside
from computerace.analysis.digests import changed_files
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.market.errors import UserError
from computerace.runs import store
from computerace.runs.designs.of_folder import design_of
from computerace.runs.store import tables
from computerace.runs.store.parts import RESULTS, read_points, readable
from computerace.runs.store.stored import table_of
from computerace.runs.sweeps.again import work_in
from computerace.runs.sweeps.played_again import changed_since, say_if_changed, scenario_of
from computerace.runs.sweeps.single_race import played, request_of
from computerace.runs.sweeps.sweep import Settings, Sweep
from computerace.runs.sweeps.work import Work
from computerace.runs.worlds.play import Workers

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.scenarios.value import Setting
    from computerace.runs.sweeps.batches import WorldBatch

SAMPLE = 64
OF_VARIANTS = (
    "break-even",
    "explain",
    "structure",
    "twin",
)  # commands whose folders hold worlds of variants of a scenario
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
    folder: str | Path, *, sample: int = SAMPLE, seed: int = 0, everything: bool = False, on: Workers | None = None,
    trust_code: bool = False,
) -> Verdict:  # fmt: skip
    """Play worlds of a run's or sweep's folder again and compare bits.

    Parameters
    ----------
    sample: how many worlds, drawn at random by `seed`; with whole trajectories kept, their months too.
    everything: all worlds and months. on: where those of a sweep are played, one process per processor by default.
    trust_code: whether code of one's own that the folder names may run.

    Raises UserError where the folder is no complete run, or wants code that may not run.
    """
    path = at_home(folder)
    store.refuse_other_kinds(path, "verify")
    manifest = _complete(path)
    changed = changed_since(manifest)
    if everything:
        return _verify_all(path, manifest, changed, on or Workers(), trust_code)
    keys = _sampled(path, sample, seed)
    found = _verify_some(path, work_in(path, manifest, trust_code), keys, changed)
    return replace(found, differences=[*incomplete(path, manifest), *found.differences])


def replay(folder: str | Path, point: int, world: int, *, trust_code: bool = False) -> dict[str, float]:
    """One world of a folder played again: its outcomes by name.

    trust_code: whether code of one's own that the folder names may run.

    Raises whatever the world fails with, and UserError where there is no such world, or code may not run.
    """
    path = at_home(folder)
    manifest = store.read_manifest(path)
    if manifest is None:
        raise UserError(f"{path} is no run's folder")
    say_if_changed(path, manifest)
    if manifest["kind"] in OF_VARIANTS and (path / "failures.parquet").exists():
        return _replay_variant(path, manifest, point, world, trust_code)
    store.refuse_other_kinds(path, "replay")
    work = work_in(path, manifest, trust_code)
    first = int(manifest.get("first_world", 0))
    _check_there(path, point, len(work.points), world, range(first, first + work.plan.worlds))
    (batch,) = work.batch_of(np.array([point]), np.array([world]))
    outcomes = batch.simulate(np.arange(1)).outcomes
    broken = tables.undefined(outcomes, work.plan.owners)
    if broken:
        raise ArithmeticError(f"not a number: {', '.join(broken[0])}")
    return {name: values[0].item() for name, values in outcomes.items()}


def replay_anew(
    folder: str | Path, world: int, *, seed: int | None = None, point: int | None = None,
    settings: "Mapping[str, Setting] | None" = None, trust_code: bool = False,
) -> dict[str, float]:  # fmt: skip
    """One world of a folder's scenario, which the folder need not hold: its outcomes by name.

    seed: another one than the folder's. point: of the folder's design; without, what that sets does not count.
    settings: where no point is given.

    Raises whatever the world fails with, and UserError where it is no run's folder, or code may not run.
    """
    path = at_home(folder)
    manifest = store.read_manifest(path)
    if manifest is None or "scenario" not in manifest:
        raise UserError(f"{path} is no run's folder")
    say_if_changed(path, manifest)
    number = int(manifest["seed"]) if seed is None else seed
    if point is None:
        chosen = scenario_of(path, manifest, trust_code=trust_code)
        return _outcomes(chosen.with_settings(settings) if settings else chosen, world, number, manifest)
    work = work_in(path, manifest, trust_code)
    _check_there(path, point, len(work.points), world, range(world, world + 1))
    (batch,) = work.batch_of(np.array([point]), np.array([world]))
    outcomes = replace(batch, plan=replace(batch.plan, seed=number)).simulate(np.arange(1)).outcomes
    return {name: values[0].item() for name, values in outcomes.items()}


def _replay_variant(path: Path, manifest: Manifest, variant: int, world: int, trust_code: bool) -> dict[str, float]:
    """One world of a variant that failed, played again; the table of failures holds the variant's scenario."""
    with readable(path / "failures.parquet", "run the command again"):
        failures = pd.read_parquet(path / "failures.parquet")
    found = failures[(failures["variant"] == variant) & (failures["world"] == world)]
    if not len(found):
        raise UserError(f"{path} keeps the worlds that failed, and point {variant}, world {world} is none of them")
    chosen = scenario_of(path, {"scenario": json.loads(found["scenario"].iloc[0])}, trust_code=trust_code)
    return _outcomes(chosen, world, int(manifest["seed"]), manifest)


def _outcomes(scenario: "Scenario", world: int, seed: int, manifest: Manifest) -> dict[str, float]:
    """Outcomes of one world, over as many months as a folder's."""
    from computerace.runs.worlds import simulate as model

    batch = model.simulate(
        scenario, np.array([world]), seed, months=int(manifest["months"]), fixed=bool(manifest.get("fixed")),
        measures=(),
    )  # fmt: skip
    return {name: values[0].item() for name, values in batch.outcomes.items()}


def incomplete(path: Path, manifest: Manifest) -> list[str]:
    """What is not there, or not as it was written: files, rows by number, keys that stand twice."""
    found = [f"{name} is gone" for name in manifest.get("files") or {} if not (path / name).exists()]
    found += [f"{name} is not as it was written" for name in changed_files(path, manifest.get("files") or {})]
    names = {"worlds": "worlds", "failed": "failures", "rows_of_steps": "steps"}
    for key, name in names.items():
        file, wanted = path / f"{name}.parquet", int(manifest["counts"].get(key, 0))
        with readable(file):
            rows = pq.read_metadata(file).num_rows if file.is_file() else 0
        if rows != wanted:
            found.append(f"{name}.parquet: {rows:,} rows are there, {wanted:,} were written")
    file = path / "worlds.parquet"
    if file.is_file():
        with readable(file):
            keys = pq.read_table(file, columns=_keys_in(file)).to_pandas()
        if keys.duplicated().any():
            found.append(f"worlds.parquet: {int(keys.duplicated().sum()):,} worlds stand there twice")
    return found


def _check_there(path: Path, point: int, points: int, world: int, worlds: range) -> None:
    """Raise UserError unless a folder of so many points and of these worlds has that one."""
    if not (0 <= point < points and world in worlds):
        raise UserError(
            f"{path} has points 0 to {points - 1} and worlds {worlds.start} to {worlds.stop - 1};"
            f" got point {point}, world {world}"
        )


def _complete(path: Path) -> Manifest:
    manifest = store.read_manifest(path)
    if manifest is None:
        raise UserError(f"{path} is no run's folder: it has no manifest.json of this program")
    if manifest.get("status") != "complete":
        raise UserError(f"the run in {path} is {manifest.get('status')}, not complete: finish it first")
    return manifest


def _sampled(path: Path, sample: int, seed: int) -> pa.Table:
    """The keys of some rows of worlds.parquet, in order."""
    with readable(path / "worlds.parquet"):
        keys = with_point(pq.read_table(path / "worlds.parquet", columns=_keys_in(path / "worlds.parquet")))
    chosen = np.random.default_rng(seed).choice(len(keys), min(sample, len(keys)), replace=False)
    return keys.take(pa.array(np.sort(chosen)))


def _keys_in(file: Path) -> list[str]:
    return [name for name in ("point", "world") if name in pq.read_schema(file).names]


def with_point(table: pa.Table) -> pa.Table:
    """A table with the column point, which races of old lack: they have one."""
    if "point" in table.column_names:
        return table
    return table.add_column(0, "point", pa.array(np.zeros(len(table), dtype=np.int32)))


def _verify_some(path: Path, work: Work, keys: pa.Table, changed: list[str]) -> Verdict:
    differences: list[str] = []
    rows = 0
    points, worlds = keys["point"].to_numpy().astype(np.int64), keys["world"].to_numpy().astype(np.int64)
    for batch in work.batch_of(points, worlds):
        part = batch.run()
        if part is None or "worlds" not in part.files:
            differences.append(f"point {batch.point[0]}: no world came out again")
            continue
        again = table_of(part.files["worlds"])
        differences += _compare(again, _stored(path / "worlds.parquet", batch), "worlds.parquet")
        if work.plan.keep == "steps":
            again = table_of(part.files["steps"])
            rows += len(again)
            differences += _compare(again, _stored(path / "steps.parquet", batch), "steps.parquet")
    return Verdict(len(keys), rows, differences, changed)


def _stored(file: Path, batch: "WorldBatch") -> pa.Table:
    """The rows of a result file that belong to a batch's worlds."""
    low, high = int(batch.point.min()), int(batch.point.max())
    with readable(file):
        here = [("point", ">=", low), ("point", "<=", high)] if "point" in pq.read_schema(file).names else None
        table = with_point(pq.read_table(file, filters=here))
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
        kept = stored[name]
        if pa.types.is_float64(kept.type) and pa.types.is_float32(again[name].type):
            kept = kept.cast(pa.float32(), safe=False)  # races of old keep outcomes in double precision
        wrong = np.flatnonzero(~_same_bits(kept, again[name]))
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
    if pa.types.is_list(one.type):  # of counts
        return np.array([mine == its for mine, its in zip(one.to_pylist(), other.to_pylist(), strict=True)])
    return np.asarray(pd.Series(one.to_pandas()).eq(pd.Series(other.to_pandas())).to_numpy())


def _verify_all(path: Path, manifest: Manifest, changed: list[str], on: Workers, trust_code: bool) -> Verdict:
    """The whole run again, in a folder beside, and its files against the old ones.

    Where nothing may be written beside it, the system's folder for temporary files takes the place.
    """
    parent = path.absolute().parent
    with aside(parent if os.access(parent, os.W_OK) else Path(tempfile.gettempdir()), VERIFY) as beside:
        if manifest["kind"] == "sweep":
            differences = _sweep_again(path, beside, on, trust_code)
        else:
            differences = _race_again(path, manifest, beside, trust_code)
    differences = [*incomplete(path, manifest), *differences]
    counts = manifest["counts"]
    return Verdict(counts["worlds"], counts["rows_of_steps"], differences, changed)


def _sweep_again(path: Path, beside: Path, on: Workers, trust_code: bool) -> list[str]:
    again = Sweep(design_of(path, trust_code=trust_code), beside / "again", points=read_points(path))
    results = again.run(Settings(on.count, on.engine, on.address, max_failures=1 << 60))
    return [line for name in RESULTS for line in _compare_files(path / name, results.path / name)]


def _race_again(path: Path, manifest: Manifest, beside: Path, trust_code: bool) -> list[str]:
    """A race fits into memory: its tables are compared whole, whatever their row groups are."""
    played(request_of(path, manifest, trust_code=trust_code), beside).write(beside)
    found: list[str] = []
    for name in RESULTS:
        old, new = path / name, beside / name
        if old.exists() and new.exists():
            with readable(old):
                before = with_point(pq.read_table(old))
            found += _compare(pq.read_table(new), before, name)
        elif old.exists() or new.exists():
            found.append(f"{name} {'did not come out again' if old.exists() else 'came out where none was'}")
    return found


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
