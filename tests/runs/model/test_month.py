"""A month as a function of values: nothing that came in changes, and nothing else decides what comes out."""

import copy
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mesa.agent import AgentSet

from computerace.agents.lab import Lab
from computerace.market.allocation import RULES
from computerace.market.arrays import over_owners
from computerace.market.ledger import CAUSES
from computerace.market.setting import Luck, Now, Setting, State
from computerace.runs.model.month import month
from computerace.runs.model.race import Race
from computerace.runs.model.setting import now
from computerace.runs.scenarios import scenario
from tests.runs.conservation import check_month
from tests.runs.model.small import WORLDS, small_start

SCHEDULES = ("arrivals", "best")  # what market/arrivals.py owns


RACE = Race(scenario("baseline"), months=1, collect=False)  # its agents; nothing else of it is used


def labs(order: tuple[int, ...] = (0, 1, 2, 3, 4)) -> AgentSet[Lab]:
    agents = list(RACE.labs)
    return AgentSet([agents[row] for row in order], random=RACE.random)


def luck_of(seed: int) -> Luck:
    """An ordinary month's draws."""
    random = np.random.default_rng(seed)
    market, owners = (lambda: random.standard_normal(WORLDS)), (lambda: random.standard_normal((5, WORLDS)))
    chances = [random.uniform(0.001, 0.999, (5, WORLDS)) for _ in range(3)]
    return Luck(*(market() for _ in range(3)), *(owners() for _ in range(5)), *chances)


