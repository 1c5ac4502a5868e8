"""Charts are option dicts, made from what the race recorded."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from computerace.runs.model.race import Race
from computerace.runs.page.chart_parts import figure, labelled_end, percent, plain, round_axis, spread_labels, told
from computerace.runs.page.chart_race import COMBINED, axis_ends, combined, compute_chart, shares_chart
from computerace.runs.page.chart_why import chips_chart, energy_chart, ledger_chart, researchers_chart
from computerace.runs.page.palette import DARK, LIGHT, lighter
from computerace.runs.page.snapshot import Snapshot, bands, look, observed_compute, recorded_month
from computerace.runs.scenarios import scenario

HISTORY = {"xAI": [("2025-06-30", 200_000.0), ("2025-09-30", 280_000.0)], "Google": [("2025-09-30", 3.8e6)]}


def lines(option: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in option["series"] if one["name"] == name and one["type"] == "line"]


@pytest.fixture(scope="module")
def begun() -> Snapshot:
    return look(Race(scenario("baseline"), worlds=3, seed=1, collect=False))


def test_every_chart_is_json_and_names_itself(snapshot: Snapshot, begun: Snapshot) -> None:
    for seen in (snapshot, begun):
        for palette in (LIGHT, DARK):
            options = [
                compute_chart(seen, HISTORY, "owned", palette),
                shares_chart(seen, HISTORY, "used", "all", palette),
                *(chart(seen, palette) for chart in (ledger_chart, chips_chart, energy_chart, researchers_chart)),
            ]
            for option in options:
                json.dumps(option, allow_nan=False)
                assert option["aria"]["label"]["description"]


def test_medians_are_the_worlds_medians_in_million_h100e(snapshot: Snapshot) -> None:
    option = compute_chart(snapshot, {}, "operational", LIGHT)
    drawn = [value for _, value, _ in lines(option, "Meta")[-1]["data"]]
    median = np.median(snapshot.of("operational_h100e", "Meta"), axis=1) / 1e6
    np.testing.assert_allclose(drawn, median, rtol=1e-4)


@pytest.mark.parametrize("rivals", ["three", "all"])
def test_the_claim_is_to_exceed_the_dashed_line(snapshot: Snapshot, rivals: str) -> None:
    """In each world the claimant's compute over what is added up is the ratio that the model reports."""
    together = combined(snapshot, "used", rivals)
    ratio = snapshot.of("used_h100e", snapshot.claimant) / together
    np.testing.assert_allclose(ratio, snapshot.ratio("used", rivals), rtol=1e-5)
    dashed = lines(compute_chart(snapshot, {}, "used", LIGHT, rivals), COMBINED[rivals])[0]
    np.testing.assert_allclose([row[1] for row in dashed["data"]], np.median(together, axis=1) / 1e6, rtol=1e-4)


