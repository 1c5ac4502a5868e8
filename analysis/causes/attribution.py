"""What each factor of the article accounts for: exact Shapley values over coalitions of mechanisms.

A coalition is the set of factors that are in the model; the others are neutral. With v(S) the outcome under coalition
S, factor i of n accounts for

    sum over S without i of  |S|! (n - |S| - 1)! / n!  * (v(S + i) - v(S))

(Shapley 1953, A value for n-person games; for parts of a model's output Owen 2014, SIAM/ASA Journal on Uncertainty
Quantification 2:245). All 2^n coalitions are run in the same worlds, so the values add up to v(all) - v(none), world by
world, and intervals come from resampling worlds. Two plainer figures stand beside each value: what the factor does
`alone`, v(i) - v(none), and `last`, v(all) - v(all but i); where the three differ, factors act through each other.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.columns import require, require_finite
from computerace.analysis.intervals import bootstrap, wilson
from computerace.market.errors import UserError, unknown

FACTORS: Mapping[str, tuple[str, ...]] = {
    "chip_scarcity": ("chips",),
    "cluster_complexity": ("clusters",),
    "energy": ("energy", "sites"),
    "preferred_access": ("access",),
    "software": ("software",),
    "researchers": ("talent",),
    "rivals_reaction": ("reaction",),
}
"""Each factor of the article, and the mechanisms that a scenario takes out for it."""

FACTOR_WORDS = {
    "chip_scarcity": "chip scarcity",
    "cluster_complexity": "cluster complexity",
    "energy": "energy and sites",
    "preferred_access": "preferred access",
    "software": "software",
    "researchers": "researchers",
    "rivals_reaction": "rivals' reaction",
}
TOTAL = "total"
COLUMNS = ("outcome", "factor", "value", "low", "high", "alone", "last")


def coalitions(factors: Sequence[str]) -> pd.DataFrame:
    """Every coalition: a row each, a column of True (in the model) or False (neutral) per factor."""
    return pd.DataFrame(list(product((False, True), repeat=len(factors))), columns=list(factors))


def neutral_mechanisms(present: Mapping[str, bool]) -> tuple[str, ...]:
    """The mechanisms that a coalition takes out; raises UserError for a factor that is none."""
    for name in present:
        if name not in FACTORS:
            raise unknown("factor", name, FACTORS)
    return tuple(mechanism for name, on in present.items() if not on for mechanism in FACTORS[name])


def weights(number: int) -> NDArray[np.float64]:
    """Shapley's weights as a matrix (factors, coalitions), coalitions in the order of `coalitions`."""
    present = coalitions([str(place) for place in range(number)]).to_numpy()
    size = present.sum(axis=1)
    joined = np.array([factorial(max(s - 1, 0)) * factorial(number - s) / factorial(number) for s in size])
    left = np.array([factorial(s) * factorial(max(number - s - 1, 0)) / factorial(number) for s in size])
    return np.where(present.T, joined, -left)


def shapley(outcomes: pd.DataFrame, factors: Sequence[str], names: Sequence[str], *, seed: int = 0) -> pd.DataFrame:
    """What each factor accounts for in the mean of each outcome.

    Parameters
    ----------
    outcomes: a row per coalition and world: a bool column per factor, `world`, and a column per outcome.
    factors: the columns of the factors. names: the columns of the outcomes. seed: of the bootstrap.

    Columns: COLUMNS; low and high are 95 %. The last row of an outcome has the factor "total": the difference between
    all factors in the model and none, which the values above it add up to.

    Raises UserError for a coalition or a world that is missing, or an outcome that is not finite.
    """
    require(outcomes, [*factors, "world", *names], "the table of coalitions")
    rows = []
    for name in names:
        by_coalition = _by_coalition(outcomes, factors, name)
        per_world = weights(len(factors)) @ by_coalition
        per_world = np.vstack([per_world, by_coalition[-1] - by_coalition[0]])
        low, high = _interval(per_world, outcomes[name], seed)
        alone, last = _ends_of_orders(by_coalition.mean(axis=1), len(factors))
        values = per_world.mean(axis=1)
        for place, factor in enumerate((*factors, TOTAL)):
            rows.append((name, factor, values[place], low[place], high[place], alone[place], last[place]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_coalition(outcomes: pd.DataFrame, factors: Sequence[str], name: str) -> NDArray[np.float64]:
    """One outcome as (coalitions, worlds), in the order of `coalitions`."""
    values = outcomes[name].astype(float)
    require_finite(values, f"the outcome {name}")
    number = outcomes[list(factors)].to_numpy(dtype=bool) @ (1 << np.arange(len(factors))[::-1])
    world = outcomes["world"].to_numpy()
    order, count = np.lexsort((world, number)), 2 ** len(factors)
    worlds = len(outcomes) // count
    whole = worlds * count == len(outcomes) and np.array_equal(number[order], np.repeat(np.arange(count), worlds))
    if not whole or (world[order].reshape(count, worlds) != world[order][:worlds]).any():
        raise UserError(f"attribution needs all {count} coalitions in the same worlds; some lack a world")
    return np.asarray(values, dtype=np.float64)[order].reshape(count, worlds)


def _interval(
    per_world: NDArray[np.float64], outcome: pd.Series, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 % intervals of the mean over worlds of (factors, worlds); where a yes or no never differed, Wilson's bound."""
    low, high = bootstrap(per_world.T, seed)
    if outcome.dtype.kind == "b":
        bound = float(wilson(0, per_world.shape[1])[1])
        never = np.abs(per_world).max(axis=1) < 1e-12  # rounding may leave some
        low[never], high[never] = -bound, bound
    return low, high


def _ends_of_orders(means: NDArray[np.float64], number: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What each factor changes as the first one that joins, and as the last one; then the total, twice."""
    bits = 1 << np.arange(number)[::-1]
    total = means[-1] - means[0]
    return np.append(means[bits] - means[0], total), np.append(means[-1] - means[len(means) - 1 - bits], total)


def ends(outcomes: pd.DataFrame, factors: Sequence[str], name: str) -> tuple[float, float]:
    """The mean of an outcome with none of the factors in the model, and with all of them."""
    present = outcomes[list(factors)].to_numpy(dtype=bool)
    values = outcomes[name].astype(float)
    return float(values[~present.any(axis=1)].mean()), float(values[present.all(axis=1)].mean())
