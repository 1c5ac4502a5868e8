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


def test_old_chips_retire_about_their_life_and_the_oldest_first() -> None:
    parameters = parameters_of(Generations, life_years=5.0)
    for today in DAYS:
        hazard = generations.retirement(parameters, today)
        assert (np.diff(hazard[:, 0, 0]) <= 0).all()
    young, old = (generations.retirement(parameters, date(year, 4, 1))[1, 0, 0] for year in (2025, 2031))
    assert young < 0.001 and old > 0.15
