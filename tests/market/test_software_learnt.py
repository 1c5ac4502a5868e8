"""The verb learn: research, what becomes known with a lag, engineers, and models that are launched, by hand."""

import numpy as np
import pytest

from computerace.market import clusters, serving, software, talent
from computerace.market.setting import Now, Setting
from computerace.market.software import Software
from computerace.runs.model.setting import now
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import Rows, plain_setting, rows
from tests.runs.model.small import calm_luck

ZERO = rows(0.0)
STILL = {
    "software.progress": 4.0, "software.fishing_out": 0.0, "software.noise": 0.0, "software.catch_up": 0.0,
    "software.returns": 0.5, "software.substitution": 2.0, "software.labour_share": 0.5, "software.lag_months": 2.0,
    "talent.star_weight": 8.0, "clusters.learning": 0.0,
}  # fmt: skip


def setting_of(*, anchors: dict[str, object] | None = None, **settings: float) -> Setting:
    usual = {"labour": np.full(3, 100.0), "experiments": np.full(3, 1000.0), "efficiency": np.zeros(3)}
    changed = {name.replace("__", "."): value for name, value in settings.items()}
    return plain_setting(STILL | changed, None, usual | (anchors or {}))


def known(efficiency: Rows = 0.0, skill: Rows = 0.0, crossed: Rows = 0.0) -> software.State:
    return software.State(rows(efficiency), rows(skill), rows(100.0), rows(0.4), rows(crossed), np.zeros((9, 3)))


def people(researchers: Rows = 100.0, stars: Rows = 0.0, morale: Rows = 1.0) -> talent.State:
    return talent.State(rows(researchers), rows(stars), ZERO, ZERO, rows(morale))


def engineered(goodput: Rows = 0.5, utilisation: Rows = 0.4) -> clusters.Flows:
    return clusters.Flows(ZERO, rows(goodput), rows(utilisation), ZERO, ZERO)


def used_for(research: Rows = 1000.0, job: Rows = 1e5) -> serving.Flows:
    return serving.Flows(ZERO, rows(research), ZERO, rows(job))


def learnt(
    setting: Setting, before: software.State, *, team: talent.State | None = None, research: Rows = 1000.0,
    month: int = 1, release: Rows = 1.0, draw: Rows = 0.0, job: Rows = 1e5,
) -> tuple[software.State, software.Flows]:  # fmt: skip
    luck = calm_luck()._replace(release=rows(release), software=rows(draw))
    today: Now = now(setting, month)
    return software.learn(setting, before, team or people(), used_for(research, job), engineered(), None, luck, today)


FULL = {"research": [1000.0, 1000.0, 1000.0, 1000.0, 4000.0], "team": people([100.0, 100.0, 100.0, 100.0, 400.0])}


def test_the_best_equipped_of_the_start_progress_by_the_parameter() -> None:
    after, _ = learnt(setting_of(), known(), **FULL)  # type: ignore[arg-type]
    np.testing.assert_allclose(after.efficiency, np.log(4.0) / 12)  # 1,000 H100e of experiments are those of the start


def test_research_takes_both_people_and_experiments() -> None:
    # with an elasticity of 2 and equal weights the input is ((sqrt(l) + sqrt(c)) / 2)^2, and its returns a half
    after, _ = learnt(
        setting_of(), known(), research=[4000.0, 1000.0, 0.0, 1000.0, 4000.0],
        team=people([100.0, 400.0, 100.0, 20.0, 100.0], stars=[0.0, 0.0, 0.0, 10.0, 0.0], morale=[1, 1, 1, 0.36, 1]),
    )  # fmt: skip
    input_of = np.array([1.5**2, 1.5**2, ((1 + 0.01) / 2) ** 2, 0.8**2, 0.75**2])
    np.testing.assert_allclose(after.efficiency[:, 0], np.log(4.0) / 12 * np.sqrt(input_of))


