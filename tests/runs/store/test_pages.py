"""Pages that batches have written stand in the results as they are, and nobody can see who brought rows together."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from computerace.runs.store import merging, windows
from computerace.runs.store.form import parquet_options
from computerace.runs.store.pages import Assembled, written
from computerace.runs.store.windows import Windows
from computerace.runs.sweeps.sweep import sweep
from tests.runs.sweeping import GROWTH, contents, design


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of two points of five worlds, two of them in a row group."""
    monkeypatch.setitem(windows.PAGE_ROWS, "worlds", 10)
    monkeypatch.setitem(windows.GROUP_ROWS, "worlds", 20)


def one_structure(**changes: Any) -> dict[str, Any]:
    return design(vary=[{"parameter": GROWTH}], sampler={"kind": "lhs", "points": 7}, **changes)


def table(rows: int) -> pa.Table:
    """A table of every kind of column that results have."""
    numbers = np.random.default_rng(1).normal(size=rows)
    return pa.table(
        {
            "point": pa.array(np.arange(rows) // 3, pa.int32()),
            "world": pa.array(np.arange(rows) % 3, pa.int32()),
            "set": pa.array(numbers),
            "word": pa.array([("posted", "pro_rata")[row % 2] for row in range(rows)]),
            "labs.xAI.cash_usd": pa.array(numbers.astype(np.float32)),
            "owned_h100e": pa.array(numbers.astype(np.float32), mask=numbers > 1),
            "held": pa.array(numbers > 0),
            "month": pa.array(np.arange(rows) % 61, pa.int16()),
            "date": pa.array(np.arange(rows), pa.timestamp("ms")),
        }
    )


def test_a_file_of_pages_reads_like_one_written_at_once(tmp_path: Path) -> None:
    whole = table(1000).replace_schema_metadata({"worlds_per_point": "3"})
    with Assembled(tmp_path / "pages.parquet", whole.schema) as file:
        file.write([written(whole.slice(start, 100), whole.schema) for start in range(0, 700, 100)])
        file.write([written(whole.slice(700), whole.schema)])
    pq.write_table(whole, tmp_path / "plain.parquet", row_group_size=700, **parquet_options(whole.schema))
    made, plain = (pq.ParquetFile(tmp_path / f"{name}.parquet") for name in ("pages", "plain"))
    assert made.schema_arrow.equals(plain.schema_arrow, check_metadata=True)
    assert made.read().equals(whole)
    for group in range(2):
        ours, theirs = (file.metadata.row_group(group) for file in (made, plain))
        assert (ours.num_rows, ours.num_columns) == (theirs.num_rows, theirs.num_columns)
        for column in (0, 1):
            ends = [one.column(column).statistics for one in (ours, theirs)]
            assert (ends[0].min, ends[0].max, ends[0].null_count) == (ends[1].min, ends[1].max, ends[1].null_count)
        assert [ours.column(one).encodings for one in range(9)] == [theirs.column(one).encodings for one in range(9)]
    assert file.digest == hashlib.sha256((tmp_path / "pages.parquet").read_bytes()).hexdigest()


def test_a_flipped_bit_in_a_page_is_noticed_by_its_check_sum(tmp_path: Path) -> None:
    with Assembled(tmp_path / "pages.parquet", table(1).schema) as file:
        file.write([written(table(1000), table(1).schema)])
    content = bytearray((tmp_path / "pages.parquet").read_bytes())
    content[300] ^= 1
    with pytest.raises(OSError, match="CRC"):
        pq.ParquetFile(pa.BufferReader(bytes(content)), page_checksum_verification=True).read()


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("keep", ["outcomes", "quantiles"])
def test_pages_of_batches_are_those_of_rows_brought_together(
    tmp_path: Path, keep: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep(one_structure(keep=keep), tmp_path / "together", workers=1, batch=7)  # a point each: no window is whole

    def nobody(*_: Any) -> None:
        raise AssertionError("rows were packed again")

    monkeypatch.setattr(merging, "written", nobody)
    sweep(one_structure(keep=keep), tmp_path / "copied", workers=1, batch=20)
    assert contents(tmp_path / "copied") == contents(tmp_path / "together")
    groups = pq.read_metadata(tmp_path / "copied" / "worlds.parquet")
    assert [groups.row_group(one).num_rows for one in range(groups.num_row_groups)] == [20, 15]


@pytest.mark.usefixtures("small_windows")
def test_a_sweep_that_grew_has_the_pages_of_one_in_one_go(tmp_path: Path) -> None:
    sweep(one_structure() | {"sampler": {"kind": "sobol", "points": 4}}, tmp_path / "grown", workers=1)
    larger = one_structure() | {"sampler": {"kind": "sobol", "points": 8}}
    sweep(larger, tmp_path / "grown", workers=1)
    sweep(larger, tmp_path / "straight", workers=1)
    assert contents(tmp_path / "grown") == contents(tmp_path / "straight")


@pytest.mark.usefixtures("small_windows")
def test_a_window_of_a_ready_part_lacks_the_worlds_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from computerace.runs.worlds import simulate as model

    real = model.simulate

    def some(scenario: Any, indices: Any, *words: Any, **named: Any) -> Any:
        if 3 in indices:
            raise FloatingPointError("world 3 fails")
        return real(scenario, indices, *words, **named)

    monkeypatch.setattr(model, "simulate", some)
    with pytest.warns(UserWarning, match="7 of 35 worlds failed"):
        sweep(one_structure(), tmp_path / "ready", workers=1, batch=20)
    with pytest.warns(UserWarning, match="7 of 35 worlds failed"):
        sweep(one_structure(), tmp_path / "together", workers=1, batch=5)
    ready, together = contents(tmp_path / "ready"), contents(tmp_path / "together")
    for name in ("worlds.parquet", "steps.parquet"):  # a failure names its folder
        assert ready[name] == together[name]
    worlds = pd.read_parquet(tmp_path / "ready" / "worlds.parquet")
    assert sorted(worlds["world"].unique()) == [0, 1, 2, 4]


@pytest.mark.parametrize("cut", [Windows(40, 40, 1), Windows(30, 20, 2), Windows(7, 7, 3)])
def test_windows_cover_all_keys_once_and_begin_at_borders(cut: Windows) -> None:
    spans = list(cut.spans(100))
    keys = np.concatenate([np.arange(*span) for span in spans])
    assert np.array_equal(keys[:100], np.arange(100))
    assert [start for start, _ in spans] == [key for key in range(100) if cut.is_border(key)]
    assert cut.starts(np.arange(100)).tolist() == [start for start, _ in spans]
