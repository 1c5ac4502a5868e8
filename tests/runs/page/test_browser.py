"""The page in a real browser: every thing that a person does on it."""

import re
import zipfile
from typing import Any

import pytest

from computerace.analysis.folder import load
from computerace.runs.model.race import Race
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import claim
from computerace.runs.page.levers import main_levers
from computerace.runs.page.panels import PANELS
from computerace.runs.page.snapshot import look
from computerace.runs.page.stored import stored

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

OWN = Choice().race_scenario().parameters()
SHOWN = main_levers(Choice().race_scenario())
LEVER = next(name for name in SHOWN if OWN[name].prior is not None)
WORDED, WORD = next((name, word) for name in SHOWN for word in OWN[name].choices if word != OWN[name].value)
NUMBER = "(card => Number(document.querySelector(`[data-card=${card}]`).dataset.number))"
FOCUSED = """() => {
  const { dataset, name, tagName } = document.activeElement;
  return dataset.do || dataset.lever || dataset.slider || dataset.tab || name || tagName;
}"""


def month(page: Any) -> int:
    return int(page.get_attribute("[data-month]", "data-month"))


def reach(page: Any, least: int) -> None:
    page.wait_for_function("n => Number(document.querySelector('[data-month]').dataset.month) >= n", arg=least)


def number(page: Any, card: str) -> float | None:
    text = page.get_attribute(f"[data-card={card}]", "data-number")
    return None if text is None else float(text)


def play_to_the_end(page: Any) -> None:
    page.fill("[data-do=speed]", "100")
    page.click("[data-do=play]")
    reach(page, 60)


def test_the_page_first_shows_the_race_that_its_controls_say(watched: Any) -> None:
    page = watched.open()
    race = Race(Choice().race_scenario(), worlds=Choice().worlds, seed=Choice().seed, collect=False)
    assert month(page) == 0
    assert page.input_value("[data-lever=scenario]") == "baseline"
    assert page.input_value("input[data-lever=worlds]") == "200"
    assert page.input_value("input[data-lever=seed]") == "1"
    parameters = Choice().race_scenario().parameters()
    assert float(page.input_value(f"input[data-lever='{LEVER}']")) == pytest.approx(parameters[LEVER].value, rel=1e-3)
    for name in (
        one for one in parameters if one.endswith(".strategy") and page.locator(f"[data-lever='{one}']").count()
    ):
        assert page.input_value(f"select[data-lever='{name}'] >> nth=0") == parameters[name].value
    assert number(page, "ratio") == pytest.approx(claim(look(race), "owned", "three").ratio)
    whole = claim(look(race.run()), "owned", "three")
    assert number(page, "deadline") == whole.probability


def test_it_plays_to_the_horizon_and_no_further(watched: Any) -> None:
    page = watched.open("?worlds=20")
    play_to_the_end(page)
    page.wait_for_selector("[data-playing=no]")
    assert month(page) == 60
    assert page.is_disabled("[data-do=play]")
    assert page.is_disabled("[data-do=step]")
    page.wait_for_function(f"{NUMBER}('so-far') === {NUMBER}('deadline')")
    page.wait_for_timeout(500)
    assert month(page) == 60


def test_step_pause_and_reset_do_what_they_say(watched: Any) -> None:
    page = watched.open("?worlds=20")
    page.fill("[data-do=speed]", "20")
    page.click("[data-do=step]")
    reach(page, 1)
    page.click("[data-do=play]")
    reach(page, 3)
    page.click("[data-do=play]")
    page.wait_for_selector("[data-playing=no]")
    stopped = month(page)
    page.wait_for_timeout(600)
    assert month(page) == stopped < 60
    page.click("[data-do=reset]")
    page.wait_for_selector("[data-month='0']")


