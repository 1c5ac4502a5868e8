"""Importance splitting on the model: its scores are races, and its probabilities those of plain sampling."""

import numpy as np
import pytest

from computerace.analysis.rare_events import Splitting, split
from computerace.market.errors import UserError
from computerace.runs.scenarios import Scenario, scenario
from computerace.runs.studies.rare import RareClaim, rare_probability
from computerace.runs.worlds.play import Workers
from computerace.runs.worlds.simulate import simulate

BASELINE = scenario("baseline")


def plain_scores(claim: RareClaim, worlds: int) -> np.ndarray:
    """The score of worlds that were drawn as a race draws them."""
    measure = f"ratio_{claim.definition}_{claim.rivals}"
    found = [
        simulate(claim.scenario, np.arange(first, first + 2000), claim.seed, months=claim.deadline, measures=(measure,))
        for first in range(0, worlds, 2000)
    ]
    return np.log(np.concatenate([one.steps[measure][1:, 0].max(axis=0) for one in found]).astype(float))


def test_a_world_in_the_middle_of_all_priors_scores_as_its_race() -> None:
    claim = RareClaim(BASELINE, "effective", "all", 5, 3)
    luck = np.array([7, 300, 7])
    score = claim.score(np.zeros((3, len(claim.parameters))), luck)
    known = BASELINE.parameters()
    middle = {name: known[name].draw(np.full(3, 0.5)) for name in claim.parameters}
    steps = simulate(BASELINE, luck, 3, months=5, settings=middle).steps["ratio_effective_all"]
    np.testing.assert_allclose(score, np.log(steps[1:, 0].max(axis=0)), rtol=1e-5)
    assert score[0] == score[2] != score[1]


def test_the_usual_claim_as_one_of_one_s_own_scores_alike() -> None:
    from computerace.runs.studies.variants_claims import only_one

    content = {"quantity": "owned_h100e", "relation": "more than the rivals combined", "by": 3}
    own = only_one([content], BASELINE, 5, ("owned", "three"))
    one, other = (RareClaim(BASELINE, "owned", "three", 3, 3, asked) for asked in (None, own))
    normals, luck = np.zeros((2, len(one.parameters))), np.array([7, 300])
    np.testing.assert_allclose(other.score(normals, luck), one.score(normals, luck), rtol=1e-5)


@pytest.mark.parametrize(
    ("share", "worlds", "months", "within"),
    [(0.01, 4000, 4, 1.9), pytest.param(0.004, 20_000, 12, 1.5, marks=pytest.mark.slow)],
)
def test_splitting_finds_what_plain_worlds_count(share: float, worlds: int, months: int, within: float) -> None:
    claim = RareClaim(BASELINE, "owned", "three", months, 1)
    target = float(np.quantile(plain_scores(claim, worlds), 1 - share))
    found = split(claim.score, len(claim.parameters), target, seed=1, chosen=Splitting(400))
    assert share / within < found.probability < share * within


@pytest.mark.slow
def test_repeats_on_one_process_or_two_are_the_same() -> None:
    claim = RareClaim(BASELINE, "owned", "three", 1, 1)
    few = Splitting(worlds=100, most_levels=1)
    heard: list[int] = []
    one = rare_probability(claim, repeats=2, chosen=few, on=Workers(1), advance=heard.append)
    two = rare_probability(claim, repeats=2, chosen=few, on=Workers(2))
    assert one.repeats == two.repeats
    np.testing.assert_array_equal(one.leaning, two.leaning)
    assert heard == [1, 1]


def test_a_fitted_set_is_refused() -> None:
    with pytest.raises(UserError, match="draws from fitted-2025-12-31"):
        rare_probability(RareClaim(BASELINE.with_parameters("fitted"), "owned", "three", 2, 1))


def test_a_scenario_that_draws_nothing_is_refused() -> None:
    names = {name: one.value for name, one in BASELINE.parameters().items() if one.prior is not None}
    centred = Scenario().with_settings(names)
    with pytest.raises(UserError, match="draws none"):
        rare_probability(RareClaim(centred, "owned", "three", 2, 1))
