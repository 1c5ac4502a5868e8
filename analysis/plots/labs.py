"""What happens to each lab: what binds it, and where its researchers come from and go."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.analysis.columns import require
from computerace.analysis.plots.parts import WORLDS, label_ends, note, number_axis, percent_axis, years
from computerace.analysis.style import CAUSE_COLOURS, MUTED, SURFACE, axes_or_new, lab_colour, plot
from computerace.observables import OBSERVABLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STRIP = 0.86  # height of a lab's strip; what is left of 1 is the gap to the next


@plot
def ledger_strips(ledger: pd.DataFrame, *, ax: "Axes | None" = None) -> "Axes":
    """What bound each lab, month by month: one strip per lab, in which each cause has its share of worlds.

    ledger: lab, date, cause, share, as `ledger.bound_by_month`; shares of a lab and month add up to one.
    """
    require(ledger, ["lab", "date", "cause", "share"], "the ledger")
    labs, causes = _order(ledger, "lab"), _order(ledger, "cause")
    ax = axes_or_new(ax, height=1.2 + 0.75 * len(labs))
    for row, lab in enumerate(reversed(labs)):
        wide = ledger[ledger["lab"] == lab].pivot_table(index="date", columns="cause", values="share", observed=True)
        height = row + np.concatenate([np.zeros((1, len(wide))), wide[causes].to_numpy().T.cumsum(axis=0)]) * STRIP
        for number, cause in enumerate(causes):
            ax.fill_between(
                wide.index,
                height[number],
                height[number + 1],
                color=CAUSE_COLOURS[cause],
                edgecolor=SURFACE,
                linewidth=0.3,
                label=cause if row == 0 else None,
            )
    ax.set_yticks([row + STRIP / 2 for row in range(len(labs))], list(reversed(labs)))
    for tick, lab in zip(ax.get_yticklabels(), reversed(labs), strict=True):
        tick.set(color=lab_colour(lab), fontweight="bold")
    ax.set_ylim(-0.06, len(labs))
    years(ax, ledger["date"].min(), ledger["date"].max())
    _dress(ax, len(causes))
    note(ax, "height of a colour in a strip: share of worlds in which that bound the lab (0 to 100 %)")
    return ax


@plot
def ledger_bars(totals: pd.DataFrame, *, ax: "Axes | None" = None) -> "Axes":
    """What bound each lab over the whole race: a bar per lab, in which each cause has its share of months.

    totals: lab, cause, share, as `ledger.bound_overall`.
    """
    require(totals, ["lab", "cause", "share"], "the ledger")
    labs, causes = _order(totals, "lab"), _order(totals, "cause")
    ax = axes_or_new(ax, height=1.4 + 0.36 * len(labs))
    wide = totals.pivot_table(index="lab", columns="cause", values="share", observed=True).loc[labs[::-1], causes]
    left = np.zeros(len(labs))
    for cause in causes:
        ax.barh(wide.index, wide[cause], left=left, color=CAUSE_COLOURS[cause], edgecolor=SURFACE, label=cause)
        left += wide[cause].to_numpy()
    for tick, lab in zip(ax.get_yticklabels(), labs[::-1], strict=True):
        tick.set(color=lab_colour(lab), fontweight="bold")
    ax.set_xlim(0, 1)
    percent_axis(ax.xaxis)
    _dress(ax, len(causes))
    note(ax, "share of months, over all worlds, in which each cause bound the lab")
    return ax


def _order(frame: pd.DataFrame, column: str) -> list[str]:
    return [str(one) for one in frame[column].drop_duplicates()]


def _dress(ax: "Axes", causes: int) -> None:
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=math.ceil(causes / 2),
        handlelength=1,
        columnspacing=1.2,
        borderpad=0.1,
    )


@plot
def researcher_flows(
    arrived: pd.DataFrame,
    left: pd.DataFrame,
    labs: Sequence[str] | None = None,
    *,
    of: str = WORLDS,
    ax: "Axes | None" = None,
) -> "Axes":
    """Researchers who come to each lab (above zero) and leave it (below), per month: medians and the middle 90 %.

    arrived, left: lab, date, p5, p50, p95, people per month.
    """
    require(arrived, ["lab", "date", "p5", "p50", "p95"], "the spread of arrivals")
    require(left, ["lab", "date", "p5", "p50", "p95"], "the spread of departures")
    ax = axes_or_new(ax)
    names, ends = list(labs) if labs is not None else _order(arrived, "lab"), {}
    for lab in names:
        colour = lab_colour(lab)
        for flow, sign in ((arrived, 1), (left, -1)):
            rows = flow[(flow["lab"] == lab) & (flow["date"] > flow["date"].min())]
            ax.fill_between(rows["date"], sign * rows["p5"], sign * rows["p95"], color=colour, alpha=0.08, linewidth=0)
            ax.plot(rows["date"], sign * rows["p50"], color=colour, linewidth=1.5)
            if sign > 0:
                ends[lab] = float(rows["p50"].iloc[-1])
    ax.axhline(0, color=MUTED, linewidth=0.8)
    years(ax, arrived["date"].min(), arrived["date"].max())
    number_axis(ax)
    ax.set_ylabel(OBSERVABLES["researchers_in"].unit)
    note(ax, f"above zero: who came; below: who left; lines: medians; bands: 90 % of {of}")
    label_ends(ax, ends, {lab: lab_colour(lab) for lab in names}, arrived["date"].max())
    return ax
