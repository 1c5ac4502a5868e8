"""Discovery: planted boxes are found with the fewest conditions, noise is not, and what cannot be done is refused."""

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from computerace.analysis.discovery.boxes import CONDITIONS, LIMITS, Limits, Sample, fewest, inside
from computerace.analysis.discovery.search import CURVE, MOST, Target, best, discover, telling
from computerace.market.errors import UserError

pytestmark = pytest.mark.needs("discovery")

NAMES = [f"mechanism.p{number}" for number in range(8)]
INFINITE = float("inf")
PLANTED: Limits = {NAMES[0]: (0.6, INFINITE), NAMES[1]: (-INFINITE, 0.4), NAMES[2]: (0.3, INFINITE)}

type Flags = NDArray[np.bool_]


def drawn(count: int, seed: int = 1) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(seed).random((count, len(NAMES))), columns=NAMES)


def planted(worlds: pd.DataFrame, seed: int = 2) -> Flags:
    """Of interest: nine tenths of the worlds in the box, and one in a hundred of the others."""
    chance = np.random.default_rng(seed).random(len(worlds))
    return np.asarray(np.where(inside(worlds, PLANTED), chance < 0.9, chance < 0.01))


@pytest.mark.slow
def test_a_planted_box_is_found_with_no_condition_too_many() -> None:
    worlds = drawn(6000)
    found = discover(worlds, planted(worlds), NAMES)
    limits = found.boxes[0].fewest
    assert set(limits) == set(PLANTED)
    for name, ends in PLANTED.items():
        np.testing.assert_allclose(limits[name], ends, atol=0.04)
    chosen = found.curve[found.curve["chosen"]].iloc[0]
    assert chosen["density"] == pytest.approx(0.9, abs=0.08)
    # A hundredth of the worlds outside, nine tenths of the box's 0.168.
    held = 0.9 * 0.168 / (0.9 * 0.168 + 0.01 * 0.832)
    assert chosen["coverage"] == pytest.approx(held, abs=0.08)


@pytest.mark.slow
def test_two_planted_boxes_are_found_one_after_the_other() -> None:
    worlds = drawn(8000)
    other: Limits = {NAMES[3]: (0.8, INFINITE), NAMES[4]: (0.5, INFINITE)}
    hits = inside(worlds, PLANTED) | inside(worlds, other)
    found = discover(worlds, hits, NAMES, boxes=2)
    assert {frozenset(box.fewest) for box in found.boxes} == {frozenset(PLANTED), frozenset(other)}
    covered = found.curve[found.curve["chosen"]].set_index("box")["coverage"]
    assert covered.sum() > 0.85
    assert set(found.limits["box"]) == {1, 2}


def test_where_there_is_nothing_to_find_the_judged_density_says_so() -> None:
    judged, flattered = [], []
    for seed in range(6):
        worlds = drawn(2000, seed)
        hits = np.random.default_rng(100 + seed).random(len(worlds)) < 0.1
        last = discover(worlds, hits, NAMES).curve.iloc[-1]
        judged.append(last["density"] / hits.mean())
        flattered.append(last["density_where_found"] / hits.mean())
    assert np.mean(flattered) > 1.3
    assert np.mean(judged) == pytest.approx(1, abs=0.15)


def test_a_density_asked_for_gives_the_box_of_most_coverage_that_has_it() -> None:
    worlds = drawn(3000)
    curve = discover(worlds, planted(worlds), NAMES, density=0.5).curve
    chosen = curve[curve["chosen"]].iloc[0]
    enough = curve[(curve["density"] >= 0.5) & (curve["hits"] >= 20)]
    assert chosen["coverage"] == enough["coverage"].max()
    assert chosen["density"] < 0.6
    with pytest.raises(UserError, match=r"no box that can be judged has a density of 0\.999"):
        discover(worlds, planted(worlds), NAMES, density=0.999)


def test_worlds_of_a_point_stay_in_one_half() -> None:
    points = drawn(3000)
    worlds = points.loc[np.repeat(np.arange(3000), 4)].reset_index(drop=True)
    worlds.insert(0, "point", np.repeat(np.arange(3000), 4))
    found = discover(worlds, planted(worlds), NAMES)
    assert set(found.curve.query("step == 0")["worlds"]) == {6000}
    assert set(found.boxes[0].fewest) == set(PLANTED)


def test_leaving_out_one_at_a_time_keeps_what_is_needed_and_tells_what_each_was_worth() -> None:
    worlds = drawn(20_000)
    hits = inside(worlds, PLANTED)
    box = PLANTED | {NAMES[5]: (0.05, INFINITE), NAMES[6]: (-INFINITE, 0.9)}
    left, trials = fewest(Sample(worlds, hits, np.ones(len(worlds), dtype=bool)), box)
    assert left == PLANTED
    assert trials.loc[trials["dropped"], "parameter"].tolist() in ([NAMES[5], NAMES[6]], [NAMES[6], NAMES[5]])
    last = trials[trials["round"] == 3].set_index("parameter")["density"]
    # Without its first condition the box is 0.4 of what it then holds, and so on.
    np.testing.assert_allclose(last[NAMES[:3]], [0.4, 0.4, 0.7], atol=0.02)
    assert not trials[trials["round"] == 3]["dropped"].any()


