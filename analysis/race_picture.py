"""The picture that every run leaves: each lab's share of the labs' compute over time, with what is not known."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from computerace.analysis.style import INK, MUTED, axes_or_new, house_style, lab_colour, new_axes, plot, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLAIM_SHARE = 0.5  # above it a lab has more than the other labs combined
LABEL_GAP = 0.045  # of the axis: closer than that, two labels at the end of their lines would overlap


@plot
def shares_over_time(steps: pd.DataFrame, observed: pd.DataFrame | None = None, ax: "Axes | None" = None) -> "Axes":
    """Shares of the labs' owned compute: the 5-95 % band and the median, the 50 % line, observed points before.

    steps: tidy months with `date`, `quantile`, `lab`, `share`. observed: `date`, `lab`, `share`, or None.
    """
    ax = axes_or_new(ax)
    shares = steps[steps["share"].notna() & ~steps["lab"].isin(("Rest", "Market"))]
    ends = {}
    for lab in shares["lab"].drop_duplicates():
        bands = shares[shares["lab"] == lab].pivot_table(index="date", columns="quantile", values="share")
        colour = lab_colour(lab)
        ax.fill_between(bands.index, bands[0.05], bands[0.95], color=colour, alpha=0.15, linewidth=0)
        ax.fill_between(bands.index, bands[0.25], bands[0.75], color=colour, alpha=0.15, linewidth=0)
        ax.plot(bands.index, bands[0.5], color=colour, linewidth=2)
        ends[lab] = float(bands[0.5].iloc[-1])
        if observed is not None:
            points = observed[observed["lab"] == lab]
            ax.plot(points["date"], points["share"], "o", color=colour, markersize=4, markeredgecolor="white")
    _label_ends(ax, ends, shares["date"].max())
    _dress(ax, shares, observed)
    return ax


def save_race_picture(steps: pd.DataFrame, file: Path, observed: pd.DataFrame | None, title: str) -> None:
    """Draw the shares over time into a PNG file, without a display and without touching pyplot's state."""
    ax = shares_over_time(steps, observed, new_axes(6.4, 3.9))
    with house_style():
        ax.set_title(title)
    save(ax, file)


def _dress(ax: "Axes", shares: pd.DataFrame, observed: pd.DataFrame | None) -> None:
    """The claim's line, the start's, and what the axes measure."""
    from matplotlib.ticker import PercentFormatter

    start, end = shares["date"].min(), shares["date"].max()
    first = start if observed is None or observed.empty else observed["date"].min()
    ax.axhline(CLAIM_SHARE, color=INK, linewidth=1, linestyle="--")
    ax.annotate(
        "50 %: more than the other labs combined",
        (first, CLAIM_SHARE),
        xytext=(4, 4),
        textcoords="offset points",
        color=INK,
    )
    ax.axvline(start, color=MUTED, linewidth=0.8)
    ax.set_xlim(first - pd.Timedelta(days=20), end)
    ax.set_ylim(0, max(0.6, math.ceil(10 * float(shares["share"].max())) / 10))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.set_ylabel("share of the labs' owned compute (H100e)")
    ax.set_xlabel("points: observed; lines: medians; bands: 50 % and 90 % of worlds")


def _label_ends(ax: "Axes", ends: dict[str, float], at: pd.Timestamp) -> None:
    """Name each line at its end, moved apart where they would overlap."""
    height = -math.inf
    for lab, share in sorted(ends.items(), key=lambda item: item[1]):
        height = max(share, height + LABEL_GAP)
        ax.annotate(
            lab,
            (at, height),
            xytext=(6, 0),
            textcoords="offset points",
            color=lab_colour(lab),
            va="center",
            fontweight="bold",
            annotation_clip=False,
        )
