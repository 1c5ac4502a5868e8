"""Probabilities too small for plain sampling: importance splitting.

The event {score > target} is reached through nested levels, each the best tenth of the worlds before. Worlds that
reached a level are copied and moved by a Markov chain that keeps the law of the worlds above that level; the product of
the levels' shares estimates the probability. (Au and Beck 2001, Probabilistic Engineering Mechanics 16:263; Cerou, Del
Moral, Furon and Guyader 2012, Statistics and Computing 22:795.)

A world is a pair: `normals`, one standard normal number per parameter (its prior's quantile), and `luck`, the number of
the world whose shocks it gets. The chain moves normals by a step that leaves the standard normal law alone,
z' = sqrt(1 - s^2) z + s xi (Neal 1999), and draws fresh luck, in turns. The error comes from independent repeats, which
makes it honest whatever the chain's correlation.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computerace.market.errors import UserError

type Normals = NDArray[np.float64]
"""Standard normal numbers, (worlds, dimensions)."""
type Luck = NDArray[np.int64]
"""World numbers, (worlds,)."""
type Score = Callable[[Normals, Luck], NDArray[np.float64]]
"""The score of each world, (worlds,), larger for nearer to the event; never NaN."""

MOST_LUCK = 1 << 31
STUDENT_95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


@dataclass(frozen=True)
class RareEvent:
    """A small probability. low, high: 95 %. repeats: independent estimates, whose mean it is. evaluations: worlds run."""

    probability: float
    standard_error: float
    low: float
    high: float
    repeats: tuple[float, ...]
    evaluations: int


@dataclass(frozen=True)
class Splitting:
    """How to split. worlds: per level. share: of worlds that pass a level. sweeps: of the chain. most_levels: then stop."""

    worlds: int = 1000
    share: float = 0.1
    sweeps: int = 6
    most_levels: int = 12

    def __post_init__(self) -> None:
        if self.worlds * self.share < 10:
            raise UserError(f"splitting needs at least 10 worlds to pass a level; {self.worlds} give too few")


def split(
    score: Score,
    dimensions: int,
    target: float = 0.0,
    *,
    seed: int = 1,
    repeats: int = 4,
    settings: Splitting | None = None,
    advance: Callable[[int], None] = lambda worlds: None,
) -> RareEvent:
    """The probability that a world's score exceeds `target`, by importance splitting.

    Parameters
    ----------
    score: of worlds, as described above. dimensions: how many normals a world has.
    repeats: independent estimates (at least 2). settings: see Splitting. advance: hears how many worlds were run.
    """
    if repeats < 2:
        raise UserError(f"splitting needs at least 2 repeats to know its error, got {repeats}")
    chosen, run = settings or Splitting(), 0

    def counted(normals: Normals, luck: Luck) -> NDArray[np.float64]:
        nonlocal run
        run += len(luck)
        found = score(normals, luck)
        advance(len(luck))
        return found

    found = [_once(counted, dimensions, target, np.random.default_rng([seed, one]), chosen) for one in range(repeats)]
    return combined(found, run)


def combined(estimates: list[float], evaluations: int) -> RareEvent:
    """Independent estimates of one probability, put together: their mean with Student's interval, cut at 0."""
    mean = float(np.mean(estimates))
    error = float(np.std(estimates, ddof=1)) / math.sqrt(len(estimates))
    half = STUDENT_95.get(len(estimates), 2.2) * error
    return RareEvent(mean, error, max(0.0, mean - half), mean + half, tuple(estimates), evaluations)


def _once(score: Score, dimensions: int, target: float, rng: np.random.Generator, chosen: Splitting) -> float:
    normals = rng.standard_normal((chosen.worlds, dimensions))
    luck = rng.integers(0, MOST_LUCK, chosen.worlds)
    scores, probability, step = score(normals, luck), 1.0, 0.5
    for _ in range(chosen.most_levels):
        level = float(np.quantile(scores, 1 - chosen.share))
        if level >= target or (scores > target).mean() >= chosen.share:
            return probability * float((scores > target).mean())
        passed = np.flatnonzero(scores > level)
        if not len(passed):  # every one of the best has the same score: no level lies above it
            return probability * float((scores > target).mean())
        probability *= len(passed) / chosen.worlds
        copies = rng.permutation(np.resize(rng.permutation(passed), chosen.worlds))
        world = (normals[copies], luck[copies], scores[copies])
        (normals, luck, scores), step = _moved(score, world, level, step, rng, chosen.sweeps)
    return probability * float((scores > target).mean())


def _moved(
    score: Score,
    world: tuple[Normals, Luck, NDArray[np.float64]],
    level: float,
    step: float,
    rng: np.random.Generator,
    sweeps: int,
) -> tuple[tuple[Normals, Luck, NDArray[np.float64]], float]:
    """The worlds after some sweeps of the chain that stays above `level`, and the step that accepts a third or so."""
    normals, luck, scores = (one.copy() for one in world)
    for sweep in range(sweeps):
        moves_luck = sweep % 3 == 2
        if moves_luck:
            tried, drawn = normals, rng.integers(0, MOST_LUCK, len(luck))
        else:
            tried = math.sqrt(1 - step**2) * normals + step * rng.standard_normal(normals.shape)
            drawn = luck
        new = score(tried, drawn)
        kept = new > level
        normals = np.where(kept[:, None], tried, normals)
        luck, scores = np.where(kept, drawn, luck), np.where(kept, new, scores)
        if not moves_luck:
            step = float(np.clip(step * math.exp(kept.mean() - 0.35), 0.05, 0.95))
    return (normals, luck, scores), step
