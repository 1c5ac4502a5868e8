"""Sobol' indices: published values, luck taken out, intervals that hold what they should, refusals."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from computerace.analysis.precision import WIDE, width_note
from computerace.analysis.sensitivity.sobol import Indices, between_designs, sobol
from computerace.market.errors import UserError

type Array = NDArray[np.float64]

PROBLEM: dict[str, Any] = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
# Ishigami and Homma's function with a = 7, b = 0.1: first order of x1, x2, x3, then total order (Saltelli et al. 2008,
# Global Sensitivity Analysis: The Primer, section 4.6).
ISHIGAMI = np.array([0.3139, 0.4424, 0.0, 0.5576, 0.4424, 0.2437])
PAIR_OF_A_AND_C = 0.2437


def design(base: int, second_order: bool = True, seed: int = 1) -> Array:
    from SALib.sample import sobol as sample

    return np.asarray(sample.sample(PROBLEM, base, calc_second_order=second_order, seed=seed))


def ishigami(unit: Array) -> Array:
    x = np.pi * (2 * unit - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def with_own_luck(unit: Array, worlds: int, size: float, seed: int) -> Array:
    luck = np.random.default_rng(seed).normal(size=(len(unit), worlds))
    return ishigami(unit)[:, None] + size * luck


def with_shared_luck(unit: Array, worlds: int, size: float, seed: int) -> Array:
    """Each world moves all points together, and adds to the third parameter's part with a sign of its own."""
    together, apart = np.random.default_rng(seed).normal(size=(2, worlds))
    wave = np.sqrt(2) * np.sin(14 * np.pi * unit[:, [2]])
    return ishigami(unit)[:, None] + size * (together + apart * wave)


def test_indices_of_ishigami_are_the_published_ones() -> None:
    found = sobol(ishigami(design(2048))[:, None], PROBLEM, second_order=True, crossed=True)
    assert np.abs(found.value[:6] - ISHIGAMI).max() < 0.02
    pairs = found.frame().query("order == 'second'").set_index(["parameter", "other"])["value"]
    assert pairs["a", "c"] == pytest.approx(PAIR_OF_A_AND_C, abs=0.03)
    assert abs(pairs["a", "b"]) < 0.03
    assert abs(pairs["b", "c"]) < 0.03


@pytest.mark.parametrize("second_order", [True, False])
def test_without_luck_indices_are_salibs(second_order: bool) -> None:
    from SALib.analyze import sobol as analysis

    outcome = ishigami(design(64, second_order))
    there = analysis.analyze(PROBLEM, outcome, calc_second_order=second_order, seed=1)
    for worlds in (1, 5):
        table = np.repeat(outcome[:, None], worlds, axis=1)
        found = sobol(table, PROBLEM, second_order=second_order, crossed=True)
        np.testing.assert_allclose(found.value[:6], np.concatenate([there["S1"], there["ST"]]), rtol=1e-9, atol=1e-12)
        if second_order:
            np.testing.assert_allclose(found.value[6:], there["S2"][[0, 0, 1], [1, 2, 2]], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("luck", [with_own_luck, with_shared_luck])
def test_luck_does_not_move_indices_where_it_moves_those_of_the_means(luck: Any) -> None:
    from SALib.analyze import sobol as analysis

    ours, theirs = [], []
    for seed in range(24):
        unit = design(128, second_order=False, seed=seed + 1)
        table = luck(unit, 8, 6.0, seed)
        ours.append(sobol(table, PROBLEM, second_order=False, crossed=luck is with_shared_luck).value)
        plain = analysis.analyze(PROBLEM, table.mean(axis=1), calc_second_order=False, seed=1)
        theirs.append(np.concatenate([plain["S1"], plain["ST"]]))
    error = np.std(ours, axis=0) / np.sqrt(len(ours))
    assert (np.abs(np.mean(ours, axis=0) - ISHIGAMI) < 3.5 * error + 0.01).all()
    assert np.abs(np.mean(theirs, axis=0) - ISHIGAMI).max() > 0.12


@pytest.mark.slow
@pytest.mark.parametrize("luck", [with_own_luck, with_shared_luck])
def test_intervals_hold_the_published_values_nineteen_times_in_twenty(luck: Any) -> None:
    held = []
    for seed in range(120):
        table = luck(design(128, second_order=False, seed=seed + 1), 8, 5.0, seed)
        found = sobol(table, PROBLEM, second_order=False, crossed=luck is with_shared_luck)
        held.append(np.abs(found.value - ISHIGAMI) <= found.half_width)
    # 0.95 less three standard errors of a share among 120.
    assert (np.mean(held, axis=0) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 120)).all()


