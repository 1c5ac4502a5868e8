"""What an owner asks for in a month: one order form for each market, filled in for all worlds at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from computerace.market.chips import Orders
from computerace.market.energy import Requests
from computerace.market.finance import Budget
from computerace.market.rental import Terms
from computerace.market.setting import Memory
from computerace.market.sites import Campuses
from computerace.market.talent import Hiring


class Decision(NamedTuple):
    """One owner's forms, (worlds,); or those of all owners stacked, (owners, worlds)."""

    budget: Budget
    chips: Orders
    power: Requests
    buildings: Campuses
    people: Hiring
    capacity: Terms
    memory: Memory


class Asked(NamedTuple):
    """The forms of all owners, (owners, worlds), and what each keeps in mind."""

    budget: Budget
    chips: Orders
    power: Requests
    buildings: Campuses
    people: Hiring
    capacity: Terms
    memory: tuple[Memory, ...]


def stacked(decisions: Sequence[Decision]) -> Asked:
    """The forms of all owners as rows; decisions come in the order of rows."""
    forms = [[decision[form] for decision in decisions] for form in range(len(Decision._fields) - 1)]
    together = [type(form[0])(*(np.array(rows) for rows in zip(*form, strict=True))) for form in forms]
    return Asked(*together, tuple(decision.memory for decision in decisions))
