"""Promises: what owners announce, what they deliver of it, and what that does to what investors give.

Belief moves towards what delivery d is of promise p, and offers of equity follow it with an elasticity:

    belief' = belief + (exp(2 (d - p) / (d + p)) - belief) / memory

which is d / p where both are near; who delivers ten times what it promised has promised too little, and is not believed
ten times as much. A promise grows as announced and is set anew from what is owned in time; who owned nothing first
promises when it first owns something. Source: promised capacity was delivered to about 0.6 at the announced date,
0.1-1.3 (announcements 2024-2025). Limits: one promise an owner, of owned compute.
"""

import numpy as np

from computerace.market.arrays import TINY, Owners, above, near_log
from computerace.market.finance import Finance


def belief(parameters: Finance, sentiment: Owners) -> Owners:
    """What belief in an owner's promises makes of its offers, a factor; (owners, worlds)."""
    return np.exp(parameters.sentiment_elasticity * np.log(above(sentiment, TINY)))


def next_sentiment(parameters: Finance, sentiment: Owners, delivered: Owners, promised: Owners) -> Owners:
    """Belief in an owner's promises: moves toward delivered over promised; (owners, worlds)."""
    kept = np.where(promised >= 1.0, np.exp(near_log(delivered, promised)), 1.0)
    return sentiment + (kept - sentiment) / parameters.sentiment_memory_months


def next_promise(parameters: Finance, promised: Owners, owned: Owners, growth: Owners) -> Owners:
    """H100e promised for next month: the announced growth a year, re-based slowly on what is owned; (owners, worlds)."""
    first = np.where(promised >= 1.0, promised, owned)
    rebased = np.log(above(owned, TINY) / above(first, TINY)) / parameters.promise_memory_months
    return first * np.exp(np.log(above(growth, TINY)) / 12.0 + rebased)
