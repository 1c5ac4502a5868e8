"""What to let: the part of the fleet that is kept from the owner's own AI, and how much of it goes to others."""

from typing import NamedTuple

from computerace.agents.observation import Observation
from computerace.market.arrays import Worlds, above


class Letting(NamedTuple):
    """Shares of what runs; (worlds,)."""

    share: Worlds  # of the operational fleet at the trend's rent
    external: Worlds  # of that


def let(seen: Observation) -> Letting:
    """By the owner's record: clouds let to customers, others serve their own business with it.

    An owner in distress lets more, up to all that can be let, and to others.
    """
    distress, most = seen.books.distress, seen.public.mechanisms.rental.let_most
    share = seen.figures.let_share + above(most - seen.figures.let_share, 0.0) * distress
    return Letting(share, seen.figures.external_share + (1.0 - seen.figures.external_share) * distress)
