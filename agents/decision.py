"""What an owner asks for in a month: one order form for each market, filled in for all worlds at once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from computerace.market.arrays import Stock, Worlds
from computerace.market.books import Budget
from computerace.market.chips import Orders
from computerace.market.energy import Requests
from computerace.market.entry import Mask
from computerace.market.errors import UserError
from computerace.market.rental import Terms
from computerace.market.serving import Division
from computerace.market.setting import Memory
from computerace.market.sites import Campuses
from computerace.market.talent import Hiring


class Decision(NamedTuple):
    """One owner's forms, (worlds,), and what it keeps in mind."""

    budget: Budget
    chips: Orders
    power: Requests
    buildings: Campuses
    people: Hiring
    capacity: Terms
    use: Division
    memory: Memory


class Asked(NamedTuple):
    """The forms of all owners, (owners, worlds) or (worlds,) where all ask alike, and what each keeps in mind."""

    budget: Budget
    chips: Orders
    power: Requests
    buildings: Campuses
    people: Hiring
    capacity: Terms
    use: Division
    memory: tuple[Memory, ...]


def stacked(decisions: Sequence[Decision], active: Mask | None = None) -> Asked:
    """The forms of all owners as rows; decisions come in the order of rows, and who takes no part asks for nothing."""
    return Asked(
        Budget(*_rows([decision.budget for decision in decisions], active)),
        Orders(*_rows([decision.chips for decision in decisions], active)),
        Requests(*_rows([decision.power for decision in decisions], active)),
        Campuses(*_rows([decision.buildings for decision in decisions], active)),
        Hiring(*_rows([decision.people for decision in decisions], active)),
        Terms(*_rows([decision.capacity for decision in decisions], active)),
        Division(*_rows([decision.use for decision in decisions], active)),
        tuple(decision.memory for decision in decisions),
    )


def of_all(decision: Decision, memory: tuple[Memory, ...], active: Mask | None = None) -> Asked:
    """The forms of owners who have decided in one call; who takes no part asks for nothing."""
    forms: tuple[Any, ...] = decision[:-1]
    if active is not None:
        forms = tuple(form._make(line * active for line in form) for form in forms)
    return Asked._make((*forms, memory))


def _rows(forms: Sequence[tuple[Worlds, ...]], active: Mask | None) -> Stock:
    """Each line of a form over all owners, in the order of the form; (lines, owners, worlds)."""
    lines = [line for lines in zip(*forms, strict=True) for line in lines]
    rows: Stock = np.concatenate(lines).reshape(-1, len(forms), len(lines[0]))
    return rows if active is None else rows * active


def check_forms(name: str, decision: Decision, worlds: int) -> None:
    """Hold what rules of one's own have filled in to what a market can answer.

    Raises UserError that names owner, form and line where a line has another shape than (worlds,), or holds a number
    that is negative or none.
    """
    for form in decision._fields[:-1]:
        lines = getattr(decision, form)
        for line in lines._fields:
            values = np.asarray(getattr(lines, line))
            if values.shape != (worlds,):
                raise UserError(f"{name} filled in {form}.{line} with {values.shape} numbers for {worlds} worlds")
            if not (values >= 0.0).all():  # NaN is not
                raise UserError(f"{name} filled in {form}.{line} with {values[~(values >= 0.0)][0]:g}: 0 is the least")
