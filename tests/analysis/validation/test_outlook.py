"""What was expected of the years to come, read from months made by hand."""

import numpy as np
import pytest

from computerace.analysis.validation.outlook import LABS, MONTHS, months_of, table_of_expectations, verdict

OWNERS = (*LABS, "Rest")


@pytest.mark.parametrize(
    ("spread", "words"),
    [
        ((2.0, 3.0, 4.0), "in"),
        ((1.9, 3.0, 4.0), "in, lower end below"),
        ((2.0, 3.0, 4.1), "in, upper end above"),
        ((1.9, 3.0, 4.1), "in, lower end below, upper end above"),
        ((3.0, 4.1, 5.0), "out"),
        ((0.1, 1.9, 3.0), "out"),
    ],
)
def test_a_verdict_names_what_lies_outside(spread: tuple[float, float, float], words: str) -> None:
    assert verdict(2.0, 4.0, spread) == words


def test_quantities_are_read_in_their_units() -> None:
    """Four labs that double each year, from 1, 2, 3 and 4 million; a billion a month of capex each; 100 MW each.

    Month 0 is the record's: what was spent in it counts in no year.
    """
    path = 2.0 ** (np.arange(MONTHS + 1) / 12.0)
    owned = np.array([1e6, 2e6, 3e6, 4e6, 9e9])[:, None] * np.ones(3)
    flat = np.ones((MONTHS + 1, len(OWNERS), 3))
    spent = 1e9 * flat
    spent[0] = 7e12
    market = np.ones((MONTHS + 1, 3))
    months = months_of(OWNERS, {
        "owned_h100e": path[:, None, None] * owned, "capex_usd": spent, "power_mw": 100.0 * flat,
        "chip_price_usd_per_h100e": 12_000.0 * market, "backlog_months": 3.0 * market,
    })  # fmt: skip
    found = table_of_expectations(months).set_index("quantity")["p50"]
    assert found["four labs' owned stock, growth in 2026"] == pytest.approx(2.0)
    assert found["the same in 2030 over that in 2026"] == pytest.approx(1.0)
    assert found["capex of Meta in 2026"] == pytest.approx(12.0)
    assert found["list price at end-2026"] == pytest.approx(12.0)
    assert found["backlog at end-2026"] == pytest.approx(3.0)
    assert found["facility power of all AI at end-2030"] == pytest.approx(0.5)
    assert found["capex of all owners, 2026–2030"] == pytest.approx(0.3)
    assert found["Google's share of the labs' compute at end-2027"] == pytest.approx(0.2)
