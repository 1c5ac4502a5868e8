"""Trajectories of many worlds in bounded memory: batches put them into files, the summary reads a measure at a time.

Ten thousand worlds over five years are some 0.3 GB of trajectories; one measure of them is 12 MB.
"""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MARKET = "Market"


class Spool:
    """A folder of trajectories, one file per batch and measure.

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

    def measures(self, kind: str) -> list[str]:
        """Names of the stored measures of a kind, "owner" or "market"."""
        return sorted({path.name.split(".")[1] for path in self.folder.glob(f"{kind}.*.npy")})

    def trajectories(self, kind: str, measure: str) -> np.ndarray:
        """One measure in all worlds, batches in order: (months + 1, owners, worlds) or (months + 1, worlds)."""
        parts = [np.load(path) for path in sorted(self.folder.glob(f"{kind}.{measure}.*.npy"))]
        return np.concatenate(parts, axis=-1)

    def quantile_frame(
        self, start: datetime.date, owner_order: Sequence[str], market_order: Sequence[str]
    ) -> pd.DataFrame:
        """The tidy table of a run's months: month, date, quantile, lab and one column per measure.

        A row per month, quantile and owner, and one per month and quantile for "Market". Measures that do not apply
        are NaN. Columns follow the given orders.
        """
        owners, months = self.owners, 0
        columns: dict[str, np.ndarray] = {}
        for measure in (m for m in owner_order if m in set(self.measures("owner"))):
            columns[measure] = summary(self.trajectories("owner", measure), measure)
            months = columns[measure].shape[1]
        market: dict[str, np.ndarray] = {}
        for measure in (m for m in market_order if m in set(self.measures("market"))):
            market[measure] = summary(self.trajectories("market", measure), measure)[:, :, None]
            months = market[measure].shape[1]
        shape = (len(QUANTILES), months, len(owners) + 1)
        frame = _index(start, shape, [*owners, MARKET])
        for measure, values in columns.items():
            frame[measure] = np.concatenate([values, np.full((*shape[:2], 1), np.nan)], axis=2).ravel()
        for measure, values in market.items():
            absent = np.full((*shape[:2], len(owners)), np.nan)
            frame[measure] = np.concatenate([absent, values], axis=2).ravel()
        frame = frame.sort_values(["month", "quantile"], kind="stable")
        return frame.reset_index(drop=True)


def summary(trajectories: np.ndarray, measure: str) -> np.ndarray:
    """Quantiles over the last axis, stacked first; a share of worlds stands in every quantile's row.

    `bound_…` and `agi_share` are 0 or 1 in a world: only their mean says something. Quantiles are taken over the
    worlds in which the measure exists; all NaN gives NaN.
    """
    if measure.startswith("bound_") or measure == "agi_share":
        mean = trajectories.mean(axis=-1, dtype=np.float64)
        return np.repeat(mean[None], len(QUANTILES), axis=0)
    if np.isnan(trajectories).any():
        return _quantiles_of_known(trajectories)
    ordered = np.sort(trajectories, axis=-1)
    place = np.asarray(QUANTILES) * (ordered.shape[-1] - 1)
    low = np.floor(place).astype(np.intp)
    high = np.minimum(low + 1, ordered.shape[-1] - 1)
    below, above = ordered[..., low].astype(np.float64), ordered[..., high].astype(np.float64)
    return np.moveaxis(below + (above - below) * (place - low), -1, 0)


def _quantiles_of_known(trajectories: np.ndarray) -> np.ndarray:
    """Quantiles over the worlds that have a value, for each month (and owner) by itself."""
    rows = trajectories.reshape(-1, trajectories.shape[-1])
    found = np.full((len(QUANTILES), len(rows)), np.nan)
    for number, row in enumerate(rows):
        known = row[~np.isnan(row)]
        if known.size:
            found[:, number] = np.quantile(known.astype(np.float64), QUANTILES)
    return found.reshape(len(QUANTILES), *trajectories.shape[:-1])


def _index(start: datetime.date, shape: tuple[int, int, int], names: Sequence[str]) -> pd.DataFrame:
    """The key columns of the tidy table, rows in the order quantile, month, owner."""
    quantile, month, owner = np.indices(shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "month": month.astype(np.int16),
            "date": month_ends(start, shape[1])[month],
            "quantile": np.asarray(QUANTILES)[quantile],
            "lab": np.asarray(names, dtype=object)[owner],
        }
    )


def month_ends(start: datetime.date, count: int) -> np.ndarray:
    """The last days of `count` months, the first being the start's month, as datetime64[ns] values."""
    return pd.date_range(start, periods=count, freq="ME").to_numpy() if count else np.empty(0, "datetime64[ns]")
