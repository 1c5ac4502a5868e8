"""Shapley values against games with known values, and what is refused."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.causes.attribution import (
    COLUMNS,
    FACTORS,
    TOTAL,
    coalitions,
    ends,
    neutral_mechanisms,
    shapley,
    weights,
)
from computerace.analysis.intervals import wilson
from computerace.market.errors import UserError
from computerace.market.registry import NEUTRAL


def played(factors: list[str], game: Callable[[dict[str, bool]], float], worlds: int = 1) -> pd.DataFrame:
    """A game's outcome for every coalition, the same in each world."""
    table = coalitions(factors)
    table["outcome"] = [game({str(name): on for name, on in row.items()}) for row in table.to_dict("records")]
    return pd.concat([table.assign(world=world) for world in range(worlds)], ignore_index=True)


def values(table: pd.DataFrame, factors: list[str]) -> dict[str, float]:
    found = shapley(table, factors, ["outcome"])
    return dict(zip(found["factor"], found["value"], strict=True))


def test_in_a_linear_game_each_factor_gets_its_coefficient() -> None:
    slopes = {"a": 2.0, "b": -0.5, "c": 0.0, "d": 7.0}
    table = played(list(slopes), lambda on: 3.0 + sum(slopes[name] for name in slopes if on[name]))
    found = values(table, list(slopes))
    assert {name: found[name] for name in slopes} == pytest.approx(slopes)
    frame = shapley(table, list(slopes), ["outcome"]).set_index("factor")
    assert frame.loc[list(slopes), "alone"].tolist() == pytest.approx(list(slopes.values()))
    assert frame.loc[list(slopes), "last"].tolist() == pytest.approx(list(slopes.values()))


def test_the_glove_game_gives_two_thirds_to_the_rare_glove() -> None:
    # One owner of a left glove, two of a right one; a pair is worth 1.
    table = played(["left", "right", "other"], lambda on: float(on["left"] and (on["right"] or on["other"])))
    assert values(table, ["left", "right", "other"]) == pytest.approx(
        {"left": 2 / 3, "right": 1 / 6, "other": 1 / 6, TOTAL: 1.0}
    )


def test_the_airport_game_shares_each_stretch_among_those_who_need_it() -> None:
    # A runway costs what the largest aeroplane needs; each stretch is shared by all who land on it (Littlechild, Owen).
    costs = {"small": 8.0, "middle": 11.0, "large": 13.0, "huge": 18.0}
    table = played(list(costs), lambda on: max((costs[name] for name in costs if on[name]), default=0.0))
    assert values(table, list(costs)) == pytest.approx({"small": 2, "middle": 3, "large": 4, "huge": 9, TOTAL: 18})


def test_seven_factors_get_their_average_over_all_orders_of_joining() -> None:
    rng = np.random.default_rng(4)
    table = coalitions(list(FACTORS)).assign(world=0, outcome=rng.normal(size=128))
    worth = {tuple(row[:7]): row[8] for row in table.itertuples(index=False, name=None)}
    average = np.zeros(7)
    orders = list(permutations(range(7)))
    for order in orders:
        on = [False] * 7
        for place in order:
            before = worth[tuple(on)]
            on[place] = True
            average[place] += (worth[tuple(on)] - before) / len(orders)
    found = shapley(table, list(FACTORS), ["outcome"])
    np.testing.assert_allclose(found["value"][:7], average, atol=1e-12)


def test_values_add_up_to_the_difference_between_all_and_none() -> None:
    rng = np.random.default_rng(1)
    table = pd.concat([coalitions(list(FACTORS)).assign(world=world) for world in range(50)], ignore_index=True)
    table = table.assign(log_ratio=rng.normal(size=len(table)), hit=rng.random(len(table)) < 0.3)
    found = shapley(table.sample(frac=1, random_state=2), list(FACTORS), ["hit", "log_ratio"])
    assert list(found.columns) == list(COLUMNS)
    for name in ("hit", "log_ratio"):
        rows = found[found["outcome"] == name]
        without, all_in = ends(table, list(FACTORS), name)
        assert rows["value"].iloc[:-1].sum() == pytest.approx(all_in - without, abs=1e-12)
        assert rows["value"].iloc[-1] == pytest.approx(all_in - without, abs=1e-12)
        assert (rows["low"] <= rows["value"]).all() and (rows["value"] <= rows["high"]).all()


def test_weights_of_a_factor_sum_to_one_over_the_coalitions_that_it_joins() -> None:
    for number in (1, 2, 7):
        matrix = weights(number)
        assert matrix.shape == (number, 2**number)
        np.testing.assert_allclose(np.where(matrix > 0, matrix, 0).sum(axis=1), 1.0)
        np.testing.assert_allclose(matrix.sum(axis=1), 0.0, atol=1e-12)


@pytest.mark.slow
def test_the_interval_covers_the_truth_about_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for trial in range(200):
        table = pd.concat([coalitions(["a", "b"]).assign(world=world) for world in range(80)], ignore_index=True)
        noise = rng.normal(size=80)  # of the world, the same for all of its coalitions
        own = rng.normal(size=len(table))
        table["outcome"] = 1.0 * table["a"] - 2.0 * table["b"] + 5 * noise[table["world"]] + own
        row = shapley(table, ["a", "b"], ["outcome"], seed=trial).iloc[0]
        covered += row["low"] <= 1.0 <= row["high"]
    assert 180 <= covered <= 198


def test_a_factor_that_flipped_no_world_gets_a_bound_and_not_certainty() -> None:
    table = played(["a", "b"], lambda on: on["a"], worlds=400).astype({"outcome": bool})
    row = shapley(table, ["a", "b"], ["outcome"]).set_index("factor").loc["b"]
    bound = float(wilson(0, 400)[1])
    assert (row["value"], row["low"], row["high"]) == pytest.approx((0.0, -bound, bound))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.iloc[:-1], "lack a world"),
        (lambda t: t.assign(world=np.arange(len(t))), "lack a world"),
        (lambda t: t[t["a"] | t["b"]], "lack a world"),
        (lambda t: t.drop(columns="outcome"), "lacks the column outcome"),
        (lambda t: t.assign(outcome=t["outcome"].where(t.index != 3)), "not finite in 1 of 8 rows, first in 3"),
        (lambda t: t.iloc[:0], "empty"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(change: Callable[[pd.DataFrame], pd.DataFrame], words: str) -> None:
    table = played(["a", "b"], lambda on: float(on["a"]), worlds=2)
    with pytest.raises(UserError, match=words):
        shapley(change(table), ["a", "b"], ["outcome"])


def test_every_factor_names_mechanisms_that_can_be_taken_out() -> None:
    assert len(FACTORS) == 7
    assert {mechanism for names in FACTORS.values() for mechanism in names} <= set(NEUTRAL)
    assert neutral_mechanisms({"energy": False, "software": True}) == ("energy", "sites")
    with pytest.raises(UserError, match="did you mean 'software'"):
        neutral_mechanisms({"sofware": False})
