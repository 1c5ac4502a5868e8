"""Renting: labs with their fleets and the rest with its revenue, each as far as it can pay."""

import numpy as np
import pytest

from computerace.agents.rules.renting import rent, rent_for_revenue
from tests.agents.looking import observation


def test_a_lab_rents_what_it_rented_at_the_fleet_of_the_start() -> None:
    found = rent(observation(rented_h100e=40.0))
    np.testing.assert_allclose(found.with_fleet, 40.0)
    np.testing.assert_allclose(found.beside, 0.0)


def test_the_rest_rents_with_its_labs_revenue_and_enterprises_money_and_as_compute_gets_cheaper() -> None:
    seen = observation(
        rented_at_start=100.0, rented_h100e=40.0, revenue=30.0, revenue_at_start=20.0, rent_parity=0.95,
        rent_parity_at_start=1.9, rental__enterprise_growth=4.0,
    )  # fmt: skip
    found = rent_for_revenue(seen._replace(public=seen.public._replace(years=0.5)))
    np.testing.assert_allclose(found.beside, (40.0 * 1.5 + 60.0 * 2.0) * 2.0)
    np.testing.assert_allclose(found.with_fleet, 0.0)


@pytest.mark.parametrize("rule", [rent, rent_for_revenue])
@pytest.mark.parametrize(
    ("books", "budget"),
    [
        ({"cash": 50.0, "income": 10.0}, 15.0),  # a tenth of cash, and the month's income
        ({"cash": 50.0, "income": 10.0, "rents": -7.0}, 22.0),  # before rents that are paid already
        ({"cash": 50.0, "income": 10.0, "rents": 4.0}, 11.0),  # or received
        ({"cash": 50.0, "income": -30.0}, 0.0),
    ],
)
def test_a_months_rent_is_what_can_be_paid(rule: object, books: dict[str, float], budget: float) -> None:
    found = rule(observation(**books))  # type: ignore[operator]
    np.testing.assert_allclose(found.budget_usd, budget)