def test_a_lever_moved_by_keyboard_in_mid_run_starts_afresh_and_says_so(watched: Any) -> None:
    page = watched.open("?worlds=20")
    page.click("[data-do=step]")
    reach(page, 1)
    page.focus(f"input[data-slider='{LEVER}'] >> nth=0")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-notice]")
    said = page.inner_text("[data-notice]")
    centre = float(Choice().race_scenario().parameters()[LEVER].value)
    words = rf"{LEVER} drawn around {re.escape(f'{centre:g}')} → [\d.]+: the race starts afresh from its first month"
    assert re.fullmatch(words, said)
    page.wait_for_selector("[data-month='0']")
    value = float(page.input_value(f"input[data-lever='{LEVER}']"))
    assert centre <= value < 1.1 * centre
    assert f"→ {value:g}:" in said
    page.click(f"[data-back='{LEVER}'] >> nth=0")
    page.wait_for_function("q => !document.querySelector('[data-query]').dataset.query.includes(q)", arg=LEVER)
    back = "([name, value]) => Math.abs(document.querySelector(`input[data-lever='${name}']`).value / value - 1) < 1e-3"
    page.wait_for_function(back, arg=[LEVER, centre])  # the field follows the address


def test_a_bad_value_is_refused_beside_its_field_and_the_race_goes_on(watched: Any) -> None:
    page = watched.open("?worlds=20")
    page.click("[data-do=step]")
    reach(page, 1)
    growth = Choice().race_scenario().parameters()[LEVER]
    too_much, allowed = f"{9 * growth.high:g}", f"out of bounds: allowed {growth.low:g} to {growth.high:g}"
    for name, bad, words in ((LEVER, too_much, allowed), ("worlds", "many", "whole number")):
        field = page.locator(f"input[data-lever='{name}']").first
        field.fill(bad)
        field.press("Enter")
        refused = page.wait_for_selector(f"[data-refused='{name}']")
        assert words in refused.inner_text()
        assert field.get_attribute("aria-invalid") == "true"
        assert field.input_value() == bad
        assert abs(refused.bounding_box()["y"] - field.bounding_box()["y"]) < 120
    assert month(page) == 1
    assert page.query_selector("[data-notice]") is None
    field = page.locator(f"input[data-lever='{LEVER}']").first
    field.fill(f"{0.5 * (growth.low + growth.high):g}")
    field.press("Enter")
    page.wait_for_selector(f"[data-refused='{LEVER}']", state="detached")
    page.wait_for_selector("[data-month='0']")


def test_pinning_and_changing_shows_both_races_and_their_paired_difference(watched: Any) -> None:
    page = watched.open("?worlds=20")
    page.click("[data-tab=Compare]")
    page.click("[data-do=pin]")
    page.wait_for_selector("[data-difference*='the same in all 20 paired worlds']", state="attached")
    page.select_option("[data-lever=scenario]", "rivals-idle")
    page.wait_for_selector("[data-difference*='ratio +']", state="attached")
    page.wait_for_selector("[data-chart=both] canvas")
    page.wait_for_selector("[data-chart=difference] canvas")
    page.check("[data-switch='compared:Google']", force=True)
    page.wait_for_selector("[data-chart=difference][aria-label*='Google']")
    seed = page.locator("input[data-lever=seed]")
    seed.fill("2")
    seed.press("Enter")
    page.wait_for_selector("[data-difference*='the seeds differ']", state="attached")
    page.click("[data-do=unpin]")
    page.wait_for_selector("[data-chart=both]", state="detached")


def test_switches_change_definition_rivals_and_chart(watched: Any) -> None:
    page = watched.open("?worlds=20")
    owned = number(page, "ratio")
    page.check("[data-switch='definition:effective']", force=True)
    page.wait_for_selector("[data-chart=compute][aria-label^='effective']")
    page.wait_for_function(f"n => {NUMBER}('ratio') !== n", arg=owned)
    three = number(page, "ratio")
    page.check("[data-switch='rivals:all']", force=True)
    page.wait_for_function(f"n => {NUMBER}('ratio') < n", arg=three)
    page.check("[data-switch='chart:shares']", force=True)
    page.wait_for_selector("[data-chart=shares] canvas")
    for panel, chart in (("Why", "ledger"), ("Why", "energy")):
        page.click(f"[data-tab={panel}]")
        page.wait_for_selector(f"[data-chart={chart}] canvas")


