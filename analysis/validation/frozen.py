"""Frozen forecasts: reading one from its folder, and scoring it against figures that were published later.

A folder under `forecasts/` holds `forecast.csv` (a row per quarter end, lab and quantity, its quantiles as columns),
`claim.csv` (the claim's probabilities) and `manifest.json`, whose `files` are their SHA-256 sums. A forecast is scored
as its quantiles joined by straight lines, with the publisher's error added as in the back-test, beside the naïve rivals
that the record up to its date allows. Quantiles do not tell how labs move together: shares are made as if they did not.
"""

import datetime
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.digests import checksum
from computerace.analysis.manifest import check_manifest, read_whole
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.analysis.validation.backtest import COLUMNS as ROWS
from computerace.analysis.validation.backtest import MODEL, scored
from computerace.analysis.validation.later_figures import Later
from computerace.analysis.validation.naive import rivals
from computerace.analysis.validation.record import before, figures_at, record
from computerace.analysis.validation.scores import draws_of_quantiles
from computerace.market.errors import UserError
from computerace.shown import Shown

LEVELS = (0.01, 0.025, *(round(0.05 * step, 2) for step in range(1, 20)), 0.975, 0.99)  # as forecast hubs have them
# Beside these of each lab, a forecast has powered_mw and capex_usd of each lab, and supply and rent of the market.
QUANTITIES = ("owned_h100e", "operational_h100e", "used_h100e")
DRAWS = 2000

type Paths = dict[tuple[str, str], NDArray[np.float64]]


@dataclass(frozen=True, repr=False)
class Frozen(Shown):
    """A forecast as it was published: rows of quantiles, the claim's probabilities, and where they came from."""

    folder: Path
    quantiles: pd.DataFrame
    claim: pd.DataFrame
    manifest: Manifest

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
    def quantities(self) -> tuple[str, ...]:
        """The quantities that are forecast."""
        return tuple(dict.fromkeys(self.quantiles["quantity"]))

    @property
    def labs(self) -> tuple[str, ...]:
        """The labs that are forecast."""
        return tuple(dict.fromkeys(self.quantiles["lab"]))


def column(level: float) -> str:
    """The column of a quantile, such as p2.5."""
    return f"p{100 * level:g}"


def read_frozen(folder: str | Path) -> Frozen:
    """The forecast in a folder; raises UserError where it is none, or where a file is not the one that was frozen."""
    folder = at_home(folder)
    try:
        manifest = read_whole((folder / "manifest.json").read_text(encoding="utf-8"), str(folder))
    except UserError:
        raise
    except (OSError, ValueError, RecursionError):
        manifest = None
    files = manifest.get("files") if isinstance(manifest, dict) and manifest.get("kind") == "forecast" else None
    if manifest is None or not isinstance(files, dict) or "forecast.csv" not in files:
        raise UserError(f"{folder} holds no forecast: it has no manifest.json of `computerace forecast`")
    held = check_manifest(manifest, str(folder))
    for name, expected in files.items():
        if not (folder / name).is_file() or checksum(folder / name) != expected:
            raise UserError(f"{folder / name} is not the file that was frozen: its SHA-256 is not that of the manifest")
    quantiles = pd.read_csv(folder / "forecast.csv", parse_dates=["date"])
    return Frozen(folder, quantiles, pd.read_csv(folder / "claim.csv"), held)


def score_frozen(frozen: Frozen, later: Later, seed: int = 1) -> pd.DataFrame:
    """A row per later figure and forecast of it, as `backtest.scored` has them.

    later: figures after the forecast's start, as `later_figures.read_later` gives them. A date between quarter ends has
    the forecast between theirs. A band that came with a figure says how far its publisher may be wrong.
    """
    figures = later.figures
    if figures.empty:
        return pd.DataFrame(columns=list(ROWS))
    known, days = before(record(), frozen.start), _days(figures)
    quarters = frozen.quarters[: bisect_left(frozen.quarters, days[-1]) + 1]
    quantities = set(figures["quantity"])
    paths = {MODEL: _draws(frozen, quantities, quarters), **rivals(known, frozen.start, len(quarters), DRAWS, seed)}
    forecasts = {
        name: {key: _at_days(values, key, frozen.start, quarters, days) for key, values in found.items()}
        for name, all_of_it in paths.items()
        if (found := {key: values for key, values in all_of_it.items() if key[0] in quantities})
    }
    actual = pd.concat([known, figures], ignore_index=True)
    return scored(forecasts, actual, frozen.start, days, seed, stated=_stated(figures, days))


