"""The ledger: shortfalls, the largest loss, ties."""

import numpy as np

from computerace.market import ledger
from tests.market.mechanisms import everywhere


def test_a_shortfall_is_the_part_of_what_was_wanted_that_is_missing() -> None:
    found = ledger.shortfall(everywhere(5.0, 20.0, 0.0, 3.0), everywhere(10.0, 10.0, 10.0, 0.0))
    np.testing.assert_allclose(found, everywhere(0.5, 0.0, 1.0, 0.0))


def test_the_largest_loss_binds_and_ties_go_to_the_first() -> None:
    gaps = np.zeros((6, 1, 3))
    gaps[1, 0] = [0.4, 0.2, 0.0]
    gaps[3, 0] = [0.1, 0.2, 0.001]
    first = gaps.copy()
    first[0, 0] = [0.5, 0.2, 0.0]
    assert ledger.binding(first)[:2, 0].tolist() == [[1, 1, 0], [0, 0, 0]]
    bound = ledger.binding(gaps)[:, 0]
    assert bound[:, 0].tolist() == [0, 1, 0, 0, 0, 0]
    assert bound[:, 1].tolist() == [0, 1, 0, 0, 0, 0]
    assert bound[:, 2].sum() == 0
