"""What a forecast that is right shows of its own intervals."""

import numpy as np
import pytest
from scipy.stats import binom

from computerace.analysis.validation.coverage import expected

FIRST, SECOND = ("owned_h100e", "Google"), ("owned_h100e", "Meta")
DRAWS = 20_000


def test_figures_that_hang_together_are_all_inside_as_often_as_one() -> None:
    draws = np.random.default_rng(1).normal(size=DRAWS)
    found = expected({FIRST: np.stack([draws, 2 * draws]), SECOND: np.exp(draws)[None]}, (FIRST, SECOND), 0.9)
    assert (found.figures, found.low, found.high) == (3, 0.0, 1.0)
    assert found.every == pytest.approx(0.9, abs=1e-3)


def test_figures_on_their_own_are_inside_as_often_as_coins_fall() -> None:
    draws = np.random.default_rng(2).normal(size=(20, DRAWS))
    found = expected({FIRST: draws[:12], SECOND: draws[12:]}, (FIRST, SECOND), 0.9)
    assert found.every == pytest.approx(0.9**20, abs=0.01)
    assert found.low == binom.ppf(0.05, 20, 0.9) / 20
    assert found.high == 1.0
