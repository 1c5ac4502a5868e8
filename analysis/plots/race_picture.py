"""The picture that every run leaves: each lab's share of the labs' compute over time, with what is not known."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from computerace.analysis.plots.parts import (
    bands_of,
    begin_line,
    fan,
    label_ends,
    mark_line,
    note,
    percent_axis,
    years,
)
from computerace.analysis.plots.race import CLAIM_SHARE
from computerace.analysis.sensitivity.spreads import NAMES
from computerace.analysis.style import SURFACE, axes_or_new, lab_colour, new_axes, plot, save, titled
from computerace.market.vocabulary import MARKET, REST
from computerace.observables import axis_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@plot
def shares_over_time(steps: pd.DataFrame, observed: pd.DataFrame | None = None, ax: "Axes | None" = None) -> "Axes":
    """Shares of the labs' owned compute: the 5-95 % band and the median, the 50 % line, observed points before.

    steps: tidy months with `date`, `quantile`, `lab`, `share`. observed: `date`, `lab`, `share`, or None.
    """
    ax = axes_or_new(ax)
    shares = steps[steps["share"].notna() & ~steps["lab"].isin((REST, MARKET))]
    ends, start, end = {}, shares["date"].min(), shares["date"].max()
    for lab in shares["lab"].drop_duplicates():
        wide = shares[shares["lab"] == lab].pivot_table(index="date", columns="quantile", values="share")
        fan(ax, wide.rename(columns=NAMES).reset_index(), lab_colour(lab), lab)
        ends[lab] = float(wide[0.5].iloc[-1])
        if observed is not None:
            points = observed[observed["lab"] == lab]
            ax.plot(points["date"], points["share"], "o", color=lab_colour(lab), markersize=4, markeredgecolor=SURFACE)
    first = start if observed is None or observed.empty else observed["date"].min()
    years(ax, first - pd.Timedelta(days=20), end)
    ax.set_ylim(0, max(0.6, math.ceil(10 * float(shares["share"].max())) / 10))
    mark_line(ax, CLAIM_SHARE, "one half: more than the other labs combined")
    begin_line(ax, start)
    percent_axis(ax.yaxis)
    ax.set_ylabel(axis_label("share"))
    note(ax, ("" if observed is None else "points: observed; ") + bands_of())
    label_ends(ax, ends, {lab: lab_colour(lab) for lab in ends}, end)
    return ax


def save_race_picture(steps: pd.DataFrame, file: Path, observed: pd.DataFrame | None, title: str) -> None:
    """Draw the shares over time into a PNG file, without a display and without touching pyplot's state."""
    ax = shares_over_time(steps, observed, new_axes(6.4, 3.9))
    titled(ax, title)
    save(ax, file)