def test_ideas_get_harder_beyond_the_start_and_easier_behind_it_within_bounds() -> None:
    setting = setting_of(software__fishing_out=0.5)
    after, _ = learnt(setting, known([0.0, 2.0, -1.0, -2.0, -9.0]), **FULL)  # type: ignore[arg-type]
    grown = after.efficiency - rows([0.0, 2.0, -1.0, -2.0, -9.0])
    np.testing.assert_allclose(grown[:, 0] * 12 / np.log(4.0), np.exp([0.0, -1.0, 0.5, 1.0, 1.0]))


def test_no_month_brings_more_than_half_a_log_and_luck_comes_beside_it() -> None:
    setting = setting_of(software__progress=64.0, software__noise=0.6)
    after, _ = learnt(setting, known(), draw=2.0, research=16000.0, team=people(1600.0))  # ln 64 / 12 * 4 would be 1.4
    np.testing.assert_allclose(after.efficiency, 0.5 + 0.6 / np.sqrt(12) * 2)
    still, _ = learnt(setting_of(software__progress=1.0, software__noise=0.6), known(), draw=2.0, **FULL)  # type: ignore[arg-type]
    np.testing.assert_allclose(still.efficiency, 0.0, atol=1e-12)  # without progress there is no luck either


def test_beyond_the_threshold_progress_is_boosted() -> None:
    after, _ = learnt(setting_of(agi__software_boost=3.0), known(crossed=[1.0, 0, 0, 0, 0]), **FULL)  # type: ignore[arg-type]
    np.testing.assert_allclose(after.efficiency * 12 / np.log(4.0), rows([3.0, 1.0, 1.0, 1.0, 1.0]))


def test_followers_learn_what_the_best_knew_a_lag_ago() -> None:
    setting = setting_of(software__progress=1.0, software__catch_up=0.1, software__lag_months=2.0)
    before = known([0.0, 3.0, 1.0, 2.5, 0.0])
    before.best[:] = np.array([9.0, 9.0, 9.0, 2.0, 9.0, 9.0, 9.0, 9.0, 9.0])[:, None]
    after, _ = learnt(setting, before, month=5)
    np.testing.assert_allclose(after.efficiency, rows([0.2, 3.0, 1.1, 2.5, 0.2]))
    np.testing.assert_array_equal(after.best[5], 3.0)  # noted for those who learn of it later
    np.testing.assert_array_equal(
        np.delete(after.best[:, 0], 5), [9.0, 9.0, 9.0, 2.0, 9.0, 9.0, 9.0, 9.0]
    )  # and nothing else
    first = known(1.0)
    first.best[0] = 2.0
    early, _ = learnt(setting, first, month=1)
    np.testing.assert_allclose(early.efficiency, 1.1)  # before the race nothing is older than its start


def test_engineers_learn_by_the_root_of_their_number_and_of_their_jobs_and_from_the_most_skilled() -> None:
    setting = setting_of(clusters__learning=0.6, clusters__skill_spread=0.1)
    after, _ = learnt(
        setting, known(skill=[2.0, 1.0, 0.0, 0.0, 0.0]), team=people([100.0, 25.0, 100.0, 100.0, 400.0]),
        job=[1e5, 1e5, 4e4, 0.0, 1e5],
    )  # fmt: skip
    doing = 0.05 * np.array([np.exp(-0.3), 0.5 * np.exp(-0.15), np.sqrt(0.4), 0.0, 1.0])
    np.testing.assert_allclose(
        after.skill[:, 0], np.array([2.0, 1.0, 0, 0, 0]) + doing + 0.1 * np.array([0, 1, 2, 2, 2])
    )


def test_learning_from_others_goes_no_faster_where_learning_is_above_one() -> None:
    parameters = parameters_of(clusters.Clusters, learning=2.4, skill_spread=0.1)
    later = clusters.next_skill(parameters, everywhere(0.0), np.ones(3), everywhere(0.0))
    np.testing.assert_allclose(later, 0.1)


