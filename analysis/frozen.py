"""Frozen forecasts: reading one from its folder, and scoring it against figures that were published later.

A folder under `forecasts/` holds `forecast.csv` (a row per quarter end, lab and quantity, its quantiles as columns),
`claim.csv` (the claim's probabilities) and `manifest.json`, whose `files` are their SHA-256 sums. A forecast is scored
as its quantiles joined by straight lines, with the publisher's error added as in the back-test, beside the naïve rivals
that the record up to its date allows. Quantiles do not tell how labs move together: shares are made as if they did not.
"""

import datetime
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.backtest import MODEL, scored
from computerace.analysis.manifest import check_manifest
from computerace.analysis.naive import rivals
from computerace.analysis.record import before, quarter_ends, record
from computerace.analysis.scores import draws_of_quantiles
from computerace.market.errors import UserError

LEVELS = (0.01, 0.025, *(round(0.05 * step, 2) for step in range(1, 20)), 0.975, 0.99)  # as forecast hubs have them
QUANTITIES = ("owned_h100e", "operational_h100e", "used_h100e")
DRAWS = 2000

type Paths = dict[tuple[str, str], NDArray[np.float64]]


@dataclass(frozen=True)
class Frozen:
    """A forecast as it was published: rows of quantiles, the claim's probabilities, and where they came from."""

    folder: Path
    quantiles: pd.DataFrame
    claim: pd.DataFrame
    manifest: dict[str, Any]

    @property
    def start(self) -> datetime.date:
        """The date whose state the forecast began from."""
        return datetime.date.fromisoformat(self.manifest["start"])

    @property
    def quarters(self) -> tuple[datetime.date, ...]:
        """The quarter ends that are forecast."""
        return tuple(sorted({stamp.date() for stamp in self.quantiles["date"]}))

    @property
    def claimant(self) -> str:
        """The lab that was claimed to win."""
        return str(self.manifest["scenario"]["claimant"])

    @property
    def labs(self) -> tuple[str, ...]:
        """The labs that are forecast."""
        return tuple(dict.fromkeys(self.quantiles["lab"]))


def column(level: float) -> str:
    """The column of a quantile, such as p2.5."""
    return f"p{100 * level:g}"


def read_frozen(folder: Path) -> Frozen:
    """The forecast in a folder; raises UserError where it is none, or where a file is not the one that was frozen."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        manifest = None
    files = manifest.get("files") if isinstance(manifest, dict) and manifest.get("kind") == "forecast" else None
    if manifest is None or not isinstance(files, dict) or "forecast.csv" not in files:
        raise UserError(f"{folder} holds no forecast: it has no manifest.json of `computerace forecast`")
    check_manifest(manifest, str(folder))
    for name, expected in files.items():
        if not (folder / name).is_file() or checksum(folder / name) != expected:
            raise UserError(f"{folder / name} is not the file that was frozen: its SHA-256 is not that of the manifest")
    quantiles = pd.read_csv(folder / "forecast.csv", parse_dates=["date"])
    return Frozen(folder, quantiles, pd.read_csv(folder / "claim.csv"), manifest)


def checksum(file: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def score_frozen(frozen: Frozen, later: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """A row per later figure and forecast of it, as `backtest.scored` has them.

    later: figures after the forecast's start, as `later_figures.read_later` gives them.
    """
    known = before(record(), frozen.start)
    quarters = tuple(day for day in frozen.quarters if pd.Timestamp(day) in set(later["date"]))
    quantity = str(later["quantity"].iloc[0])
    forecasts = {MODEL: _draws(frozen, quantity, quarters)}
    if quantity == "owned_h100e":
        every = quarter_ends(frozen.start, quarters[-1])
        chosen = [every.index(day) for day in quarters]
        for name, paths in rivals(known, frozen.start, len(every), DRAWS, seed).items():
            forecasts[name] = {key: paths[key][chosen] for key in paths if key[0] == quantity}
    actual = pd.concat([known, later], ignore_index=True)
    return scored(forecasts, actual, frozen.start, quarters, seed)


def _draws(frozen: Frozen, quantity: str, quarters: tuple[datetime.date, ...]) -> Paths:
    """Samples in place of quantiles, in an order of their own for each lab, so that labs are independent in them."""
    levels = np.array(LEVELS)
    found: Paths = {}
    for number, lab in enumerate(frozen.labs):
        rows = frozen.quantiles[(frozen.quantiles["lab"] == lab) & (frozen.quantiles["quantity"] == quantity)]
        rows = rows.set_index("date").reindex([pd.Timestamp(day) for day in quarters])
        values = rows[[column(one) for one in LEVELS]]
        draws = draws_of_quantiles(levels, values.to_numpy(dtype=float), DRAWS)
        found[quantity, lab] = draws[:, np.random.default_rng(number).permutation(DRAWS)]
    return found
