"""The claim: the ratio that it is about, when it comes true, and whether its answer hangs on a choice of form."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from computerace.analysis.claim import as_percent
from computerace.analysis.columns import RIVAL_WORDS, require
from computerace.analysis.plots.parts import (
    WORLDS,
    bands_of,
    fan,
    label_ends,
    log_axis,
    mark_line,
    note,
    percent_axis,
    round_numbers,
    years,
)
from computerace.analysis.style import INK, LINE_COLOURS, WIDTH, axes_or_new, lab_colour, plot
from computerace.market.vocabulary import CLAIMANT
from computerace.observables import RATIOS, axis_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPER = "#FDFDFD"  # white letters on a dark cell, which stay white on a dark ground


@plot
def ratio_bands(
    spread: pd.DataFrame,
    claimant: str = CLAIMANT,
    *,
    definition: str = "owned",
    rivals: str = "three",
    of: str = WORLDS,
    ax: "Axes | None" = None,
) -> "Axes":
    """The claimant's compute over its rivals' on a logarithmic axis, with the line at 1 that the claim must cross."""
    ax = axes_or_new(ax)
    fan(ax, spread, lab_colour(claimant), claimant)
    log_axis(ax, [*spread["p5"], *spread["p95"]], include=[1.6])
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    years(ax, spread["date"].min(), spread["date"].max())
    mark_line(ax, 1.0, f"1: as much as {RIVAL_WORDS[rivals]} combined")
    ax.set_ylabel(axis_label(RATIOS[definition, rivals].name, claimant))
    ends = {f"{percent} %": float(spread[f"p{percent}"].iloc[-1]) for percent in (5, 50, 95)}
    label_ends(ax, ends, dict.fromkeys(ends, lab_colour(claimant)), spread["date"].max())
    note(ax, f"{bands_of(of)}; right: {of} below")
    return ax


@plot
def first_passage_curve(
    passage: pd.DataFrame,
    start: pd.Timestamp,
    *,
    label: str = "",
    colour: str | None = None,
    is_sample: bool = True,
    ax: "Axes | None" = None,
) -> "Axes":
    """How many worlds have met the claim by each month, with Wilson's interval.

    passage: month, reached, probability, low, high, as `claim.first_passage`; or with a column `label`, a line each.
    is_sample: whether the points are drawn from the priors, so that a share of worlds is a probability.
    """
    require(passage, ["month", "reached", "probability", "low", "high"], "the first-passage curve")
    ax = axes_or_new(ax)
    named = (passage if "label" in passage.columns else passage.assign(label=label)).reset_index(drop=True)
    dates = pd.Timestamp(start) + named["month"].map(lambda month: pd.offsets.MonthEnd(int(month)))
    colours, ends = _line_colours(list(named["label"].drop_duplicates()), colour), {}
    for name, rows in named.groupby("label", sort=False):
        when = dates.loc[rows.index]
        ax.fill_between(when, rows["low"], rows["high"], color=colours[str(name)], alpha=0.16, linewidth=0)
        ax.plot(when, rows["probability"], color=colours[str(name)], drawstyle="steps-post", label=str(name))
        ends[str(name)] = float(rows["probability"].iloc[-1])
    years(ax, dates.min(), dates.max())
    ax.set_ylim(0, max(1e-6, float(named["high"].max())) * 1.12)
    percent_axis(ax.yaxis)
    ax.set_ylabel("probability that it has come true" if is_sample else "share of the design's runs")
    if any(ends):
        label_ends(ax, ends, colours, dates.max())
    _say_none(ax, named)
    note(ax, "by each month; bands: 95 % interval of having run so many worlds")
    return ax


def _line_colours(labels: Sequence[str], colour: str | None) -> dict[str, str]:
    """A colour per line: the one given, or those that no lab has."""
    if colour is not None:
        return dict.fromkeys(map(str, labels), colour)
    return {str(label): LINE_COLOURS[number % len(LINE_COLOURS)] for number, label in enumerate(labels)}


def _say_none(ax: "Axes", passage: pd.DataFrame) -> None:
    """Where nothing got there, say what that bounds: an empty picture looks like a mistake."""
    if passage["reached"].max() > 0:
        return
    bound = as_percent(float(passage["high"].iloc[-1]))
    ax.annotate(
        f"no world got there: below {bound}",
        (0.5, 0.5),
        xycoords="axes fraction",
        ha="center",
        color=INK,
    )


@plot
def structure_map(
    table: pd.DataFrame, rows: Sequence[str], columns: Sequence[str] = ("definition",), *, ax: "Axes | None" = None
) -> "Axes":
    """The claim's answer across choices of form, in one picture: an answer that hangs on a choice shows as a pattern.

    table: `structure.structure_table`, or `claim.claim_table` with `by`, for one deadline: probability, bound, reached,
    high, ratio_p50, and the columns that `rows` and `columns` name. A cell's colour is the median ratio, on a
    logarithmic scale; its words are the probability.
    """
    require(table, [*rows, *columns, "probability", "bound", "reached", "high", "ratio_p50"], "the claim table")
    import seaborn as sns
    from matplotlib.colors import LogNorm, to_hex
    from matplotlib.ticker import FixedLocator, NullLocator

    marked = table.assign(
        row=_joined(table, rows), column=_joined(table, columns), words=[_cell(one) for one in table.to_dict("records")]
    )
    cells = marked.drop_duplicates(["row", "column"]).set_index(["row", "column"])
    tall, wide = marked["row"].drop_duplicates(), marked["column"].drop_duplicates()
    ratios, words = (
        cells[name].unstack().reindex(index=tall, columns=wide)  # noqa: PD010
        for name in ("ratio_p50", "words")
    )
    ax = axes_or_new(ax, width=max(WIDTH, 1.6 + 0.8 * ratios.shape[1]), height=1.3 + 0.24 * max(4, len(ratios)))
    low, high = float(np.nanmin(ratios.to_numpy())), float(np.nanmax(ratios.to_numpy()))
    ends = (max(low, 1e-9) * 0.8, max(high, 1e-9) * 1.25)
    sns.heatmap(
        ratios.clip(lower=1e-9),
        norm=LogNorm(*ends),
        cmap="cividis",
        annot=words.to_numpy(),
        fmt="",
        annot_kws={"fontsize": 8},
        linewidths=0.6,
        cbar_kws={"label": "median ratio", "pad": 0.02, "format": "%g", "ticks": FixedLocator(round_numbers(*ends))},
        ax=ax,
    )
    bar = ax.collections[0].colorbar
    if bar is not None:
        bar.ax.yaxis.set_minor_locator(NullLocator())
    for cell in ax.texts:
        if to_hex(cell.get_color()) == "#ffffff":
            cell.set_color(PAPER)
    ax.grid(visible=False)
    ax.tick_params(length=0, rotation=0)
    ax.set_ylabel(" · ".join(_word(name) for name in rows))
    note(ax, " · ".join(_word(name) for name in columns) + "; in each cell: how many worlds got there")
    return ax


def _joined(table: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    return table[list(names)].astype(str).agg(" · ".join, axis=1)


def _word(name: str) -> str:
    """A column's name without its mechanism: chips.allocation is allocation."""
    return name.rpartition(".")[2].replace("_", " ") if not name.startswith("labs.") else name.removeprefix("labs.")


def _cell(row: Mapping[Hashable, Any]) -> str:
    """The probability in a cell: a bound where hardly a world got there."""
    if row["bound"] and row["probability"] < 0.5:
        return f"< {as_percent(row['high'])}"
    return as_percent(row["probability"])
