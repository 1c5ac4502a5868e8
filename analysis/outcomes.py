"""The two outcomes that analyses explain: the log ratio of the claimant to its rivals, and whether the claim came true.

The log ratio is a number for every world, so that it says much from few worlds; the claim is a yes or no that most
worlds answer alike. What moves the one mostly moves the other, but it need not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from computerace.analysis.columns import first_month_column, horizon, ratio_column, ratio_months, require
from computerace.market.errors import UserError

LOG_RATIO = "log_ratio"
PROBABILITY = "probability"


def outcome_words(name: str, claimant: str) -> str:
    """What an outcome is called: "Log of xAI / rivals", or the probability; another claim has the name it came with."""
    return {LOG_RATIO: f"Log of {claimant} / rivals", PROBABILITY: "Probability of the claim"}.get(name, name)


class Own(NamedTuple):
    """A claim of one's own as an outcome: its name, its deadline, and the column that says whether it came true."""

    name: str
    month: int
    column: str


@dataclass(frozen=True)
class Outcome:
    """One outcome at one month: its name, the month, and its value in each world (a row of the table of worlds)."""

    name: str
    month: int
    values: pd.Series


def log_ratio(worlds: pd.DataFrame, definition: str, rivals: str, month: int) -> pd.Series:
    """The natural log of the claimant's compute over its rivals' at one of the run's marked months.

    Raises UserError where the table has no such column, or a ratio has no logarithm: an analysis would not say so.
    """
    name = ratio_column(definition, rivals, month)
    if name not in worlds.columns:
        months = ", ".join(str(one) for one in ratio_months(worlds, definition, rivals))
        raise UserError(f"the table of worlds has no ratio at month {month}; it has {months}")
    ratio = worlds[name]
    bad = ~(np.isfinite(ratio) & (ratio > 0))
    if bad.any():
        row = ratio.index[bad][0]
        raise UserError(
            f"{name} has no logarithm in {int(bad.sum())} of {len(ratio)} worlds, first {ratio[row]} in row {row}"
        )
    return np.log(ratio).rename(f"{LOG_RATIO}_{month}")


def came_true(worlds: pd.DataFrame, definition: str, rivals: str, month: int) -> pd.Series:
    """Whether the claim came true by any month up to the horizon: 1 or 0, whose mean is its probability."""
    name = first_month_column(definition, rivals)
    require(worlds, [name])
    last = horizon(worlds)
    if not 1 <= month <= last:
        raise UserError(f"a deadline must be from 1 to {last}, the last month of this run; got {month}")
    return (worlds[name] <= month).astype(float).rename(f"{PROBABILITY}_{month}")


def outcomes(worlds: pd.DataFrame, definition: str, rivals: str, own: Sequence[Own] = ()) -> Iterator[Outcome]:
    """Both outcomes at each of the run's marked months after the first, then claims of one's own."""
    months = [month for month in ratio_months(worlds, definition, rivals) if month]
    for month in months:
        yield Outcome(LOG_RATIO, month, log_ratio(worlds, definition, rivals, month))
    for month in months:
        yield Outcome(PROBABILITY, month, came_true(worlds, definition, rivals, month))
    for one in own:
        yield Outcome(one.name, one.month, worlds[one.column].astype(float).rename(one.column))
