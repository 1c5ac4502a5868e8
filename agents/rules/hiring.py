"""Whom to hire: posts grow by the owner's rate, and pay follows posts that stay open."""

import numpy as np

from computerace.agents.observation import Observation
from computerace.market.talent import Hiring


def hire(seen: Observation) -> Hiring:
    """Posts of the month, filled ones among them, and how pay answers those that stay open."""
    posts = np.maximum(seen.books.openings * seen.books.posts_growth, 1.0)
    return Hiring(posts, seen.public.mechanisms.talent.pay_response)
