"""Samplers: where points lie, which designs can grow, and that SALib finds its own designs again."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from SALib.analyze import sobol
from SALib.test_functions import Ishigami

from computerace.market.errors import UserError
from computerace.market.vocabulary import UNIT_PREFIX
from computerace.runs.designs.design import Design, design_from
from computerace.runs.designs.points import grown_points, luck, points_of
from computerace.runs.designs.samplers import number_of_points, problem, unit_points

GROWTH, POWER, DELAY = "chips.supply_growth_2026", "energy.grid_offer_mw", "energy.grid_lead_months"
THREE = [{"parameter": GROWTH}, {"parameter": POWER}, {"parameter": DELAY}]


def sampled(kind: str, vary: Sequence[Any] | None = None, seed: int = 3, **options: Any) -> Design:
    return design_from(
        {"scenario": "baseline", "seed": seed, "sampler": {"kind": kind, **options}, "vary": vary or THREE}
    )


SIZES: dict[str, tuple[dict[str, Any], int]] = {
    "lhs": ({"points": 10}, 10),
    "sobol": ({"points": 16}, 16),
    "prior": ({"points": 9}, 9),
    "saltelli": ({"n": 4}, 4 * (2 * 3 + 2)),
    "morris": ({"n": 5}, 5 * (3 + 1)),
}


@pytest.mark.parametrize("kind", SIZES)
def test_points_are_as_many_as_announced_and_inside_their_bounds(kind: str) -> None:
    options, count = SIZES[kind]
    design = sampled(kind, **options)
    points = points_of(design)
    assert len(points) == count == number_of_points(design)
    for one in design.vary:
        parameter = design.scenarios[0].parameters()[one.parameter]
        assert points[one.parameter].between(parameter.low, parameter.high).all()
        if one.low is not None and one.high is not None:
            assert points[one.parameter].between(one.low, one.high).all()


@pytest.mark.parametrize("kind", SIZES)
def test_equal_seeds_give_equal_points_and_others_do_not(kind: str) -> None:
    options, _ = SIZES[kind]
    one, same, other = (points_of(sampled(kind, seed=seed, **options)) for seed in (3, 3, 4))
    assert one.equals(same)
    assert not one.equals(other)


def test_second_order_can_be_left_out_of_saltelli() -> None:
    assert len(points_of(sampled("saltelli", n=4, second_order=False))) == 4 * (3 + 2)


def test_a_latin_hypercube_has_one_point_in_each_slice() -> None:
    unit = unit_points(sampled("lhs", points=50))
    for axis in unit.T:
        assert sorted((axis * 50).astype(int)) == list(range(50))


def test_a_log_range_is_even_in_its_logarithm() -> None:
    vary = [{"parameter": GROWTH, "low": 1.25, "high": 2.5, "scale": "log"}]
    values = points_of(sampled("lhs", vary, points=4000))[GROWTH]
    assert np.median(values) == pytest.approx(np.sqrt(1.25 * 2.5), rel=1e-3)


def test_the_prior_sampler_follows_the_prior() -> None:
    design = sampled("prior", [{"parameter": GROWTH}], points=20_000)
    prior = design.scenarios[0].parameters()[GROWTH].prior
    assert prior is not None
    found = np.quantile(points_of(design)[GROWTH], [0.05, 0.5, 0.95])
    assert found == pytest.approx(prior.quantile(np.array([0.05, 0.5, 0.95])), rel=0.02)


def test_the_prior_sampler_varies_every_parameter_that_has_one() -> None:
    design = design_from({"scenario": "baseline", "sampler": {"kind": "prior", "points": 2}})
    with_prior = [name for name, one in design.scenarios[0].parameters().items() if one.prior is not None]
    assert [one.parameter for one in design.vary] == with_prior


def test_a_grid_holds_every_combination_once() -> None:
    vary = [{"parameter": GROWTH, "values": [1.5, 2.0]}, {"parameter": "chips.allocation"}]
    points = points_of(sampled("grid", vary))
    assert len(points) == 10
    assert not points.duplicated([GROWTH, "chips.allocation"]).any()


def test_a_grid_steps_through_a_range() -> None:
    vary = [{"parameter": GROWTH, "low": 1.5, "high": 2.5, "scale": "linear", "steps": 5}]
    assert points_of(sampled("grid", vary))[GROWTH].tolist() == pytest.approx([1.5, 1.75, 2.0, 2.25, 2.5])


def test_sobol_indices_of_ishigami_come_out_of_our_saltelli_points() -> None:
    design = sampled("saltelli", n=4096)
    points = points_of(design)
    unit = points[[UNIT_PREFIX + name for name in problem(design)["names"]]].to_numpy()
    values = Ishigami.evaluate(np.pi * (2 * unit - 1))
    found = sobol.analyze(problem(design), values, seed=1)
    assert found["S1"] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found["ST"] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


@pytest.mark.parametrize("kind", ["sobol", "prior", "saltelli", "morris"])
def test_more_points_come_after_the_old_ones(kind: str) -> None:
    key = "n" if kind in ("saltelli", "morris") else "points"
    few: dict[str, Any] = {key: 8}
    many: dict[str, Any] = {key: 16}
    before, after = points_of(sampled(kind, **few)), sampled(kind, **many)
    grown = grown_points(before, after)
    assert grown.iloc[: len(before)].equals(before)
    assert grown.equals(points_of(after))


def test_a_grid_grows_without_renumbering() -> None:
    small = sampled(
        "grid", [{"parameter": GROWTH, "values": [1.5, 2.0]}, {"parameter": POWER, "values": [100.0, 200.0]}]
    )
    large = sampled(
        "grid", [{"parameter": GROWTH, "values": [1.5, 1.7, 2.0]}, {"parameter": POWER, "values": [100.0, 200.0]}]
    )
    before = points_of(small)
    grown = grown_points(before, large)
    assert grown.iloc[:4].equals(before)
    assert set(map(tuple, grown[[GROWTH, POWER]].to_numpy())) == set(
        map(tuple, points_of(large)[[GROWTH, POWER]].to_numpy())
    )


def test_a_latin_hypercube_does_not_grow() -> None:
    with pytest.raises(UserError, match="cannot take in points: use the sampler sobol"):
        grown_points(points_of(sampled("lhs", points=8)), sampled("lhs", points=16))


def test_growing_keeps_the_numbers_of_points_under_several_scenarios() -> None:
    small, large = (
        design_from({"scenarios": ["baseline", "auction"], "sampler": {"kind": "sobol", "points": n}, "vary": THREE})
        for n in (4, 8)
    )
    assert points_of(large).iloc[:8].equals(points_of(small))


class TestLuck:
    """Which luck a world has: its number's, or one of its own for each point."""

    def test_common_luck_is_that_of_the_world_s_number(self) -> None:
        indices, replicate = luck(np.array([0, 5, 9]), np.array([1, 2, 3]), independent=False)
        assert (indices.tolist(), replicate) == ([1, 2, 3], 0)

    def test_independent_luck_is_another_one_for_each_world_of_each_point(self) -> None:
        point, world = (axis.ravel() for axis in np.indices((300, 70)))
        indices, replicate = luck(point, world, independent=True)
        assert len(np.unique(indices)) == indices.size
        assert replicate != 0

    def test_independent_luck_fills_blocks_of_256_in_either_direction(self) -> None:
        point, world = (axis.ravel() for axis in np.indices((32, 32)))
        indices, _ = luck(point, world, independent=True)
        assert len(np.unique(indices // 256)) == 4
