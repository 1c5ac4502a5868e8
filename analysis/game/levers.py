"""Where the claim's chance reaches a level, along one lever or several at once, for any function that plays worlds.

One lever is moved along a grid between its ends, all of it in the same worlds; the crossing nearest to where it stands
is found by Chandrupatla's method (scipy.optimize.elementwise, all levers at once). The interval is where the chance
that was asked for, less and plus its sampling error, is reached. Several levers are moved along rays from where they
stand, in units of their priors' spreads; the nearest point of all rays is the smallest joint change.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.intervals import Z_95
from computerace.market.errors import UserError

GRID = 9  # places along a lever, its ends among them
PRECISION = 0.005  # of the way between two places of the grid
FARTHEST = 6.0  # spreads that a joint change goes at most
DIRECTIONS = 5  # of a pair's quarter of a circle, its ends left out
TOLD = 10  # joint changes that are told

BREAK_EVEN = ("lever", "unit", "value", "at", "low", "high", "most", "where")
JOINT_CHANGES = ("levers", "values", "spreads", "distance")

type Floats = NDArray[np.float64]
type Change = dict[str, float]
type Chances = Callable[[Sequence[Change]], Floats]
"""The claim's chance under each of several changes, in the same worlds."""


@dataclass(frozen=True)
class Lever:
    """What may be moved. value: where it stands. low, high: how far it may go. spread: of its prior, in its own scale.

    logarithmic: whether it is moved by factors. near: of one that stands at 0 and is moved by factors beyond; None for
    one that is moved by steps.
    """

    name: str
    unit: str
    value: float
    low: float
    high: float
    logarithmic: bool
    spread: float | None = None
    near: float | None = None

    def place(self, value: float) -> float:
        """A value in the lever's own scale."""
        if self.near is not None:
            return float(np.arcsinh(value / self.near))
        return float(np.log(value)) if self.logarithmic else float(value)

    def at(self, place: float) -> float:
        """The value at a place of the scale, within the ends."""
        value = float(np.exp(place)) if self.logarithmic else float(place)
        if self.near is not None:
            value = self.near * float(np.sinh(place))
        return min(max(value, self.low), self.high)

    @property
    def ends(self) -> tuple[float, float]:
        """The ends in the lever's own scale."""
        return self.place(self.low), self.place(self.high)

    def moved(self, spreads: float) -> float:
        """The value so many spreads from where it stands, within the ends."""
        if self.spread is None:
            raise UserError(f"{self.name} has no prior: nothing says what a spread of it is")
        return self.at(self.place(self.value) + spreads * self.spread)


def break_even(levers: Sequence[Lever], chances: Chances, target: float, worlds: int) -> pd.DataFrame:
    """For each lever the value at which the chance is the target, as a frame with the columns BREAK_EVEN.

    value: where it stands. at: where the chance is reached, NaN where nowhere between its ends. low, high: its
    interval, to the lever's end where it has none. most: the largest chance that was found. where: and its value.
    """
    if not levers:
        return pd.DataFrame(columns=list(BREAK_EVEN))
    grids = [_grid(lever) for lever in levers]
    found = chances(
        [{lever.name: lever.at(place)} for lever, grid in zip(levers, grids, strict=True) for place in grid]
    )
    curves = found.reshape(len(levers), -1)
    noise = Z_95 * np.sqrt(target * (1.0 - target) / worlds)
    levels = (target, max(target - noise, 0.5 / worlds), min(target + noise, 1.0 - 0.5 / worlds))
    roots = _roots(levers, grids, curves, levels, chances)
    rows = []
    for lever, grid, curve, root in zip(levers, grids, curves, roots, strict=True):
        best = int(curve.argmax())
        told = (lever.at(root[0]), *_interval(lever, root)) if np.isfinite(root[0]) else (np.nan,) * 3
        rows.append((lever.name, lever.unit, lever.value, *told, float(curve[best]), lever.at(grid[best])))
    return pd.DataFrame(rows, columns=list(BREAK_EVEN))


def _interval(lever: Lever, root: Floats) -> tuple[float, float]:
    """Where less and where more than the chance is reached; where the lever stands, and its end, for nowhere."""
    here = lever.place(lever.value)
    end = lever.ends[1] if root[0] >= here else lever.ends[0]
    near = root[1] if np.isfinite(root[1]) else here
    far = root[2] if np.isfinite(root[2]) else end
    low, high = sorted((lever.at(float(near)), lever.at(float(far))))
    return low, high


def _grid(lever: Lever) -> Floats:
    """Places from end to end, where the lever stands among them."""
    low, high = lever.ends
    here = min(max(lever.place(lever.value), low), high)
    below, above = GRID // 2, GRID - GRID // 2
    return np.concatenate([np.linspace(low, here, below, endpoint=False), np.linspace(here, high, above)])


def _roots(
    levers: Sequence[Lever], grids: Sequence[Floats], curves: Floats, levels: Sequence[float], chances: Chances
) -> Floats:
    """Places at which each level is reached, nearest to where each lever stands, NaN for nowhere; (levers, levels)."""
    found = np.full((len(levers), len(levels)), np.nan)
    sought = []
    for number, (grid, curve) in enumerate(zip(grids, curves, strict=True)):
        for rank, level in enumerate(levels):
            bracket = _nearest_crossing(grid, curve - level)
            if bracket is not None:
                sought.append((number, rank, *bracket))
    if sought:
        numbers, which = (np.array([one[place] for one in sought]) for place in (0, 1))
        start, end = (np.array([one[place] for one in sought]) for place in (2, 3))
        names = [levers[number] for number in numbers]
        wanted = np.array([levels[one] for one in which])
        found[numbers, which] = solved(start, end, _along(names, chances), wanted)
    return found


