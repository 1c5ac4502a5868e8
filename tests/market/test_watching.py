"""Watching bounds: what was cut is counted by bound and owner, and what is computed stays as it is."""

import numpy as np

from computerace.market.arrays import at_most, bounded
from computerace.market.watching import act, watch
from tests.market.mechanisms import owners

ROWS = owners([-1.0, 0.5, 9.0], [0.0, 2.0, 3.0])


def cut_in_a_function() -> np.ndarray:
    return bounded(ROWS, 0.0, 2.0)


def test_cuts_are_counted_by_owner_under_the_functions_name() -> None:
    with watch(("xAI", "Rest")) as recorder:
        cut_in_a_function()
        cut_in_a_function()
    # from below, from above, and of how many: a value at its bound is not cut, and the market has none
    assert recorder.counts["test_watching.cut_in_a_function"].tolist() == [[2, 2, 6], [0, 2, 6], [0, 0, 0]]


def test_a_market_s_value_is_the_market_s_and_in_a_rule_the_owner_s_that_decides() -> None:
    values = np.array([-1.0, 5.0, 6.0])
    with watch(("xAI", "Rest")) as recorder:
        at_most(values, 4.0, "most")
        act(1)
        bounded(values, 0.0, 10.0, "least")
        act(None)
    assert recorder.counts["test_watching.most"].tolist() == [[0, 0, 0], [0, 0, 0], [0, 2, 3]]
    assert recorder.counts["test_watching.least"].tolist() == [[0, 0, 0], [1, 0, 3], [0, 0, 0]]


def test_watching_changes_nothing_and_ends() -> None:
    before = cut_in_a_function()
    with watch(("xAI", "Rest")) as recorder:
        during = cut_in_a_function()
    np.testing.assert_array_equal(before, during)
    counted = recorder.counts["test_watching.cut_in_a_function"].copy()
    cut_in_a_function()
    np.testing.assert_array_equal(recorder.counts["test_watching.cut_in_a_function"], counted)
