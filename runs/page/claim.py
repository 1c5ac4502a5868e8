"""The claim as the months pass: how many worlds have seen it so far, when, and how far away it is."""

import math
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd

from computerace.analysis.claim import chance_words
from computerace.market.vocabulary import DEADLINE_MONTHS, SPREAD
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.snapshot import Months, Snapshot
from computerace.runs.page.stored import Stored
from computerace.runs.sweeps.race_answer import wilson_interval

FIRST = "first month, if ever"


@dataclass(frozen=True)
class Claim:
    """The claim for one definition and one set of rivals, up to and with one month.

    probability: share of worlds in which the claimant had more than its rivals in some month so far.
    first_month: median over those worlds, None where there are none. ratio: median, and its 5-95 % range.
    """

    month: int
    worlds: int
    reached: int
    probability: float
    interval: tuple[float, float]
    first_month: float | None
    ratio: float
    ratio_low: float
    ratio_high: float


class Card(TypedDict):
    """A card above the charts; number: the bare figure for programs."""

    name: str
    label: str
    value: str
    note: str
    number: float | None


def claim(snapshot: Snapshot, definition: str, rivals: str) -> Claim:
    """The claim by the snapshot's month, or by the deadline where that is past."""
    month = min(snapshot.month, DEADLINE_MONTHS)
    ratios = snapshot.ratio(definition, rivals)[: month + 1]
    first = first_months(ratios)
    reached, worlds = int(np.isfinite(first).sum()), snapshot.worlds
    share = reached / worlds
    low, middle, high = np.quantile(ratios[-1].astype(np.float64), SPREAD)
    return Claim(
        month=month,
        worlds=worlds,
        reached=reached,
        probability=share,
        interval=wilson_interval(reached, worlds),
        first_month=float(np.nanmedian(first)) if reached else None,
        ratio=float(middle),
        ratio_low=float(low),
        ratio_high=float(high),
    )


def first_months(ratios: Months) -> np.ndarray:
    """The first month in which each world's ratio exceeds one: (months + 1, worlds) to (worlds,), NaN for never."""
    above = ratios > 1
    return np.where(above.any(axis=0), above.argmax(axis=0).astype(np.float64), np.nan)


def probability_words(claim_so_far: Claim) -> str:
    """The probability with its 95 % interval, or as a bound, in the report's words."""
    return chance_words(claim_so_far.probability, *claim_so_far.interval)


def cards(
    shown: Snapshot,
    whole: Snapshot | None,
    definition: str,
    rivals: str,
    *,
    running_ahead: bool = False,
    kept: Stored | None = None,
) -> list[Card]:
    """The four cards above the charts, as plain data: name, label, value, note, and the bare figure for programs.

    The chance stands on one of them, the deadline's; what has come about so far is counted in worlds.
    kept: the stored answer where it is from more worlds than the page's: then its chance is the one that is said, and
    the page's own worlds, whose the bare figure is, are counted beside it.
    """
    now = claim(shown, definition, rivals)
    if whole is not None:
        end = claim(whole, definition, rivals)
        later = [_at_deadline(shown, end, kept), _first_month(whole, end, definition, rivals)]
    else:
        note = "running ahead" if running_ahead else "not run so far"
        later = [_card("deadline", "at the deadline", "…", note, None), _card("first-month", FIRST, "…", note, None)]
    return [_so_far(shown, now), *later, _ratio(shown, now)]


def _so_far(shown: Snapshot, now: Claim) -> Card:
    value = {0: "in no world", now.worlds: "in every world"}.get(now.reached, f"in {now.reached:,} worlds")
    return _card("so-far", f"so far, by {month_name(shown, now.month)}", value, f"of {now.worlds:,}", now.probability)


def _at_deadline(shown: Snapshot, end: Claim, kept: Stored | None) -> Card:
    count = {0: "none", end.worlds: "all"}.get(end.reached, f"{end.reached:,}")
    label = f"chance by the deadline, {month_name(shown, end.month)}"
    counted = f"{count} of {end.worlds:,} worlds"
    if kept is not None:
        counted = f"{kept['worlds']:,} worlds; {count} of the {end.worlds:,} here"
    chance, _, interval = (kept["chance"] if kept else probability_words(end)).partition(" (")
    return _card("deadline", label, chance, f"{interval.rstrip(')')}{'; ' * bool(interval)}{counted}", end.probability)


def _first_month(whole: Snapshot, end: Claim, definition: str, rivals: str) -> Card:
    """When it comes true; where it does in no world, how near one comes."""
    if end.first_month is not None:
        name = month_name(whole, round(end.first_month))
        return _card("first-month", FIRST, name, "median where it comes true", end.first_month)
    ratios = whole.ratio(definition, rivals)[: end.month + 1].astype(np.float64)
    label = f"the nearest of {end.worlds:,} worlds"
    if not np.isfinite(ratios).any():
        return _card("first-month", label, plain(math.nan), "", None)
    month = int(np.nanargmax(np.nanmax(np.where(np.isfinite(ratios), ratios, -np.inf), axis=1)))
    note = f"of what its rivals have, in {month_name(whole, month)}"
    return _card("first-month", label, f"{plain(100 * float(np.nanmax(ratios)))} %", note, None)


def _ratio(shown: Snapshot, now: Claim) -> Card:
    note = f"5–95 %: {plain(now.ratio_low)}–{plain(now.ratio_high)}"
    return _card(
        "ratio", f"{shown.claimant} / rivals, {month_name(shown, now.month)}", plain(now.ratio), note, now.ratio
    )


def _card(name: str, label: str, value: str, note: str, number: float | None) -> Card:
    known = number if number is not None and math.isfinite(number) else None  # JSON knows no other
    return {"name": name, "label": label, "value": value, "note": note, "number": known}


def month_name(snapshot: Snapshot, month: int) -> str:
    """The month that lies `month` months after the start, such as "Dec 2025"."""
    return f"{pd.Timestamp(snapshot.start) + pd.DateOffset(months=month):%b %Y}"
