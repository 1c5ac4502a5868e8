"""Scoring forecasts against what came later: calibrated ones are found calibrated, better ones better."""

import datetime

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.validation.backtest import MODEL, compared, scored, shares, summary, verdicts, with_error
from computerace.analysis.validation.record import LABS

ORIGIN = datetime.date(2024, 12, 31)
QUARTERS = tuple(datetime.date.fromisoformat(day) for day in ("2025-03-31", "2025-06-30"))


def truth(values: dict[str, list[float]], error: float = 0.3) -> pd.DataFrame:
    """A record of owned compute: at the origin 100,000 each, then the values given."""
    dates = pd.to_datetime([ORIGIN, *QUARTERS])
    parts = [
        pd.DataFrame(
            {"date": dates, "quantity": "owned_h100e", "owner": lab, "value": [1e5, *values[lab]], "error": error}
        )
        for lab in LABS
    ]
    return pd.concat(parts, ignore_index=True)


def all_labs(values: list[float]) -> dict[str, list[float]]:
    return dict.fromkeys(LABS, values)


def same(value: float, draws: int = 10) -> dict[tuple[str, str], np.ndarray]:
    return {("owned_h100e", lab): np.full((2, draws), value) for lab in LABS}


def of_all(rows: pd.DataFrame) -> pd.DataFrame:
    """The verdicts on all owners, by quantity."""
    found = verdicts(rows, "xAI")
    return found[found["without"].isna()].set_index("quantity")


def test_right_and_sure_forecast_scores_nothing() -> None:
    rows = scored({MODEL: same(2e5)}, truth(all_labs([2e5, 2e5])), ORIGIN, QUARTERS, 1, kept=1.0)
    assert rows["crps"].abs().max() < 1e-12
    assert rows["in_50"].all() and rows["in_90"].all()
    assert set(rows["quantity"]) == {"owned_h100e", "share"}


def test_nearer_forecast_wins_the_verdict() -> None:
    actual = truth(all_labs([2e5, 4e5]))
    rows = scored({MODEL: same(2.5e5), "far": same(9e5), "near": same(5e5)}, actual, ORIGIN, QUARTERS, 1)
    owned = of_all(rows).loc["owned_h100e"]
    assert (owned["rival"], bool(owned["better"]), owned["figures"]) == ("near", True, 8)
    assert owned["crps"] == pytest.approx(
        summary(rows).query("forecast == 'model' and quantity == 'owned_h100e'")["crps"].sum()
    )


def test_rival_that_forecasts_less_is_not_the_best() -> None:
    actual = truth(all_labs([2e5, 4e5]))
    part = {("owned_h100e", "Google"): np.array([[2e5] * 10, [4e5] * 10])}
    rows = scored({MODEL: same(2.5e5), "part": part, "whole": same(9e5)}, actual, ORIGIN, QUARTERS, 1)
    assert of_all(rows).loc["owned_h100e", "rival"] == "whole"


def test_figures_that_one_did_not_forecast_are_not_compared() -> None:
    actual = truth(all_labs([2e5, 4e5]))
    early, late = (
        scored({MODEL: same(value), "other": same(3e5)}, actual, ORIGIN, QUARTERS, 1) for value in (2.5e5, 9e9)
    )
    late = late.assign(origin=datetime.date(2024, 9, 30)).query("forecast == 'model'")
    rows = pd.concat([early, late])
    one, both = (of_all(frame).loc["owned_h100e"] for frame in (early, rows))
    assert (both["figures"], both["compared"]) == (16, 8)
    assert both["crps"] == one["crps"]
    assert len(compared(rows)) == len(early)


def test_no_verdict_where_nobody_else_forecast() -> None:
    rows = scored({MODEL: same(2.5e5)}, truth(all_labs([2e5, 4e5])), ORIGIN, QUARTERS, 1)
    found = of_all(rows).loc["owned_h100e"]
    assert found["rival"] == "" and found["better"] is None and np.isnan(found["rival_crps"])


def test_owned_compute_is_judged_without_the_claimant_too() -> None:
    rows = scored({MODEL: same(2.5e5), "far": same(9e5)}, truth(all_labs([2e5, 4e5])), ORIGIN, QUARTERS, 1)
    whole, part = verdicts(rows, "xAI").query("quantity == 'owned_h100e'").to_dict("records")
    assert (whole["without"], part["without"], whole["figures"], part["figures"]) == (None, "xAI", 8, 6)
    assert part["crps"] < whole["crps"]


def test_shares_add_up_to_one_in_every_draw() -> None:
    generator = np.random.default_rng(1)
    paths = {("owned_h100e", lab): generator.lognormal(size=(2, 50)) for lab in LABS}
    total = sum(shares(paths)["share", lab] for lab in LABS)
    np.testing.assert_allclose(total, 1.0)
    assert shares({("owned_h100e", "xAI"): paths["owned_h100e", "xAI"]}) == {}


def test_error_that_is_added_has_the_stated_size_and_is_the_same_for_all() -> None:
    actual = truth(all_labs([1e5, 1e5]))
    noisy = with_error(same(1e5, 20_000), actual, ORIGIN, QUARTERS, np.random.default_rng(3))
    spread = np.log(noisy["owned_h100e", "Meta"]).std(axis=1)
    assert spread == pytest.approx(
        [0.3 * np.sqrt(2 * (1 - 0.9**years)) for years in (90 / 365.25, 181 / 365.25)], rel=0.03
    )


@pytest.mark.slow
def test_calibrated_forecasts_cover_as_often_as_they_say() -> None:
    """Forecast and truth from one law, in 150 pasts: the stated error is part of both."""
    generator = np.random.default_rng(4)
    covered = []
    for past in range(150):
        paths = {("owned_h100e", lab): 1e5 * np.exp(generator.normal(0.5, 0.2, (2, 400))) for lab in LABS}
        sure = {("owned_h100e", lab): 1e5 * np.exp(generator.normal(0.5, 0.2, (2, 1))) for lab in LABS}
        blank = truth(all_labs([1.0, 1.0]))
        figures = with_error(sure, blank, ORIGIN, QUARTERS, generator)
        actual = truth({lab: figures["owned_h100e", lab][:, 0].tolist() for lab in LABS})
        rows = scored({MODEL: paths}, actual, ORIGIN, QUARTERS, past)
        covered.append(rows.loc[rows["quantity"] == "owned_h100e", ["in_50", "in_90"]].mean())
    found = pd.DataFrame(covered).mean()
    assert found["in_90"] == pytest.approx(0.9, abs=0.03)
    assert found["in_50"] == pytest.approx(0.5, abs=0.05)
