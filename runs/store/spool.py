"""Results of many worlds in bounded memory: batches put them into files, the summary reads a measure at a time.

Ten thousand worlds over five years are some 0.3 GB of trajectories; one measure of one owner is 2 MB. Outcomes go into
files too: small arrays that outlive a batch would pin what the batch leaves of the heap.
"""

import datetime
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from computerace.market.errors import UserError
from computerace.runs.store.summaries import QUANTILES, exact_quantiles, steps_frame
from computerace.runs.store.tables import WINDOW_ROWS, parquet_options


class Spool:
    """A folder with a file per batch and measure, and one per batch for outcomes.

    folder: an existing folder, removed by its owner.
    owners: names of the owners, in the model's order; market measures stand under the name "Market".
    """

    def __init__(self, folder: Path, owners: Sequence[str]) -> None:
        self.folder = folder
        self.owners = tuple(owners)

    def put(self, batch: int, steps: Mapping[str, np.ndarray], market: Mapping[str, np.ndarray]) -> None:
        """Store a batch's owner measures (months + 1, owners, worlds) and market measures (months + 1, worlds)."""
        for kind, group in (("owner", steps), ("market", market)):
            for measure, values in group.items():
                np.save(self.folder / f"{kind}.{measure}.{batch:012d}.npy", values.astype(np.float32, copy=False))

    def put_tables(self, batch: int, files: Mapping[str, bytes]) -> None:
        """Store a batch's tables, as Parquet's bytes by name."""
        for name, content in files.items():
            (self.folder / f"{name}.{batch:012d}.parquet").write_bytes(content)

    def table(self, name: str) -> pa.Table | None:
        """A table of all batches, in their order; None where no batch left one."""
        parts = [pq.read_table(path) for path in sorted(self.folder.glob(f"{name}.*.parquet"))]
        return pa.concat_tables(parts, promote_options="default") if parts else None

    def tables(self, start: datetime.date, owner_order: Sequence[str], market_order: Sequence[str]) -> "Tables":
        """The tables of the whole run.

        Raises UserError where every world failed, with the first world's error.
        """
        worlds, failures = self.table("worlds"), self.table("failures")
        if worlds is None:
            first = {} if failures is None else failures.slice(0, 1).to_pylist()[0]
            raise UserError(f"every world failed; world {first.get('world')} with {first.get('error')}")
        return Tables(worlds, self.quantile_table(start, owner_order, market_order), failures)

    def measures(self, kind: str) -> list[str]:
        """Names of the stored measures of a kind, "owner" or "market"."""
        return sorted({path.name.split(".")[1] for path in self.folder.glob(f"{kind}.*.npy")})

    def quantiles(self, kind: str, measure: str) -> np.ndarray:
        """One measure's quantiles over all worlds: (months + 1, owners or 1, quantiles), in single precision."""
        parts = [np.load(path, mmap_mode="r") for path in sorted(self.folder.glob(f"{kind}.{measure}.*.npy"))]
        if kind == "market":
            return exact_quantiles(np.concatenate(parts, axis=-1), measure)[:, None]
        rows = range(len(self.owners))  # one at a time: all owners at once would need five times the memory
        return np.stack(
            [exact_quantiles(np.concatenate([p[:, row] for p in parts], axis=-1), measure) for row in rows], 1
        )

    def quantile_table(self, start: datetime.date, owner_order: Sequence[str], market_order: Sequence[str]) -> pa.Table:
        """The tidy table of a run's months: point, month, date, quantile, lab and one column per measure.

        A row per month, quantile and owner, and one per month and quantile for "Market". Measures that do not apply
        are NaN. Columns follow the given orders.
        """
        owners, known = len(self.owners), {kind: set(self.measures(kind)) for kind in ("owner", "market")}
        columns: dict[str, np.ndarray] = {}
        for kind, order, at in (("owner", owner_order, slice(owners)), ("market", market_order, slice(owners, None))):
            for measure in (one for one in order if one in known[kind]):
                found = self.quantiles(kind, measure)
                columns[measure] = np.full((1, len(found), len(QUANTILES), owners + 1), np.nan, dtype=np.float32)
                columns[measure][0, :, :, at] = np.moveaxis(found, 1, 2)
        months = range(next(iter(columns.values())).shape[1])
        return steps_frame(columns, {"point": np.zeros(1, np.int32)}, months, start, self.owners)


class Tables:
    """A run's tables, as they go into its folder, with frames of them."""

    def __init__(self, worlds: pa.Table, steps: pa.Table, failures: pa.Table | None) -> None:
        self._tables = {"worlds": worlds, "steps": steps} | ({} if failures is None else {"failures": failures})

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """A row per world."""
        return self._tables["worlds"].to_pandas()

    @cached_property
    def steps(self) -> pd.DataFrame:
        """A row per month, quantile and owner."""
        return self._tables["steps"].to_pandas()

    @property
    def failed(self) -> int:
        """How many worlds failed."""
        return len(self._tables.get("failures", ()))

    def counts(self) -> dict[str, int]:
        """How many points, worlds, failed worlds and rows of months there are."""
        tables = self._tables
        rows = {"worlds": len(tables["worlds"]), "failed": self.failed, "rows_of_steps": len(tables["steps"])}
        return {"points": 1, **rows}

    def write(self, folder: Path) -> None:
        """Write the tables into a folder."""
        for name, table in self._tables.items():
            plain = table.replace_schema_metadata(None)
            rows = WINDOW_ROWS[name]
            pq.write_table(plain, folder / f"{name}.parquet", row_group_size=rows, **parquet_options(plain.schema))
