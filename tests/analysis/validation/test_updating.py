"""Weights by later figures: against the closed form of a linear Gaussian model, and against sense."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from computerace.analysis.discovery.search import discover
from computerace.analysis.sensitivity.given_data import importance
from computerace.analysis.sensitivity.indices import sensitivity
from computerace.analysis.validation.record import revision
from computerace.analysis.validation.updating import (
    UNEXPLAINED,
    Told,
    covariance,
    least_effective,
    log_bound,
    log_likelihood,
    nearest,
    weights_from,
)
from computerace.analysis.weights import WEIGHT, averages, effective_number, picks, quantiles
from computerace.market.errors import UserError
from tests.analysis.folders import claim_worlds, runs_of

WORLDS = 60_000
COUNTS = [("owned_h100e", "Google", 0.25), ("owned_h100e", "Google", 1.0), ("powered_mw", "Google", 1.0)]
FLOW = ("capex_usd", "Google", 0.5)


def told(quantity: str, owner: str, years: float, published: bool = True) -> Told:
    return Told(quantity, owner, years, 10.0, 0.4, published)


def normal_worlds(seed: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two unknowns of each world, and three figures that are linear in them: (2, worlds), (3, worlds)."""
    unknown = np.random.default_rng(seed).standard_normal((2, WORLDS)) * np.array([[1.0], [0.5]])
    return unknown, np.array([[1.0, 0.0], [0.5, 1.0], [0.0, 2.0]]) @ unknown


def test_a_linear_gaussian_model_has_the_closed_form_s_mean_and_spread() -> None:
    unknown, said = normal_worlds()
    errors = np.array([[0.5, 0.2, 0.0], [0.2, 0.6, 0.1], [0.0, 0.1, 0.8]])
    figures = np.array([0.8, 0.1, -0.5])
    weights = weights_from(log_likelihood(said, figures, errors))
    matrix, prior = np.array([[1.0, 0.0], [0.5, 1.0], [0.0, 2.0]]), np.diag([1.0, 0.25])
    gain = prior @ matrix.T @ np.linalg.inv(matrix @ prior @ matrix.T + errors)
    mean, spread = gain @ figures, np.sqrt(np.diag(prior - gain @ matrix @ prior))
    found = np.average(unknown, axis=1, weights=weights)
    variance = np.average((unknown - found[:, None]) ** 2, axis=1, weights=weights)
    error = spread / np.sqrt(effective_number(weights))
    assert (np.abs(found - mean) < 4 * error).all()
    assert np.sqrt(variance) == pytest.approx(spread, rel=4 / np.sqrt(2 * effective_number(weights)))


def test_no_figures_leave_every_world_its_weight() -> None:
    said = np.empty((0, 50))
    weights = weights_from(log_likelihood(said, np.empty(0), covariance([])))
    assert (weights == 1.0).all() and effective_number(weights) == pytest.approx(50)


def test_the_order_of_figures_does_not_matter() -> None:
    figures = [told(*COUNTS[0]), told(*FLOW), told(*COUNTS[2]), told(*COUNTS[1])]
    said, values = np.random.default_rng(2).normal(10, 0.5, (4, 300)), np.array([10.1, 9.7, 10.4, 9.9])
    one = weights_from(log_likelihood(said, values, covariance(figures)))
    order = [3, 1, 0, 2]
    other = weights_from(log_likelihood(said[order], values[order], covariance([figures[place] for place in order])))
    assert other == pytest.approx(one, rel=1e-9)


def test_a_figure_equal_to_the_median_narrows_it_and_leaves_it() -> None:
    said = np.random.default_rng(3).standard_normal((1, WORLDS))
    median = np.median(said[0])
    weights = weights_from(log_likelihood(said, np.array([median]), np.array([[1.0]])))
    low, middle, high = quantiles(said[0], weights, (0.05, 0.5, 0.95))
    assert middle == pytest.approx(median, abs=0.02)
    assert high - low == pytest.approx(2 * 1.6449 / np.sqrt(2), rel=0.02)  # prior and error of equal size


def test_rejection_sampling_agrees() -> None:
    unknown, said = normal_worlds(4)
    figures, errors = np.array([0.5, 0.2, 0.3]), np.diag([0.3, 0.3, 0.3])
    likely = log_likelihood(said, figures, errors)
    kept = np.log(np.random.default_rng(5).random(WORLDS)) < likely
    weights = weights_from(likely)
    apart = np.average(unknown, axis=1, weights=weights) - unknown[:, kept].mean(axis=1)
    assert (np.abs(apart) < 4 * unknown[:, kept].std(axis=1) / np.sqrt(kept.sum())).all()


