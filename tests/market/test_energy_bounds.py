"""Energy: what planners count, what an offer leaves, chips that do not exist yet, and a bill without contracts."""

import numpy as np

from computerace.market import energy, sites
from computerace.market.energy import Energy
from computerace.market.sites import Sites
from tests.market.mechanisms import everywhere, owners, parameters_of


def test_planners_know_by_kind_what_comes_within_each_lead() -> None:
    kinds = energy.by_kind(parameters_of(
        Energy, grid_lead_months=40, on_site_lead_months=10, ready_lead_months=5, planning_growth=[0.0, 0.24, 0.48],
        grid_completion=0.5, on_site_completion=0.6, ready_completion=0.7, grid_offer_mw=1, on_site_offer_mw=2,
        ready_offer_mw=3, grid_price=50, on_site_price=60, ready_price=70,
    ))  # fmt: skip
    np.testing.assert_allclose(kinds.known[:, :, 0], owners([1, 1, 1], [0.25, 1, 1], [0.125, 0.5, 1]))
    np.testing.assert_allclose(kinds.growth, owners([1, 1.4, 1.8], [1, 1.1, 1.2], [1, 1.05, 1.1]))
    np.testing.assert_allclose(kinds.lead[:, 0], [40, 10, 5])
    np.testing.assert_allclose(kinds.completion[:, 0], [0.5, 0.6, 0.7])
    np.testing.assert_allclose(kinds.offer[:, 0], [1, 2, 3])
    np.testing.assert_allclose(kinds.price[:, 0], [50, 60, 70])


def test_each_kind_counts_what_stands_and_what_the_quicker_ones_bring() -> None:
    kinds = energy.by_kind(parameters_of(
        Energy, grid_lead_months=40, on_site_lead_months=10, ready_lead_months=5, planning_growth=0.0
    ))  # fmt: skip
    energised = np.array([[10.0] * 3, [20.0] * 3, [30.0] * 3])
    pipeline = np.array([[8.0] * 3, [4.0] * 3, [2.0] * 3])
    grid, on_site, ready = energy.requests(kinds, np.full(3, 100.0), np.full(3, 10.0), energised, pipeline)
    np.testing.assert_allclose(ready, 150 - 60 - (1 + 2 + 2))
    np.testing.assert_allclose(on_site, 200 - 60 - 85 - (2 + 4 + 2))
    np.testing.assert_allclose(grid, 500 - 60 - 85 - 47 - (8 + 4 + 2))


def test_what_was_cut_short_leaves_nothing_beyond_the_offer_as_it_grows() -> None:
    parameters = parameters_of(Energy, grid_offer_mw=30, on_site_offer_mw=30, ready_offer_mw=30, offer_growth=4.0)
    asked = np.stack([everywhere(100.0, 20.0), everywhere(0.0, 0.0), everywhere(10.0, 5.0)])
    signed, premium = energy.contracts(parameters, energy.by_kind(parameters), asked, everywhere(1.0, 1.0), 0.5)
    np.testing.assert_allclose(
        signed, np.stack([everywhere(50.0, 10.0), everywhere(0.0, 0.0), everywhere(10.0, 5.0)]), rtol=1e-6
    )
    np.testing.assert_allclose(premium, np.array([[1.0] * 3, [0.0] * 3, [0.0] * 3]), rtol=1e-6)  # a month's queue


def test_chips_that_do_not_exist_yet_take_no_power() -> None:
    stock, watts = np.full((3, 1, 1), 100.0), np.array([[[2000.0]], [[1000.0]], [[500.0]]])
    np.testing.assert_allclose(energy.fill(stock, watts, owners([0.2]), 2), owners([150.0]))
    np.testing.assert_allclose(energy.fill(stock, watts, owners([0.2]), 3), owners([225.0]))
    np.testing.assert_allclose(energy.fill(stock, watts, owners([0.0]), 3), owners([0.0]))


def test_each_kind_has_its_price_and_who_has_none_pays_none() -> None:
    parameters = parameters_of(Energy, grid_price=50, on_site_price=60, ready_price=90, facility_ratio=1.25)
    kinds = energy.by_kind(parameters)
    shares = np.stack([everywhere(1.0, 0.0), everywhere(1.0, 0.0), everywhere(2.0, 0.0)])
    bill = energy.cost_usd(parameters, kinds, shares, everywhere(2.0, 5.0))
    np.testing.assert_allclose(bill, everywhere(2.0 * 1.25 * 730.5 * (50 + 60 + 180) / 4, 0.0))


def test_idle_chips_are_bought_for_their_months_and_commissioning_comes_near_its_end_in_a_short_one() -> None:
    parameters = parameters_of(Sites, idle_months=2.0, commissioning_months=0.1, foresight_months=4)
    bought = sites.usable_purchases(parameters, everywhere(100.0), everywhere(40.0))
    np.testing.assert_allclose(bought, 60.0)
    np.testing.assert_allclose(sites.commission(parameters, everywhere(10.0), everywhere(50.0)), 50.0, rtol=1e-4)
    slow = parameters_of(Sites, commissioning_months=1 / np.log(4 / 3))
    np.testing.assert_allclose(
        sites.commission(slow, everywhere(10.0, 10.0), everywhere(12.0, 10.0)), everywhere(10.5, 10)
    )


def test_a_small_campus_takes_no_less_than_its_owners_time() -> None:
    parameters = parameters_of(Sites, size_exponent=0.5, speed=2.0, spread=0.3)
    found = sites.first_phase_months(
        parameters, everywhere(1.0, 1.0, 1.0), everywhere(25.0, 144.0, 4e4), everywhere(100.0, 100.0, 100.0),
        np.tile([0.0, 1.0, -1.0], (3, 1)),
    )  # fmt: skip
    np.testing.assert_allclose(found, 24.0 * owners([1.0] * 3, [1.2] * 3, [1.0] * 3) * np.exp([0.0, 0.3, -0.3]))
