"""Letting and renting within their bounds, and the rent, by hand."""

import numpy as np

from computerace.market import rental
from computerace.market.rental import Rental
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import plain_setting, rows

CALM = np.zeros(3)


def test_the_trend_falls_with_technology() -> None:
    parameters = parameters_of(Rental, rent_usd_per_hour=2.0)
    np.testing.assert_allclose(rental.trend(parameters, np.array([0.0, 0.2, 0.5]), 12), [2.0, 1.6, 1.0])
    np.testing.assert_allclose(rental.trend(parameters, np.array([0.0, 0.19, 0.51]), 6), [2.0, 1.8, 1.4])


def test_lets_and_rents_answer_no_gap_beyond_three_logs() -> None:
    parameters = parameters_of(Rental, elasticity=0.5)
    for gap, odds in ((9.0, np.exp(1.5)), (-9.0, np.exp(-1.5)), (1.0, np.exp(0.5))):
        let = rental.lets(parameters, everywhere(100.0), everywhere(0.5), np.full(3, gap))
        np.testing.assert_allclose(let, 100 * odds / (1 + odds))
        rented, _ = rental.rents(parameters, everywhere(10.0, 5.0), np.full(3, 1e3), np.full(3, gap))
        np.testing.assert_allclose(rented[0], 10.0 / odds)


def test_nobody_lets_more_than_99_of_100() -> None:
    let = rental.lets(parameters_of(Rental), everywhere(100.0), everywhere(1.0), CALM)
    np.testing.assert_allclose(let, 99.0)


def test_where_little_is_offered_labs_share_it_and_the_rest_gets_nothing() -> None:
    rented, gap = rental.rents(parameters_of(Rental), everywhere(30.0, 10.0, 0.0), np.full(3, 20.0), CALM)
    np.testing.assert_allclose(rented, everywhere(15.0, 5.0, 0.0))
    np.testing.assert_allclose(gap, np.log(2.0))


def test_the_pull_on_the_rent_has_bounds() -> None:
    for wanted, pull in ((1e6, 1.0), (1e-3, -1.0), (20.0, np.log(2.0))):
        _, gap = rental.rents(parameters_of(Rental), everywhere(0.0, wanted), np.full(3, 10.0), CALM)
        np.testing.assert_allclose(gap, pull)


def test_the_rent_stays_within_two_logs_of_its_trend() -> None:
    setting = plain_setting({"rental.flexibility": 0.5, "rental.elasticity": 0.0, "rental.rent_usd_per_hour": 2.0,
                             "chips.price_decline": 0.19})  # fmt: skip
    zero = rows(0.0)
    terms = rental.Terms(rows(0.5), rows(1.0), zero, rows([0, 0, 0, 0, 1e9]), rows(1e12))
    for gap, after in ((1.9, 2.0), (0.2, 0.7)):
        before = rental.State(zero, zero, zero, np.full(3, 2.0), np.full(3, gap))
        found, _ = rental.clear(setting, before, terms, rows(100.0), 6)
        np.testing.assert_allclose(found.gap, after)
        np.testing.assert_allclose(found.rent, 2.0 * 0.9 * np.exp(after))


def test_a_budget_pays_for_hours_at_last_months_rent() -> None:
    setting = plain_setting({"rental.elasticity": 0.0})
    zero = rows(0.0)
    before = rental.State(zero, zero, zero, np.array([1.0, 2.0, 4.0]), CALM)
    terms = rental.Terms(rows([0, 0.5, 0, 0, 0]), rows(1.0), rows([40.0, 0, 0, 0, 0]), zero, rows(20 * 2 * 730.5))
    setting = setting._replace(anchors=setting.anchors._replace(operational=rows(100.0)))
    found, _ = rental.clear(setting, before, terms, rows(100.0), 1)
    np.testing.assert_allclose(found.rented[0], [40.0, 20.0, 10.0])
