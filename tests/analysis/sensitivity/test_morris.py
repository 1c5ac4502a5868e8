"""Morris's elementary effects: known slopes, luck beside them, refusals."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from computerace.analysis.sensitivity.morris import COLUMNS, drowned, morris
from computerace.market.errors import UserError

type Array = NDArray[np.float64]

PROBLEM: dict[str, Any] = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.0, 1.0]] * 4}


def design(trajectories: int) -> Array:
    from SALib.sample import morris as sample

    return np.asarray(sample.sample(PROBLEM, trajectories, num_levels=4, seed=1))


def line(unit: Array) -> Array:
    """Slopes 2, -3 and 0; the fourth works through the first alone."""
    return 2 * unit[:, 0] - 3 * unit[:, 1] + 4 * unit[:, 3] * (unit[:, 0] > 0.5)


def test_effects_of_a_line_are_its_slopes() -> None:
    unit = design(40)
    found = morris(line(unit)[:, None], unit, PROBLEM, levels=4, crossed=True).set_index("parameter")
    assert found.loc["b", "mean"] == pytest.approx(-3)
    assert found.loc["b", "value"] == pytest.approx(3)
    assert found.loc["b", "spread"] == pytest.approx(0, abs=1e-9)
    assert found.loc["c", "value"] == pytest.approx(0, abs=1e-9)
    # The fourth's effect is 4 in the trajectories that step it where the first is high, and else 0.
    assert found.loc["d", "value"] == pytest.approx(2, abs=1)
    assert found["spread"]["d"] > 1
    assert list(morris(line(unit)[:, None], unit, PROBLEM, levels=4, crossed=True).columns) == list(COLUMNS)


@pytest.mark.parametrize("crossed", [True, False])
def test_the_size_that_luck_alone_gives_is_that_of_a_parameter_without_effect(crossed: bool) -> None:
    unit = design(200)
    generator = np.random.default_rng(3)
    if crossed:
        # Luck shared by all points, and a part of it that differs from point to point.
        luck = 5 * generator.normal(size=(1, 8)) + generator.normal(size=(len(unit), 8))
    else:
        luck = generator.normal(size=(len(unit), 8))
    found = morris(line(unit)[:, None] + luck, unit, PROBLEM, levels=4, crossed=crossed).set_index("parameter")
    # Two independent means of 8 standard normals differ by a normal of variance 2/8; steps are two thirds of the range.
    expected = np.sqrt(2 / np.pi * 2 / 8) / (2 / 3)
    assert found.loc["c", "luck"] == pytest.approx(expected, rel=0.05)
    assert found.loc["c", "value"] == pytest.approx(expected, rel=0.15)
    assert list(drowned(found.reset_index())) == ["c"]


def test_with_one_world_luck_is_not_known() -> None:
    unit = design(8)
    found = morris(line(unit)[:, None], unit, PROBLEM, levels=4, crossed=True)
    assert found["luck"].isna().all()
    assert not drowned(found)


def test_a_single_parameter_has_trajectories_of_two_points() -> None:
    problem = {"num_vars": 1, "names": ["a"], "bounds": [[0.0, 1.0]]}
    unit = np.array([[0.0], [2 / 3], [1.0], [1 / 3], [0.0], [2 / 3], [1.0], [1 / 3]])
    found = morris(5 * unit, unit, problem, levels=4, crossed=True)
    assert found["value"].tolist() == pytest.approx([5.0])


@pytest.mark.parametrize(
    ("points", "said"),
    [(41, "41 points are no Morris design"), (10, "n = 2 trajectories are too few"), (40, "is 1 at every point")],
)
def test_what_cannot_be_analysed_is_refused(points: int, said: str) -> None:
    unit = design(40)[:points]
    with pytest.raises(UserError, match=said):
        morris(np.ones((points, 2)), np.resize(unit, (points, 4)), PROBLEM, levels=4, crossed=True)
