"""Where the claim's chance reaches a level, along one lever or several at once, for any function that plays worlds.

One lever is moved along a grid between its ends, all of it in the same worlds; the crossing nearest to where it stands
is found by Chandrupatla's method (scipy.optimize.elementwise, all levers at once). The interval is the stretch about it
(`branches`) along which the chance stays within the sampling error of what was asked for. Several levers are moved
along rays from where they stand, in units of their priors' spreads; the nearest point of all rays is the smallest joint
change.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.game.branches import Branch, Levels, branch
from computerace.analysis.intervals import Z_95
from computerace.market.errors import UserError

GRID = 9  # places along a lever, its ends among them
HERE = GRID // 2  # that of them at which the lever stands
PRECISION = 0.005  # of the way between two places of the grid
FARTHEST = 6.0  # spreads that a joint change goes at most
DIRECTIONS = 5  # of a pair's quarter of a circle, its ends left out
MOST_NAMED = 1e15  # worlds that are named as needed

BREAK_EVEN = ("lever", "unit", "value", "at", "low", "high", "present", "least", "most", "where")
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


def refuse_unresolved(target: float, worlds: int) -> None:
    """Raise UserError where so many worlds cannot tell the chance from none at all, or from certainty."""
    needed = 1.0 / min(target, 1.0 - target)
    if worlds < needed * (1.0 - 1e-9):
        raise UserError(
            f"{worlds:,} worlds are too few for a chance of {100 * target:.15g} %: it is less than one of them from"
            f" none or all; take at least {min(np.ceil(needed * (1.0 - 1e-9)), MOST_NAMED):,.0f} worlds"
        )


def break_even(levers: Sequence[Lever], chances: Chances, target: float, worlds: int) -> pd.DataFrame:
    """For each lever the value at which the chance is the target, as a frame with the columns BREAK_EVEN.

    value: where it stands. at: where the chance is reached, rising or falling to it; NaN where nowhere between its
    ends. low, high: its interval, on the same side, to the lever's end where it has none. present: the chance where the
    lever stands. least, most: the smallest and the largest chance that were found. where: and the largest one's value.
    Raises UserError where the worlds cannot resolve the chance.
    """
    refuse_unresolved(target, worlds)
    if not levers:
        return pd.DataFrame(columns=list(BREAK_EVEN))
    grids = [_grid(lever) for lever in levers]
    found = chances(
        [{lever.name: lever.at(place)} for lever, grid in zip(levers, grids, strict=True) for place in grid]
    )
    curves = found.reshape(len(levers), -1)
    noise = Z_95 * np.sqrt(target * (1.0 - target) / worlds)
    levels = Levels(target, max(target - noise, 0.5 / worlds), min(target + noise, 1.0 - 0.5 / worlds))
    branches = [branch(grid, curve, levels, HERE) for grid, curve in zip(grids, curves, strict=True)]
    roots = _roots(levers, grids, branches, chances)
    rows = []
    for lever, grid, curve, root in zip(levers, grids, curves, roots, strict=True):
        best = int(curve.argmax())
        seen = float(curve[HERE]), float(curve.min()), float(curve[best])
        rows.append((lever.name, lever.unit, lever.value, *_told(lever, root), *seen, lever.at(grid[best])))
    return pd.DataFrame(rows, columns=list(BREAK_EVEN))


def _told(lever: Lever, root: Floats) -> tuple[float, float, float]:
    """The value and its interval, which holds it whatever the roots' tolerance; NaN for nowhere."""
    if np.isnan(root[0]):
        return np.nan, np.nan, np.nan
    at, *ends = (lever.at(float(place)) for place in root)
    return at, min(at, *ends), max(at, *ends)


def _grid(lever: Lever) -> Floats:
    """Places from end to end, where the lever stands among them."""
    low, high = lever.ends
    here = min(max(lever.place(lever.value), low), high)
    below, above = HERE, GRID - HERE
    return np.concatenate([np.linspace(low, here, below, endpoint=False), np.linspace(here, high, above)])


def _roots(
    levers: Sequence[Lever], grids: Sequence[Floats], branches: Sequence[Branch | None], chances: Chances
) -> Floats:
    """Places of each branch's root and of both ends of its interval, NaN for no branch; (levers, 3)."""
    found = np.full((len(levers), len(Branch._fields)), np.nan)
    sought = [(number, crossing) for number, some in enumerate(branches) for crossing in some or ()]
    if sought:
        start = np.array([grids[number][one.start] for number, one in sought])
        end = np.array([grids[number][one.end] for number, one in sought])
        wanted = np.array([one.level for _, one in sought])
        along = _along([levers[number] for number, _ in sought], chances)
        found[[some is not None for some in branches]] = solved(start, end, along, wanted).reshape(-1, found.shape[1])
    return found


