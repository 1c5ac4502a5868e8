"""Twins: two scenarios in the same worlds, so that the luck they share drops out of the difference.

A month's difference is the mean over worlds of second - first, with a 95 % interval by the bootstrap over worlds; beside
it the spread of the difference between worlds. Flips are worlds in which the claim is true in one of the two alone.
"""

from typing import Any

import numpy as np
import pandas as pd

from computerace.analysis.columns import require, require_finite
from computerace.analysis.intervals import bootstrap, paired_difference
from computerace.market.errors import UserError

COLUMNS = ("month", "mean", "low", "high", "p5", "p50", "p95", "first", "second")


def paired_by_month(pairs: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """The paired difference by month.

    Parameters
    ----------
    pairs: a row per month and world with the columns month, world, first, second: one measure in both scenarios.
    seed: of the bootstrap.

    Columns: COLUMNS. mean, low, high: of second - first over worlds; p5 to p95: its spread between worlds; first and
    second: the measure's medians.
    """
    require(pairs, ["month", "world", "first", "second"], "the table of pairs")
    for name in ("first", "second"):
        require_finite(pairs[name], f"the measure in the {name} scenario")
    first, second = (pairs.pivot(index="month", columns="world", values=name) for name in ("first", "second"))
    if first.isna().to_numpy().any() or second.isna().to_numpy().any():
        raise UserError("the scenarios did not run in the same worlds and months: their differences cannot be paired")
    difference = second - first
    low, high = bootstrap(difference.to_numpy(dtype=float).T, seed)
    spread = difference.quantile([0.05, 0.5, 0.95], axis=1).to_numpy()
    values = (
        difference.index,
        difference.mean(axis=1),
        low,
        high,
        *spread,
        first.median(axis=1),
        second.median(axis=1),
    )
    return pd.DataFrame(dict(zip(COLUMNS, (np.asarray(one) for one in values), strict=True)))


def flips(first: pd.Series, second: pd.Series, deadline: int) -> dict[str, Any]:
    """How many worlds the change flips, from the claim's first months in both scenarios; one value per world each.

    Keys: worlds, both, only_first, only_second, neither, difference (second - first) and its 95 % interval.
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
        "difference": (gained - lost) / total,
        "interval": list(paired_difference(gained, lost, total)),
    }
