"""Which parameters can be recovered at all: fits to invented histories of which the truth is known.

A truth is drawn from the priors with its luck, its history is read off with errors like the record's, and it is fitted
as the record is. What the figures cannot tell keeps its prior however long one looks, and is left out of a fitted set.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.runs.calibration.evidence import covariance
from computerace.runs.calibration.forward import Forward, Record
from computerace.runs.calibration.smoother import smooth

LEAST_CONTRACTION = 0.15  # with a few thousand members chance alone takes away up to about a tenth
LEAST_EXPLAINED = 0.1
Z_50, Z_90 = 0.6744897501960817, 1.6448536269514722


@dataclass(frozen=True)
class Truths:
    """Fits to invented histories, as normal scores: truth, mean and spread of the fit, (truths, parameters)."""

    truth: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]


def recover(forward: Forward[Record], truths: int, members: int) -> Truths:
    """Fit the invented histories of so many truths, with so many members each."""
    known = forward.history.known
    error, count = covariance(known), len(forward.parameters)
    hidden = replace(forward, seed=forward.seed + 1)  # other worlds than those that are fitted
    vectors = hidden.draw(truths)
    noise = np.random.default_rng([forward.seed, 2]).standard_normal((len(known), truths))
    invented = hidden(vectors) + np.linalg.cholesky(error) @ noise
    begun = forward.draw(members)
    fits = [
        smooth(forward, begun, history, error, forward.seed + one)[:count] for one, history in enumerate(invented.T)
    ]
    mean, spread = ([function(fit, axis=1) for fit in fits] for function in (np.mean, np.std))
    return Truths(vectors[:count].T, np.stack(mean), np.stack(spread))


def recovered(forward: Forward[Record], found: Truths) -> pd.DataFrame:
    """A row per parameter, those of which the figures tell most first.

    contraction: part of the prior variance that a fit takes away, on average. explained: part of the truths' variance
    that the fits' means account for. inside_50, inside_90: truths within the fits' intervals. recoverable: both parts
    are large enough.
    """
    miss = np.abs(found.truth - found.mean) / found.spread
    table = pd.DataFrame(
        {
            "parameter": [one.name for one in forward.parameters],
            "contraction": 1.0 - (found.spread**2).mean(axis=0),
            "explained": 1.0 - ((found.truth - found.mean) ** 2).mean(axis=0) / (found.truth**2).mean(axis=0),
            "inside_50": (miss < Z_50).mean(axis=0),
            "inside_90": (miss < Z_90).mean(axis=0),
        }
    )
    told = table["contraction"] >= LEAST_CONTRACTION
    table["recoverable"] = told & (table["explained"] >= LEAST_EXPLAINED)
    return table.sort_values("contraction", ascending=False, kind="stable").reset_index(drop=True)
