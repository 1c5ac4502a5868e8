"""Scenarios: each moves the answer the way its line says, with the same luck; bad files are refused in words."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.market.registry import NEUTRAL
from computerace.runs.model.race import Race
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
        ("talent-exodus", "effective_three_ratio_24", -1),
        ("software-leap", "effective_three_ratio_12", 1),
        ("capital-drought", "owned_three_ratio_60", -1),
        ("rivals-idle", "owned_three_ratio_60", 1),
        ("rivals-all-in", "owned_three_ratio_60", -1),
        ("auction", "owned_three_ratio_48", -1),
        ("export-rules", "owned_h100e_24", 1),
        ("frontier", "used_three_ratio_60", -1),
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


@pytest.mark.parametrize("name", [name for name in scenarios() if name != "baseline"])
def test_a_scenario_is_another_than_the_baseline(name: str) -> None:
    one, baseline = scenario(name), scenario("baseline")
    values = [{key: (known.value, known.prior) for key, known in of.parameters().items()} for of in (one, baseline)]
    assert values[0] != values[1], f"{name} changes nothing"


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


FRONTIER = ("OpenAI", "Anthropic", "Amazon", "Oracle", "CoreWeave", "ByteDance")


@cache
def frontier() -> tuple[Race, Race]:
    """The start with and without the frontier's labs named, at the record's own values."""
    return Race("baseline", worlds=2, fixed=True), Race("frontier", worlds=2, fixed=True)


@pytest.mark.parametrize(
    "figure", ["owned_h100e", "powered_mw", "contracted_grid_mw", "cash_usd", "researchers", "capex_usd_per_year"]
)
def test_naming_labs_of_the_rest_keeps_the_totals_of_the_start(figure: str) -> None:
    plain, named = (getattr(one.setting.figures, figure).sum(axis=0) for one in frontier())
    np.testing.assert_allclose(named, plain, rtol=1e-9)


def test_what_is_let_at_the_start_is_rented_by_labs_and_others_and_used_once() -> None:
    for one in frontier():
        rental, elsewhere = one.state.rental, one.flows.rental.elsewhere
        np.testing.assert_allclose(rental.let.sum(axis=0), rental.rented.sum(axis=0), rtol=1e-9)
        ran = one.state.fleet.operational.sum(axis=0) - elsewhere.sum(axis=0)
        np.testing.assert_allclose(rental.used.sum(axis=0), ran, rtol=1e-9)
        assert (rental.rented[-1] > 0.2 * rental.rented.sum(axis=0)).all()  # firms that are no labs rent too


def test_labs_that_own_nothing_use_what_the_record_says_and_serve_their_users() -> None:
    one = frontier()[1]
    for lab in ("OpenAI", "Anthropic"):
        row = one.setting.owners.index(lab)
        assert one.state.fleet.owned[row] == pytest.approx(0.0)
        np.testing.assert_allclose(one.state.rental.used[row], one.setting.figures.rented_h100e[row], rtol=1e-6)
        assert (one.state.users.revenue[row] > 0).all() and (one.flows.clusters.goodput[row] > 0).all()


def test_resale_of_capacity_is_no_revenue_from_users() -> None:
    one = frontier()[1]
    for cloud in ("Oracle", "CoreWeave"):
        assert (one.state.users.revenue[one.setting.owners.index(cloud)] == 0.0).all()
    assert one.state.users.market[0] < 95e9  # of 105 B$ in all, 13 are resale


def test_the_rest_stands_for_fewer_firms_without_the_labs_taken_out_of_it() -> None:
    plain, named = frontier()
    assert (plain.setting.firms[-1] == plain.setting.mechanisms.software.firms_in_rest).all()
    left, before = (one.setting.figures.researchers[-1] for one in (named, plain))
    expected = np.maximum(plain.setting.firms[-1] * left / before, 1.0)
    np.testing.assert_allclose(named.setting.firms[-1], expected)


def test_every_month_of_the_frontier_is_finite() -> None:
    found = simulate(scenario("frontier"), np.arange(64), 1, measures=("owned_h100e", "used_h100e", "cash_usd"))
    assert all(np.isfinite(values).all() for values in found.steps.values())
    assert (found.steps["used_h100e"] >= 0).all()


def test_what_a_scenario_or_a_setting_gives_says_so(tmp_path: Path) -> None:
    path = tmp_path / "richer.toml"
    path.write_text('extends = "frontier"\n[labs.OpenAI]\ncash_usd = 8e10\n[settings]\n"chips.order_months" = 4\n')
    found = scenario(path).with_neutral("energy").parameters()
    assert (found["labs.OpenAI.cash_usd"].grade, found["labs.OpenAI.cash_usd"].source) == ("given", "scenario richer")
    assert found["chips.order_months"].grade == "given" and "richer" in found["chips.order_months"].source
    assert {found[name].grade for name in NEUTRAL["energy"] if name in found} == {"given"}
    assert found["labs.OpenAI.stars"].grade == "assumed" and found["chips.price_decline"].grade != "given"


@pytest.mark.parametrize(
    "setting", [("labs.Meta.purchase_cost", 0.0), ("labs.*.campus_mw", 0.0), ("labs.xAI.cash_flow_growth", 15.0)]
)
def test_a_figure_beyond_its_bounds_is_refused(setting: tuple[str, float]) -> None:
    with pytest.raises(UserError, match="out of bounds: allowed"):
        scenario("baseline").with_settings(dict([setting]))


def test_a_start_before_the_frontier_is_on_record_is_refused_with_its_date() -> None:
    with pytest.raises(UserError, match=r"the record has it at 2025-12-31, so start there"):
        scenario("frontier", start="2024-12-31")


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
