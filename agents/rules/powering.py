"""Which power to contract: the need foreseen at each kind's lead time, the quickest kind first."""

from computerace.agents.observation import Observation
from computerace.market import energy
from computerace.market.chips import Orders
from computerace.market.energy import Requests
from computerace.market.units import WATTS_PER_MEGAWATT


def power(seen: Observation, orders: Orders) -> Requests:
    """New contracts for what the chips at hand and those to come will take."""
    books = seen.books
    need_per_month = orders.wanted * seen.public.new_watts / WATTS_PER_MEGAWATT
    return energy.requests(seen.public.kinds, books.need_mw, need_per_month, books.energised, books.energy_pipeline)
