"""The ledger in races: its parts add up to the whole gap in every scenario and under every allocation rule."""

from itertools import cycle

import pytest

from computerace.market.allocation import RULES
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario, scenarios
from tests.runs.conservation import check_ledger

RULES_IN_TURN = cycle(RULES)


@pytest.mark.parametrize(("name", "rule"), [(name, next(RULES_IN_TURN)) for name in scenarios()])
def test_parts_add_up_to_the_whole_gap(name: str, rule: str) -> None:
    for chosen in ("posted", rule):
        plan = scenario(name).with_settings({"chips.allocation": chosen})
        race = Race(plan, worlds=3, seed=7, months=8, collect=False, measures=())
        while race.month < race.horizon:
            race.step()
            check_ledger(race.flows)
