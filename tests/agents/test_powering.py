"""Powering: contracts for the fleet and for what is ordered until each kind of power comes."""

import numpy as np

from computerace.agents.rules.powering import power
from computerace.market.books import Budget
from tests.agents.looking import observation, wishes

LEADS = {"energy__grid_lead_months": 48.0, "energy__on_site_lead_months": 12.0, "energy__ready_lead_months": 6.0}
NO_BUDGET = Budget(*[np.zeros(3)] * 8)


def test_each_kind_fills_what_is_missing_when_it_comes() -> None:
    seen = observation(need_mw=100.0, new_watts=500.0, energised=30.0, energy__planning_growth=0.0, **LEADS)
    asked = power(seen, wishes(2e4), NO_BUDGET)
    # 20,000 chips of 500 W are 10 MW a month; three kinds with 30 MW each are there
    np.testing.assert_allclose(asked.ready, 100.0 + 6 * 10 - 90)
    np.testing.assert_allclose(asked.on_site, 6 * 10)
    np.testing.assert_allclose(asked.grid, 36 * 10)


def test_what_is_under_way_is_not_asked_for_again() -> None:
    seen = observation(need_mw=100.0, energy_pipeline=20.0, energy__planning_growth=0.0, **LEADS)
    asked = power(seen, wishes(0.0), NO_BUDGET)
    # within six months all ready power comes, half of what is on site and an eighth of the grid's
    np.testing.assert_allclose(asked.ready, 100.0 - 20 - 10 - 2.5)


def test_contracts_are_asked_for_the_uncut_wish() -> None:
    seen = observation(new_watts=500.0, energy__planning_growth=0.0, **LEADS)
    for wanted in (0.0, 1e4, 2e4):
        np.testing.assert_allclose(power(seen, wishes(2e4, wanted), NO_BUDGET).ready, 6 * 10)


def test_who_has_more_to_invest_bids_more_for_a_month_and_nobody_more_than_it_is_worth() -> None:
    market = {"energy__month_revenue_usd_per_mw": 1e6, "energy__month_margin": 0.4, "energy__premium_share": 0.1}
    seen = observation(need_mw=100.0, energy__planning_growth=0.0, **market, **LEADS)
    budgets = Budget(*[np.zeros(3), np.array([0.0, 4e8, 1e30]), *[np.zeros(3)] * 6])
    # 40 M$ of premiums are what a month of 100 MW is worth, which halves the bid
    np.testing.assert_allclose(power(seen, wishes(0.0), budgets).bid, [0.0, 2e5, 4e5])
