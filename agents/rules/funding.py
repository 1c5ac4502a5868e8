"""How to pay for it: cash flow and spare cash, then outside money, then debt; the wish is cut to what they allow."""

import numpy as np

from computerace.agents.observation import Observation
from computerace.market.arrays import Worlds
from computerace.market.finance import Budget


def fund(seen: Observation, wish: Worlds) -> Budget:
    """The month's budget for a wish in US dollars per month (worlds,); need comes before means are taken."""
    books = seen.books
    least = seen.public.mechanisms.finance.investment_least
    investment = np.minimum(wish, np.maximum(books.funds, least * wish))
    need = np.maximum(investment + books.other_capex - books.income - books.spare, 0.0)
    raised = np.minimum(books.window, need)
    return Budget(wish, investment, raised, np.minimum(books.debt_room, need - raised))
