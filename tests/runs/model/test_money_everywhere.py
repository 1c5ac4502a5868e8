"""Money in races: books close by owner and in total, and cash is never below zero, everywhere."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computerace.market.allocation import RULES
from computerace.market.arrays import Owners, Worlds, over_owners
from computerace.market.parameters import Parameter
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario, scenarios
from tests.runs.conservation import check_money

RULES_IN_TURN = cycle(RULES)
OF_MONEY = {
    name: one
    for name, one in scenario("baseline").parameters().items()
    if one.mechanism in ("capital", "finance") and not one.choices and name != "finance.slack_usd_per_month"
}


def outside(race: Race) -> dict[str, Owners]:
    """US dollars that came from outside the owners' books in the month, by who paid; negative for who was paid."""
    flows, money = race.flows, race.flows.finance
    funded, accounts = money.funded, flows.accounts
    return {
        "users": accounts.sales,
        "utilities": -accounts.power,
        "suppliers": -accounts.upkeep,
        "staff": -accounts.pay,
        "other business": money.means.core - money.other_capex,
        "chip makers": -flows.chips.paid,
        "builders": -flows.sites.paid,
        "holders of contracts for power": -flows.energy.paid,
        "investors": money.raised,
        "lenders": money.borrowed - money.repaid - money.means.interest,
        "banks": funded.line - money.means.line,
        "buyers of used chips": funded.sold,
        "creditors who lose": funded.unpaid,
    }


def total(rows: Mapping[str, Owners]) -> Worlds:
    whole: Worlds = sum((over_owners(values) for values in rows.values()), np.zeros(1))
    return whole


def step(race: Race) -> None:
    """A month in which every owner's books close, and all owners' together change by what came from outside alone."""
    before = race.state
    race.step()
    opened = before if race.flows.opening is None else race.flows.opening
    check_money(race.setting, opened, race.state, race.flows)
    change = over_owners(race.state.finance.cash - opened.finance.cash)
    size = total({name: np.abs(values) for name, values in outside(race).items()})
    assert (np.abs(change - total(outside(race))) <= 1e-9 * size + 1.0).all()
    assert (race.state.finance.cash >= 0.0).all()
    assert (race.state.finance.line <= race.setting.anchors.line * (1 + 1e-12)).all()


@pytest.mark.parametrize(("name", "rule"), [(name, next(RULES_IN_TURN)) for name in scenarios()])
def test_books_close_and_cash_is_never_below_zero(name: str, rule: str) -> None:
    plan = scenario(name).with_settings({"chips.allocation": rule})
    race = Race(plan, worlds=4, seed=3, months=24, collect=False, measures=())
    while race.month < race.horizon:
        step(race)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rule"), [(name, next(RULES_IN_TURN)) for name in scenarios() for _ in range(2)])
def test_books_close_in_five_years_of_many_worlds(name: str, rule: str) -> None:
    plan = scenario(name).with_settings({"chips.allocation": rule})
    race = Race(plan, worlds=512, seed=1, collect=False, measures=())
    while race.month < race.horizon:
        step(race)


def drawn(one: Parameter) -> st.SearchStrategy[float]:
    """A value anywhere in a parameter's range that is likely: its prior's, and somewhat beyond."""
    low, high = one.span
    return st.floats(max(one.low, low - 0.1 * (high - low)), min(one.high, high + 0.1 * (high - low)))


@settings(max_examples=12, deadline=None)
@given(st.data(), st.sampled_from(scenarios()), st.integers(0, 10_000))
def test_books_close_whatever_money_costs_and_however_much_there_is(data: st.DataObject, name: str, seed: int) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(OF_MONEY)), max_size=8, unique=True))
    changed: dict[str, Any] = {one: data.draw(drawn(OF_MONEY[one]), label=one) for one in names}
    race = Race(scenario(name), worlds=2, seed=seed, months=14, settings=changed, collect=False, measures=())
    while race.month < race.horizon:
        step(race)


def test_a_lab_that_raises_more_leaves_less_to_the_others() -> None:
    """Pools are shared: where xAI is believed ten times as much, the young labs of the rest get less."""
    races = []
    for rate in (3e9, 3e11):
        race = Race(worlds=16, seed=1, months=12, collect=False, measures=(),
                    settings={"labs.xAI.raised_usd_per_year": rate, "labs.xAI.equity_share": 1.0,
                              "finance.round_months": 240.0, "capital.one_name_share": 0.8})  # fmt: skip
        while race.month < race.horizon:
            race.step()
        races.append(race.state.finance.raised)
    poor, rich = races
    assert (rich[0] > poor[0]).all()
    assert (rich[-1] < poor[-1]).all()
