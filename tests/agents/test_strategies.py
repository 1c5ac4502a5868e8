"""Strategies: what each adds to the plan that returns justify."""

import numpy as np
import pytest

from computerace.agents.strategies import STRATEGIES, Outlook
from computerace.market.reaction import Reaction
from tests.market.mechanisms import parameters_of


def outlook(**changed: float) -> Outlook:
    """An owner that plans 100, last invested 90, began with 50 and can spend 1,000."""
    usual = {
        "plan": 100.0, "last": 90.0, "start": 50.0, "funds": 1000.0, "log_returns": 0.0, "leader_investment": 400.0,
        "leader_owned": 8.0, "owned": 1.0, "promised": 1.0, "all_in_cost": 10.0, "campus": 0.0,
    }  # fmt: skip
    reaction = parameters_of(Reaction, match_speed=0.1, gap_speed=0.05, all_in_ceiling=2.0, hurdle=3.0)
    return Outlook(**{name: np.full(3, changed.get(name, value)) for name, value in usual.items()}, reaction=reaction)


@pytest.mark.parametrize(
    ("strategy", "changed", "wish"),
    [
        ("steady", {}, 100.0),
        ("idle", {}, 50.0),
        ("match_leader", {}, 100.0 * 4**0.1),
        ("match_leader", {"leader_investment": 60.0}, 100.0),
        ("catch_up", {}, 100.0 * 8**0.05),
        ("all_in", {}, 100.0),
        ("all_in", {"last": 150.0}, 150.0 * 2 ** (1 / 12)),
        ("all_in", {"last": 150.0, "funds": 120.0}, 120.0),
        ("all_in", {"last": 1.0, "campus": 300.0}, 300.0),  # a campus at a time, whatever it invested before
        ("all_in", {"last": 1.0, "campus": 300.0, "funds": 200.0}, 200.0),
        ("retreat", {}, 100.0),
        ("retreat", {"log_returns": -0.5}, 100.0 * np.exp(-0.03)),
        ("announced", {"promised": 101.0}, 500.0),
    ],
)
def test_a_strategy_wishes_for(strategy: str, changed: dict[str, float], wish: float) -> None:
    np.testing.assert_allclose(STRATEGIES[strategy](outlook(**changed)), wish)
