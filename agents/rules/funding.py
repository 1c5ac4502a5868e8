"""How to pay for it: cash flow and spare cash, then the kinds of outside money from the cheapest on; the wish is cut.

Kinds are asked in the order of `market/capital.py`: parents and vendors, bonds, debt against buildings, debt against
chips, private and public equity (the pecking order of Myers and Majluf 1984).
"""

import numpy as np

from computerace.agents.observation import Observation
from computerace.market import capital
from computerace.market.arrays import Worlds, above, at_most, below
from computerace.market.books import Budget


def fund(seen: Observation, wish: Worlds) -> Budget:
    """The month's budget for a wish in US dollars per month (worlds,); need comes before means are taken.

    Buildings that are finished are paid before new chips are bought.
    """
    books, public = seen.books, seen.public
    investment = at_most(wish, books.funds, "funds")
    spent = np.maximum(investment, books.bill)
    need = above(spent + books.other_capex + books.due - books.income - books.spare, 0.0)
    bought = above(spent - books.bill, 0.0) * below(books.server / books.all_in, 1.0)
    pledge = public.mechanisms.capital.chips_loan * bought
    asked = []
    for kind, offer in enumerate(books.offers):
        most = at_most(pledge, offer, "one_name_chips") if kind == capital.CHIPS else offer
        wanted = np.where(offer > 0.0, need, 0.0)  # who has no access to a kind is not cut by it
        asked.append(at_most(wanted, most, capital.KINDS[kind]))
        need -= asked[-1]  # an array of this function's own
    return Budget(wish, investment, *asked)


def fund_many(seen: Observation, wish: Worlds) -> Budget:
    """The same for a row of many firms: the young labs in it raise equity whatever the cash of the others."""
    budget, offers = fund(seen, wish), seen.books.offers
    return budget._replace(parents=np.maximum(budget.parents, _contested(seen)), private=offers[capital.PRIVATE])


def _contested(seen: Observation) -> Worlds:
    """What parents and vendors offer in a month, but for what a backer has set aside and levers add."""
    return seen.books.offers[capital.PARENTS] - seen.books.backed
