"""Sites: a campus or nothing, building time by size, commissioning."""

import numpy as np
import pytest

from computerace.market import sites
from computerace.market.sites import Sites
from tests.market.mechanisms import everywhere, parameters_of


def test_nothing_is_begun_below_a_campus_and_all_of_it_above() -> None:
    begun = sites.starts(everywhere(99.0, 100.0, 350.0), everywhere(100.0, 100.0, 100.0))
    np.testing.assert_allclose(begun, everywhere(0.0, 100.0, 350.0))


def test_a_campus_takes_its_owners_time_and_a_larger_one_longer() -> None:
    parameters = parameters_of(Sites, size_exponent=[0.0, 0.1, 0.25])
    usual = sites.first_phase_months(
        parameters, everywhere(2.0), everywhere(100.0), everywhere(100.0), np.zeros((1, 3))
    )
    large = sites.first_phase_months(
        parameters, everywhere(2.0), everywhere(150.0), everywhere(100.0), np.zeros((1, 3))
    )
    np.testing.assert_allclose(usual, 24.0)
    np.testing.assert_allclose(large / usual, [[1.0, 1.5**0.1, 1.5**0.25]])


def test_commissioning_takes_its_months_on_average_and_a_loss_is_felt_at_once() -> None:
    parameters = parameters_of(Sites, commissioning_months=1 / np.log(2.0))
    powered = sites.commission(parameters, everywhere(100.0, 100.0), everywhere(200.0, 60.0))
    np.testing.assert_allclose(powered, everywhere(150.0, 60.0))


def test_campuses_that_are_begun_together_take_the_time_of_one() -> None:
    parameters = parameters_of(Sites, size_exponent=0.5)
    for size, of_one in ((100.0, 100.0), (199.0, 199.0), (200.0, 100.0), (350.0, 350 / 3), (1e5, 100.0), (30.0, 100.0)):
        found = sites.first_phase_months(
            parameters, everywhere(2.0), everywhere(size), everywhere(100.0), np.zeros((1, 3))
        )
        np.testing.assert_allclose(found, 24.0 * (of_one / 100.0) ** 0.5)


@pytest.mark.parametrize("size", [0.0, 1e-9, 1.0, 1e9])
def test_an_owner_without_a_campus_of_its_own_builds_in_its_usual_time(size: float) -> None:
    found = sites.first_phase_months(
        parameters_of(Sites), everywhere(2.0), everywhere(size), everywhere(0.0), np.zeros((1, 3))
    )
    np.testing.assert_allclose(found, 24.0, rtol=1e-3)


def test_chips_are_bought_for_the_power_to_come_and_some_lie_idle() -> None:
    parameters = parameters_of(Sites, idle_months=3, foresight_months=6)
    wanted = everywhere(10.0, 10.0, 10.0)
    bought = sites.usable_purchases(parameters, wanted, everywhere(600.0, 0.0, -60.0))
    np.testing.assert_allclose(bought, everywhere(10.0, 5.0, 0.0))  # enough; only the idle ones; too many already
