"""How many chips to order, own or bought: what the budget buys and what will have power, over the lead time seen."""

import numpy as np

from computerace.agents.observation import Observation
from computerace.market import chips, sites
from computerace.market.chips import Orders
from computerace.market.finance import Budget
from computerace.market.units import WATTS_PER_MEGAWATT


def order(seen: Observation, budget: Budget) -> Orders:
    """The month's orders: no more than can be powered and paid, part of it for the owner's own chips.

    The wish keeps what the budget pays for, uncut: power and buildings are asked for by it.
    """
    books, mechanisms = seen.books, seen.public.mechanisms
    in_sight = np.minimum(books.power_in_sight, books.buildings_in_sight) - books.need_mw
    room = in_sight * WATTS_PER_MEGAWATT / seen.public.new_watts
    affordable = budget.investment / books.all_in
    wanted = sites.usable_purchases(mechanisms.sites, affordable, room)
    money = books.cash + books.income + budget.raised + budget.borrowed - books.other_capex
    return Orders(
        wanted=wanted,
        in_house=wanted * seen.figures.in_house_target,
        cover_months=chips.cover_months(mechanisms.chips, seen.public.backlog_months),
        prepaid_share=seen.figures.prepaid_share,
        prepay_usd=np.maximum(books.cash, 0.0) * mechanisms.chips.prepay_cash_share,
        budget_usd=np.maximum(money, 0.0),
        wished=affordable,
    )
