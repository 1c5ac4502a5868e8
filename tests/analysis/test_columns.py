"""The columns of a run's tables: each is one that the description knows, and what is said where one is missing."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.columns import (
    first_month_column,
    horizon,
    parameter_columns,
    ratio_months,
    require,
    require_finite,
    require_steps,
    structural_columns,
)
from computerace.analysis.intervals import bootstrap
from computerace.market.errors import UserError
from computerace.observables.outcomes import every
from computerace.runs.scenarios import scenario
from computerace.runs.worlds.simulate import simulate

if TYPE_CHECKING:
    from computerace.analysis.manifest_form import Manifest


def test_every_outcome_of_a_race_is_a_column_that_the_description_knows() -> None:
    baseline = scenario("baseline")
    outcomes = simulate(baseline, np.arange(3), 1, months=13, measures=()).outcomes
    known = every(baseline.owners, (0, 12, 13))
    assert set(outcomes) - set(baseline.parameters()) == known


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "scenario": ["a", "a", "b"], "world": [0, 1, 2], "owned_three_ratio_0": 1.0, "owned_three_ratio_9": 1.0,
            "used_all_ratio_24": 1.0, "chips.supply_cut": [0.0, 0.5, 0.5], "chips.base": [1.0, 1.0, 1.0],
            "chips.allocation": ["posted", "auction", "posted"], "unit.chips.supply_cut": [0.0, 0.5, 1.0],
        }
    )  # fmt: skip


def test_horizon_is_the_last_month_with_a_ratio() -> None:
    assert ratio_months(table()) == [0, 9]
    assert horizon(table()) == 9
    with pytest.raises(UserError, match="no column owned_all_ratio_60"):
        ratio_months(table(), "owned", "all")


def test_parameters_are_the_dotted_columns_that_differ() -> None:
    assert parameter_columns(table()) == ["chips.supply_cut", "chips.allocation"]
    known: Manifest = {"parameters": {"chips.supply_cut": {}}}
    assert parameter_columns(table(), known) == ["chips.supply_cut"]
    assert structural_columns(table()) == ["scenario", "chips.allocation"]
    assert structural_columns(table().iloc[[0]]) == []


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UserError, match="the table lacks the column x and 1 more"):
        require(table(), ["world", "x", "y"], "the table")
    with pytest.raises(UserError, match="the table of worlds is empty"):
        require(table().iloc[:0], ["world"])
    with pytest.raises(UserError, match='keep = "quantiles"'):
        require_steps(None, ["share"])
    with pytest.raises(UserError, match="lacks share"):
        require_steps(pd.DataFrame({"month": [0], "date": [0], "lab": ["a"]}), ["share"])
    with pytest.raises(UserError, match="the outcome is not finite in 2 of 4 rows, first in 1"):
        require_finite(pd.Series([1.0, np.nan, 2.0, np.inf]), "the outcome")
    with pytest.raises(UserError, match="did you mean 'effective'"):
        first_month_column("efective", "three")


def test_bootstrap_of_a_mean_is_the_normal_interval_and_keeps_pairs() -> None:
    rng = np.random.default_rng(12)
    one = rng.normal(3.0, 2.0, size=900)
    low, high = bootstrap(np.column_stack([one, 5 - one, one - one]), seed=1)
    half = 1.96 * one.std() / 30
    assert (low[0], high[0]) == pytest.approx((one.mean() - half, one.mean() + half), abs=0.15 * half)
    assert (low[1], high[1]) == pytest.approx((5 - high[0], 5 - low[0]), abs=1e-9)  # the same worlds were drawn
    assert (low[2], high[2]) == (0.0, 0.0)
