"""Whom to hire: posts grow by the owner's rate and are given up in distress, and pay follows posts that stay open."""

from computerace.agents.observation import Observation
from computerace.market.arrays import above
from computerace.market.talent import Hiring


def hire(seen: Observation) -> Hiring:
    """Posts of the month, filled ones among them, and how pay answers those that stay open."""
    kept = 1.0 - seen.public.mechanisms.capital.layoffs * seen.books.distress
    posts = above(seen.books.openings * seen.books.posts_growth * kept, 1.0)
    return Hiring(posts, seen.public.mechanisms.talent.pay_response)
