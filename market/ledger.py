"""Ledger: what bound each owner this month, and by how much.

Each cause is the part of wished-for compute that it cost, between 0 and 1; the largest binds, and `none` where none
exceeds one part in a hundred. Ties go to the first in the order of `CAUSES`.
"""

import numpy as np

from computerace.market import vocabulary
from computerace.market.arrays import TINY, Owners, Stock

CAUSES = vocabulary.CAUSES
THRESHOLD = 0.01


def shortfall(have: Owners, want: Owners) -> Owners:
    """1 - have / want, cut to 0..1, and 0 where nothing is wanted; (owners, worlds)."""
    return np.where(want > TINY, np.clip(1.0 - have / np.maximum(want, TINY), 0.0, 1.0), 0.0)


def binding(gaps: Stock) -> Stock:
    """1 for the cause that bound, else 0; gaps and result are (causes, owners, worlds)."""
    largest = gaps[0].copy()
    for gap in gaps[1:]:
        np.maximum(largest, gap, out=largest)
    bound = np.zeros_like(gaps)
    free = largest > THRESHOLD
    for cause, gap in enumerate(gaps):
        hit = free & (gap == largest)
        bound[cause] = hit
        free = free & ~hit
    return bound
