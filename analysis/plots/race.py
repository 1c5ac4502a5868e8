"""The race itself: shares of compute, and compute by lab."""

from typing import TYPE_CHECKING

import pandas as pd

from computerace.analysis.columns import REST, require
from computerace.analysis.plots.parts import (
    WORLDS,
    bands_of,
    begin_line,
    fan,
    label_ends,
    log_axis,
    mark_line,
    note,
    number_axis,
    percent_axis,
    years,
)
from computerace.analysis.style import INK, SURFACE, axes_or_new, lab_colour, plot
from computerace.observables import COMPUTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLAIM_SHARE = 0.5  # above it an owner has more than the others combined


@plot
def stacked_shares(
    shares: pd.DataFrame,
    claimant: str,
    band: pd.DataFrame | None = None,
    observed: pd.DataFrame | None = None,
    *,
    definition: str = "owned",
    ax: "Axes | None" = None,
) -> "Axes":
    """Mean shares stacked, the claimant at the bottom, so that it has more than all others above the line at one half.

    shares: lab, date, share, as `spreads.mean_shares`. band: the spread of the claimant's share, drawn as dotted lines
    at 5 % and 95 %. observed: lab, date, share before the start.
    """
    require(shares, ["lab", "date", "share"], "the table of shares")
    ax = axes_or_new(ax)
    start = shares["date"].min()
    parts = [shares] if observed is None else [observed[observed["date"] < start], shares]
    wide = pd.concat(parts).pivot_table(index="date", columns="lab", values="share", sort=False, observed=True)
    wide = wide[[claimant, *[lab for lab in wide.columns if lab != claimant]]].sort_index().fillna(0.0)
    areas = ax.stackplot(wide.index, wide.to_numpy().T, colors=[lab_colour(lab) for lab in wide.columns], alpha=0.85)
    for area in areas:
        area.set_edgecolor(SURFACE)
        area.set_linewidth(0.8)
    if band is not None:
        for end in ("p5", "p95"):
            ax.plot(band["date"], band[end], color=INK, linewidth=1.1, linestyle=":", zorder=4)
    years(ax, wide.index.min(), wide.index.max())
    ax.set_ylim(0, 1)
    percent_axis(ax.yaxis)
    others = "all others" if REST in wide.columns else "the other labs"
    mark_line(ax, CLAIM_SHARE, f"above one half: more than {others} combined")
    begin_line(ax, start)
    ax.set_ylabel(f"share of {definition} compute (H100e)")
    middle = wide.iloc[-1].cumsum() - wide.iloc[-1] / 2
    colours = {str(lab): lab_colour(str(lab)) for lab in wide.columns}
    label_ends(ax, {str(lab): float(height) for lab, height in middle.items()}, colours, wide.index.max())
    dotted = "" if band is None else f"; dotted: 5 % and 95 % for {claimant}"
    before = "" if observed is None else "left: observed; right: "
    note(ax, f"{before}means over worlds{dotted}")
    return ax


@plot
def compute_fan(
    spread: pd.DataFrame,
    observed: pd.DataFrame | None = None,
    *,
    definition: str = "owned",
    of: str = WORLDS,
    ax: "Axes | None" = None,
) -> "Axes":
    """Compute by lab on a logarithmic axis: medians with bands, observed points with their bars in front.

    spread: lab, date, p5 to p95, H100e. observed: lab, date, p5, p50, p95, H100e.
    """
    require(spread, ["lab", "date", "p5", "p50", "p95"], "the spread")
    ax = axes_or_new(ax, height=3.7)
    ends, values = {}, [*spread["p5"], *spread["p95"]]
    for lab, rows in spread.groupby("lab", sort=False, observed=True):
        fan(ax, rows, lab_colour(str(lab)), str(lab))
        ends[str(lab)] = float(rows["p50"].iloc[-1])
    first = spread["date"].min()
    if observed is not None and len(observed):
        begin_line(ax, first)
        first = observed["date"].min()
        values += [*observed["p5"], *observed["p95"]]
        for lab, rows in observed.groupby("lab", sort=False, observed=True):
            _points(ax, rows, lab_colour(str(lab)))
    log_axis(ax, values)
    number_axis(ax)
    years(ax, first - pd.Timedelta(days=20), spread["date"].max())
    ax.set_ylabel(COMPUTE[definition].axis)
    note(ax, ("points: observed, with 90 % bars; " if observed is not None and len(observed) else "") + bands_of(of))
    label_ends(ax, ends, {lab: lab_colour(lab) for lab in ends}, spread["date"].max())
    return ax


def _points(ax: "Axes", rows: pd.DataFrame, colour: str) -> None:
    """Observed points in front of everything, with the bars of their own uncertainty."""
    bars = [rows["p50"] - rows["p5"], rows["p95"] - rows["p50"]]
    ax.errorbar(
        rows["date"],
        rows["p50"],
        yerr=bars,
        fmt="o",
        color=colour,
        markersize=3.4,
        markeredgecolor=SURFACE,
        markeredgewidth=0.6,
        elinewidth=0.9,
        zorder=5,
    )
