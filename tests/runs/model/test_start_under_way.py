"""What is under way at the start: contracts and buildings on record, and what money needs beside them, by hand."""

import numpy as np
import pytest

from computerace.market import energy, sites
from computerace.market.arrays import over_owners
from computerace.runs.model.race import Race
from computerace.runs.model.setting import now
from tests.runs.model.starting import begun, chip_cost


def test_power_at_the_start_is_what_runs_and_is_split_by_kind() -> None:
    _, state, _ = begun(powered_mw=100.0, owned_h100e=0.0)
    np.testing.assert_allclose(state.energy.energised[:, 0], 100.0 * np.array([[0.40], [0.55], [0.05]]).repeat(3, 1))
    np.testing.assert_allclose(state.energy.energised[:, 2], 100.0 * np.array([[0.85], [0.05], [0.10]]).repeat(3, 1))
    np.testing.assert_allclose(state.sites.finished, 100.0)
    np.testing.assert_allclose(state.sites.powered, 100.0)


@pytest.mark.parametrize("months", [0.5, 1.5, 3.0])
def test_as_much_begins_to_compute_in_the_first_month_as_is_finished_in_it(months: float) -> None:
    setting, state, _ = begun(
        {"sites.commissioning_months": months, "energy.planning_growth": 0.0},
        contracted_grid_mw=0.0, contracted_on_site_mw=0.0, contracted_ready_mw=0.0, owned_h100e=1e3, powered_mw=100.0,
        capex_usd_per_year=2.4e9, ai_capex_share=0.5, in_house_target=0.0, purchase_cost=1.0, build_years=2.0,
    )  # fmt: skip
    need = state.sites.arrivals[1]
    np.testing.assert_allclose(over_owners(state.energy.arrivals[1]), need)
    contracts, arrived = energy.energise(state.energy, 1)
    power = energy.contracted_power(setting.mechanisms.energy, contracts)
    waiting = state.energy.pipeline[energy.READY]
    after, _, _ = sites.finish(setting, state.sites, arrived[energy.READY], waiting, power, 1)
    np.testing.assert_allclose(after.powered - 100.0, need)


def test_contracts_on_record_arrive_evenly_over_the_lead_that_is_left() -> None:
    leads = {
        "energy.grid_lead_months": 40.0, "energy.on_site_lead_months": 9.0, "energy.ready_lead_months": 4.0,
        "energy.grid_completion": 0.5, "energy.on_site_completion": 0.8, "energy.ready_completion": 1.0,
    }  # fmt: skip
    _, state, _ = begun(
        leads, owned_h100e=0.0, contracted_grid_mw=82.0, contracted_on_site_mw=100.0, contracted_ready_mw=50.0
    )
    by_kind = state.energy.arrivals[:, :, 0, 0]
    assert len(by_kind) == 24 + 2 + 6
    np.testing.assert_allclose(by_kind[1:31, 0], 1.0)  # 41 over 41 months; the last slot is beyond the race
    np.testing.assert_allclose(by_kind[1:11, 1], 8.0)
    np.testing.assert_allclose(by_kind[1:6, 2], 10.0)
    for kind, beyond in ((0, 31), (1, 11), (2, 6)):
        np.testing.assert_array_equal(by_kind[beyond:, kind], 0.0)
        assert by_kind[0, kind] == 0.0
    np.testing.assert_allclose(state.energy.pipeline[:, 0, 0], [41.0, 80.0, 50.0])


@pytest.mark.parametrize("lead", [3.0, 3.2, 8.999, 17.5])
def test_all_that_is_contracted_arrives_whatever_the_lead_that_is_left(lead: float) -> None:
    leads = {f"energy.{kind}_lead_months": lead for kind in ("grid", "on_site", "ready")}
    _, state, _ = begun(
        leads, owned_h100e=0.0, contracted_grid_mw=90.0, contracted_on_site_mw=70.0, contracted_ready_mw=50.0
    )
    np.testing.assert_allclose(state.energy.arrivals[:25].sum(axis=0), state.energy.pipeline)


def test_buildings_for_what_is_contracted_come_within_the_time_that_an_owner_builds() -> None:
    _, state, _ = begun(
        owned_h100e=0.0, contracted_grid_mw=48.0, contracted_on_site_mw=100.0, build_years=[1.0, 0.1, 1.0, 1.0, 3.0]
    )
    np.testing.assert_allclose(state.sites.arrivals[1:13, 0], 124.0 / 12)
    np.testing.assert_array_equal(state.sites.arrivals[13:, 0], 0.0)
    np.testing.assert_allclose(state.sites.arrivals[1:4, 1], 124.0 / 3)  # never in less than a quarter
    np.testing.assert_array_equal(state.sites.arrivals[4:, 1], 0.0)
    np.testing.assert_allclose(state.sites.arrivals[1:31, 4], 124.0 / 36)
    np.testing.assert_allclose(state.sites.pipeline, 124.0)


