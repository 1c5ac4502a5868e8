"""Promises: what owners announce, what they deliver of it, and what that does to what investors give.

Belief moves towards delivered over promised; offers of equity follow it with an elasticity. A promise grows as announced
and is set anew from what is owned in time. Source: promised capacity was delivered to about 0.6 at the announced date,
0.1-1.3 (announcements 2024-2025). Limits: one promise an owner, of owned compute.
"""

import numpy as np

from computerace.market.arrays import TINY, Owners, above, bounded
from computerace.market.finance import Finance


def belief(parameters: Finance, sentiment: Owners) -> Owners:
    """What belief in an owner's promises makes of its offers, a factor; (owners, worlds)."""
    seen = bounded(sentiment, parameters.sentiment_least, parameters.sentiment_most)
    return np.exp(parameters.sentiment_elasticity * np.log(seen))


def next_sentiment(parameters: Finance, sentiment: Owners, delivered: Owners, promised: Owners) -> Owners:
    """Belief in an owner's promises: moves toward delivered over promised; (owners, worlds)."""
    kept = bounded(delivered / above(promised, 1.0), parameters.kept_least, parameters.kept_most)
    kept = np.where(promised >= 1.0, kept, 1.0)
    return sentiment + (kept - sentiment) / parameters.sentiment_memory_months


def next_promise(parameters: Finance, promised: Owners, owned: Owners, growth: Owners) -> Owners:
    """H100e promised for next month: the announced growth a year, re-based slowly on what is owned; (owners, worlds)."""
    rebased = np.log(above(owned, TINY) / above(promised, TINY)) / parameters.promise_memory_months
    return promised * np.exp(np.log(above(growth, TINY)) / 12.0 + rebased)
