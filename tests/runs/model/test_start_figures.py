"""Month 0: what the record and the parameters say of the start, by hand."""

import numpy as np

from computerace.runs.model.race import Race
from computerace.runs.model.recorded import _booked
from tests.runs.model.plain import rows
from tests.runs.model.starting import begun, chip_cost


def test_orders_at_the_start_are_the_starting_backlog_shared_as_owners_want_chips() -> None:
    setting, state, _ = begun(
        {"chips.supply_h100e_per_month": 1e6}, capex_usd_per_year=2.4e9, ai_capex_share=0.5, in_house_target=0.2,
        prepaid_share=0.3, purchase_cost=1.0, added_h100e_per_month=0.0,
    )  # fmt: skip
    wanted = 1e8 / chip_cost(setting, 0.2)
    np.testing.assert_allclose(state.finance.investment, 1e8)
    # all five want the same of what their own chips leave of the base, four months of it in all
    for_sale = np.broadcast_to(1e6 - 5 * 0.2 * wanted, (5, 3))
    np.testing.assert_allclose(
        state.chips.prepaid, np.broadcast_to(0.3 * 0.8 * wanted, (5, 3))
    )  # served first: a month of it waits
    np.testing.assert_allclose(state.chips.open_orders + state.chips.prepaid, for_sale / 5 * 4)
    np.testing.assert_allclose(state.chips.booked[0], 0.2 * wanted / 1e6)
    np.testing.assert_allclose(state.chips.backlog_months, 4.0)
    np.testing.assert_allclose(state.chips.usual_backlog, 4.0)
    np.testing.assert_allclose(state.chips.price, 1000.0)
    np.testing.assert_array_equal(state.chips.shock, 0.0)
    np.testing.assert_allclose(setting.anchors.other_capex, 1e8)


def test_the_supplys_path_stands_a_month_of_growth_beyond_the_quarters_average() -> None:
    growing = {"chips.supply_h100e_per_month": 1e6, "chips.supply_growth_2026": 2.0, "chips.supply_growth_2030": 2.0}
    np.testing.assert_allclose(begun(growing)[1].chips.path, 1e6 * 2 ** (1 / 12))
    steeper = growing | {
        "chips.supply_growth_2026": 4.0,
        "chips.supply_growth_2030": 1.0,
    }  # half a year before
    np.testing.assert_allclose(begun(steeper)[1].chips.path, 1e6 * 4 ** ((1 + 0.5 / 4) / 12))


def test_the_fleet_is_split_as_recorded_and_unknown_fleets_are_of_the_second_generation() -> None:
    _, state, flows = begun(
        owned_h100e=1000.0, share_ampere=[1.0, 0.0, 0.0, 0.0, 0.0], share_hopper=[1.0, 0.0, 0.0, 0.0, 0.0],
        share_blackwell=[2.0, 1.0, 0.0, 0.0, 0.0], in_house_share=0.4,
    )  # fmt: skip
    np.testing.assert_allclose(state.fleet.stock[:3, 0, 0], [250.0, 250.0, 500.0])
    np.testing.assert_allclose(state.fleet.stock[:3, 1, 0], [0.0, 0.0, 1000.0])
    np.testing.assert_allclose(state.fleet.stock[:3, 2, 0], [0.0, 1000.0, 0.0])
    np.testing.assert_allclose(state.fleet.in_house, 400.0)
    np.testing.assert_array_equal(flows.retired, 0.0)


def test_most_of_what_has_no_power_is_being_installed_and_the_rest_stands_idle() -> None:
    setting, state, _ = begun(
        owned_h100e=1000.0, share_ampere=0.0, share_hopper=1.0, share_blackwell=0.0, powered_mw=600 * 1453 / 1e6,
        largest_site_h100e=[150.0, 1e9, 150.0, 150.0, 150.0], rented_h100e=0.0, let_share=0.0,
    )  # fmt: skip
    np.testing.assert_allclose(state.fleet.installing, 0.7 * 400.0)
    np.testing.assert_allclose(state.fleet.operational, 600.0)
    np.testing.assert_allclose(setting.anchors.operational, 600.0)
    np.testing.assert_allclose(setting.anchors.concentration, rows([0.25, 1.0, 0.25, 0.25, 150.0 / 601.0]))


