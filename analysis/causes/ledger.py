"""Who was bound by what: which of chips, power, sites, cash, people and goodput stood in each lab's way, and when.

A share is that of worlds in which the cause was the lab's largest loss in a month; with "none" a lab's shares of a
month sum to one. Nothing has bound anybody in month 0.
"""

from collections.abc import Sequence

import pandas as pd

from computerace.analysis.columns import require, require_steps
from computerace.analysis.weights import averages, weights_of
from computerace.market.errors import UserError
from computerace.market.vocabulary import ALL_CAUSES, CAUSES
from computerace.observables import BOUND
from computerace.observables.outcomes import bound_column

COLUMNS = ("lab", "month", "date", "cause", "share")


def bound_by_month(steps: pd.DataFrame | None, labs: Sequence[str]) -> pd.DataFrame:
    """The share of worlds in which each cause bound each lab, month by month; columns COLUMNS.

    steps: a run's table of months, of quantiles (each of which holds a share of worlds) or of worlds; points weigh the
    same. Raises UserError where the folder keeps no months, or not what bound whom.
    """
    names = [BOUND[cause].name for cause in CAUSES]
    table = require_steps(steps, names)
    rows = table[table["lab"].isin(list(labs)) & (table["month"] > 0)]
    require(rows, names, "the table of the labs' months")
    keys = ["lab", "month", "date"]
    shares = rows.groupby(keys, sort=False, observed=True)[names].mean()
    shares.columns = pd.Index(CAUSES)
    shares = _with_none(shares).reset_index()
    return shares.melt(keys, var_name="cause", value_name="share")[list(COLUMNS)]


def bound_by_span(table: pd.DataFrame, months: int = 12) -> pd.DataFrame:
    """The same in spans of months: columns lab, from_month, to_month, cause, share, means over the span's months."""
    require(table, COLUMNS, "the ledger")
    if months < 1:
        raise UserError(f"a span must be at least 1 month; got {months}")
    span = (table["month"] - 1) // months
    keys = [table["lab"], span.rename("span"), table["cause"]]
    found = table.groupby(keys, sort=False)["share"].mean().reset_index()
    last = int(table["month"].max())
    found.insert(1, "from_month", found["span"] * months + 1)
    found.insert(2, "to_month", (found.pop("span") * months + months).clip(upper=last))
    return found


def bound_overall(worlds: pd.DataFrame, labs: Sequence[str]) -> pd.DataFrame:
    """The share of all months in which each cause bound each lab, from a run's worlds: columns lab, cause, share."""
    names = [bound_column(lab, cause) for lab in labs for cause in ALL_CAUSES]
    require(worlds, names)
    weights, bound = weights_of(worlds), worlds[names]
    means = iter(bound.mean().tolist() if weights is None else averages(bound, weights).tolist())
    rows = [(lab, cause, next(means)) for lab in labs for cause in ALL_CAUSES]
    return pd.DataFrame(rows, columns=["lab", "cause", "share"])


def _with_none(shares: pd.DataFrame) -> pd.DataFrame:
    """With the share of worlds in which nothing bound."""
    return shares.assign(none=(1.0 - shares.sum(axis=1)).clip(lower=0.0))
