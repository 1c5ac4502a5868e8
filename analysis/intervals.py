"""Intervals for what a finite number of worlds can tell: shares, paired shares and means.

Wilson (1927, JASA 22:209) for a share; Bonett and Price (2012, British Journal of Mathematical and Statistical
Psychology 65:376) for the difference of two shares in the same worlds; Efron's percentile bootstrap over worlds for
what is a mean of something.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z_95 = 1.959963984540054  # the 97.5 % quantile of the standard normal distribution
RESAMPLES = 1000


def wilson(count: ArrayLike, total: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's 95 % interval of a share seen `count` times in `total`; numbers or arrays of one shape.

    `total` may be an effective number, below the one that was run. Where nothing (or everything) was seen, one end is
    0 (or 1) and the other is the bound that `total` worlds can give.
    """
    count, total = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
    share = count / total
    scale = 1 + Z_95**2 / total
    centre = (share + Z_95**2 / (2 * total)) / scale
    half = Z_95 * np.sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2)) / scale
    low = np.where(count == 0, 0.0, np.maximum(0.0, centre - half))
    high = np.where(count == total, 1.0, np.minimum(1.0, centre + half))
    return low, high


def paired_difference(only_first: int, only_second: int, total: int) -> tuple[float, float]:
    """The 95 % interval of share(first) - share(second) in the same worlds, from those where just one was true.

    Bonett and Price's adjusted Wald interval, which keeps its coverage where the differing worlds are few or none.
    """
    first, second, number = only_first + 1.0, only_second + 1.0, total + 2.0
    difference = (first - second) / number
    half = Z_95 * math.sqrt((first + second - (first - second) ** 2 / number) / number**2)
    return max(-1.0, difference - half), min(1.0, difference + half)


def resampled_means(values: NDArray[np.float64], seed: int, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """Means of bootstrap samples of worlds: (worlds, things) to (resamples, things).

    Worlds are drawn as a whole, so that what is paired within a world stays paired.
    """
    worlds = len(values)
    generator = np.random.default_rng([seed, worlds])
    means = np.empty((resamples, values.shape[1]))
    for row in range(resamples):
        counts = np.bincount(generator.integers(0, worlds, worlds), minlength=worlds)
        means[row] = counts @ values / worlds
    return means


def bootstrap(
    values: NDArray[np.float64], seed: int = 0, ends: Sequence[float] = (0.025, 0.975)
) -> NDArray[np.float64]:
    """Percentile intervals of the mean of each column: (worlds, things) to (2, things)."""
    return np.quantile(resampled_means(values, seed), ends, axis=0)