def test_bands_stack_up_to_the_95_percent_quantile(snapshot: Snapshot) -> None:
    low, rest = lines(compute_chart(snapshot, {}, "owned", LIGHT), "Google")[:2]
    top = [a[1] + b[1] for a, b in zip(low["data"], rest["data"], strict=True)]
    expected = np.quantile(snapshot.of("owned_h100e", "Google"), 0.95, axis=1) / 1e6
    np.testing.assert_allclose(top, expected, rtol=1e-3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("months", [[], [0, 1], [0, 1, 2]])
def test_months_in_which_no_world_has_a_measure_have_no_bands_and_warn_nobody(months: list[int]) -> None:
    values = np.array([[1.0, 2.0, 3.0], [np.nan, 5.0, 6.0], [4.0, 4.0, 4.0]])
    values[months] = np.nan
    found = bands(values)
    assert list(np.isnan(found).all(axis=0)) == [month in months for month in range(3)]
    assert 1 in months or found[2, 1] == 5.5


def test_observed_history_lies_left_of_the_start_and_only_beside_owned_compute(snapshot: Snapshot) -> None:
    owned = compute_chart(snapshot, HISTORY, "owned", LIGHT)
    assert lines(owned, "xAI")[0]["data"][0][:2] == ["2025-06-30", 0.2]
    assert owned["xAxis"]["min"] == "2025-06-30"
    assert compute_chart(snapshot, HISTORY, "used", LIGHT)["xAxis"]["min"] == "2025-12-31"


def test_what_was_observed_meets_the_start(snapshot: Snapshot) -> None:
    history = observed_compute(snapshot.labs, snapshot.start)
    for lab in snapshot.labs:
        date, owned = history[lab][-1]
        assert date == "2025-12-31"
        assert np.median(snapshot.of("owned_h100e", lab)[0]) == pytest.approx(owned, rel=0.25)


@pytest.mark.parametrize("rivals", ["three", "all"])
def test_stacked_shares_add_up_to_one_hundred_with_the_claimant_below(snapshot: Snapshot, rivals: str) -> None:
    option = shares_chart(snapshot, {}, "effective", rivals, LIGHT)
    stacked = [one for one in option["series"] if one.get("stack") == "shares"]
    assert stacked[0]["name"] == "xAI"
    assert ("rest of the market" in [one["name"] for one in stacked]) == (rivals == "all")
    for rows in zip(*(one["data"] for one in stacked), strict=True):
        assert sum(row[1] for row in rows) == pytest.approx(100, abs=0.01)
    assert stacked[0]["markLine"]["data"] == [{"yAxis": 50}]


def test_observed_shares_need_every_owner(snapshot: Snapshot) -> None:
    everybody = {lab: [("2025-06-30", 1e6), ("2025-09-30", 1e6)] for lab in snapshot.labs}
    everybody["Meta"] = everybody["Meta"][1:]
    option = shares_chart(snapshot, everybody, "owned", "three", LIGHT)
    assert option["series"][0]["data"][0][:2] == ["2025-09-30", 25.0]


def test_the_frame_stands_still_while_the_race_plays(snapshot: Snapshot, begun: Snapshot) -> None:
    first, last = (compute_chart(seen, {}, "owned", LIGHT, whole=snapshot) for seen in (begun, snapshot))
    assert first["xAxis"] == last["xAxis"]
    assert first["yAxis"] == last["yAxis"]


def test_the_rivals_combined_are_drawn_pale_to_the_deadline(snapshot: Snapshot) -> None:
    begun = replace(snapshot, month=12)
    pale, played = lines(compute_chart(begun, {}, "owned", LIGHT, whole=snapshot), COMBINED["three"])
    assert (len(pale["data"]), len(played["data"])) == (49, 13)
    assert pale["lineStyle"]["opacity"] < 1
    medians = np.median(combined(snapshot, "owned", "three"), axis=1)[12:] / 1e6
    np.testing.assert_allclose([value for _, value in pale["data"]], medians, rtol=1e-4)
    assert len(lines(compute_chart(snapshot, {}, "owned", LIGHT, whole=snapshot), COMBINED["three"])) == 1


def test_what_is_to_come_of_the_shares_is_drawn_pale_from_the_month_on(snapshot: Snapshot) -> None:
    option = shares_chart(replace(snapshot, month=12), {}, "owned", "three", LIGHT, whole=snapshot)
    pale = [one for one in option["series"] if one.get("stack") == "shares ahead"]
    assert [one["name"] for one in pale] == [snapshot.claimant, *snapshot.rivals]
    for rows in zip(*(one["data"] for one in pale), strict=True):
        assert sum(value for _, value in rows) == pytest.approx(100, abs=0.01)
    assert [date for date, _ in pale[0]["data"]] == snapshot.dates()[12:]
    assert all(one["areaStyle"]["opacity"] < 0.5 for one in pale)
    ended = shares_chart(snapshot, {}, "owned", "three", LIGHT, whole=snapshot)
    assert not [one for one in ended["series"] if one.get("stack") == "shares ahead"]


def test_the_names_stand_where_the_lines_end_and_nowhere_else(snapshot: Snapshot) -> None:
    """So that no name lies over a line that is to come; at the end of the race they are where its dots are."""
    for seen in (replace(snapshot, month=12), snapshot):
        option = compute_chart(seen, {}, "owned", LIGHT, whole=snapshot)
        named = [one for one in option["series"] if one["type"] == "scatter" and one["label"]["show"]]
        assert [one["name"] for one in named] == [*snapshot.labs, COMBINED["three"]]
        assert {one["data"][0][0] for one in named} == {snapshot.dates()[60]}
        middle = np.median(snapshot.of("owned_h100e", "Google")[60]) / 1e6
        assert named[snapshot.labs.index("Google")]["data"][0][1] == pytest.approx(middle, rel=1e-3)


def test_a_chart_is_told_in_words_with_the_ends_of_its_lines(snapshot: Snapshot) -> None:
    words = told(compute_chart(snapshot, HISTORY, "owned", LIGHT))
    middle = np.median(snapshot.of("owned_h100e", "Google")[-1]) / 1e6
    assert words.startswith("owned compute by lab and of the rivals combined")
    assert f"Google {plain(middle)} (" in words.split("2030-12-31: ")[1]
    assert words.split("2030-12-31: ")[1].count("xAI") == 1
    assert "xAI 0.28, observed" in words


def test_the_log_axis_holds_everything_shown(snapshot: Snapshot) -> None:
    low, high = axis_ends(snapshot, HISTORY, "owned", "all")
    assert low <= 0.2
    assert np.median(combined(snapshot, "owned", "all")[-1]) / 1e6 <= high
    assert np.quantile(snapshot.of("owned_h100e", "Google")[-1], 0.95) / 1e6 <= high
    assert [math.log10(end) % 1 for end in (low, high)] == [0, 0]


def test_the_ledgers_causes_add_up_to_all_worlds(snapshot: Snapshot) -> None:
    option = ledger_chart(snapshot, LIGHT)
    strips = [one for one in option["series"] if one["stack"] == "xAI"]
    assert len(strips[0]["data"]) == 60
    for rows in zip(*(one["data"] for one in strips), strict=True):
        assert sum(row[1] for row in rows) == pytest.approx(100, abs=0.05)


def test_energy_runs_up_to_now_and_is_signed_from_now_on() -> None:
    race = Race(scenario("baseline"), worlds=3, seed=1, collect=False)
    for _ in range(10):
        race.step()
    option = energy_chart(look(race), LIGHT)
    running, signed = lines(option, "grid")[0], lines(option, "grid, signed")[0]
    assert (len(running["data"]), len(signed["data"])) == (11, 51)
    assert running["data"][-1][:2] == signed["data"][0][:2]
    due = [row[1] for row in signed["data"]]
    assert due == sorted(due)
    assert due[-1] > due[0]


def test_what_falls_due_is_the_models_own_schedule() -> None:
    race = Race(scenario("baseline"), worlds=3, seed=1, collect=False)
    for _ in range(10):
        race.step()
    due = look(race).arrivals["ready"]
    assert due.shape == (61,)
    assert not due[:11].any()
    before = look(race).market("power_ready_mw")[-1].mean()
    race.step()
    assert look(race).market("power_ready_mw")[-1].mean() == pytest.approx(before + due[11], rel=1e-5)


def test_won_less_lost_is_summed_from_the_start(snapshot: Snapshot) -> None:
    option = researchers_chart(snapshot, LIGHT)
    won = snapshot.of("researchers_in", "xAI").astype(float) - snapshot.of("researchers_out", "xAI")
    assert lines(option, "xAI")[-1]["data"][-1][1] == pytest.approx(np.median(won.sum(axis=0)), rel=1e-3)


def test_a_month_that_is_being_written_is_not_shown() -> None:
    race = Race(scenario("baseline"), worlds=3, seed=1, collect=False)
    race.step()
    race.month += 1  # as the model does first in a step
    assert recorded_month(race) == 1
    assert look(race).month == 1


def test_a_name_in_two_lines_keeps_the_others_further_away() -> None:
    ends = [labelled_end(name, "d", value, "#000000") for name, value in (("Google", 10.0), ("rivals combined", 10.5))]
    spread_labels(ends, 0, 100, 380)
    low, high = (one["data"][0][1] / 100 * 380 - one["label"]["offset"][1] for one in ends)
    assert high - low >= 22
    assert ends[1]["label"]["formatter"] == "rivals\ncombined"


def test_many_names_at_the_top_of_the_axis_go_down_together() -> None:
    ends = [labelled_end(f"lab {place}", "d", 90.0 + place, "#000000") for place in range(10)]
    spread_labels(ends, 0, 100, 250)
    heights = [one["data"][0][1] / 100 * 250 - one["label"]["offset"][1] for one in ends]
    assert heights == sorted(heights)
    assert min(np.diff(heights)) >= 14
    assert max(heights) <= 250


def test_labels_at_the_ends_of_lines_do_not_overlap() -> None:
    ends: list[dict[str, Any]] = [{"data": [["d", value]], "label": {}} for value in (10.0, 10.5, 30.0, 1.0)]
    spread_labels(ends, 0, 100, 380)
    heights = sorted(one["data"][0][1] / 100 * 380 - one["label"]["offset"][1] for one in ends)
    assert min(np.diff(heights)) >= 14
    assert ends[2]["label"]["offset"] == [0, 0]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((-4800, 5100), (-6000, 6000, 2000)),
        ((0, 1), (0, 1, 0.2)),
        ((0.03, 0.31), (0, 0.35, 0.05)),
        ((-1, 1), (-1, 1, 0.5)),
    ],
)
def test_an_axis_ends_at_round_numbers_around_its_values(
    ends: tuple[float, float], expected: tuple[float, float, float]
) -> None:
    assert round_axis(*ends) == pytest.approx(expected)


