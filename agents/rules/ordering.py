"""How many chips to order, own or bought: what the budget buys and what will have power, over the lead time seen."""

import numpy as np

from computerace.agents.observation import Observation
from computerace.market import chips, sites
from computerace.market.arrays import Worlds, above
from computerace.market.books import Budget
from computerace.market.chips import Orders
from computerace.market.units import WATTS_PER_MEGAWATT


def order(seen: Observation, budget: Budget) -> Orders:
    """The month's orders: no more than can be powered and paid, part of it for the owner's own chips.

    The wish keeps what the budget pays for, uncut: power and buildings are asked for by it.
    """
    books, mechanisms = seen.books, seen.public.mechanisms
    affordable = budget.investment / books.all_in
    powered, housed = (
        sites.usable_purchases(mechanisms.sites, affordable, _room(seen, in_sight))
        for in_sight in (books.power_in_sight, books.buildings_in_sight)
    )
    wanted = np.minimum(powered, housed)
    money = books.cash - books.kept + books.income - books.due - books.bill - books.other_capex
    for asked in budget.asked:
        money += asked  # an array of this function's own
    return Orders(
        wanted=wanted,
        in_house=wanted * seen.figures.in_house_target,
        cover_months=chips.cover_months(mechanisms.chips, seen.public.backlog_months),
        prepaid_share=seen.figures.prepaid_share,
        budget_usd=above(money, 0.0),
        wished=affordable,
        powered=powered,
        housed=housed,
    )


def _room(seen: Observation, in_sight: Worlds) -> Worlds:
    """H100e that so many IT MW can take beyond the fleet; (worlds,)."""
    return (in_sight - seen.books.need_mw) * WATTS_PER_MEGAWATT / seen.public.new_watts
