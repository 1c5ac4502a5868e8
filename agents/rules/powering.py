"""Which power to contract: the need foreseen at each kind's lead time, the quickest kind first, and what to bid.

Contracts are asked for the wish that money allows, not for what is left of it after the power in sight has cut it: who
asks for less because it has little would never have more.
"""

from computerace.agents.observation import Observation
from computerace.market import energy
from computerace.market.books import Budget
from computerace.market.chips import Orders
from computerace.market.energy import Requests
from computerace.market.units import WATTS_PER_MEGAWATT


def power(seen: Observation, orders: Orders, budget: Budget) -> Requests:
    """New contracts for what the chips at hand and those wished for will take, and what a month is worth."""
    books, parameters = seen.books, seen.public.mechanisms.energy
    need_per_month = orders.wished * seen.public.new_watts / WATTS_PER_MEGAWATT
    grid, on_site, ready = energy.requests(
        seen.public.kinds, books.need_mw, need_per_month, books.energised, books.energy_pipeline
    )
    purse = parameters.premium_share * budget.investment
    return Requests(grid, on_site, ready, energy.bid(parameters, grid + on_site + ready, purse))
