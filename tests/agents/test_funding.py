"""Funding: the wish is cut to what money allows; own means come first, then outside money, then debt."""

import numpy as np
import pytest

from computerace.agents.rules.funding import fund
from tests.agents.looking import observation

MONEY = {"funds": 1000.0, "income": 30.0, "spare": 10.0, "window": 25.0, "debt_room": 100.0, "other_capex": 20.0}


@pytest.mark.parametrize(
    ("wish", "changed", "investment", "raised", "borrowed"),
    [
        (15.0, {}, 15.0, 0.0, 0.0),  # 15 + 20 are below 30 + 10: own means pay
        (40.0, {}, 40.0, 20.0, 0.0),  # 60 less 40 come from outside
        (90.0, {}, 90.0, 25.0, 45.0),  # what the window does not give is borrowed
        (90.0, {"debt_room": 8.0}, 90.0, 25.0, 8.0),
        (200.0, {"funds": 50.0}, 50.0, 25.0, 5.0),
        (200.0, {"funds": 1.0}, 4.0, 0.0, 0.0),  # a fiftieth of the wish is always made
        (40.0, {"income": -30.0}, 40.0, 25.0, 55.0),  # a loss must be paid for too
    ],
)
def test_need_beyond_own_means_is_raised_and_then_borrowed(
    wish: float, changed: dict[str, float], investment: float, raised: float, borrowed: float
) -> None:
    budget = fund(observation(**(MONEY | changed)), np.full(3, wish))
    np.testing.assert_allclose(np.array(budget)[:, 0], [wish, investment, raised, borrowed])
    np.testing.assert_allclose(np.array(budget), np.array(budget)[:, [0]].repeat(3, axis=1))
