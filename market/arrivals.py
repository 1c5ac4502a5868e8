"""What is under way: amounts by the month in which they arrive, worlds last.

A schedule is large (45 MB for 4,096 worlds) and a month changes little of it, so it is the one kind of array that is
changed where it stands, by `enter` and `write` and by nothing else. Whoever wants two futures from one state
copies it first.
"""

import math
from functools import cache

import numpy as np

from computerace.market.arrays import Owners, Stock, Worlds, above, below


@cache
def _cells(shape: tuple[int, ...]) -> Stock:
    """Numbers of the cells of a month; to look at only."""
    numbers = np.arange(math.prod(shape), dtype=np.float64).reshape(shape)
    numbers.flags.writeable = False
    return numbers


def enter(schedule: Stock, month: int, delay: Stock, amount: Stock) -> None:
    """Add amounts to the months in which they arrive; what comes after the horizon goes into the last slot.

    Parameters
    ----------
    schedule: (months, owners, worlds), or (months, kinds, owners, worlds). month: the month that has been reached.
    delay: months until the arrival, rounded, at least one. amount: of the shape of a month of the schedule; the delay
    too, or (parts, …), where so much arrives several times.
    """
    ahead = below(above(np.rint(delay), 1.0), float(len(schedule) - 1 - month))
    ahead *= amount.size  # in floats, of which several are multiplied at once
    ahead += _cells(amount.shape)
    amounts = np.broadcast_to(amount, ahead.shape)
    flat = schedule[month:].reshape(-1)  # a view: schedules are made in one piece
    np.add.at(flat, ahead.astype(np.intp).reshape(-1), amounts.reshape(-1))  # one pass: `flat[…] += amount` takes two


def write(schedule: Owners, month: int, values: Worlds) -> Owners:
    """The schedule (months, worlds) with what came to be in a month; whoever comes by that month again writes the same."""
    schedule[month] = values
    return schedule


def written(schedule: Owners, months: Worlds) -> Worlds:
    """What was written of each world in a month of its own; schedule: (months, worlds); months: whole (worlds,)."""
    places = months * schedule.shape[-1]
    places += _cells(schedule.shape[1:])
    found: Worlds = schedule.reshape(-1).take(places.astype(np.intp))
    return found
