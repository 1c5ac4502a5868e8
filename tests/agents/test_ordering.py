"""Ordering: what the budget buys, what will have power within six months, and what is paid ahead."""

import numpy as np
import pytest

from computerace.agents.rules.ordering import order
from computerace.market.books import Budget
from computerace.market.chips import Orders
from tests.agents.looking import observation

PLENTY = {"power_in_sight": 1e6, "buildings_in_sight": 1e6, "new_watts": 1000.0, "all_in": 2.0}


def ordered(investment: float = 0.0, raised: float = 0.0, borrowed: float = 0.0, **changed: float) -> Orders:
    asked = (0.0, borrowed, 0.0, 0.0, raised, 0.0)
    budget = Budget(*(np.full(3, value) for value in (0.0, investment, *asked)))
    return order(observation(**(PLENTY | changed)), budget)


def test_with_power_enough_the_budget_buys_at_the_price_all_in() -> None:
    np.testing.assert_allclose(ordered(investment=600.0).wanted, 300.0)


@pytest.mark.parametrize(("power", "buildings"), [(0.9, 5.0), (5.0, 0.9)])
def test_the_scarcer_of_power_and_buildings_limits_orders_over_six_months(power: float, buildings: float) -> None:
    # 0.9 MW less the 0.3 that the fleet takes run 600 chips of 1,000 W: a hundred a month, and no idle ones
    found = ordered(
        investment=600.0, power_in_sight=power, buildings_in_sight=buildings, need_mw=0.3, sites__idle_months=0.0
    )
    np.testing.assert_allclose(found.wanted, 100.0)
    np.testing.assert_allclose(found.wished, 300.0)  # what the money would buy


def test_a_part_of_the_orders_is_for_own_chips_and_a_part_is_paid_ahead() -> None:
    found = ordered(investment=600.0, in_house_target=0.2, prepaid_share=0.3)
    np.testing.assert_allclose(found.in_house, 60.0)
    np.testing.assert_allclose(found.prepaid_share, 0.3)


def test_what_is_kept_on_order_follows_the_lead_time_seen() -> None:
    seen = {"chips__order_months": 3.0, "chips__lead_response": 0.5}
    np.testing.assert_allclose(ordered(backlog_months=3.0, **seen).cover_months, 4.0)
    np.testing.assert_allclose(ordered(backlog_months=15.0, **seen).cover_months, 8.0)


@pytest.mark.parametrize(("cash", "budget"), [(80.0, 82.0), (0.0, 2.0)])
def test_what_all_else_leaves_pays_for_chips(cash: float, budget: float) -> None:
    found = ordered(raised=7.0, borrowed=5.0, cash=cash, income=11.0, other_capex=11.0, kept=2.0, due=5.0, bill=3.0)
    np.testing.assert_allclose(found.budget_usd, budget)
