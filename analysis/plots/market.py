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
from computerace.observables import OBSERVABLES, POWER, axis_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAMILIES = {"price": PRICE_COLOUR, "backlog": BACKLOG_COLOUR}


@plot
def chip_price(spread: pd.DataFrame, *, of: str = WORLDS, ax: "Axes | None" = None) -> "Axes":
    """The price of a new chip per H100e: median and bands."""
    return _one(spread, "chip_price_usd_per_h100e", of, ax)


@plot
def backlog(spread: pd.DataFrame, *, of: str = WORLDS, ax: "Axes | None" = None) -> "Axes":
    """How many months of supply are ordered and not delivered: median and bands."""
    return _one(spread, "backlog_months", of, ax)


@plot
def herfindahl(spread: pd.DataFrame, labs: int, *, of: str = WORLDS, ax: "Axes | None" = None) -> "Axes":
    """How concentrated the labs' compute is: the Herfindahl-Hirschman index, 1 for one lab alone, 1/n for n equals."""
    ax = _one(spread, "herfindahl", of, ax)
    ax.set_ylim(0, min(1.0, 1.1 * float(spread["p95"].max())))
    mark_line(ax, 1 / labs, f"{1 / labs:.2g}: {labs} equal labs", above=False)
    return ax


def _one(spread: pd.DataFrame, measure: str, of: str, ax: "Axes | None") -> "Axes":
    ax = axes_or_new(ax)
    fan(ax, spread, FAMILIES[OBSERVABLES[measure].colour])
    ax.set_ylim(bottom=0)
    years(ax, spread["date"].min(), spread["date"].max())
    number_axis(ax)
    ax.set_ylabel(axis_label(measure))
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
    ax.set_ylabel(POWER["grid"].axis)
    note(ax, bands_of(of) + ("; dashed: signed, not yet running" if pipeline else ""))
    label_ends(ax, ends, CONTRACT_COLOURS, first.max())
    return ax
