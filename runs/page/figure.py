"""The chart that is shown as a picture that stands by itself, PNG or SVG: for slides, papers and previews of links."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from computerace.analysis.style import UNDATED, house_style, new_axes
from computerace.market.vocabulary import REST
from computerace.runs.page.chart_race import CLAIM_SHARE, COMBINED, MILLION, combined
from computerace.runs.page.palette import LIGHT
from computerace.runs.page.snapshot import Months, Snapshot, bands, owner_words
from computerace.runs.page.words import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (6.0, 3.15)  # at 200 dots an inch 1,200 by 630, which previews of links show whole
DOTS = 200


def figure(snapshot: Snapshot, look: Look, kind: Literal["png", "svg"]) -> bytes:
    """The chart as a picture; the same bytes for the same race."""
    with house_style():
        ax = new_axes(*INCHES)
        (_shares if look.chart == "shares" else _compute)(ax, snapshot, look)
        ax.set_title(f"{snapshot.scenario}: {look.definition} compute, {snapshot.worlds:,} worlds", fontsize=10)
        made = io.BytesIO()
        ax.get_figure(root=True).savefig(made, format=kind, dpi=DOTS, metadata=UNDATED.get(f".{kind}"))  # type: ignore[union-attr]
    return made.getvalue()


def _compute(ax: "Axes", snapshot: Snapshot, look: Look) -> None:
    """Medians and bands by lab on a log axis; dashed the rivals combined."""
    dates = pd.to_datetime(snapshot.dates())
    for lab in snapshot.labs:
        spread = bands(_above_zero(snapshot.compute(look.definition, lab))) * MILLION
        colour = LIGHT.owner(lab)
        ax.fill_between(dates, spread[0], spread[4], color=colour, alpha=0.12, linewidth=0)
        ax.fill_between(dates, spread[1], spread[3], color=colour, alpha=0.2, linewidth=0)
        ax.plot(dates, spread[2], color=colour, label=lab)
    together = bands(combined(snapshot, look.definition, look.rivals))[2] * MILLION
    ax.plot(dates, together, color=LIGHT.claim, linestyle="--", linewidth=1.3, label=COMBINED[look.rivals])
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set_ylabel("million H100e: median, 50 and 90 %")
    ends = {str(line.get_label()): float(np.asarray(line.get_ydata())[-1]) for line in ax.lines}
    _name(ax, sorted(ends, key=lambda name: -np.nan_to_num(ends[name])))


def _shares(ax: "Axes", snapshot: Snapshot, look: Look) -> None:
    """Mean shares stacked from the claimant up, with the claim's line."""
    owners = (snapshot.claimant, *snapshot.rivals, *((REST,) if look.rivals == "all" else ()))
    held = np.array([snapshot.compute(look.definition, owner) for owner in owners], dtype=np.float64)
    shares = 100 * (held / np.maximum(held.sum(axis=0), 1e-9)).mean(axis=-1)
    colours = [LIGHT.owner(owner) for owner in owners]
    labels = [owner_words(owner) for owner in owners]
    ax.stackplot(pd.to_datetime(snapshot.dates()), shares, colors=colours, labels=labels, alpha=0.85)
    ax.axhline(100 * CLAIM_SHARE, color=LIGHT.claim, linestyle="--", linewidth=1.2)
    ax.set_ylim(0, 100)
    ax.set_ylabel("mean share, %; dashed: one half")
    _name(ax, labels[::-1])


def _name(ax: "Axes", order: Sequence[str]) -> None:
    """Name what is drawn, from the top down, beside the plot: however many labs there are, no name lies on a line."""
    handles = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    ax.get_figure(root=True).legend([handles[name] for name in order], order, loc="outside right upper")  # type: ignore[union-attr]


def _above_zero(values: Months) -> Months:
    return np.where(values > 0, values, np.nan)
