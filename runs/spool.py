"""Results of many worlds in bounded memory: batches put them into files, the summary reads a measure at a time.

Ten thousand worlds over five years are some 0.3 GB of trajectories; one measure of one owner is 2 MB. Outcomes go into
files too: small arrays that outlive a batch would pin what the batch leaves of the heap.
"""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from computerace.runs.summaries import QUANTILES, exact_quantiles, steps_frame


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

    def put_worlds(self, batch: int, worlds: np.ndarray, outcomes: Mapping[str, np.ndarray]) -> None:
        """Store a batch's outcomes: a row per world, a column per outcome."""
        frame = pd.DataFrame({"world": worlds, **outcomes})
        frame.to_parquet(self.folder / f"worlds.{batch:012d}.parquet", index=False, compression=None)

    def worlds(self) -> pd.DataFrame:
        """The outcomes of all worlds, in the order of the batches."""
        parts = [pd.read_parquet(path) for path in sorted(self.folder.glob("worlds.*.parquet"))]
        return pd.concat(parts, ignore_index=True)

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

    def quantile_frame(
        self, start: datetime.date, owner_order: Sequence[str], market_order: Sequence[str]
    ) -> pd.DataFrame:
        """The tidy table of a run's months: month, date, quantile, lab and one column per measure.

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
        table = steps_frame(columns, {"point": np.zeros(1, np.int32)}, months, start, self.owners)
        return table.drop_columns("point").to_pandas()
