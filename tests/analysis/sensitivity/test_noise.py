"""The parts of a variance: planted ones are found again, in both layouts."""

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.sensitivity.noise import by_point, spread_of
from computerace.market.errors import UserError


def test_planted_parts_are_found_where_points_share_worlds() -> None:
    found = []
    for seed in range(40):
        generator = np.random.default_rng(seed)
        table = (
            2 * generator.normal(size=(60, 1)) + 3 * generator.normal(size=(1, 30)) + generator.normal(size=(60, 30))
        )
        one = spread_of(table, crossed=True)
        found.append((one.parameters, one.luck, one.interaction))
    np.testing.assert_allclose(np.mean(found, axis=0), [4, 9, 1], rtol=0.15)


def test_planted_parts_are_found_where_each_point_has_its_own_worlds() -> None:
    found = []
    for seed in range(40):
        generator = np.random.default_rng(seed)
        one = spread_of(2 * generator.normal(size=(60, 1)) + 3 * generator.normal(size=(60, 8)), crossed=False)
        found.append((one.parameters, one.luck, one.interaction, one.noise_in_points))
    np.testing.assert_allclose(np.mean(found, axis=0)[:3], [4, 9, 0], rtol=0.1)
    # Of means over 8 worlds: 9/8 of luck beside 4.
    assert np.mean(found, axis=0)[3] == pytest.approx(1.125 / 5.125, rel=0.1)


def test_luck_alone_leaves_nothing_for_the_parameters() -> None:
    shares = [
        spread_of(np.random.default_rng(seed).normal(size=(100, 10)), crossed=False).parameters_share
        for seed in range(20)
    ]
    assert np.mean(shares) < 0.02


def test_luck_that_all_points_share_is_no_noise_in_their_differences() -> None:
    table = np.arange(10.0)[:, None] + np.random.default_rng(1).normal(size=(1, 5))
    assert spread_of(table, crossed=True).noise_in_points == pytest.approx(0, abs=1e-12)


def test_the_error_of_the_mean_is_that_of_repeated_sweeps() -> None:
    errors, means = [], []
    for seed in range(300):
        generator = np.random.default_rng(seed)
        table = generator.normal(size=(12, 1)) + generator.normal(size=(1, 6)) + generator.normal(size=(12, 6))
        one = spread_of(table, crossed=True)
        errors.append(one.standard_error**2)
        means.append(one.mean)
    assert np.mean(errors) == pytest.approx(np.var(means), rel=0.25)


def worlds() -> pd.DataFrame:
    return pd.DataFrame({"point": [1, 1, 0, 0], "world": [1, 0, 0, 1], "value": [11.0, 10.0, 0.0, 1.0]})


def test_a_table_has_points_and_worlds_in_order() -> None:
    frame = worlds()
    np.testing.assert_array_equal(by_point(frame, frame["value"]), [[0, 1], [10, 11]])


def test_a_lost_world_and_a_lost_point_are_named() -> None:
    frame = worlds()
    with pytest.raises(UserError, match="point 1 of the design lost a world"):
        by_point(frame.iloc[1:], frame["value"].iloc[1:])
    with pytest.raises(UserError, match="point 2 of the design has no worlds"):
        by_point(frame, frame["value"], 3)
