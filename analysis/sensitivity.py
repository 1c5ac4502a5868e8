"""Which parameters account for the spread of the answer: Sobol' indices and Morris's elementary effects over time.

SALib computes both (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018; Campolongo et al. 2007,
doi:10.1016/j.envsoft.2006.10.004), from means over each point's worlds. Three things are added, for SALib answers zero
for every index, without a word, when one outcome is NaN; knows no noise; and does not say when a sample is too small:

- an outcome that is missing, not finite or the same at all points is refused, by name;
- the noise of the worlds is told apart from the parameters' part (`noise.Spread`). Where each point had worlds of its
  own, the noise that is left in the points' means is taken out of the indices: first order S / (1 - noise), total order
  (S - noise) / (1 - noise). Where all points saw the same worlds it cancels in the estimators' differences;
- intervals that are too wide give a warning with the runs that it would take to mend them.

SALib's own interval resamples rows as if they were independent, which a low-discrepancy design is not. `between_designs`
gives intervals from designs that were drawn independently.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.columns import require, require_finite
from computerace.analysis.noise import Spread, by_point, spread_of
from computerace.market.errors import UserError

WIDE = 0.1  # half-width of an interval beyond which an index is called uncertain
RESAMPLES = 200
STUDENT_95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}

type Problem = Mapping[str, Any]
"""SALib's description of a design on the unit cube: num_vars, names, bounds."""


@dataclass(frozen=True)
class Indices:
    """The result for one outcome.

    first, total: frames parameter, value, half_width (95 %). second: parameter, other, value, half_width; None where
    the design has none. spread: parts of the variance. base: base samples. notes: warnings for the reader.
    """

    first: pd.DataFrame
    total: pd.DataFrame
    second: pd.DataFrame | None
    spread: Spread
    base: int
    notes: tuple[str, ...]


def sobol(
    worlds: pd.DataFrame, values: pd.Series, problem: Problem, *, second_order: bool, crossed: bool, seed: int = 0
) -> Indices:
    """Sobol' indices of one outcome of a Saltelli design.

    Parameters
    ----------
    worlds: a row per point and world, with point numbered as the design drew them. values: the outcome, a row for each.
    problem: SALib's description. second_order: whether the design has the points for it. crossed: whether all points
    saw the same worlds.

    Raises UserError for an outcome that is missing, not finite or constant, and a design that is not whole.
    """
    require(worlds, ["point", "world"])
    require_finite(values, f"the outcome {values.name}")
    block = (2 if second_order else 1) * int(problem["num_vars"]) + 2
    table = by_point(worlds, values)
    if len(table) % block:
        raise UserError(
            f"the design has {len(table)} points, which is no multiple of {block}: it is no Saltelli design"
        )
    points = table.mean(axis=1)
    if np.ptp(points) <= 1e-12 * max(1.0, float(np.abs(points).max())):
        raise UserError(
            f"the outcome {values.name} is the same at every point ({points[0]:g}): nothing accounts for it"
        )
    independent = np.sort(np.concatenate([np.arange(0, len(points), block), np.arange(block - 1, len(points), block)]))
    spread = spread_of(table[independent], crossed)
    found = _salib_sobol(problem, points, second_order, seed)
    noise = 0.0 if crossed or math.isnan(spread.noise_in_points) else min(spread.noise_in_points, 0.95)
    first = _frame(problem, found["S1"] / (1 - noise), found["S1_conf"] / (1 - noise))
    total = _frame(problem, (found["ST"] - noise) / (1 - noise), found["ST_conf"] / (1 - noise))
    second = _second(problem, found, noise) if second_order else None
    base = len(points) // block
    notes = (*_width_notes(first, total, base, block * table.shape[1]), *_noise_notes(spread))
    return Indices(first, total, second, spread, base, notes)


def _salib_sobol(problem: Problem, points: NDArray[np.float64], second_order: bool, seed: int) -> Any:
    from SALib.analyze import sobol as analysis

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what SALib warns of has been refused above
        return analysis.analyze(
            dict(problem), points, calc_second_order=second_order, num_resamples=RESAMPLES, seed=seed + 1
        )


