"""CRPS and coverage against closed forms, and the scales on which quantities are scored."""

import numpy as np
import pytest
from scipy.stats import norm

from computerace.analysis.validation.scores import crps, draws_of_quantiles, inside, on_scale

LEVELS = np.array([0.01, 0.025, *np.arange(0.05, 0.96, 0.05), 0.975, 0.99])


def gaussian_crps(mean: float, deviation: float, figure: float) -> float:
    """Gneiting and Raftery (2007), equation 21 and after."""
    z = (figure - mean) / deviation
    return float(deviation * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)))


@pytest.mark.parametrize(("mean", "deviation", "figure"), [(0, 1, 0), (2, 0.5, 1), (-1, 3, 4)])
def test_crps_of_a_gaussian_sample_is_the_closed_form(mean: float, deviation: float, figure: float) -> None:
    draws = norm.ppf((np.arange(20_000) + 0.5) / 20_000, mean, deviation)
    assert crps(draws, np.array(figure)) == pytest.approx(gaussian_crps(mean, deviation, figure), rel=2e-3)


def test_crps_of_one_number_is_its_absolute_error() -> None:
    assert crps(np.full((2, 5), 3.0), np.array([3.0, 1.0])).tolist() == [0.0, 2.0]


def test_crps_is_least_where_the_spread_is_true() -> None:
    generator = np.random.default_rng(1)
    figures = generator.normal(size=2000)
    means = [crps(generator.normal(size=(2000, 400)) * spread, figures).mean() for spread in (0.4, 1.0, 2.5)]
    assert means[1] == min(means)


def test_interval_of_nine_tenths_covers_nine_tenths() -> None:
    generator = np.random.default_rng(2)
    covered = inside(generator.normal(size=(4000, 500)), generator.normal(size=4000), 0.9)
    assert covered.mean() == pytest.approx(0.9, abs=0.02)
    assert inside(np.array([0.0, 0.0, 0.0]), np.array(0.0), 0.5)  # a sure forecast that is right


def test_quantiles_give_back_the_crps_of_their_distribution() -> None:
    draws = draws_of_quantiles(LEVELS, norm.ppf(LEVELS), 2000)
    for figure in (-1.5, 0.0, 0.7):
        assert crps(draws, np.array(figure)) == pytest.approx(gaussian_crps(0, 1, figure), abs=0.01)


def test_compute_is_scored_by_relative_error_and_zero_can_be() -> None:
    large, double = on_scale(np.array([5e6, 1e7]), "owned_h100e")
    assert double - large == pytest.approx(np.log(2), rel=2e-3)
    assert on_scale(np.array(0.0), "owned_h100e") == np.log(10_000)
    assert on_scale(np.array([0.25]), "share").tolist() == [0.25]
    assert on_scale(np.array([np.e]), "capex_usd").tolist() == [1.0]
