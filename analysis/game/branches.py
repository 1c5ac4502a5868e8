"""Along one lever: where the chance asked for is first reached, and how far its sampling error goes from there.

The chance is known on a grid from end to end of the lever. The root is the crossing of the chance asked for that lies
nearest to where the lever stands. Its interval is the stretch about the root, on the root's side of where the lever
stands, along which the chance stays between that asked for less and plus its sampling error: both ends belong to the
same branch as the root, whether the chance rises along it or falls.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]


class Levels(NamedTuple):
    """The chance asked for, and that less and plus its sampling error."""

    target: float
    low: float
    high: float


class Crossing(NamedTuple):
    """Places of the grid between which a chance is crossed; twice the same one: that place itself."""

    level: float
    start: int
    end: int


class Branch(NamedTuple):
    """Where the chance is reached, and both ends of its interval."""

    root: Crossing
    one_end: Crossing
    other_end: Crossing


def branch(grid: Floats, curve: Floats, levels: Levels, here: int) -> Branch | None:
    """The nearest branch on which the chance is reached, None for nowhere. here: where on the grid the lever stands."""
    last = len(grid) - 1
    if curve[here] == levels.target:
        below, above = range(here, -1, -1), range(here, last + 1)
        return Branch(Crossing(levels.target, here, here), _end(curve, below, levels), _end(curve, above, levels))
    root = _nearest(grid, curve - levels.target, here)
    if root is None:
        return None
    inner, outer = root
    step = outer - inner
    inwards = range(outer, here - step, -step)
    outwards = range(inner, last + 1 if step > 0 else -1, step)
    return Branch(Crossing(levels.target, *root), _end(curve, inwards, levels), _end(curve, outwards, levels))


def _nearest(grid: Floats, gap: Floats, here: int) -> tuple[int, int] | None:
    """The two neighbours between which the gap first changes sign on either side, the nearer side; inner one first."""
    found = []
    for step, last in ((-1, 0), (1, len(grid) - 1)):
        side = pairwise(range(here, last + step, step))
        crossed = next(((one, other) for one, other in side if np.sign(gap[one]) != np.sign(gap[other])), None)
        if crossed is not None:
            inner, outer = crossed
            part = gap[inner] / (gap[inner] - gap[outer])
            found.append((abs(grid[inner] + part * (grid[outer] - grid[inner]) - grid[here]), crossed))
    return min(found)[1] if found else None


def _end(curve: Floats, places: Sequence[int], levels: Levels) -> Crossing:
    """Where on its way along places the curve first leaves what the sampling error allows; the last place for never."""
    for inside, outside in pairwise(places):
        if not levels.low <= curve[outside] <= levels.high:
            level = levels.low if curve[outside] < levels.low else levels.high
            return Crossing(level, inside, outside)
    return Crossing(levels.target, places[-1], places[-1])
