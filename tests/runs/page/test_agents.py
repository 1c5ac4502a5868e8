"""The panel of agents shows one world as the model played it, and no other."""

import math
from typing import Any

import numpy as np
import pytest

from computerace.market.errors import UserError
from computerace.runs.model.race import Race
from computerace.runs.page.agents_cards import agent_cards, chips, dollars, lab_table, megawatts
from computerace.runs.page.chart_agents import lab_charts, moves_chart, orders_chart, power_chart
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import first_months
from computerace.runs.page.one_world import MIDDLE, TRUE, OneWorld, events_of, is_world, pick, play_world
from computerace.runs.page.palette import LIGHT
from computerace.runs.page.snapshot import Snapshot

CHOICE, NUMBER, MONTH = Choice(worlds=12), 7, 9


@pytest.fixture(scope="module")
def world() -> OneWorld:
    return play_world(CHOICE, NUMBER)


@pytest.fixture(scope="module")
def race_then() -> Race:
    race = Race(CHOICE.race_scenario(), worlds=1, indices=[NUMBER], seed=CHOICE.seed, collect=False)
    for _ in range(MONTH):
        race.step()
    return race


def test_a_world_by_itself_is_that_world_of_the_race(world: OneWorld, snapshot: Snapshot) -> None:
    for owner in snapshot.owners:
        np.testing.assert_array_equal(world.path("owned_h100e", owner), snapshot.of("owned_h100e", owner)[:, NUMBER])


def test_a_world_is_played_no_further_than_its_race_could_be(world: OneWorld) -> None:
    short = play_world(CHOICE, NUMBER, 4)
    assert short.seen.month == 4
    np.testing.assert_array_equal(short.invested, world.invested[:5])
    np.testing.assert_array_equal(short.path("owned_h100e", "xAI"), world.path("owned_h100e", "xAI")[:5])
    assert all(option["series"] for _, option in lab_charts(short, "xAI", 4, LIGHT).values())


def test_a_card_says_what_the_lab_decided_and_what_it_got(world: OneWorld, race_then: Race) -> None:
    cards = {card["owner"]: card for card in agent_cards(world, MONTH, LIGHT)}
    flows = race_then.flows
    for lab in race_then.labs:
        asked = {row["name"]: row for row in cards[lab.name]["asked"]}
        assert asked["money"]["asked"] == dollars(float(lab.decision.budget.wish[0]))
        assert asked["money"]["got"] == dollars(float(flows.finance.budget.investment[lab.row, 0]))
        assert asked["chips"]["got"] == chips(float(flows.chips.delivered[lab.row, 0]))
        contracts = float(np.float32(flows.energy.signed[:, lab.row, 0].sum()))
        assert asked["power"]["got"] == megawatts(contracts)
        facts = {fact["label"]: fact["value"] for fact in cards[lab.name]["facts"]}
        assert facts["cash"] == dollars(float(race_then.state.finance.cash[lab.row, 0]))


def test_what_is_due_is_what_the_schedules_hold(world: OneWorld, race_then: Race) -> None:
    due = race_then.state.sites.arrivals[MONTH + 1 : MONTH + 25, :, 0].sum(axis=0)
    np.testing.assert_allclose(world.buildings_ahead[MONTH].sum(axis=0), due)


def test_the_middle_world_has_as_many_above_it_as_below(snapshot: Snapshot) -> None:
    ratios = snapshot.ratio("owned", "three")[60]
    chosen = ratios[pick(MIDDLE, snapshot, "owned", "three").number]
    assert abs(int((ratios < chosen).sum()) - int((ratios > chosen).sum())) <= 1


def test_where_the_claim_comes_true_nowhere_the_nearest_world_is_shown_and_it_says_so(snapshot: Snapshot) -> None:
    ratios = snapshot.ratio("owned", "three")
    assert not np.isfinite(first_months(ratios)).any()
    picked = pick(TRUE, snapshot, "owned", "three")
    assert picked.number == ratios.max(axis=0).argmax()
    assert picked.words.startswith("The claim comes true in none of 12 worlds")


def test_where_it_comes_true_the_first_such_world_is_shown(idle: Snapshot) -> None:
    first = first_months(idle.ratio("owned", "three")[:61])
    picked = pick(TRUE, idle, "owned", "three")
    if np.isfinite(first).any():
        assert first[picked.number] == np.nanmin(first)
        assert "the claim comes true in" in picked.words
    else:
        assert "none of 12 worlds" in picked.words


