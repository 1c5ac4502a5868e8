"""Sobol' indices of an outcome with luck in it, by SALib's estimators, and how sure they are.

SALib takes one number for each point of Saltelli's design (first and total order: Saltelli et al. 2010,
doi:10.1016/j.cpc.2009.09.018; second order: Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1). Here it is the mean over
the point's worlds, which still holds luck. Two things are added.

**Luck is taken out of the indices.** A part of the variance of means over W worlds is what the parameters account for,
plus 1/W of what luck would add to it in a single world; this holds for every part (each is a mean of products of two
outcomes), and both where all points saw the same worlds and where each had its own. So

    part = (W × part in the means − mean over worlds of the part in that world alone) / (W − 1)

has no luck in it: it is the mean over all products of two *different* worlds. An index is such a part over the variance
from which luck was taken in the same way.

**Intervals know the design.** SALib's own interval resamples rows as if they were independent draws, and takes the
worlds for given. Here a jackknife leaves out blocks of consecutive base samples, each a balanced piece of the
low-discrepancy sequence, and, where all points saw the same worlds, another leaves out worlds; their variances are
added (what both hold is counted twice, so that intervals are rather too wide than too narrow). `between_designs` needs
no such argument: it compares designs that were drawn independently.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.errors import UserError

BLOCKS = 32  # groups of base samples that the jackknife leaves out in turn
LEAST_BASE = 8

type Array = NDArray[np.float64]
type Problem = Mapping[str, Any]
"""SALib's description of a design on the unit cube: num_vars, names, bounds."""


@dataclass(frozen=True)
class Indices:
    """Indices of one outcome, each array (indices,) in the order of `labels`.

    labels: (order, parameter, other) with order "first", "total" or "second". value: the index. base_error,
    worlds_error: its standard error by the number of base samples, and by the number of worlds that all points share.
    freedom: degrees of freedom of both together. base: base samples.
    """

    labels: tuple[tuple[str, str, str], ...]
    value: Array
    base_error: Array
    worlds_error: Array
    freedom: Array
    base: int

    @property
    def half_width(self) -> Array:
        """Half the 95 % interval, by Student's distribution."""
        from scipy.stats import t

        error = np.sqrt(self.base_error**2 + self.worlds_error**2)
        return np.asarray(t.ppf(0.975, np.maximum(self.freedom, 1.0)) * error)

    def frame(self) -> pd.DataFrame:
        """Columns order, parameter, other ("" but for second order), value, low, high."""
        half = self.half_width
        frame = pd.DataFrame(self.labels, columns=["order", "parameter", "other"])
        return frame.assign(value=self.value, low=self.value - half, high=self.value + half)


def block_size(parameters: int, second_order: bool) -> int:
    """How many points of Saltelli's design belong to one base sample."""
    return (2 if second_order else 1) * parameters + 2


def sobol(table: Array, problem: Problem, *, second_order: bool, crossed: bool) -> Indices:
    """Sobol' indices of one outcome.

    Parameters
    ----------
    table: (points, worlds), points in the order of SALib's design. problem: SALib's description of it. second_order:
    whether the design has the points for it. crossed: whether all points saw the same worlds.

    Raises UserError where the points are no whole Saltelli design or too few, where the outcome is the same at all of
    them, or where what differs between them cannot be told from luck.
    """
    width, (points, worlds) = int(problem["num_vars"]), table.shape
    block = block_size(width, second_order)
    base = points // block
    if points % block:
        raise UserError(f"{points} points are no Saltelli design: {width} parameters need a multiple of {block}")
    if base < LEAST_BASE:
        raise UserError(f"n = {base} base samples are too few for Sobol' indices; at least {LEAST_BASE} are needed")
    spread = float(np.std(table.mean(axis=1)))
    if spread <= 1e-12 * max(1.0, float(np.abs(table).max())):
        raise UserError(f"the outcome is {table.flat[0]:g} at every point: nothing accounts for it")
    blocks = ((table - table.mean(axis=0)) / spread).reshape(base, block, worlds)
    whole = _purged(blocks, width, second_order)
    left_out = _left_out_rows(blocks, width, second_order)
    freedom_rows = len(left_out) - 1
    if worlds > 1 and whole[0] <= 2 * _jackknife(left_out[:, :1])[0]:
        raise UserError(
            f"what differs between points cannot be told from the luck of {worlds} worlds per point:"
            f" run {4 * worlds} or more"
        )
    rows = _jackknife(left_out[:, 1:] / left_out[:, :1])
    columns = _worlds_error(blocks, width, second_order) if crossed and worlds > 2 else np.zeros_like(rows)
    freedom = _welch(rows, freedom_rows, columns, max(1, worlds - 1))
    return Indices(tuple(_labels(problem["names"], second_order)), whole[1:] / whole[0], rows, columns, freedom, base)


