"""Quantiles from spooled batches equal those of all worlds at once."""

import datetime
from pathlib import Path

import numpy as np
import pytest

from computerace.runs.store.plan import Plan
from computerace.runs.store.spool import Spool
from computerace.runs.store.summaries import QUANTILES, exact_quantiles, month_ends

START = datetime.date(2025, 12, 31)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, plan("owned_h100e"))


def plan(*measures: str) -> Plan:
    return Plan(
        seed=1, worlds=5, months=3, fixed=False, independent=False, keep="quantiles", measures=measures, every=1,
        exact=False, several=False, out="", start=START, owners=("xAI", "Google", "Rest"), claimant="Google",
        program="",
    )  # fmt: skip


def test_quantiles_over_batches_are_those_of_all_worlds(spool: Spool) -> None:
    values = np.random.default_rng(3).lognormal(size=(4, 3, 1001)).astype(np.float32)
    for batch, (start, stop) in enumerate([(0, 400), (400, 401), (401, 1001)]):
        spool.put(batch, {"owned_h100e": values[..., start:stop]}, {})
    frame = spool.quantile_table().to_pandas()
    for month, owner in np.ndindex(4, 3):
        rows = frame[(frame["month"] == month) & (frame["lab"] == spool.plan.owners[owner])]
        expected = np.quantile(values[month, owner].astype(np.float64), QUANTILES)
        assert rows["quantile"].tolist() == list(QUANTILES)
        np.testing.assert_allclose(rows["owned_h100e"], expected, rtol=1e-6)


def test_shares_of_worlds_stand_in_every_quantile() -> None:
    bound = np.array([[[0, 1, 1, 1]]], dtype=np.float32)
    assert exact_quantiles(bound, "bound_chips").ravel().tolist() == [0.75] * 5


def test_quantiles_leave_out_worlds_without_a_value() -> None:
    values = np.array([[[1, np.nan, 3]], [[np.nan] * 3]], dtype=np.float32)
    found = exact_quantiles(values, "ratio_owned_three")
    assert found[0, 0, 2] == 2.0
    assert np.isnan(found[1]).all()


def test_market_measures_stand_on_rows_of_their_own(tmp_path: Path) -> None:
    spool = Spool(tmp_path, plan("owned_h100e", "herfindahl"))
    spool.put(0, {"owned_h100e": np.ones((2, 3, 5))}, {"herfindahl": np.full((2, 5), 0.4)})
    frame = spool.quantile_table().to_pandas()
    assert len(frame) == 2 * 5 * 4
    market = frame["lab"] == "Market"
    assert frame.loc[market, "owned_h100e"].isna().all() and frame.loc[~market, "herfindahl"].isna().all()
    np.testing.assert_allclose(frame.loc[market, "herfindahl"], 0.4, rtol=1e-7)


def test_a_measure_stands_on_the_rows_of_those_whose_it_is(tmp_path: Path) -> None:
    spool = Spool(tmp_path, plan("share", "ratio_owned_three", "everybodys", "everything"))
    steps = {
        "share": np.full((2, 2, 5), 0.5),
        "ratio_owned_three": np.ones((2, 1, 5)),
        "everybodys": np.ones((2, 3, 5)),
    }
    spool.put(0, steps, {"everything": np.ones((2, 5))})
    table = spool.quantile_table()
    assert table["ratio_owned_three"].null_count == 2 * 5 * 3
    found = table.to_pandas()
    having = {name: set(found.loc[found[name].notna(), "lab"]) for name in spool.plan.measures}
    assert having == {
        "share": {"xAI", "Google"}, "ratio_owned_three": {"Google"}, "everybodys": {"xAI", "Google", "Rest"},
        "everything": {"Market"},
    }  # fmt: skip


def test_months_are_dated_by_their_last_day() -> None:
    dates = [str(date)[:10] for date in month_ends(START, 3)]
    assert dates == ["2025-12-31", "2026-01-31", "2026-02-28"]
