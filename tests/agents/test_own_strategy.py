"""A strategy of one's own: known to scenarios by its name, and asked what it wishes."""

from collections.abc import Iterator

import numpy as np
import pytest

from computerace.agents.observation import Observation
from computerace.agents.rules.investing import STRATEGIES, add_strategy, plan
from computerace.market import own
from computerace.market.arrays import Worlds
from computerace.market.errors import UserError
from computerace.runs import Race, scenario


def frugal(seen: Observation) -> Worlds:
    """Invest a third of the plan."""
    return plan(seen) / 3.0


@pytest.fixture
def added() -> Iterator[str]:
    add_strategy("frugal", frugal)
    yield "frugal"
    del STRATEGIES["frugal"]
    own.forget(own.STRATEGY, "frugal")


def owned(strategy: str) -> float:
    chosen = scenario("baseline").with_settings({"labs.xAI.strategy": strategy})
    race = Race(chosen, worlds=3, seed=1, months=12, collect=False)
    while race.running:
        race.step()
    return float(np.mean(race.measures()["owned_h100e"][0]))


def test_a_lab_follows_a_strategy_of_ones_own(added: str) -> None:
    assert owned(added) < owned("steady")


def test_an_own_strategy_is_named_where_a_name_is_wrong(added: str) -> None:
    with pytest.raises(UserError, match="did you mean 'frugal'"):
        scenario("baseline").with_settings({"labs.xAI.strategy": "frugl"})


def test_the_models_own_strategies_keep_their_names() -> None:
    with pytest.raises(UserError, match="the strategy steady is the model's own"):
        add_strategy("steady", frugal)
