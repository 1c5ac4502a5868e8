"""A claim's file: what is read, and each slip in one line."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from computerace.market.errors import UserError
from computerace.runs.claims import claims, read_claim, read_claims, resolved

OWNERS = ("xAI", "Google", "Microsoft", "Meta", "Rest")
START = date(2025, 12, 31)
PLAIN: dict[str, Any] = {"quantity": "owned_h100e", "relation": "first", "by": 60}


@pytest.mark.parametrize("name", claims())
def test_every_shipped_claim_fits_the_usual_race_and_asks_a_question(name: str) -> None:
    claim = read_claim(name)
    found = resolved(claim, OWNERS, "xAI", START, 60)
    assert claim.question.endswith("?") and found.deadlines and found.names


def test_a_date_is_a_month_of_the_race() -> None:
    goal = resolved(read_claim("fifty-million"), OWNERS, "xAI", START, 60)
    assert goal.deadlines == (55,)
    assert resolved(read_claim(PLAIN | {"by": "2026-12-31"}), OWNERS, "xAI", START, 60).deadlines == (12,)


def test_of_several_deadlines_those_count_that_the_race_reaches() -> None:
    assert resolved(read_claim(PLAIN | {"by": [6, 60]}), OWNERS, "xAI", START, 12).deadlines == (6,)
    claim = read_claim({"quantity": "owned_h100e", "relation": "first", "at": "every year"})
    assert resolved(claim, OWNERS, "xAI", START, 30).deadlines == (12, 24, 30)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"by": None}, "a claim needs a deadline: either by or at"),
        ({"at": 3}, "a claim is either by or at a deadline, and this one has both: leave one out"),
        ({"by": 0}, "by must be a month such as 60"),
        ({"by": "soon"}, "got 'soon'"),
        ({"by": []}, "by must be a month"),
        ({"quantity": "owned_h100"}, "unknown observable 'owned_h100'; did you mean 'owned_h100e'"),
        ({"quantity": None}, "needs quantity"),
        ({"relation": "frist"}, "unknown relation 'frist'; did you mean 'first'"),
        ({"relation": "at least an amount"}, "needs amount"),
        ({"amount": 3}, "amount goes with relation = one of"),
        ({"relation": "at least a share", "amount": 1.5}, "amount must be a share above 0"),
        ({"relation": "at least an amount", "amount": float("nan")}, "amount must be a number"),
        (
            {"quantity": "share", "relation": "at least an amount", "amount": 50},
            "amount must be from 0 to 1, for share is a fraction; got 50",
        ),
        ({"quantity": "goodput", "relation": "less than an amount", "amount": -0.1}, "from 0 to 1, for goodput"),
        ({"claimant": "Meta", "rivals": ["Google", "Meta"]}, "Meta cannot be its own rival"),
        ({"rivals": ["Google", "Google"]}, "rivals names Google twice"),
        ({"rivals": []}, "rivals must be names of labs"),
        ({"rivals": 3}, "rivals must be names of labs"),
        ({"months_in_a_row": 0}, "months_in_a_row must be a whole number from 1 to 600"),
        ({"claimnt": "Meta"}, "unknown key 'claimnt'; did you mean 'claimant'"),
        ({"quantity": "herfindahl"}, "has no rivals in it"),
        ({"quantity": "herfindahl", "relation": "more than at the start", "claimant": "Meta"}, "leave claimant out"),
        ({"relation": "more than at the start", "rivals": "all others"}, "leave rivals out"),
    ],
)
def test_a_slip_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=None) as error:
        read_claim({key: value for key, value in (PLAIN | changes).items() if value is not None})
    assert told in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"claimant": "Mta"}, "unknown claimant in this race 'Mta'; did you mean 'Meta'"),
        ({"rivals": ["Gogle"]}, "did you mean 'Google'"),
        ({"quantity": "share", "rivals": ["Rest"]}, "unknown rival in share"),
        ({"rivals": ["xAI", "Meta"]}, "xAI cannot be its own rival"),
        ({"rivals": ["Meta"], "claimant": "each lab"}, "Meta has no rivals in this claim"),
        ({"by": 61}, "month 61, is after 60"),
        ({"by": "2025-12-31"}, "its deadline is not after 2025-12-31"),
        ({"by": [6, 12], "months_in_a_row": 13}, "13 months in a row cannot have passed by month 12"),
    ],
)
def test_what_does_not_fit_the_race_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError) as error:
        resolved(read_claim(PLAIN | changes | {"name": "mine"}), OWNERS, "xAI", START, 60)
    assert told in str(error.value) and str(error.value).startswith("mine: ")


@pytest.mark.parametrize("given", [3, 0.5, None, True])
def test_what_is_no_claim_is_told(given: Any) -> None:
    for one in (given, [given]):
        with pytest.raises(UserError, match="a claim is a name, a TOML file or a mapping of its keys, got"):
            read_claims(one)


def test_one_claim_alone_is_a_list_of_one_and_two_have_names_of_their_own() -> None:
    for one in ("half", PLAIN, read_claim("half")):
        assert read_claims(one) == (read_claim(one),)
    with pytest.raises(UserError, match=r"two claims are called claim; .* give a mapping a name of its own"):
        read_claims([PLAIN, PLAIN])


def test_a_file_is_called_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('quantity = "share"\nrelation = "first"\nat = 2026-12-31\n', encoding="utf-8")
    assert (read_claim(file).name, read_claim(str(file)).subject) == ("mine", "mine")
    file.write_text('quantity = "share"\nrelation = "first"\n', encoding="utf-8")
    with pytest.raises(UserError, match=r"mine\.toml: a claim needs a deadline"):
        read_claim(file)


@settings(deadline=None, max_examples=40)
@given(
    key=st.sampled_from(["by", "at"]), when=st.sampled_from([12, [12, 24], "2027-06-30", "every year"]),
    what=st.sampled_from(
        [
            {"quantity": "share", "relation": "at least an amount", "amount": 0.5, "claimant": "any lab"},
            {"quantity": "herfindahl", "relation": "more than at the start"},
            {"quantity": "owned_h100e", "relation": "first", "rivals": ["Meta", "Google"]},
            {"quantity": "owned_h100e", "relation": "at least a share", "amount": 0.5, "rivals": "all others"},
        ]
    ),
    row=st.integers(1, 3), negated=st.booleans(),
)  # fmt: skip
def test_a_claim_is_read_again_from_what_a_manifest_holds_of_it(
    key: str, when: object, what: dict[str, object], row: int, negated: bool
) -> None:
    claim = read_claim({**what, key: when, "months_in_a_row": row, "negated": negated, "name": "mine"})
    assert read_claim(json.loads(json.dumps(claim.to_dict()))) == claim
