"""Funding: the wish is cut to what money allows; own means come first, then outside money, the cheapest first."""

from typing import Any

import numpy as np
import pytest

from computerace.agents.rules.funding import fund, fund_many
from computerace.market.books import Budget
from computerace.market.capital import KINDS
from tests.agents.looking import observation

OFFERS = [5.0, 8.0, 3.0, 50.0, 25.0, 40.0]  # parents, bonds, buildings, chips, private and public equity
MONEY: dict[str, Any] = {
    "funds": 1000.0, "income": 30.0, "spare": 10.0, "offers": OFFERS, "other_capex": 20.0, "all_in": 4.0, "server": 3.0,
    "capital__chips_loan": 0.6,
}  # fmt: skip


def test_what_is_on_offer_is_debt_of_three_kinds_and_the_rest_is_the_window() -> None:
    offers = {kind: 2.0**number for number, kind in enumerate(KINDS)}
    books = observation(offers=list(offers.values())).books
    debt = ("bonds", "buildings", "chips")
    np.testing.assert_allclose(books.debt_room, sum(offers[kind] for kind in debt))
    np.testing.assert_allclose(books.window, sum(offers[kind] for kind in KINDS if kind not in debt))


def asked(budget: Budget) -> list[float]:
    np.testing.assert_allclose(np.array(budget), np.array(budget)[:, [0]].repeat(3, axis=1))
    return [float(value) for value in np.array(budget.asked)[:, 0]]


@pytest.mark.parametrize(
    ("wish", "changed", "investment", "kinds"),
    [
        (15.0, {}, 15.0, [0, 0, 0, 0, 0, 0]),  # 15 + 20 are below 30 + 10: own means pay
        (30.0, {}, 30.0, [5, 5, 0, 0, 0, 0]),  # 10 are missing: parents first, bonds next
        (60.0, {}, 60.0, [5, 8, 3, 24, 0, 0]),  # of 60, 45 are servers, of which 27 can be borrowed
        (100.0, {}, 100.0, [5, 8, 3, 45, 19, 0]),
        (200.0, {"funds": 50.0}, 50.0, [5, 8, 3, 14, 0, 0]),
        (200.0, {"funds": 1.0}, 1.0, [0, 0, 0, 0, 0, 0]),  # what is not there is not planned
        (60.0, {"server": 6.0, "capital__chips_loan": 0.3}, 60.0, [5, 8, 3, 18, 6, 0]),  # no more than what is bought
        (30.0, {"due": 6.0}, 30.0, [5, 8, 3, 0, 0, 0]),  # interest and repayments must be paid for too
        (
            30.0,
            {"bill": 38.0},
            30.0,
            [5, 8, 3, 0, 2, 0],
        ),  # finished buildings come first, and nothing is left for chips
    ],
)
def test_need_beyond_own_means_is_asked_of_the_cheapest_first(
    wish: float, changed: dict[str, float], investment: float, kinds: list[float]
) -> None:
    budget = fund(observation(**(MONEY | changed)), np.full(3, wish))
    np.testing.assert_allclose([budget.wish[0], budget.investment[0]], [wish, investment])
    np.testing.assert_allclose(asked(budget), kinds)


def test_the_young_labs_in_the_rest_raise_equity_whatever_its_cash() -> None:
    budget = fund_many(observation(**MONEY, backed=2.0), np.full(3, 15.0))
    np.testing.assert_allclose(asked(budget), [3, 0, 0, 0, 25, 0])  # what a backer has set aside is not theirs to ask