def test_knowledge_is_relative_to_the_best_and_may_be_made_equal() -> None:
    _, state, _ = begun(software_efficiency=[1.0, 2.0, 4.0, 1.0, 1.0], capability_index=140.0, hallucination_rate=0.3)
    np.testing.assert_allclose(state.software.efficiency, np.log(rows([0.25, 0.5, 1.0, 0.25, 0.25])))
    np.testing.assert_allclose(state.software.quality, 140.0)
    np.testing.assert_allclose(state.software.hallucination, 0.3)
    np.testing.assert_array_equal(state.software.skill, 0.0)
    np.testing.assert_array_equal(state.software.crossed, 0.0)
    assert state.software.best.shape == (25, 3)
    setting, equal, _ = begun({"software.equal_start": 1.0}, software_efficiency=[1.0, 2.0, 4.0, 1.0, 1.0])
    np.testing.assert_array_equal(equal.software.efficiency, 0.0)
    np.testing.assert_array_equal(setting.anchors.efficiency, 0.0)


def test_users_and_what_they_pay() -> None:
    setting, state, _ = begun(
        {"users.market_growth_2026": 2.0, "users.hazard": 1.0},
        users_share=[0.2, 0.2, 0.2, 0.2, 1.2], ai_revenue_usd_per_year=[12.0, 24.0, 0.0, 0.0, 120.0],
    )  # fmt: skip
    np.testing.assert_allclose(state.users.shares, rows([0.1, 0.1, 0.1, 0.1, 0.6]))
    np.testing.assert_allclose(state.users.revenue, rows([1.0, 2.0, 0.0, 0.0, 10.0]))
    np.testing.assert_allclose(state.users.market, 156.0)
    np.testing.assert_allclose(state.users.growth, np.log(2.0))
    np.testing.assert_allclose(setting.anchors.revenue_per_user, rows([10.0, 20.0, 0.0, 0.0, 10.0 / 0.6]))
    np.testing.assert_allclose(setting.anchors.revenue, state.users.revenue)


def test_people_and_money_are_the_records() -> None:
    setting, state, _ = begun(
        {"finance.spending_months": 7.0}, researchers=100.0, stars=3.0, relative_pay=1.1,
        cash_usd=[400.0, -5.0, 400.0, 400.0, 400.0], raised_usd_per_year=9.0, owned_h100e=10.0, equity_share=1.0,
        operating_cash_flow_usd_per_year=[-1.0, 0.0, 1.0, 1.0, 1.0],
    )  # fmt: skip
    np.testing.assert_allclose(state.talent.openings, 102.0)
    np.testing.assert_array_equal(state.talent.pay, 1.1)
    np.testing.assert_array_equal(state.talent.morale, 1.0)
    np.testing.assert_array_equal(state.finance.cash, rows([400.0, 0.0, 400.0, 400.0, 400.0]))
    for name, value in {
        "plans": 0.0,
        "raised": 0.0,
        "sentiment": 1.0,
        "promised": 10.0,
        "mood": 0.0,
        "held": 1.0,
        "distress": 0.0,
    }.items():
        np.testing.assert_array_equal(getattr(state.finance, name), value, err_msg=name)
    np.testing.assert_allclose(setting.anchors.buffer, rows([100.0, 0.0, 100.0, 100.0, 100.0]))
    assert setting.anchors.young[:, 0].tolist() == [True, True, False, False, False]
    np.testing.assert_allclose(setting.anchors.spending_months, rows([7.0, 7.0, 12.0, 12.0, 12.0]))


