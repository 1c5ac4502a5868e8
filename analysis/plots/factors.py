"""What accounts for the answer: factors, parameters, and how that changes over time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.analysis.causes.attribution import FACTOR_WORDS, TOTAL
from computerace.analysis.columns import require
from computerace.analysis.plots.parts import label_ends, note, percent_axis, round_numbers
from computerace.analysis.style import DOWN_COLOUR, INK, LINE_COLOURS, MUTED, UP_COLOUR, axes_or_new, plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW = 0.27  # inches that a bar with its name needs


@plot
def factor_bars(
    table: pd.DataFrame, outcome: str, label: str, *, words: Mapping[str, str] = FACTOR_WORDS, ax: "Axes | None" = None
) -> "Axes":
    """What each factor accounts for, with its interval, the largest at the top, and the total that they add up to.

    table: outcome, factor, value, low, high, as `attribution.shapley`. label: what the outcome is, with its unit.
    """
    require(table, ["outcome", "factor", "value", "low", "high"], "the table of factors")
    rows = table[table["outcome"] == outcome]
    require(rows, ["factor"], f"the table of factors for {outcome}")
    total = rows[rows["factor"] == TOTAL]
    parts = rows[rows["factor"] != TOTAL].sort_values("value", key=abs)
    ordered = pd.concat([total, parts])
    ax = axes_or_new(ax, height=1.0 + ROW * len(ordered))
    names = [words.get(str(name), str(name).replace("_", " ")) for name in ordered["factor"]]
    colours = np.where(ordered["factor"] == TOTAL, MUTED, np.where(ordered["value"] < 0, DOWN_COLOUR, UP_COLOUR))
    ax.barh(names, ordered["value"], color=list(colours), height=0.66)
    _intervals(ax, ordered["value"], ordered["low"], ordered["high"])
    ax.axvline(0, color=INK, linewidth=0.8)
    _across(ax)
    ax.set_xlabel(f"{label}: part that each accounts for (bars: 95 %)", loc="right")
    return ax


@plot
def difference_bars(table: pd.DataFrame, label: str, *, is_factor: bool = False, ax: "Axes | None" = None) -> "Axes":
    """What each alternative is worth in the same worlds, with its interval, in the table's order from the top.

    table: name, value, low, high. label: what the difference is of, with its unit. is_factor: whether values multiply,
    so that 1 is no difference and the axis is logarithmic.
    """
    require(table, ["name", "value", "low", "high"], "the table of differences")
    rows, none = table.iloc[::-1], 1.0 if is_factor else 0.0
    ax = axes_or_new(ax, height=1.0 + ROW * len(rows))
    colours = [DOWN_COLOUR if value < none else UP_COLOUR for value in rows["value"]]
    ax.barh(list(rows["name"]), rows["value"] - none, left=none, color=colours, height=0.66)
    _intervals(ax, rows["value"], rows["low"], rows["high"])
    ax.axvline(none, color=INK, linewidth=0.8)
    _across(ax)
    if is_factor:
        _log_across(ax)
    ax.set_xlabel(f"{label} (bars: 95 %)", loc="right")
    return ax


def _log_across(ax: "Axes") -> None:
    """A logarithmic horizontal axis with ticks at 1, 2, 5 and their multiples of ten; more where it spans little."""
    from matplotlib.ticker import FixedLocator, NullLocator

    ax.set_xscale("log")
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(FixedLocator(round_numbers(low, high)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")


def _intervals(ax: "Axes", values: pd.Series, low: pd.Series, high: pd.Series) -> None:
    """Bars of uncertainty on horizontal bars, whichever side of the value they reach."""
    sides = [np.maximum(0.0, values - low), np.maximum(0.0, high - values)]
    ax.errorbar(values, np.arange(len(values)), xerr=sides, fmt="none", ecolor=INK, elinewidth=1.1, capsize=2.5)


def _across(ax: "Axes") -> None:
    """Grid lines for horizontal bars."""
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


@plot
def tornado(
    table: pd.DataFrame, label: str, *, most: int = 12, is_logarithmic: bool = False, ax: "Axes | None" = None
) -> "Axes":
    """The outcome's median where a parameter is low and where it is high, the widest first; thin bars: 95 % intervals.

    table: as `tornado.tornado_table`. label: what the outcome is, with its unit.
    """
    require(table, ["parameter", "at_low", "at_low_from", "at_low_to", "at_high", "middle"], "the tornado's table")
    rows = table.head(most).iloc[::-1].reset_index(drop=True)
    ax = axes_or_new(ax, height=1.1 + ROW * len(rows))
    places, middle = np.arange(len(rows)), float(rows["middle"].iloc[0])
    for end, colour, words in (("low", DOWN_COLOUR, "lowest fifth"), ("high", UP_COLOUR, "highest fifth")):
        value = rows[f"at_{end}"]
        ax.barh(
            places, value - middle, left=middle, color=colour, height=0.6, alpha=0.85, label=f"parameter in its {words}"
        )
        sides = [value - rows[f"at_{end}_from"], rows[f"at_{end}_to"] - value]
        ax.errorbar(value, places, xerr=sides, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2)
    ax.axvline(middle, color=INK, linewidth=0.8)
    ax.set_yticks(places, list(rows["parameter"]))
    if is_logarithmic:
        _log_across(ax)
    _across(ax)
    ax.set_xlabel(label, loc="right")
    ax.legend(loc="lower right", bbox_to_anchor=(1.02, 1.0), ncols=2, handlelength=1, columnspacing=1.2)
    return ax


@plot
def importance_bars(table: pd.DataFrame, *, most: int = 12, ax: "Axes | None" = None) -> "Axes":
    """The share of the outcome's variance that each parameter accounts for alone; its colour says which way it pushes.

    table: parameter, share, low, high, chance, correlation [, grade], as `given_data.importance`. The dashed line marks
    what the luckiest of so many parameters without any effect would hardly reach.
    """
    require(table, ["parameter", "share", "low", "high", "chance", "correlation"], "the table of parameters")
    rows = table.head(most).iloc[::-1]
    ax = axes_or_new(ax, height=1.1 + ROW * len(rows))
    names = [str(name) for name in rows["parameter"]]
    if "grade" in rows.columns:
        names = [f"{name}  ({grade})" if grade else name for name, grade in zip(names, rows["grade"], strict=True)]
    colours = [UP_COLOUR if one >= 0 else DOWN_COLOUR for one in rows["correlation"]]
    ax.barh(names, rows["share"], color=colours, height=0.66)
    _intervals(ax, rows["share"], rows["low"], rows["high"])
    chance = float(rows["chance"].max())
    ax.axvline(chance, color=MUTED, linewidth=1, linestyle=(0, (3, 2)))
    ax.set_xlim(0, max(1.05 * float(rows["high"].max()), 2 * chance))
    percent_axis(ax.xaxis)
    _across(ax)
    ax.set_xlabel("share of the variance it accounts for alone (bars: 95 %; dashed: chance)", loc="right")
    _legend(ax, {"more of it raises the outcome": UP_COLOUR, "lowers it": DOWN_COLOUR})
    return ax


def _legend(ax: "Axes", colours: Mapping[str, str]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(color=colour, label=words) for words, colour in colours.items()]
    ax.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.02, 1.0), ncols=2, handlelength=1, columnspacing=1.2
    )


@plot
def sobol_over_time(table: pd.DataFrame, label: str, *, most: int = 8, ax: "Axes | None" = None) -> "Axes":
    """One order of Sobol' indices by month, with 95 % bands; the parameters that matter most at the end.

    table: month, parameter, value, low, high: one outcome and order of `sensitivity.Sensitivity.indices`. label: which
    index of which outcome.
    """
    require(table, ["month", "parameter", "value", "low", "high"], "the table of indices")
    ax = axes_or_new(ax, height=3.7)
    last = table[table["month"] == table["month"].max()].sort_values("value", ascending=False)
    names = [str(name) for name in last["parameter"].head(most)]
    colours = {name: LINE_COLOURS[number % len(LINE_COLOURS)] for number, name in enumerate(names)}
    ends = {}
    for name in names:
        rows = table[table["parameter"] == name].sort_values("month")
        ax.fill_between(rows["month"], rows["low"], rows["high"], color=colours[name], alpha=0.13, linewidth=0)
        ax.plot(rows["month"], rows["value"], color=colours[name], marker="o", markersize=3)
        ends[name] = float(rows["value"].iloc[-1])
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.set_ylim(min(-0.02, float(table["value"].min())), max(0.1, 1.1 * float(table["value"].max())))
    ax.set_ylabel(f"{label} (share of variance)")
    note(ax, "months from the start; bands: 95 % intervals of the indices")
    label_ends(ax, ends, colours, float(table["month"].max()))
    return ax


@plot
def elementary_effects(table: pd.DataFrame, label: str, *, most: int = 15, ax: "Axes | None" = None) -> "Axes":
    """Morris's screening: the mean size of each parameter's effect over its range, and what luck alone would give.

    table: parameter, value, low, high, mean, luck, as `morris.morris`. label: the outcome, with its unit.
    """
    require(table, ["parameter", "value", "low", "high", "mean", "luck"], "the table of effects")
    rows = table.sort_values("value", ascending=False).head(most).iloc[::-1]
    ax = axes_or_new(ax, height=1.1 + ROW * len(rows))
    colours = [UP_COLOUR if one >= 0 else DOWN_COLOUR for one in rows["mean"]]
    ax.barh(list(rows["parameter"]), rows["value"], color=colours, height=0.66)
    _intervals(ax, rows["value"], rows["low"], rows["high"])
    ax.plot(rows["luck"], np.arange(len(rows)), "|", color=INK, markersize=11, markeredgewidth=1.6)
    ax.set_xlim(left=0)
    _across(ax)
    ax.set_xlabel(f"{label}: mean size of the effect over the range (thick tick: luck alone)", loc="right")
    _legend(ax, {"raises the outcome": UP_COLOUR, "lowers it": DOWN_COLOUR})
    return ax
