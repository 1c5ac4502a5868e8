"""A setting is a change: what makes the record hold at the start comes from what worlds drew, never from a setting."""

from collections.abc import Mapping

import numpy as np
import pytest

from computerace.market.arrays import Worlds
from computerace.runs.model.draws import draw
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario


def played(settings: Mapping[str, object] | None, months: int, worlds: int = 64, name: str = "baseline") -> Race:
    return Race(name, worlds=worlds, seed=1, months=months, settings=settings, collect=False, measures=()).run()


def revenue(settings: Mapping[str, object] | None) -> Worlds:
    return played(settings, 60).measures()["revenue_usd"][0]


def test_setting_what_a_world_drew_changes_nothing() -> None:
    drawn = played(None, 12, 4)
    again = played(dict(drawn.values.numbers), 12, 4)
    for name, values in drawn.measures().items():
        np.testing.assert_array_equal(again.measures()[name], values, err_msg=name)


def test_what_is_recorded_stands_in_place_of_the_draw() -> None:
    plan, worlds = scenario("baseline"), np.arange(4)
    told = {"users.hazard": np.array([0.01, 0.02, 0.03, 0.04])}
    values = draw(plan, worlds, 1, {"users.hazard": 0.5}, recorded=told)
    np.testing.assert_array_equal(values.numbers["users.hazard"], 0.5)
    np.testing.assert_array_equal(values.recorded["users.hazard"], told["users.hazard"])
    assert draw(plan, worlds, 1, recorded=told).on_record() is None
    np.testing.assert_array_equal(draw(plan, worlds, 1, recorded=told).numbers["users.hazard"], told["users.hazard"])


def test_a_scenarios_settings_are_changes_but_for_priors() -> None:
    plan = scenario("baseline").with_settings(
        {"users.hazard": 0.5, "users.margin": {"prior": "uniform", "low": 0.1, "high": 0.2}}
    )
    values, before = draw(plan, np.arange(4), 1), draw(scenario("baseline"), np.arange(4), 1)
    assert set(values.recorded) == {"users.hazard"}
    np.testing.assert_array_equal(values.recorded["users.hazard"], before.numbers["users.hazard"])
    assert (values.numbers["users.margin"] <= 0.2).all()


def test_more_invented_facts_earn_less_and_better_software_earns_more() -> None:
    few, drawn, many = (revenue(one) for one in ({"labs.xAI.hallucination_rate": 0.1}, None,
                                                 {"labs.xAI.hallucination_rate": 0.9}))  # fmt: skip
    assert few.mean() > drawn.mean() > many.mean()
    poor, good = (revenue({"labs.xAI.software_efficiency": value}) for value in (0.1, 3.0))
    assert good.mean() > drawn.mean() > poor.mean()


@pytest.mark.parametrize("month", [12, 60])
def test_a_leap_in_software_raises_the_claimants_effective_ratio(month: int) -> None:
    plain, leap = (played(None, month, 192, name).measures()["ratio_effective_three"][0] for name in
                   ("baseline", "software-leap"))  # fmt: skip
    apart = np.log(leap) - np.log(plain)
    assert apart.mean() > 2 * apart.std() / np.sqrt(len(apart))


def test_figures_that_are_set_say_what_they_say_at_the_start() -> None:
    plain = played(None, 1, 4)
    anchors = plain.setting.anchors
    doubled = ("ai_revenue_usd_per_year", "largest_site_h100e", "rented_h100e", "operating_cash_flow_usd_per_year")
    twice = {name: 2 * plain.values.numbers[f"labs.Meta.{name}"] for name in doubled}
    found = played({f"labs.Meta.{name}": value for name, value in twice.items()}, 1, 4).setting.anchors
    np.testing.assert_allclose(found.revenue_per_user[3], 2 * anchors.revenue_per_user[3])
    np.testing.assert_allclose(found.concentration[3], 2 * anchors.concentration[3])
    np.testing.assert_allclose(found.rented[3], 2 * anchors.rented[3])
    np.testing.assert_allclose(
        found.core[3] - anchors.core[3], plain.setting.figures.operating_cash_flow_usd_per_year[3] / 12
    )
    for name in ("brand", "labour", "experiments", "capability", "efficiency", "operational"):
        np.testing.assert_array_equal(getattr(found, name), getattr(anchors, name), err_msg=name)
