"""The claim against money: worlds are sorted by what the claimant has taken, and each part has its own chance."""

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.columns import DEFINITIONS
from computerace.analysis.intervals import wilson
from computerace.analysis.money import in_billions, of_money, words_by_money


def worlds_of(money: list[float], first: list[float]) -> pd.DataFrame:
    """Worlds of 24 months in which every definition has the same first months, by outside money in billions."""
    table: dict[str, object] = {"world": np.arange(len(money)), "xAI_outside_usd_24": np.array(money) * 1e9}
    for definition in DEFINITIONS:
        table[f"{definition}_three_first_month"] = first
        for month in (0, 12, 24):
            table[f"{definition}_three_ratio_{month}"] = np.ones(len(money))
    return pd.DataFrame(table)


NEVER = np.nan
SOME = worlds_of([30.0, 49.9, 50.0, 99.0, 99.0, 1e6], [NEVER, NEVER, 24.0, NEVER, 12.0, 3.0])


def test_each_part_has_its_own_chance_and_parts_hold_all_worlds() -> None:
    rows = of_money(SOME, "xAI")
    assert [(row.from_usd, row.to_usd, row.worlds) for row in rows] == [
        (2.5e10, 5e10, 2), (5e10, 1e11, 3), (8e11, np.inf, 1)
    ]  # fmt: skip
    assert [row.probability["used"] for row in rows] == [0.0, pytest.approx(2 / 3), 1.0]
    assert sum(row.share for row in rows) == pytest.approx(1.0)
    assert rows[1].interval["owned"] == pytest.approx([float(end) for end in wilson(2, 3)])


def test_worlds_count_by_their_weights() -> None:
    rows = of_money(SOME.assign(weight=[1.0, 1.0, 2.0, 1.0, 1.0, 0.0]), "xAI")
    assert [row.share for row in rows] == pytest.approx([2 / 6, 4 / 6])
    assert rows[1].probability["owned"] == pytest.approx(3 / 4)


def test_what_came_after_the_deadline_does_not_count() -> None:
    before = SOME.assign(xAI_outside_usd_12=SOME["xAI_outside_usd_24"])
    assert [row.probability["owned"] for row in of_money(before, "xAI", 12)] == [0.0, pytest.approx(1 / 3), 1.0]


def test_a_run_that_kept_no_money_has_no_such_table() -> None:
    assert of_money(SOME, "xAI", 12) == [] and of_money(SOME, "Meta") == []


def test_bounds_and_chances_are_told_in_words() -> None:
    assert [in_billions(low, high) for low, high in ((0.0, 5e10), (5e10, 1e11), (1e12, np.inf))] == [
        "below 50", "50–100", "over 1,000"
    ]  # fmt: skip
    none, some, sure = of_money(SOME, "xAI")
    assert words_by_money(none, "owned").startswith("below 6")
    assert words_by_money(some, "owned") == "67 % (21 % to 94 %)"
    assert words_by_money(sure, "owned").startswith("above 2")
