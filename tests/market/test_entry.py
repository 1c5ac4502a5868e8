"""Entry and exit: by world, nothing made or lost, and no effect where nobody comes or goes."""

import numpy as np
import pytest

from computerace.market.arrays import over_owners
from computerace.market.capital import PARENTS
from computerace.market.entry import enter
from computerace.market.errors import UserError
from computerace.market.setting import State
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenario
from tests.runs.conservation import check_month

BASELINE = scenario("baseline")
META, GOOGLE, REST = 3, 1, 4


HELD = {
    "chips": ("prepaid", "open_orders", "booked"),
    "energy": ("energised", "pipeline"),
    "sites": ("finished", "pipeline", "powered"),
    "fleet": ("stock", "in_house", "installing", "operational"),
    "rental": ("let", "rented", "used"),
    "talent": ("researchers", "stars", "openings"),
    "users": ("shares", "revenue"),
    "finance": ("cash", "debt", "outside_rate"),
}


def race(**settings: object) -> Race:
    named = {f"labs.Meta.{name}": value for name, value in settings.items()}
    words = {name: value for name, value in named.items() if isinstance(value, str)}
    numbers = {name: value for name, value in named.items() if name not in words}
    return Race(BASELINE.with_settings(words), worlds=3, seed=1, months=16, settings=numbers, collect=False)


def totals(state: State) -> dict[str, np.ndarray]:
    return {
        f"{group}.{name}": np.asarray(getattr(getattr(state, group), name)).sum(axis=-2)
        for group, names in HELD.items()
        for name in names
    } | {"arrivals": state.energy.arrivals.sum(axis=-2), "buildings": state.sites.arrivals.sum(axis=-2)}


def test_who_leaves_hands_everything_to_its_heir_and_nothing_is_lost() -> None:
    played = race()
    played.run_for(5)
    before, owned = totals(played.state), played.state.fleet.owned
    played.leave("Meta", heir="Google", worlds=[True, False, True])
    for name, total in totals(played.state).items():
        np.testing.assert_allclose(total, before[name], rtol=1e-12, atol=1e-6, err_msg=name)
    after = played.state.fleet.owned
    np.testing.assert_allclose(after[META], np.where([True, False, True], 0.0, owned[META]))
    np.testing.assert_allclose(after[GOOGLE], owned[GOOGLE] + np.where([True, False, True], owned[META], 0.0))


STAYS = {
    "talent": ("pay", "morale"),  # rates, and what a lab knows: its heir has its own, or the best of both
    "software": ("efficiency", "skill", "quality", "hallucination"),
    "users": ("met",),
    "finance": ("plans", "held", "investment", "sentiment", "promised"),  # what it planned, promised and was thought of
    "sites": ("unpaid",),  # a part of what is to come
}


def test_whatever_an_owner_holds_is_handed_over_or_said_to_stay() -> None:
    """A further field of owners, left out of `hand_over`, would be left to one who is gone."""
    played = race()
    played.run_for(5)
    played.leave("Meta", heir="Google", worlds=[True, False, True])
    state = played.state
    left = {
        (group, name)
        for group in state._fields
        for name, values in getattr(getattr(state, group), "_asdict", dict)().items()
        if isinstance(values, np.ndarray) and values.ndim > 1 and values.shape[-2] == len(played.names)
        if values[..., META, [0, 2]].any()
    }
    assert left <= {(group, name) for group, names in STAYS.items() for name in names}


def test_who_has_left_asks_for_nothing_and_gets_nothing() -> None:
    played = race()
    played.leave("Meta", worlds=[True, False, False])
    for _ in range(8):
        before = played.state
        played.step()
        check_month(played.setting, before, played.state, played.flows)
    there = played.measures()["owned_h100e"][META]
    assert there[0] == 0.0 and (there[1:] > 0).all()
    for name in ("researchers", "capex_usd", "revenue_usd", "power_mw", "cash_usd"):
        assert played.measures()[name][META, 0] == pytest.approx(0.0, abs=1e-6), name
    np.testing.assert_allclose(over_owners(played.measures()["share"]), 1.0)


