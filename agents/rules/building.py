"""Which campuses to build: buildings for the need foreseen when they will be ready, a campus or nothing.

As with power, the need is that of the wish which money allows, uncut by what is in sight.
"""

from computerace.agents.observation import Observation
from computerace.market.chips import Orders
from computerace.market.sites import Campuses
from computerace.market.units import MONTHS_PER_TWO_YEARS, WATTS_PER_MEGAWATT


def build(seen: Observation, orders: Orders) -> Campuses:
    """Buildings that should stand or be under way for what the chips at hand and those wished for will take."""
    books, figures, mechanisms = seen.books, seen.figures, seen.public.mechanisms
    sites = mechanisms.sites
    need_per_month = orders.wished * seen.public.new_watts / WATTS_PER_MEGAWATT
    horizon = 12.0 * figures.build_years * sites.speed + sites.phase_months + sites.margin_months
    growing = 1.0 + mechanisms.energy.planning_growth * horizon / MONTHS_PER_TWO_YEARS
    return Campuses(books.need_mw + need_per_month * horizon * growing, figures.campus_mw)