def test_what_was_raised_in_the_year_before_is_debt_but_for_young_labs_equity() -> None:
    setting, state, _ = begun(
        {"capital.private_usd_per_year": 40e9, "capital.chips_rate": 0.12, "capital.line_share": 0.5},
        raised_usd_per_year=[20e9, 9e9, 8e9, 7e9, 60e9], equity_share=[0.4, 1.0, 0.1, 0.1, 0.1],
        operating_cash_flow_usd_per_year=[-5e9, 1e11, 1e11, 1e11, 1e11],
    )  # fmt: skip
    money = state.finance
    np.testing.assert_allclose(
        money.outside_rate[:, 0] / 1e9, [8.0, 0.0, 0.0, 0.0, 32.0]
    )  # the rest: what is left of 40
    np.testing.assert_allclose(money.debt[:, :, 0] / 1e9, [[0.0, 9, 8, 7, 28], [0.0] * 5, [12.0, 0, 0, 0, 0]])
    np.testing.assert_allclose(money.coupon[:, :, 0] / 1e9, [[0.0] * 5, [0.0] * 5, [0.12, 0, 0, 0, 0]])
    np.testing.assert_allclose(setting.anchors.line[:, 0] / 1e9, [10.0, 50.0, 50.0, 50.0, 50.0])
    assert setting.anchors.labs_among[:, 0].tolist() == [True, False, False, False, True]


def test_however_much_a_young_lab_raised_others_had_what_one_name_cannot_have_of_the_pool() -> None:
    _, state, _ = begun(
        {"capital.private_usd_per_year": 40e9, "capital.one_name_share": 0.7},
        raised_usd_per_year=[39e9, 0.0, 0.0, 0.0, 0.0], equity_share=1.0,
        operating_cash_flow_usd_per_year=[-5e9, 1e11, 1e11, 1e11, 1e11],
    )  # fmt: skip
    np.testing.assert_allclose(state.finance.outside_rate[-1], 0.3 * 40e9)


def test_vendors_have_sold_what_owners_buy_from_them_at_each_owners_own_terms() -> None:
    """Of 100,000 a month servers take their part, whatever an owner pays for them: four rows buy, one makes its own."""
    setting, state, _ = begun(
        capex_usd_per_year=2.4e6, ai_capex_share=0.5, in_house_target=[0.0, 0.0, 0.0, 0.0, 1.0],
        purchase_cost=[1.0, 0.8, 1.0, 1.0, 1.0],
    )  # fmt: skip
    np.testing.assert_allclose(state.finance.sales, 4 * 1e5 * 1500.0 / chip_cost(setting, 0.0))


def test_who_has_raised_nothing_owes_nothing() -> None:
    _, state, _ = begun(raised_usd_per_year=0.0)
    np.testing.assert_array_equal(state.finance.debt, 0.0)
    np.testing.assert_array_equal(state.finance.coupon, 0.0)


def test_what_is_being_installed_runs_nothing_yet() -> None:
    race = Race("baseline", worlds=16, seed=1, months=1, collect=False)
    chips_owned = race.state.fleet
    installed = np.maximum(chips_owned.owned - chips_owned.installing, 1.0)
    assert (chips_owned.installing > 0.0).any()
    assert (race.setting.anchors.operational <= installed).all()
    assert (race.setting.anchors.operational == installed).any()  # power does not bind everywhere


def test_who_has_hardly_any_figures_still_has_a_start() -> None:
    setting, state, _ = begun(
        software_efficiency=[0.0, 1.0, 1.0, 1.0, 1.0], owned_h100e=[0.0, 1e3, 1e3, 1e3, 1e3], largest_site_h100e=0.25,
        let_share=0.0, rented_h100e=50.0,
    )  # fmt: skip
    np.testing.assert_allclose(state.software.efficiency[0], np.log(1e-3))
    np.testing.assert_array_equal(setting.anchors.operational[0], 1.0)  # one H100e
    np.testing.assert_allclose(setting.anchors.concentration[0], 0.25 / 51.0)
    np.testing.assert_array_equal(setting.anchors.rented[-1], 1.0)  # nobody lets, and labs rent more than that
    assert np.isfinite(setting.anchors.capability).all()


