"""Boxes of parameters: who is inside, how well a box tells, and the fewest of its conditions that suffice.

A box is a set of limits, {parameter: (low, high)}, infinite where a side is open. A condition is one parameter's
limits.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CONDITIONS = ("box", "round", "parameter", "coverage", "density", "mass", "dropped")
LIMITS = ("box", "kind", "parameter", "low", "high")
KEPT_DENSITY = 0.9  # of the whole box's density that has to be left where a condition is dropped, at most

type Limits = dict[str, tuple[float, float]]
type Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """Worlds that boxes are held against.

    worlds: a row per world, with the parameters. hits: which are of interest. left: those in no earlier box.
    """

    worlds: pd.DataFrame
    hits: Flags
    left: Flags

    def described(self, limits: Mapping[str, tuple[float, float]]) -> dict[str, float]:
        """A box in these worlds: coverage (share of all hits), density (NaN where it is empty), mass, worlds, hits."""
        held = inside(self.worlds, limits) & self.left
        both, count = int((held & self.hits).sum()), int(held.sum())
        return {
            "coverage": both / int(self.hits.sum()),
            "density": both / count if count else float("nan"),
            "mass": count / len(self.hits),
            "worlds": count,
            "hits": both,
        }

    def without(self, limits: Mapping[str, tuple[float, float]]) -> "Sample":
        """The same once a box has taken its worlds."""
        return Sample(self.worlds, self.hits, self.left & ~inside(self.worlds, limits))


def inside(worlds: pd.DataFrame, limits: Mapping[str, tuple[float, float]]) -> Flags:
    """Which worlds meet all limits, ends included."""
    held = np.ones(len(worlds), dtype=bool)
    for name, (low, high) in limits.items():
        values = worlds[name].to_numpy(dtype=float)
        held &= (values >= low) & (values <= high)
    return held


def fewest(sample: Sample, limits: Limits) -> tuple[Limits, pd.DataFrame]:
    """The fewest conditions of a box that still suffice, by leaving out one at a time.

    In each round every condition is left out in turn; the one whose loss costs the least density goes, as long as what
    stays has KEPT_DENSITY of the whole box's density, or all of it but what luck may be: with n worlds of interest in
    the box its density is known to one part in the root of n. Leaving out can only raise coverage.

    Returns the limits that stay, and every trial: columns round (from 1), parameter whose condition is left out,
    coverage, density and mass of the box without it, and dropped, whether it went for good.
    """
    whole = sample.described(limits)
    least = whole["density"] * min(KEPT_DENSITY, 1 - 1 / math.sqrt(max(1.0, whole["hits"])))
    left, rows = dict(limits), []
    for number in range(1, len(limits) + 1):
        trials = {name: sample.described(without(left, name)) for name in left}
        name = max(trials, key=lambda one: (trials[one]["density"], trials[one]["coverage"]))
        drop = len(left) > 1 and trials[name]["density"] >= least
        rows += [
            {"round": number, "parameter": one, **found, "dropped": drop and one == name}
            for one, found in trials.items()
        ]
        if not drop:
            break
        left = without(left, name)
    return left, pd.DataFrame(rows, columns=list(CONDITIONS[1:]))


def without(limits: Mapping[str, tuple[float, float]], name: str) -> Limits:
    """The box with one condition left out."""
    return {one: ends for one, ends in limits.items() if one != name}


def limits_frame(boxes: Sequence[tuple[int, str, Limits]]) -> pd.DataFrame:
    """Boxes as a tidy frame with the columns LIMITS; low or high is NaN where that side is open.

    boxes: number, kind ("found" or "fewest") and limits of each.
    """
    rows = [
        (box, kind, name, low if np.isfinite(low) else np.nan, high if np.isfinite(high) else np.nan)
        for box, kind, limits in boxes
        for name, (low, high) in limits.items()
    ]
    return pd.DataFrame(rows, columns=list(LIMITS))
