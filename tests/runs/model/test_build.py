"""The verb build: chips, power and buildings arrive, and what has both is commissioned, by hand."""

import numpy as np

from computerace.market import chips, energy, fleet, sites
from computerace.market.setting import Now, Setting
from computerace.runs.model.setting import now
from computerace.runs.model.verbs import Works, build
from tests.runs.model.plain import plain_setting, rows

ZERO = rows(0.0)
MONTHS = 1.0 / np.log(4.0 / 3.0)  # of which a quarter is done in one
COSTS = {"sites.cost_usd_per_mw": 2e6, "sites.commissioning_months": MONTHS}


def month_two(setting: Setting) -> Now:
    return now(setting, 2)


def arrived(**settings: float) -> tuple[Setting, energy.State, sites.State, Works, fleet.State]:
    """In month 2, 1, 2 and 4 MW come on line by kind, and buildings of 6 MW; 10 MW of grid power stood before."""
    setting = plain_setting(
        COSTS | {name.replace("__", "."): value for name, value in settings.items()}, {"purchase_cost": 0.5}
    )
    contracts = energy.State(
        np.stack([rows(10.0), ZERO, ZERO]),
        np.stack([rows(5.0), rows(5.0), rows(3.0)]),
        np.zeros((9, 3, 5, 3)),
        np.zeros((3, 3)),
    )
    buildings = sites.State(rows(8.0), rows(9.0), np.zeros((9, 5, 3)), rows(1.0), rows(0.0), rows(1.0))
    contracts.arrivals[2] = np.array([1.0, 2.0, 4.0])[:, None, None]
    contracts.arrivals[3] = buildings.arrivals[3] = 1000.0
    buildings.arrivals[2] = 6.0
    chips_of = np.zeros((len(setting.watts), 5, 3))
    nothing = fleet.State(chips_of, ZERO, ZERO, ZERO, chips_of, ZERO)
    sold = chips.Flows(np.zeros(3), rows(12.0), ZERO, ZERO, ZERO, ZERO, ZERO)
    owned, contracts, buildings, works = build(
        setting, nothing, contracts, buildings, sold, rows(77.0), ZERO, month_two(setting)
    )
    return setting, contracts, buildings, works, owned


def test_what_comes_on_line_leaves_the_pipeline() -> None:
    _, contracts, buildings, works, _ = arrived()
    np.testing.assert_allclose(contracts.energised, np.stack([rows(11.0), rows(2.0), rows(4.0)]))
    np.testing.assert_allclose(contracts.pipeline, np.stack([rows(4.0), rows(3.0), rows(0.0)]))  # never below nothing
    np.testing.assert_allclose(works.energised, np.stack([rows(1.0), rows(2.0), rows(4.0)]))
    np.testing.assert_allclose(buildings.pipeline, 3.0)


def test_ready_sites_bring_their_buildings_and_all_are_paid() -> None:
    _, _, buildings, works, _ = arrived()
    np.testing.assert_allclose(buildings.finished, 8.0 + 6.0 + 4.0)
    np.testing.assert_allclose(works.sites.built, 6.0)
    np.testing.assert_allclose(works.sites.begun, 77.0)
    np.testing.assert_allclose(works.sites.paid, (6.0 + 4.0) * 2e6 * 0.5)


def test_what_has_power_and_a_building_is_commissioned_in_time() -> None:
    _, _, buildings, _, _ = arrived()
    np.testing.assert_allclose(buildings.powered, 1.0 + (17.0 - 1.0) / 4)  # 17 MW of power, 18 of buildings
    _, _, slack, _, _ = arrived(energy__slack_mw=100.0)
    np.testing.assert_allclose(slack.powered, 1.0 + (18.0 - 1.0) / 4)
    _, _, both, _, _ = arrived(energy__slack_mw=100.0, sites__slack_mw=3.0)
    np.testing.assert_allclose(both.powered, 1.0 + (21.0 - 1.0) / 4)


def test_chips_arrive_whether_or_not_they_have_power() -> None:
    _, _, _, works, owned = arrived()
    np.testing.assert_allclose(owned.owned, 12.0)
    np.testing.assert_array_equal(works.retired, 0.0)
