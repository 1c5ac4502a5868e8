"""How much of an outcome's spread is due to the points of a design, and how much to the luck of worlds.

Two layouts. Crossed: every point saw the same worlds (common random numbers), so that

    y(point, world) = mean + point + luck of the world + their interaction        (two-way random effects, no replicate)

and nested: each point had worlds of its own, so that luck and interaction cannot be told apart. Variances by the
method of moments (Searle, Casella and McCulloch 1992, Variance Components, chapters 3 and 4).
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.errors import UserError


@dataclass(frozen=True)
class Spread:
    """The parts of a variance; `interaction` is 0 where luck is nested, for then it is counted with luck.

    points, worlds: how many of each. mean: over all. crossed: whether all points saw the same worlds.
    """

    mean: float
    parameters: float
    luck: float
    interaction: float
    points: int
    worlds: int
    crossed: bool

    @property
    def total(self) -> float:
        """The variance of one world at one point."""
        return self.parameters + self.luck + self.interaction

    @property
    def parameters_share(self) -> float:
        """The part of the variance that the parameters which were varied account for."""
        return self.parameters / self.total if self.total > 0 else math.nan

    @property
    def noise_in_points(self) -> float:
        """The part of the variance between points' means that is luck: what more worlds per point would take away."""
        noise = (self.interaction if self.crossed else self.luck) / self.worlds
        between = self.parameters + noise
        return noise / between if between > 0 else math.nan

    @property
    def standard_error(self) -> float:
        """Of the mean over all, points being a sample of the parameters' distribution."""
        shared = self.luck / self.worlds if self.crossed else self.luck / (self.points * self.worlds)
        return math.sqrt(self.parameters / self.points + shared + self.interaction / (self.points * self.worlds))


def spread_of(values: NDArray[np.float64], crossed: bool) -> Spread:
    """The parts of the variance of `values`, shape (points, worlds); a part that comes out negative is 0.

    With one world per point, or one point, its whole variance is put down to the parameters, or to luck.
    """
    points, worlds = values.shape
    mean = float(values.mean())
    if worlds == 1 or points == 1:
        variance = float(values.var(ddof=1)) if values.size > 1 else 0.0
        return Spread(mean, variance * (points > 1), variance * (points == 1), 0.0, points, worlds, crossed)
    by_point = values.mean(axis=1)
    of_points = worlds * float(by_point.var(ddof=1))
    if not crossed:
        within = float(values.var(axis=1, ddof=1).mean())
        return Spread(mean, max(0.0, (of_points - within) / worlds), within, 0.0, points, worlds, crossed)
    by_world = values.mean(axis=0)
    of_worlds = points * float(by_world.var(ddof=1))
    rest = values - by_point[:, None] - by_world[None, :] + mean
    left = float((rest**2).sum()) / ((points - 1) * (worlds - 1))
    parameters, luck = max(0.0, (of_points - left) / worlds), max(0.0, (of_worlds - left) / points)
    return Spread(mean, parameters, luck, left, points, worlds, crossed)


def by_point(worlds: pd.DataFrame, values: pd.Series, points: int | None = None) -> NDArray[np.float64]:
    """An outcome as (points, worlds), points ascending.

    Raises UserError where a point is missing, or some point lost a world: an analysis of the design would be wrong.
    """
    table = pd.DataFrame({"point": worlds["point"], "world": worlds["world"], "value": values})
    wide = table.pivot_table(index="point", columns="world", values="value", aggfunc="first")
    expected = len(wide) if points is None else points
    missing = sorted(set(range(expected)) - set(wide.index))
    if missing:
        raise UserError(
            f"point {missing[0]} of the design has no worlds ({len(missing)} such points): see failures.parquet"
        )
    lost = wide.isna().any(axis=1)
    if lost.any():
        raise UserError(
            f"point {wide.index[lost][0]} of the design lost a world ({int(lost.sum())} such points):"
            " see failures.parquet"
        )
    return wide.to_numpy(dtype=float)
