"""A lab's strategy may differ from world to world, and each world is as if it were played so by itself."""

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.market.figures import STRATEGIES
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario
from computerace.runs.worlds.simulate import simulate

NAME = "labs.Google.strategy"


def test_a_world_has_the_bits_of_a_race_in_which_all_follow_its_strategy() -> None:
    baseline, world = scenario("baseline"), np.repeat([0, 1], len(STRATEGIES))
    words = np.array(STRATEGIES * 2)
    together = simulate(baseline, world, 1, 18, settings={NAME: words}, measures=()).outcomes
    for row, word in enumerate(words):
        alone = simulate(baseline.with_settings({NAME: word}), world[row : row + 1], 1, 18, measures=()).outcomes
        assert alone.keys() == together.keys()
        for name, values in alone.items():
            np.testing.assert_array_equal(values[0], together[name][row], err_msg=f"{name} under {word}")


def test_strategies_that_cannot_be_are_refused_in_words() -> None:
    with pytest.raises(UserError, match="steady"):
        Race(worlds=2, settings={NAME: ["steady", "stedy"]})
    with pytest.raises(UserError, match="2 worlds"):
        Race(worlds=2, settings={NAME: ["steady"]})


def test_value_is_the_free_cash_flow_discounted_to_the_start() -> None:
    baseline = scenario("baseline").with_settings({"finance.cost_of_capital": 0.21})
    found = simulate(baseline, np.arange(3), 1, 24, measures=("free_cash_flow_usd", "fleet_worth_usd"))
    flows, row = found.steps["free_cash_flow_usd"].astype(np.float64), baseline.owners.index("Meta")
    by_hand = sum(flows[month, row] / 1.21 ** (month / 12) for month in range(1, 25))
    np.testing.assert_allclose(found.outcomes["Meta_value_usd"], by_hand, rtol=1e-4)
    worth = found.steps["fleet_worth_usd"][-1, row].astype(np.float64) / 1.21**2
    np.testing.assert_allclose(found.outcomes["Meta_fleet_worth_usd"], worth, rtol=1e-6)


def test_free_cash_flow_is_all_that_does_not_pass_between_a_firm_and_those_who_finance_it() -> None:
    """Cash moves by it, by money raised and borrowed, and by what is paid back; used chips that are sold are in it."""
    short_of_money = {"finance.window_multiplier": 0.0, "capital.line_share": 0.0}
    race = Race("baseline", worlds=16, seed=1, months=30, settings=short_of_money, collect=False)
    sold = 0.0
    while race.running:
        before = race.state.finance.cash
        race.step()
        money = race.flows.finance
        passed = money.raised + money.borrowed + money.funded.line + money.funded.unpaid
        paid = money.means.interest + money.repaid + money.means.line
        moved = race.state.finance.cash - before
        np.testing.assert_allclose(race.observed("free_cash_flow_usd"), moved - passed + paid, rtol=1e-6, atol=1e3)
        sold += money.funded.sold.sum()
    assert sold > 0.0
