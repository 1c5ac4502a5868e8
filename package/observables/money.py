"""Rows of the table of observables that tell of outside money: raised, owed, and what it costs."""

from collections.abc import Sequence

from computerace.market.finance import owed
from computerace.observables.observable import Observable, Of

USD = "USD of 2025"
MONEY_ROWS: Sequence[Observable] = (
    Observable("outside_usd", Of.OWNERS, USD, "outside money in it: equity raised since the start, and what it owes",
               lambda _, state, __: state.finance.raised + owed(state.finance)),
    Observable("raised_usd", Of.OWNERS, USD, "equity, parents' and vendors' money raised since the start",
               lambda _, state, __: state.finance.raised),
    Observable("owed_usd", Of.OWNERS, USD, "what it owes, its credit line among it",
               lambda _, state, __: owed(state.finance)),
    Observable("interest_usd", Of.OWNERS, f"{USD} per month", "interest that it pays",
               lambda _, __, flows: flows.finance.means.interest),
    Observable("held_share", Of.OWNERS, "fraction", "part of it that those who held it at the start still hold",
               lambda _, state, __: state.finance.held, scale="percent"),
    Observable("distress", Of.OWNERS, "0 to 1", "how much of its credit line it draws, or drew not long ago",
               lambda _, state, __: state.finance.distress),
)  # fmt: skip