@pytest.mark.parametrize("asked", ["12", "-1", "many", "1.5", ""])
def test_a_world_that_the_race_does_not_have_is_refused(asked: str, snapshot: Snapshot) -> None:
    with pytest.raises(UserError, match="world must be a whole number from 0 to 11"):
        pick(asked, snapshot, "owned", "three")
    assert "from 0 to 11" in is_world(asked, 12)
    assert is_world("11", 12) == is_world(MIDDLE, 12) == ""


def test_who_lost_people_to_whom_adds_up_to_who_left_and_who_came(world: OneWorld) -> None:
    links = moves_chart(world, MONTH, LIGHT)["series"][0]["links"]
    for owner in world.seen.labs:
        out = sum(link["value"] for link in links if link["source"] == f"from {owner}")
        came = sum(link["value"] for link in links if link["target"] == f"to {owner}")
        assert out == pytest.approx(world.of("researchers_out", owner, MONTH), abs=0.3)
        assert came == pytest.approx(world.of("researchers_in", owner, MONTH), abs=0.3)
    assert all(f"{link['source']} {link['target']}: " in link["tooltip"]["formatter"] for link in links)


def test_tooltips_of_a_lab_through_time_name_it(world: OneWorld) -> None:
    for _, chart in lab_charts(world, "Meta", MONTH, LIGHT).values():
        assert all(row[2].endswith("(Meta)") for line in chart["series"] for row in line["data"])


def test_what_was_delivered_is_the_sum_of_who_was_served_and_tooltips_name_the_lab(world: OneWorld) -> None:
    series = orders_chart(world, MONTH, LIGHT)["series"]
    served = [one["data"][0] for one in series if one["name"] != "supply"]
    total = sum(world.of("got_chips_h100e", owner, MONTH) for owner in world.seen.owners)
    assert sum(one["value"] for one in served) * 1e6 == pytest.approx(total, rel=1e-3)
    assert all("{a}: " in one["tooltip"]["formatter"] for one in served)


def test_power_that_was_signed_is_told_by_kind(world: OneWorld, race_then: Race) -> None:
    lower = [one for one in power_chart(world, MONTH, LIGHT)["series"] if one["xAxisIndex"] == 1]
    signed = race_then.flows.energy.signed[..., 0].sum(axis=1) / 1e3
    drawn = np.sum([[part["value"] for part in one["data"]] for one in lower], axis=0)
    np.testing.assert_allclose(drawn[::-1], signed, rtol=1e-3)


def test_a_lab_through_time_marks_the_month_and_has_a_table(world: OneWorld) -> None:
    charts = lab_charts(world, "Google", MONTH, LIGHT)
    date = world.seen.dates()[MONTH]
    assert all(chart["series"][0]["markLine"]["data"] == [{"xAxis": date}] for _, chart in charts.values())
    table = lab_table(world, "Google", MONTH)
    assert len(table["rows"]) == MONTH + 1
    assert all(len(row) == len(table["heads"]) for row in table["rows"])
    assert all(event["text"] for event in events_of(world, "Google", MONTH))


def test_figures_take_the_largest_unit_that_they_fill() -> None:
    told = ["$0", "$9.10 thousand", "$1.85 billion", "−$2.00 million"]
    assert [dollars(one) for one in (0.0, 9100.0, 1.85e9, -2e6)] == told
    assert dollars(math.nan) == chips(math.nan) == "–"


@pytest.mark.browser
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800), (1920, 1080)])
def test_an_agent_is_looked_at_by_keyboard_and_nothing_sticks_out(watched: Any, width: int, height: int) -> None:
    page = watched.open("?worlds=20", width=width, height=height)
    page.click("[data-tab=Agents]")
    page.wait_for_selector("h2:has-text('The agents in Jan 2026'):has-text('which is to come')")
    assert "–" not in page.locator("[data-lab=Google] [data-asked] td:last-child").all_inner_texts()
    page.type("[data-world-number]", "25")
    typed = page.input_value("[data-world-number]")
    page.click("[data-do=step]")
    page.wait_for_selector("[data-month='1']")
    page.wait_for_selector("h2:has-text('The agents in Jan 2026'):has-text('what it got')")
    assert page.input_value("[data-world-number]") == typed, "what is typed stays while the race goes on"
    page.fill("[data-world-number]", "25")
    page.keyboard.press("Enter")
    assert "from 0 to 19" in page.wait_for_selector("[data-refused=world]").inner_text()
    page.fill("[data-world-number]", "5")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-picked]:has-text('World 5 of 0 to 19')")
    page.focus("[data-inspect=Google]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-inspected=Google]")
    page.wait_for_selector("[data-chart=lab-money] canvas")
    page.wait_for_selector("[data-chart=moves] canvas")
    main = "document.querySelector('.ca-main')"
    assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") == 0
