"""Energy: what power runs, what is asked for and signed, lead times and the bill."""

import numpy as np

from computerace.market import energy
from computerace.market.arrays import over_owners
from computerace.market.energy import Energy
from computerace.runs.model.setting import now
from tests.market.mechanisms import everywhere, owners, parameters_of
from tests.runs.model.small import calm_luck, small_setting


def test_power_runs_the_most_efficient_chips_first() -> None:
    stock, watts = np.array([[[100.0]], [[50.0]]]), np.array([[[2000.0]], [[1000.0]]])
    np.testing.assert_allclose(energy.fill(stock, watts, owners([0.06]), 2), owners([55.0]))
    np.testing.assert_allclose(energy.fill(stock, watts, owners([0.02]), 2), owners([20.0]))


def test_more_power_than_chips_need_runs_all_of_them() -> None:
    stock, watts = np.array([[[100.0]], [[50.0]]]), np.array([[[2000.0]], [[1000.0]]])
    np.testing.assert_allclose(energy.fill(stock, watts, owners([1e9]), 2), owners([150.0]))


def test_nobody_asks_for_power_that_it_has() -> None:
    kinds, plenty = energy.by_kind(parameters_of(Energy)), np.full((3, 3), 1e6)
    asked = energy.requests(kinds, np.full(3, 10.0), np.ones(3), plenty, np.zeros((3, 3)))
    np.testing.assert_array_equal(asked, 0.0)


def test_a_need_of_today_is_asked_of_the_quickest_kind() -> None:
    kinds, nothing = energy.by_kind(parameters_of(Energy)), np.zeros((3, 3))
    asked = energy.requests(kinds, np.full(3, 100.0), np.zeros(3), nothing, nothing)
    np.testing.assert_allclose(asked[energy.READY], 100.0)
    np.testing.assert_allclose(over_owners(asked), 100.0)  # and of no other kind a second time


def test_a_growing_need_is_asked_of_each_kind_at_its_own_lead_time() -> None:
    parameters = parameters_of(
        Energy, grid_lead_months=48, on_site_lead_months=12, ready_lead_months=6, planning_growth=[0.0, 0.0, 0.5]
    )
    nothing = np.zeros((3, 3))
    asked = energy.requests(energy.by_kind(parameters), np.zeros(3), np.full(3, 10.0), nothing, nothing)
    np.testing.assert_allclose(asked[2], [60.0, 60.0, 60.0 * 1.125])
    np.testing.assert_allclose(asked[2] + asked[1], [120.0, 120.0, 120.0 * 1.25])
    np.testing.assert_allclose(over_owners(asked), [480.0, 480.0, 480.0 * 2.0])


def test_a_pipeline_counts_by_the_part_that_will_have_come() -> None:
    parameters = parameters_of(Energy, grid_lead_months=48, on_site_lead_months=12, ready_lead_months=6)
    pipeline = np.array([[80.0] * 3, [0.0] * 3, [0.0] * 3])
    asked = energy.requests(energy.by_kind(parameters), np.full(3, 100.0), np.zeros(3), np.zeros((3, 3)), pipeline)
    np.testing.assert_allclose(asked[energy.READY], 100.0 - 80.0 * 6 / 48)


def test_offers_are_shared_in_proportion_where_all_bid_alike_and_grow() -> None:
    parameters = parameters_of(Energy, grid_offer_mw=90, on_site_offer_mw=1e6, ready_offer_mw=0, offer_growth=2,
                               grid_elasticity=0)  # fmt: skip
    asked, bids, kinds = np.stack([everywhere(100.0, 200.0)] * 3), everywhere(5.0, 5.0), energy.by_kind(parameters)
    signed, premium = energy.contracts(parameters, kinds, asked, bids, 0.0)
    np.testing.assert_allclose(signed[0], everywhere(30.0, 60.0))
    np.testing.assert_allclose(premium[0], 5.0 * (300 / 90 - 1))  # the queue in months at what each is worth
    np.testing.assert_allclose(signed[1], everywhere(100.0, 200.0))
    np.testing.assert_array_equal(premium[1], 0.0)
    np.testing.assert_allclose(signed[2], 0.0, atol=1e-9)
    later, premium = energy.contracts(parameters, kinds, asked, bids, 1.0)
    np.testing.assert_allclose(later[0], everywhere(60.0, 120.0))
    np.testing.assert_allclose(premium[0], 5.0 * (300 / 180 - 1))


