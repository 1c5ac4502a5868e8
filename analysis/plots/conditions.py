"""Discovery: the conditions under which the claim comes true, and what each further condition costs."""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from computerace.analysis.columns import require
from computerace.analysis.plots.parts import note, percent_axis
from computerace.analysis.style import GRID, INK, MUTED, UP_COLOUR, axes_or_new, plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@plot
def condition_ranges(table: pd.DataFrame, *, ax: "Axes | None" = None) -> "Axes":
    """A box: for each condition the part of the parameter's range that it asks for, in front of the whole range.

    table: parameter, low, high (what the box asks), least, greatest (the whole range) [, is_needed]. Each range runs
    from 0 to 1; a range that spans a factor above ten is drawn in logarithms. Conditions that are not needed are pale.
    """
    require(table, ["parameter", "low", "high", "least", "greatest"], "the table of conditions")
    rows = table.iloc[::-1].reset_index(drop=True)
    ax = axes_or_new(ax, height=1.0 + 0.42 * len(rows))
    for place, row in enumerate(rows.to_dict("records")):
        start, end = _within(row)
        needed = bool(row.get("is_needed", True))
        ax.barh(place, 1.0, color=GRID, height=0.5)
        ax.barh(place, end - start, left=start, color=UP_COLOUR, alpha=0.9 if needed else 0.35, height=0.5)
        ax.annotate(
            _words(row), (0.01, place), va="center", fontsize=8.5, color=INK, xytext=(0, 0), textcoords="offset points"
        )
    ax.set_yticks(np.arange(len(rows)), list(rows["parameter"]))
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 1], ["least", "greatest"])
    ax.grid(visible=False)
    ax.tick_params(axis="y", length=0)
    note(ax, "dark: the part of each parameter's range that the box asks for")
    return ax


def _within(row: Mapping[Hashable, Any]) -> tuple[float, float]:
    """Both ends of a condition as fractions of the whole range."""
    low, high, least, greatest = (float(row[name]) for name in ("low", "high", "least", "greatest"))
    if least > 0 and greatest / least > 10:
        low, high, least, greatest = (float(np.log(max(one, least))) for one in (low, high, least, greatest))
    width = greatest - least or 1.0
    return max(0.0, (low - least) / width), min(1.0, (high - least) / width)


def _words(row: Mapping[Hashable, Any]) -> str:
    low, high = float(row["low"]), float(row["high"])
    if low <= float(row["least"]):
        return f"at most {high:,.4g}"
    if high >= float(row["greatest"]):
        return f"at least {low:,.4g}"
    return f"{low:,.4g} to {high:,.4g}"


@plot
def trade_off(path: pd.DataFrame, chosen: int | None = None, *, ax: "Axes | None" = None) -> "Axes":
    """PRIM's trade-off: how pure a box is (density) against how many of the true cases it still holds (coverage).

    path: a row per box along the way, coverage and density from 0 to 1, and `conditions`, how many it has.
    chosen: the row that was taken.
    """
    require(path, ["coverage", "density", "conditions"], "the trade-off")
    from matplotlib.ticker import MaxNLocator

    ax = axes_or_new(ax, width=4.6, height=3.6)
    ax.plot(path["coverage"], path["density"], color=MUTED, linewidth=0.8, zorder=2)
    seen = ax.scatter(path["coverage"], path["density"], c=path["conditions"], cmap="viridis_r", s=22, zorder=3)
    figure = ax.get_figure()
    if figure is not None:
        whole = MaxNLocator(integer=True)
        figure.colorbar(seen, ax=ax, label="conditions", pad=0.02, ticks=whole)
    if chosen is not None:
        one = path.iloc[chosen]
        ax.plot(one["coverage"], one["density"], "o", markersize=11, markerfacecolor="none", markeredgecolor=INK)
        ax.annotate(
            "chosen", (one["coverage"], one["density"]), xytext=(9, 7), textcoords="offset points", color=INK, zorder=6
        )
    ax.set_xlim(0, 1.03)
    ax.set_ylim(0, 1.03)
    ax.grid(visible=True, axis="both")
    for axis in (ax.xaxis, ax.yaxis):
        percent_axis(axis)
    ax.set_xlabel("coverage: share of all true cases inside the box")
    ax.set_ylabel("density: share of the box that is true")
    return ax
