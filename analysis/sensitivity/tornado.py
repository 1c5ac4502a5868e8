"""A tornado from any run whose parameters were drawn: the outcome where a parameter is low, and where it is high.

For each parameter, the median of the outcome over the worlds in the lowest fifth of the parameter and over those in the
highest, every other parameter being drawn as it is. A median's 95 % interval is that of its ranks (David and Nagaraja
2003, Order Statistics, section 7.1: n/2 ± z sqrt(n)/2).
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from computerace.analysis.columns import require, require_finite
from computerace.analysis.intervals import Z_95
from computerace.market.errors import UserError

PART = 5  # the lowest and the highest fifth
LEAST_ROWS = 100
COLUMNS = (
    "parameter", "at_low", "at_low_from", "at_low_to", "at_high", "at_high_from", "at_high_to", "low", "high", "middle",
)  # fmt: skip


def tornado_table(worlds: pd.DataFrame, values: pd.Series, parameters: Sequence[str]) -> pd.DataFrame:
    """The outcome's median where each parameter is low and where it is high, the widest difference first.

    Columns: parameter; at_low, at_low_from, at_low_to: the median over the lowest fifth and its 95 % interval; the same
    at_high; low, high: the parameter's own medians in those fifths; middle: the outcome's median over all worlds.
    Raises UserError for a column that is missing, an outcome that is not finite, or fewer than 100 worlds.
    """
    require(worlds, parameters)
    require_finite(values, f"the outcome {values.name}")
    if len(worlds) < LEAST_ROWS:
        raise UserError(f"{len(worlds)} worlds are too few for a tornado; at least {LEAST_ROWS} are needed")
    outcome, middle, rows = values.to_numpy(dtype=float), float(values.median()), []
    for name in parameters:
        column = worlds[name].to_numpy(dtype=float)
        order = np.argsort(column, kind="stable")
        low, high = order[: len(order) // PART], order[-(len(order) // PART) :]
        ends = (float(np.median(column[low])), float(np.median(column[high])))
        rows.append((name, *_median(outcome[low]), *_median(outcome[high]), *ends, middle))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    width = (frame["at_high"] - frame["at_low"]).abs()
    return frame.loc[width.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _median(values: np.ndarray) -> tuple[float, float, float]:
    """The median and its interval by ranks."""
    ordered, number = np.sort(values), len(values)
    half = Z_95 * math.sqrt(number) / 2
    low, high = max(0, math.floor(number / 2 - half)), min(number - 1, math.ceil(number / 2 + half))
    return float(np.median(ordered)), float(ordered[low]), float(ordered[high])
