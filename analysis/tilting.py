"""Probabilities too small for plain sampling, by tilted priors: worlds drawn nearer to the event, then weighed back.

Normals are drawn about a shift m in place of 0 and each world counts exp(-m z + m m / 2) (importance sampling). The
shift comes from the cross-entropy method (Rubinstein and Kroese 2004, The Cross-Entropy Method, chapter 3): the mean of
the best worlds, level by level. It suits an event that lies one way in few dimensions; where it may lie several ways,
`rare_events.split` is the safer one. The effective sample size says how much the weights let through.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.rare_events import MOST_LUCK, Normals, RareEvent, Score
from computerace.market.errors import UserError

LEAST_EFFECTIVE = 30  # worlds behind an estimate, below which its own error cannot be trusted
CLEAR = 2.5  # standard errors by which a mean must differ from 0 to tilt its parameter


@dataclass(frozen=True)
class Tilted(RareEvent):
    """A small probability by tilted priors. shift: (dimensions,). effective: worlds that the weights leave of the hits."""

    shift: NDArray[np.float64]
    effective: float


def weights_of(normals: Normals, shift: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weight of worlds drawn about `shift`: the density about 0 over the one about the shift; (worlds,)."""
    return np.exp(0.5 * float(shift @ shift) - (normals * shift).sum(axis=1))


def find_shift(
    score: Score,
    dimensions: int,
    target: float,
    rng: np.random.Generator,
    worlds: int,
    share: float = 0.1,
    levels: int = 12,
) -> tuple[NDArray[np.float64], int]:
    """The shift by the cross-entropy method, and how many worlds it took; (dimensions,)."""
    shift, run = np.zeros(dimensions), 0
    for _ in range(levels):
        normals = shift + rng.standard_normal((worlds, dimensions))
        scores = score(normals, rng.integers(0, MOST_LUCK, worlds))
        run += worlds
        level = min(target, float(np.quantile(scores, 1 - share)))
        best = scores > level if level < target else scores > target
        if best.sum() < 10:
            break
        weight = weights_of(normals[best], shift)
        weight = weight / weight.sum()
        mean = weight @ normals[best]
        error = 1.0 / math.sqrt(1.0 / float((weight**2).sum()))
        shift = np.where(np.abs(mean) > CLEAR * error, mean, 0.0)  # noise in many dimensions would ruin the weights
        if level >= target:
            break
    return shift, run


def tilt(
    score: Score,
    dimensions: int,
    target: float = 0.0,
    *,
    seed: int = 1,
    worlds: int = 4000,
    advance: Callable[[int], None] = lambda worlds: None,
) -> Tilted:
    """The probability that a world's score exceeds `target`, by tilted priors.

    Raises UserError where too few worlds carry the estimate.
    """
    rng = np.random.default_rng([seed, 7])

    def counted(normals: Normals, luck: NDArray[np.int64]) -> NDArray[np.float64]:
        found = score(normals, luck)
        advance(len(luck))
        return found

    shift, run = find_shift(counted, dimensions, target, rng, max(200, worlds // 4))
    normals = shift + rng.standard_normal((worlds, dimensions))
    hits = counted(normals, rng.integers(0, MOST_LUCK, worlds)) > target
    parts = weights_of(normals, shift) * hits
    effective = float(parts.sum() ** 2 / (parts**2).sum()) if hits.any() else 0.0
    if effective < LEAST_EFFECTIVE:
        raise UserError(
            f"tilted priors leave {effective:.0f} effective worlds of {worlds} (at least {LEAST_EFFECTIVE} are needed);"
            " give more worlds, or use importance splitting"
        )
    mean, error = float(parts.mean()), float(parts.std(ddof=1)) / math.sqrt(worlds)
    return Tilted(
        mean, error, max(0.0, mean - 1.96 * error), mean + 1.96 * error, (mean,), run + worlds, shift, effective
    )
