"""The verb clear of the labour market: who leaves, who arrives, who is new, and what pay and morale become, by hand."""

import numpy as np

from computerace.market import talent
from computerace.market.setting import Setting
from computerace.market.talent import Hiring, Talent
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import calm_luck


def market(attrition: Rows = 0.12, **settings: float) -> Setting:
    still = {"pool_growth": 1.0, "pay_response": 0.0, "prestige_weight": 0.0, "compute_weight": 0.0, "mobility": 1.0}
    return plain_setting(
        {f"talent.{name}": value for name, value in (still | settings).items()}, {"attrition": attrition}
    )


def cleared(
    setting: Setting, openings: Rows = 100.0, *, people: Rows = 100.0, stars: Rows = 5.0, pay: Rows = 1.0,
    compute: Rows = 1.0, quality: Rows = 0.0, response: Rows = 0.0, luck: Rows = 1.0, morale: Rows = 1.0,
) -> tuple[talent.State, talent.Flows]:  # fmt: skip
    before = talent.State(rows(people), rows(stars), rows(openings), rows(pay), rows(morale))
    asked = Hiring(rows(openings), rows(response))
    return talent.clear(setting, before, asked, rows(compute), rows(quality), calm_luck()._replace(exodus=rows(luck)))


def test_among_equals_a_twelfth_of_the_years_attrition_leaves_and_as_many_arrive() -> None:
    after, flows = cleared(market(attrition=0.12, mobility=2.0))
    np.testing.assert_allclose(flows.left, 100 * 0.02)
    np.testing.assert_allclose(flows.arrived, 2.0)
    np.testing.assert_allclose(flows.stars_left, 5 * 0.02)
    np.testing.assert_allclose(after.researchers, 100.0)
    np.testing.assert_allclose(after.stars, 5.0)
    np.testing.assert_array_equal(flows.joined, 0.0)


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
        np.testing.assert_allclose(flows.left, rows([0.5, 1.25, 1.25, 1.25, 1.25]))
        to_first = 4 * 1.25 * 2 / 5  # of those who leave the others, two in five go to the first
        np.testing.assert_allclose(flows.arrived[0], to_first)
        np.testing.assert_allclose(flows.arrived[1], 0.5 / 4 + 3 * 1.25 / 5)


def test_pull_and_loss_have_bounds() -> None:
    people, posts = everywhere(100.0, 100.0), everywhere(1.0, 1.0)
    utility = everywhere(0.0, 3.0)
    out, _ = talent.moves(parameters_of(Talent), people, posts, utility, np.full((2, 3), 0.01))
    np.testing.assert_allclose(out, everywhere(5.0, 0.2))  # at most five times and at least a fifth of the rate
    out, _ = talent.moves(parameters_of(Talent), people, posts, utility, np.full((2, 3), 0.4))
    np.testing.assert_allclose(out, everywhere(50.0, 8.0))  # and never more than half


def test_only_differences_of_utility_count_however_high_all_stand() -> None:
    people, posts, rate = everywhere(100.0, 100.0, 100.0), everywhere(1.0, 2.0, 3.0), np.full((3, 3), 0.02)
    for level in (-900.0, 900.0):
        low, high = (
            talent.moves(parameters_of(Talent), people, posts, everywhere(0.0, 0.5, 1.0) + base, rate)
            for base in (0.0, level)
        )
        np.testing.assert_allclose(high, low)
    for found in talent.moves(parameters_of(Talent), people, posts, everywhere(0.0, -900.0, -900.0), rate):
        assert np.isfinite(found).all()


def test_posts_draw_people_in_proportion() -> None:
    out, arrived = talent.moves(
        parameters_of(Talent),
        everywhere(100.0, 100.0, 100.0),
        everywhere(10.0, 10.0, 30.0),
        np.zeros((3, 3)),
        np.full((3, 3), 0.04),
    )
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


def test_pay_rises_with_posts_over_the_people_of_the_month() -> None:
    after, _ = cleared(market(attrition=0.0), [150.0, 100.0, 500.0, 20.0, 100.0], response=0.1, pay=2.0)
    np.testing.assert_allclose(after.pay, 2.0 * np.exp(rows([0.05, 0.0, 0.1, -0.05, 0.0])))


def test_the_loss_of_more_stars_than_there_were_counts_as_all() -> None:
    parameters = parameters_of(talent.Talent, star_loss=0.1)
    np.testing.assert_allclose(talent.next_morale(parameters, everywhere(1.0), everywhere(9.0), everywhere(3.0)), 0.9)
