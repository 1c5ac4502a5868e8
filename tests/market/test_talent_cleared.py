"""The verb clear of the labour market: who leaves, who arrives, who is new, and what pay and morale become, by hand."""

import numpy as np

from computerace.market import talent
from computerace.market.setting import Setting
from computerace.market.talent import Hiring
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import calm_luck


def market(attrition: Rows = 0.12, **settings: float) -> Setting:
    still = {"pool_growth": 1.0, "pay_response": 0.0, "prestige_weight": 0.0, "compute_weight": 0.0, "mobility": 1.0}
    return plain_setting(
        {f"talent.{name}": value for name, value in (still | settings).items()},
        {"attrition": attrition, "relative_pay": 1.0},
        {"pull": 0.0},
    )


def part(rate: float, pull: float = 1.0) -> float:
    """Part of a staff that leaves at a monthly rate where the others' posts are so many times as attractive."""
    odds = np.expm1(rate) * pull
    return float(odds / (1 + odds))


def cleared(
    setting: Setting, openings: Rows = 100.0, *, people: Rows = 100.0, stars: Rows = 5.0, pay: Rows = 1.0,
    compute: Rows = 1.0, quality: Rows = 0.0, response: Rows = 0.0, luck: Rows = 1.0, morale: Rows = 1.0,
) -> tuple[talent.State, talent.Flows]:  # fmt: skip
    before = talent.State(rows(people), rows(stars), rows(openings), rows(pay), rows(morale))
    asked = Hiring(rows(openings), rows(response))
    return talent.clear(setting, before, asked, rows(compute), rows(quality), calm_luck()._replace(exodus=rows(luck)))


def test_among_equals_a_twelfth_of_the_years_attrition_leaves_and_as_many_arrive() -> None:
    after, flows = cleared(market(attrition=0.12, mobility=2.0))
    np.testing.assert_allclose(flows.left, 100 * (1 - np.exp(-0.02)))
    np.testing.assert_allclose(flows.arrived, flows.left)
    np.testing.assert_allclose(flows.stars_left, 5 * (1 - np.exp(-0.02)))
    np.testing.assert_allclose(after.researchers, 100.0)
    np.testing.assert_allclose(after.stars, 5.0)
    np.testing.assert_array_equal(flows.joined, 0.0)


def test_in_a_year_at_the_starts_pull_the_records_part_stays() -> None:
    setting = market(attrition=0.12)
    _, flows = cleared(setting)
    np.testing.assert_allclose((1 - flows.left / 100) ** 24, np.exp(-0.24))  # 0.79 after two years


def test_a_field_that_shrinks_loses_people_everywhere_alike_and_never_more_than_there_are() -> None:
    after, flows = cleared(
        market(attrition=0.5, pool_growth=0.5), [1.0, 300.0, 1.0, 1.0, 1.0], people=[0.0, 1.0, 5.0, 9.0, 1e3]
    )
    np.testing.assert_allclose(after.researchers.sum(axis=0), 1015 * 0.5 ** (1 / 12))
    stayed = rows([0.0, 1.0, 5.0, 9.0, 1e3]) - flows.left + flows.arrived
    np.testing.assert_allclose(after.researchers, stayed * 0.5 ** (1 / 12))
    assert (after.researchers >= 0).all() and (flows.joined <= 0).all()


