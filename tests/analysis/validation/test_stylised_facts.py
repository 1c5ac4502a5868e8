"""Stylised facts: their figures come from the tables, and each statistic is what its words say."""

import numpy as np
import pytest

from computerace.analysis.validation import stylised_facts
from computerace.analysis.validation.stylised_facts import (
    LAST,
    MARKET_MEASURES,
    MONTHS,
    NEXT,
    OWNER_MEASURES,
    PAST,
    Months,
    facts,
)

OWNERS = ("xAI", "Google", "Microsoft", "Meta", "Rest")
WORLDS = 3


def flat(length: int, **changed: np.ndarray) -> Months:
    """Months in which nothing happens but what is given: owner measures (months, owners) or market ones (months,)."""
    steps = {name: np.ones((length + 1, len(OWNERS), WORLDS)) for name in OWNER_MEASURES}
    market = {name: np.ones((length + 1, WORLDS)) for name in MARKET_MEASURES}
    for name, values in changed.items():
        target = steps if name in steps else market
        target[name] = np.broadcast_to(values[..., None], target[name].shape).astype(float)
    return Months(OWNERS, steps, market)


def value_of(words: str, months: Months) -> float:
    (fact,) = [one for one in facts() if one.text.startswith(words)]
    found = fact.of(months)
    assert found.shape == (WORLDS,)
    return float(found[0])


def growing(length: int, factor: float) -> np.ndarray:
    """A path that ends at a factor of its beginning; (months + 1,)."""
    return factor ** (np.arange(length + 1) / length)


def test_values_lie_in_their_ranges_and_come_from_the_record() -> None:
    found = {fact.text: fact for fact in facts()}
    assert all(fact.low < fact.value < fact.high for fact in found.values())
    assert all(fact.source and fact.grade in ("A", "B", "C", "assumed") for fact in found.values())
    assert found["supply of 2025 over that of 2024"].value == pytest.approx(13205909 / 4843922, rel=1e-4)
    assert found["capex of Google, Microsoft and Meta, 2025 over 2024"].value == pytest.approx(281.7 / 167.4, rel=1e-3)
    assert found["TPUs' part of Google's stock at end-2025"].value == 0.7551
    assert 0 > found["concentration of the four labs, Herfindahl index, change 2023–2025"].value > -0.04
    assert found["purchase price per H100e, 2025 over 2023"].value == pytest.approx(17.1 / 26.6)


def test_growth_is_of_a_year() -> None:
    stock = np.broadcast_to(growing(24, 9.0)[:, None], (25, len(OWNERS)))
    assert value_of("the world's stock", flat(24, owned_h100e=stock)) == pytest.approx(3.0)
    assert value_of("the largest site", flat(24, largest_site_h100e=stock)) == pytest.approx(3.0)


def test_flows_are_compared_by_calendar_years() -> None:
    made = np.concatenate([[99.0], np.full(12, 2.0), np.full(12, 5.0)])
    assert value_of("supply of 2025", flat(24, supply_h100e=made)) == 2.5
    capex = np.broadcast_to(np.concatenate([[99.0], np.full(12, 1.0), np.full(12, 3.0)])[:, None], (25, len(OWNERS)))
    assert value_of("capex of Google", flat(24, capex_usd=capex)) == 3.0
    next_year = np.full((13, len(OWNERS)), 281.7e9 / 36)
    assert value_of("capex of the three, 2026", flat(12, capex_usd=next_year)) == pytest.approx(1.0, rel=1e-3)


def test_lumps_are_the_spread_of_quarterly_growth() -> None:
    stock = np.ones((13, len(OWNERS)))
    stock[:, 0] = np.exp([*np.repeat([0.0, 0.6, 0.6, 1.2], 3), 1.2])  # quarters of 0.6, 0, 0.6 and 0
    stock[:, 1] = growing(12, 4.0)
    months = flat(12, owned_h100e=stock)
    assert value_of("xAI buys in lumps", months) == pytest.approx(np.std([0.6, 0, 0.6, 0], ddof=1))
    assert value_of("Google does not", months) == pytest.approx(0.0, abs=1e-9)


def test_prices_and_rents_by_their_months() -> None:
    months = flat(24, chip_price_usd_per_h100e=growing(24, 0.25), rent_usd_per_h100e_hour=growing(24, 1 / 16))
    assert value_of("purchase price", months) == pytest.approx(0.25)
    assert value_of("rent of an H100", months) == pytest.approx((1 / 16) ** (20 / 24))
    assert value_of("rents swing", months) == pytest.approx(2.0)


def test_people_who_stay_and_people_who_come() -> None:
    staff = np.full((25, len(OWNERS)), 90.0)
    staff[-1, 0] = 290.0
    leaving = np.zeros((25, len(OWNERS)))
    leaving[1:, 1] = 1.0  # of 100
    leaving[1:, 0] = 2.0
    months = flat(24, researchers=staff, stars=np.full((25, len(OWNERS)), 10.0), researchers_out=leaving)
    assert value_of("researchers of Google", months) == pytest.approx(0.99**24)
    assert value_of("Google keeps more", months) == pytest.approx(0.99**24 - 1.0)
    assert value_of("researchers flow to xAI", months) == pytest.approx((200 + 48) / 48)


def test_table_says_in_where_the_value_lies_in_the_models_range() -> None:
    table, met = stylised_facts.table_of_facts({start: flat(length) for start, length in MONTHS.items()})
    assert set(MONTHS) == {PAST, LAST, NEXT}
    expected = np.where((table["p5"] <= table["value"]) & (table["value"] <= table["p95"]), "in", "out")
    assert (table["verdict"] == expected).all() and len(table) == len(facts())
    np.testing.assert_allclose(met, table["inside"].mean())
