"""The markets: the price of chips, the orders that wait, power by kind of contract, concentration."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from computerace.analysis.plots.parts import WORLDS, bands_of, fan, label_ends, mark_line, note, number_axis, years
from computerace.analysis.style import (
    BACKLOG_COLOUR,
    CONTRACT_COLOURS,
    PRICE_COLOUR,
    axes_or_new,
    plot,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@plot
def chip_price(spread: pd.DataFrame, *, of: str = WORLDS, ax: "Axes | None" = None) -> "Axes":
    """The price of a new chip per H100e: median and bands."""
    return _one(spread, PRICE_COLOUR, "chip price (USD of 2025 per H100e)", of, ax)


@plot
def backlog(spread: pd.DataFrame, *, of: str = WORLDS, ax: "Axes | None" = None) -> "Axes":
    """How many months of supply are ordered and not delivered: median and bands."""
    return _one(spread, BACKLOG_COLOUR, "backlog (months of supply)", of, ax)


@plot
def herfindahl(spread: pd.DataFrame, labs: int, *, of: str = WORLDS, ax: "Axes | None" = None) -> "Axes":
    """How concentrated the labs' compute is: the Herfindahl-Hirschman index, 1 for one lab alone, 1/n for n equals."""
    ax = _one(spread, BACKLOG_COLOUR, "concentration of owned compute (HHI, 0 to 1)", of, ax)
    ax.set_ylim(0, min(1.0, 1.1 * float(spread["p95"].max())))
    mark_line(ax, 1 / labs, f"{1 / labs:.2g}: {labs} equal labs", above=False)
    return ax


def _one(spread: pd.DataFrame, colour: str, label: str, of: str, ax: "Axes | None") -> "Axes":
    ax = axes_or_new(ax)
    fan(ax, spread, colour)
    ax.set_ylim(bottom=0)
    years(ax, spread["date"].min(), spread["date"].max())
    number_axis(ax)
    ax.set_ylabel(label)
    note(ax, bands_of(of))
    return ax


@plot
def power_by_contract(
    running: Mapping[str, pd.DataFrame],
    pipeline: Mapping[str, pd.DataFrame] | None = None,
    *,
    of: str = WORLDS,
    ax: "Axes | None" = None,
) -> "Axes":
    """Power that runs under each kind of contract, medians and bands; dashed: what is signed, not yet running.

    running, pipeline: kind ("grid", "on site", "ready") to the spread of its IT megawatts, over all owners.
    """
    ax = axes_or_new(ax)
    ends: dict[str, float] = {}
    for kind, rows in running.items():
        fan(ax, rows, CONTRACT_COLOURS[kind], kind)
        ends[kind] = float(rows["p50"].iloc[-1])
    for kind, rows in (pipeline or {}).items():
        ax.plot(rows["date"], rows["p50"], color=CONTRACT_COLOURS[kind], linestyle=(0, (3, 2)), linewidth=1.3)
    first = next(iter(running.values()))["date"]
    ax.set_ylim(bottom=0)
    years(ax, first.min(), first.max())
    number_axis(ax)
    ax.set_ylabel("power by kind of contract (IT MW)")
    note(ax, bands_of(of) + ("; dashed: signed, not yet running" if pipeline else ""))
    label_ends(ax, ends, CONTRACT_COLOURS, first.max())
    return ax