def _along(levers: Sequence[Lever], chances: Chances) -> Callable[[Floats, NDArray[np.int64]], Floats]:
    """The chance at places along levers, by their numbers."""
    return lambda places, which: chances(
        [{levers[one].name: levers[one].at(float(place))} for place, one in zip(places, which, strict=True)]
    )


def _nearest_crossing(grid: Floats, gap: Floats) -> tuple[float, float] | None:
    """The two neighbouring places between which the gap changes sign, nearest to the middle of the grid."""
    crossings = np.flatnonzero(np.sign(gap[:-1]) != np.sign(gap[1:]))
    if not len(crossings):
        return None
    middle = GRID // 2
    nearest = int(crossings[np.abs(crossings + 0.5 - middle).argmin()])
    return float(grid[nearest]), float(grid[nearest + 1])


def solved(start: Floats, end: Floats, chance: Callable[[Floats, NDArray[np.int64]], Floats], wanted: Floats) -> Floats:
    """Places between two ends at which chances are as wanted; (n,). chance: of places and their numbers."""
    from scipy.optimize import elementwise

    def gap(places: Floats, numbers: Floats) -> Floats:
        which = numbers.astype(np.int64).ravel()
        return (chance(places.ravel(), which) - wanted[which]).reshape(places.shape)

    width = np.maximum(np.abs(end - start).min(), 1e-12)
    result = elementwise.find_root(
        gap, (start, end), args=(np.arange(len(start), dtype=np.float64),),
        tolerances={"xatol": PRECISION * width, "xrtol": 0.0, "fatol": 0.0}, maxiter=12,
    )  # fmt: skip
    return np.asarray(result.x, dtype=np.float64)


def joint_changes(
    levers: Sequence[Lever], chances: Chances, target: float, *, sizes: Sequence[int] = (2, 3)
) -> pd.DataFrame:
    """The smallest changes of several levers together that reach the chance: columns JOINT_CHANGES.

    levers: those that may be moved, with a prior. Each is moved the way that raises the chance. Rows: the nearest point
    of each set of levers, the smallest first; none where none reaches it within FARTHEST spreads.
    """
    able = [lever for lever in levers if lever.spread]
    if len(able) < min(sizes):
        return pd.DataFrame(columns=list(JOINT_CHANGES))
    signs = _ways(able, chances)
    sets = [some for size in sizes for some in combinations(range(len(able)), size)]
    rays = [(some, direction) for some in sets for direction in _directions(len(some))]
    if not rays:
        return pd.DataFrame(columns=list(JOINT_CHANGES))

    def change(number: int, length: float) -> Change:
        some, direction = rays[number]
        return {
            able[one].name: able[one].moved(signs[one] * length * part)
            for one, part in zip(some, direction, strict=True)
        }

    far = chances([change(number, FARTHEST) for number in range(len(rays))])
    reach = np.flatnonzero(far >= target)
    if not len(reach):
        return pd.DataFrame(columns=list(JOINT_CHANGES))

    def along(places: Floats, which: NDArray[np.int64]) -> Floats:
        return chances([change(int(reach[one]), float(at)) for at, one in zip(places, which, strict=True)])

    ends = np.zeros(len(reach)), np.full(len(reach), FARTHEST)
    lengths = solved(*ends, along, np.full(len(reach), target))
    rows: dict[tuple[int, ...], tuple[list[str], Change, Change, float]] = {}
    for number, length in sorted(zip(reach, lengths, strict=True), key=lambda one: one[1]):
        some, direction = rays[number]
        spreads = {able[one].name: float(signs[one] * length * part) for one, part in zip(some, direction, strict=True)}
        rows.setdefault(some, (list(spreads), change(int(number), float(length)), spreads, float(length)))
    return pd.DataFrame(list(rows.values())[:TOLD], columns=list(JOINT_CHANGES))


def _ways(levers: Sequence[Lever], chances: Chances) -> Floats:
    """For each lever the way that raises the chance: 1 or -1."""
    up, down = (chances([{lever.name: lever.moved(way * FARTHEST / 2)} for lever in levers]) for way in (1, -1))
    return np.where(up >= down, 1.0, -1.0)


def _directions(size: int) -> list[Floats]:
    """Directions of unit length in which every one of so many levers is moved."""
    angles = np.linspace(0.0, np.pi / 2, DIRECTIONS + 2)[1:-1]
    if size == 2:
        return [np.array([np.cos(angle), np.sin(angle)]) for angle in angles]
    return [
        np.array([np.sin(polar) * np.cos(angle), np.sin(polar) * np.sin(angle), np.cos(polar)])
        for polar, angle in product(angles[::2], repeat=2)
    ]


def chance_map(levers: Sequence[Lever], chances: Chances, size: int) -> pd.DataFrame:
    """The chance over one lever or two, each from end to end: a column by the name of each, and chance."""
    places = [np.linspace(*lever.ends, size) for lever in levers]
    values = [[lever.at(place) for place in some] for lever, some in zip(levers, places, strict=True)]
    grid = list(product(*values))
    found = chances([dict(zip((one.name for one in levers), point, strict=True)) for point in grid])
    return pd.DataFrame(grid, columns=[one.name for one in levers]).assign(chance=found)