def _labels(names: Sequence[str], second_order: bool) -> list[tuple[str, str, str]]:
    labels = [("first", name, "") for name in names] + [("total", name, "") for name in names]
    if second_order:
        labels += [("second", one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    return labels


def _parts(blocks: Array, width: int, second_order: bool) -> tuple[Array, Array]:
    """The variance and its parts by SALib's estimators: (base, block, columns) to (columns,) and (indices, columns)."""
    from SALib.analyze.sobol import first_order, total_order
    from SALib.analyze.sobol import second_order as pair_order

    a, b = blocks[:, 0], blocks[:, -1]
    changed = [blocks[:, 1 + place] for place in range(width)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a world in which the outcome is the same at all points: its parts are 0
        found = [first_order(a, one, b) for one in changed] + [total_order(a, one, b) for one in changed]
        if second_order:
            back = [blocks[:, 1 + width + place] for place in range(width)]
            found += [
                pair_order(a, changed[one], changed[other], back[one], b)
                for one in range(width)
                for other in range(one + 1, width)
            ]
    variance = np.var(np.concatenate([a, b]), axis=0)
    return variance, np.asarray(found) * variance


def _purged(blocks: Array, width: int, second_order: bool) -> Array:
    """The variance, then its parts, without luck: (1 + indices,). As SALib has them where there is one world."""
    worlds = blocks.shape[2]
    columns = np.concatenate([blocks.mean(axis=2, keepdims=True), blocks], axis=2)
    variance, parts = _parts(columns, width, second_order)
    both = np.vstack([variance[None, :], parts])
    return both[:, 0] if worlds == 1 else _without_luck(both[:, 0], both[:, 1:].mean(axis=1), worlds)


def _without_luck(in_means: Array, in_worlds: Array, worlds: int) -> Array:
    return (worlds * in_means - in_worlds) / (worlds - 1)


def _left_out_rows(blocks: Array, width: int, second_order: bool) -> Array:
    """The variance and its parts with each block of consecutive base samples left out: (groups, 1 + indices)."""
    groups = np.array_split(np.arange(len(blocks)), min(BLOCKS, len(blocks)))
    return np.asarray([_purged(np.delete(blocks, group, axis=0), width, second_order) for group in groups])


def _worlds_error(blocks: Array, width: int, second_order: bool) -> Array:
    """Standard errors of the indices by leaving out worlds, three or more of them: (indices,)."""
    worlds = blocks.shape[2]
    mean = blocks.mean(axis=2, keepdims=True)
    columns = np.concatenate([(worlds * mean - blocks) / (worlds - 1), blocks], axis=2)
    variance, parts = _parts(columns, width, second_order)
    both = np.vstack([variance[None, :], parts])
    in_means, in_worlds = both[:, :worlds], both[:, worlds:]
    others = (in_worlds.sum(axis=1, keepdims=True) - in_worlds) / (worlds - 1)
    purged = _without_luck(in_means, others, worlds - 1)
    return _jackknife((purged[1:] / purged[0]).T)


def _jackknife(left_out: Array) -> Array:
    """Standard errors from estimates with one group left out each: (groups, things) to (things,)."""
    groups = len(left_out)
    return np.asarray(np.sqrt((groups - 1) / groups * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)))


def _welch(one: Array, freedom_one: int, other: Array, freedom_other: int) -> Array:
    """Welch and Satterthwaite's degrees of freedom of the sum of two variances (Welch 1947, Biometrika 34:28)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (one**2 + other**2) ** 2 / (one**4 / freedom_one + other**4 / freedom_other)
    return np.where(np.isfinite(found), found, float(freedom_one))


def between_designs(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Indices from designs that were drawn independently: their mean, and Student's 95 % interval from their spread.

    frames: of `Indices.frame`, with or without further columns that name the outcome. Raises UserError for fewer than
    two of them, and where they do not hold the same indices.
    """
    from scipy.stats import t

    count = len(frames)
    if count < 2:
        raise UserError("intervals between designs need two designs or more, drawn with different seeds")
    keys = [name for name in frames[0].columns if name not in ("value", "low", "high")]
    if any(set(frame.columns) != set(frames[0].columns) for frame in frames):
        raise UserError("the designs do not hold the same indices")
    groups = pd.concat(frames).groupby(keys, sort=False)["value"]
    if (groups.size() != count).any():
        raise UserError("the designs do not vary the same parameters, or not at the same months")
    mean = groups.mean()
    half = float(t.ppf(0.975, count - 1)) * groups.std() / math.sqrt(count)
    return pd.DataFrame({"value": mean, "low": mean - half, "high": mean + half}).reset_index()
