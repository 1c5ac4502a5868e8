"""Fresh worlds in a box: priors cut to it, ranks kept, and everything else as it always is."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from scipy.stats import ks_2samp

from computerace.analysis.manifest_form import Manifest
from computerace.market.errors import UserError
from computerace.market.parameters import Parameter, Prior
from computerace.runs.model.draws import draw
from computerace.runs.scenarios import scenario
from computerace.runs.studies.fresh_worlds import FreshWorlds, below, drawn_as, moved, share
from computerace.runs.worlds.simulate import simulate

GROWTH = "chips.supply_growth_2026"
WINDOW = "finance.window_growth"
INFINITE = float("inf")


def parameter(prior: Prior, **changes: Any) -> Parameter:
    return replace(Parameter("a.b", 1.0, "x", "", "", "A", prior), **changes)


PRIORS = [Prior("lognormal", 0.5, 2), Prior("normal", -1, 3), Prior("uniform", 2, 5), Prior("loguniform", 1, 100)]


def ignored(worlds: int) -> None:
    """Nobody watches how far it is."""


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_the_share_below_a_draw_is_the_probability_it_was_drawn_at(prior: Prior, scale: float) -> None:
    one = parameter(prior, low=-INFINITE, scale=scale)
    probability = np.linspace(0.001, 0.999, 50)
    np.testing.assert_allclose(below(one, one.draw(probability)), probability, atol=1e-12)


@pytest.mark.parametrize("prior", PRIORS)
def test_moved_draws_are_those_that_a_box_would_have_let_in(prior: Prior) -> None:
    one = parameter(prior, low=-INFINITE)
    values = one.draw(np.random.default_rng(1).random(20_000))
    low, high = np.quantile(values, [0.3, 0.8])
    inside = moved(one, values, low, high)
    assert ((inside >= low) & (inside <= high)).all()
    assert ks_2samp(inside, values[(values >= low) & (values <= high)]).pvalue > 0.01
    assert (np.argsort(inside, kind="stable") == np.argsort(values, kind="stable")).all()
    assert share(one, low, high) == pytest.approx(0.5, abs=0.01)


def test_draws_that_a_bound_holds_back_stay_there() -> None:
    one = parameter(Prior("normal", -1, 3), low=0.0, high=2.0)
    values = one.draw(np.random.default_rng(1).random(5000))
    assert share(one, -INFINITE, INFINITE) == 1
    np.testing.assert_allclose(moved(one, values, -INFINITE, INFINITE), values, atol=1e-9)
    inside = moved(one, values, 1.0, INFINITE)
    assert (inside >= 1).all()
    assert (inside == 2).sum() > (values == 2).sum()


def test_a_box_beyond_the_prior_is_refused() -> None:
    with pytest.raises(UserError, match=r"the prior of a\.b has nothing between 6 and 7 x"):
        moved(parameter(Prior("uniform", 2, 5)), np.array([3.0]), 6.0, 7.0)


def test_without_a_box_fresh_worlds_are_the_race_of_that_seed() -> None:
    fresh = FreshWorlds(scenario("baseline"), 5, 6, 2)
    there = simulate(scenario("baseline"), np.arange(6), 5, months=2).outcomes
    here = fresh.play({}, ignored).worlds
    for name in ("xAI_owned_h100e_2", "owned_three_ratio_2", GROWTH):
        np.testing.assert_array_equal(here[name], there[name])


def test_a_box_moves_what_it_limits_and_nothing_else() -> None:
    fresh = FreshWorlds(scenario("baseline"), 5, 300, 2)
    before, after = fresh.play({}, ignored).worlds, fresh.play({GROWTH: (2.3, INFINITE)}, ignored).worlds
    assert (after[GROWTH] >= 2.3).all()
    assert before[GROWTH].min() < 2
    assert (before[GROWTH].argsort() == after[GROWTH].argsort()).all()
    np.testing.assert_array_equal(before[WINDOW], after[WINDOW])
    assert (before["xAI_owned_h100e_2"] != after["xAI_owned_h100e_2"]).any()
    assert fresh.mass({GROWTH: (2.3, INFINITE)}) == pytest.approx((before[GROWTH] >= 2.3).mean(), abs=0.1)


def test_where_the_rest_is_fixed_only_what_varies_is_drawn() -> None:
    fresh = FreshWorlds(scenario("baseline"), 5, 50, 2, fixed=True, varied=(GROWTH,))
    settings = fresh.settings({}, np.arange(50))
    assert set(settings) == {GROWTH}
    np.testing.assert_allclose(
        settings[GROWTH], draw(scenario("baseline"), np.arange(50), 5).numbers[GROWTH], rtol=1e-9
    )


def test_of_a_fitted_set_the_worlds_in_the_box_are_played_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("computerace.runs.studies.fresh_worlds.SCANNED", 4096)
    fitted = scenario("baseline").with_parameters("fitted")
    everywhere = FreshWorlds(fitted, 5, 400, 1)
    values = draw(fitted, np.arange(400), 5).numbers[GROWTH]
    middle = float(np.median(values))
    box = {GROWTH: (middle, INFINITE)}
    numbers, looked = replace(everywhere, worlds=100).inside(box)
    np.testing.assert_array_equal(numbers, np.flatnonzero(values >= middle)[:100])
    assert looked == numbers[-1] + 1
    assert everywhere.mass(box) == pytest.approx(0.5, abs=0.08)
    played = replace(everywhere, worlds=40).play(box, ignored).worlds
    there = simulate(fitted, numbers[:40], 5, months=1).outcomes
    np.testing.assert_array_equal(played["xAI_owned_h100e_1"], there["xAI_owned_h100e_1"])
    with pytest.raises(UserError, match="fresh worlds lie in the box: too few"):
        everywhere.inside({GROWTH: (9.9, INFINITE)})


def manifest(**changes: Any) -> Manifest:
    plain: Any = {
        "kind": "race", "scenario": scenario("baseline").to_dict(), "seed": 7, "months": 24, "fixed": False,
        "design": None,
    }  # fmt: skip
    return cast("Manifest", plain | changes)


def test_fresh_worlds_are_of_the_next_seed_and_the_folders_months() -> None:
    fresh = drawn_as(Path("run"), manifest(), None, 100)
    assert (fresh.seed, fresh.months, fresh.worlds, fresh.scenario.name) == (8, 24, 100, "baseline")


@pytest.mark.parametrize(
    ("changes", "seed", "said"),
    [
        ({}, 7, "another seed than the folder's own, which is 7"),
        ({"design": {"sampler": {"kind": "lhs"}}}, None, r"a design \(lhs\), no sample of the priors"),
    ],
)
def test_what_cannot_be_checked_is_refused(changes: dict[str, Any], seed: int | None, said: str) -> None:
    with pytest.raises(UserError, match=said):
        drawn_as(Path("run"), manifest(**changes), seed, 100)
