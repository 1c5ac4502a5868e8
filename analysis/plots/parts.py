"""What several pictures share: fans, labels at the ends of lines, axes of time and of large numbers."""

import math
from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.analysis.columns import require
from computerace.analysis.style import INK, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

SPREAD = ("date", "p5", "p25", "p50", "p75", "p95")
WORLDS = "worlds"
NOTE_LETTERS = 66  # that fit below the axes of a figure as wide as `style.WIDTH`
LINE_POINTS = 11.5  # the height that a label needs


def bands_of(what: str = WORLDS) -> str:
    """What lines and bands stand for. what: over what the spread is, worlds or the medians of a design's points."""
    return f"lines: medians; bands: 50 % and 90 % of {what}"


def fan(ax: "Axes", spread: pd.DataFrame, colour: str, label: str = "", *, bands: bool = True) -> None:
    """The median as a line, with the middle 50 % and 90 % as bands around it."""
    require(spread, SPREAD, "the spread")
    dates = spread["date"]
    if bands:
        ax.fill_between(dates, spread["p5"], spread["p95"], color=colour, alpha=0.14, linewidth=0)
        ax.fill_between(dates, spread["p25"], spread["p75"], color=colour, alpha=0.2, linewidth=0)
    ax.plot(dates, spread["p50"], color=colour, label=label)


def label_ends(ax: "Axes", ends: Mapping[str, float], colours: Mapping[str, str], at: pd.Timestamp | float) -> None:
    """Name each line at its end, in its colour, moved apart where names would overlap.

    To be called when the limits and the scale of the axis are final.
    """
    figure = ax.get_figure()
    height = (figure.get_figheight() if figure is not None and hasattr(figure, "get_figheight") else 3.5) * 72 * 0.72
    places = {name: _place(ax, value) for name, value in ends.items() if math.isfinite(value)}
    for name, place in spread_out(places, LINE_POINTS / height).items():
        ax.annotate(
            name,
            (1, place),
            xycoords="axes fraction",
            xytext=(5, 0),
            textcoords="offset points",
            color=colours[name],
            va="center",
            fontweight="bold",
            annotation_clip=False,
        )
    ax.set_xlim(right=at)  # type: ignore[arg-type]


def _place(ax: "Axes", value: float) -> float:
    """The height of a value as a fraction of the axis."""
    low, high = ax.get_ylim()
    if ax.get_yscale() == "log":
        value, low, high = (math.log(max(one, 1e-300)) for one in (value, low, high))
    return min(1.0, max(0.0, (value - low) / (high - low)))


def spread_out(places: Mapping[str, float], gap: float) -> dict[str, float]:
    """Places at least `gap` apart, in the same order, within 0 to 1 where they fit, and near where they were."""
    names = sorted(places, key=lambda name: places[name])
    found = [places[name] for name in names]
    for number in range(1, len(found)):
        found[number] = max(found[number], found[number - 1] + gap)
    over = max(0.0, found[-1] - 1.0) if found else 0.0
    for number in range(len(found) - 1, -1, -1):
        ceiling = 1.0 if number == len(found) - 1 else found[number + 1] - gap
        found[number] = min(found[number], ceiling) if over else found[number]
    return dict(zip(names, found, strict=True))


def in_units(values: float) -> str:
    """A large number in few letters: 1.5 M, 20 k, 0.3."""
    for size, letter in ((1e12, " T"), (1e9, " B"), (1e6, " M"), (1e3, " k")):
        if abs(values) >= size:
            return f"{values / size:g}{letter}"
    return f"{values:g}"


def number_axis(ax: "Axes") -> None:
    """Write the ticks of the vertical axis in thousands, millions and billions."""
    ax.yaxis.set_major_formatter(lambda value, _: in_units(value))


def percent_axis(axis: "Axis") -> None:
    """Write the ticks of an axis as percentages of one."""
    axis.set_major_formatter(lambda value, _: f"{100 * value:.6g} %")


def years(ax: "Axes", first: pd.Timestamp, last: pd.Timestamp) -> None:
    """A horizontal axis in years, or in quarters where there are few years."""
    from matplotlib.dates import DateFormatter, MonthLocator, YearLocator

    is_short = last - first < pd.Timedelta(days=800)
    ax.xaxis.set_major_locator(MonthLocator((1, 4, 7, 10)) if is_short else YearLocator())
    ax.xaxis.set_major_formatter(DateFormatter("%b %y" if is_short else "%Y"))
    if first < last:  # a single month has no width of its own
        ax.set_xlim(first, last)  # type: ignore[arg-type]


def log_axis(ax: "Axes", values: Sequence[float], include: Sequence[float] = ()) -> None:
    """A logarithmic vertical axis that holds the values, with a grid line for each power of ten."""
    from matplotlib.ticker import LogLocator, NullFormatter

    held = np.array([value for value in (*values, *include) if math.isfinite(value) and value > 0])
    ax.set_yscale("log")
    if len(held):
        ax.set_ylim(held.min() / 1.25, held.max() * 1.25)
    ax.yaxis.set_major_locator(LogLocator(numticks=12))
    ax.yaxis.set_minor_formatter(NullFormatter())


def round_numbers(low: float, high: float) -> list[float]:
    """Round numbers between two positive ones for the ticks of a logarithmic axis: at least three, and few."""
    from matplotlib.ticker import MaxNLocator

    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 4, 6, 8)):
        ticks = [float(f"{step}e{decade}") for decade in decades for step in steps]
        found = [tick for tick in ticks if low <= tick <= high]
        if len(found) >= 3:
            return found
    linear = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [round(float(tick), 12) for tick in linear if low <= tick <= high]


def mark_line(ax: "Axes", value: float, text: str, *, above: bool = True, right: bool = False) -> None:
    """A dashed horizontal line with words on it, such as the claim's."""
    ax.axhline(value, color=INK, linewidth=1, linestyle=(0, (4, 2)), zorder=3)
    ax.annotate(
        text,
        (0.99 if right else 0.01, value),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3 if above else -3),
        textcoords="offset points",
        va="bottom" if above else "top",
        ha="right" if right else "left",
        color=INK,
        fontsize=8.5,
        zorder=6,
    )


def begin_line(ax: "Axes", at: pd.Timestamp) -> None:
    """A thin line where the record ends and the model begins."""
    ax.axvline(at, color=MUTED, linewidth=0.8, zorder=1)  # type: ignore[arg-type]


def note(ax: "Axes", text: str) -> None:
    """What the reader must know to read the picture, below it in small letters."""
    ax.set_xlabel(fill(text, NOTE_LETTERS), fontsize=8, color=MUTED, loc="left")
