"""Researchers: moves by logit, pay, and what departing stars cost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from computerace.market import talent
from computerace.market.arrays import Owners, over_owners
from computerace.market.talent import Talent
from tests.market.mechanisms import everywhere, parameters_of


def moved(people: Owners, openings: Owners, utility: Owners, rate: Owners) -> tuple[Owners, Owners]:
    """Who leaves and arrives where the start's pulls were none."""
    found = talent.places(openings, utility)
    return talent.moves(found, people, talent.leaving(rate, found.pull))


def odds(rate: float) -> float:
    return float(np.expm1(rate))


def test_equal_utilities_give_uniform_moves() -> None:
    people = np.full((4, 3), 100.0)
    out, arrived = moved(people, people, np.zeros((4, 3)), np.full((4, 3), 0.01))
    np.testing.assert_allclose(out, 100 * (1 - np.exp(-0.01)))
    np.testing.assert_allclose(arrived, out)


AMOUNTS = st.one_of(st.just(0.0), st.floats(1e-6, 1e6))
UTILITIES = st.one_of(st.floats(-5, 5), st.floats(-1e3, 1e3))


@given(
    arrays(float, (4, 3), elements=AMOUNTS), arrays(float, (4, 3), elements=AMOUNTS),
    arrays(float, (4, 3), elements=UTILITIES), arrays(float, (4, 3), elements=st.floats(0, 400)),
)  # fmt: skip
def test_moves_lose_nobody_however_far_apart_owners_stand(
    people: np.ndarray, posts: np.ndarray, utility: np.ndarray, rate: np.ndarray
) -> None:
    out, arrived = moved(people, posts, utility, rate)
    np.testing.assert_allclose(over_owners(out), over_owners(arrived), rtol=1e-12, atol=1e-300)
    assert (out >= 0).all() and (out <= people).all() and (arrived >= 0).all()


def test_nobody_is_lost_thirty_logits_apart() -> None:
    out, arrived = moved(
        everywhere(100.0, 100.0, 100.0), everywhere(9.0, 9.0, 9.0), everywhere(30.0, 0.0, 0.0), np.full((3, 3), 0.02)
    )
    np.testing.assert_allclose(over_owners(out), over_owners(arrived), rtol=1e-14)
    np.testing.assert_allclose(arrived[0], out[1] + out[2])  # all who leave go to the best


def test_moves_between_two_labs_by_hand() -> None:
    # the other is twice as attractive, or half, and there is only one place to go
    out, arrived = moved(
        everywhere(100, 100), everywhere(1, 1), everywhere(0.0, np.log(2.0)), np.full((2, 3), np.log(1.01))
    )
    np.testing.assert_allclose(out, everywhere(100 * 0.02 / 1.02, 100 * 0.005 / 1.005))
    np.testing.assert_allclose(arrived, out[::-1])


def test_the_rate_of_the_record_holds_where_all_stand_as_at_the_start() -> None:
    rate, pull = everywhere(0.01, 0.02, 0.03), everywhere(-3.0, 0.5, 4.0)
    np.testing.assert_allclose(talent.leaving(rate, pull - pull), 1 - np.exp(-rate))


def test_a_pull_moves_the_odds_of_leaving_and_never_takes_more_than_all() -> None:
    found = talent.leaving(np.full((4, 3), 0.01), everywhere(np.log(3.0), -np.log(3.0), 1e4, -1e4))
    np.testing.assert_allclose(found[0] / (1 - found[0]), 3 * odds(0.01))
    np.testing.assert_allclose(found[1] / (1 - found[1]), odds(0.01) / 3)
    np.testing.assert_allclose(found[2:], everywhere(1.0, 0.0), atol=1e-12)


def test_who_doubles_its_pay_gains_by_its_weight() -> None:
    parameters = parameters_of(Talent, pay_weight=[0.0, 1.0, 2.0], compute_weight=0, prestige_weight=0)
    value = talent.attraction(parameters, everywhere(1.0, 2.0), everywhere(1.0, 1.0), everywhere(0.0, 0.0))
    np.testing.assert_allclose(np.exp(value[1] - value[0]), [1.0, 2.0, 4.0])


def test_pay_goes_to_what_a_post_is_worth_on_the_owners_demand_curve() -> None:
    parameters = parameters_of(Talent, demand_elasticity=0.5, openings_ratio=1.25)
    people, openings = everywhere(100.0, 100.0, 50.0), everywhere(125.0, 250.0, 31.25)
    usual = everywhere(1.0, 1.0, 2.0)
    pay = talent.next_pay(parameters, usual, np.full(3, 1.0), usual, people, openings)
    np.testing.assert_allclose(
        pay, everywhere(1.0, 4.0, 0.5)
    )  # twice as short pays four times, half as short a quarter
    slow = talent.next_pay(parameters, usual, np.full(3, 0.5), usual, people, openings)
    np.testing.assert_allclose(slow, everywhere(1.0, 2.0, 1.0))  # half of the way in logs


def test_a_star_counts_as_many_researchers() -> None:
    parameters = parameters_of(Talent, star_weight=[3.0, 8.0, 20.0])
    np.testing.assert_allclose(
        talent.output(parameters, everywhere(100.0), everywhere(2.0), everywhere(0.5)), [[53.0, 58.0, 70.0]]
    )


def test_losing_all_stars_costs_the_team_the_published_part_and_heals() -> None:
    parameters = parameters_of(Talent, star_loss=[0.05, 0.065, 0.18])
    hit = talent.next_morale(parameters, everywhere(1.0), everywhere(5.0), everywhere(5.0))
    np.testing.assert_allclose(hit, [[0.95, 0.935, 0.82]])
    for _ in range(240):
        hit = talent.next_morale(parameters, hit, everywhere(0.0), everywhere(5.0))
    np.testing.assert_allclose(hit, 1.0, atol=1e-3)


def test_who_moved_to_whom_adds_up_to_who_left_and_who_arrived() -> None:
    rng = np.random.default_rng(3)
    people, stars, utility = (rng.uniform(0.0, 50.0, (4, 6)) for _ in range(3))
    found = talent.places(rng.uniform(0.0, 100.0, (4, 6)), utility / 10)
    chance = rng.uniform(0.0, 0.2, (4, 6))
    (left, arrived), (stars_left, stars_arrived) = (talent.moves(found, one, chance) for one in (people, stars))
    none = np.zeros((4, 6))
    moved = talent.pairs(talent.Flows(left, arrived, none, stars_left, stars_arrived, none > 1, found.weight))
    np.testing.assert_allclose(moved.sum(axis=1), left + stars_left)
    np.testing.assert_allclose(moved.sum(axis=0), arrived + stars_arrived)
    assert not moved[np.arange(4), np.arange(4)].any(), "nobody moves to himself"
    small = talent.pairs(talent.Flows(left, arrived, none, stars_left, stars_arrived, none > 1, found.weight / 1e3))
    np.testing.assert_allclose(small, moved)  # it is the weights' proportions that tell
