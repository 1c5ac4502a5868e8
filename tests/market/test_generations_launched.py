"""Generations on a roadmap written by hand: specifications, the ramp of sales, wear, and what can be bought."""

from datetime import date, timedelta

import numpy as np

from computerace.market import generations
from computerace.market.generations import Generations
from computerace.market.known import Roadmap
from tests.market.mechanisms import owners, parameters_of

FIRST = date(2020, 1, 1)
PLAN = Roadmap(("One", "Two", "Three"), (FIRST, FIRST + timedelta(days=3044), FIRST + timedelta(days=6088)), 2)


def months_after(launch: date, months: float) -> date:
    """A day so many months of 30.44 days after a launch."""
    return launch + timedelta(days=round(months * 30.44))


def test_known_generations_are_as_published_and_later_ones_grow_from_the_last_known() -> None:
    parameters = parameters_of(Generations, efficiency_growth=[1.0, 1.5, 2.0], performance_growth=[1.0, 1.5, 2.0])
    years = 3044 / 365.25
    watts, performance = (
        reckon(parameters, PLAN) for reckon in (generations.watts_per_h100e, generations.h100e_per_chip)
    )
    assert watts.shape == (3, 1, 3)
    later = np.array([1.0, 1.5, 2.0]) ** years
    np.testing.assert_allclose(watts[:, 0], owners([2940.0] * 3, [1453.0] * 3, list(1453.0 / later)))
    np.testing.assert_allclose(performance[:, 0], owners([0.315] * 3, [1.0] * 3, list(later)))


def test_sales_shift_by_a_logistic_ramp_about_the_delay() -> None:
    parameters = parameters_of(Generations, delay_months=5.0)
    for months, share in ((5.0, 0.5), (7.0, 1 / (1 + np.exp(-1))), (1.0, 1 / (1 + np.exp(2)))):
        mix = generations.sales_mix(parameters, months_after(PLAN.launch[1], months), PLAN)
        np.testing.assert_allclose(mix[:, 0, 0], [1 - share, share, 0.0], atol=0.003)


def test_nothing_of_a_generation_is_sold_on_its_day_of_launch_or_before() -> None:
    parameters = parameters_of(Generations, delay_months=0.0)
    np.testing.assert_array_equal(generations.sales_mix(parameters, PLAN.launch[1], PLAN)[:, 0, 0], [1.0, 0.0, 0.0])
    day = generations.sales_mix(parameters, PLAN.launch[1] + timedelta(days=1), PLAN)
    assert 0.5 < day[1, 0, 0] < 0.51


def test_a_newer_generation_takes_from_the_older_alone() -> None:
    close = Roadmap(PLAN.names, (FIRST, FIRST + timedelta(days=30), FIRST + timedelta(days=91)), 3)
    parameters = parameters_of(Generations, delay_months=2.0)
    mix = generations.sales_mix(parameters, FIRST + timedelta(days=182), close)[:, 0, 0]
    second, third = (1 / (1 + np.exp(-(days / 30.44 - 2) / 2)) for days in (152, 91))
    np.testing.assert_allclose(mix, [1 - second, second - third, third])


def test_what_is_sold_takes_the_average_watts_of_what_has_been_launched() -> None:
    parameters = parameters_of(Generations, delay_months=5.0)
    watts = generations.watts_per_h100e(parameters, PLAN)
    found = generations.technology(parameters, watts, months_after(PLAN.launch[1], 5.0), PLAN)
    assert found.active == 2
    np.testing.assert_allclose(found.new_watts, (2940 + 1453) / 2, rtol=2e-3)
    assert found.new_watts.shape == (3,) and found.mix.shape == (3, 1, 3)
    late = generations.technology(parameters, watts, months_after(PLAN.launch[2], 60.0), PLAN)
    assert late.active == 3
    np.testing.assert_allclose(late.new_watts, watts[2, 0])
    first = generations.technology(parameters, watts, FIRST, PLAN)
    assert first.active == 1 and (first.new_watts == 2940).all()