def test_who_has_left_holds_no_standing_with_investors_and_leaves_parents_money_to_the_others() -> None:
    """xAI's place among those whom parents and vendors fund is the rest's once it has gone."""
    played = race()
    played.run_for(3)
    rates = played.state.finance.outside_rate
    played.leave("xAI", worlds=[True, False, True])
    after, gone = played.state.finance.outside_rate, np.array([True, False, True])
    np.testing.assert_array_equal(after[0], np.where(gone, 0.0, rates[0]))
    np.testing.assert_allclose(after[REST], rates[REST] + np.where(gone, rates[0], 0.0))
    played.step()
    pool = played.flows.finance.funded.sizes[PARENTS]
    np.testing.assert_allclose(played.flows.finance.means.offers[PARENTS, REST, gone], pool[gone])
    np.testing.assert_array_equal(played.flows.finance.means.offers[:, 0, gone], 0.0)


def test_who_enters_later_takes_its_standing_with_investors_from_the_rest() -> None:
    late = Race(BASELINE, worlds=3, seed=1, months=6, collect=False, settings={"labs.xAI.entry_month": 3.0})
    there = Race(BASELINE, worlds=3, seed=1, months=6, collect=False)
    np.testing.assert_array_equal(late.state.finance.outside_rate[0], 0.0)
    np.testing.assert_allclose(
        over_owners(late.state.finance.outside_rate), over_owners(there.state.finance.outside_rate)
    )
    late.run_for(2)
    before = over_owners(late.state.finance.outside_rate)
    late.enter("xAI")
    figures = late.setting.figures_of[0]
    np.testing.assert_allclose(late.state.finance.outside_rate[0], figures.raised_usd_per_year * figures.equity_share)
    np.testing.assert_allclose(over_owners(late.state.finance.outside_rate), before)


def test_a_scenario_sets_the_month_and_the_heir() -> None:
    played = race(exit_month=np.array([4.0, 9.0, 0.0]), heir="Google")
    months = []
    while played.running:
        played.step()
        months.append(played.measures()["owned_h100e"][META] > 0)
    there = np.array(months)
    np.testing.assert_array_equal(there.sum(axis=0), [3, 8, 16])
    assert (there[:, 2]).all()


def test_who_enters_takes_its_books_out_of_the_rest_of_the_market() -> None:
    late, from_start = race(entry_month=6.0), race()
    assert (late.state.fleet.owned[META] == 0).all()
    np.testing.assert_allclose(over_owners(late.state.fleet.owned), over_owners(from_start.state.fleet.owned))
    for _ in range(5):
        late.step()
    before = over_owners(late.state.fleet.owned)
    np.testing.assert_array_equal(late.state.fleet.owned[META], 0.0)
    late.step()
    figures = late.setting.figures_of[META]
    assert (late.state.fleet.owned[META] >= 0.9 * figures.owned_h100e).all()
    sold = over_owners(late.flows.chips.delivered) - over_owners(late.flows.retired)
    np.testing.assert_allclose(over_owners(late.state.fleet.owned), before + sold, rtol=1e-9)
    late.run()
    assert (late.measures()["researchers"][META] > 0).all()
    assert (late.state.users.shares[META] > 0).all()


def test_a_month_with_a_fraction_is_the_nearest_one_and_the_first_at_least() -> None:
    played = race(exit_month=np.array([0.2, 4.4, 5.6]))
    there = []
    while played.running:
        played.step()
        there.append(played.measures()["owned_h100e"][META] > 0)
    np.testing.assert_array_equal(np.array(there).sum(axis=0), [0, 3, 5])


def test_months_drawn_for_each_world_all_come() -> None:
    drawn = {"labs.Meta.entry_month": {"prior": "uniform", "low": 1, "high": 12}}
    late = Race(BASELINE.with_settings(drawn), worlds=40, seed=1, months=13, collect=False).run()
    assert (late.measures()["owned_h100e"][META] > 0).all()


def test_who_has_left_launches_no_model() -> None:
    played = race()
    played.leave("Meta")
    before = played.state.software.quality[META]
    played.run()
    np.testing.assert_array_equal(played.state.software.quality[META], before)
    assert not [event for event in played.record.log.events if event.owner == "Meta" and event.kind == "model"]


def test_conservation_holds_in_the_month_in_which_an_owner_leaves() -> None:
    played = race(exit_month=4.0, heir="Google")
    while played.running:
        before = played.state
        played.step()
        check_month(played.setting, before, played.state, played.flows)
    assert (played.state.fleet.owned[META] == 0).all()


