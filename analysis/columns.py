"""The columns of a run's tables: what they are called, how they are found, and what is said where one is missing.

`worlds`: a row per world, with the columns point, [scenario,] world, one per drawn or varied parameter under its dotted
name, and the outcomes of `computerace.observables.outcomes`.
`steps`: tidy months, with point, month, date, quantile (or world), lab, and one column per measure.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from computerace.analysis.manifest_form import Manifest
from computerace.market.errors import UserError
from computerace.market.vocabulary import (
    CAUSES,
    DEADLINE_MONTHS,
    DEFINITIONS,
    MARKET,
    NEUTRAL_PREFIX,
    QUANTILES,
    REST,
    RIVAL_WORDS,
    RIVALS,
    UNIT_PREFIX,
)
from computerace.observables.outcomes import first_month_column, marked_months, ratio_column

__all__ = [
    "CAUSES",
    "DEADLINE_MONTHS",
    "DEFINITIONS",
    "HEADLINE",
    "MARKET",
    "QUANTILES",
    "REST",
    "RIVALS",
    "RIVAL_WORDS",
    "first_month_column",
    "ratio_column",
]

HEADLINE = ("owned", "three")


def ratio_months(worlds: pd.DataFrame, definition: str = "owned", rivals: str = "three") -> list[int]:
    """The months at which a table of worlds holds the ratio, ascending; raises UserError where it holds none."""
    found = marked_months({str(name) for name in worlds.columns}, definition, rivals)
    if not found:
        raise UserError(
            f"the table of worlds has no column {ratio_column(definition, rivals, DEADLINE_MONTHS)}: it is no run's"
        )
    return found


def horizon(worlds: pd.DataFrame) -> int:
    """The run's last month, from the columns of its ratios."""
    return ratio_months(worlds)[-1]


def require(frame: pd.DataFrame, names: Iterable[str], what: str = "the table of worlds") -> None:
    """Raise UserError where a frame lacks a column, or has no rows."""
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise UserError(
            f"{what} lacks the column {missing[0]}" + (f" and {len(missing) - 1} more" * (len(missing) > 1))
        )
    if frame.empty:
        raise UserError(f"{what} is empty")


def require_steps(steps: pd.DataFrame | None, measures: Iterable[str]) -> pd.DataFrame:
    """The table of months if it is there and has the measures; raises UserError that says how to get them."""
    if steps is None:
        raise UserError('this folder keeps no months: run it with keep = "quantiles" or "steps"')
    missing = [name for name in ("month", "date", "lab", *measures) if name not in steps.columns]
    if missing:
        raise UserError(
            f"the table of months lacks {missing[0]}: name it in the design's measures, or keep all of them"
        )
    return steps


def require_finite(values: pd.Series, what: str) -> None:
    """Raise UserError where an outcome is missing or infinite, naming it, how often, and where first."""
    bad = ~np.isfinite(values.to_numpy(dtype=float))
    if bad.any():
        raise UserError(
            f"{what} is not finite in {int(bad.sum())} of {len(values)} rows, first in {values.index[bad][0]}"
        )


def parameter_columns(worlds: pd.DataFrame, manifest: Manifest | None = None) -> list[str]:
    """The parameters that differ between worlds: dotted names, known to the manifest where one is given."""
    known = None if manifest is None else manifest.get("parameters")
    names = [str(name) for name in worlds.columns if "." in str(name) and not str(name).startswith(UNIT_PREFIX)]
    if known is not None:
        names = [name for name in names if name in known or name.startswith(NEUTRAL_PREFIX)]
    return [name for name in names if _differs(worlds[name])]


def _differs(values: pd.Series) -> bool:
    """Whether a column holds more than one value."""
    return len(values) > 0 and bool((values != values.iloc[0]).any())


def structural_columns(worlds: pd.DataFrame) -> list[str]:
    """The columns in which worlds differ by a choice and not by a number: words, switches and the scenario."""
    names = ["scenario"] if "scenario" in worlds.columns and _differs(worlds["scenario"]) else []
    return names + [name for name in parameter_columns(worlds) if worlds[name].dtype.kind not in "fiu"]
