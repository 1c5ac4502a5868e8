"""A start in balance: the first quarter of a race goes on from the last one on record, at every start."""

from functools import cache

import numpy as np
import pytest

from computerace.market import accounts
from computerace.market.figures import start_dates
from computerace.runs.model.race import Race
from computerace.runs.model.setting import now
from computerace.runs.scenarios import scenario

INCUMBENTS = ("Google", "Microsoft", "Meta")
STARTS = [day.isoformat() for day in start_dates()]


def bought(race: Race) -> np.ndarray:
    """H100e a month that the investment of the start buys; (owners, worlds)."""
    technology, price = now(race.setting, 0).technology, race.setting.mechanisms.chips.price_usd_per_h100e
    cost = accounts.unit_cost(race.setting, price, technology.new_watts, np.zeros(race.setting.worlds))
    return race.state.finance.investment / cost


def test_the_investment_of_the_start_buys_what_was_added_whatever_a_world_drew() -> None:
    race = Race(worlds=64)
    for owner in (*INCUMBENTS, "Rest"):
        row = race.setting.owners.index(owner)
        np.testing.assert_allclose(bought(race)[row], race.setting.figures.added_h100e_per_month[row], rtol=1e-9)


def test_a_lab_that_buys_in_lumps_pays_the_list_times_its_terms() -> None:
    drawn, race = Race(worlds=64).values.numbers["labs.xAI.purchase_cost"], Race(worlds=64)
    np.testing.assert_array_equal(race.setting.figures.purchase_cost[0], drawn)


def test_a_price_that_is_set_acts_on_top_of_what_the_record_implies() -> None:
    plain, dear = Race(worlds=8), Race(worlds=8, settings={"labs.Meta.purchase_cost": 2.0})
    np.testing.assert_allclose(dear.setting.figures.purchase_cost[3], 2.0 * plain.setting.figures.purchase_cost[3])
    rich = Race(worlds=8, settings={"labs.Meta.capex_usd_per_year": 2e11})
    np.testing.assert_array_equal(rich.setting.figures.purchase_cost[3], plain.setting.figures.purchase_cost[3])
    assert (bought(rich)[3] > bought(plain)[3]).all()


def test_owners_see_the_price_that_they_pay() -> None:
    race = Race(worlds=8)
    for row, figures in enumerate(race.setting.figures_of):
        np.testing.assert_array_equal(figures.purchase_cost, race.setting.figures.purchase_cost[row])


@cache
def first_quarter(start: str) -> tuple[Race, np.ndarray]:
    """The race after three months, and what its owners have spent; (owners, worlds)."""
    race = Race(scenario("baseline", start=start), worlds=64, fixed=True)
    spent = np.zeros_like(race.state.finance.cash)
    for _ in range(3):
        race.step()
        spent = spent + race.flows.finance.capex
    return race, spent


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("owner", INCUMBENTS)
def test_capex_of_the_first_quarter_goes_on_from_the_last_on_record(start: str, owner: str) -> None:
    race, spent = first_quarter(start)
    row = race.setting.owners.index(owner)
    before = race.setting.figures.capex_usd_per_year[row, 0] / 4.0
    assert 0.8 < np.median(spent[row]) / before < 1.35


@cache
def first_month(start: str) -> tuple[Race, Race]:
    """A race at its start and after a month."""
    before, after = (Race(scenario("baseline", start=start), worlds=64, fixed=True) for _ in range(2))
    after.step()
    return before, after


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("owner", [*INCUMBENTS, "Rest"])
def test_the_first_month_adds_spends_and_powers_as_the_last_quarter_did(start: str, owner: str) -> None:
    """Its middle lies two months after the quarter's, in which money grew by some 8 % and supply by 15 %."""
    before, after = first_month(start)
    row, figures = before.setting.owners.index(owner), before.setting.figures
    added = np.median(after.state.fleet.owned[row] - before.state.fleet.owned[row])
    assert 0.95 < added / figures.added_h100e_per_month[row, 0] < 1.35
    assert 0.9 < np.median(after.flows.finance.capex[row]) * 12.0 / figures.capex_usd_per_year[row, 0] < 1.3
    assert 1.03 < np.median(after.state.sites.powered[row] / before.state.sites.powered[row]) < 1.2
    assert 0.95 < np.median(after.state.chips.price / before.state.chips.price) < 1.0


def test_xai_with_its_first_round_alone_may_build_in_a_year_what_it_built() -> None:
    """At the end of 2023 it had 135 M$ and no chip; a year later it owned 100,000 H100e (Epoch AI, AI Chip Owners)."""
    race = Race(scenario("baseline", start="2023-12-31"), worlds=256)
    assert (race.state.fleet.owned[0] == 0.0).all() and np.median(race.state.finance.cash[0]) < 1e9
    race.run_for(12)
    low, high = np.quantile(race.state.fleet.owned[0], (0.05, 0.97))
    assert 1e3 < low < 1e5 < high
