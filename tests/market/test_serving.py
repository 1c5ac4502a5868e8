"""Serving: the compute that users take, its growth, and how what is used is divided, by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from computerace.market import serving
from computerace.market.arrays import over_owners
from computerace.market.serving import NEUTRAL, Serving
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import plain_setting, rows
from tests.runs.model.small import small_start

EVEN = {"serving.tokens_growth": 2.0, "serving.efficiency_growth": 2.0}


def test_tokens_raise_and_efficiency_lowers_what_a_dollar_takes_each_by_its_growth_at_first() -> None:
    parameters = parameters_of(Serving, tokens_growth=[3.0, 2.0, 2.0], efficiency_growth=[2.0, 2.0, 3.0])
    found = serving.intensity(parameters, 1e-6)
    np.testing.assert_allclose((found - 1.0) * 1e6, np.log([1.5, 1.0, 2 / 3]), rtol=1e-4)
    np.testing.assert_allclose(serving.intensity(parameters, 0.0), 1.0)


def test_the_gap_between_both_growths_halves_and_closes() -> None:
    parameters = parameters_of(Serving, tokens_growth=np.e, efficiency_growth=1.0, fade_years=2.0)
    whole = 2.0 / np.log(2.0)
    np.testing.assert_allclose(np.log(serving.intensity(parameters, 2.0)), whole / 2)
    np.testing.assert_allclose(np.log(serving.intensity(parameters, 4.0)), whole * 3 / 4)
    np.testing.assert_allclose(np.log(serving.intensity(parameters, 400.0)), whole)


def test_the_compute_that_serves_is_the_sourced_figure_but_for_a_part_of_what_is_used() -> None:
    setting = plain_setting(EVEN | {"serving.h100e_per_million_usd": 43.0, "serving.share_at_start": 0.5})
    # 1 B$ a year takes 43,000 H100e; who uses 10,000 serves with half of them, and who sells nothing needs nothing
    each = serving.per_usd(setting, rows([1e6, 1e4, 1e6, 0.0, 1e6]), rows([1e9, 1e9, 0.0, 1e9, 2e9]), 0.0)
    np.testing.assert_allclose(each * 1e9, rows([43e3, 5e3, 43e3, 0.0, 43e3]))


def test_month_0_serves_the_records_revenue() -> None:
    setting, state, flows = small_start()
    need = serving.need(setting, state.users.revenue, 0.0)
    assert (flows.division.serving >= need * (1 - 1e-12)).all()
    np.testing.assert_array_equal(state.users.met, 1.0)


def test_users_come_first_then_the_largest_job_and_the_rest_is_research() -> None:
    asked = serving.Division(everywhere(30.0, 90.0, 0.0, 75.0), everywhere(0.8, 0.8, 0.8, 0.8), everywhere(*[0.4] * 4))
    found = serving.divide(asked, everywhere(*[100.0] * 4), everywhere(90.0, 90.0, 10.0, 90.0), np.ones((4, 3)))
    np.testing.assert_allclose(found.serving, everywhere(30.0, 80.0, 0.0, 75.0))
    np.testing.assert_allclose(found.training, everywhere(40.0, 20.0, 10.0, 25.0))  # no larger than the site
    np.testing.assert_allclose(found.research, everywhere(30.0, 0.0, 90.0, 0.0))


def test_several_firms_each_have_a_largest_job() -> None:
    asked = serving.Division(everywhere(0.0), everywhere(1.0), everywhere(0.5))
    found = serving.divide(asked, everywhere(100.0), everywhere(8.0), everywhere(4.0))
    np.testing.assert_allclose([found.training[0, 0], found.job[0, 0]], [32.0, 8.0])


@given(
    serving_h100e=st.floats(0, 1e9), most=st.floats(0, 1), share=st.floats(0, 1), used=st.floats(0, 1e9),
    site=st.floats(0, 1e9),
)  # fmt: skip
def test_whatever_is_asked_the_three_uses_add_up_to_what_is_used(
    serving_h100e: float, most: float, share: float, used: float, site: float
) -> None:
    asked = serving.Division(everywhere(serving_h100e), everywhere(most), everywhere(share))
    found = serving.divide(asked, everywhere(used), everywhere(site), everywhere(1.0))
    np.testing.assert_allclose(over_owners([found.serving[0], found.research[0], found.training[0]]), used, rtol=1e-12)
    assert all((use >= 0).all() for use in found)


def test_a_price_rises_until_users_take_what_can_be_served() -> None:
    parameters = parameters_of(Serving, demand_elasticity=[1.0, 1.5, 3.0])
    part = serving.met(everywhere(10.0, 8.0, 2.0, 0.0), everywhere(10.0, 10.0, 10.0, 0.0))
    np.testing.assert_allclose(part, everywhere(1.0, 0.8, 0.2, 1.0))
    rise = serving.price_rise(parameters, part)
    np.testing.assert_allclose(np.exp(-parameters.demand_elasticity * (rise - 1.0)), part)  # what users take at it
    np.testing.assert_array_equal(serving.kept(part, rise)[0], 1.0)
    # a fifth short of compute: with elasticities of 1, 1.5 and 3 next to nothing, a twelfth and an eighth is not sold
    np.testing.assert_allclose(serving.kept(part, rise)[1], 0.8 * (1.0 + np.log(1.25) / np.array([1.0, 1.5, 3.0])))


@given(part=st.floats(0, 1), elasticity=st.floats(1, 100))
def test_who_is_short_sells_less_and_who_has_nothing_sells_nothing(part: float, elasticity: float) -> None:
    parameters = parameters_of(Serving, demand_elasticity=elasticity)
    shares = [everywhere(one) for one in (0.0, 0.9 * part, part, 1.0)]
    sold = [serving.kept(one, serving.price_rise(parameters, one))[0, 0] for one in shares]
    assert sold == sorted(sold) and sold[0] == 0.0 and sold[-1] == 1.0


def test_without_the_mechanism_nobody_needs_compute_to_sell() -> None:
    setting = plain_setting(NEUTRAL)
    each = serving.per_usd(setting, rows(0.0), rows(1e9), 0.0)
    np.testing.assert_array_equal(each, 0.0)
