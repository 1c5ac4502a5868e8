"""How many figures a forecast should have inside its intervals, were it right.

Figures from one date hang together: where one is inside, so is mostly the next. So 60 figures inside an interval of
90 % may say little. Each draw of the forecast is taken for what came, and held against the interval of all of them: the
share of its figures that lie inside is what a forecast that is right would show (Gneiting, Balabdaoui and Raftery 2007,
doi:10.1111/j.1467-9868.2007.00587.x, on calibration; errors of published figures are in the draws already).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.validation.scores import inside

type Floats = NDArray[np.float64]


class Expected(NamedTuple):
    """The share of figures inside that a forecast shows where it is right, over what may come.

    figures: how many. low, high: 5 and 95 % of it. every: the chance that all of them are inside.
    """

    figures: int
    low: float
    high: float
    every: float


def expected(paths: Mapping[tuple[str, str], Floats], keys: Sequence[tuple[str, str]], probability: float) -> Expected:
    """What share of the figures of some (quantity, owner) lies inside the central interval, were the forecast right.

    paths: a sample of what would be published, (quarters, draws) each; of quarters that are compared.
    """
    shares = np.concatenate([inside(paths[key][:, None], paths[key], probability) for key in keys])
    part = shares.mean(axis=0)
    low, high = np.quantile(part, (0.05, 0.95))
    return Expected(len(shares), float(low), float(high), float((part == 1.0).mean()))
