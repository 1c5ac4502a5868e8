"""Discovery: the conditions under which the claim comes true, and what each further condition costs."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.analysis.columns import require
from computerace.analysis.plots.parts import note, percent_axis
from computerace.analysis.style import GRID, INK, MUTED, UP_COLOUR, axes_or_new, plot
from computerace.market.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@plot
def condition_ranges(limits: pd.DataFrame, worlds: pd.DataFrame, box: int = 1, *, ax: "Axes | None" = None) -> "Axes":
    """A box: for each condition the part of the parameter's range that it asks for, in front of the whole range.

    limits: box, kind, parameter, low, high, as `discovery.Discovery.limits`, NaN where a side is open. worlds: the
    table that boxes were looked for in, which has each parameter's range. Ranges run from 0 to 1, in worlds: half of
    them lie below 0.5. Conditions that are found but not needed are pale.
    """
    require(limits, ["box", "kind", "parameter", "low", "high"], "the table of limits")
    rows = limits[(limits["box"] == box) & (limits["kind"] == "found")]
    if rows.empty:
        raise UserError(f"the table of limits has no conditions of box {box}")
    require(worlds, list(rows["parameter"]))
    needed = set(limits.loc[(limits["box"] == box) & (limits["kind"] == "fewest"), "parameter"])
    order = sorted(rows["parameter"], key=lambda name: (name in needed, -_share(rows, worlds, name)))
    ax = axes_or_new(ax, height=1.0 + 0.36 * len(rows))
    for place, name in enumerate(order):
        low, high = _ends(rows, name)
        start, end = (_below(worlds[name], one) for one in (low, high))
        pale = name not in needed
        ax.barh(place, 1.0, color=GRID, height=0.6)
        ax.barh(place, end - start, left=start, color=UP_COLOUR, alpha=0.3 if pale else 0.9, height=0.6)
        inside = start < 0.4
        ax.annotate(
            _words(low, high),
            (start + 0.012 if inside else start - 0.012, place),
            ha="left" if inside else "right",
            va="center",
            color=INK if pale or not inside else "#FDFDFD",
            fontsize=8.5,
        )
    ax.set_yticks(np.arange(len(order)), order)
    ax.set_xlim(0, 1)
    percent_axis(ax.xaxis)
    ax.grid(visible=False)
    ax.tick_params(axis="y", length=0)
    note(ax, "share of worlds below; blue: what the box asks for; pale: not needed")
    return ax


def _ends(rows: pd.DataFrame, name: str) -> tuple[float, float]:
    """The limits of one parameter, infinite where a side is open."""
    row = rows[rows["parameter"] == name].iloc[0]
    low, high = float(row["low"]), float(row["high"])
    return (-np.inf if np.isnan(low) else low, np.inf if np.isnan(high) else high)


def _below(values: pd.Series, limit: float) -> float:
    """The share of worlds whose value lies below a limit."""
    return float((values < limit).mean()) if limit < np.inf else 1.0


def _share(rows: pd.DataFrame, worlds: pd.DataFrame, name: str) -> float:
    """The share of worlds that a condition leaves."""
    low, high = _ends(rows, name)
    return _below(worlds[name], high) - _below(worlds[name], low)


def _words(low: float, high: float) -> str:
    if low == -np.inf:
        return f"at most {high:,.4g}"
    return f"at least {low:,.4g}" if high == np.inf else f"{low:,.4g} to {high:,.4g}"


@plot
def trade_off(curve: pd.DataFrame, box: int = 1, *, ax: "Axes | None" = None) -> "Axes":
    """PRIM's trade-off: how pure a box is (density) against how many of the worlds of interest it holds (coverage).

    curve: box, coverage, density, parameters (how many a box limits), chosen, as `discovery.Discovery.curve`.
    """
    require(curve, ["box", "coverage", "density", "parameters", "chosen"], "the curve of coverage and density")
    path = curve[curve["box"] == box]
    require(path, ["coverage"], f"the curve of box {box}")
    from matplotlib.ticker import MaxNLocator

    ax = axes_or_new(ax, width=4.6, height=3.6)
    ax.plot(path["coverage"], path["density"], color=MUTED, linewidth=0.8, zorder=2)
    seen = ax.scatter(path["coverage"], path["density"], c=path["parameters"], cmap="viridis_r", s=22, zorder=3)
    figure = ax.get_figure()
    if figure is not None:
        figure.colorbar(seen, ax=ax, label="parameters that are limited", pad=0.02, ticks=MaxNLocator(integer=True))
    for one in path[path["chosen"]].to_dict("records"):
        ax.plot(one["coverage"], one["density"], "o", markersize=11, markerfacecolor="none", markeredgecolor=INK)
        ax.annotate(
            "chosen", (one["coverage"], one["density"]), xytext=(9, 7), textcoords="offset points", color=INK, zorder=6
        )
    ax.set_xlim(0, 1.03)
    ax.set_ylim(0, max(0.1, min(1.03, 1.15 * float(path["density"].max()))))
    ax.grid(visible=True, axis="both")
    for axis in (ax.xaxis, ax.yaxis):
        percent_axis(axis)
    ax.set_xlabel("coverage: share of the worlds of interest in the box")
    ax.set_ylabel("density: share of the box that is of interest")
    return ax