def test_labs_keep_their_colour_in_every_chart(snapshot: Snapshot) -> None:
    for lab in snapshot.labs:
        for option in (compute_chart(snapshot, {}, "owned", LIGHT), researchers_chart(snapshot, LIGHT)):
            assert {one["color"] for one in lines(option, lab)} == {LIGHT.owner(lab)}


def test_dark_colours_are_lighter() -> None:
    assert lighter("#000000") == "#595959"
    assert lighter("#FFFFFF") == "#FFFFFF"
    assert DARK.owner("Google") != LIGHT.owner("Google")


def test_numbers_are_written_as_people_write_them() -> None:
    assert [plain(value) for value in (0, 0.01234, 1.5, 1234.5, 7e6, math.nan)] == [
        "0", "0.012", "1.50", "1,230", "7,000,000", "–",
    ]  # fmt: skip
    assert [percent(share) for share in (0, 0.014, 0.5, 1)] == ["0 %", "1.4 %", "50 %", "100 %"]
    assert figure(math.inf) is None
    assert figure(1.23456789) == 1.2346


def test_pins_stand_on_their_owners_line_in_their_month_and_are_pale_where_they_are_to_come(
    snapshot: Snapshot,
) -> None:
    then = replace(snapshot, month=20, events=tuple(one for one in snapshot.events if one.month <= 20))
    option = compute_chart(then, {}, "owned", LIGHT, whole=snapshot, pins="model")
    for lab in snapshot.labs:
        told = [one for one in snapshot.events if (one.owner, one.kind) == (lab, "model")]
        pins = [one for series in option["series"] if series.get("id") == f"pins {lab}" for one in series["data"]]
        assert [pin["value"][0] for pin in pins] == [snapshot.dates()[event.month] for event in told]
        middle = np.median(snapshot.compute("owned", lab), axis=1) / 1e6
        assert [pin["value"][1] for pin in pins] == pytest.approx([middle[one.month] for one in told], rel=1e-3)
        assert [pin["itemStyle"]["opacity"] == 1 for pin in pins] == [one.month <= 20 for one in told]
    for chart in (compute_chart(snapshot, {}, "owned", LIGHT), shares_chart(snapshot, {}, "owned", "three", LIGHT)):
        assert not [one for one in chart["series"] if "pins" in one.get("id", "")]
    shares = shares_chart(snapshot, {}, "owned", "three", LIGHT, "all")
    heights = [
        one["value"][1] for series in shares["series"] if "pins" in series.get("id", "") for one in series["data"]
    ]
    assert heights and 0 < min(heights) <= max(heights) < 100
