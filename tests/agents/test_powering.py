"""Powering: contracts for the fleet and for what is ordered until each kind of power comes."""

import numpy as np

from computerace.agents.rules.powering import power
from computerace.market.chips import Orders
from tests.agents.looking import observation

LEADS = {"energy__grid_lead_months": 48.0, "energy__on_site_lead_months": 12.0, "energy__ready_lead_months": 6.0}


def test_each_kind_fills_what_is_missing_when_it_comes() -> None:
    seen = observation(need_mw=100.0, new_watts=500.0, energised=30.0, energy__planning_growth=0.0, **LEADS)
    asked = power(seen, Orders(np.full(3, 2e4), *[np.zeros(3)] * 8))
    # 20,000 chips of 500 W are 10 MW a month; three kinds with 30 MW each are there
    np.testing.assert_allclose(asked.ready, 100.0 + 6 * 10 - 90)
    np.testing.assert_allclose(asked.on_site, 6 * 10)
    np.testing.assert_allclose(asked.grid, 36 * 10)


def test_what_is_under_way_is_not_asked_for_again() -> None:
    seen = observation(need_mw=100.0, energy_pipeline=20.0, energy__planning_growth=0.0, **LEADS)
    asked = power(seen, Orders(*[np.zeros(3)] * 9))
    # within six months all ready power comes, half of what is on site and an eighth of the grid's
    np.testing.assert_allclose(asked.ready, 100.0 - 20 - 10 - 2.5)
