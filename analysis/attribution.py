"""What each factor of the article accounts for: exact Shapley values over coalitions of mechanisms.

A coalition is the set of factors that are in the model; the others are neutral. With v(S) the outcome under coalition
S, factor i of n accounts for

    sum over S without i of  |S|! (n - |S| - 1)! / n!  * (v(S + i) - v(S))

(Shapley 1953, A value for n-person games; for parts of a model's output Owen 2014, SIAM/ASA Journal on Uncertainty
Quantification 2:245). All 2^n coalitions are run in the same worlds, so the values add up to v(all) - v(none) exactly,
world by world, and intervals come from resampling worlds.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.columns import require, require_finite
from computerace.analysis.intervals import bootstrap
from computerace.market.errors import UserError

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


def coalitions(factors: Sequence[str]) -> pd.DataFrame:
    """Every coalition: a row each, a column of True (in the model) or False (neutral) per factor."""
    return pd.DataFrame(list(product((False, True), repeat=len(factors))), columns=list(factors))


def neutral_mechanisms(present: Mapping[str, bool]) -> tuple[str, ...]:
    """The mechanisms that a coalition takes out; raises UserError for a factor that is none."""
    unknown = next((name for name in present if name not in FACTORS), None)
    if unknown is not None:
        raise UserError(f"there is no factor {unknown}; known: {', '.join(FACTORS)}")
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

    Columns: outcome, factor, value, low, high (95 %). The last row of an outcome has the factor "total": the difference
    between all factors in the model and none, which the values above it add up to.

    Raises UserError for a coalition or a world that is missing, or an outcome that is not finite.
    """
    require(outcomes, [*factors, "world", *names], "the table of coalitions")
    matrix = weights(len(factors))
    rows = []
    for name in names:
        per_world = matrix @ _by_coalition(outcomes, factors, name)
        per_world = np.vstack([per_world, per_world.sum(axis=0)])
        values, (low, high) = per_world.mean(axis=1), bootstrap(per_world.T, seed)
        for place, factor in enumerate((*factors, TOTAL)):
            rows.append((name, factor, values[place], low[place], high[place]))
    return pd.DataFrame(rows, columns=["outcome", "factor", "value", "low", "high"])


def _by_coalition(outcomes: pd.DataFrame, factors: Sequence[str], name: str) -> NDArray[np.float64]:
    """One outcome as (coalitions, worlds), in the order of `coalitions`."""
    require_finite(outcomes[name].astype(float), f"the outcome {name}")
    number = outcomes[list(factors)].to_numpy(dtype=bool) @ (1 << np.arange(len(factors))[::-1])
    table = pd.DataFrame({"coalition": number, "world": outcomes["world"], "value": outcomes[name].astype(float)})
    wide = table.pivot(index="coalition", columns="world", values="value").reindex(range(2 ** len(factors)))
    missing = wide.isna().any(axis=1)
    if missing.any():
        raise UserError(
            f"{int(missing.sum())} of {2 ** len(factors)} coalitions lack a world: attribution needs all of them in the"
            " same worlds"
        )
    return wide.to_numpy(dtype=float)


def ends(outcomes: pd.DataFrame, factors: Sequence[str], name: str) -> tuple[float, float]:
    """The mean of an outcome with none of the factors in the model, and with all of them."""
    present = outcomes[list(factors)].to_numpy(dtype=bool)
    values = outcomes[name].astype(float)
    return float(values[~present.any(axis=1)].mean()), float(values[present.all(axis=1)].mean())
