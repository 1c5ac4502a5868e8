"""Chip generations: published specifications, the mix of sales, retirement."""

from datetime import date

import numpy as np

from computerace.market import generations
from computerace.market.generations import ANNOUNCED, NAMES, Generations
from tests.market.mechanisms import parameters_of

DAYS = [date(year, month, 1) for year in range(2024, 2032) for month in (1, 7)]


def test_shares_of_sales_sum_to_one_and_hold_no_chip_before_its_launch() -> None:
    parameters = parameters_of(Generations, delay_months=[1.0, 3.0, 8.0])
    for today in DAYS:
        mix = generations.sales_mix(parameters, today)
        np.testing.assert_allclose(mix.sum(axis=0), 1.0)
        assert (mix >= 0).all()
        assert (mix[ANNOUNCED.launched(today) :] == 0).all()


def test_a_generation_takes_half_of_the_sales_after_its_delay() -> None:
    parameters = parameters_of(Generations, delay_months=5.0)
    mix = generations.sales_mix(parameters, date(2025, 3, 1))  # Blackwell: October 2024
    np.testing.assert_allclose(mix[NAMES.index("Blackwell")], 0.5, atol=0.02)


def test_later_generations_follow_the_announced_growth() -> None:
    parameters = parameters_of(Generations, efficiency_growth=1.3, performance_growth=1.45)
    watts, performance = generations.watts_per_h100e(parameters), generations.h100e_per_chip(parameters)
    np.testing.assert_allclose(watts[:3, 0, 0], generations.KNOWN_WATTS)
    years = (ANNOUNCED.launch[-1] - ANNOUNCED.launch[2]).days / 365.25
    np.testing.assert_allclose(watts[-1], watts[2] * 1.3**-years)
    np.testing.assert_allclose(performance[-1], performance[2] * 1.45**years)


def test_lives_are_logistic_about_the_economic_life() -> None:
    parameters = parameters_of(Generations, life_years=5.0, wear_months=4.0)
    alive, lived = 1.0, 0.0
    for age in range(200):
        lived += alive
        alive *= 1 - generations.retirement(generations.wear(parameters), np.full((1, 3), float(age)))[0, 0]
        if age + 1 in (40, 60, 80):
            np.testing.assert_allclose(alive, 1 / (1 + np.exp((age + 1 - 60) / 4)), rtol=1e-5)
    np.testing.assert_allclose(lived - 0.5, 60.0, atol=0.1)  # who goes within a month has lived half of it


def test_chips_of_the_start_have_a_part_of_their_generations_age_and_the_unborn_none() -> None:
    found = generations.ages_at_start(parameters_of(Generations, age_at_start=0.5), date(2024, 12, 31))
    np.testing.assert_allclose(found[1, 0], (date(2024, 12, 31) - ANNOUNCED.launch[1]).days / 30.44 / 2)
    np.testing.assert_array_equal(found[-1], 0.0)
