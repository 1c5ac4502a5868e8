"""Returns: what AI earns over what its chips cost, and how fast wishes to invest grow with it.

Hayashi's (1982) q with adjustment costs: wishes grow a year at

    appetite + sensitivity * 2 (q - 1) / (q + 1)

which is sensitivity * ln q where q is near one, as with costs that are quadratic in logs, and levels off where q is far
from it, as with costs that rise faster. q compares the AI revenue expected some years on with the user cost of the industry's
chips. A chip loses a part of its
value each year that its life is long, beside the fall of prices. Limits: one q for all owners; no taxes.
"""

import numpy as np

from computerace.market.arrays import Worlds, above, near_log
from computerace.market.finance import Finance
from computerace.market.units import LN_HALF


def expected_return(
    parameters: Finance, revenue: Worlds, growth: Worlds, fleet: Worlds, price: Worlds, fall: Worlds, life: Worlds
) -> Worlds:
    """q of the industry: AI revenue expected in two years over the user cost of the fleet; (worlds,).

    revenue: US dollars per year; growth: log per year; fleet: H100e; price: all-in US dollars per H100e;
    fall: fraction per year by which that price falls; life: years that a chip lasts.
    """
    user_cost = fleet * price * (parameters.cost_of_capital + 1.0 / life + fall)
    return revenue * np.exp(parameters.outlook_years * growth) / above(user_cost, 1.0)


def wished_growth(parameters: Finance, years: float, returns: Worlds) -> Worlds:
    """Log growth per month of wished investment under normal conduct; years count from the end of 2025; (worlds,)."""
    fade = np.exp(LN_HALF * years / parameters.appetite_half_life_years)
    response = parameters.sensitivity * near_log(returns, np.ones_like(returns))
    return (parameters.appetite * fade + response) / 12.0
