"""Letting and renting within their bounds, and the rent, by hand."""

import numpy as np

from computerace.market import rental
from computerace.market.rental import Rental
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import plain_setting, rows

CALM = np.zeros(3)


def test_parity_is_what_owning_costs_and_what_lets_earn_over_it() -> None:
    setting = plain_setting({"chips.server_markup": 1.5, "sites.cost_usd_per_mw": 1e7, "rental.carrying_cost": 0.25,
                             "rental.over_cost": 1.4})  # fmt: skip
    found = rental.parity(setting, np.array([1e4, 2e4, 3e4]), np.full(3, 1000.0))
    np.testing.assert_allclose(found, 1.4 * 0.25 * np.array([25e3, 40e3, 55e3]) / 8766)


def test_what_turned_to_buying_is_not_wanted_any_more() -> None:
    parameters = parameters_of(Rental, elasticity=0.5)
    rented, _ = rental.rents(parameters, everywhere(10.0, 5.0), np.full(3, 1e3), CALM, np.full(3, np.log(2.0)))
    np.testing.assert_allclose(rented[0], 5.0)
    rented, _ = rental.rents(parameters, everywhere(10.0, 5.0), np.full(3, 1e3), np.full(3, 1.0), CALM)
    np.testing.assert_allclose(rented[0], 10.0 / np.exp(0.5))


def test_who_lets_all_lets_all_at_any_rent_and_a_rent_moves_the_odds_of_the_others() -> None:
    parameters = parameters_of(Rental, elasticity=1.0)
    dear = rental.lets(parameters, everywhere(100.0, 100.0), everywhere(1.0, 0.5), np.full(3, np.log(3.0)))
    np.testing.assert_allclose(dear, everywhere(100.0, 75.0))
    none = rental.lets(parameters_of(Rental, depth=0.0), everywhere(100.0), everywhere(1.0), CALM)
    np.testing.assert_array_equal(none, 0.0)


def test_where_little_is_offered_labs_share_it_and_the_rest_gets_nothing() -> None:
    rented, gap = rental.rents(parameters_of(Rental), everywhere(30.0, 10.0, 0.0), np.full(3, 20.0), CALM, CALM)
    np.testing.assert_allclose(rented, everywhere(15.0, 5.0, 0.0))
    np.testing.assert_allclose(gap, 2 / 3)


def test_the_pull_on_the_rent_is_the_log_of_a_small_gap_and_never_more_than_two() -> None:
    for wanted, pull in ((1e9, 2.0), (1e-9, -2.0), (20.0, 2 / 3), (10.1, np.log(1.01))):
        _, found = rental.rents(parameters_of(Rental), everywhere(0.0, wanted), np.full(3, 10.0), CALM, CALM)
        np.testing.assert_allclose(found, pull, rtol=1e-4)


def played(growth: float, months: int) -> rental.State:
    """A market in which fifty are let, of the fleets of a hundred each, and what is wanted grows by a log a month."""
    setting = plain_setting({"rental.flexibility": 0.3, "rental.elasticity": 0.3, "rental.arbitrage_months": 12.0})
    parity, nothing = setting.anchors.rent_parity, rows(0.0)
    state = rental.State(nothing, nothing, nothing, parity, CALM + 1.0, CALM)
    for month in range(months):
        terms = rental.Terms(
            rows(0.5), rows(1.0), nothing, rows([0, 0, 0, 0, 250 * np.exp(growth * month)]), rows(np.inf)
        )
        state, _ = rental.clear(setting, state, terms, rows(100.0), parity)
    np.testing.assert_allclose(state.rent, parity * np.exp(state.gap))
    return state


def test_rent_comes_back_to_purchase_parity() -> None:
    np.testing.assert_allclose(played(0.0, 400).gap, 0.0, atol=1e-6)


def test_where_wants_outgrow_offers_rent_stays_above_parity_by_their_growth_over_the_time_that_buying_takes() -> None:
    np.testing.assert_allclose(played(0.02, 400).gap, 0.02 * 12, rtol=1e-6)


def test_a_doubled_want_raises_the_rent_and_lowers_what_others_rent() -> None:
    setting = plain_setting({"rental.rent_usd_per_hour": 2.0})
    nothing, found = rows(0.0), []
    setting = setting._replace(anchors=setting.anchors._replace(operational=rows(100.0)))
    for want in (40.0, 80.0):
        before = rental.State(nothing, nothing, nothing, np.full(3, 2.0), rental.gap_at_start(setting), CALM)
        terms = rental.Terms(rows([0, 0.6, 0, 0, 0]), rows(1.0), rows([want, 0, 30, 0, 0]), nothing, rows(np.inf))
        found.append(rental.clear(setting, before, terms, rows(100.0), setting.anchors.rent_parity)[0])
    usual, doubled = found
    assert (doubled.rent > usual.rent).all() and (doubled.rented[2] < usual.rented[2]).all()
    assert (doubled.rented[0] > usual.rented[0]).all()


def test_a_budget_pays_for_hours_at_last_months_rent() -> None:
    setting = plain_setting({"rental.elasticity": 0.0})
    zero = rows(0.0)
    before = rental.State(zero, zero, zero, np.array([1.0, 2.0, 4.0]), rental.gap_at_start(setting), CALM)
    terms = rental.Terms(rows([0, 0.5, 0, 0, 0]), rows(1.0), rows([40.0, 0, 0, 0, 0]), zero, rows(20 * 2 * 730.5))
    setting = setting._replace(anchors=setting.anchors._replace(operational=rows(100.0)))
    found, _ = rental.clear(setting, before, terms, rows(100.0), CALM + 1.0)
    np.testing.assert_allclose(found.rented[0], [40.0, 20.0, 10.0])