def test_the_last_condition_stays() -> None:
    worlds = drawn(1000)
    hits = np.random.default_rng(1).random(1000) < 0.5
    left, _ = fewest(Sample(worlds, hits, np.ones(1000, dtype=bool)), {NAMES[0]: (0.1, INFINITE), NAMES[1]: (0.1, 1.0)})
    assert len(left) == 1


def test_frames_have_the_documented_columns() -> None:
    worlds = drawn(3000)
    found = discover(worlds, planted(worlds), NAMES)
    assert tuple(found.curve.columns) == CURVE
    assert tuple(found.limits.columns) == LIMITS
    assert tuple(found.conditions.columns) == CONDITIONS
    assert found.curve["chosen"].sum() == 1
    assert set(found.limits["kind"]) == {"found", "fewest"}
    side = found.limits.query(f"kind == 'fewest' and parameter == '{NAMES[0]}'").iloc[0]
    assert np.isnan(side["high"])


@pytest.mark.parametrize(
    ("hits", "said"),
    [
        (59, "59 of 1,000 worlds are of interest, too few to find conditions"),
        (1000, "all 1,000 worlds are of interest"),
    ],
)
def test_too_few_and_all_are_refused(hits: int, said: str) -> None:
    with pytest.raises(UserError, match=said):
        discover(drawn(1000), np.arange(1000) < hits, NAMES)


def test_a_missing_column_and_a_missing_package_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = drawn(1000)
    with pytest.raises(UserError, match=r"lacks the column mechanism\.z"):
        discover(worlds, planted(worlds), ["mechanism.z"])
    for name in [one for one in sys.modules if one.startswith("ema_workbench")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    with pytest.raises(UserError, match=r"pip install 'computerace\[discovery\]'"):
        discover(worlds, planted(worlds), NAMES)


def outcomes(count: int = 2000) -> pd.DataFrame:
    ratio = np.exp(np.random.default_rng(3).normal(size=count))
    first = np.where(ratio > 1, 24.0, np.nan)
    return drawn(count).assign(
        owned_three_ratio_24=ratio, owned_three_ratio_36=2 * ratio, owned_three_first_month=first
    )


def test_a_target_is_the_claim_or_a_ratio() -> None:
    worlds = outcomes()
    assert Target(deadline=24).hits(worlds).sum() == (worlds["owned_three_ratio_24"] > 1).sum()
    assert Target(deadline=23).hits(worlds).sum() == 0
    assert Target(deadline=36, ratio=4.0).hits(worlds).sum() == (worlds["owned_three_ratio_36"] > 4).sum()
    found = best(worlds, Target(deadline=36), 0.05)
    assert found.hits(worlds).mean() == pytest.approx(0.05, abs=0.001)


def test_a_target_that_the_table_does_not_hold_is_refused_by_name() -> None:
    worlds = outcomes()
    cases: list[tuple[Target, dict[str, Any], str]] = [
        (Target(deadline=37), {}, "a deadline must be from 1 to 36"),
        (Target(deadline=30, ratio=2.0), {}, "no ratio at month 30; it has 24, 36"),
        (Target(deadline=36, ratio=2.0), {"owned_three_ratio_36": np.nan}, "owned_three_ratio_36 has no logarithm"),
        (Target(definition="ownd", deadline=24), {}, "did you mean 'owned'"),
    ]
    for target, changes, said in cases:
        with pytest.raises(UserError, match=said):
            target.hits(worlds.assign(**changes))
    with pytest.raises(UserError, match="between 0 and 1; got 1"):
        best(worlds, Target(deadline=36), 1.0)


def test_the_parameters_that_tell_most_are_looked_at_first() -> None:
    names = [f"mechanism.q{number}" for number in range(30)]
    generator = np.random.default_rng(4)
    worlds = pd.DataFrame(generator.random((3000, 30)), columns=names)
    ratio = np.exp(3 * worlds[names[7]] - 2 * worlds[names[3]])
    worlds = worlds.assign(owned_three_ratio_60=ratio, owned_three_first_month=np.where(ratio > 3, 60.0, np.nan))
    found = telling(worlds, Target(), names)
    assert set(found[:2]) == {names[7], names[3]}
    assert len(found) == MOST


def test_where_no_condition_is_worth_its_cost_there_is_no_box() -> None:
    worlds = drawn(2000)
    found = discover(worlds, np.random.default_rng(9).random(2000) < 0.3, NAMES, boxes=3)
    assert len(found.boxes) == 1
    assert found.boxes[0].found == {}
    assert tuple(found.limits.columns) == LIMITS
    assert tuple(found.conditions.columns) == CONDITIONS
    assert found.limits.empty
    assert found.conditions.empty