def test_the_log_tells_what_happened(watched: Any) -> None:
    page = watched.open("?worlds=20")
    page.click("[data-tab=Events]")
    page.wait_for_selector("h2:has-text('until it is played')")
    page.wait_for_selector("tr:has-text('Dec 2030')")  # what is to come, as nothing has happened yet
    for _ in range(3):
        page.click("[data-do=step]")
    page.wait_for_selector("tr:has-text('Dec 2030')", state="detached")
    page.wait_for_selector("[data-event=site]")
    page.check("[data-switch='events:power']", force=True)
    page.wait_for_selector("[data-event=site]", state="detached")
    page.wait_for_selector("[data-event=power]")


def test_everything_can_be_taken_away(watched: Any, tmp_path: Any) -> None:
    page = watched.open("?worlds=20&seed=3")
    page.click("[data-tab='Take away']")
    files = {}
    for name in ("html", "zip", "csv", "png", "svg", "events"):
        with page.expect_download() as waiting:
            page.click(f"[data-take={name}]")
        files[name] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(files[name])
    assert files["csv"].read_text(encoding="utf-8").startswith("month,date,quantile,lab,")
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    with zipfile.ZipFile(files["zip"]) as archive:
        archive.extractall(tmp_path)
    assert load(files["zip"].with_suffix("")).manifest["seed"] == 3
    saved = watched.contexts[0].new_page()
    saved.goto(files["html"].as_uri())
    saved.wait_for_selector("#race canvas")
    assert files["events"].read_text(encoding="utf-8").startswith("month,date,owner,kind,text")
    assert "<svg" in files["svg"].read_text(encoding="utf-8")
    assert saved.locator("canvas").count() == 5
    saved.select_option("#chart", "shares")
    assert saved.evaluate("race.getOption().series[0].stack") == "shares"
    for width in (360, 1280, 1920):
        saved.set_viewport_size({"width": width, "height": 800})
        assert saved.evaluate("document.documentElement.scrollWidth") == width
    saved.focus("#month")
    saved.keyboard.press("Home")
    assert saved.inner_text("#then").startswith("Dec 2025: ratio ")
    assert saved.evaluate("race.getOption().series[0].data.slice(-1)[0][0]") == "2025-12-31"
    assert saved.locator("#months tbody tr").count() == 61


def test_the_copied_link_brings_the_race_back(watched: Any) -> None:
    page = watched.open("?worlds=20")
    page.select_option(f"select[data-lever='{WORDED}']", WORD)
    page.wait_for_selector("[data-notice]")
    page.click("[data-tab='Take away']")
    page.click("[data-copy]")
    page.wait_for_selector("[data-copy]:has-text('copied')")
    page.wait_for_function("location.search.includes('tab=')")
    link = page.evaluate("navigator.clipboard.readText()")
    asked = f"scenario=baseline&worlds=20&seed=1&{WORDED}={WORD}&tab=Take+away"
    assert link == page.url == f"{watched.address}?{asked}"
    again = watched.open(link.removeprefix(watched.address))
    again.wait_for_selector("[data-copy]")
    assert again.input_value(f"select[data-lever='{WORDED}'] >> nth=0") == WORD
    assert again.input_value("input[data-lever=worlds]") == "20"
    page.wait_for_selector("[data-card=deadline][data-number]")
    assert number(again, "deadline") == number(page, "deadline")


def test_a_link_that_asks_for_too_much_says_so(watched: Any) -> None:
    page = watched.open("?worlds=20&scenario=chip-glu")
    assert "unknown scenario 'chip-glu'; did you mean 'chip-glut'" in page.inner_text("[data-notice]")
    assert page.input_value("input[data-lever=worlds]") == "20"


def test_two_tabs_share_nothing(watched: Any) -> None:
    first, second = watched.open("?worlds=20"), watched.open("?worlds=20&seed=2")
    first.click("[data-do=step]")
    reach(first, 1)
    first.select_option("[data-lever=scenario]", "chip-glut")
    first.wait_for_selector("[data-notice]")
    second.click("[data-do=step]")
    reach(second, 1)
    first.wait_for_selector("[data-month='0']")
    assert month(second) == 1
    assert second.input_value("[data-lever=scenario]") == "baseline"
    assert second.query_selector("[data-notice]") is None
    assert first.input_value("input[data-lever=seed]") == "1"


def in_view(page: Any, part: str, width: int) -> bool:
    """Whether a part of the page stands between its left and right edges."""
    box = page.locator(part).bounding_box()
    return bool(box) and box["x"] >= 0 and box["x"] + box["width"] <= width


