"""The claim's answer: definition × rivals × deadline, each with its probability, interval, first month and ratio.

The probability is the share of worlds in which the claimant exceeded its rivals in some month up to the deadline. Its
interval is Wilson's; where no world got there it is a bound, and `bound` says so. In a sweep several worlds share a
point's parameters (and several points a world's luck): the interval then counts effective worlds, by the parts of the
variance that `noise` finds.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from computerace.analysis.columns import (
    DEFINITIONS,
    RIVALS,
    first_month_column,
    horizon,
    ratio_column,
    ratio_months,
    require,
)
from computerace.analysis.intervals import wilson
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.sensitivity.noise import spread_of
from computerace.analysis.weights import effective_number, quantiles, weights_of
from computerace.market.errors import UserError
from computerace.market.vocabulary import SPREAD

COLUMNS = (
    "definition", "rivals", "deadline_months", "worlds", "effective_worlds", "reached", "probability", "low", "high",
    "bound", "first_month_p5", "first_month_p50", "first_month_p95", "ratio_p5", "ratio_p50", "ratio_p95",
)  # fmt: skip
PASSAGE_COLUMNS = ("month", "reached", "probability", "low", "high")
RARE = 1e-3  # below it plain worlds tell little, and importance splitting more
MOST_DECIMALS = 15  # of a percentage: what a number can hold
SAMPLED = ("none", "prior")  # the samplers by which points are drawn from what is known of the parameters


class Share(NamedTuple):
    """A share of worlds: those columns of COLUMNS.

    bound: whether no world, or every one, got there, or what did weighs less than the interval can tell from nothing.
    """

    worlds: int
    effective_worlds: float
    reached: int
    probability: float
    low: float
    high: float
    bound: bool


def claim_table(
    worlds: pd.DataFrame, deadlines: Iterable[int] | None = None, *, crossed: bool = True, by: Sequence[str] = ()
) -> pd.DataFrame:
    """The claim's answer, a row for each definition, rivals and deadline.

    Parameters
    ----------
    worlds: a row per world.
    deadlines: any months up to the horizon; each twelfth by default. Ratios exist at the run's marked months only.
    crossed: whether all points of a sweep saw the same worlds.
    by: columns, such as scenario, for each value of which the table is made.

    Columns: those of `by`, then COLUMNS. first_month_* are over the worlds that got there, NaN where none did; ratio_*
    are NaN at a deadline for which the run keeps no ratio.

    Raises UserError for a deadline beyond the run, or a column that is missing.
    """
    require(worlds, ["world", *by])
    months = _deadlines(worlds, deadlines)
    groups: Iterable[tuple[Any, pd.DataFrame]] = worlds.groupby(list(by), sort=False) if by else [((), worlds)]
    rows = [
        dict(zip(by, key, strict=True)) | _row(group, definition, rivals, month, crossed)
        for key, group in groups
        for rivals in RIVALS
        for definition in DEFINITIONS
        for month in months
    ]
    return pd.DataFrame(rows, columns=[*by, *COLUMNS])


def _deadlines(worlds: pd.DataFrame, given: Iterable[int] | None) -> list[int]:
    last = horizon(worlds)
    if given is None:
        return [month for month in ratio_months(worlds) if month]
    months = sorted(set(given))
    beyond = next((month for month in months if not 1 <= month <= last), None)
    if beyond is not None:
        raise UserError(f"a deadline must be from 1 to {last}, the last month of this run; got {beyond}")
    return months


def _row(worlds: pd.DataFrame, definition: str, rivals: str, deadline: int, crossed: bool) -> dict[str, Any]:
    name = first_month_column(definition, rivals)
    require(worlds, [name])
    first = worlds[name]
    hit = first <= deadline
    ratio = worlds.get(ratio_column(definition, rivals, deadline), pd.Series(dtype=float))
    weights = weights_of(worlds)
    months = quantiles(first[hit], None if weights is None else weights[hit.to_numpy()], SPREAD)
    ratios = quantiles(ratio, weights, SPREAD)
    values = share_of(worlds, hit, crossed)
    return dict(zip(COLUMNS, (definition, rivals, deadline, *values, *months, *ratios), strict=True))


def share_of(worlds: pd.DataFrame, hit: pd.Series, crossed: bool = True) -> Share:
    """The share of worlds in which something came true, with its interval; weighted, where worlds have weights."""
    total, weights = len(worlds), weights_of(worlds)
    there = hit.to_numpy(dtype=bool)
    counts = np.ones(total, dtype=bool) if weights is None else weights > 0
    reached = int((there & counts).sum())
    share = reached / total if weights is None else float(np.average(there, weights=weights))
    effective = effective_worlds(worlds, hit, crossed)
    low, high = map(float, wilson(share * effective, effective))
    bound = reached in (0, int(counts.sum())) or is_bound(share, low, high)
    return Share(total, effective, reached, share, low, high, bound)


def is_bound(share: float, low: float, high: float) -> bool:
    """Whether a share says no more than the end of its interval: rounded to what the interval bears it is 0 or 1."""
    return round(100 * share, borne(low, high)) in (0.0, 100.0)


def borne(low: float, high: float) -> int:
    """Decimals of a percentage that its 95 % interval bears: to the second figure of half its width."""
    half = 50 * (high - low)
    return max(0, 1 - math.floor(math.log10(half))) if half > 0 else MOST_DECIMALS


def effective_worlds(worlds: pd.DataFrame, hit: pd.Series, crossed: bool = True) -> float:
    """How many independent worlds would tell as much of a share as these do.

    All of them, or what their weights leave, where there is one point, or each world is its own. Where nothing or
    everything was hit, the parts of the variance are unknown, and each point counts once. Weights of mean 1 in each
    point make the share a mean of `share + weight (hit - share)`, whose parts of the variance are those of any other.
    """
    weights = weights_of(worlds)
    total = float(len(worlds)) if weights is None else effective_number(weights)
    share = float(np.average(hit, weights=weights))
    points = int(worlds["point"].nunique()) if "point" in worlds.columns else 1
    if points in (1, len(worlds)):
        return total
    if share in (0.0, 1.0):
        return min(float(points), total)
    values = hit.astype(float) if weights is None else share + weights * (hit.astype(float) - share)
    table = pd.DataFrame({"point": worlds["point"], "world": worlds["world"], "value": values})
    whole = table.pivot_table(index="point", columns="world", values="value").dropna().to_numpy(dtype=float)
    error = spread_of(whole, crossed).standard_error if len(whole) > 1 else 0.0
    return float(min(total, share * (1 - share) / error**2)) if error > 0 else total


def first_passage(
    worlds: pd.DataFrame, definition: str = "owned", rivals: str = "three", *, crossed: bool = True
) -> pd.DataFrame:
    """The probability that the claim has come true by each month from 0 to the horizon; columns PASSAGE_COLUMNS."""
    name = first_month_column(definition, rivals)
    require(worlds, [name])
    months = np.arange(horizon(worlds) + 1)
    first = worlds[name].to_numpy(dtype=float)
    reached = np.searchsorted(np.sort(first[~np.isnan(first)]), months, side="right")
    share = reached / len(first)
    weights = weights_of(worlds)
    if weights is not None:
        share = np.array([np.average(first <= month, weights=weights) for month in months])
    effective = effective_worlds(worlds, worlds[name].notna(), crossed)
    low, high = wilson(share * effective, effective)
    values = (months, reached, share, low, high)
    return pd.DataFrame(dict(zip(PASSAGE_COLUMNS, values, strict=True)))


def is_sample(manifest: Manifest) -> bool:
    """Whether a folder's points are drawn from the priors, so that a share of its worlds is a probability."""
    design = manifest.get("design")
    return design is None or design.get("sampler", {}).get("kind") in SAMPLED


def as_percent(share: float, decimals: int = MOST_DECIMALS) -> str:
    """A share as a percentage with two significant figures, and no more decimals than those."""
    if math.isnan(share):
        return "–"
    percent = 100 * share
    if percent == 0 or abs(percent) >= 10:
        return f"{percent:.{min(1, decimals)}f} %" if abs(percent) < 99.95 else f"{percent:.0f} %"
    return f"{percent:.{min(decimals, max(0, 1 - math.floor(math.log10(abs(percent)))))}f} %"


def probability_words(row: Mapping[Any, Any]) -> str:
    """A row's probability in words: with its interval, or as a bound where there is hardly more than that."""
    return chance_words(row["probability"], row["low"], row["high"])


def chance_words(share: float, low: float, high: float) -> str:
    """A share with its interval, in no more figures than that bears, or the interval's end where it is all there is."""
    if is_bound(share, low, high):
        return f"below {as_percent(high)}" if share < 0.5 else f"above {as_percent(low)}"
    middle, least, most = (as_percent(one, borne(low, high)) for one in (share, low, high))
    return f"{middle} ({least} to {most})"
