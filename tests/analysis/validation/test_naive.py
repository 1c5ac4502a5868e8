"""The naïve rivals: what each says of simple histories, and that none looks ahead."""

import datetime

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.validation.naive import rivals
from computerace.analysis.validation.record import LABS, record

ORIGIN = datetime.date(2024, 12, 31)
GROWTH = {"xAI": 1.1, "Google": 1.2, "Microsoft": 1.3, "Meta": 1.4}


def history(growth: dict[str, float], noise: float = 0.0) -> pd.DataFrame:
    """Stocks that grew by a factor each quarter of 2023 and 2024, from 1,000, with noise in every step."""
    dates = pd.date_range("2023-03-31", "2024-12-31", freq="QE")
    generator = np.random.default_rng(5)
    parts = []
    for lab, factor in growth.items():
        steps = np.log(factor) + noise * generator.normal(size=len(dates))
        value = 1000 * np.exp(np.cumsum(steps))
        parts.append(
            pd.DataFrame({"date": dates, "quantity": "owned_h100e", "owner": lab, "value": value, "error": 0.3})
        )
    return pd.concat(parts, ignore_index=True)


def test_trend_carries_each_labs_growth_on() -> None:
    known = history(GROWTH)
    paths = rivals(known, ORIGIN, 3, 50, 1)["trend"]
    for lab, factor in GROWTH.items():
        last = known.loc[known["owner"] == lab, "value"].iloc[-1]
        assert paths["owned_h100e", lab][2] == pytest.approx(last * factor**3, rel=1e-6)


def test_constant_shares_stay_while_the_total_grows() -> None:
    known = history(GROWTH)
    paths = rivals(known, ORIGIN, 2, 50, 1)["constant shares"]
    total = np.sum([paths["owned_h100e", lab] for lab in LABS], axis=0)
    last = known[known["date"] == pd.Timestamp(ORIGIN)].set_index("owner")["value"]
    for lab in LABS:
        assert paths["owned_h100e", lab] / total == pytest.approx(last[lab] / last.sum())
    assert (total[1] > total[0]).all() and (total[0] > last.sum()).all()


def test_random_walk_spreads_shares_around_the_last_ones() -> None:
    known = history(dict.fromkeys(LABS, 1.3), noise=0.1)
    paths = rivals(known, ORIGIN, 8, 4000, 1)["random walk"]
    total = np.sum([paths["owned_h100e", lab] for lab in LABS], axis=0)
    last = known[known["date"] == pd.Timestamp(ORIGIN)].set_index("owner")["value"]
    for lab in LABS:
        share = paths["owned_h100e", lab] / total
        assert np.median(share[0]) == pytest.approx(last[lab] / last.sum(), abs=0.01)
        assert share[7].std() > 2 * share[0].std()


def test_spread_comes_from_the_history() -> None:
    wide, narrow = (
        np.log(rivals(history(GROWTH, noise), ORIGIN, 4, 4000, 1)["trend"]["owned_h100e", "Meta"][3])
        for noise in (0.1, 0.01)
    )
    assert np.subtract(*np.quantile(wide, [0.95, 0.05])) > 5 * np.subtract(*np.quantile(narrow, [0.95, 0.05]))


def test_lab_without_compute_goes_on_without() -> None:
    for paths in rivals(record(), datetime.date(2024, 6, 30), 4, 20, 1).values():
        assert (paths["owned_h100e", "xAI"] == 0).all()
        assert (paths["owned_h100e", "Google"] > 0).all()


def test_lab_with_a_short_history_takes_the_others_trend() -> None:
    """At end-2024 xAI has two figures, both 100,000: its own trend would be a sure standstill."""
    paths = rivals(record(), ORIGIN, 4, 2000, 1)["trend"]
    growth = {lab: np.median(paths["owned_h100e", lab][3]) for lab in LABS}
    assert 2 * 100_000 < growth["xAI"] < 8 * 100_000


def test_later_figures_change_no_rival() -> None:
    known = record()
    later = known["date"] > pd.Timestamp(ORIGIN)
    altered = known.assign(value=known["value"].where(~later, known["value"] * 7 + 1))
    first, second = (rivals(frame, ORIGIN, 4, 30, 1) for frame in (known, altered))
    assert first.keys() == second.keys()
    for name, paths in first.items():
        for key, values in paths.items():
            np.testing.assert_array_equal(values, second[name][key])


def test_no_rival_where_there_is_no_history() -> None:
    paths = rivals(record(), datetime.date(2023, 12, 31), 2, 10, 1)
    assert not any(quantity in ("capex_usd", "powered_mw") for quantity, _ in paths["trend"])
    assert ("supply_h100e", "Market") in paths["trend"]
