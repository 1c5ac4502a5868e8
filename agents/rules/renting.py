"""What to rent: labs rent with all that they run, as far as they can pay; the rest what its AI revenue pays for."""

from typing import NamedTuple

import numpy as np

from computerace.agents.observation import Observation
from computerace.market.arrays import TINY, Worlds, above


class Renting(NamedTuple):
    """What is rented; (worlds,)."""

    with_fleet: Worlds  # H100e at the fleet of the start
    beside: Worlds  # H100e whatever runs
    budget_usd: Worlds  # a month


def rent(seen: Observation) -> Renting:
    """In proportion to all that the lab runs; a month's bill is at most income before rents and part of cash."""
    return Renting(seen.figures.rented_h100e, np.zeros_like(seen.books.cash), _payable(seen))


def rent_for_revenue(seen: Observation) -> Renting:
    """What money pays for as compute gets cheaper: that of labs grows with revenue, that of enterprises by a rate."""
    cheaper = seen.public.rent_parity_at_start / seen.public.rent_parity
    by_labs = np.minimum(seen.figures.rented_h100e, seen.books.rented_at_start)
    growth = seen.books.revenue / above(seen.books.revenue_at_start, TINY)
    enterprises = np.exp(np.log(seen.public.mechanisms.rental.enterprise_growth) * seen.public.years)
    wanted = ((seen.books.rented_at_start - by_labs) * enterprises + by_labs * growth) * cheaper
    return Renting(np.zeros_like(wanted), wanted, _payable(seen))


def _payable(seen: Observation) -> Worlds:
    """US dollars that a month's rent may cost."""
    books = seen.books
    cash = seen.public.mechanisms.rental.cash_share * books.cash
    return above(cash + books.income - books.rents, 0.0)