@pytest.mark.parametrize(("quantity", "owner", "years"), [*COUNTS, FLOW])
def test_a_single_figure_s_error_is_the_back_test_s_and_what_is_not_explained(
    quantity: str, owner: str, years: float
) -> None:
    (error,) = np.sqrt(np.diag(covariance([told(quantity, owner, years)])))
    assert error == pytest.approx(np.hypot(revision(quantity, 0.4, years), UNEXPLAINED[quantity]))


def test_errors_hang_together_within_an_owner_and_are_a_covariance() -> None:
    figures = [told(*one) for one in (*COUNTS, FLOW, ("owned_h100e", "Meta", 1.0), ("supply_h100e", "Market", 0.5))]
    found = covariance(figures)
    assert found == pytest.approx(found.T) and np.linalg.eigvalsh(found).min() > 0
    assert found[0, 1] > 0 and found[1, 2] > 0
    assert found[1, 1] - UNEXPLAINED["owned_h100e"] ** 2 > found[1, 2]
    assert (found[3:, :3] == 0).all()
    mixed = covariance([told(*COUNTS[1]), told("used_h100e", "Google", 0.5, published=False)])
    shared = 0.3 * 0.3 * (0.9**0.5 - 0.9**0.5)  # of e(1) - e(0) with e(0.5), as far from the one as from the other
    assert mixed[0, 1] == pytest.approx(shared, abs=1e-12)


def test_a_source_s_whole_error_counts_where_the_start_has_no_figure() -> None:
    (one,) = np.diag(covariance([told("used_h100e", "Microsoft", 1.0, published=False)]))
    assert one == pytest.approx(0.4**2 + UNEXPLAINED["used_h100e"] ** 2)


def test_a_bound_favours_worlds_beyond_it() -> None:
    said = np.array([9.0, 10.0, 11.0])
    assert np.exp(log_bound(said, 10.0, 0.5, least=True)).round(3).tolist() == [0.023, 0.5, 0.977]
    assert np.exp(log_bound(said, 10.0, 0.5, least=False)).round(3).tolist() == [0.977, 0.5, 0.023]


def test_weights_are_within_each_point() -> None:
    point = np.array([0, 0, 1, 1])
    weights = weights_from(np.array([0.0, -1.0, -900.0, -901.0]), point)
    assert weights[:2] == pytest.approx(weights[2:]) and weights[:2].mean() == pytest.approx(1.0)
    assert least_effective(np.array([1.0, 1.0, 2.0, 0.0]), point) == 1.0


def test_worlds_are_picked_as_often_as_their_weights_say() -> None:
    weights = np.random.default_rng(6).gamma(0.5, size=500)
    often = np.bincount(picks(weights), minlength=500)
    assert often.sum() == 500 and (np.abs(often - 500 * weights / weights.sum()) < 1.0).all()
    assert picks(np.ones(5)).tolist() == [0, 1, 2, 3, 4]


def test_means_count_worlds_by_their_weights() -> None:
    values = np.array([[1.0, 5.0], [3.0, 5.0]])
    assert averages(values, np.array([1.0, 3.0])) == pytest.approx([2.5, 5.0])
    assert averages(values, None) == pytest.approx([2.0, 5.0])


def test_studies_that_count_each_world_as_one_refuse_weighted_ones() -> None:
    worlds = pd.DataFrame({"world": range(200), "a.b": np.linspace(0, 1, 200), WEIGHT: 1.0})
    with pytest.raises(UserError, match="its worlds are weighted by figures"):
        importance(worlds, worlds["a.b"], ["a.b"])
    with pytest.raises(UserError, match="its worlds are weighted by figures"):
        discover(worlds, (worlds["a.b"] > 0.5).to_numpy(), ["a.b"])
    with pytest.raises(UserError, match="its worlds are weighted by figures"):
        sensitivity(runs_of(claim_worlds(50).assign(**{WEIGHT: 1.0})))


def test_a_figure_that_no_world_comes_near_is_told_by_its_distance() -> None:
    assert nearest(np.array([9.0, 10.0]), 9.5, 0.1) == 0.0
    assert nearest(np.array([9.0, 10.0]), 10.5, 0.1) == pytest.approx(5.0)