def arrays(values: object, name: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """Every array of a value, with the name of its field."""
    if isinstance(values, np.ndarray):
        yield name, values
    elif isinstance(values, tuple) and hasattr(values, "_fields"):
        for field in values._fields:
            yield from arrays(getattr(values, field), field)
    elif isinstance(values, (tuple, list)):
        for one in values:
            yield from arrays(one, name)
    elif isinstance(values, dict):
        for key, one in values.items():
            yield from arrays(one, key)
    elif hasattr(values, "__dataclass_fields__"):
        yield from arrays({field: getattr(values, field) for field in values.__dataclass_fields__}, name)


def same(one: object, other: object) -> None:
    pairs = list(zip(arrays(one), arrays(other), strict=True))
    assert len(pairs) > 40
    for (name, left), (_, right) in pairs:
        np.testing.assert_array_equal(left, right, err_msg=name)


@pytest.mark.parametrize("rule", RULES)
def test_nothing_that_came_in_is_written_to_but_the_schedules(rule: str) -> None:
    setting, state, _ = small_start({"chips.allocation": rule})
    people = labs()
    for number in range(1, 4):
        luck = luck_of(number)
        locked = [values for group in (setting, state, luck) for name, values in arrays(group) if name not in SCHEDULES]
        assert len(locked) > 300
        before = copy.deepcopy((setting, [values for name, values in arrays(state) if name not in SCHEDULES]))
        flags = [values.flags.writeable for values in locked]
        for values in locked:
            values.flags.writeable = False
        after, _ = month(setting, state, people, luck, now(setting, number))
        for values, flag in zip(locked, flags, strict=True):
            if values.flags.owndata:
                values.flags.writeable = flag
        same(before, (setting, [values for name, values in arrays(state) if name not in SCHEDULES]))
        state = after


def test_the_same_values_give_the_same_month() -> None:
    setting, state, _ = small_start()
    other = copy.deepcopy(state)
    one, two = (month(setting, start, labs(), luck_of(1), now(setting, 1)) for start in (state, other))
    same(one, two)


def test_the_order_of_the_labs_does_not_matter() -> None:
    setting, state, _ = small_start()
    other = copy.deepcopy(state)
    one = month(setting, state, labs(), luck_of(1), now(setting, 1))
    two = month(setting, other, labs((3, 0, 4, 1, 2)), luck_of(1), now(setting, 1))
    same(one, two)


FACTORS = {
    "fleet": ("stock", "in_house", "installing"), "chips": ("prepaid", "open_orders", "booked", "price", "path"),
    "energy": ("energised", "pipeline"), "sites": ("finished", "pipeline", "powered"),
    "talent": ("researchers", "stars", "openings", "pay", "morale"), "software": ("hallucination",),
    "rental": ("used", "rent"), "users": ("market",),
    "finance": ("cash", "debt", "coupon", "line", "chest", "investment", "outside_rate", "sentiment", "promised"),
}  # fmt: skip


def stirred(setting: Setting, state: State, random: np.random.Generator, size: float) -> State:
    """Another state that a race could have come to: every amount times a factor of its own."""
    found = {}
    for group, names in FACTORS.items():
        values = getattr(state, group)
        found[group] = values._replace(
            **{name: getattr(values, name) * np.exp(size * random.standard_normal(getattr(values, name).shape))
               for name in names}
        )  # fmt: skip
    owned = over_owners(found["fleet"].stock)  # over generations
    found["fleet"] = found["fleet"]._replace(
        owned=owned,
        in_house=np.minimum(found["fleet"].in_house, owned),
        installing=np.minimum(found["fleet"].installing, owned),
    )
    power = found["energy"].energised.sum(axis=0)
    found["sites"] = found["sites"]._replace(powered=np.minimum(found["sites"].powered, power))
    total = np.maximum(found["chips"].booked.sum(axis=0) / 0.5, 1.0)
    found["chips"] = found["chips"]._replace(booked=found["chips"].booked / total)
    found["talent"] = found["talent"]._replace(morale=np.minimum(found["talent"].morale, 1.0))
    assert setting.worlds == WORLDS
    return state._replace(**found)


@settings(max_examples=25, deadline=None)
@given(rule=st.sampled_from(RULES), seed=st.integers(0, 10_000), size=st.floats(0.0, 2.0), luck=st.integers(0, 10_000))
def test_nothing_is_made_or_lost_from_any_state(rule: str, seed: int, size: float, luck: int) -> None:
    setting, state, _ = small_start({"chips.allocation": rule})
    before = stirred(setting, state, np.random.default_rng(seed), size)
    kept = copy.deepcopy(before)
    after, flows = month(setting, before, labs(), luck_of(luck), now(setting, 1))
    check_month(setting, kept, after, flows)


def test_a_month_is_its_verbs_in_their_order() -> None:
    """What each verb leaves is what the next one, and the month's result, go on from."""
    setting, state, _ = small_start()
    kept = copy.deepcopy(state)
    today: Now = now(setting, 1)
    after, flows = month(setting, state, labs(), luck_of(2), today)
    np.testing.assert_allclose(after.fleet.owned, kept.fleet.owned + flows.chips.delivered - flows.retired)
    np.testing.assert_array_equal(after.finance.investment, flows.finance.budget.investment)
    np.testing.assert_array_equal(after.rental.used, after.fleet.operational - after.rental.let
                                  - flows.rental.elsewhere + after.rental.rented)  # fmt: skip
    assert len(flows.observations) == len(flows.decisions) == 5
    np.testing.assert_array_equal(flows.observations[1].books.cash, kept.finance.cash[1])
    np.testing.assert_array_equal(flows.decisions[1].budget.private, flows.finance.budget.private[1])


def test_the_ledger_holds_what_this_month_left_against_what_owners_wished_for() -> None:
    setting, state, _ = small_start()
    after, flows = month(setting, state, labs(), luck_of(3), now(setting, 1))
    gaps, known = dict(zip(CAUSES, flows.ledger.gaps, strict=True)), setting.mechanisms
    wish = np.array([asked.budget.wish / seen.books.all_in
                     for asked, seen in zip(flows.decisions, flows.observations, strict=True)])  # fmt: skip
    np.testing.assert_allclose(flows.ledger.wished, wish)
    missing = np.maximum(wish - flows.chips.delivered, 0.0)
    np.testing.assert_allclose(flows.ledger.missing.sum(axis=0), missing, atol=1e-6)
    # the whole is what is left of the wish after one cause and the other
    runs = np.minimum(after.fleet.operational / (after.fleet.owned - after.fleet.installing), 1.0)
    filled = np.minimum(after.talent.researchers / after.talent.openings, 1.0)
    people = filled ** (known.software.returns * known.software.labour_share)
    works = 1 - flows.clusters.lost
    np.testing.assert_allclose(sum(gaps.values()), 1 - (1 - missing / wish) * runs * people * works)


def test_each_verb_works_with_what_the_ones_before_it_left() -> None:
    setting, state, _ = small_start()
    kept = copy.deepcopy(state)
    luck = luck_of(4)._replace(exodus=np.full((5, WORLDS), 0.999))
    after, flows = month(setting, state, labs(), luck, now(setting, 1))
    # engineering is of what is used and runs this month
    runs = after.fleet.operational + after.rental.rented
    np.testing.assert_allclose(flows.clusters.largest_site, runs * setting.anchors.concentration)
    best = kept.software.efficiency - kept.software.efficiency.max(axis=0)
    effective = after.rental.used * (1 - flows.clusters.lost) * flows.clusters.utilisation / 0.4 * np.exp(best)
    np.testing.assert_allclose(flows.clusters.effective, effective)
    # models are launched at this month's efficiency, and users choose among this month's models
    same_model = ~flows.software.launched
    np.testing.assert_array_equal(after.software.quality[same_model], kept.software.quality[same_model])
    run = flows.division.job * flows.clusters.goodput * flows.clusters.utilisation * 9.89e14 * 4 * 2.63e6
    gained = np.log10(run) + after.software.efficiency / np.log(10) - setting.anchors.capability
    known = setting.mechanisms.software
    could_be = setting.anchors.quality + known.points_per_tenfold * gained + known.points_per_year / 12
    launched = np.maximum(could_be, kept.software.quality)[flows.software.launched]
    assert launched.size > 0
    np.testing.assert_allclose(after.software.quality[flows.software.launched], launched)


def test_people_look_at_last_months_compute_and_quality() -> None:
    setting, state, _ = small_start({"talent.compute_weight": 0.5, "talent.prestige_weight": 0.1})
    more = copy.deepcopy(state)
    used, quality = more.rental.used.copy(), more.software.quality.copy()
    used[0] *= 4.0
    quality[1] += 10.0
    more = more._replace(rental=more.rental._replace(used=used), software=more.software._replace(quality=quality))
    plain, changed = (month(setting, one, labs(), luck_of(5), now(setting, 1))[1].talent for one in (state, more))
    for row in (0, 1):
        assert (changed.left[row] < plain.left[row]).all() and (changed.arrived[row] > plain.arrived[row]).all()
