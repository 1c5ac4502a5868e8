"""Owners' figures: what a table says of a lab, what a scenario gives, and what labs leave of the world, by hand."""

from datetime import date

import numpy as np
import pytest

from computerace.market import figures
from computerace.market.errors import UserError
from computerace.market.figure_bounds import BOUNDS, FRACTION
from computerace.market.figure_words import WORDS as WORDS_OF
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
        fraction = BOUNDS[quantity] == FRACTION
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
        left = 0.6 if BOUNDS[quantity] == FRACTION else 60.0
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
    assert record["labs.xAI.stars"].low == 0.0 and record["labs.xAI.stars"].high < np.inf
    assert record["labs.xAI.operating_cash_flow_usd_per_year"].low < 0.0


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


def test_a_figure_says_what_it_is_in_the_tables_words_or_the_models(
    table: dict[tuple[str, str], dict[str, str]],
) -> None:
    table["B", "cash_usd"]["text"] = "money in the bank"
    assert found()["labs.A.cash_usd"].text == "cash" and found()["labs.B.cash_usd"].text == "money in the bank"


def test_every_figure_of_the_start_is_told_in_words() -> None:
    assert set(WORDS_OF) == set(STATE)


@pytest.fixture
def members(table: dict[tuple[str, str], dict[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    """The four labs own 20 of 100; A and B are in the rest unless they are taken out; nobody names the other 40."""
    for quantity in STATE:
        fraction = BOUNDS[quantity] == FRACTION
        for lab in figures.DEFAULT_LABS:
            table[lab, quantity] = row(lab, quantity, 0.05 if fraction else 5.0)
        if quantity not in (*TOTALS, *COMPOSITION, "ai_capex_share", "added_h100e_per_month"):
            table["Others", quantity] = row(
                "Others", quantity, 0.5 if fraction else 20.0, 0.25 if fraction else 10.0, 40.0
            )
    return table


def test_the_rest_stops_counting_a_lab_that_is_taken_out_of_it(members: dict[tuple[str, str], dict[str, str]]) -> None:
    kept, without_b, alone = (
        lab_parameters(DAY, (*figures.DEFAULT_LABS, *labs), {}) for labs in ((), ("B",), ("A", "B"))
    )
    assert [one["labs.Rest.largest_site_h100e"].value for one in (kept, without_b, alone)] == [7.0, 20.0, 20.0]
    members["A", "largest_site_h100e"] = row("A", "largest_site_h100e", 25.0)
    assert lab_parameters(DAY, (*figures.DEFAULT_LABS, "B"), {})["labs.Rest.largest_site_h100e"].value == 25.0
    # A owns 10 and lets 0.1, nobody names 40 that let 0.5
    assert without_b["labs.Rest.let_share"].value == pytest.approx(21 / 50)
    assert kept["labs.Rest.let_share"].value == 0.07 and alone["labs.Rest.let_share"].value == pytest.approx(0.5)


def test_the_rests_band_goes_with_its_value(members: dict[tuple[str, str], dict[str, str]]) -> None:
    prior = lab_parameters(DAY, (*figures.DEFAULT_LABS, "B"), {})["labs.Rest.let_share"].prior
    assert prior is not None and prior.low == pytest.approx(0.25 * (21 / 50) / 0.5)


def test_a_lab_that_nobody_knows_leaves_the_rest_its_own_figures(
    members: dict[tuple[str, str], dict[str, str]],
) -> None:
    block = dict.fromkeys(STATE, 0.01)
    found = lab_parameters(DAY, (*figures.DEFAULT_LABS, "C"), {"C": block})
    assert found["labs.Rest.let_share"].value == 0.07


def test_what_a_scenario_gives_has_the_scenario_for_its_source(table: dict[tuple[str, str], dict[str, str]]) -> None:
    seen = lab_parameters(DAY, ("A", "B"), {"A": {"stars": 3.0, "attrition": 0.3, "heir": "B"}}, giver="scenario mine")
    for quantity in ("stars", "attrition", "heir"):
        one = seen[f"labs.A.{quantity}"]
        assert (one.source, one.grade) == ("scenario mine", "given"), quantity
    assert (seen["labs.A.cash_usd"].source, seen["labs.B.stars"].grade) == ("somebody", "A")


def test_a_lab_of_another_date_is_refused_with_the_dates_that_it_has() -> None:
    with pytest.raises(UserError, match=r"lab OpenAI needs a figure for .*: the record has it at 2025-12-31, so start"):
        lab_parameters(date(2024, 12, 31), ("xAI", "OpenAI"), {})


def test_the_growth_of_cash_flow_is_as_likely_above_its_value_as_below() -> None:
    prior = lab_parameters(DAY, ("xAI", "Google"), {})["labs.Google.cash_flow_growth"].prior
    assert prior is not None and prior.kind == "normal"


@pytest.mark.parametrize("quantity", [*STATE, *TRAITS])
def test_every_figure_on_record_lies_well_inside_its_bounds(quantity: str) -> None:
    low, high = BOUNDS[quantity]
    labs = (*figures.DEFAULT_LABS, "OpenAI", "Anthropic", "Amazon", "Oracle", "CoreWeave", "ByteDance")
    found = [lab_parameters(DAY, some, {}) for some in (figures.DEFAULT_LABS, labs)]
    values = [float(one.value) for all_of in found for name, one in all_of.items() if name.endswith(f".{quantity}")]
    assert np.isfinite((low, high)).all() and min(values) >= low and max(values) <= high
    assert high == 1.0 or max(values) <= high / 3
