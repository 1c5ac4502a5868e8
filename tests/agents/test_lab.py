"""A lab tells its own measures: a number in one world, a copy of its row in more."""

import numpy as np
import pytest

from computerace.agents.lab import Lab
from computerace.market.errors import UserError
from computerace.runs import Race, scenario


@pytest.mark.parametrize("name", ["owned_h100e", "operational_h100e", "used_h100e", "effective_h100e"])
def test_a_lab_tells_its_own_measures(name: str) -> None:
    one, many = (Race(scenario("baseline"), worlds=worlds, months=1, collect=False) for worlds in (1, 2))
    for row in (0, 3):
        told, row_of_one = getattr(one.labs[row], name), one.measures()[name][row]
        assert isinstance(told, float) and told == row_of_one[0]
        several = getattr(many.labs[row], name)
        np.testing.assert_array_equal(several, many.measures()[name][row])
        several[:] = 0.0
        assert (many.measures()[name][row] > 0).all()


@pytest.mark.parametrize(
    ("slip", "right"), [("rents", "rent"), ("orders", "order"), ("obsrve", "observe"), ("bild", "build")]
)
def test_a_decision_that_is_misspelt_is_refused_as_nobody_would_ask_it(slip: str, right: str) -> None:
    with pytest.raises(UserError, match=f"Mine has a method {slip}, which no race asks; a lab's is called {right}"):
        type("Mine", (Lab,), {slip: lambda self, seen: seen})


@pytest.mark.parametrize("helper", ["patience", "_rents", "part_of_rent", "budget_left"])
def test_a_lab_may_have_helpers_of_its_own(helper: str) -> None:
    assert issubclass(type("Mine", (Lab,), {helper: lambda self: 1}), Lab)