def test_an_offer_doubles_at_the_premium_that_its_elasticity_says() -> None:
    parameters = parameters_of(
        Energy, grid_price=50, facility_ratio=1.2, contract_years=10, grid_elasticity=0.5, on_site_elasticity=1.0
    )
    contract = 50 * 1.2 * 8766 * 10  # US dollars per MW: at an elasticity of a half, twice that doubles the offer
    np.testing.assert_allclose(energy.by_kind(parameters).doubling[0], 2 * contract)


def test_premiums_together_cost_no_more_than_the_purse() -> None:
    parameters = parameters_of(Energy, month_revenue_usd_per_mw=1e6, month_margin=0.4, contract_years=1e-3)
    asked = np.stack([everywhere(5e3, 1e4), everywhere(3e3, 1.0), everywhere(1e3, 50.0)])
    purse = everywhere(4e8, 1e7)
    bids = energy.bid(parameters, over_owners(asked), purse)
    signed, premium = energy.contracts(parameters, energy.by_kind(parameters), asked, bids, 0.0)
    paid = over_owners(signed * premium[:, None])
    assert (paid <= purse).all() and (paid > 0.01 * purse).all()
    assert (bids <= 4e5).all()


def test_contracts_arrive_at_the_lead_time_of_their_kind_less_what_is_cancelled() -> None:
    setting = small_setting(
        {"energy.grid_lead_months": 9.0, "energy.grid_completion": 0.5, "energy.grid_offer_mw": 1e6,
         "energy.lead_spread": np.log(2.0)}
    )  # fmt: skip
    nothing = np.zeros((3, 5, 3))
    state = energy.State(nothing, nothing, np.zeros((24, 3, 5, 3)), np.zeros((3, 3)))
    asked = energy.Requests(np.full((5, 3), 100.0), nothing[0], nothing[0], nothing[0])
    luck = calm_luck(5)._replace(energy=np.tile([0.0, 1.0, -1.0], (5, 1)))
    after, flows = energy.contracted(setting, state, asked, luck, now(setting, 1))
    np.testing.assert_allclose(flows.signed[0], 100.0)
    np.testing.assert_allclose(after.pipeline[0], 50.0)
    for world, months in enumerate((9, 18, 4)):  # the median, twice it, and half of it, rounded
        assert np.flatnonzero(after.arrivals[:, 0, 0, world]).tolist() == [1 + months]
        np.testing.assert_allclose(after.arrivals[1 + months, 0, :, world], 50.0)


def test_the_bill_is_facility_power_at_the_average_price() -> None:
    parameters = parameters_of(Energy, grid_price=50, on_site_price=100, ready_price=70, facility_ratio=1.2)
    half_and_half = np.stack([everywhere(10.0), everywhere(10.0), everywhere(0.0)])
    np.testing.assert_allclose(
        energy.cost_usd(parameters, energy.by_kind(parameters), half_and_half, everywhere(10.0)), 10 * 1.2 * 730.5 * 75
    )


def test_power_beyond_the_contracts_costs_nothing() -> None:
    parameters = parameters_of(Energy, grid_price=50, on_site_price=100, ready_price=70, facility_ratio=1.2)
    contracts = np.stack([everywhere(10.0), everywhere(10.0), everywhere(0.0)])
    np.testing.assert_allclose(
        energy.cost_usd(parameters, energy.by_kind(parameters), contracts, everywhere(1e9)), 20 * 1.2 * 730.5 * 75
    )
