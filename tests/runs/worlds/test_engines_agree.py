"""Where worlds are played cannot show: every study gives the same bits on one process and on two."""

import pytest

from computerace.runs.worlds.play import ONE, Workers
from tests.runs.worlds.studies import STUDIES, assert_same_bits


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
def test_two_processes_give_the_bits_of_one(name: str) -> None:
    assert_same_bits(STUDIES[name](ONE), STUDIES[name](Workers(2)))
