"""Owners' figures: what a table says of a lab, what a scenario gives, and what labs leave of the world, by hand."""

from datetime import date

import numpy as np
import pytest

from computerace.market import figures
from computerace.market.errors import UserError
from computerace.market.figures import COMPOSITION, STATE, TOTALS, TRAITS, lab_parameters
from computerace.market.parameters import Parameter

DAY = date(2025, 12, 31)
FIELDS = {"unit": "unit", "source": "somebody", "grade": "A", "note": "", "text": ""}


def row(owner: str, quantity: str, value: object, low: object = "", high: object = "") -> dict[str, str]:
    numbers = {"value": str(value), "low": str(low), "high": str(high)}
    return {"date": DAY.isoformat(), "owner": owner, "quantity": quantity, **numbers, **FIELDS}


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], dict[str, str]]:
    """Two labs with 10 and 30 of everything that the world has 100 of."""
    starts = {}
    for quantity in STATE:
        fraction = quantity in figures.FRACTIONS
        for owner, value in (("A", 10.0), ("B", 30.0), ("World", 100.0), ("Rest", 7.0)):
            starts[owner, quantity] = row(owner, quantity, value / 100.0 if fraction else value)
    traits = [row("*", quantity, 0.5, 0.25, 0.75) for quantity in TRAITS] + [row("B", "campus_mw", 40.0)]
    traits += [row("*", "strategy", "steady"), row("B", "strategy", "retreat")]
    traits += [row("*", "kind", "Lab"), row("*", "heir", "Rest")]
    monkeypatch.setattr(
        figures, "_rows", lambda name: tuple(starts.values()) if name == "starts.csv" else tuple(traits)
    )
    return starts


def found(labs: tuple[str, ...] = ("A", "B"), **blocks: dict[str, object]) -> dict[str, Parameter]:
    return lab_parameters(DAY, labs, blocks)


def test_the_rest_is_what_labs_leave_of_the_world(table: dict[tuple[str, str], dict[str, str]]) -> None:
    for quantity in TOTALS:
        left = 0.6 if quantity in figures.FRACTIONS else 60.0
        assert found()[f"labs.Rest.{quantity}"].value == pytest.approx(left), quantity
    assert found(("A",))["labs.Rest.owned_h100e"].value == 90.0
    assert found(A={"owned_h100e": 25.0})["labs.Rest.owned_h100e"].value == 45.0
    assert found()["labs.Rest.largest_site_h100e"].value == 7.0


def test_the_rest_keeps_a_twentieth_of_the_world_and_a_band_as_wide(
    table: dict[tuple[str, str], dict[str, str]],
) -> None:
    table["World", "cash_usd"] = row("World", "cash_usd", 100.0, 50.0, 150.0)
    rest = found(A={"cash_usd": 98.0}, B={"cash_usd": 1.0})["labs.Rest.cash_usd"]
    assert rest.value == 5.0 and rest.prior is not None
    assert (rest.prior.low, rest.prior.high) == pytest.approx((2.5, 7.5))
    rest = found()["labs.Rest.cash_usd"]
    assert rest.prior is not None and (rest.prior.low, rest.prior.high) == pytest.approx((30.0, 90.0))
    assert found()["labs.Rest.stars"].prior is None


def test_the_rests_composition_is_what_makes_the_worlds_average(table: dict[tuple[str, str], dict[str, str]]) -> None:
    for quantity in (*COMPOSITION, "ai_capex_share"):
        table["World", quantity], table["A", quantity] = row("World", quantity, 0.5), row("A", quantity, 0.2)
        table["B", quantity] = row("B", quantity, 0.4)
        # 100 at a half are 50; the labs have 10 at 0.2 and 30 at 0.4; 36 are left for 60
        assert found()[f"labs.Rest.{quantity}"].value == pytest.approx(0.6), quantity
        assert found()[f"labs.Rest.{quantity}"].prior is None
        table["A", quantity], table["B", quantity] = row("A", quantity, 1.0), row("B", quantity, 1.0)
        assert found()[f"labs.Rest.{quantity}"].value == pytest.approx(1 / 6)
        table["World", quantity] = row("World", quantity, 0.3)
        assert found()[f"labs.Rest.{quantity}"].value == 0.0
        table["World", quantity] = row("World", quantity, 1.0)
        table["A", quantity], table["B", quantity] = row("A", quantity, 0.0), row("B", quantity, 0.0)
        assert found()[f"labs.Rest.{quantity}"].value == 1.0
    table["World", "in_house_share"] = row("World", "in_house_share", 0.02)
    for lab in ("A", "B"):
        table[lab, "in_house_share"] = row(lab, "in_house_share", 0.0)
    table["A", "owned_h100e"] = row("A", "owned_h100e", 69.0)  # with B's 30 one of 100 is left; a twentieth divides
    assert found()["labs.Rest.in_house_share"].value == pytest.approx(2 / 5)


def test_a_band_is_a_prior_lognormal_where_it_is_positive(table: dict[tuple[str, str], dict[str, str]]) -> None:
    table["A", "stars"], table["B", "stars"] = row("A", "stars", 10, 5, 20), row("B", "stars", 30, -1, 50)
    table["A", "researchers"] = row("A", "researchers", 10, 10, 10)
    table["B", "researchers"] = row("B", "researchers", 10, 0, 20)
    one, other = found()["labs.A.stars"].prior, found()["labs.B.stars"].prior
    assert one is not None and (one.kind, one.low, one.high) == ("lognormal", 5.0, 20.0)
    assert other is not None and (other.kind, other.low, other.high) == ("normal", -1.0, 50.0)
    assert found()["labs.A.researchers"].prior is None
    zero = found()["labs.B.researchers"].prior
    assert zero is not None and zero.kind == "normal"


def test_amounts_are_not_negative_fractions_end_at_one_and_cash_flow_may_lose() -> None:
    record = lab_parameters(DAY, ("xAI",), {})
    assert (record["labs.xAI.users_share"].low, record["labs.xAI.users_share"].high) == (0.0, 1.0)
    assert (record["labs.xAI.stars"].low, record["labs.xAI.stars"].high) == (0.0, np.inf)
    assert record["labs.xAI.operating_cash_flow_usd_per_year"].low == -np.inf


def test_a_lab_has_its_own_conduct_or_the_common_one(table: dict[tuple[str, str], dict[str, str]]) -> None:
    seen = found(B={"attrition": 0.3, "strategy": "idle"})
    assert seen["labs.A.campus_mw"].value == 0.5 and seen["labs.B.campus_mw"].value == 40.0
    assert seen["labs.B.attrition"].value == 0.3 and seen["labs.B.attrition"].prior is None
    assert seen["labs.A.strategy"].value == "steady" and seen["labs.B.strategy"].value == "idle"
    assert found()["labs.B.strategy"].value == "retreat"


def test_a_figure_that_nobody_gives_is_asked_for_and_an_unknown_one_refused(
    table: dict[tuple[str, str], dict[str, str]],
) -> None:
    del table["A", "stars"]
    with pytest.raises(UserError, match="lab A needs a figure for stars"):
        found()
    assert found(A={"stars": 3.0})["labs.A.stars"].value == 3.0
    with pytest.raises(UserError, match="did you mean 'attrition'"):
        found(A={"stars": 3.0, "atrition": 0.1})


def test_a_figure_says_what_it_is_in_the_tables_words_or_by_its_name(
    table: dict[tuple[str, str], dict[str, str]],
) -> None:
    table["B", "cash_usd"]["text"] = "money in the bank"
    assert found()["labs.A.cash_usd"].text == "cash usd" and found()["labs.B.cash_usd"].text == "money in the bank"
