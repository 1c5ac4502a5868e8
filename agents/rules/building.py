"""Which campuses to build: buildings for the need foreseen when they will be ready, a campus or nothing."""

from computerace.agents.observation import Observation
from computerace.market.chips import Orders
from computerace.market.sites import Campuses


def build(seen: Observation, orders: Orders) -> Campuses:
    """Buildings that should stand or be under way for what the chips at hand and those to come will take."""
    books, figures, mechanisms = seen.books, seen.figures, seen.public.mechanisms
    need_per_month = orders.wanted * seen.public.new_watts / 1e6
    horizon = 12.0 * figures.build_years * mechanisms.sites.speed + mechanisms.sites.phase_months + 3.0
    growing = 1.0 + mechanisms.energy.planning_growth * horizon / 24.0
    return Campuses(books.need_mw + need_per_month * horizon * growing, figures.campus_mw)