def test_newcomers_join_where_posts_are_and_the_field_grows_by_its_rate() -> None:
    after, flows = cleared(market(attrition=0.0, pool_growth=2.0), [100.0, 300.0, 0.0, 0.0, 0.0])
    month = 500 * (2 ** (1 / 12) - 1)
    np.testing.assert_allclose(flows.joined, month * rows([0.25, 0.75, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(after.researchers, 100 + flows.joined)
    np.testing.assert_array_equal(after.openings, rows([100.0, 300.0, 0.0, 0.0, 0.0]))


def test_people_go_where_pay_compute_and_prestige_are_each_by_its_weight() -> None:
    for changed, weights in (
        ({"pay": [2.0, 1.0, 1.0, 1.0, 1.0]}, {"pay_weight": 1.0}),
        ({"compute": [4.0, 1.0, 1.0, 1.0, 1.0]}, {"compute_weight": 0.5}),
        ({"quality": [np.log(2.0) / 0.1, 0.0, 0.0, 0.0, 0.0]}, {"prestige_weight": 0.1}),
    ):
        _, flows = cleared(market(**weights), **changed)
        # elsewhere is half as good as the first, and for the others (2 + 3) / 4 = 1.25 times as good as home
        away, home = 100 * part(0.01, 0.5), 100 * part(0.01, 1.25)
        np.testing.assert_allclose(flows.left, rows([away, home, home, home, home]))
        to_first = 4 * home * 2 / 5  # of those who leave the others, two in five go to the first
        np.testing.assert_allclose(flows.arrived[0], to_first)
        np.testing.assert_allclose(flows.arrived[1], away / 4 + 3 * home / 5)


def test_a_doubled_want_raises_what_others_pay_and_lowers_what_they_get() -> None:
    setting = market(demand_elasticity=0.5, attrition=0.2, pool_growth=1.2)
    usual, doubled = 100.0, [200.0, 100.0, 100.0, 100.0, 100.0]
    found = []
    for posts in (usual, doubled):
        state = talent.State(rows(100.0), rows(5.0), rows(posts), rows(1.0), rows(1.0))
        got = rows(0.0)
        for _ in range(24):
            state, flows = talent.clear(
                setting, state, Hiring(rows(posts), rows(0.1)), rows(1.0), rows(0.0), calm_luck()
            )
            got = got + flows.arrived + flows.joined
        found.append((state, got))
    (before, few), (after, more) = found
    assert (after.pay > before.pay).all()  # its own most of all
    assert (after.pay[0] > after.pay[1]).all()
    assert (more[0] > few[0]).all() and (more[1:] < few[1:]).all()
    assert (after.researchers[1:] < before.researchers[1:]).all()
    np.testing.assert_allclose(after.researchers.sum(axis=0), before.researchers.sum(axis=0))


def test_who_pays_more_draws_people_from_those_who_pay_less() -> None:
    _, before = cleared(market())
    _, after = cleared(market(), pay=[3.0, 1.0, 1.0, 1.0, 1.0])
    assert (after.arrived[0] > before.arrived[0]).all() and (after.left[0] < before.left[0]).all()
    assert (after.arrived[1:] < before.arrived[1:]).all() and (after.left[1:] > before.left[1:]).all()


def test_only_differences_of_utility_count_however_high_all_stand() -> None:
    posts = everywhere(1.0, 2.0, 3.0)
    for level in (-900.0, 900.0):
        low, high = (talent.places(posts, everywhere(0.0, 0.5, 1.0) + base) for base in (0.0, level))
        np.testing.assert_allclose(high, low)
    assert np.isfinite(talent.places(posts, everywhere(0.0, -900.0, -900.0))).all()


def test_posts_draw_people_in_proportion() -> None:
    found = talent.places(everywhere(10.0, 10.0, 30.0), np.zeros((3, 3)))
    np.testing.assert_allclose(found.pull, 0.0, atol=1e-15)
    out, arrived = talent.moves(found, everywhere(100.0, 100.0, 100.0), np.full((3, 3), 0.04))
    np.testing.assert_allclose(out, 4.0)
    np.testing.assert_allclose(arrived, everywhere(1 + 2.0, 1 + 2.0, 3 + 3.0))


def test_stars_leave_in_groups_by_chance_and_take_a_part_of_the_teams_output() -> None:
    setting = market(attrition=0.0, star_exodus=0.5, exodus_share=0.2, star_loss=0.1)
    after, flows = cleared(setting, stars=10.0, luck=[0.4, 0.6, 0.6, 0.6, 0.6], morale=[1.0, 0.52, 1.0, 1.0, 1.0])
    assert flows.exodus[:, 0].tolist() == [True, False, False, False, False]
    np.testing.assert_allclose(flows.stars_left, rows([2.0, 0.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(flows.stars_arrived, rows([0.0, 0.5, 0.5, 0.5, 0.5]))
    np.testing.assert_allclose(after.stars, rows([8.0, 10.5, 10.5, 10.5, 10.5]))
    np.testing.assert_allclose(after.morale, rows([0.98, 0.54, 1.0, 1.0, 1.0]))  # and a 24th of a loss heals
    np.testing.assert_array_equal(flows.left, 0.0)


def test_pay_follows_posts_over_the_people_of_the_month() -> None:
    after, _ = cleared(
        market(attrition=0.0, demand_elasticity=1.0), [150.0, 100.0, 500.0, 20.0, 100.0], response=0.1, pay=2.0
    )
    gap = np.log(rows([1.5, 1.0, 5.0, 0.2, 1.0]) / 1.02) - np.log(2.0)  # at an elasticity of one
    np.testing.assert_allclose(after.pay, 2.0 * np.exp(0.1 * gap))


def test_the_loss_of_more_stars_than_there_were_counts_as_all() -> None:
    parameters = parameters_of(talent.Talent, star_loss=0.1)
    np.testing.assert_allclose(talent.next_morale(parameters, everywhere(1.0), everywhere(9.0), everywhere(3.0)), 0.9)
