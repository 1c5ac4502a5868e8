"""Owners who all follow the model's own rules decide in one call: each row is what its owner would ask for alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from computerace.agents.decision import Decision
from computerace.agents.lab import Lab
from computerace.agents.observation import Observation
from computerace.agents.rulebook import Rules
from computerace.agents.rules.renting import Renting
from computerace.market import watching
from computerace.market.arrays import Owners, Worlds
from computerace.market.books import Budget


class Together(Rules):
    """All owners of a race, by row. each: what each of them saw.

    Wishes differ by strategy and are formed one by one; what a class of owners does by a rule of its own, as
    `RestOfMarket` does, takes the place of its row.
    """

    def __init__(self, labs: Sequence[Lab], each: Sequence[Observation]) -> None:
        self._labs = labs
        self._each = each

    def wish(self, _: Observation) -> Owners:
        """What each wishes for."""
        return np.array([_acting(lab, lab.wish, seen) for lab, seen in zip(self._labs, self._each, strict=True)])

    def fund(self, seen: Observation, wish: Owners) -> Budget:
        """How they pay for it."""
        own = {
            lab.row: _acting(lab, lab.fund, self._each[lab.row], wish[lab.row])
            for lab in self._labs
            if _own_rule(lab, "fund")
        }
        return Budget(*_with_rows(super().fund(seen, wish), own))

    def rent(self, seen: Observation) -> Renting:
        """Capacity that they rent."""
        own = {lab.row: _acting(lab, lab.rent, self._each[lab.row]) for lab in self._labs if _own_rule(lab, "rent")}
        return Renting(*_with_rows(super().rent(seen), own))


def _acting[**What, Form](lab: Lab, decide: Callable[What, Form], *what: What.args, **named: What.kwargs) -> Form:
    """What a lab decides by itself, so that bounds which cut it are counted as its own."""
    watching.act(lab.row)
    form = decide(*what, **named)
    watching.act(None)
    return form


def _own_rule(lab: Lab, decision: str) -> bool:
    return getattr(type(lab), decision) is not getattr(Rules, decision)


def _with_rows(usual: Sequence[Owners], own: Mapping[int, Sequence[Worlds]]) -> list[Owners]:
    """The lines of a form (owners, worlds), with rows in the place of some; lines are copied where they change."""
    lines = []
    for number, line in enumerate(usual):
        changed = line.copy() if own else line
        for row, form in own.items():
            changed[row] = form[number]
        lines.append(changed)
    return lines


def each(decision: Decision, observations: Sequence[Observation]) -> tuple[Decision, ...]:
    """The decision of each owner alone. observations: what each of them saw, by row."""
    return tuple(_of_row(decision, row, seen) for row, seen in enumerate(observations))


def _of_row(decision: Decision, row: int, seen: Observation) -> Decision:
    """The forms of one owner; a line without rows is the same for all."""
    asked: tuple[Any, ...] = decision[:-1]
    forms = (form._make(line if line.ndim == 1 else line[row] for line in form) for form in asked)
    return Decision._make((*forms, seen.memory))
