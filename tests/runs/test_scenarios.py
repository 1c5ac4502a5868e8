"""Scenarios: each moves the answer the way its line says, with the same luck; bad files are refused in words."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.market.registry import NEUTRAL
from computerace.runs.scenarios import Scenario, scenario, scenarios
from computerace.runs.worlds.simulate import simulate

WORLDS = 1024
LABS = ("xAI", "Google", "Microsoft", "Meta")


@cache
def outcomes(name: str) -> dict[str, np.ndarray]:
    return simulate(scenario(name), np.arange(WORLDS), 1, measures=()).outcomes


def log_of(name: str, measure: str) -> np.ndarray:
    """Log of a ratio, or of the labs' total where the measure is one of compute."""
    found = outcomes(name)
    if "_ratio_" in measure:
        return np.log(found[measure])
    return np.log(sum(found[f"{lab}_{measure}"] for lab in LABS))


@pytest.mark.parametrize(
    ("name", "measure", "sign"),
    [
        ("as-announced", "owned_three_ratio_60", 1),
        ("preferred-access", "owned_three_ratio_24", 1),
        ("chip-glut", "owned_h100e_60", 1),
        ("chip-shock", "owned_h100e_24", -1),
        ("energy-crunch", "operational_h100e_60", -1),
        ("fast-permits", "operational_h100e_60", 1),
        ("perfect-engineering", "effective_h100e_60", 1),
        ("fragile-clusters", "effective_h100e_60", -1),
        ("talent-exodus", "effective_three_ratio_60", -1),
        ("software-leap", "effective_three_ratio_12", 1),
        ("capital-drought", "owned_three_ratio_60", -1),
        ("rivals-idle", "owned_three_ratio_60", 1),
        ("rivals-all-in", "owned_three_ratio_60", -1),
        ("auction", "owned_three_ratio_12", -1),
        ("export-rules", "owned_h100e_60", 1),
    ],
)
def test_a_scenario_moves_the_outcome_as_its_line_says(name: str, measure: str, sign: int) -> None:
    difference = sign * (log_of(name, measure) - log_of("baseline", measure))
    assert difference.mean() > 2.5 * difference.std() / np.sqrt(WORLDS)


@pytest.mark.parametrize("mechanism", sorted(NEUTRAL))
def test_every_mechanism_has_a_part_in_the_outcome(mechanism: str) -> None:
    base = simulate(scenario("baseline"), np.arange(32), 1, measures=()).outcomes
    out = simulate(scenario("baseline").with_neutral(mechanism), np.arange(32), 1, measures=()).outcomes
    column = "Google_agi_month" if mechanism == "agi" else "effective_three_ratio_60"
    assert not np.array_equal(base[column], out[column], equal_nan=True)
    assert all(np.isfinite(values).all() for name, values in out.items() if "month" not in name)


def test_power_and_buildings_without_limit_ruin_nobody() -> None:
    base = simulate(scenario("baseline"), np.arange(32), 1, measures=()).outcomes
    out = simulate(scenario("baseline").with_neutral("energy", "sites"), np.arange(32), 1, measures=()).outcomes
    for lab in ("xAI", "Google", "Microsoft", "Meta"):
        assert np.median(out[f"{lab}_owned_h100e_60"]) > 0.5 * np.median(base[f"{lab}_owned_h100e_60"])
    total = [sum(found[f"{lab}_operational_h100e_60"] for lab in LABS) for found in (base, out)]
    assert np.median(total[1]) > np.median(total[0])


def test_a_missing_file_is_told_from_an_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"there is no scenario file .*mine\.toml"):
        scenario(tmp_path / "mine.toml")
    with pytest.raises(UserError, match="unknown scenario 'basline'; did you mean 'baseline'"):
        scenario("basline")


def test_every_scenario_asks_a_question_and_survives_a_round_trip() -> None:
    for name in scenarios():
        one = scenario(name)
        assert len(one.question) > 20
        assert Scenario.from_dict(one.to_dict()).parameters() == one.parameters()


def test_a_lab_can_be_added_and_leaves_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "amazon.toml"
    path.write_text('extends = "baseline"\nquestion = "With Amazon as a lab?"\n[labs.Amazon]\nstrategy = "steady"\n')
    with_amazon = scenario(path)
    one = simulate(with_amazon, np.arange(3), 1, months=12, measures=("owned_h100e",))
    two = simulate(scenario("baseline"), np.arange(3), 1, months=12, measures=("owned_h100e",))
    assert one.steps["owned_h100e"].shape[1] == 6
    assert (one.steps["owned_h100e"][0, -1] < two.steps["owned_h100e"][0, -1]).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('extendss = "baseline"', "extends"),
        ('extends = "basline"', "baseline"),
        ('[settings]\n"chips.supply_growth" = 2', "chips.supply_growth_2026"),
        ('[settings]\n"chips.price_decline" = 3', "out of bounds"),
        ('[settings]\n"chips.price_decline" = "much"', "number"),
        ('[settings]\n"labs.xAI.strategy" = "all-in"', "all_in"),
        ('[settings]\n"labs.xIA.access_weight" = 2', "labs.xAI.access_weight"),
        ('neutral = ["enrgy"]', "energy"),
        ('neutral = "energy"', "list"),
        ("months = 0", "months"),
        ('start = "2019-01-01"', "2025-12-31"),
        ("[labs.Acme]\nowned_h100e = 5", "Acme needs"),
        ("settings = 3", "table"),
        ("this is no toml", "TOML"),
    ],
)
def test_a_bad_scenario_is_refused_in_one_line(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(UserError, match=words) as caught:
        scenario(path)
    assert "\n" not in str(caught.value)


def test_a_circle_of_scenarios_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('extends = "b.toml"')
    (tmp_path / "b.toml").write_text('extends = "a.toml"')
    with pytest.raises(UserError, match="circle"):
        scenario(tmp_path / "a.toml")
