"""The spread of a measure by month, whatever a folder keeps: what the pictures are drawn from.

A spread is a tidy frame with the columns lab, month, date, p5, p25, p50, p75, p95. Where it comes from:

- one point with its months: the quantiles over worlds, every month;
- whole trajectories: the quantiles over every world of every point, every month;
- several points: over every world of every point from the table of worlds, at the marked months (0, 12, 24, …); for
  what that table lacks, such as prices, the quantiles of the points' medians, which leave out luck within a point.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from computerace.analysis.columns import MARKET, QUANTILES, REST, ratio_months, require
from computerace.analysis.folder import Runs
from computerace.analysis.weights import averages, quantiles, weights_of
from computerace.market.errors import UserError, unknown
from computerace.observables import definition_of, ratio_of
from computerace.observables.outcomes import compute_column, ratio_column

COLUMNS = ("lab", "month", "date", "p5", "p25", "p50", "p75", "p95")
NAMES = dict(zip(QUANTILES, COLUMNS[3:], strict=True))
MONTHS, MARKED, MEDIANS = "months of worlds", "marked months of worlds", "the medians of the points"


def spread(runs: Runs, measure: str, owners: Sequence[str] | None = None) -> pd.DataFrame:
    """The spread of one measure: columns lab, month, date, p5, p25, p50, p75, p95.

    owners: labs, "Rest" or "Market"; by default every one that has the measure.
    Raises UserError for a measure that is unknown, or that this folder does not keep.
    """
    found = _of_worlds(runs, measure) if basis(runs, measure) == MARKED else _of_months(runs, measure)
    return found if owners is None else found[found["lab"].isin(list(owners))].reset_index(drop=True)


def basis(runs: Runs, measure: str) -> str:
    """Over what the spread is: MONTHS, MARKED or MEDIANS; raises UserError where the folder has none of them."""
    if runs.keeps_months(measure) and (not runs.many_points or runs.keeps_worlds):
        return MONTHS
    if definition_of(measure) is not None or ratio_of(measure) is not None:
        return MARKED
    if runs.keeps_months(measure):
        return MEDIANS
    if runs.steps is None:
        raise UserError('this folder keeps no months: run it with keep = "quantiles" or "steps"')
    raise unknown("measure", measure, [str(name) for name in runs.steps.columns])


def mean_shares(runs: Runs, definition: str = "owned", rivals: str = "three") -> pd.DataFrame:
    """Each owner's share of compute, the mean over worlds: columns lab, month, date, share; they add up to one.

    At the marked months (0, 12, 24, …). rivals: "three" for the labs alone, "all" with the rest of the market.
    """
    owners = [*runs.labs, REST] if rivals == "all" else runs.labs
    rows = []
    for month in ratio_months(runs.worlds):
        compute = _compute(runs, owners, definition, month)
        shares = averages(compute.div(compute.sum(axis=1), axis=0), weights_of(runs.worlds))
        rows += [(owner, month, runs.date(month), float(share)) for owner, share in zip(owners, shares, strict=True)]
    return pd.DataFrame(rows, columns=["lab", "month", "date", "share"])


def share_spread(runs: Runs, lab: str, definition: str = "owned", rivals: str = "three") -> pd.DataFrame:
    """The spread over worlds of one owner's share of compute, at the marked months."""
    owners = [*runs.labs, REST] if rivals == "all" else runs.labs
    rows = []
    for month in ratio_months(runs.worlds):
        compute = _compute(runs, owners, definition, month)
        rows.append(_row(runs, lab, month, compute[lab] / compute.sum(axis=1)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _compute(runs: Runs, owners: Sequence[str], definition: str, month: int) -> pd.DataFrame:
    """Each owner's compute in every world at a marked month, a column per owner."""
    names = [compute_column(owner, definition, month) for owner in owners]
    require(runs.worlds, names)
    return runs.worlds[names].set_axis(list(owners), axis=1)


def _of_worlds(runs: Runs, measure: str) -> pd.DataFrame:
    """From the table of worlds, at its marked months: compute of every owner, or the claimant's ratio."""
    claim, definition = ratio_of(measure), definition_of(measure)
    rows = []
    for owner in [runs.claimant] if definition is None else [*runs.labs, REST]:
        for month in ratio_months(runs.worlds):
            if claim is not None:
                name = ratio_column(*claim, month)
            else:
                assert definition is not None  # noqa: S101 - `basis` lets no other measure come here
                name = compute_column(owner, definition, month)
            require(runs.worlds, [name])
            rows.append(_row(runs, owner, month, runs.worlds[name]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(runs: Runs, lab: str, month: int, values: pd.Series) -> tuple[object, ...]:
    return (lab, month, runs.date(month), *quantiles(values, weights_of(runs.worlds), QUANTILES))


def _of_months(runs: Runs, measure: str) -> pd.DataFrame:
    """From the table of months: its quantiles, or quantiles over worlds or over the points' medians."""
    steps = runs.months(measure)
    steps = steps[steps[measure].notna()]
    keys = ["lab", "month", "date"]
    if "quantile" in steps.columns and not runs.many_points:
        wide = steps.pivot_table(index=keys, columns="quantile", values=measure, sort=False, observed=True)
    else:
        if "quantile" in steps.columns:
            steps = steps[steps["quantile"] == 0.5]
        found = steps.groupby(keys, sort=False, observed=True)[measure].quantile(np.array(QUANTILES))
        wide = found.unstack()  # noqa: PD010 - a series with one level per quantile
    return wide.rename(columns=NAMES).rename_axis(columns=None).reset_index()[list(COLUMNS)]


def market(runs: Runs, measure: str) -> pd.DataFrame:
    """The spread of a measure of the whole market."""
    return spread(runs, measure, [MARKET])
