"""Array types and the few helpers that keep results equal to the bit for any number of worlds.

Worlds are the last axis of every array. Sums over owners go row by row in a fixed order, because NumPy's own
reductions choose another order of additions when there is a single world; powers go through exp and log, because
a scalar exponent takes another path than an array exponent.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from computerace.market.watching import note

type Worlds = NDArray[np.float64]
"""Shape (worlds,): one number per world."""

type Owners = NDArray[np.float64]
"""Shape (owners, worlds): one row per lab, the rest of the market last."""

type Stock = NDArray[np.float64]
"""Shape (generations, owners, worlds): a stock of chips by generation, in H100e."""

TINY = 1e-12


def over_owners(rows: Owners | Sequence[Worlds]) -> Worlds:
    """Sum (owners, worlds) over the owners, row by row in order; returns (worlds,)."""
    added: Owners = np.asarray(rows)
    if added.shape[-1] > 1:
        total: Worlds = np.add.reduce(added, axis=0)
        return total
    running: Owners = np.add.accumulate(added, axis=0)  # in order, as a reduction of a single world is not
    return running[-1]


def added(first: Owners, second: Owners, *others: Owners) -> Owners:
    """The sum, from left to right, in one array of its own; the first two fill its shape."""
    total: Owners = first + second
    for one in others:
        total += one
    return total


def over_others(rows: Owners) -> Owners:
    """For each owner the sum over all others, never by taking its own from a total: small ones keep their digits."""
    before, after = np.zeros_like(rows), np.zeros_like(rows)
    for row in range(1, len(rows)):
        np.add(before[row - 1], rows[row - 1], out=before[row])
        np.add(after[-row], rows[-row], out=after[-1 - row])
    before += after
    return before


def maximum_over_owners(rows: Owners | Sequence[Worlds]) -> Worlds:
    """Largest value over the owners; (owners, worlds) to (worlds,)."""
    largest: Worlds = np.maximum.reduce(rows, axis=0)
    return largest


def bounded(values: Worlds | float, low: Worlds | float, high: Worlds | float, name: str = "") -> Worlds:
    """The values cut to low … high; quicker than NumPy's clip on short arrays.

    name: of the bound, where its function has several; `computerace bounds` counts how often it cuts.
    """
    note(values, low, high, name)
    found: Worlds = np.maximum(values, low)
    return np.minimum(found, high, out=found)


def at_most(values: Worlds | float, high: Worlds | float, name: str = "") -> Worlds:
    """The values cut from above; a bound like those of `bounded`."""
    note(values, -np.inf, high, name)
    found: Worlds = np.minimum(values, high)
    return found


def at_least(values: Worlds | float, low: Worlds | float, name: str = "") -> Worlds:
    """The values cut from below; a bound like those of `bounded`."""
    note(values, low, np.inf, name)
    found: Worlds = np.maximum(values, low)
    return found


def power(base: Owners, exponent: Owners | Worlds | float) -> Owners:
    """base ** exponent for a base that is not negative, with 0 ** x = 0 for x > 0; broadcasts."""
    logs = exponent * np.log(above(base, TINY))
    return np.exp(logs, out=logs)


def ratio(part: Owners, whole: Owners | Worlds) -> Owners:
    """part / whole, and 0 where the whole is 0; broadcasts."""
    found = above(whole, TINY)
    return np.divide(part, found, out=found if np.shape(part) == found.shape else None)


def near_log(part: Owners, whole: Owners | Worlds) -> Owners:
    """2 (part - whole) / (part + whole): the log of their ratio where both are near, and never beyond 2 either way.

    0 where both are 0; broadcasts.
    """
    return 2.0 * (part - whole) / above(part + whole, TINY)


def above(values: Owners, least: float) -> Owners:
    """The values, `least` at least: NumPy compares two arrays four times as fast as an array with a number."""
    return np.maximum(values, _everywhere(least, values.shape))


def below(values: Owners, most: float) -> Owners:
    """The values, `most` at most; as quick as `above`."""
    return np.minimum(values, _everywhere(most, values.shape))


@lru_cache(maxsize=64)
def _everywhere(value: float, shape: tuple[int, ...]) -> Owners:
    """One number in every cell; to look at only."""
    cells = np.full(shape, value)
    cells.flags.writeable = False
    return cells
