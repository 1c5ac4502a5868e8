"""Pictures of the race as a game."""

from typing import TYPE_CHECKING, Any

import numpy as np

from computerace.analysis.style import DOWN_COLOUR, LINE_COLOURS, axes_or_new, plot, titled
from computerace.shown import BILLION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

SPREAD_FOR_LOGS = 20.0  # largest over least value of a lever from which on its axis has logs
MARKS = {"default": "D", "best responses": "^", "pure": "o", "mixed": "s"}
NAMES = {"default": "as the scenario has it", "best responses": "after best responses", "pure": "pure equilibria",
         "mixed": "played by a mixed equilibrium"}  # fmt: skip


@plot
def equilibrium_chances(told: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """The claim's chance at each profile that is told, against the weight of share; bars are 95 % intervals.

    told: the rows of `answer.Equilibria`.
    """
    ax = axes_or_new(ax)
    for rows, x, look in _kinds(told):
        chance = 100 * rows["chance"].to_numpy()
        below = np.maximum(chance - 100 * rows["low"].to_numpy(), 0.0)
        above = np.maximum(100 * rows["high"].to_numpy() - chance, 0.0)
        ax.errorbar(x, chance, yerr=[below, above], capsize=2, **look)
    ax.set_ylabel("chance of the claim (%)")
    _weights(told, ax)
    titled(ax, "The claim where labs play their best responses")
    return ax


@plot
def equilibrium_ratios(told: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """The claimant's compute over its rivals' in the median world at each profile, against the weight of share.

    told: the rows of `answer.Equilibria`. The claim is true above 1.
    """
    ax = axes_or_new(ax)
    for rows, x, look in _kinds(told):
        ax.errorbar(x, rows["ratio_p50"].to_numpy(), **look)
    ax.axhline(1.0, color=DOWN_COLOUR, linewidth=0.8, label="as much as its rivals combined")
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.set_ylabel("compute over the rivals'")
    _weights(told, ax)
    titled(ax, "How far the claimant gets where labs play their best responses")
    return ax


def _kinds(told: "pd.DataFrame") -> "Iterator[tuple[pd.DataFrame, NDArray[np.float64], dict[str, Any]]]":
    """The profiles of each kind, where they stand beside each other, and how they are drawn."""
    weights = list(dict.fromkeys(told["ambition_usd"]))
    for place, (kind, mark) in enumerate(MARKS.items()):
        rows = told[told["kind"] == kind]
        if not len(rows):
            continue
        x = np.array([weights.index(weight) for weight in rows["ambition_usd"]]) + 0.12 * (place - 1.5)
        yield rows, x, {"fmt": mark, "label": NAMES[kind], "color": LINE_COLOURS[place], "markersize": 4}


def _weights(told: "pd.DataFrame", ax: "Axes") -> None:
    """The weights of share along the axis, and the legend below it."""
    weights = list(dict.fromkeys(told["ambition_usd"]))
    ax.set_xticks(range(len(weights)), [f"{weight / BILLION:g}" for weight in weights])
    ax.set_xlabel("what a lab would give for a log point of share (billions of US dollars)")
    _below(ax)


@plot
def chance_map(found: "pd.DataFrame", target: float, ax: "Axes | None" = None) -> "Axes":
    """The claim's chance over one lever or two, and where it is as asked for.

    found: as `levers.chance_map` gives it: a column for each lever, and chance.
    """
    ax = axes_or_new(ax)
    names = [str(name) for name in found.columns if name != "chance"]
    if len(names) == 1:
        ax.plot(found[names[0]], 100 * found["chance"], color=LINE_COLOURS[0])
        ax.axhline(100 * target, color=DOWN_COLOUR, linewidth=0.8)
        ax.set_ylabel("chance of the claim (%)")
    else:
        _contour(found, names, 100 * target, ax)
    ax.set_xlabel(names[0])
    for name, set_scale, axis in zip(names, (ax.set_xscale, ax.set_yscale), (ax.xaxis, ax.yaxis), strict=False):
        _scale(found[name].to_numpy(dtype=np.float64), set_scale, axis)
    titled(ax, "What levers would have to be")
    return ax


def _scale(values: "NDArray[np.float64]", set_scale: "Callable[..., None]", axis: Any) -> None:
    """Logs on an axis whose values lie far apart, straight up to the least of them where it begins at 0."""
    least = values[values > 0].min(initial=np.inf)
    if values.min() < 0 or not values.max() > SPREAD_FOR_LOGS * least:
        return
    if values.min() > 0:
        set_scale("log")
    else:
        set_scale("symlog", linthresh=least)
    if values.max() >= BILLION:
        axis.set_major_formatter(lambda value, _: f"{value / BILLION:,g}")
        axis.set_label_text(f"{axis.get_label_text()} (billions)")


def _contour(found: "pd.DataFrame", names: list[str], target: float, ax: "Axes") -> None:
    """The chance over two levers, in per cent, and the line along which it is the target."""
    table = 100 * found.pivot_table(index=names[1], columns=names[0], values="chance")
    chance = table.to_numpy()
    flat = np.linspace(0.0, max(chance.max(), target), 11)  # where all is alike there is nothing to take levels from
    levels = 10 if chance.min() < chance.max() else flat
    filled = ax.contourf(table.columns, table.index, chance, levels=levels, cmap="Blues", vmin=0.0)
    figure: Any = ax.figure
    bar = figure.colorbar(filled, ax=ax, label="chance of the claim (%)")
    if chance.min() < target < chance.max():
        line = ax.contour(table.columns, table.index, chance, levels=[target], colors=DOWN_COLOUR)
        bar.add_lines(line)
        ax.plot([], [], color=DOWN_COLOUR, label=f"{target:g} %, as asked for")
        _below(ax)
    ax.set_ylabel(names[1])


def _below(ax: "Axes") -> None:
    """The legend below the axes, where it covers nothing in them."""
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, columnspacing=1.2)