def test_intervals_grow_narrower_with_base_samples() -> None:
    halves = [
        sobol(ishigami(design(base, False))[:, None], PROBLEM, second_order=False, crossed=True).half_width.max()
        for base in (64, 1024)
    ]
    assert halves[1] < halves[0] / 2


def test_one_world_more_or_less_is_part_of_the_interval_only_where_points_share_worlds() -> None:
    table = with_shared_luck(design(64, False), 6, 5.0, 1)
    shared = sobol(table, PROBLEM, second_order=False, crossed=True)
    assert (shared.worlds_error > 0).all()
    assert (sobol(table, PROBLEM, second_order=False, crossed=False).worlds_error == 0).all()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (np.ones((80, 2)), "the outcome is 1 at every point"),
        (np.ones((81, 2)), "81 points are no Saltelli design: 3 parameters need a multiple of 8"),
        (np.ones((16, 2)), "n = 2 base samples are too few"),
    ],
)
def test_what_cannot_be_analysed_is_refused(table: Array, said: str) -> None:
    with pytest.raises(UserError, match=said):
        sobol(table, PROBLEM, second_order=True, crossed=True)


def test_an_outcome_that_is_all_luck_is_refused_with_more_worlds_for_a_cure() -> None:
    table = np.random.default_rng(1).normal(size=(64 * 5, 4))
    with pytest.raises(UserError, match="cannot be told from the luck of 4 worlds per point: run 16 or more"):
        sobol(table, PROBLEM, second_order=False, crossed=False)


def test_a_small_sample_is_told_with_the_runs_that_it_lacks() -> None:
    def analysed(base: int) -> Indices:
        return sobol(ishigami(design(base, False))[:, None], PROBLEM, second_order=False, crossed=True)

    small = analysed(16)
    said = width_note(small, "the outcome", 1, 5)
    assert said is not None
    grown = int(said.split("n = ")[1].split(",")[0].split(" ")[0])
    assert f"{5 * (grown - 16):,} more runs" in said
    # A guess by the root of n from 16 base samples: right within a factor of two either way.
    assert analysed(2 * grown).half_width.max() < WIDE < analysed(max(8, grown // 8)).half_width.max()
    assert width_note(analysed(2 * grown), "the outcome", 1, 5) is None


def test_more_worlds_are_asked_for_where_worlds_are_the_cause() -> None:
    found = Indices((("first", "a", ""),), np.array([0.5]), np.array([0.001]), np.array([0.2]), np.array([7.0]), 256)
    said = width_note(found, "the outcome", 8, 5)
    assert said is not None
    assert "worlds_per_point = " in said
    assert "n = " not in said


def test_designs_of_their_own_give_intervals_from_their_differences() -> None:
    frames = [
        sobol(ishigami(design(64, False, seed))[:, None], PROBLEM, second_order=False, crossed=True).frame()
        for seed in (1, 2, 3, 4, 5)
    ]
    both = between_designs(frames)
    np.testing.assert_allclose(both["value"], np.mean([frame["value"] for frame in frames], axis=0))
    assert ((both["low"] <= ISHIGAMI) & (both["high"] >= ISHIGAMI)).sum() >= 5
    with pytest.raises(UserError, match="two designs or more"):
        between_designs(frames[:1])
    with pytest.raises(UserError, match="do not vary the same parameters"):
        between_designs([frames[0], frames[1].replace({"parameter": {"a": "z"}})])


def test_a_frame_has_the_documented_columns() -> None:
    frame = sobol(ishigami(design(16))[:, None], PROBLEM, second_order=True, crossed=True).frame()
    assert list(frame.columns) == ["order", "parameter", "other", "value", "low", "high"]
    assert frame["order"].value_counts().to_dict() == {"first": 3, "total": 3, "second": 3}
    assert (frame.loc[frame["order"] != "second", "other"] == "").all()
    assert isinstance(frame, pd.DataFrame)