def bounds_met(frozen: Frozen, later: Later) -> pd.DataFrame:
    """The probability that a forecast gave to figures of which only a bound is known.

    Columns: date, quantity, owner, bound, value, probability.
    """
    bounds = later.bounds
    if bounds.empty:
        return pd.DataFrame(columns=["date", "quantity", "owner", "bound", "value", "probability"])
    days, found = _days(bounds), []
    draws = _draws(frozen, set(bounds["quantity"]), frozen.quarters)
    rows = zip(bounds["quantity"], bounds["owner"], bounds["bound"], bounds["value"], bounds["date"], strict=True)
    for quantity, owner, bound, value, stamp in rows:
        paths = _at_days(draws[quantity, owner], (quantity, owner), frozen.start, frozen.quarters, days)
        above = float((paths[days.index(stamp.date())] >= value).mean())
        found.append(above if bound == "at least" else 1.0 - above)
    return bounds.drop(columns="error").assign(probability=found)


def _days(figures: pd.DataFrame) -> tuple[datetime.date, ...]:
    return tuple(sorted({stamp.date() for stamp in figures["date"]}))


def _stated(figures: pd.DataFrame, days: tuple[datetime.date, ...]) -> Paths:
    """The log error of the figures that came with a band, by (quantity, owner), (days,); NaN for the others."""
    wide = figures.pivot_table(index="date", columns=["quantity", "owner"], values="error")
    wide = wide.reindex([pd.Timestamp(day) for day in days])
    return {(str(key[0]), str(key[1])): wide[key].to_numpy(dtype=float) for key in wide.columns}


def _at_days(
    values: NDArray[np.float64],
    key: tuple[str, str],
    start: datetime.date,
    quarters: tuple[datetime.date, ...],
    days: tuple[datetime.date, ...],
) -> NDArray[np.float64]:
    """Paths (quarters, draws) at other days, (days, draws): straight lines in log between quarter ends.

    The first line begins at the figure on record for the start; before the first quarter there is nothing without one.
    """
    first = figures_at(record(), start).get(key, np.nan)
    grid = np.array([day.toordinal() for day in (start, *quarters)], dtype=float)
    heights = np.log1p(np.vstack([np.full((1, values.shape[1]), first), values]))
    found = np.empty((len(days), values.shape[1]))
    for place, day in enumerate(days):
        if day in quarters:
            found[place] = values[quarters.index(day)]
            continue
        after = int(np.searchsorted(grid, day.toordinal()))
        part = (day.toordinal() - grid[after - 1]) / (grid[after] - grid[after - 1])
        found[place] = np.expm1((1.0 - part) * heights[after - 1] + part * heights[after])
    return found


def _draws(frozen: Frozen, quantities: set[str], quarters: tuple[datetime.date, ...]) -> Paths:
    """Samples in place of quantiles, in an order of their own for each lab, so that labs are independent in them."""
    levels = np.array(LEVELS)
    found: Paths = {}
    for number, lab in enumerate(frozen.labs):
        for quantity in sorted(quantities):
            rows = frozen.quantiles[(frozen.quantiles["lab"] == lab) & (frozen.quantiles["quantity"] == quantity)]
            if rows.empty:
                continue
            rows = rows.set_index("date").reindex([pd.Timestamp(day) for day in quarters])
            values = rows[[column(one) for one in LEVELS]]
            draws = draws_of_quantiles(levels, values.to_numpy(dtype=float), DRAWS)
            found[quantity, lab] = draws[:, np.random.default_rng(number).permutation(DRAWS)]
    return found
