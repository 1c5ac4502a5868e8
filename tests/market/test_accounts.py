"""Accounts: what AI earns and costs in a month, and what a chip costs all in, by hand."""

import numpy as np
import pytest

from computerace.market import accounts, energy, fleet, rental, sites, talent, users
from computerace.market.accounts import Accounts
from tests.runs.model.plain import plain_setting, rows

ZERO, MARKET = rows(0.0), np.zeros(3)
CHEAP_POWER = {"energy.grid_price": 50.0, "energy.facility_ratio": 1.2}


def account(**changed: object) -> Accounts:
    """Of owners who own and earn nothing, but for what is changed."""
    setting = plain_setting(
        {"users.margin": 0.4, "chips.server_markup": 1.5, "finance.operating_cost": 0.12,
         "talent.pay_usd_per_year": 1.2e6, **CHEAP_POWER}
    )  # fmt: skip
    groups = {
        "contracts": energy.State(np.zeros((3, 5, 3)), np.zeros((3, 5, 3)), np.zeros((2, 3, 5, 3)), np.zeros((3, 3))),
        "buildings": sites.State(ZERO, ZERO, np.zeros((2, 5, 3)), ZERO, ZERO, ZERO),
        "chips_run": fleet.State(np.zeros((5, 5, 3)), ZERO, ZERO, ZERO, np.zeros((5, 5, 3)), ZERO),
        "capacity": rental.State(ZERO, ZERO, ZERO, np.full(3, 2.0), MARKET, MARKET),
        "people": talent.State(ZERO, ZERO, ZERO, rows(1.0), rows(1.0)),
        "served": users.State(ZERO, ZERO, MARKET, MARKET, ZERO),
    }
    return accounts.of_ai(setting, np.full(3, 1000.0), **(groups | changed))  # type: ignore[arg-type]


def test_who_has_nothing_earns_nothing() -> None:
    np.testing.assert_array_equal(np.array(account()), 0.0)


def test_sales_leave_their_margin() -> None:
    np.testing.assert_allclose(account(served=users.State(ZERO, rows(500.0), MARKET, MARKET, ZERO)).sales, 200.0)


def test_rents_are_hours_at_the_rent_for_what_is_let_less_what_is_rented() -> None:
    capacity = rental.State(
        rows([10.0, 0.0, 3.0, 0.0, 0.0]),
        rows([0.0, 10.0, 1.0, 0.0, 0.0]),
        ZERO,
        np.array([1.0, 2.0, 4.0]),
        MARKET,
        MARKET,
    )
    found = account(capacity=capacity).rents
    np.testing.assert_allclose(found[:3], 730.5 * np.array([[10, 20, 40], [-10, -20, -40], [2, 4, 8]]))


def test_the_power_bill_is_for_what_is_powered() -> None:
    contracts = energy.State(
        np.stack([rows(10.0), ZERO, ZERO]), np.zeros((3, 5, 3)), np.zeros((2, 3, 5, 3)), np.zeros((3, 3))
    )
    buildings = sites.State(rows(10.0), ZERO, np.zeros((2, 5, 3)), rows(5.0), ZERO, ZERO)
    np.testing.assert_allclose(account(contracts=contracts, buildings=buildings).power, 5 * 1.2 * 730.5 * 50)


def test_upkeep_is_a_part_of_todays_servers_each_year() -> None:
    chips = fleet.State(np.zeros((5, 5, 3)), ZERO, ZERO, rows(200.0), np.zeros((5, 5, 3)), ZERO)
    np.testing.assert_allclose(account(chips_run=chips).upkeep, 200 * 1500.0 * 0.12 / 12)


def test_stars_are_paid_as_they_count_in_research() -> None:
    people = talent.State(rows(12.0), rows(1.0), ZERO, rows(1.5), rows(1.0))
    np.testing.assert_allclose(account(people=people).pay, (12 + 8) * 1.5 * 1e5)


NONE = Accounts(*(np.zeros(3) for _ in Accounts._fields))


def test_income_is_what_is_left() -> None:
    lines = {"sales": 100.0, "rents": 30.0, "power": 7.0, "upkeep": 5.0, "pay": 3.0}
    one = NONE._replace(**{name: np.full(3, value) for name, value in lines.items()})
    np.testing.assert_array_equal(one.income, 115.0)


@pytest.mark.parametrize("line", Accounts._fields)
def test_no_line_of_the_accounts_is_left_out_of_income(line: str) -> None:
    earned = line in ("sales", "rents")
    one = NONE._replace(**{line: np.full(3, 8.0)})
    np.testing.assert_array_equal(one.income, 8.0 if earned else -8.0)


def test_a_chip_costs_its_server_its_building_and_less_where_it_is_the_owners_own() -> None:
    setting = plain_setting(
        {"chips.server_markup": 1.5, "chips.in_house_cost": 0.6, "sites.cost_usd_per_mw": 1e7},
        {"in_house_target": [0.0, 0.5, 1.0, 0.0, 0.0], "purchase_cost": [1.0, 1.0, 1.0, 0.8, 1.0]},
    )
    found = accounts.unit_cost(
        setting, np.array([1e4, 2e4, 3e4]), np.array([1000.0, 500.0, 0.0]), np.array([0.0, 4e6, 4e6])
    )
    server, building = np.array([1.5e4, 3e4, 4.5e4]), np.array([1e4, 5e3, 0.0])
    premium = np.array([0.0, 2e3, 0.0])  # which is the same on all terms
    np.testing.assert_allclose(found[0], server + building + premium)
    np.testing.assert_allclose(found[1], server * 0.8 + building + premium)
    np.testing.assert_allclose(found[2], server * 0.6 + building + premium)
    np.testing.assert_allclose(found[3], (server + building) * 0.8 + premium)
