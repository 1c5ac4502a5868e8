"""When a claim comes true, against closed forms."""

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computerace.runs.claims import read_claim, resolved
from computerace.runs.claims.held import Came, came, first_months, in_a_row

OWNERS = ("xAI", "Google", "Meta", "Rest")
START = date(2025, 12, 31)


def came_of(values: np.ndarray, **content: Any) -> Came:
    """What came of a claim in a race with these values, (months + 1, owners, worlds)."""
    claim = read_claim({"quantity": "owned_h100e", **content})
    return came(resolved(claim, OWNERS, "xAI", START, len(values) - 1), values)


def walks(worlds: int, months: int) -> np.ndarray:
    """Random walks of xAI's from nothing, up or down by one each month, (months + 1, owners, worlds)."""
    steps = np.random.default_rng(1).choice([-1.0, 1.0], (months, worlds))
    found = np.zeros((months + 1, len(OWNERS), worlds))
    found[1:, 0] = np.cumsum(steps, axis=0)
    return found


@pytest.mark.parametrize(("level", "months"), [(1, 9), (3, 20), (6, 36)])
def test_a_random_walk_passes_a_level_as_often_as_the_reflection_principle_says(level: int, months: int) -> None:
    worlds = 40_000
    found = came_of(walks(worlds, months), relation="at least an amount", amount=level, by=months)
    ends = {2 * up - months: math.comb(months, up) / 2**months for up in range(months + 1)}
    passed = sum(chance * ((end >= level) + (end > level)) for end, chance in ends.items())
    assert found.true.mean() == pytest.approx(passed, abs=4 * math.sqrt(passed * (1 - passed) / worlds))
    # The first passage at month n has the chance level / n times that of being there.
    there = np.mean(found.first == level + 2)
    exact = level / (level + 2) * math.comb(level + 2, level + 1) / 2 ** (level + 2)
    assert there == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / worlds))


RELATIONS: list[dict[str, Any]] = [
    {"relation": "more than the rivals combined"}, {"relation": "first"},
    {"relation": "at least a share", "amount": 0.3},
    {"relation": "at least an amount", "amount": 0.7}, {"relation": "more than at the start"},
]  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 1000), relation=st.sampled_from(RELATIONS), key=st.sampled_from(["by", "at"]),
    row=st.integers(1, 4), who=st.sampled_from(["the claimant", "each lab", "any lab"]),
)  # fmt: skip
def test_a_claim_and_its_negation_add_to_one(seed: int, relation: dict[str, Any], key: str, row: int, who: str) -> None:
    values = np.random.default_rng(seed).lognormal(size=(13, 4, 50))
    content = {**relation, key: [3, 12], "months_in_a_row": row, "claimant": who}
    one, other = came_of(values, **content), came_of(values, **content, negated=True)
    assert (one.true.mean(axis=-1) + other.true.mean(axis=-1) == 1.0).all()


def test_less_than_an_amount_is_what_at_least_is_not() -> None:
    values = np.random.default_rng(3).lognormal(size=(13, 4, 50))
    one, other = (
        came_of(values, relation=f"{words} an amount", amount=1.0, at=12).true for words in ("at least", "less than")
    )
    assert (one ^ other).all() and one.any() and other.any()


def test_of_labs_that_differ_just_one_is_first() -> None:
    values = np.random.default_rng(2).lognormal(size=(25, 4, 200))
    found = came_of(values, relation="first", claimant="each lab", at="every year")
    assert found.true.shape == (3, 2, 200)
    assert (found.true.sum(axis=0) == 1).all()
    assert (found.true[:, 1].argmax(axis=0) == values[24, :3].argmax(axis=0)).all()


def test_rivals_are_those_that_are_named() -> None:
    values = np.array([[[1.0], [2.0], [4.0], [9.0]], [[5.0], [2.0], [4.0], [9.0]]])

    def true(**content: Any) -> bool:
        return bool(came_of(values, relation="more than the rivals combined", by=1, **content).true[0, 0, 0])

    assert not true() and not true(rivals="all others") and true(rivals=["Meta"]) and true(rivals="Google")
    assert not true(claimant="Meta", rivals=["xAI"]) and true(claimant="Rest", rivals=["Meta", "Google"])


def test_months_in_a_row_count_from_the_first_month_of_the_race() -> None:
    holds = np.array([True, True, False, True, True, True])[None, :, None]
    assert in_a_row(holds, 2)[0, :, 0].tolist() == [False, True, False, False, True, True]
    assert first_months(in_a_row(holds, 3))[0, 0] == 6
    assert np.isnan(first_months(in_a_row(holds, 4))[0, 0])


def test_month_0_is_no_month_of_the_race() -> None:
    values = np.ones((3, 4, 1))
    values[0, 0] = 10.0
    assert not came_of(values, relation="more than the rivals combined", by=2).true.any()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "changes",
    [
        {"relation": "first"},
        {"relation": "at least a share", "amount": 0.4},
        {"relation": "more than the rivals combined", "months_in_a_row": 2},
        {"relation": "at least an amount", "amount": 1.0, "at": 5},
        {"relation": "less than an amount", "amount": -0.5, "negated": True},
        {"relation": "more than at the start", "claimant": "any lab", "months_in_a_row": 3},
    ],
)
def test_worlds_are_nearer_than_nothing_just_where_a_claim_comes_true(seed: int, changes: dict[str, Any]) -> None:
    from computerace.runs.claims.held import nearness
    from computerace.runs.claims.resolved import only_part

    when = {} if "at" in changes else {"by": 6}
    claim = read_claim({"quantity": "cash_usd", "claimant": "xAI", **when, **changes})
    fitted = resolved(claim, ("xAI", "Meta", "Google", "Rest"), "xAI", date(2025, 12, 31), 8)
    values = np.random.default_rng(seed).normal(0.3, 1.0, (9, 4, 200))
    true, near = came(fitted, values).true[0, 0], nearness(only_part(fitted), values)
    assert 0 < true.sum() < 200 and ((near > 0) == true).all()
    assert np.unique(near[~true]).size > 1