def _frame(problem: Problem, values: NDArray[np.float64], half: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame({"parameter": list(problem["names"]), "value": values, "half_width": half})


def _second(problem: Problem, found: Any, noise: float) -> pd.DataFrame:
    names = list(problem["names"])
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    rows = [
        (names[i], names[j], found["S2"][i, j] / (1 - noise), found["S2_conf"][i, j] / (1 - noise)) for i, j in pairs
    ]
    return pd.DataFrame(rows, columns=["parameter", "other", "value", "half_width"])


def _width_notes(first: pd.DataFrame, total: pd.DataFrame, base: int, runs_per_base: int) -> list[str]:
    """A warning where the widest interval is too wide, with the runs that would bring it to WIDE."""
    both = pd.concat([first, total])
    widest = both.loc[both["half_width"].idxmax()]
    half = float(widest["half_width"])
    if half <= WIDE:
        return []
    needed = 1 << math.ceil(math.log2(base * (half / WIDE) ** 2))
    return [
        f"the sample is too small: {base} base samples leave ±{half:.2f} on the index of {widest['parameter']}; for"
        f" ±{WIDE:g} grow the design to n = {needed}, which is {(needed - base) * runs_per_base:,} more runs"
    ]


def _noise_notes(spread: Spread) -> list[str]:
    """A warning where luck makes up too much of what differs between the points' means."""
    if spread.worlds == 1:
        return ["one world per point: the parameters' part cannot be told from luck; give worlds_per_point = 8 or more"]
    noise = spread.noise_in_points
    if math.isnan(noise) or noise <= WIDE:
        return []
    more = math.ceil(spread.worlds * noise / (1 - noise) * (1 - WIDE) / WIDE)
    return [
        f"{noise:.0%} of what differs between points is luck that {spread.worlds} worlds per point have not averaged"
        f" out; {max(more, spread.worlds + 1)} would bring it to {WIDE:.0%}"
    ]


def morris(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    values: pd.Series,
    problem: Problem,
    *,
    levels: int,
    crossed: bool,
    seed: int = 0,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Morris's elementary effects of one outcome, over the whole range of each parameter.

    points: a row per point with the columns unit.PARAMETER. Columns of the result: parameter, mu_star (mean size of the
    effect), half_width (95 %), mu (its mean), sigma (its spread: interaction or curvature), noise (the mean size that
    luck alone would give; an effect no larger than that is none).
    """
    require_finite(values, f"the outcome {values.name}")
    names = list(problem["names"])
    require(points, [f"unit.{name}" for name in names], "the table of points")
    table = by_point(worlds, values, len(points))
    unit = points.sort_values("point")[[f"unit.{name}" for name in names]].to_numpy(dtype=float)
    means = table.mean(axis=1)
    if np.ptp(means) <= 1e-12 * max(1.0, float(np.abs(means).max())):
        raise UserError(f"the outcome {values.name} is the same at every point ({means[0]:g}): nothing accounts for it")
    from SALib.analyze import morris as analysis

    found = analysis.analyze(
        dict(problem), unit, means, num_levels=levels, num_resamples=RESAMPLES, seed=np.random.default_rng(seed + 1)
    )
    result = pd.DataFrame(
        {
            "parameter": names,
            "mu_star": np.asarray(found["mu_star"], dtype=float),
            "half_width": np.asarray(found["mu_star_conf"], dtype=float),
            "mu": np.asarray(found["mu"], dtype=float),
            "sigma": np.asarray(found["sigma"], dtype=float),
            "noise": _luck_in_effects(table, unit, crossed),
        }
    )
    unclear = result["mu_star"] < 2 * result["noise"]
    notes = (
        (f"{int(unclear.sum())} of {len(names)} effects are within twice what luck alone gives: more worlds per point",)
        if unclear.any() and table.shape[1] > 1
        else ()
    )
    return result, notes


def _luck_in_effects(table: NDArray[np.float64], unit: NDArray[np.float64], crossed: bool) -> NDArray[np.float64]:
    """The mean size of an elementary effect that luck alone would give, by parameter; NaN with one world per point."""
    worlds, width = table.shape[1], unit.shape[1]
    result = np.full(width, np.nan)
    if worlds < 2:
        return result
    steps = np.diff(unit, axis=0)
    for place in range(width):
        rows = np.flatnonzero((np.abs(steps[:, place]) > 0) & ((np.abs(steps) > 0).sum(axis=1) == 1))
        if crossed:
            variance = (table[rows + 1] - table[rows]).var(axis=1, ddof=1)
        else:
            variance = table[rows + 1].var(axis=1, ddof=1) + table[rows].var(axis=1, ddof=1)
        size = np.abs(steps[rows, place])
        result[place] = float((np.sqrt(2 * variance / (math.pi * worlds)) / size).mean())
    return result


def between_designs(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Indices from designs that were drawn independently: their mean, and Student's 95 % interval from their spread."""
    if len(frames) < 2:
        raise UserError("intervals between designs need two designs or more, drawn with different seeds")
    keys = [name for name in frames[0].columns if name not in ("value", "half_width")]
    groups = pd.concat(frames).groupby(keys, sort=False)["value"]
    if (groups.size() != len(frames)).any():
        raise UserError("the designs do not vary the same parameters, or not at the same months")
    half = STUDENT_95.get(len(frames) - 1, 2.1) * groups.std() / math.sqrt(len(frames))
    return pd.DataFrame({"value": groups.mean(), "half_width": half}).reset_index()
