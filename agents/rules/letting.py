"""What to let: the part of the fleet that is kept from the owner's own AI, and how much of it goes to others."""

from typing import NamedTuple

from computerace.agents.observation import Observation
from computerace.market.arrays import Worlds


class Letting(NamedTuple):
    """Shares of what runs; (worlds,)."""

    share: Worlds  # of the operational fleet at the trend's rent
    external: Worlds  # of that


def let(seen: Observation) -> Letting:
    """By the owner's record: clouds let to customers, others serve their own business with it."""
    return Letting(seen.figures.let_share, seen.figures.external_share)
