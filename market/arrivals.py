"""What is under way: amounts by the month in which they arrive, worlds last.

A schedule is large (45 MB for 4,096 worlds) and a month changes little of it, so it is the one kind of array that is
changed where it stands, by `enter` and by nothing else. Whoever wants two futures from one state
copies it first.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import Stock, above, below


@cache
def _cells(shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Numbers of the cells of a month; to look at only."""
    numbers = np.arange(math.prod(shape), dtype=np.intp).reshape(shape)
    numbers.flags.writeable = False
    return numbers


def enter(schedule: Stock, month: int, delay: Stock, amount: Stock) -> None:
    """Add amounts to the months in which they arrive; what comes after the horizon goes into the last slot.

    Parameters
    ----------
    schedule: (months, owners, worlds), or (months, kinds, owners, worlds). month: the month that has been reached.
    delay: months until the arrival, rounded, at least one; amount: both of the shape of a month of the schedule.
    """
    last = len(schedule) - 1
    slot = below(month + above(np.rint(delay), 1.0), last).astype(np.intp)
    places = slot * amount.size
    places += _cells(amount.shape)
    flat = schedule.reshape(-1)  # a view: schedules are made in one piece
    np.add.at(flat, places.reshape(-1), amount.reshape(-1))  # one pass, where `flat[places] += amount` takes two
