"""A start in balance: who lives on its cash flow goes on adding what it added in the last quarter on record.

What an owner pays for an H100e, all in, is not published, but what it spent on AI and what it added are. So the cost is

    c = (AI capex of a month / H100e added in a month) / (list price with building)

in each world, whatever price, mark-up and share of AI the world drew; the band of what was added says how far the owner
means to leave its last quarter. Where no additions are on record (labs that buy in lumps, labs that nobody knows), an
owner pays the list. The figure `purchase_cost` multiplies either.
"""

import numpy as np

from computerace.market import accounts
from computerace.market.arrays import Owners, bounded, ratio
from computerace.market.figure_bounds import BOUNDS
from computerace.market.setting import Now, Setting


def balanced(setting: Setting, recorded: Setting, today: Now) -> Setting:
    """The setting with what owners pay for an H100e as the record implies it.

    recorded: the setting as it would be had nothing been set.
    """
    costs = setting.figures.purchase_cost * implied_cost(recorded, today)
    figures = setting.figures._replace(purchase_cost=costs)
    return setting._replace(figures=figures, figures_of=tuple(figures.of(row) for row in range(len(setting.owners))))


def implied_cost(setting: Setting, today: Now) -> Owners:
    """All-in cost of an H100e over its list price, 1 where no additions are on record; (owners, worlds)."""
    figures = setting.figures
    spent = figures.capex_usd_per_year * figures.ai_capex_share / 12.0
    added = figures.added_h100e_per_month
    list_price = accounts.unit_cost(
        setting._replace(figures=figures._replace(purchase_cost=np.ones_like(spent))),
        setting.mechanisms.chips.price_usd_per_h100e,
        today.technology.new_watts,
        np.zeros(setting.worlds),
    )
    known = (added > 0.0) & (spent > 0.0)
    return np.where(known, bounded(ratio(spent, added * list_price), *BOUNDS["purchase_cost"]), 1.0)
