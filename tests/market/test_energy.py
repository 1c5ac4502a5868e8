"""Energy: what power runs, what is asked for and signed, lead times and the bill."""

import numpy as np

from computerace.market import energy
from computerace.market.arrays import over_owners
from computerace.market.energy import KINDS, Energy
from tests.market.mechanisms import everywhere, owners, parameters_of


def test_power_runs_the_most_efficient_chips_first() -> None:
    stock, watts = np.array([[[100.0]], [[50.0]]]), np.array([[[2000.0]], [[1000.0]]])
    np.testing.assert_allclose(energy.fill(stock, watts, owners([0.06]), 2), owners([55.0]))
    np.testing.assert_allclose(energy.fill(stock, watts, owners([0.02]), 2), owners([20.0]))


def test_more_power_than_chips_need_runs_all_of_them() -> None:
    stock, watts = np.array([[[100.0]], [[50.0]]]), np.array([[[2000.0]], [[1000.0]]])
    np.testing.assert_allclose(energy.fill(stock, watts, owners([1e9]), 2), owners([150.0]))


def test_nobody_asks_for_power_that_it_has() -> None:
    parameters = parameters_of(Energy)
    plenty = np.full((3, 2, 3), 1e6)
    asked = energy.requests(parameters, everywhere(10.0, 10.0), everywhere(1.0, 1.0), plenty, np.zeros((3, 2, 3)))
    np.testing.assert_array_equal(asked, 0.0)


def test_a_need_of_today_is_asked_of_the_quickest_kind() -> None:
    parameters = parameters_of(Energy)
    nothing = np.zeros((3, 1, 3))
    asked = energy.requests(parameters, everywhere(100.0), everywhere(0.0), nothing, nothing)
    np.testing.assert_allclose(asked[KINDS.index("ready")], 100.0)
    np.testing.assert_allclose(over_owners(asked), 100.0)  # and of no other kind a second time


def test_offers_are_shared_in_proportion_and_grow() -> None:
    parameters = parameters_of(Energy, grid_offer_mw=90, on_site_offer_mw=1e6, ready_offer_mw=0, offer_growth=2)
    asked = np.stack([everywhere(100.0, 200.0)] * 3)
    signed = energy.contracts(parameters, asked, 0.0)
    np.testing.assert_allclose(signed[0], everywhere(30.0, 60.0))
    np.testing.assert_allclose(signed[1], everywhere(100.0, 200.0))
    np.testing.assert_allclose(signed[2], 0.0)
    np.testing.assert_allclose(energy.contracts(parameters, asked, 1.0)[0], everywhere(60.0, 120.0))


def test_lead_times_have_the_median_and_spread_of_their_kind() -> None:
    parameters = parameters_of(Energy, grid_lead_months=[30.0, 45.0, 66.0], lead_spread=0.25)
    draws = np.stack([np.zeros(3), np.ones(3)])
    months = energy.lead_months(parameters, KINDS.index("grid"), draws)
    np.testing.assert_allclose(months[0], [30.0, 45.0, 66.0])
    np.testing.assert_allclose(np.log(months[1] / months[0]), 0.25)


def test_the_bill_is_facility_power_at_the_average_price() -> None:
    parameters = parameters_of(Energy, grid_price=50, on_site_price=100, ready_price=70, facility_ratio=1.2)
    half_and_half = np.stack([everywhere(10.0), everywhere(10.0), everywhere(0.0)])
    np.testing.assert_allclose(energy.cost_usd(parameters, half_and_half, everywhere(10.0)), 10 * 1.2 * 730.5 * 75)


def test_power_beyond_the_contracts_costs_nothing() -> None:
    parameters = parameters_of(Energy, grid_price=50, on_site_price=100, ready_price=70, facility_ratio=1.2)
    contracts = np.stack([everywhere(10.0), everywhere(10.0), everywhere(0.0)])
    np.testing.assert_allclose(energy.cost_usd(parameters, contracts, everywhere(1e9)), 20 * 1.2 * 730.5 * 75)
