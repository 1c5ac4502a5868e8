"""Schedules: what enters arrives in its month, rounded, and nowhere else."""

import numpy as np

from computerace.market import arrivals
from tests.market.mechanisms import everywhere, owners


def test_amounts_arrive_after_their_delay_and_add_up() -> None:
    schedule = np.zeros((10, 2, 3))
    arrivals.enter(schedule, 2, owners([3.0, 3.4, 3.6], [0.0, 0.4, 99.0]), owners([1, 2, 3], [4, 5, 6]))
    arrivals.enter(schedule, 4, everywhere(1.0, 1.0), everywhere(10.0, 20.0))
    expected = np.zeros((10, 2, 3))
    expected[5, 0], expected[6, 0, 2] = [11.0, 12.0, 10.0], 3.0
    expected[3, 1], expected[9, 1, 2] = (
        [4.0, 5.0, 0.0],
        6.0,
    )  # a month at least; the last slot waits
    expected[5, 1] = 20.0
    np.testing.assert_array_equal(schedule, expected)


def test_amounts_of_a_kind_leave_the_other_kinds_alone() -> None:
    schedule = np.zeros((6, 3, 2, 3))
    amounts = np.stack([everywhere(10.0 + kind, 20.0 + kind) for kind in range(3)])
    arrivals.enter(schedule, 1, np.stack([everywhere(2.0, 1.0)] * 3), amounts)
    for kind in range(3):
        np.testing.assert_array_equal(schedule[3, kind, 0], 10.0 + kind)
        np.testing.assert_array_equal(schedule[2, kind, 1], 20.0 + kind)
    assert schedule.sum() == 3 * (10 + 11 + 12 + 20 + 21 + 22)


def test_what_arrives_in_parts_is_what_arrives_one_part_after_the_other() -> None:
    at_once, in_turn = np.zeros((9, 2, 3)), np.zeros((9, 2, 3))
    delays = [owners([1.0, 2.0, 7.0], [3.0, 3.0, 99.0]), everywhere(2.0, 3.0), everywhere(2.0, 5.0)]
    amount = owners([0.1, 0.2, 0.3], [0.4, 0.5, 0.6])
    arrivals.enter(at_once, 2, np.array(delays), amount)
    for delay in delays:
        arrivals.enter(in_turn, 2, delay, amount)
    np.testing.assert_array_equal(at_once, in_turn)
    assert at_once.sum() > 0.0
