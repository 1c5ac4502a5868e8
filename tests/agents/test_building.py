"""Building: what will be needed when a campus begun now is ready."""

import numpy as np
import pytest

from computerace.agents.rules.building import build
from tests.agents.looking import observation, wishes


@pytest.mark.parametrize(
    ("growth", "target"),
    [(0.0, 50.0 + 0.5 * 20.0), (0.6, 50.0 + 0.5 * 20.0 * 1.5)],
)
def test_buildings_are_wanted_for_the_fleet_and_for_what_is_wished_until_they_stand(
    growth: float, target: float
) -> None:
    # one year at the speed of 1 is 12 months, the phases add 5, commissioning 3: 20 months of half a megawatt each
    seen = observation(
        need_mw=50.0, new_watts=500.0, build_years=2.0, sites__speed=0.5, sites__phase_months=5.0, campus_mw=40.0,
        energy__planning_growth=growth,
    )  # fmt: skip
    asked = build(seen, wishes(1000.0))
    np.testing.assert_allclose(asked.target, target)
    np.testing.assert_allclose(asked.least, 40.0)
