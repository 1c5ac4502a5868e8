"""The claim's table against hand counts, first passage against the reflection principle, intervals against tables."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computerace.analysis.claim import (
    COLUMNS,
    as_percent,
    chance_words,
    claim_table,
    effective_worlds,
    first_passage,
    is_bound,
    is_sample,
    probability_words,
    share_of,
)
from computerace.analysis.columns import DEFINITIONS, RIVALS
from computerace.analysis.intervals import wilson
from computerace.market.errors import UserError


def worlds_of(first: np.ndarray, ratio: np.ndarray | None = None, horizon: int = 24) -> pd.DataFrame:
    """Worlds in which every definition has the same first months and final ratios."""
    number = len(first)
    table: dict[str, object] = {"world": np.arange(number)}
    for definition in DEFINITIONS:
        for rivals in RIVALS:
            table[f"{definition}_{rivals}_first_month"] = first
            for month in range(0, horizon + 1, 12):
                table[f"{definition}_{rivals}_ratio_{month}"] = np.ones(number) if ratio is None else ratio
    return pd.DataFrame(table)


def test_wilson_gives_the_published_intervals() -> None:
    # Newcombe (1998, Statistics in Medicine 17:857), table I, method 3.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (count, total), expected in published.items():
        assert tuple(map(float, wilson(count, total))) == pytest.approx(expected, abs=5e-5)


def test_wilson_of_all_mirrors_wilson_of_none() -> None:
    low, high = wilson(np.array([0, 50]), 50)
    assert (low[0], high[1]) == (0.0, 1.0)
    assert low[1] == pytest.approx(1 - high[0])


def test_table_counts_worlds_up_to_each_deadline() -> None:
    first = np.array([3.0, 12.0, 13.0, 24.0, np.nan, np.nan, np.nan, np.nan])
    table = claim_table(worlds_of(first, np.arange(1.0, 9.0)), [12, 24])
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == len(DEFINITIONS) * len(RIVALS) * 2
    row = table[(table["definition"] == "used") & (table["rivals"] == "all")].set_index("deadline_months")
    assert row["reached"].tolist() == [2, 4]
    assert row["probability"].tolist() == [0.25, 0.5]
    assert row.loc[24, "first_month_p50"] == 12.5
    assert row.loc[24, "ratio_p50"] == 4.5
    assert (row.loc[12, "low"], row.loc[12, "high"]) == pytest.approx(tuple(map(float, wilson(2, 8))))
    assert row["effective_worlds"].tolist() == [8.0, 8.0]


def test_a_deadline_between_marked_months_has_a_probability_and_no_ratio() -> None:
    row = claim_table(worlds_of(np.array([3.0, 7.0, np.nan])), [7]).iloc[0]
    assert row["reached"] == 2
    assert math.isnan(row["ratio_p50"])


def test_none_in_n_is_a_bound_and_not_zero() -> None:
    row = claim_table(worlds_of(np.full(300, np.nan)), [24]).iloc[0]
    assert row["bound"] and row["probability"] == 0.0
    assert row["high"] == pytest.approx(1.96**2 / (300 + 1.96**2), rel=1e-4)
    assert probability_words(row.to_dict()) == "below 1.3 %"
    every = claim_table(worlds_of(np.full(300, 1.0)), [24]).iloc[0]
    assert probability_words(every.to_dict()) == "above 98.7 %"


def test_first_passage_of_a_random_walk_follows_the_reflection_principle() -> None:
    # P(max over n steps >= a) = P(S_n >= a) + P(S_n > a) for a walk of fair steps of one.
    number, steps, level = 40_000, 36, 6
    walk = np.random.default_rng(8).choice([-1, 1], size=(number, steps)).cumsum(axis=1)
    above = walk >= level
    first = np.where(above.any(axis=1), above.argmax(axis=1) + 1.0, np.nan)
    curve = first_passage(worlds_of(first, horizon=steps)).set_index("month")
    for month in (1, 5, 6, 12, 24, 36):
        ends = np.arange(-month, month + 1, 2)
        chance = np.array([math.comb(month, (month + end) // 2) / 2**month for end in ends])
        exact = chance[ends >= level].sum() + chance[ends > level].sum()
        error = math.sqrt(exact * (1 - exact) / number)
        assert curve.loc[month, "probability"] == pytest.approx(exact, abs=3.5 * error + 1e-12)
        assert curve.loc[month, "low"] <= exact + 2 * error and exact - 2 * error <= curve.loc[month, "high"]
    assert curve["probability"].is_monotonic_increasing
    assert curve.loc[0, "reached"] == 0


def two_way(points: int, worlds: int, of_points: float, of_worlds: float, rng: np.random.Generator) -> pd.DataFrame:
    """Points and worlds with effects on a normal score, hit where it exceeds 1."""
    score = (
        of_points * rng.normal(size=(points, 1))
        + of_worlds * rng.normal(size=(1, worlds))
        + math.sqrt(1 - of_points**2 - of_worlds**2) * rng.normal(size=(points, worlds))
    )
    point, world = np.indices(score.shape)
    return pd.DataFrame({"point": point.ravel(), "world": world.ravel(), "hit": (score > 1).ravel()})


def test_worlds_that_share_a_point_or_luck_count_for_less() -> None:
    rng = np.random.default_rng(6)
    alone = two_way(100, 40, 0.0, 0.0, rng)
    shared = two_way(100, 40, 0.95, 0.0, rng)
    luck = two_way(100, 40, 0.0, 0.95, rng)
    assert effective_worlds(alone, alone["hit"]) > 2500
    assert 90 < effective_worlds(shared, shared["hit"]) < 180
    assert 30 < effective_worlds(luck, luck["hit"]) < 90


def test_interval_of_a_sweep_covers_the_truth_where_plain_counting_does_not() -> None:
    rng = np.random.default_rng(2)
    truth = 0.5 * math.erfc(1 / math.sqrt(2))
    covered = {"effective": 0, "plain": 0}
    for _ in range(200):
        table = two_way(100, 20, 0.8, 0.0, rng)
        for kind, number in (("effective", effective_worlds(table, table["hit"])), ("plain", len(table))):
            low, high = wilson(float(table["hit"].mean()) * number, number)
            covered[kind] += bool(low <= truth <= high)
    assert covered["effective"] >= 182
    assert covered["plain"] < 120


def weighted(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same with weights of mean 1 in each point, that have nothing to do with what was hit."""
    drawn = table.assign(weight=rng.lognormal(sigma=1.0, size=len(table)))
    return drawn.assign(weight=drawn["weight"] / drawn.groupby("point")["weight"].transform("mean"))


