"""Which parameters matter most in any run whose parameters were drawn, with no design made for it.

For each parameter: the rank correlation with the outcome (its direction), and the share of the outcome's variance that
it accounts for alone, a first-order Sobol' index from the given data: the variance between the outcome's means in bins
of the parameter, less what bins of pure noise would show (Plischke, Borgonovo and Smith 2013, European Journal of
Operational Research 226:536; the correction is Kelley's epsilon squared, 1935, PNAS 21:554).

Where several worlds share a point's parameters, the means of points are explained, and luck is taken out of the
variance that shares are of. Where each world has parameters of its own (a plain race), luck cannot be told apart:
shares are then of all that differs between worlds, and so the smaller.

Hundreds of parameters are judged at once, so that some look important by chance. `chance` is the share that the
luckiest of that many parameters without any effect would hardly reach (5 %).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.columns import require, require_finite
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.weights import refuse_weighted
from computerace.market.errors import UserError

LEAST_POINTS = 100
LEAST_KEPT = 0.02  # of the variance between points that is no luck, below which nothing is left to be shared out
GROUPS = 20  # of points, which the jackknife leaves out in turn
COLUMNS = ("parameter", "share", "low", "high", "chance", "correlation", "points")

type Array = NDArray[np.float64]


def importance(
    worlds: pd.DataFrame, values: pd.Series, parameters: Sequence[str], *, luck: float | None = None
) -> pd.DataFrame:
    """How much each parameter accounts for alone, the largest first.

    Parameters
    ----------
    worlds: a row per world with the parameters' columns, and point where several worlds share a point's parameters.
    values: the outcome, a row for each. parameters: numeric columns. luck: the part of the variance between points'
    means that is luck (`noise.Spread.noise_in_points`), taken out of what shares are of; 0 where it is not given.

    Columns: parameter, share (of the outcome's variance, alone), low and high (95 %, by a jackknife over groups of
    points), chance (see above), correlation (Spearman's), points.

    Raises UserError where a column is missing, an outcome is not finite, always the same or nothing but luck, or points
    are too few.
    """
    refuse_weighted(worlds)
    require(worlds, parameters)
    require_finite(values, f"the outcome {values.name}")
    table, outcome = _points(worlds, values, parameters)
    count, bins = len(outcome), min(20, max(5, len(outcome) // 100))
    if count < LEAST_POINTS:
        raise UserError(
            f"{count} points are too few to say which parameters matter; at least {LEAST_POINTS} are needed"
        )
    if np.ptp(outcome) <= 1e-12 * max(1.0, float(np.abs(outcome).max())):
        raise UserError(f"the outcome is {outcome[0]:g} at every point: nothing accounts for it")
    kept = 1 - (luck or 0.0)
    if kept < LEAST_KEPT:
        raise UserError(f"{luck:.0%} of what differs between points is luck: run more worlds per point")
    ranks, group = _ranks(outcome), np.arange(count) % GROUPS
    rows = []
    for name in parameters:
        column = table[name].to_numpy(dtype=float)
        share, half = explained(_bins(column, bins), outcome, group)
        correlation = float(np.corrcoef(_ranks(column), ranks)[0, 1])
        rows.append((name, share / kept, (share - half) / kept, (share + half) / kept, correlation))
    frame = pd.DataFrame(rows, columns=["parameter", "share", "low", "high", "correlation"])
    frame = frame.assign(chance=_chance(bins, count, len(parameters)) / kept, points=count)[list(COLUMNS)]
    return frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def _points(worlds: pd.DataFrame, values: pd.Series, parameters: Sequence[str]) -> tuple[pd.DataFrame, Array]:
    """The parameters and the mean outcome of each point, or of each world where each has parameters of its own."""
    if "point" not in worlds.columns or worlds["point"].nunique() < 2:
        return worlds[list(parameters)], values.to_numpy(dtype=float)
    point = worlds["point"]
    means = values.groupby(point).mean()
    first = ~point.duplicated()
    table = worlds.loc[first, ["point", *parameters]].set_index("point").loc[means.index]
    return table, means.to_numpy(dtype=float)


def explained(which: NDArray[np.intp], outcome: Array, group: NDArray[np.intp]) -> tuple[float, float]:
    """The share of variance between bins, corrected for chance, and half its 95 % interval.

    which: the bin of each outcome. group: the group with which the jackknife leaves it out.
    """
    from scipy.stats import t

    bins, groups = int(which.max()) + 1, int(group.max()) + 1
    place, size, centred = which * groups + group, bins * groups, outcome - outcome.mean()
    count, total, squares = (
        np.bincount(place, weights=weights, minlength=size).reshape(bins, groups)
        for weights in (np.ones_like(centred), centred, centred**2)
    )
    whole = _epsilon_squared(count.sum(axis=1), total.sum(axis=1), squares.sum())
    left = np.array([_epsilon_squared(*_without(one, count, total, squares)) for one in range(groups)])
    error = np.sqrt((groups - 1) / groups * ((left - left.mean()) ** 2).sum())
    return whole, float(t.ppf(0.975, groups - 1) * error)


def _without(group: int, count: Array, total: Array, squares: Array) -> tuple[Array, Array, float]:
    """The sums in each bin with a group of points left out."""
    return (
        count.sum(axis=1) - count[:, group],
        total.sum(axis=1) - total[:, group],
        float(squares.sum() - squares[:, group].sum()),
    )


def _epsilon_squared(count: Array, total: Array, squares: float) -> float:
    held = count > 0
    number = float(count.sum())
    between_all = squares - total.sum() ** 2 / number
    between = float((total[held] ** 2 / count[held]).sum() - total.sum() ** 2 / number)
    free = int(held.sum()) - 1
    within = (between_all - between) / (number - free - 1)
    return float((between - free * within) / between_all)


def _chance(bins: int, points: int, parameters: int) -> float:
    """The share that the luckiest of so many parameters without effect stays below with a probability of 95 %."""
    from scipy.stats import chi2

    return float((chi2.ppf(0.95 ** (1 / parameters), bins - 1) - (bins - 1)) / points)


def _bins(column: Array, bins: int) -> NDArray[np.intp]:
    """Bins of equal size by rank; each value its own where there are no more values than bins."""
    values, code = np.unique(column, return_inverse=True)
    if len(values) <= bins:
        return np.asarray(code, dtype=np.intp)
    return np.minimum((_ranks(column) * bins / len(column)).astype(np.intp), bins - 1)


def _ranks(values: Array) -> Array:
    """Ranks from 0, ties by their order: parameters drawn from a prior have hardly any."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks


def with_sources(frame: pd.DataFrame, manifest: Manifest) -> pd.DataFrame:
    """The same with each parameter's text, unit, source and grade from the manifest; empty where it knows none."""
    known = manifest.get("parameters", {})
    about: list[Mapping[str, Any]] = [known.get(name, {}) for name in frame["parameter"]]
    return frame.assign(**{key: [one.get(key, "") for one in about] for key in ("text", "unit", "source", "grade")})
