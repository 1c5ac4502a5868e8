"""Paired differences and flips against values worked out by hand, and pairs that are none."""

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.causes.twins import COLUMNS, flips, paired_by_month
from computerace.analysis.intervals import paired_difference
from computerace.market.errors import UserError


def pairs() -> pd.DataFrame:
    """Two months of three worlds."""
    return pd.DataFrame(
        {
            "month": [0, 0, 0, 1, 1, 1],
            "world": [0, 1, 2, 0, 1, 2],
            "first": [1.0, 2.0, 6.0, 1.0, 2.0, 6.0],
            "second": [1.0, 2.0, 6.0, 2.0, 5.0, 8.0],
        }
    )


def test_differences_are_those_of_the_same_world() -> None:
    found = paired_by_month(pairs().sample(frac=1, random_state=5))
    assert list(found.columns) == list(COLUMNS)
    assert found["mean"].tolist() == [0.0, 2.0]  # (1 + 3 + 2) / 3
    assert found["p50"].tolist() == [0.0, 2.0]
    assert found["p95"].tolist() == pytest.approx([0.0, 2.9])
    assert (found["first"].tolist(), found["second"].tolist()) == ([2.0, 2.0], [2.0, 5.0])
    assert found["worlds"].tolist() == [3, 3]


def test_luck_that_both_share_drops_out_of_the_interval() -> None:
    rng = np.random.default_rng(3)
    luck, own = rng.normal(scale=100, size=400), rng.normal(scale=1, size=400)
    table = pd.DataFrame({"month": 0, "world": np.arange(400), "first": luck, "second": luck + own + 5})
    row = paired_by_month(table).iloc[0]
    assert row["low"] <= 5 <= row["high"]
    # The interval is that of 400 differences with deviation 1, not of worlds with deviation 100.
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * own.std() / 20, rel=0.15)


def test_flips_are_counted_in_both_directions() -> None:
    first = pd.Series([10, np.nan, 60, 61, np.nan, np.nan])
    second = pd.Series([12, 30, 61, 20, np.nan, 60])
    found = flips(first, second, 60)
    counts = {key: found[key] for key in ("worlds", "both", "only_first", "only_second", "neither")}
    assert counts == {"worlds": 6, "both": 1, "only_first": 1, "only_second": 3, "neither": 1}
    assert (found["first"], found["second"]) == pytest.approx((2 / 6, 4 / 6))
    assert found["difference"] == pytest.approx(2 / 6)


def test_paired_difference_is_bonett_and_prices() -> None:
    # By hand: f12 = 9, f21 = 2, n = 40: (10 - 3) / 42 ± 1.96 sqrt((13 / 42 - (7 / 42)^2) / 42).
    half = 1.959964 * np.sqrt((13 / 42 - (7 / 42) ** 2) / 42)
    assert paired_difference(9, 2, 40) == pytest.approx((7 / 42 - half, 7 / 42 + half), abs=1e-6)
    low, high = paired_difference(0, 0, 400)
    assert low == -high < 0  # no flip among 400 worlds is no proof that there are none


def test_paired_interval_covers_the_truth_about_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(1)
    draws = rng.choice(3, p=[0.06, 0.02, 0.92], size=(1000, 300))
    ends = [paired_difference(int((one == 0).sum()), int((one == 1).sum()), 300) for one in draws]
    covered = np.mean([low <= 0.04 <= high for low, high in ends])
    assert 0.93 <= covered <= 0.975


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.iloc[:-1], "same worlds"),
        (lambda t: t.assign(world=[0, 1, 2, 0, 1, 3]), "same worlds"),
        (lambda t: t.assign(world=[0, 1, 1, 0, 1, 1]), "same worlds"),
        (lambda t: t.assign(second=np.nan), "second scenario is not finite in 6 of 6"),
        (lambda t: t.drop(columns="first"), "lacks the column first"),
    ],
)
def test_what_is_no_pair_is_refused(change: object, words: str) -> None:
    with pytest.raises(UserError, match=words):
        paired_by_month(change(pairs()))  # type: ignore[operator]


def test_scenarios_of_other_sizes_are_refused() -> None:
    with pytest.raises(UserError, match="2 and 3 worlds"):
        flips(pd.Series([1.0, 2.0]), pd.Series([1.0, 2.0, 3.0]), 60)
