"""The answer across choices: counts by hand, and how far each choice moves it."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.causes.structure import COLUMNS, REACH_COLUMNS, reach, structure_table
from computerace.analysis.columns import DEFINITIONS, RIVALS
from computerace.analysis.intervals import wilson
from computerace.market.errors import UserError


def worlds() -> pd.DataFrame:
    """Two rules by two strategies, ten worlds each: the claim comes true under one rule for the strategy b alone."""
    parts = []
    for rule, strategy in product(("posted", "auction"), ("a", "b")):
        number = 4 if (rule, strategy) == ("posted", "b") else 0
        first = np.where(np.arange(10) < number, 6.0, np.nan)
        part = pd.DataFrame({"rule": rule, "strategy": strategy, "ces": "complements", "world": np.arange(10)})
        for definition, rivals in product(DEFINITIONS, RIVALS):
            part[f"{definition}_{rivals}_first_month"] = first if definition == "owned" else np.nan
            part[f"{definition}_{rivals}_ratio_12"] = 0.5 if rule == "posted" else 0.25
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def test_each_combination_has_its_share_interval_and_ratio() -> None:
    table = structure_table(worlds())
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == 4 * len(DEFINITIONS) * len(RIVALS)
    row = table[(table["rule"] == "posted") & (table["strategy"] == "b") & (table["definition"] == "owned")].iloc[0]
    assert (row["reached"], row["probability"], row["ratio_p50"]) == (4, 0.4, 0.5)
    assert (row["low"], row["high"]) == pytest.approx(tuple(map(float, wilson(4, 10))))
    assert table["probability"].sum() == pytest.approx(0.8)  # against both sets of rivals, and nowhere else
    assert table["bound"].sum() == len(table) - 2


def test_a_deadline_before_the_last_counts_up_to_it() -> None:
    assert structure_table(worlds(), [5])["reached"].sum() == 0
    assert structure_table(worlds(), [6])["reached"].sum() == 8


def test_reach_is_largest_for_the_choice_that_the_answer_hangs_on() -> None:
    table = pd.DataFrame(
        [
            (rule, strategy, value)
            for rule, strategy, value in (("x", "a", 0.1), ("x", "b", 0.2), ("y", "a", 0.5), ("y", "b", 0.9))
        ],
        columns=["rule", "strategy", "probability"],
    )
    found = reach(table, ("strategy", "rule"))
    assert list(found.columns) == list(REACH_COLUMNS)
    first = found.iloc[0].to_dict()
    assert (first["choice"], first["lowest_at"], first["highest_at"]) == ("rule", "x", "y")
    assert (first["lowest"], first["highest"]) == pytest.approx((0.15, 0.7))
    assert (first["median_range"], first["largest_range"]) == pytest.approx((0.55, 0.7))
    assert found.iloc[1]["largest_range"] == pytest.approx(0.4)


def test_a_choice_that_is_no_column_is_refused() -> None:
    with pytest.raises(UserError, match="lacks the column ces"):
        structure_table(worlds().drop(columns="ces"))