def test_power_and_buildings_come_at_least_as_fast_as_money_buys_chips() -> None:
    setting, state, _ = begun(
        contracted_grid_mw=0.0, contracted_on_site_mw=0.0, contracted_ready_mw=0.0,
        owned_h100e=[1e3, 1e3, 1e3, 1e3, 0.0],
        capex_usd_per_year=2.4e9, ai_capex_share=0.5, in_house_target=0.0, purchase_cost=1.0,
        added_h100e_per_month=0.0, build_years=2.0,
    )  # fmt: skip
    need = 1e8 / chip_cost(setting, 0.0) * now(setting, 0).technology.new_watts / 1e6  # MW a month
    for month in (1, 13, 24):
        grown = need * (1 + 0.4 * month / 12)
        np.testing.assert_allclose(state.sites.arrivals[month, 0], grown)
        np.testing.assert_allclose(state.energy.arrivals[month, 1, 0], grown)  # xAI's main kind is power on site
        np.testing.assert_allclose(state.energy.arrivals[month, 0, 1], grown)  # the others' is the grid
        assert (state.energy.arrivals[month, [0, 2], 0] == 0).all() and (state.energy.arrivals[month, 1:, 1] == 0).all()
    np.testing.assert_array_equal(state.sites.arrivals[25:], 0.0)
    np.testing.assert_allclose(state.energy.pipeline[0, 1], 34.0 * need)  # 24 + 0.4 / 12 * (1 + … + 24)
    np.testing.assert_allclose(state.sites.pipeline[0], 34.0 * need)
    np.testing.assert_array_equal(state.energy.arrivals[:, :, 4], 0.0)  # who has no fleet has begun nothing
    np.testing.assert_allclose(state.sites.unpaid[:4], 1 / (1 + 0.4 / 12))  # the first month costs what its chips need


def test_only_what_contracts_do_not_bring_comes_beside_them() -> None:
    setting, state, _ = begun(
        {"energy.grid_lead_months": 23.0, "energy.grid_completion": 1.0, "energy.planning_growth": 0.0},
        contracted_grid_mw=24.0, contracted_on_site_mw=0.0, contracted_ready_mw=0.0, owned_h100e=1e3,
        capex_usd_per_year=2.4e10, ai_capex_share=0.5, in_house_target=0.0, purchase_cost=1.0,
        added_h100e_per_month=0.0, build_years=1.0,
    )  # fmt: skip
    need = 1e9 / chip_cost(setting, 0.0) * now(setting, 0).technology.new_watts / 1e6
    assert (need > 2.0).all()
    np.testing.assert_allclose(state.energy.arrivals[1:13, 0, 1], np.broadcast_to(need, (12, 3)))
    np.testing.assert_allclose(state.energy.arrivals[13:25, 0, 1], 1.0)
    np.testing.assert_allclose(state.energy.pipeline[0, 1], 24.0 + 12 * (need - 1.0))


@pytest.mark.parametrize("kind", ["grid", "on_site", "ready"])
def test_contracts_of_any_kind_bring_their_part_of_what_is_needed(kind: str) -> None:
    contracted = {f"contracted_{one}_mw": 12.0 if one == kind else 0.0 for one in ("grid", "on_site", "ready")}
    setting, state, _ = begun(
        {f"energy.{kind}_lead_months": 11.0, f"energy.{kind}_completion": 1.0, "energy.planning_growth": 0.0},
        owned_h100e=1e3, capex_usd_per_year=2.4e10, ai_capex_share=0.5, in_house_target=0.0, purchase_cost=1.0,
        added_h100e_per_month=0.0, build_years=1.0, horizon=24, **contracted,
    )  # fmt: skip
    need = 1e9 / chip_cost(setting, 0.0) * now(setting, 0).technology.new_watts / 1e6
    np.testing.assert_allclose(state.energy.arrivals[1:13, :, 1].sum(axis=1), np.broadcast_to(need, (12, 3)))


def test_who_owns_less_than_a_chip_has_begun_its_buildings() -> None:
    _, state, _ = begun(
        contracted_grid_mw=0.0, contracted_on_site_mw=0.0, owned_h100e=[0.5, 0.0, 0.5, 0.5, 0.5], capex_usd_per_year=1e9
    )
    assert (state.sites.pipeline[[0, 2]] > 0).all() and (state.sites.pipeline[1] == 0).all()


def test_what_takes_longer_than_ten_years_to_build_is_not_all_under_way() -> None:
    _, state, _ = begun(owned_h100e=0.0, contracted_grid_mw=48.0, contracted_on_site_mw=100.0, build_years=20.0)
    np.testing.assert_allclose(state.sites.pipeline, 124.0 / 2)


@pytest.mark.parametrize("horizon", [1, 6, 60])
def test_what_is_under_way_does_not_depend_on_how_long_the_race_is(horizon: int) -> None:
    usual, other = begun(horizon=24)[1], begun(horizon=horizon)[1]
    np.testing.assert_array_equal(usual.energy.pipeline, other.energy.pipeline)
    np.testing.assert_array_equal(usual.sites.pipeline, other.sites.pipeline)
    both = min(horizon, 24) + 6
    np.testing.assert_array_equal(usual.sites.arrivals[:both], other.sites.arrivals[:both])


def test_premiums_of_the_start_are_those_of_the_first_month() -> None:
    race = Race(worlds=64, seed=1, months=1, collect=False)
    before = race.state.energy.premium
    race.run()
    after = race.state.energy.premium
    assert (before > 0).mean() > 0.7  # a world in which nobody queues for a kind pays none
    apart = np.log(after[0] / before[0])
    assert np.abs(np.median(apart)) < 0.1 and np.abs(apart).mean() < 0.3