def test_weights_take_from_the_luck_of_worlds_and_not_from_the_number_of_points() -> None:
    rng = np.random.default_rng(9)
    alone, shared = (two_way(100, 40, of_points, 0.0, rng) for of_points in (0.0, 0.95))
    many = weighted(alone, rng)
    worlds = many["weight"].sum() ** 2 / (many["weight"] ** 2).sum()
    assert 0.7 * worlds < effective_worlds(many, many["hit"]) <= worlds
    few = weighted(shared, rng)
    assert 80 < effective_worlds(few, few["hit"]) < 180  # as without weights: it hangs on the points
    same = shared.assign(weight=1.0)
    assert effective_worlds(same, same["hit"]) == pytest.approx(effective_worlds(shared, shared["hit"]))


def test_interval_of_a_weighted_sweep_covers_the_truth() -> None:
    rng = np.random.default_rng(3)
    truth, covered = 0.5 * math.erfc(1 / math.sqrt(2)), 0
    for _ in range(200):
        table = weighted(two_way(100, 20, 0.6, 0.0, rng), rng)
        number = effective_worlds(table, table["hit"])
        low, high = wilson(float(np.average(table["hit"], weights=table["weight"])) * number, number)
        covered += bool(low <= truth <= high)
    assert 182 <= covered <= 199


