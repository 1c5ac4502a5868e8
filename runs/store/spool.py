"""Results of many worlds in bounded memory: batches put them into files, the summary reads a measure at a time.

Ten thousand worlds over five years are some 0.3 GB of trajectories; one measure of one owner is 2 MB. Outcomes go into
files too: small arrays that outlive a batch would pin what the batch leaves of the heap.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from computerace.analysis.weights import Floats, picks
from computerace.market.errors import UserError
from computerace.runs.store.form import parquet_options
from computerace.runs.store.stored import table_of
from computerace.runs.store.summaries import exact_quantiles, steps_frame
from computerace.runs.store.tables import placed
from computerace.runs.store.windows import GROUP_ROWS

if TYPE_CHECKING:
    from computerace.runs.store.plan import Plan


class Spool:
    """A folder with a file per batch and measure, and one per batch for outcomes.

    folder: an existing folder, removed by its owner. plan: what is kept, and whose.
    """

    def __init__(self, folder: Path, plan: "Plan") -> None:
        self.folder = folder
        self.plan = plan

    def put(self, batch: int, steps: dict[str, np.ndarray], market: dict[str, np.ndarray]) -> None:
        """Store a batch's measures of owners (months + 1, rows, worlds) and of the market (months + 1, worlds)."""
        for measure, values in (steps | {name: one[:, None] for name, one in market.items()}).items():
            np.save(self._file(measure, batch), values.astype(np.float32, copy=False))

    def _file(self, measure: str, batch: int) -> Path:
        return self.folder / f"measure.{measure}.{batch:012d}.npy"

    def put_tables(self, batch: int, files: Mapping[str, bytes]) -> None:
        """Store a batch's tables, as bytes by name."""
        for name, content in files.items():
            (self.folder / f"{name}.{batch:012d}.table").write_bytes(content)

    def table(self, name: str) -> pa.Table | None:
        """A table of all batches, in their order; None where no batch left one."""
        parts = [table_of(path.read_bytes()) for path in sorted(self.folder.glob(f"{name}.*.table"))]
        return pa.concat_tables(parts, promote_options="default") if parts else None

    def tables(self, weights: pd.Series | None = None) -> "Tables":
        """The tables of the whole run.

        weights: of worlds by number, by which months are summarised; those that have none count for nothing.

        Raises UserError where every world failed, with the first world's error.
        """
        worlds, failures = self.table("worlds"), self.table("failures")
        if worlds is None:
            first = {} if failures is None else failures.slice(0, 1).to_pylist()[0]
            raise UserError(f"every world failed; world {first.get('world')} with {first.get('error')}")
        by_place = None if weights is None else weights.reindex(worlds["world"].to_numpy(), fill_value=0.0).to_numpy()
        return Tables(worlds, self.quantile_table(by_place), failures)

    def quantiles(self, measure: str, weights: Floats | None = None) -> np.ndarray:
        """One measure's quantiles over all worlds: (months + 1, rows, 1, quantiles), in single precision."""
        parts = [np.load(path, mmap_mode="r") for path in sorted(self.folder.glob(f"measure.{measure}.*.npy"))]
        some = slice(None) if weights is None else picks(weights[: sum(part.shape[-1] for part in parts)])
        rows = range(parts[0].shape[1])  # one at a time: all owners at once would need five times the memory
        found = (np.concatenate([part[:, row] for part in parts], axis=-1)[:, some] for row in rows)
        return np.stack([exact_quantiles(one, measure) for one in found], 1)[:, :, None]

    def quantile_table(self, weights: Floats | None = None) -> pa.Table:
        """The tidy table of a run's months: point, month, date, quantile, lab and one column per measure.

        A row per month, quantile and owner, and one per month and quantile for the market, null where a measure is
        not its. Columns follow the plan.
        """
        plan, columns = self.plan, {}
        for measure in plan.measures:
            found = self.quantiles(measure, weights)
            columns[measure] = placed(found, plan.slots(measure, found.shape[1]), len(plan.owners) + 1)
        months = range(next(iter(columns.values())).shape[1])
        return steps_frame(columns, {"point": np.zeros(1, np.int32)}, months, plan.start, plan.owners)


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
            rows = GROUP_ROWS[name]
            pq.write_table(plain, folder / f"{name}.parquet", row_group_size=rows, **parquet_options(plain.schema))
