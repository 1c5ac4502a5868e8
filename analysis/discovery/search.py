"""Under what conditions does the claim come true? Boxes of parameters, by the patient rule induction method.

PRIM (Friedman and Fisher 1999, Statistics and Computing 9:123; for scenarios Bryant and Lempert 2010,
doi:10.1016/j.techfore.2009.08.002) starts from all worlds and peels off, again and again, the twentieth whose loss
raises the share of worlds of interest most. What is left at each step is a box: a range for some of the parameters. Its
*density* is the share of its worlds that are of interest, its *coverage* the share of the worlds of interest that it
holds, its *mass* the share of all worlds. Peeling trades coverage for density; the curve shows how.

The peeling is ema_workbench's (Kwakkel 2017, doi:10.1016/j.envsoft.2017.06.054). Peeled for long enough, noise has a
twentieth to lose in every parameter. So

- it looks at no more than MOST parameters, those that account for most of the outcome or of the log ratio by themselves
  (`given_data.py`); one that works only through another can be missed;
- boxes are found in one half of the points and judged in the other: which step of the peeling to take, and which
  conditions can be left out (`boxes.fewest`).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from computerace.analysis.columns import HEADLINE, horizon, ratio_column, require
from computerace.analysis.discovery.boxes import CONDITIONS, Flags, Limits, Sample, fewest, limits_frame
from computerace.analysis.outcomes import came_true, log_ratio
from computerace.analysis.sensitivity.given_data import importance
from computerace.analysis.weights import refuse_weighted
from computerace.extras import need
from computerace.market.errors import UserError
from computerace.shown import Shown

CURVE = (
    "box", "step", "coverage", "density", "mass", "parameters", "worlds", "hits", "density_where_found", "chosen",
)  # fmt: skip
LEAST_HITS = 60
CURE = "run more worlds, ask for another --definition, or for the best twentieth with --top 0.05"
OWN_CURE = "run more worlds, or ask for a claim that comes true more often: a smaller amount, a later month"
LEAST_IN_BOX = 20  # worlds of interest in a box where it is judged: they tell its density to a fifth or so
MOST = 20
PEEL = 0.05


@dataclass(frozen=True)
class Target:
    """Which worlds are of interest: those in which the claim came true, or those with a ratio above `ratio`.

    definition, rivals, deadline: of the claim. ratio: None for the claim itself. column: that says whether a claim of
    one's own came true, in place of all that.
    """

    definition: str = HEADLINE[0]
    rivals: str = HEADLINE[1]
    deadline: int = 60
    ratio: float | None = None
    column: str | None = None

    def hits(self, worlds: pd.DataFrame) -> Flags:
        """Whether each world is of interest; raises UserError where a column is missing or not finite."""
        if self.column is not None:
            return worlds[self.column].to_numpy(dtype=bool)
        if self.ratio is None:
            return came_true(worlds, self.definition, self.rivals, self.deadline).to_numpy(dtype=bool)
        ratio = log_ratio(worlds, self.definition, self.rivals, self.deadline).to_numpy(dtype=float)
        return np.asarray(ratio > np.log(self.ratio))


@dataclass(frozen=True, repr=False)
class Box(Shown):
    """A box: the limits that were found, the fewest of them that suffice, and what leaving out each one did.

    No limits at all: what was peeled did not hold in the points that the box was not found in.
    """

    found: Limits
    fewest: Limits
    conditions: pd.DataFrame


@dataclass(frozen=True, repr=False)
class Discovery(Shown):
    """Boxes, each around worlds of interest that the ones before left.

    curve: columns CURVE, one row per step of each peeling: box (from 1), step, coverage, density and mass, parameters
    (how many are limited), worlds and hits, all in the half of the points that the box was not found in; its density
    where it was found, which flatters; and whether the step was chosen.
    """

    curve: pd.DataFrame
    boxes: tuple[Box, ...]

    @property
    def limits(self) -> pd.DataFrame:
        """Columns box, kind ("found" or "fewest"), parameter, low, high; NaN where a side is open."""
        pairs = [(number, one) for number, one in enumerate(self.boxes, 1)]
        return limits_frame([
            (number, kind, limits)
            for number, one in pairs
            for kind, limits in (("found", one.found), ("fewest", one.fewest))
        ])  # fmt: skip

    @property
    def conditions(self) -> pd.DataFrame:
        """Columns CONDITIONS: what leaving out each condition did, round by round; see `boxes.fewest`."""
        frames = [one.conditions.assign(box=number) for number, one in enumerate(self.boxes, 1)]
        return pd.concat(frames, ignore_index=True)[list(CONDITIONS)]


def best(worlds: pd.DataFrame, target: Target, share: float) -> Target:
    """The target of the worlds with the highest ratios, `share` of them all."""
    if not 0 < share < 1:
        raise UserError(f"the share of the best worlds must be between 0 and 1; got {share:g}")
    ratio = log_ratio(worlds, target.definition, target.rivals, target.deadline)
    return replace(target, ratio=float(np.exp(ratio.quantile(1 - share))))


def telling(worlds: pd.DataFrame, target: Target, names: Sequence[str]) -> list[str]:
    """The parameters to look at: by what they account for alone, of the outcome and of the log ratio."""
    hits = target.hits(worlds)
    refuse_few(hits, CURE if target.column is None else OWN_CURE)
    frames = [importance(worlds, pd.Series(hits.astype(float), index=worlds.index, name="outcome"), names)]
    month = min(target.deadline, horizon(worlds))
    if target.column is None and ratio_column(target.definition, target.rivals, month) in worlds.columns:
        frames.append(importance(worlds, log_ratio(worlds, target.definition, target.rivals, month), names))
    # In turns, the most telling of each first.
    order = [name for row in zip(*(frame["parameter"] for frame in frames), strict=True) for name in row]
    return list(dict.fromkeys(order))[:MOST]


def discover(
    worlds: pd.DataFrame, hits: Flags, names: Sequence[str], *, density: float | None = None, boxes: int = 1
) -> Discovery:
    """Boxes one after the other, the fewest conditions of each, and the curve of coverage and density.

    Parameters
    ----------
    worlds: a row per world, with point where several share a point's parameters. hits: which are of interest. names:
    the parameters to peel. density: choose the box of most coverage with at least this density; by default the one with
    the highest harmonic mean of coverage and density. boxes: how many at most; there are fewer where too few worlds of
    interest are left.

    Raises UserError where too few or all worlds are of interest, they are weighted, no box is dense enough, or
    ema_workbench is missing.
    """
    require(worlds, names)
    refuse_weighted(worlds)
    refuse_few(hits)
    seen, kept = _halves(worlds, hits, names)
    search = _search(seen)
    curves, found = [], []
    for number in range(1, boxes + 1):
        if min(int((half.hits & half.left).sum()) for half in (seen, kept)) < LEAST_IN_BOX:
            break
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pandas 4, which ema_workbench will have to mind
            peeled = search.find_box()
        steps = [_limits(peeled, step) for step in range(len(peeled.box_lims))]
        curve = _curve(number, steps, seen, kept)
        chosen = _choose(curve, density)
        peeled.select(chosen)
        curves.append(curve.assign(chosen=curve["step"] == chosen))
        if not steps[chosen]:
            found.append(Box({}, {}, pd.DataFrame(columns=list(CONDITIONS[1:]))))
            break
        found.append(Box(steps[chosen], *fewest(kept, steps[chosen])))
        seen, kept = seen.without(steps[chosen]), kept.without(steps[chosen])
    return Discovery(pd.concat(curves, ignore_index=True)[list(CURVE)], tuple(found))


def refuse_few(hits: Flags, cure: str = CURE) -> None:
    """Raise UserError where too few worlds, or all of them, are of interest."""
    count = int(hits.sum())
    if count < LEAST_HITS:
        raise UserError(
            f"{count} of {len(hits):,} worlds are of interest, too few to find conditions (at least {LEAST_HITS}):"
            f" {cure}"
        )
    if count == len(hits):
        raise UserError(f"all {count:,} worlds are of interest: there is nothing to tell them from")


def _halves(worlds: pd.DataFrame, hits: Flags, names: Sequence[str]) -> tuple[Sample, Sample]:
    """Every other point to find boxes in, and the rest to judge them; every other world where there is one point."""
    place = np.arange(len(worlds))
    if "point" in worlds.columns and worlds["point"].iloc[0] != worlds["point"].iloc[-1]:  # in the order of points
        place = worlds["point"].to_numpy()
    halves = []
    for which in (place % 2 == 0, place % 2 == 1):
        table = worlds.loc[which, list(names)].astype(float).reset_index(drop=True)
        halves.append(Sample(table, hits[which], np.ones(len(table), dtype=bool)))
    if min(int(half.hits.sum()) for half in halves) < LEAST_IN_BOX:
        raise UserError(f"half of the points hold less than {LEAST_IN_BOX} worlds of interest: run more points")
    return halves[0], halves[1]


def _search(seen: Sample) -> Any:
    """ema_workbench's PRIM, without what it says of its own optional parts."""
    need("discovery", "PRIM")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim

        least = max(LEAST_HITS // 2, int(seen.hits.sum()) // 4) / len(seen.hits)
        return prim.Prim(seen.worlds, seen.hits.astype(int), peel_alpha=PEEL, paste_alpha=PEEL, mass_min=least)


def _curve(number: int, steps: Sequence[Limits], seen: Sample, kept: Sample) -> pd.DataFrame:
    rows = [
        {"box": number, "step": step, **kept.described(limits), "parameters": len(limits)}
        | {"density_where_found": seen.described(limits)["density"]}
        for step, limits in enumerate(steps)
    ]
    return pd.DataFrame(rows)


def _choose(curve: pd.DataFrame, density: float | None) -> int:
    """The step of the box to report, among those with enough worlds of interest to judge them by."""
    curve = curve[curve["hits"] >= LEAST_IN_BOX]
    if density is not None:
        dense = curve[curve["density"] >= density]
        if dense.empty:
            most = curve["density"].max()
            raise UserError(f"no box that can be judged has a density of {density:g}; the densest one has {most:.3g}")
        return int(dense.sort_values(["coverage", "step"], ascending=[False, True])["step"].iloc[0])
    both = 2 * curve["coverage"] * curve["density"] / (curve["coverage"] + curve["density"])
    return int(curve["step"].to_numpy()[int(both.to_numpy().argmax())])


def _limits(peeled: Any, step: int) -> Limits:
    """The limits that were peeled to, each parameter's low and high; infinite where a side is open."""
    first, last = peeled.box_lims[0], peeled.box_lims[step]
    found = {}
    for name in last.columns:
        low, high = (float(last[name].iloc[side]) for side in (0, 1))
        ends = (
            -np.inf if low <= float(first[name].iloc[0]) else low,
            np.inf if high >= float(first[name].iloc[1]) else high,
        )
        if np.isfinite(ends).any():
            found[str(name)] = ends
    return found