def test_where_nothing_was_hit_each_point_counts_once() -> None:
    table = pd.DataFrame({"point": np.repeat([0, 1, 2], 5), "world": np.tile(np.arange(5), 3)})
    assert effective_worlds(table, pd.Series(np.zeros(15, dtype=bool))) == 3.0
    one = table.assign(weight=[5.0, 0.0, 0.0, 0.0, 0.0] * 3)
    assert effective_worlds(one, pd.Series(np.zeros(15, dtype=bool))) == 3.0


def test_by_scenario_gives_each_its_own_rows() -> None:
    table = pd.concat(
        [worlds_of(np.full(4, 5.0)).assign(scenario="a"), worlds_of(np.full(4, np.nan)).assign(scenario="b")]
    )
    found = claim_table(table, [24], by=("scenario",)).groupby("scenario")["probability"].first()
    assert found.to_dict() == {"a": 1.0, "b": 0.0}


@pytest.mark.parametrize(("deadline", "told"), [(25, "from 1 to 24"), (0, "from 1 to 24")])
def test_a_deadline_beyond_the_run_is_refused(deadline: int, told: str) -> None:
    with pytest.raises(UserError, match=told):
        claim_table(worlds_of(np.array([1.0])), [deadline])


def test_a_table_that_is_no_run_is_refused_by_its_missing_column() -> None:
    with pytest.raises(UserError, match="owned_three_ratio_60"):
        claim_table(pd.DataFrame({"world": [0, 1]}))
    with pytest.raises(UserError, match="lacks the column scenario"):
        claim_table(worlds_of(np.array([1.0])), by=("scenario",))
    with pytest.raises(UserError, match="did you mean 'owned'"):
        first_passage(worlds_of(np.array([1.0])), "owend")


def test_a_grid_is_no_sample_and_a_prior_is_one() -> None:
    assert is_sample({"design": None})
    assert is_sample({"design": {"sampler": {"kind": "prior"}}})
    assert not is_sample({"design": {"sampler": {"kind": "grid"}}})
    assert not is_sample({"design": {"scenarios": []}})


def test_percentages_have_two_figures() -> None:
    shown = {0.0: "0.0 %", 0.00042: "0.042 %", 0.004: "0.40 %", 0.0712: "7.1 %", 0.256: "25.6 %", 1.0: "100 %"}
    assert {share: as_percent(share) for share in shown} == shown


@given(data=st.data(), worlds=st.integers(2, 1_000_000))
def test_a_count_of_worlds_is_a_bound_where_none_or_all_got_there_and_nowhere_else(
    data: st.DataObject, worlds: int
) -> None:
    reached = data.draw(st.integers(0, worlds))
    low, high = wilson(reached, worlds)
    assert is_bound(reached / worlds, float(low), float(high)) == (reached in (0, worlds))


def test_what_weighs_less_than_its_interval_can_tell_is_a_bound_and_has_no_figures_of_its_own() -> None:
    weight = np.r_[1e-4, np.full(99, (100 - 1e-4) / 99)]
    for there in (np.arange(100) == 0, np.arange(100) > 0):
        table = pd.DataFrame({"world": np.arange(100), "weight": weight, "hit": there})
        share = share_of(table, table["hit"])
        assert share.reached in (1, 99) and share.bound
        assert probability_words(share._asdict()).startswith("below 3." if there[0] else "above 96")


@pytest.mark.parametrize(
    ("share", "low", "high", "told"),
    [
        (0.00071, 0.00005, 0.0097, "0.07 % (0.01 % to 0.97 %)"),
        (0.02, 0.0003, 0.56, "2 % (0 % to 56 %)"),
        (0.8047, 0.7871, 0.8212, "80.5 % (78.7 % to 82.1 %)"),
        (0.00028, 0.00014, 0.00055, "0.028 % (0.014 % to 0.055 %)"),
        (2.4e-6, 1.1e-10, 0.047, "below 4.7 %"),
    ],
)
def test_a_chance_is_told_to_the_second_figure_of_its_error(share: float, low: float, high: float, told: str) -> None:
    assert chance_words(share, low, high) == told
