"""Twins: two scenarios in the same worlds, so that the luck they share drops out of the difference.

A difference is the mean over worlds of second - first, with a 95 % interval by the bootstrap over worlds; beside it its
spread between worlds, for a change may help in one world and harm in another. Flips are worlds in which the claim is
true in one of the two alone.
"""

from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.columns import require, require_finite
from computerace.analysis.intervals import bootstrap, paired_difference, wilson
from computerace.market.errors import UserError
from computerace.market.vocabulary import SPREAD

COLUMNS = ("month", "mean", "low", "high", "p5", "p50", "p95", "first", "second", "worlds")


def paired_by_month(pairs: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """The paired difference by month.

    Parameters
    ----------
    pairs: a row per month and world with the columns month, world, first and second: one measure in both scenarios.
    seed: of the bootstrap.

    Columns: COLUMNS. mean, low, high: of second - first over worlds; p5 to p95: its spread between worlds; first and
    second: the measure's medians; worlds: how many.

    Raises UserError where a value is not finite, or a world is missing in some month or there twice.
    """
    require(pairs, ["month", "world", "first", "second"], "the table of pairs")
    for name in ("first", "second"):
        require_finite(pairs[name], f"the measure in the {name} scenario")
    ordered = pairs.sort_values(["month", "world"], kind="stable")
    months, sizes = np.unique(ordered["month"].to_numpy(), return_counts=True)
    world, count = ordered["world"].to_numpy(), sizes[0]
    mixed = (sizes != count).any() or (world.reshape(-1, count) != world[:count]).any()
    if mixed or (np.diff(world[:count]) == 0).any():
        raise UserError("the scenarios did not run in the same worlds: their differences cannot be paired")
    first, second = (ordered[name].to_numpy(dtype=float).reshape(-1, count) for name in ("first", "second"))
    return _summary(months, first, second, seed)


def _summary(
    months: NDArray[np.int64], first: NDArray[np.float64], second: NDArray[np.float64], seed: int
) -> pd.DataFrame:
    """COLUMNS, from (months, worlds)."""
    difference = second - first
    low, high = bootstrap(difference.T, seed)
    spread = np.quantile(difference, SPREAD, axis=1)
    middle = [np.median(one, axis=1) for one in (first, second)]
    number = np.full(len(months), first.shape[1])
    values = (months, difference.mean(axis=1), low, high, *spread, *middle, number)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


class Flips(TypedDict):
    """How many worlds a change flips."""

    worlds: int
    both: int
    only_first: int
    only_second: int
    neither: int
    first: float
    first_interval: list[float]
    second: float
    second_interval: list[float]
    difference: float
    interval: list[float]


def flips(first: pd.Series, second: pd.Series, deadline: int) -> Flips:
    """How many worlds the change flips, from the claim's first months in both scenarios; one value per world each.

    Keys: worlds, both, only_first, only_second, neither; first and second, the probabilities, with first_interval and
    second_interval (Wilson); difference (second - first) and its 95 % interval, from the worlds that flip.
    """
    if len(first) != len(second) or not len(first):
        raise UserError(f"the scenarios have {len(first)} and {len(second)} worlds: they cannot be paired")
    before, after = first.to_numpy(dtype=float) <= deadline, second.to_numpy(dtype=float) <= deadline
    gained, lost, total = int((after & ~before).sum()), int((before & ~after).sum()), len(before)
    return {
        "worlds": total,
        "both": int((before & after).sum()),
        "only_first": lost,
        "only_second": gained,
        "neither": int((~before & ~after).sum()),
        "first": float(before.mean()),
        "first_interval": _wilson(before),
        "second": float(after.mean()),
        "second_interval": _wilson(after),
        "difference": (gained - lost) / total,
        "interval": list(paired_difference(gained, lost, total)),
    }


def _wilson(hits: NDArray[np.bool_]) -> list[float]:
    return [float(end) for end in wilson(int(hits.sum()), len(hits))]
