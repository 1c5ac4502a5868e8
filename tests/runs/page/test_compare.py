"""Two races beside each other: same seed, same luck."""

import math
from dataclasses import replace

import numpy as np
import pytest

from computerace.runs.page.claim import claim
from computerace.runs.page.compare import (
    both_chart,
    chosen_measure,
    difference,
    difference_chart,
    difference_words,
    measures,
)
from computerace.runs.page.palette import LIGHT
from computerace.runs.page.snapshot import Snapshot


def test_a_race_does_not_differ_from_itself(snapshot: Snapshot) -> None:
    found = difference(snapshot, snapshot, "used", "three")
    assert (found.probability, found.error, found.ratio) == (0, 0, (0, 0, 0))
    assert "the same in all 12 paired worlds" in difference_words(found)


def test_the_paired_difference_is_taken_world_by_world(snapshot: Snapshot, idle: Snapshot) -> None:
    found = difference(snapshot, idle, "owned", "three")
    gap = idle.ratio("owned", "three")[60].astype(float) - snapshot.ratio("owned", "three")[60]
    assert found.ratio == pytest.approx(tuple(np.quantile(gap, (0.05, 0.5, 0.95))))
    assert (
        found.probability == claim(idle, "owned", "three").probability - claim(snapshot, "owned", "three").probability
    )


def test_pairing_makes_the_error_smaller(snapshot: Snapshot) -> None:
    before, after = reaching(snapshot, 4), reaching(snapshot, 8)
    paired, strangers = (difference(before, one, "used", "three") for one in (after, replace(after, seed=2)))
    assert paired.probability == strangers.probability == pytest.approx(1 / 3)
    assert paired.error == pytest.approx(math.sqrt(1 / 3 * 2 / 3 / 12))
    assert strangers.error == pytest.approx(math.sqrt(2 * 1 / 3 * 2 / 3 / 12))


def test_other_seeds_cannot_be_paired(snapshot: Snapshot, idle: Snapshot) -> None:
    found = difference(snapshot, replace(idle, seed=2), "owned", "three")
    assert not found.paired
    assert found.ratio is None
    assert "the seeds differ" in difference_words(found)


def test_fewer_worlds_are_paired_with_the_first_of_more(snapshot: Snapshot, idle: Snapshot) -> None:
    few = replace(
        idle, worlds=5, owner_measures={name: values[..., :5] for name, values in idle.owner_measures.items()}
    )
    assert difference(snapshot, few, "owned", "three").worlds == 5


def test_a_shorter_race_is_compared_up_to_where_it_is(snapshot: Snapshot, idle: Snapshot) -> None:
    assert difference(snapshot, replace(idle, month=7), "owned", "three").month == 7


def test_both_races_stand_on_the_same_axes(snapshot: Snapshot, idle: Snapshot) -> None:
    option = both_chart(snapshot, idle, "xAI / rivals", "owned", "three", LIGHT)
    assert {one["name"] for one in option["series"]} == {"pinned", "present"}
    assert option["series"][-1]["markLine"]["data"] == [{"yAxis": 1}]
    assert isinstance(option["yAxis"], dict)


def test_the_difference_chart_is_present_less_pinned(snapshot: Snapshot, idle: Snapshot) -> None:
    option = difference_chart(snapshot, idle, "Google", "owned", "three", LIGHT)
    line = next(one for one in option["series"] if "encode" in one)
    gap = (idle.of("owned_h100e", "Google") - snapshot.of("owned_h100e", "Google"))[-1] / 1e6
    assert line["data"][-1][1] == pytest.approx(np.median(gap), rel=1e-3)
    assert line["data"][-1][1] < 0


def test_what_a_race_does_not_have_falls_back_to_the_ratio(snapshot: Snapshot) -> None:
    assert measures(snapshot)[0] == "xAI / rivals"
    assert chosen_measure(snapshot, "Meta") == "Meta"
    assert chosen_measure(snapshot, "Amazon") == "xAI / rivals"


def test_differences_are_said_with_sign_and_error(snapshot: Snapshot) -> None:
    words = difference_words(difference(reaching(snapshot, 8), reaching(snapshot, 2), "used", "three"))
    assert words.startswith("−50.0 ± 14.4 percentage points over 12 paired worlds; ratio ")


def reaching(snapshot: Snapshot, worlds: int) -> Snapshot:
    """The same race, had the claim come true in so many of its worlds, the first ones."""
    ratios = np.full_like(snapshot.owner_measures["ratio_used_three"], 0.5)
    ratios[..., :worlds] = 1.5
    return replace(snapshot, owner_measures={**snapshot.owner_measures, "ratio_used_three": ratios})
