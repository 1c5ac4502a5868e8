"""Which parameters matter most in any run whose parameters were drawn, with no design made for it.

For each parameter: the rank correlation with the outcome (its direction), and the share of the outcome's variance that
it accounts for alone, a first-order Sobol' index from the given data: the variance between the outcome's means in bins
of the parameter, less what bins of pure noise would show (Plischke, Borgonovo and Smith 2013, European Journal of
Operational Research 226:536; the correction is Kelley's epsilon squared, 1935, PNAS 21:554).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.columns import require, require_finite
from computerace.market.errors import UserError

LEAST_ROWS = 100
COLUMNS = ("parameter", "share", "error", "correlation", "rows")


def importance(worlds: pd.DataFrame, values: pd.Series, parameters: Sequence[str]) -> pd.DataFrame:
    """How much each parameter accounts for alone, the largest first.

    Parameters
    ----------
    worlds: a row per world with the parameters' columns. values: the outcome, a row for each.
    parameters: numeric columns.

    Columns: parameter, share (of the outcome's variance, alone), error (the standard deviation of that share for a
    parameter that accounts for nothing), correlation (Spearman's), rows.
    """
    require(worlds, parameters)
    require_finite(values, f"the outcome {values.name}")
    if len(worlds) < LEAST_ROWS:
        raise UserError(
            f"{len(worlds)} worlds are too few to say which parameters matter; at least {LEAST_ROWS} are needed"
        )
    outcome = values.to_numpy(dtype=float)
    bins = min(20, max(5, len(outcome) // 100))
    ranks = _ranks(outcome)
    rows = []
    for name in parameters:
        column = worlds[name].to_numpy(dtype=float)
        place = _ranks(column)
        correlation = float(np.corrcoef(place, ranks)[0, 1]) if np.ptp(outcome) > 0 else math.nan
        rows.append((name, explained(place, outcome, bins), math.sqrt(2 * (bins - 1)) / len(outcome), correlation))
    frame = pd.DataFrame(rows, columns=list(COLUMNS[:-1])).assign(rows=len(outcome))
    return frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def explained(ranks: NDArray[np.float64], outcome: NDArray[np.float64], bins: int) -> float:
    """The share of the outcome's variance between bins of equal size, corrected for chance; NaN for no variance."""
    number, total = len(outcome), float(((outcome - outcome.mean()) ** 2).sum())
    if total == 0:
        return math.nan
    which = np.minimum((ranks * bins / number).astype(int), bins - 1)
    count = np.bincount(which, minlength=bins)
    held = count > 0
    means = np.bincount(which, weights=outcome, minlength=bins)[held] / count[held]
    between = float((count[held] * (means - outcome.mean()) ** 2).sum())
    free = int(held.sum()) - 1
    within = (total - between) / (number - free - 1)
    return (between - free * within) / total


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 0, ties by their order: parameters drawn from a prior have hardly any."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks


def with_sources(frame: pd.DataFrame, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """The same with each parameter's text, unit, source and grade from the manifest; empty where it knows none."""
    known = manifest.get("parameters", {})
    about = [known.get(name, {}) for name in frame["parameter"]]
    return frame.assign(**{key: [one.get(key, "") for one in about] for key in ("text", "unit", "source", "grade")})
