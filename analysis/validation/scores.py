"""Scores of probabilistic forecasts: CRPS and the coverage of central intervals.

A forecast is a sample of draws, the last axis. The continuous ranked probability score (Gneiting and Raftery 2007,
doi:10.1198/016214506000001437) is E|X - y| - E|X - X'| / 2: in the units of what is forecast, zero for a sure and right
one, the absolute error for a single number. Compute is scored in logs, ln(h100e + 10,000), so that a lab counts by its
relative error and not by its size, and a lab that owned nothing can be scored (Bosse et al. 2023,
doi:10.1371/journal.pcbi.1011393).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.validation.record import UNITS

# Added before the log, by unit: below any purchase on record, above the rounding of the figures.
OFFSETS = {"H100e": 10_000.0, "MW": 1.0, "USD": 0.0}
COVERED = (0.5, 0.9)

type Floats = NDArray[np.float64]


def crps(draws: Floats, observed: Floats) -> Floats:
    """CRPS of samples (..., draws) against figures (...); exact for the sample's own distribution."""
    with _unseen("numba"):
        from scoringrules import crps_ensemble  # here: it brings all of scipy.stats

    # "qd" sorts and is exact for the sample; the library's other estimators take all pairs of draws.
    given = np.asarray(observed, float), np.asarray(draws, float)
    return np.asarray(crps_ensemble(*given, estimator="qd", backend="numpy"))


@contextmanager
def _unseen(name: str) -> Iterator[None]:
    """Let imports in here not find a module: scoringrules compiles for seconds in every process that has numba."""
    known = sys.modules.pop(name, None)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
        if known is not None:
            sys.modules[name] = known


def inside(draws: Floats, observed: Floats, probability: float) -> NDArray[np.bool_]:
    """Whether figures (...) lie in the central interval of that probability of samples (..., draws), ends included."""
    tail = (1.0 - probability) / 2.0
    low, high = np.quantile(draws, [tail, 1.0 - tail], axis=-1)
    return (low <= observed) & (observed <= high)


def on_scale(values: Floats, quantity: str) -> Floats:
    """Values on the scale on which a quantity is scored: shares as they are, H100e and everything else in logs."""
    if quantity == "share":
        return np.asarray(values, dtype=np.float64)
    return np.log(np.maximum(np.asarray(values, dtype=np.float64), 0.0) + OFFSETS[UNITS[quantity]])


def draws_of_quantiles(levels: Floats, values: Floats, draws: int) -> Floats:
    """Evenly spaced draws (..., draws) from quantiles (..., levels), joined by straight lines and cut at the ends."""
    at = (np.arange(draws) + 0.5) / draws
    flat = np.asarray(values, float).reshape(-1, len(levels))
    found = np.stack([np.interp(at, levels, row) for row in flat])
    return found.reshape(*np.shape(values)[:-1], draws)