def test_a_state_that_was_kept_stays_as_it_was() -> None:
    played = race()
    kept = played.state
    arrivals = kept.energy.arrivals.copy()
    played.leave("Meta")
    np.testing.assert_array_equal(kept.energy.arrivals, arrivals)
    assert kept.active is None


def test_who_enters_earns_what_its_figures_say() -> None:
    late = race(entry_month=6.0)
    late.run_for(5)
    state = enter(late.setting, late.state, META, np.ones(3, dtype=bool))
    figures = late.setting.figures_of[META]
    np.testing.assert_allclose(state.users.revenue[META], figures.ai_revenue_usd_per_year / 12.0)
    np.testing.assert_allclose(state.fleet.owned[META], figures.owned_h100e)


def test_who_inherits_knows_the_best_of_both_and_who_is_absent_teaches_nobody() -> None:
    played = race()
    played.run_for(3)
    before = played.state.software
    played.leave("Google", heir="Meta", worlds=[True, False, True])
    where, after = np.array([True, False, True]), played.state.software
    best = np.maximum(before.quality[GOOGLE], before.quality[META])
    np.testing.assert_array_equal(after.quality[META], np.where(where, best, before.quality[META]))
    absent, there = race(entry_month=6.0).state.software, race().state.software
    np.testing.assert_array_equal(absent.quality, there.quality)
    np.testing.assert_array_equal(absent.efficiency, there.efficiency)


def test_where_the_heir_has_left_the_rest_of_the_market_takes_over() -> None:
    named = {"labs.Meta.exit_month": 3.0, "labs.Google.exit_month": 5.0}
    played = Race(BASELINE.with_settings({"labs.Google.heir": "Meta"}), worlds=2, months=5, settings=named)
    played.run_for(4)
    rest, google = played.state.fleet.owned[REST], played.state.fleet.owned[GOOGLE]
    played.step()
    opening = played.flows.opening
    assert opening is not None and (opening.fleet.owned[META] == 0).all()
    np.testing.assert_allclose(opening.fleet.owned[REST], rest + google)


def test_an_heir_is_not_told_to_have_raised_what_another_raised() -> None:
    played = race()
    played.run_for(4)
    before = played.state.finance.raised
    played.leave("Meta", heir="Google")
    np.testing.assert_array_equal(played.state.finance.raised, before)


def test_who_entered_before_its_month_does_not_enter_twice() -> None:
    twice, once = race(entry_month=6.0), race(entry_month=3.0)
    twice.run_for(2)
    twice.enter("Meta")
    twice.run()
    np.testing.assert_array_equal(twice.state.fleet.owned, once.run().state.fleet.owned)


def test_worlds_in_which_nobody_leaves_keep_their_bits() -> None:
    some, none = race(exit_month=np.array([0.0, 5.0, 0.0])).run(), race().run()
    for name, values in none.measures().items():
        np.testing.assert_array_equal(some.measures()[name][:, [0, 2]], values[:, [0, 2]], err_msg=name)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda one: one.leave("Metta"), "Meta"),
        (lambda one: one.leave("Rest"), "Rest cannot leave"),
        (lambda one: one.leave("Meta", heir="Meta"), "to itself"),
        (lambda one: one.leave("Meta", worlds=[1, 0]), "true or false for each of 3 worlds"),
        (lambda one: one.enter("Meta"), "takes part already"),
        (lambda one: (one.leave("Meta"), one.leave("Meta")), "has left already in 3"),
        (lambda one: one.labs[META].remove(), "race.leave"),
        (lambda one: (one.leave("Meta"), one.leave("Google", heir="Meta")), "Meta has left itself in 3"),
    ],
)
def test_what_cannot_be_is_refused_in_words(asked: object, words: str) -> None:
    with pytest.raises(UserError, match=words):
        asked(race())  # type: ignore[operator]


def test_the_rest_of_the_market_and_an_owner_as_its_own_heir_are_refused_before_the_first_month() -> None:
    with pytest.raises(UserError, match=r"unknown parameter 'labs\.Rest\.exit_month'"):
        Race(BASELINE, settings={"labs.Rest.exit_month": 3.0})
    with pytest.raises(UserError, match="is Meta itself"):
        race(exit_month=3.0, heir="Meta")
