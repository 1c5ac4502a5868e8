"""Quantiles of months: exact ones against NumPy's, counted ones against their bound, and any order of batches."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from computerace.runs.store.summaries import QUANTILES, Counts, _bins, _edge, exact_quantiles, kept_months, steps_frame

BIN = 1 / 128  # widest bin, as a share of the value


def drawn(seed: int, shape: tuple[int, ...], spread: float = 1.0) -> np.ndarray:
    return np.exp(spread * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


@pytest.mark.parametrize("worlds", [1, 2, 3, 10, 64, 1000])
def test_exact_quantiles_are_numpy_s(worlds: int) -> None:
    values = drawn(1, (4, 3, worlds))
    expected = np.moveaxis(np.quantile(values.astype(np.float64), QUANTILES, axis=-1), 0, -1)
    assert exact_quantiles(values, "owned_h100e") == pytest.approx(expected, rel=1e-6)


def test_worlds_without_a_value_are_left_out() -> None:
    values = drawn(2, (2, 20))
    values[0, 3:7] = np.nan
    values[1] = np.nan
    found = exact_quantiles(values, "ratio_owned_three")
    assert found[0] == pytest.approx(np.nanquantile(values[0].astype(np.float64), QUANTILES), rel=1e-6)
    assert np.isnan(found[1]).all()


def test_a_share_of_worlds_stands_in_every_quantile() -> None:
    values = np.array([[0, 1, 1, 1]], dtype=np.float32)
    assert exact_quantiles(values, "bound_chips").tolist() == [[0.75] * 5]
    assert Counts.of(values).quantiles("bound_chips").tolist() == [[0.75] * 5]


def test_infinity_is_a_value_and_makes_no_gap() -> None:
    values = np.array([[1, 2, np.inf, np.inf, np.inf]], dtype=np.float32)
    assert exact_quantiles(values, "ratio_owned_three")[0, 2:].tolist() == [np.inf] * 3
    assert Counts.of(values).quantiles("ratio_owned_three")[0, 2:].tolist() == [np.inf] * 3


@pytest.mark.parametrize("spread", [0.01, 0.5, 5.0])
def test_counted_quantiles_stay_within_a_bin_of_the_exact_ones(spread: float) -> None:
    values = drawn(3, (6, 50_000), spread) * np.float32(-1) ** (np.arange(6) % 2)[:, None].astype(np.float32)
    exact, counted = exact_quantiles(values, "cash_usd"), Counts.of(values).quantiles("cash_usd")
    assert np.abs(counted / exact - 1).max() < BIN
    assert np.abs(counted / exact - 1).mean() < BIN / 10  # and much nearer where values lie close


def test_a_value_that_all_worlds_share_is_counted_exactly() -> None:
    values = np.full((1, 9), 553_714.0, dtype=np.float32)
    assert Counts.of(values).quantiles("owned_h100e").tolist() == [[553_714.0] * 5]


@given(st.permutations(range(5)), st.lists(st.integers(1, 99), min_size=4, max_size=4, unique=True))
def test_counts_are_the_same_bits_for_any_cut_and_order(order: list[int], cuts: list[int]) -> None:
    values = drawn(4, (7, 100))
    pieces = np.split(values, sorted(cuts), axis=1)
    merged = Counts.merged([Counts.of(pieces[number]) for number in order])
    whole = Counts.of(values)
    assert merged.codes.tobytes() == whole.codes.tobytes()
    assert merged.counts.tobytes() == whole.counts.tobytes()
    assert merged.quantiles("share").tobytes() == whole.quantiles("share").tobytes()


@given(arrays(np.float32, 50, elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_bins_ascend_with_values_and_hold_them(values: np.ndarray) -> None:
    bins = _bins(values).astype(np.int64)
    assert (np.diff(bins[np.argsort(values, kind="stable")]) >= 0).all()
    assert (_edge(bins) <= values).all()
    upper = _edge(bins + 1)
    assert ((values < upper) | ~np.isfinite(upper) | ((values == 0) & (upper == 0))).all()


def test_counts_leave_out_what_is_not_a_number() -> None:
    values = drawn(5, (2, 101))
    values[0, ::2] = np.nan
    values[1] = np.nan
    found = Counts.of(values).quantiles("ratio_owned_three")
    assert found[0, 2] == pytest.approx(np.nanmedian(values[0]), rel=BIN)
    assert np.isnan(found[1]).all()


def test_kept_months_always_hold_the_first_and_the_last() -> None:
    assert kept_months(60, 1) == list(range(61))
    assert kept_months(30, 12) == [0, 12, 24, 30]


def test_nothing_that_was_in_memory_beneath_a_mask_gets_into_the_table() -> None:
    mask = np.array([False, True, True, False]).reshape(1, 1, 1, 4)
    keys, start = {"point": np.zeros(1, np.int32)}, datetime.date(2025, 12, 31)
    beneath = [np.full((1, 1, 1, 4), value, dtype=np.float32) for value in (7.0, np.nan)]
    for values in beneath:
        values[~mask] = 5.0
    tables = [
        steps_frame({"owned_h100e": np.ma.array(values, mask=mask)}, keys, [0], start, ["xAI", "Meta", "Rest"])
        for values in beneath
    ]
    one, other = (table["owned_h100e"].combine_chunks().buffers()[1].to_pybytes() for table in tables)
    assert one == other
    assert tables[0]["owned_h100e"].to_pylist() == [5.0, None, None, 5.0]


def test_the_table_of_months_has_a_row_for_each_point_month_quantile_and_owner() -> None:
    columns = {"share": np.arange(2 * 2 * 5 * 3, dtype=np.float32).reshape(2, 2, 5, 3)}
    table = steps_frame(columns, {"point": np.array([4, 9])}, [0, 12], datetime.date(2025, 12, 31), ("xAI", "Rest"))
    frame = table.to_pandas()
    assert list(frame.columns) == ["point", "month", "date", "quantile", "lab", "share"]
    one = frame[(frame["point"] == 9) & (frame["month"] == 12) & (frame["quantile"] == 0.5) & (frame["lab"] == "Rest")]
    assert one["share"].tolist() == [columns["share"][1, 1, 2, 1]]
    assert one["date"].dt.strftime("%Y-%m-%d").tolist() == ["2026-12-31"]
    assert frame["lab"].drop_duplicates().tolist() == ["xAI", "Rest", "Market"]
