"""What each parameter accounts for alone, from data that no design was made for."""

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.sensitivity.given_data import COLUMNS, importance, with_sources
from computerace.market.errors import UserError

NAMES = [f"mechanism.p{number}" for number in range(8)]


def drawn(count: int, seed: int) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(seed).random((count, len(NAMES))), columns=NAMES)


def ishigami(worlds: pd.DataFrame) -> pd.Series:
    a, b, c = (np.pi * (2 * worlds[name] - 1) for name in NAMES[:3])
    return (np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)).rename("outcome")


def test_first_order_indices_of_ishigami_are_the_published_ones() -> None:
    worlds = drawn(8000, 1)
    found = importance(worlds, ishigami(worlds), NAMES).set_index("parameter")["share"]
    # Twenty bins miss a hundredth of what a sine explains.
    assert found[NAMES[0]] == pytest.approx(0.3139, abs=0.025)
    assert found[NAMES[1]] == pytest.approx(0.4424, abs=0.025)
    assert found[NAMES[2:]].abs().max() < 0.02


def test_intervals_hold_a_known_share_about_nineteen_times_in_twenty() -> None:
    held = []
    for seed in range(100):
        worlds = drawn(500, seed)
        outcome = (3 * worlds[NAMES[0]] + 2 * worlds[NAMES[1]] + worlds[NAMES[2]]).rename("outcome")
        found = importance(worlds, outcome, NAMES).set_index("parameter").loc[NAMES[:4]]
        true = np.array([9, 4, 1, 0]) / 14
        held.append((found["low"] <= true) & (true <= found["high"]))
    assert np.mean(held) > 0.9


def test_parameters_without_effect_seldom_exceed_what_chance_gives() -> None:
    luckiest = []
    for seed in range(100):
        worlds = drawn(300, seed)
        outcome = pd.Series(np.random.default_rng(1000 + seed).normal(size=300), name="outcome")
        found = importance(worlds, outcome, NAMES)
        luckiest.append(found["share"].max() > found["chance"].iloc[0])
    assert np.mean(luckiest) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)


def test_worlds_of_a_point_count_once_and_their_luck_is_taken_out() -> None:
    points, worlds = 600, 4
    table = drawn(points, 2)
    luck = np.random.default_rng(3).normal(size=(points, worlds))
    outcome = 4 * table[NAMES[0]].to_numpy()[:, None] + 2 * table[NAMES[1]].to_numpy()[:, None] + 3 * luck
    long = table.loc[np.repeat(np.arange(points), worlds)].reset_index(drop=True)
    long = long.assign(point=np.repeat(np.arange(points), worlds), world=np.tile(np.arange(worlds), points))
    noise = (9 / worlds) / (20 / 12 + 9 / worlds)
    found = importance(long, pd.Series(outcome.ravel(), name="outcome"), NAMES, luck=noise).set_index("parameter")
    assert found.loc[NAMES[0], "share"] == pytest.approx(0.8, abs=0.15)
    assert found.loc[NAMES[1], "share"] == pytest.approx(0.2, abs=0.15)
    assert (found["points"] == points).all()


def test_a_parameter_of_few_values_is_taken_value_by_value() -> None:
    generator = np.random.default_rng(1)
    worlds = pd.DataFrame({"a.x": generator.integers(0, 2, 400).astype(float), "a.y": generator.random(400)})
    found = importance(worlds, worlds["a.x"].rename("outcome"), ["a.x", "a.y"]).set_index("parameter")
    assert found.loc["a.x", "share"] == pytest.approx(1)


def test_columns_are_the_documented_ones_and_sources_are_put_beside() -> None:
    worlds = drawn(200, 1)
    found = importance(worlds, ishigami(worlds), NAMES)
    assert tuple(found.columns) == COLUMNS
    about = with_sources(found, {"parameters": {NAMES[0]: {"unit": "ratio", "grade": "B"}}}).set_index("parameter")
    assert about.loc[NAMES[0], "unit"] == "ratio"
    assert about.loc[NAMES[1], "grade"] == ""


def test_what_cannot_be_analysed_is_refused_by_name() -> None:
    worlds = drawn(200, 1)
    with pytest.raises(UserError, match=r"lacks the column mechanism\.z"):
        importance(worlds, ishigami(worlds), ["mechanism.z"])
    with pytest.raises(UserError, match=r"the outcome outcome is not finite in 1 of 200 rows, first in 7"):
        importance(worlds, ishigami(worlds).where(worlds.index != 7), NAMES)
    with pytest.raises(UserError, match="99 points are too few"):
        importance(worlds.head(99), ishigami(worlds).head(99), NAMES)
    with pytest.raises(UserError, match="99% of what differs between points is luck"):
        importance(worlds, ishigami(worlds), NAMES, luck=0.99)
    with pytest.raises(UserError, match="is 2 at every point"):
        importance(worlds, pd.Series(2.0, index=worlds.index, name="outcome"), NAMES)
