"""Whom to hire: posts grow by the owner's rate, and pay follows posts that stay open."""

import numpy as np

from computerace.agents.observation import Observation
from computerace.market.arrays import TINY
from computerace.market.talent import Hiring


def hire(seen: Observation) -> Hiring:
    """Posts of the month, filled ones among them, and how pay answers those that stay open."""
    growth = np.exp(np.log(np.maximum(seen.figures.openings_growth, TINY)) / 12.0)
    return Hiring(np.maximum(seen.books.openings * growth, 1.0), seen.public.mechanisms.talent.pay_response)
