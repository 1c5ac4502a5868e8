"""The ledger by month, span and race, from quantiles and from worlds, against shares by hand."""

import pandas as pd
import pytest

from computerace.analysis.causes.ledger import COLUMNS, bound_by_month, bound_by_span, bound_overall
from computerace.analysis.columns import CAUSES
from computerace.market.errors import UserError
from computerace.market.vocabulary import ALL_CAUSES


def steps(key: str, values: list[float], shares: dict[int, list[float]]) -> pd.DataFrame:
    """A table of months for one lab and the market: each month's `shares` of chips over the values of the key."""
    rows = []
    for month, chips in shares.items():
        date = pd.Timestamp("2025-12-31") + pd.offsets.MonthEnd(month)
        for value, share in zip(values, chips, strict=True):
            causes = dict.fromkeys((f"bound_{cause}" for cause in CAUSES), 0.0) | {
                "bound_chips": share,
                "bound_power": 0.1,
            }
            rows.append({"month": month, "date": date, key: value, "lab": "xAI", **causes})
            rows.append({"month": month, "date": date, key: value, "lab": "Market"})
    return pd.DataFrame(rows)


def share(table: pd.DataFrame, month: int, cause: str) -> float:
    return float(table[(table["month"] == month) & (table["cause"] == cause)]["share"].iloc[0])


def test_shares_of_quantile_rows_are_the_shares_of_worlds() -> None:
    table = bound_by_month(steps("quantile", [0.05, 0.5, 0.95], {0: [0.0] * 3, 1: [0.25] * 3, 2: [0.75] * 3}), ["xAI"])
    assert list(table.columns) == list(COLUMNS)
    assert table["month"].unique().tolist() == [1, 2]
    assert [share(table, month, "chips") for month in (1, 2)] == pytest.approx([0.25, 0.75])
    assert share(table, 1, "none") == pytest.approx(0.65)
    assert table.groupby("month")["share"].sum().tolist() == pytest.approx([1.0, 1.0])


def test_whole_trajectories_give_the_mean_over_worlds() -> None:
    table = bound_by_month(steps("world", [0, 1, 2, 3], {1: [1.0, 0.0, 0.0, 0.0]}), ["xAI"])
    assert share(table, 1, "chips") == pytest.approx(0.25)


def test_spans_are_means_over_their_months() -> None:
    table = bound_by_month(steps("world", [0], {month: [month / 10] for month in range(1, 6)}), ["xAI"])
    found = bound_by_span(table, 2)
    chips = found[found["cause"] == "chips"]
    assert chips["from_month"].tolist() == [1, 3, 5]
    assert chips["to_month"].tolist() == [2, 4, 5]
    assert chips["share"].tolist() == pytest.approx([0.15, 0.35, 0.5])
    with pytest.raises(UserError, match="at least 1 month"):
        bound_by_span(table, 0)


def test_overall_is_the_mean_over_worlds() -> None:
    worlds = pd.DataFrame({f"xAI_bound_{cause}": [0.0, 0.0] for cause in ALL_CAUSES} | {"xAI_bound_cash": [0.2, 0.4]})
    found = bound_overall(worlds, ["xAI"]).set_index("cause")["share"]
    assert found["cash"] == pytest.approx(0.3)
    assert found.index.tolist() == list(ALL_CAUSES)


def test_a_folder_without_months_or_without_the_ledger_is_refused() -> None:
    with pytest.raises(UserError, match="keeps no months"):
        bound_by_month(None, ["xAI"])
    with pytest.raises(UserError, match="lacks bound_chips"):
        bound_by_month(steps("world", [0], {1: [1.0]}).drop(columns="bound_chips"), ["xAI"])
    with pytest.raises(UserError, match="lacks the column Meta_bound_chips"):
        bound_overall(pd.DataFrame({"xAI_bound_chips": [1.0]}), ["Meta"])