def _along(levers: Sequence[Lever], chances: Chances) -> Callable[[Floats, NDArray[np.int64]], Floats]:
    """The chance at places along levers, by their numbers."""
    return lambda places, which: chances(
        [{levers[one].name: levers[one].at(float(place))} for place, one in zip(places, which, strict=True)]
    )


def solved(start: Floats, end: Floats, chance: Callable[[Floats, NDArray[np.int64]], Floats], wanted: Floats) -> Floats:
    """Places between two ends at which chances are as wanted, each to PRECISION of the way between its ends; (n,).

    chance: of places and their numbers. Where both ends are the same it is that place; where the chance crosses
    nothing between them when it is asked again (worlds may fail under further changes), it is the second end.
    """
    from scipy.optimize import elementwise

    apart = np.flatnonzero(start != end)
    found = end.astype(np.float64)
    if not len(apart):
        return found

    def gap(parts: Floats, numbers: Floats) -> Floats:
        which = numbers.astype(np.int64).ravel()
        along = parts.ravel()
        places = start[which] * (1.0 - along) + end[which] * along
        return (chance(places, which) - wanted[which]).reshape(parts.shape)

    result = elementwise.find_root(
        gap, (np.zeros(len(apart)), np.ones(len(apart))), args=(apart.astype(np.float64),),
        tolerances={"xatol": PRECISION, "xrtol": 0.0, "fatol": 0.0}, maxiter=12,
    )  # fmt: skip
    parts = np.where(np.isnan(result.x), 1.0, result.x)
    found[apart] = start[apart] * (1.0 - parts) + end[apart] * parts
    return found


def joint_changes(
    levers: Sequence[Lever], chances: Chances, target: float, *, sizes: Sequence[int] = (2, 3)
) -> pd.DataFrame:
    """The smallest changes of several levers together that reach the chance: columns JOINT_CHANGES.

    levers: those that may be moved, with a prior. Each is moved the way that raises the chance. Rows: the nearest point
    of each set of levers, the smallest first; at a distance of 0 where it is enough to hold them where they stand. None
    where none reaches it within FARTHEST spreads, and where the chance is there without any change.
    """
    able = [lever for lever in levers if lever.spread]
    if len(able) < min(sizes) or chances([{}])[0] >= target:
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

    near, far = (chances([change(number, length) for number in range(len(rays))]) for length in (0.0, FARTHEST))
    reach = np.flatnonzero((near >= target) | (far >= target))

    def along(places: Floats, which: NDArray[np.int64]) -> Floats:
        return chances([change(int(reach[one]), float(at)) for at, one in zip(places, which, strict=True)])

    ends = np.where(near[reach] >= target, 0.0, FARTHEST)
    lengths = solved(np.zeros(len(reach)), ends, along, np.full(len(reach), target))
    rows: dict[tuple[int, ...], tuple[list[str], Change, Change, float]] = {}
    for number, length in sorted(zip(reach, lengths, strict=True), key=lambda one: one[1]):
        some, direction = rays[number]
        spreads = {able[one].name: float(signs[one] * length * part) for one, part in zip(some, direction, strict=True)}
        rows.setdefault(some, (list(spreads), change(int(number), float(length)), spreads, float(length)))
    return pd.DataFrame(list(rows.values()), columns=list(JOINT_CHANGES))


def _ways(levers: Sequence[Lever], chances: Chances) -> Floats:
    """For each lever the way that raises the chance: 1 or -1.

    One that does the same both ways by itself is tried beside the others, moved theirs; then 1 where it still does.
    """
    ways = _leaning(levers, chances, {})
    tied = np.flatnonzero(ways == 0.0)
    if 0 < len(tied) < len(levers):
        beside = {one.name: one.moved(way * FARTHEST / 2) for one, way in zip(levers, ways, strict=True) if way}
        ways[tied] = _leaning([levers[int(one)] for one in tied], chances, beside)
    return np.where(ways >= 0.0, 1.0, -1.0)


def _leaning(levers: Sequence[Lever], chances: Chances, beside: Change) -> Floats:
    """The way of each lever that does more beside a change: 1 or -1, 0 where both do the same."""
    up, down = (chances([beside | {one.name: one.moved(way * FARTHEST / 2)} for one in levers]) for way in (1, -1))
    return np.sign(up - down)


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
