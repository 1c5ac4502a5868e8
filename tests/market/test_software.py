"""Software: the CES at its limits, progress at the frontier, spill-over, the capability index."""

from dataclasses import fields, replace

import numpy as np
import pytest

from computerace.market import software
from computerace.market.arrays import Worlds
from computerace.market.parameters import described
from computerace.market.software import Software
from tests.market.mechanisms import everywhere, parameters_of


@pytest.mark.parametrize("substitution", [0.3, 0.8, 2.6])
def test_research_input_has_constant_returns_to_scale(substitution: float) -> None:
    parameters = parameters_of(Software, substitution=substitution)
    one = software.research_input(parameters, everywhere(0.2), everywhere(0.6))
    np.testing.assert_allclose(software.research_input(parameters, everywhere(0.4), everywhere(1.2)), 2 * one)


def test_research_input_near_an_elasticity_of_one_is_cobb_douglas() -> None:
    parameters = parameters_of(Software, substitution=1.0, labour_share=[0.3, 0.5, 0.7])
    found = software.research_input(parameters, everywhere(0.25), everywhere(0.64))
    expected = 0.25 ** np.array([0.3, 0.5, 0.7]) * 0.64 ** np.array([0.7, 0.5, 0.3])
    np.testing.assert_allclose(found, expected[None, :], rtol=2e-3)


def test_complements_bind_at_the_scarcer_input_and_substitutes_do_not() -> None:
    lopsided = everywhere(1e-3), everywhere(1.0)
    complements = software.research_input(parameters_of(Software, substitution=0.1), *lopsided)
    substitutes = software.research_input(parameters_of(Software, substitution=10.0), *lopsided)
    assert (complements < 2e-3).all() and (substitutes > 0.4).all()


def test_the_frontier_grows_by_its_parameter_in_the_first_year_without_fishing_out() -> None:
    parameters = parameters_of(Software, progress=[1.6, 2.8, 6.0], fishing_out=0.0, noise=0.0)
    grown = np.zeros((1, 3))
    for _ in range(12):
        grown = grown + software.progress(parameters, grown, np.zeros(3), everywhere(1.0), everywhere(0.0))
    np.testing.assert_allclose(np.exp(grown), [[1.6, 2.8, 6.0]])


def test_ideas_get_harder_to_find() -> None:
    parameters = parameters_of(Software, fishing_out=0.25, noise=0.0)
    early, late = (
        software.progress(parameters, everywhere(level), np.zeros(3), everywhere(1.0), everywhere(0.0))
        for level in (0.0, 4.0)
    )
    np.testing.assert_allclose(late / early, np.exp(-1.0))


def test_followers_close_a_part_of_a_known_lead_and_leaders_nothing() -> None:
    parameters = parameters_of(Software, catch_up=[0.05, 0.12, 0.22])
    learnt = software.spill_over(parameters, everywhere(1.0, 3.0), np.full(3, 2.0))
    np.testing.assert_allclose(learnt, np.stack([np.array([0.05, 0.12, 0.22]), np.zeros(3)]))


def test_tenfold_compute_or_tenfold_efficiency_are_one_order_of_magnitude() -> None:
    parameters = parameters_of(Software, run_months=4)
    base = software.training_compute(parameters, everywhere(1e5), everywhere(0.4), everywhere(0.0))
    more = software.training_compute(parameters, everywhere(1e6), everywhere(0.4), everywhere(0.0))
    better = software.training_compute(parameters, everywhere(1e5), everywhere(0.4), everywhere(np.log(10.0)))
    np.testing.assert_allclose(more - base, 1.0)
    np.testing.assert_allclose(better - base, 1.0)
    # 100,000 H100 at 40 % for four months: 1e5 * 0.4 * 9.89e14 FLOP/s * 1.05e7 s
    np.testing.assert_allclose(base, np.log10(4.2e26), atol=0.01)


def test_capability_gains_by_compute_and_by_the_year() -> None:
    parameters = parameters_of(Software, points_per_tenfold=9.0, points_per_year=8.0)
    found = software.potential(parameters, everywhere(140.0), everywhere(27.0), everywhere(25.0), 0.5)
    np.testing.assert_allclose(found, 140.0 + 18.0 + 4.0)


def test_four_times_the_researchers_at_the_same_compute_are_worth_what_is_published() -> None:
    """Labour to the power 0.25 to 0.32, so 1.41 to 1.56 times the pace (Greenblatt 2025; AI 2027's survey)."""
    worth = _worth_of_researchers(parameters_of(Software))
    assert (worth > 1.2).all() and (worth < 1.9).all()
    known, even = described("software", Software), (np.arange(64) + 0.5) / 64
    drawn = {name: known[f"software.{name}"].draw(even) for name in ("returns", "substitution", "labour_share")}
    shuffled = {
        name: values[np.random.default_rng(seed).permutation(64)] for seed, (name, values) in enumerate(drawn.items())
    }
    assert 1.2 < np.median(_worth_of_researchers(replace(_of_many(64), **shuffled))) < 1.9


def _of_many(worlds: int) -> Software:
    known = described("software", Software)
    return Software(**{one.name: np.full(worlds, known[f"software.{one.name}"].value) for one in fields(Software)})


def _worth_of_researchers(parameters: Software) -> Worlds:
    """How much faster a lab at the frontier progresses with four times the researchers; (worlds,)."""
    one, four = np.ones_like(parameters.returns)[None], np.full_like(parameters.returns, 4.0)[None]
    pace = [
        software.progress(replace(parameters, progress_most=1e9 * one[0]), 0 * one, 0 * one[0],
                          software.research_input(parameters, labour, one), 0 * one)
        for labour in (one, four)
    ]  # fmt: skip
    return (pace[1] / pace[0])[0]
