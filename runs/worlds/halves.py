"""The one way to find who fails in a batch: try it whole, then its halves, down to single worlds."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.errors import UserError

FAILS = (Exception, SystemExit)  # what code of one's own may end a world with: no world ends the program

type Rows = NDArray[np.intp]


class Tried[R](NamedTuple):
    """What came of rows: those that went through with what they gave, in order, and single rows with their error."""

    done: list[tuple[Rows, R]]
    failed: list[tuple[int, BaseException]]


def by_halves[R](attempt: Callable[[Rows], R], rows: Rows, caught: tuple[type[BaseException], ...] = FAILS) -> Tried[R]:
    """Try the rows together, or their halves where that raises `caught`, until who fails is alone.

    Raises UserError as it comes: a mistake in what was asked for is in no world, and halving it would not find it.
    """
    if not len(rows):
        return Tried([], [])
    try:
        return Tried([(rows, attempt(rows))], [])
    except UserError:
        raise
    except caught as error:
        if len(rows) == 1:
            return Tried([], [(int(rows[0]), error)])
    half = len(rows) // 2
    one, other = by_halves(attempt, rows[:half], caught), by_halves(attempt, rows[half:], caught)
    return Tried(one.done + other.done, one.failed + other.failed)
