"""A world gives the same bits alone, in a piece and in any company: the whole state in mid-race, as doubles."""

from itertools import cycle

import numpy as np
import pytest

from computerace.market.allocation import RULES
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario, scenarios
from tests.runs.states import cases, state_arrays

MONTH = 27
RULES_IN_TURN = cycle(RULES)
COMPANY = np.arange(512, 768)
PIECES = (np.array([657]), np.array([512]), np.arange(655, 660), np.array([700, 519, 767]))
QUICK = [case for case in cases() if case[0] in ("preferred-access", "chip-glut") or case[1] == "posted"]


def _state(name: str, rule: str, indices: np.ndarray) -> dict[str, np.ndarray]:
    race = Race(
        scenario(name).with_settings({"chips.allocation": rule}), seed=1, indices=indices, collect=False, measures=()
    )
    while race.month < MONTH:
        race.step()
    return state_arrays(race)


def _check(name: str, rule: str, pieces: tuple[np.ndarray, ...]) -> None:
    company = _state(name, rule, COMPANY)
    for piece in pieces:
        where = piece - COMPANY[0]
        for key, values in _state(name, rule, piece).items():
            np.testing.assert_array_equal(values, company[key][..., where], err_msg=f"{key} of {piece}")


@pytest.mark.parametrize(("name", "rule"), QUICK)
def test_a_world_alone_gives_the_bits_that_it_gives_in_company(name: str, rule: str) -> None:
    _check(name, rule, PIECES[:1])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rule"), [(name, next(RULES_IN_TURN)) for name in scenarios() for _ in range(2)])
def test_worlds_in_pieces_give_the_bits_that_they_give_in_company(name: str, rule: str) -> None:
    _check(name, rule, PIECES)


def test_a_short_race_begins_with_the_pipelines_of_a_long_one() -> None:
    slow = {"labs.Meta.build_years": 20.0}  # longer than the schedules of a race of either length
    short, long = (
        Race(scenario("baseline"), worlds=5, months=months, settings=slow, collect=False) for months in (2, 150)
    )
    for key, values in state_arrays(short).items():
        if not key.endswith("arrivals") and key != "software.best":
            np.testing.assert_array_equal(values, state_arrays(long)[key], err_msg=key)
