"""Names of the columns of a table of worlds."""

import pytest

from computerace.market.errors import UserError
from computerace.observables.outcomes import (
    agi_column,
    bound_column,
    compute_column,
    described,
    first_month_column,
    marked_months,
    may_be_missing,
    of_claim,
    ratio_column,
)

COLUMNS = [
    ratio_column("used", "all", 24), ratio_column("owned", "three", 60), first_month_column("owned", "three"),
    ratio_column("owned", "three", 0), compute_column("xAI", "owned", 12), bound_column("xAI", "none"),
]  # fmt: skip


def test_months_are_found_without_taking_names_apart() -> None:
    assert marked_months(COLUMNS) == [0, 60]
    assert marked_months(COLUMNS, "used", "all") == [24]
    assert marked_months(COLUMNS, "used", "three") == []


def test_columns_of_the_claim_keep_their_order() -> None:
    assert of_claim(COLUMNS) == COLUMNS[:4]


def test_only_months_of_what_need_not_happen_may_be_missing() -> None:
    found = may_be_missing(["Meta"])
    assert {agi_column("Meta"), first_month_column("used", "all")} <= found
    assert not found & set(COLUMNS) - {first_month_column("owned", "three")}
    assert {one.name for one in described() if one.never} - {"OWNER_agi_month"} <= found


def test_a_wrong_word_is_told_with_the_nearest() -> None:
    with pytest.raises(UserError, match="unknown definition 'owend'; did you mean 'owned'"):
        compute_column("xAI", "owend", 12)
    with pytest.raises(UserError, match="unknown cause"):
        bound_column("xAI", "love")
