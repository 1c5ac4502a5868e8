"""The fleet: deliveries are installed, worn chips retire, and what has power runs, by hand."""

import numpy as np

from computerace.market import chips, fleet
from computerace.market.generations import Technology
from tests.runs.model.plain import plain_setting, rows

GENERATIONS = len(plain_setting().watts)
ZERO = rows(0.0)
OLD = np.zeros(GENERATIONS)  # months since they were bought
OLD[0], OLD[1] = 60.0 + 2.0, 60.0 - 1.0
WEAR = {"generations.life_years": 5.0, "generations.wear_months": 4.0}
FIRST, SECOND = (  # of the first and the second generation, that go in a month
    (np.exp(age / 4 + 1 / 4) - np.exp(age / 4)) / (1 + np.exp(age / 4 + 1 / 4)) for age in (2.0, -1.0)
)


def stocked(*of_generations: float, in_house: float = 0.0, installing: float = 0.0) -> fleet.State:
    stock = np.zeros((GENERATIONS, 5, 3))
    for generation, amount in enumerate(of_generations):
        stock[generation] = amount
    return fleet.State(stock, rows(in_house), rows(installing), ZERO, stock * OLD[:, None, None], stock.sum(axis=0))


def sold(delivered: float, own: float = 0.0) -> chips.Flows:
    return chips.Flows(np.zeros(3), rows(delivered), rows(own), ZERO, ZERO, ZERO, ZERO)


def technology(active: int = 3) -> Technology:
    """Sales are 30 to 70 of the second and third generation."""
    mix = np.zeros((GENERATIONS, 1, 3))
    mix[1], mix[2] = 0.3, 0.7
    return Technology(active, mix, np.full(3, 1000.0))


def test_deliveries_join_by_the_mix_of_sales_and_each_generation_loses_what_retires() -> None:
    after, retired = fleet.turn_over(plain_setting(WEAR), stocked(100.0, 50.0), sold(10.0), rows(0.0), technology())
    left = 100.0 * (1 - FIRST), 50.0 * (1 - SECOND)
    np.testing.assert_allclose(after.stock[:3], np.stack([rows(left[0]), rows(left[1] + 3.0), rows(7.0)]))
    np.testing.assert_allclose(after.stock[3:], 0.0)
    np.testing.assert_allclose(retired, 100.0 * FIRST + 50.0 * SECOND)
    # what stays is a month older, and what is new has no age
    np.testing.assert_allclose(after.service[:3], np.stack([rows(left[0] * 63.0), rows(left[1] * 60.0), ZERO]))


def test_chips_live_as_long_as_their_life_says_whenever_they_were_bought() -> None:
    setting = plain_setting({"generations.life_years": 5.0, "generations.wear_months": 6.0})
    for bought in (1, 24):  # in so many months
        state, months, nothing = stocked(), 0.0, 0.0
        for month in range(150):
            state, retired = fleet.turn_over(setting, state, sold(100.0 * (month < bought)), ZERO, technology())
            months += month * retired[0, 0]
            nothing += retired[0, 0]
        np.testing.assert_allclose(nothing, 100.0 * bought, rtol=1e-3)
        np.testing.assert_allclose(months / nothing - (bought - 1) / 2, 60.0, atol=1.0)


def test_own_chips_retire_with_the_fleet_and_grow_by_own_deliveries() -> None:
    setting, retired = plain_setting(WEAR), 100.0 * FIRST + 50.0 * SECOND
    after, _ = fleet.turn_over(setting, stocked(100.0, 50.0, in_house=70.0), sold(10.0, 4.0), rows(0.0), technology())
    np.testing.assert_allclose(after.in_house, 70.0 * (1 - retired / 150.0) + 4.0)
    all_own, _ = fleet.turn_over(
        setting, stocked(100.0, 50.0, in_house=900.0), sold(10.0, 4.0), rows(0.0), technology()
    )
    np.testing.assert_allclose(all_own.in_house, 160.0 - retired)  # never more than there are


def test_what_is_delivered_is_installed_at_a_constant_hazard() -> None:
    setting = plain_setting({"sites.installation_months": 3.0})
    after, _ = fleet.turn_over(setting, stocked(100.0, 50.0, installing=14.0), sold(10.0), rows(0.0), technology())
    np.testing.assert_allclose(after.installing, 24.0 * 3 / 4)
    quick, _ = fleet.turn_over(
        plain_setting({"sites.installation_months": 0.1}),
        stocked(100.0, installing=14.0),
        sold(10.0),
        rows(0.0),
        technology(),
    )
    np.testing.assert_allclose(quick.installing, 24.0 * 0.1 / 1.1)
    gone, _ = fleet.turn_over(setting, stocked(0.0, installing=14.0), sold(10.0), rows(0.0), technology())
    np.testing.assert_allclose(gone.installing, 7.5)  # no more than is owned


def test_what_is_installed_and_powered_runs() -> None:
    setting = plain_setting()
    state = stocked(0.0, 1000.0, installing=300.0)
    needed = 1000.0 * 1453.0 / 1e6
    np.testing.assert_allclose(fleet.running(setting, state, rows(needed), 2), 700.0)
    np.testing.assert_allclose(fleet.running(setting, state, rows(0.5 * needed), 2), 500.0)
    np.testing.assert_allclose(fleet.running(setting, stocked(0.0, 10.0, installing=30.0), rows(1.0), 2), 0.0)


def test_need_and_chips_are_counted_over_the_generations_that_exist() -> None:
    setting, state = plain_setting(), stocked(31.5, 100.0, 250.0)
    np.testing.assert_allclose(fleet.need_mw(setting, state, 3), (31.5 * 2940 + 100 * 1453 + 250 * 836) / 1e6)
    np.testing.assert_allclose(fleet.per_chip(setting, state, 3), 381.5 / 300.0)
    np.testing.assert_allclose(fleet.per_chip(setting, stocked(), 3), 1.0)  # who has no chip would have an H100
