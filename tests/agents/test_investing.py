"""Investing: what each strategy adds to the plan that returns justify, and how rivals answer."""

import numpy as np
import pytest

from computerace.agents.observation import Observation
from computerace.agents.rules.investing import STRATEGIES, answered, at_least, campus_investment, plan
from tests.agents.looking import observation


def outlook(**changed: float) -> Observation:
    """An owner that plans 100, last invested 90, began with 50 and can spend 1,000."""
    usual = {
        "investment": 90.0, "wished_growth": np.log(100 / 90), "investment_at_start": 50.0, "funds": 1000.0,
        "leader_investment": 400.0, "leader_owned": 8.0, "owned": 1.0, "promised": 1.0, "all_in": 10.0,
        "campus_mw": 0.0, "reaction__match_speed": 0.1, "reaction__gap_speed": 0.05, "reaction__all_in_ceiling": 2.0,
        "reaction__hurdle": 3.0,
    }  # fmt: skip
    return observation(**(usual | changed))


def planning(last: float) -> dict[str, float]:
    """An owner that last invested so much and still plans 100."""
    return {"investment": last, "wished_growth": np.log(100 / last)}


@pytest.mark.parametrize(
    ("strategy", "changed", "wish"),
    [
        ("steady", {}, 100.0),
        ("idle", {}, 50.0),
        ("match_leader", {}, 100.0 * 4**0.1),
        ("match_leader", {"leader_investment": 60.0}, 100.0),
        ("catch_up", {}, 100.0 * 8**0.05),
        ("all_in", {}, 100.0),
        ("all_in", planning(150.0), 150.0 * 2 ** (1 / 12)),
        ("all_in", {**planning(150.0), "funds": 120.0}, 120.0),
        (
            "all_in",
            {**planning(1.0), "campus_mw": 300.0 * 12 / 1e7},
            300.0,
        ),  # a campus at a time, whatever it invested before
        ("all_in", {**planning(1.0), "campus_mw": 300.0 * 12 / 1e7, "funds": 200.0}, 200.0),
        ("retreat", {}, 100.0),
        ("retreat", {"log_returns": -0.5}, 100.0 * np.exp(-0.03)),
        ("retreat", {"log_returns": -5.0}, 100.0 * np.exp(-0.06)),  # never by more than three
        ("retreat", {"log_returns": 0.5}, 100.0),
        ("announced", {"promised": 101.0}, 500.0),
        ("announced", {"promised": 0.5, "all_in": 1e4}, 100.0),  # who owns what it promised has nothing to make up for
    ],
)
def test_a_strategy_wishes_for(strategy: str, changed: dict[str, float], wish: float) -> None:
    np.testing.assert_allclose(STRATEGIES[strategy](outlook(**changed)), wish)


def test_the_plan_grows_with_returns_and_the_owners_own_drift() -> None:
    seen = observation(investment=90.0, wished_growth=0.02, plan_drift=0.01)
    np.testing.assert_allclose(plan(seen), 90.0 * np.exp(0.03))


def test_a_campus_costs_its_chips_over_the_time_that_it_is_built() -> None:
    seen = observation(campus_mw=100.0, new_watts=1000.0, all_in=30_000.0, build_years=2.0)
    np.testing.assert_allclose(campus_investment(seen), 100e6 / 1000 * 30_000 / 24)


@pytest.mark.parametrize(("strength", "wish"), [(0.0, 90.0), (0.5, 120.0), (1.0, 160.0), (2.0, 160.0**2 / 90)])
def test_a_rival_carries_out_the_part_of_its_growth_that_reaction_says(strength: float, wish: float) -> None:
    seen = outlook(reaction__strength=strength)  # it last invested 90 and began with 50
    np.testing.assert_allclose(answered(seen, np.full(3, 160.0)), wish)


def test_a_rival_that_stands_still_goes_on_from_what_it_invested_at_the_start() -> None:
    np.testing.assert_allclose(answered(outlook(reaction__strength=0.0, investment=20.0), np.full(3, 70.0)), 50.0)
    assert (answered(outlook(reaction__strength=10.0), np.zeros(3)) < 1e-6).all()


@pytest.mark.parametrize("strength", [0.25, 0.5, 0.75])
def test_half_of_a_reaction_is_half_of_the_growth_month_after_month(strength: float) -> None:
    """A rival that wishes to grow by a twentieth a month, for three years."""
    last = 50.0
    for _ in range(36):
        seen = outlook(reaction__strength=strength, investment=last)
        last = float(answered(seen, np.full(3, 1.05 * last))[0])
    np.testing.assert_allclose(last, 50.0 * 1.05 ** (36 * strength))


def test_no_owner_wishes_for_less_than_a_tenth_of_what_it_invested_at_the_start() -> None:
    np.testing.assert_allclose(at_least(outlook(), np.array([0.0, 5.0, 70.0])), [5.0, 5.0, 70.0])
