"""The figures of a fit: what the record says up to a date, with errors that are shared where counts are."""

import datetime

import numpy as np
import pandas as pd
import pytest

from computerace.market.data import table
from computerace.runs.calibration.evidence import MARKET, TABLES, covariance, figures

START, UNTIL = datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)


def later_nonsense(until: datetime.date) -> dict[str, pd.DataFrame]:
    """Every table with its figures after a date multiplied by a thousand."""
    changed = {}
    for name in TABLES:
        frame = table(name)
        day = next(column for column in ("quarter_end", "period_end", "date") if column in frame)
        later = frame[day] > pd.Timestamp(until)
        assert later.any()
        for column in frame.select_dtypes("number").columns.difference(["months"]):
            frame[column] = frame[column].astype(float).where(~later, frame[column] * 1000.0 + 7.0)
        changed[name] = frame
    return changed


def test_no_figure_is_later_than_the_date_or_changes_with_what_came_after() -> None:
    known = figures(START, UNTIL)
    assert max(one.last for one in known) == 12
    assert known == figures(START, UNTIL, later_nonsense(UNTIL))
    assert known != figures(START, datetime.date(2025, 3, 31))


@pytest.mark.parametrize(
    ("quantity", "owner", "last", "value"),
    [
        ("owned", "Google", 12, 1_385_823.0),
        ("owned", "xAI", 12, 110_000.0),  # with the ten thousand that are added for it
        ("capex", "Meta", 3, 6.72e9),
        ("supply", MARKET, 6, 2649128 - 1965484 + 475485 - 331115 + 173975 - 55200 + 78230 - 32836),
        ("price", MARKET, 12, 25_800.0),
        ("used", "Google", 12, 420_334.0),
        ("power", "xAI", 12, 144.0),
    ],
)
def test_a_figure_is_the_log_of_the_records(quantity: str, owner: str, last: int, value: float) -> None:
    (one,) = (one for one in figures(START, UNTIL) if (one.quantity, one.owner, one.last) == (quantity, owner, last))
    assert one.value == pytest.approx(np.log(value))


def test_the_start_of_a_vendors_record_is_no_delivery() -> None:
    """AMD's and Amazon's chips of before 2024 come into the record in its first quarter."""
    assert [one.last for one in figures(START, UNTIL) if one.quantity == "supply"] == [6, 9, 12]


def test_owners_other_than_xai_are_known_to_three_tenths_at_best() -> None:
    errors = np.sqrt(np.diag(covariance(figures(START, UNTIL))))
    for one, error in zip(figures(START, UNTIL), errors, strict=True):
        if one.quantity == "owned" and one.owner != "xAI":
            assert error >= 0.3


def test_errors_are_shared_within_an_owner_and_fade_with_time() -> None:
    known = figures(START, UNTIL)
    error = covariance(known)
    place = {(one.quantity, one.owner, one.last): number for number, one in enumerate(known)}
    early, late = place["owned", "Google", 3], place["owned", "Google", 12]
    assert error[early, late] == pytest.approx(0.3 * 0.3 * 0.9**0.75)
    assert error[late, place["power", "Google", 12]] == pytest.approx(0.3 * 0.3)
    assert error[late, place["owned", "Meta", 12]] == 0.0
    assert np.linalg.eigvalsh(error).min() > 0
