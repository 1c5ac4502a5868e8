"""Weights of worlds: what figures that came later say of each; and shares and quantiles that respect them.

A table of worlds that was updated has the column `weight`, of mean 1 within each point; any other table has none, and
each of its worlds counts as one. So many equally weighted worlds tell as much as weighted ones (Kish 1965):

    n = (w_1 + … + w_N)^2 / (w_1^2 + … + w_N^2)
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from computerace.market.errors import UserError

WEIGHT = "weight"

type Floats = NDArray[np.float64]


def weights_of(worlds: pd.DataFrame) -> Floats | None:
    """The weights of a table of worlds, (worlds,); None where each counts as one."""
    return worlds[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in worlds.columns else None


def refuse_weighted(worlds: pd.DataFrame) -> None:
    """Raise UserError for a table of weighted worlds, where each would count as one."""
    if WEIGHT in worlds.columns:
        raise UserError("its worlds are weighted by figures; ask the folder that it came from")


def averages(values: ArrayLike, weights: Floats | None) -> Floats:
    """Means over the first axis, which is the worlds'."""
    return np.asarray(np.average(np.asarray(values, dtype=np.float64), axis=0, weights=weights))


def picks(weights: Floats) -> NDArray[np.intp]:
    """As many places as there are worlds, each as often as its weight says, to the nearest whole number; ascending.

    Systematic resampling from the middles of equal parts (Kitagawa 1996, doi:10.1080/10618600.1996.10474692).
    """
    up_to = np.cumsum(weights)
    wanted = (np.arange(len(weights)) + 0.5) / len(weights) * up_to[-1]
    return np.searchsorted(up_to, wanted)


def effective_number(weights: Floats) -> float:
    """How many equally weighted worlds tell as much as these."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def quantiles(values: ArrayLike, weights: Floats | None, levels: Sequence[float]) -> Floats:
    """Quantiles of values that are there; NaN where none is.

    Of equal weights they are NumPy's, with straight lines between the values.
    """
    given = np.asarray(values, dtype=np.float64)
    there = ~np.isnan(given)
    if not there.any():
        return np.full(len(levels), np.nan)
    if weights is None:
        return np.quantile(given[there], levels)
    return _weighted(given[there], weights[there], np.asarray(levels))


def _weighted(values: Floats, weights: Floats, levels: Floats) -> Floats:
    """Straight lines through the values at the middles of their weights, the least at 0 and the largest at 1."""
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    kept = weights > 0
    if not kept.any():
        return np.full(len(levels), np.nan)
    values, weights = values[kept], weights[kept]
    middle = np.cumsum(weights) - weights / 2
    span = middle[-1] - middle[0]
    place = (middle - middle[0]) / span if span > 0 else np.zeros(len(middle))
    return np.interp(levels, place, values)