def test_month_0_lets_and_rents_as_recorded_and_the_rest_takes_what_labs_leave() -> None:
    setting, state, flows = begun(
        owned_h100e=1000.0, share_ampere=0.0, share_hopper=1.0, share_blackwell=0.0, powered_mw=1e3,
        let_share=[0.0, 0.5, 0.0, 0.0, 0.0], external_share=0.4, rented_h100e=[50.0, 0.0, 10.0, 0.0, 7.0],
    )  # fmt: skip
    np.testing.assert_allclose(state.rental.let, rows([0.0, 200.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.rental.elsewhere, rows([0.0, 300.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(state.rental.rented, rows([50.0, 0.0, 10.0, 0.0, 140.0]))
    np.testing.assert_allclose(setting.anchors.rented, rows([50.0, 0.0, 10.0, 0.0, 140.0]))
    np.testing.assert_allclose(state.rental.rent, 1.7)
    np.testing.assert_allclose(state.rental.gap, np.log(1.7 / setting.anchors.rent_parity))
    np.testing.assert_allclose(state.rental.used, rows([1050.0, 500.0, 1010.0, 1000.0, 1140.0]))


def test_the_other_business_earns_what_ai_leaves_of_the_cash_flow_on_record() -> None:
    setting, state, flows = begun(operating_cash_flow_usd_per_year=1.2e9, capex_usd_per_year=2.4e9, ai_capex_share=0.5)
    talent, capacity = state.talent, state.rental
    pay = (talent.researchers + 8 * talent.stars) * talent.pay * 1e6 / 12
    rents = (capacity.let - capacity.rented) * 1.7 * 730.5
    upkeep = state.fleet.operational * 1500.0 * 0.12 / 12
    power, energised = setting.kinds.price, state.energy.energised
    each = (energised * power[:, None]).sum(axis=0) / energised.sum(axis=0)
    bill = np.minimum(state.sites.powered, energised.sum(axis=0)) * 1.27 * 730.5 * each
    income = state.users.revenue * 0.5 + rents - bill - upkeep - pay
    np.testing.assert_allclose(setting.anchors.core, 1e8 - income, rtol=1e-9)
    np.testing.assert_allclose(flows.finance.capex, 2e8)
    np.testing.assert_allclose(flows.finance.other_capex, 1e8)
    np.testing.assert_array_equal(flows.finance.returns, 1.0)


def test_the_best_equipped_firm_is_the_measure_of_research() -> None:
    setting, state, flows = begun(
        {"talent.star_weight": 8.0}, researchers=[100.0, 300.0, 100.0, 100.0, 800.0], stars=[0.0, 0.0, 30.0, 0.0, 0.0],
    )  # fmt: skip
    np.testing.assert_allclose(setting.anchors.labour, 340.0)  # 100 and 30 stars; the rest is four firms of 200
    per_firm = flows.division.research / setting.firms
    np.testing.assert_allclose(setting.anchors.experiments, per_firm.max(axis=0))
    run = flows.division.job * flows.clusters.goodput * flows.clusters.utilisation
    flop = np.log10(run * 9.89e14 * 4 * 2.63e6) + state.software.efficiency / np.log(10)
    np.testing.assert_allclose(setting.anchors.capability, flop)
    np.testing.assert_array_equal(setting.anchors.quality, state.software.quality)


def test_brands_explain_the_shares_of_the_start() -> None:
    setting, state, _ = begun()
    weights, known = setting.mechanisms.users, state.software
    value = (
        weights.quality_weight * known.quality - weights.accuracy_weight * known.hallucination
        - weights.price_weight * weights.pass_through * (known.efficiency.max(axis=0) - known.efficiency)
    )  # fmt: skip
    weight = np.exp(value + setting.anchors.brand)
    np.testing.assert_allclose(weight / weight.sum(axis=0), state.users.shares)


def test_nothing_flows_in_month_0_but_what_is_on_record() -> None:
    _, _, flows = begun({"chips.supply_h100e_per_month": 1e6})
    np.testing.assert_array_equal(flows.chips.made, 1e6)
    for values in (*flows.chips[1:], *flows.energy, flows.energised, *flows.sites, *flows.talent, *flows.software,
                   *flows.accounts, *flows.finance.means, *flows.finance.budget, *flows.ledger):  # fmt: skip
        assert not values.any()
    assert flows.energised.shape == (3, 5, 3) and flows.ledger.bound.shape == (6, 5, 3)


def test_in_house_programmes_share_what_is_left_of_the_base_where_they_want_more_than_it() -> None:
    wanted = np.array([[3.0, 1.0], [5.0, 1.0]])
    np.testing.assert_allclose(_booked(wanted, np.array([4.0, 4.0])), [[0.375, 0.25], [0.625, 0.25]])
