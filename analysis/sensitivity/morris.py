"""Morris's elementary effects of an outcome with luck in it: a cheap screening of many parameters, by SALib.

An elementary effect is what the outcome changes by when one parameter crosses its whole range, judged from one step
(Morris 1991, doi:10.1080/00401706.1991.10484804); its mean size over trajectories is mu* (Campolongo et al. 2007,
doi:10.1016/j.envsoft.2006.10.004). A mean of sizes never averages luck away, so that a parameter without any effect has
a mu* above zero: beside each stands the size that luck alone would give.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from computerace.analysis.sensitivity.sobol import Array, Problem
from computerace.market.errors import UserError

RESAMPLES = 500
LEAST_TRAJECTORIES = 4
COLUMNS = ("parameter", "value", "low", "high", "mean", "spread", "luck")


def morris(table: Array, unit: Array, problem: Problem, *, levels: int, crossed: bool, seed: int = 0) -> pd.DataFrame:
    """Elementary effects of one outcome, the largest first.

    Parameters
    ----------
    table: (points, worlds). unit: (points, parameters), their places in [0, 1]. problem: SALib's description.
    levels: of the design's grid. crossed: whether all points saw the same worlds. seed: of SALib's resampling of
    trajectories.

    Columns: parameter, value (mu*, in units of the outcome over the parameter's whole range), low, high (95 %), mean
    (mu, with its sign), spread (sigma: interaction or curvature), luck (the value that luck alone would give; NaN with
    one world per point).

    Raises UserError where the points are no whole trajectories or too few, or the outcome is the same at all of them.
    """
    names = list(problem["names"])
    length, points = len(names) + 1, len(table)
    if points % length:
        raise UserError(f"{points} points are no Morris design: {len(names)} parameters need a multiple of {length}")
    if points // length < LEAST_TRAJECTORIES:
        raise UserError(
            f"n = {points // length} trajectories are too few for elementary effects; at least {LEAST_TRAJECTORIES}"
        )
    means = table.mean(axis=1)
    if np.ptp(means) <= 1e-12 * max(1.0, float(np.abs(table).max())):
        raise UserError(f"the outcome is {means[0]:g} at every point: nothing accounts for it")
    from SALib.analyze import morris as analysis

    found = analysis.analyze(
        dict(problem), unit, means, num_levels=levels, num_resamples=RESAMPLES, seed=np.random.default_rng([seed, 1])
    )
    value, half = np.asarray(found["mu_star"], dtype=float), np.asarray(found["mu_star_conf"], dtype=float)
    frame = pd.DataFrame({
        "parameter": names,
        "value": value,
        "low": value - half,
        "high": value + half,
        "mean": np.asarray(found["mu"], dtype=float),
        "spread": np.asarray(found["sigma"], dtype=float),
        "luck": _luck(table, unit, length, crossed),
    })  # fmt: skip
    return frame.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _luck(table: Array, unit: Array, length: int, crossed: bool) -> Array:
    """The mean size of an elementary effect that luck alone would give, by parameter.

    The difference of two means over W worlds has the variance of the worlds' differences over W, or where each point
    had its own worlds the sum of both variances over W; a normal variable's mean size is sqrt(2 / pi) of its deviation.
    """
    worlds = table.shape[1]
    if worlds < 2:
        return np.full(length - 1, np.nan)
    outcome, place = table.reshape(-1, length, worlds), unit.reshape(-1, length, length - 1)
    if crossed:
        variance = np.diff(outcome, axis=1).var(axis=2, ddof=1)
    else:
        within = outcome.var(axis=2, ddof=1)
        variance = within[:, 1:] + within[:, :-1]
    step = np.diff(place, axis=1)
    which, size = np.abs(step).argmax(axis=2), np.abs(step).max(axis=2)
    effect = np.sqrt(2 * variance / (math.pi * worlds)) / size
    count = np.bincount(which.ravel(), minlength=length - 1)
    return np.asarray(np.bincount(which.ravel(), effect.ravel(), minlength=length - 1) / count)


def drowned(frame: pd.DataFrame) -> Sequence[str]:
    """The parameters whose effect is no larger than twice what luck alone would give."""
    return list(frame.loc[frame["value"] < 2 * frame["luck"], "parameter"])