def test_a_launched_model_is_as_capable_as_its_training_and_never_worse_than_the_last() -> None:
    flop = np.log10(1e5 * 0.5 * 0.4 * 9.89e14 * 4 * 2.63e6)
    setting = setting_of(
        anchors={"quality": 100.0, "capability": rows(flop) - rows([1.0, 1.0, -5.0, 1.0, 1.0])},
        software__points_per_tenfold=9.0, software__points_per_year=6.0, software__release_months=4.0,
        software__calibration_gain=0.25,
    )  # fmt: skip
    after, flows = software.launch(
        setting,
        known(),
        used_for(),
        engineered(),
        None,
        calm_luck()._replace(release=rows([0.2, 0.3, 0.2, 0.24, 0.26])),
        now(setting, 6),
    )
    assert flows.launched[:, 0].tolist() == [True, False, True, True, False]
    np.testing.assert_allclose(after.quality, rows([100 + 9 + 3, 100, 100, 112, 100]))
    np.testing.assert_allclose(after.hallucination, rows([0.3, 0.4, 0.3, 0.3, 0.4]))


@pytest.mark.parametrize(("threshold", "crossed"), [(0.1, 0.0), (-0.1, 7.0)])
def test_the_month_in_which_training_first_crosses_the_threshold_is_kept(threshold: float, crossed: float) -> None:
    flop = np.log10(1e5 * 0.5 * 0.4 * 9.89e14 * 4 * 2.63e6)
    setting = setting_of(agi__threshold_log10_flop=flop + threshold)
    after, _ = software.launch(
        setting, known(crossed=[0.0, 3.0, 0, 0, 0]), used_for(), engineered(), None, calm_luck(), now(setting, 7)
    )
    np.testing.assert_array_equal(after.crossed, rows([crossed, 3.0, crossed, crossed, crossed]))


def test_inputs_have_a_floor_of_a_ten_thousandth() -> None:
    parameters = parameters_of(software.Software, substitution=2.0, labour_share=0.5)
    np.testing.assert_allclose(software.research_input(parameters, everywhere(0.0), everywhere(0.0)), 1e-4)
    np.testing.assert_allclose(software.research_input(parameters, everywhere(1e-5), everywhere(1.0)), 0.505**2)
    np.testing.assert_allclose(software.research_input(parameters, everywhere(1.0), everywhere(1e-5)), 0.505**2)


def test_a_labs_smallest_run_is_one_chip() -> None:
    found = software.training_compute(parameters_of(Software), everywhere(0.0), everywhere(1.0), everywhere(0.0))
    np.testing.assert_allclose(found, np.log10(9.89e14 * 4 * 2.63e6))


@pytest.mark.parametrize(("rho", "played"), [(0.0, 1e-3), (5e-4, 1e-3), (1.2e-3, 1.2e-3), (-1.2e-3, -1.2e-3)])
def test_an_elasticity_near_one_is_kept_a_thousandth_away(rho: float, played: float) -> None:
    # with equal weights ((l^rho + c^rho) / 2)^(1 / rho), which has no value at 0
    parameters = parameters_of(software.Software, substitution=1 / (1 - rho), labour_share=0.5)
    found = software.research_input(parameters, everywhere(0.01), everywhere(1.0))
    np.testing.assert_allclose(found, ((0.01**played + 1) / 2) ** (1 / played))


def test_who_takes_no_part_launches_no_model_and_learns_nothing_of_its_own() -> None:
    setting = setting_of(software__release_months=1.0, software__noise=0.0)
    active = np.ones((5, 3), dtype=bool)
    active[2, 1] = False
    _, flows = software.learn(
        setting, known(), people(), used_for(), engineered(), active, calm_luck()._replace(release=rows(0.5)),
        now(setting, 1),
    )  # fmt: skip
    np.testing.assert_array_equal(flows.launched, active)