def test_a_models_error_is_a_message_and_the_page_lives_on(watched: Any) -> None:
    page = watched.open("?worlds=20&seed=13", ready=False)
    said = page.wait_for_selector("[data-error]").inner_text()
    assert said.startswith(
        "month 3 will fail: FloatingPointError: the grid fell over. The months before it can be played"
    )
    for width, height in ((390, 844), (1920, 1080), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for part in ("[data-error]", "[data-do=play]"):
            assert in_view(page, part, width), (part, width)
    page.click("[data-do=close-error]")
    page.click("[data-tab=Why]")
    page.wait_for_selector("h2:has-text('as far as it can be played')")
    page.click("[data-tab=Agents]")
    page.wait_for_selector("[data-lab=xAI]")
    page.wait_for_selector("[data-picked]:has-text('It ends with Feb 2026: month 3 will fail')")
    page.click("[data-do=play]")
    page.wait_for_selector("[data-error]:has-text('month 3 failed: FloatingPointError: the grid fell over')")
    page.wait_for_selector("[data-month='2'][data-playing=no]")
    seed = page.locator("input[data-lever=seed]")
    seed.fill("1")
    seed.press("Enter")
    page.wait_for_selector("[data-error]", state="detached")
    page.click("[data-do=step]")
    reach(page, 1)


def test_everything_is_reached_by_keyboard(watched: Any) -> None:
    page = watched.open("?worlds=20")
    reached = []
    for _ in range(140):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    for wanted in (
        "reset",
        "step",
        "play",
        "speed",
        "theme",
        "scenario",
        "worlds",
        "seed",
        LEVER,
        "Race",
        "definition",
    ):
        assert wanted in reached
    assert reached.index("play") < reached.index("scenario") < reached.index("Race")
    page.focus("[data-do=play]")
    page.keyboard.press("Enter")
    reach(page, 1)
    page.focus("[data-tab=Race]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-chart=ledger]")


def test_light_and_dark_follow_the_system_until_the_button_is_pressed(watched: Any) -> None:
    page = watched.open("?worlds=20", dark=True)
    page.wait_for_selector(".theme--dark .ca-page")
    page.click("[data-do=theme]")
    page.wait_for_selector(".theme--light .ca-page")
    page.reload()
    page.wait_for_selector("[data-card=deadline][data-number]")
    page.wait_for_selector(".theme--light .ca-page")


# What reaches beyond the window, and lies in nothing that cuts it off or scrolls by itself.
STICKING_OUT = """() => [...document.body.querySelectorAll('*')].filter(one => {
  const box = one.getBoundingClientRect();
  if (box.width === 0 || box.right <= window.innerWidth + 0.5) return false;
  for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
    if (getComputedStyle(up).overflowX !== 'visible') return false;
  return true;
}).map(one => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`)"""


APART = """() => {
  const box = name => document.querySelector(name).getBoundingClientRect();
  const [one, other] = [box('.ca-top h1'), box('.ca-transport')];
  return one.right <= other.left || one.bottom <= other.top;
}"""


@pytest.mark.parametrize(("width", "height"), [(360, 740), (390, 844), (1280, 800), (1920, 1080)])
def test_nothing_sticks_out_sideways_in_any_tab(watched: Any, width: int, height: int) -> None:
    page = watched.open("?worlds=20", width=width, height=height)
    assert page.evaluate(APART), "the question and the buttons that play"
    kept = stored()["baseline"]
    assert page.inner_text("h1") == kept["question"]
    assert page.inner_text(".ca-said").replace("\u00a0", " ").startswith(kept["sentence"])
    question, said, cards = (page.locator(one).bounding_box() for one in (".ca-top", ".ca-answer", ".ca-cards"))
    assert question["y"] >= 0 and question["y"] + question["height"] <= said["y"]
    assert said["y"] + said["height"] <= cards["y"] < height, "the answer is seen before any click"
    for tab in PANELS:
        page.click(f"[data-tab='{tab}']")
        page.wait_for_timeout(400)  # charts are drawn and fitted
        assert page.evaluate(STICKING_OUT) == [], tab
        assert page.evaluate("document.documentElement.scrollWidth") == width, tab
