"""The claim's tables on a terminal: chances in as many figures as their intervals bear, or as bounds."""

from typing import TYPE_CHECKING

import pytest

from computerace.runs.terminal.claim import chance_by_money

if TYPE_CHECKING:
    from computerace.runs.answers.claims import MoneyRow


@pytest.mark.parametrize(
    ("share", "interval", "told"),
    [
        (0.0, (0.0, 0.0287), "< 2.9"),
        (1.0, (0.9213, 1.0), "> 92"),
        (0.0538, (0.0257, 0.1098), "5.4 (2.6–11)"),
        (2.4e-6, (1.1e-10, 0.047), "< 4.7"),
        (0.0021, (0.0001, 0.0275), "0.2 (0.0–2.8)"),
        (0.99999, (0.953, 1.0), "> 95"),
        (0.00026, (0.000046, 0.0015), "0.026 (0.005–0.15)"),
    ],
)
def test_a_chance_by_money_is_told_with_what_so_many_worlds_can_say(
    share: float, interval: tuple[float, float], told: str
) -> None:
    row: MoneyRow = {
        "rivals": "three", "deadline_months": 60, "from_usd": 0.0, "to_usd": None, "worlds": 100, "share": 0.1,
        "probability": {"owned": share}, "interval": {"owned": list(interval)},
    }  # fmt: skip
    assert chance_by_money(row, "owned") == told
