"""The verb clear_power: contracts by kind, and campuses for what they leave missing, by hand."""

import numpy as np

from computerace.agents.decision import Asked
from computerace.market import energy, sites
from computerace.market.setting import Setting, State
from computerace.runs.model.setting import now
from computerace.runs.model.verbs import clear_power
from tests.runs.model.plain import asked, plain_setting, rows
from tests.runs.model.small import calm_luck, small_start

ZERO = rows(0.0)
MARKET = {
    "energy.grid_offer_mw": 1e6, "energy.on_site_offer_mw": 1e6, "energy.ready_offer_mw": 1e6,
    "energy.ready_completion": 0.5, "energy.ready_lead_months": 4.0, "sites.phase_months": 3.0, "sites.speed": 0.5,
    "sites.size_exponent": 1.0,
}  # fmt: skip


def prepared(finished: float = 10.0, pipeline: float = 20.0, **settings: float) -> tuple[Setting, State]:
    setting = plain_setting(
        MARKET | {name.replace("__", "."): value for name, value in settings.items()},
        {"build_years": 1.0, "campus_mw": 30.0},
    )
    _, state, _ = small_start()
    return setting, state._replace(
        energy=energy.State(np.zeros((3, 5, 3)), np.zeros((3, 5, 3)), np.zeros((40, 3, 5, 3)), np.zeros((3, 3))),
        sites=sites.State(rows(finished), rows(pipeline), np.zeros((40, 5, 3)), ZERO, ZERO, ZERO),
    )


def wanted(target: float, least: float = 1.0, ready: float = 0.0) -> Asked:
    return asked(
        power=energy.Requests(ZERO, ZERO, rows(ready), ZERO), buildings=sites.Campuses(rows(target), rows(least))
    )


def test_half_of_what_is_missing_beyond_ready_sites_is_begun() -> None:
    setting, state = prepared()
    contracts, buildings, signed, begun = clear_power(
        setting, state, wanted(100.0, ready=20.0), calm_luck(), now(setting, 1)
    )
    np.testing.assert_allclose(signed.signed[energy.READY], 20.0)
    np.testing.assert_allclose(contracts.pipeline[energy.READY], 10.0)  # half of the contracts are cancelled
    np.testing.assert_allclose(begun, (100.0 - 10 - 20 - 10) / 2)
    np.testing.assert_allclose(buildings.pipeline, 20.0 + 30.0)
    np.testing.assert_allclose(contracts.arrivals[5, energy.READY], 10.0)


def test_a_campus_comes_in_three_phases_after_its_owners_time() -> None:
    setting, state = prepared()
    _, buildings, _, _ = clear_power(setting, state, wanted(90.0), calm_luck(), now(setting, 1))
    months = np.flatnonzero(buildings.arrivals[:, 0, 0])
    assert months.tolist() == [7, 10, 13]  # half a year at half the time, and two phases three months apart
    np.testing.assert_allclose(buildings.arrivals[months], 10.0)


def test_what_is_begun_in_a_month_is_campuses_of_their_own_and_not_one() -> None:
    # 30 MW each take half a year; 40 MW are one of that size, 60 and 240 are two and eight, and 70 two of 35
    for begun_mw, months in ((30.0, 6.0), (40.0, 6.0 * 40 / 30), (60.0, 6.0), (240.0, 6.0), (70.0, 6.0 * 35 / 30)):
        setting, state = prepared()
        _, buildings, _, begun = clear_power(setting, state, wanted(30.0 + 2 * begun_mw), calm_luck(), now(setting, 1))
        np.testing.assert_allclose(begun, begun_mw)
        assert np.flatnonzero(buildings.arrivals[:, 0, 0])[0] == 1 + np.rint(months)


def test_a_campus_of_no_size_is_as_many_as_it_takes() -> None:
    setting, state = prepared()
    setting = setting._replace(figures=setting.figures._replace(campus_mw=ZERO))
    _, buildings, _, begun = clear_power(setting, state, wanted(90.0, least=0.0), calm_luck(), now(setting, 1))
    np.testing.assert_allclose(begun, 30.0)
    assert np.flatnonzero(buildings.arrivals[:, 0, 0]).tolist() == [7, 10, 13]


def test_below_the_least_nothing_is_begun() -> None:
    setting, state = prepared()
    _, buildings, _, begun = clear_power(setting, state, wanted(90.0, least=31.0), calm_luck(), now(setting, 1))
    np.testing.assert_array_equal(begun, 0.0)
    np.testing.assert_array_equal(buildings.arrivals, 0.0)
    np.testing.assert_array_equal(buildings.pipeline, 20.0)


def test_luck_stretches_the_time_by_its_spread() -> None:
    setting, state = prepared(sites__spread=np.log(2.0))
    luck = calm_luck()._replace(site=np.tile([0.0, 1.0, -1.0], (5, 1)))
    _, buildings, _, _ = clear_power(setting, state, wanted(90.0), luck, now(setting, 1))
    assert [int(np.flatnonzero(buildings.arrivals[:, 0, world])[0]) for world in range(3)] == [7, 13, 4]
