"""Probabilities too small for plain sampling: importance splitting.

The event {score > target} is reached through nested levels, each the best tenth of the worlds before. Worlds that
reached a level are copied and moved by a Markov chain that keeps the law of the worlds above that level; the product of
the levels' shares estimates the probability. (Au and Beck 2001, Probabilistic Engineering Mechanics 16:263; Cerou, Del
Moral, Furon and Guyader 2012, Statistics and Computing 22:795.)

A world is a pair: `normals`, one standard normal number per parameter (its prior's quantile), and `luck`, the number
of the world whose shocks it gets, from a pool. The chain moves normals by a step that leaves the standard normal law
alone, z' = sqrt(1 - s^2) z + s xi (Neal 1999, Regression and classification using Gaussian process priors), and draws
fresh luck from the pool, in turns. Each repeat has a pool of its own and starts afresh, so that the spread between
repeats holds the error of the pool and of the chain's correlation.
"""

import math
from collections.abc import Callable, Sequence
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

POOL = 2048  # numbers of luck in a repeat's pool; whole blocks of the random streams, which are drawn at once
LEAST_PASSING = 10
ACCEPTED = 0.35  # the part of moves that a step should let through


@dataclass(frozen=True)
class Splitting:
    """How to split.

    worlds: per level. share: of worlds that pass a level. sweeps: of the chain between levels. most_levels: then stop.
    """

    worlds: int = 1000
    share: float = 0.1
    sweeps: int = 6
    most_levels: int = 12

    def __post_init__(self) -> None:
        if self.worlds * self.share < LEAST_PASSING:
            raise UserError(
                f"splitting needs at least {LEAST_PASSING / self.share:.0f} worlds per level; got {self.worlds}"
            )


@dataclass(frozen=True)
class Estimate:
    """One repeat. probability: 0 where no level reached the target. deepest: the probability of the last level.

    evaluations: worlds run. leaning: (dimensions,) the mean normals of the worlds in which the event came true.
    """

    probability: float
    deepest: float
    evaluations: int
    leaning: NDArray[np.float64]


@dataclass(frozen=True)
class RareEvent:
    """A small probability from independent repeats. low, high: 95 %. evaluations: worlds run. leaning: see Estimate."""

    probability: float
    low: float
    high: float
    repeats: tuple[float, ...]
    evaluations: int
    leaning: NDArray[np.float64]


@dataclass
class _Worlds:
    normals: Normals
    luck: Luck
    scores: NDArray[np.float64]

    def picked(self, places: NDArray[np.intp]) -> "_Worlds":
        return _Worlds(self.normals[places], self.luck[places], self.scores[places])


def split(
    score: Score, dimensions: int, target: float, *, seed: int, repeats: int = 4, chosen: Splitting | None = None
) -> RareEvent:
    """The probability that a world's score exceeds `target`, from independent repeats one after the other."""
    return combined([split_once(score, dimensions, target, seed, repeat, chosen) for repeat in range(repeats)])


def split_once(
    score: Score, dimensions: int, target: float, seed: int, repeat: int, chosen: Splitting | None = None
) -> Estimate:
    """One estimate of the probability that a world's score exceeds `target`.

    Parameters
    ----------
    score: of worlds, as described above. dimensions: how many normals a world has.
    seed, repeat: which random numbers, and which pool of luck.
    """
    how = chosen or Splitting()
    rng = np.random.default_rng([seed, repeat])
    pool = (repeat * POOL, (repeat + 1) * POOL)
    normals, luck = rng.standard_normal((how.worlds, dimensions)), rng.integers(*pool, how.worlds)
    worlds = _Worlds(normals, luck, score(normals, luck))
    probability, step, evaluations = 1.0, 0.5, how.worlds
    for _ in range(how.most_levels):
        level = float(np.quantile(worlds.scores, 1 - how.share))
        passed = np.flatnonzero(worlds.scores > level)
        if level >= target or not len(passed):  # reached, or no level lies above: the best all have the same score
            break
        probability *= len(passed) / how.worlds
        copies = rng.permutation(np.resize(rng.permutation(passed), how.worlds))
        worlds, step = _moved(score, worlds.picked(copies), level, step, rng, pool, how.sweeps)
        evaluations += how.sweeps * how.worlds
    hit = worlds.scores > target
    leaning = worlds.normals[hit].mean(axis=0) if hit.any() else np.full(dimensions, math.nan)
    return Estimate(probability * float(hit.mean()), probability, evaluations, leaning)


def _moved(
    score: Score,
    worlds: _Worlds,
    level: float,
    step: float,
    rng: np.random.Generator,
    pool: tuple[int, int],
    sweeps: int,
) -> tuple[_Worlds, float]:
    """The worlds after some sweeps of the chain that stays above `level`, and the step that accepts a third or so."""
    for sweep in range(sweeps):
        moves_luck = sweep % 3 == 2
        normals, luck = worlds.normals, worlds.luck
        if moves_luck:
            luck = rng.integers(*pool, len(luck))
        else:
            normals = math.sqrt(1 - step**2) * normals + step * rng.standard_normal(normals.shape)
        scores = score(normals, luck)
        kept = scores > level
        worlds = _Worlds(
            np.where(kept[:, None], normals, worlds.normals),
            np.where(kept, luck, worlds.luck),
            np.where(kept, scores, worlds.scores),
        )
        if not moves_luck:
            step = float(np.clip(step * math.exp(kept.mean() - ACCEPTED), 0.05, 0.95))
    return worlds, step


def combined(estimates: Sequence[Estimate]) -> RareEvent:
    """Independent estimates of one probability in one: their mean, with Student's interval of its logarithm.

    Estimates are products of shares, so their logarithm is nearer to normal than they are. Where one of them is 0, the
    interval is that of the plain mean, cut at 0; where all are, its upper end is the deepest level's probability.

    Raises UserError for fewer than two.
    """
    from scipy.special import stdtrit

    number = len(estimates)
    if number < 2:
        raise UserError(f"splitting needs at least 2 repeats to know its error, got {number}")
    found = np.array([one.probability for one in estimates])
    reach = float(stdtrit(number - 1, 0.975)) / math.sqrt(number)
    mean = float(found.mean())
    if (found > 0).all():
        half = reach * float(np.log(found).std(ddof=1))
        low, high = mean * math.exp(-half), min(1.0, mean * math.exp(half))
    elif mean > 0:
        half = reach * float(found.std(ddof=1))
        low, high = max(0.0, mean - half), min(1.0, mean + half)
    else:
        low, high = 0.0, max(one.deepest for one in estimates)
    leaning = np.array([one.leaning for one in estimates if one.probability > 0])
    middle = leaning.mean(axis=0) if len(leaning) else np.full_like(estimates[0].leaning, math.nan)
    return RareEvent(mean, low, high, tuple(map(float, found)), sum(one.evaluations for one in estimates), middle)
