"""Twins: what one change is worth in the same worlds."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.analysis.columns import require
from computerace.analysis.plots.parts import log_axis, note, number_axis, round_numbers, years
from computerace.analysis.style import INK, UP_COLOUR, axes_or_new, plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@plot
def paired_difference(
    pairs: pd.DataFrame,
    measure: str,
    *,
    first: str = "first",
    second: str = "second",
    start: pd.Timestamp | None = None,
    is_log: bool = False,
    ax: "Axes | None" = None,
) -> "Axes":
    """The difference between two scenarios in the same worlds, by month, with its interval and its spread over worlds.

    pairs: month, mean, low, high, p5, p50, p95, as `twins.paired_by_month`. measure: what it is, with its unit. first,
    second: the scenarios' names. start: the date of month 0; without one the axis counts months. is_log: the measure is
    the natural logarithm of one, as in the table that `computerace twin` saves: drawn is what it is multiplied by.
    """
    from matplotlib.ticker import FixedLocator, NullLocator

    columns = ["mean", "low", "high", "p5", "p50", "p95"]
    require(pairs, ["month", *columns], "the table of paired differences")
    ax = axes_or_new(ax)
    if is_log:
        pairs = pairs.assign(**{name: np.exp(pairs[name]) for name in columns})
    when = pairs["month"] if start is None else pd.Series(_dates(pairs["month"], pd.Timestamp(start)))
    ax.fill_between(when, pairs["p5"], pairs["p95"], color=UP_COLOUR, alpha=0.13, linewidth=0)
    ax.fill_between(when, pairs["low"], pairs["high"], color=UP_COLOUR, alpha=0.4, linewidth=0)
    ax.plot(when, pairs["mean"], color=UP_COLOUR)
    ax.plot(when, pairs["p50"], color=UP_COLOUR, linewidth=1.1, linestyle=(0, (3, 2)))
    ax.axhline(1 if is_log else 0, color=INK, linewidth=1)
    if start is None:
        ax.set_xlim(pairs["month"].min(), pairs["month"].max())
    else:
        years(ax, when.min(), when.max())
    if is_log:
        log_axis(ax, [*pairs["p5"], *pairs["p95"]], include=[1.0])
        ax.yaxis.set_major_locator(FixedLocator(round_numbers(*ax.get_ylim())))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.set_ylabel(f"{measure}\nmultiplied by, {second} / {first}")
    else:
        number_axis(ax)
        ax.set_ylabel(f"{measure}\n{second} less {first}")
    unit = "months from the start; " if start is None else ""
    note(ax, f"{unit}line: mean, dark band: its 95 % interval; dashed: median, light band: 90 % of worlds")
    return ax


def _dates(months: pd.Series, start: pd.Timestamp) -> list[pd.Timestamp]:
    return [start + pd.offsets.MonthEnd(int(month)) for month in months]
