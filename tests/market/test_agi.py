"""The AGI threshold: a boost for those beyond it, and for nobody else."""

import numpy as np

from computerace.market import agi
from computerace.market.agi import Agi
from tests.market.mechanisms import everywhere, parameters_of


def test_only_those_who_crossed_are_boosted_and_by_default_by_nothing() -> None:
    crossed = everywhere(0.0, 1.0)
    np.testing.assert_array_equal(agi.boost(parameters_of(Agi), crossed), 1.0)
    np.testing.assert_array_equal(
        agi.boost(parameters_of(Agi, software_boost=[1.0, 2.0, 5.0]), crossed)[1], [1.0, 2.0, 5.0]
    )
    np.testing.assert_array_equal(agi.boost(parameters_of(Agi, software_boost=5.0), crossed)[0], 1.0)
