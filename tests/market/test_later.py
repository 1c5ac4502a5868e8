import pickle
from copy import deepcopy
from operator import add

from computerace.market.later import Later


def test_nothing_is_computed_before_somebody_asks_and_then_once() -> None:
    asked: list[int] = []
    later = Later(asked.append, 3)
    assert asked == []
    assert (later.found, later.found, asked) == (None, None, [3])


def test_a_copy_computes_for_itself() -> None:
    later = Later(add, 2, 3)
    assert [pickle.loads(pickle.dumps(later)).found, deepcopy(later).found, later.found] == [5, 5, 5]  # noqa: S301 - its own
