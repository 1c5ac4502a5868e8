"""The levers and the time slider in a real browser, at three sizes: values, and where things stand."""

from typing import Any

import pytest

from computerace.runs.page.choice import Choice
from computerace.runs.page.levers import MAIN, main_levers, slider_range

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

OWN = Choice().race_scenario().parameters()
NAME = next(name for name in main_levers(Choice().race_scenario()) if OWN[name].prior is not None)
FIELD, SLIDER = f"input[data-lever='{NAME}'] >> nth=0", f"input[data-slider='{NAME}'] >> nth=0"
SIZES = [(390, 844), (1280, 800), (1920, 1080)]
PRIOR_IS_ON_ITS_TRACK = """name => {
  const box = (what) => document.querySelector(`[data-${what}='${name}']`).getBoundingClientRect();
  const [prior, track] = [box('prior'), box('slider')];
  const inside = prior.left >= track.left && prior.right <= track.right && prior.width > 20;
  return inside && prior.top <= track.top && prior.bottom >= track.bottom;
}"""
THUMB_FOLLOWS_PLAYED = """() => {
  const { month, played, horizon } = document.querySelector('[data-month]').dataset;
  const time = document.querySelector('[data-do=time]'), track = time.getBoundingClientRect();
  const line = document.querySelector('.ca-played').getBoundingClientRect();
  const reached = track.left + 8 + (track.width - 16) * played / horizon;
  return Number(time.value) === Number(month) && Math.abs(line.right - reached) < 2 && line.left >= track.left - 1;
}"""


def wait_for(page: Any, month: int, played: int) -> None:
    page.wait_for_selector(f"[data-month='{month}'][data-played='{played}']")


def type_in(page: Any, field: str, text: str, key: str = "Enter") -> None:
    page.fill(field, text)
    page.press(field, key)


def field_leaves(page: Any, value: str) -> None:
    """Wait until the field follows the address: what is typed before that is written over."""
    other = "([name, value]) => document.querySelector(`input[data-lever='${name}']`).value !== value"
    page.wait_for_function(other, arg=[NAME, value])


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_lever_is_found_moved_refused_undone_and_brought_back(watched: Any, width: int, height: int) -> None:
    page = watched.open("?worlds=20", width=width, height=height)
    if page.locator(".ca-drawer").is_visible():  # on a phone the levers lie in a drawer
        page.click(".ca-drawer")
    main = page.locator("[data-group='Main levers']")
    assert main.locator(".ca-lever").count() == MAIN
    assert main.locator("[data-pushes]").count() == MAIN
    page.locator(SLIDER).scroll_into_view_if_needed()
    assert page.evaluate(PRIOR_IS_ON_ITS_TRACK, NAME)
    label, code = page.locator(f"label[for='main-{NAME}']").inner_text().splitlines()
    assert code == NAME
    assert label != NAME

    own, thumb = page.input_value(FIELD), page.input_value(SLIDER)
    type_in(page, FIELD, "-1e30")
    why = page.wait_for_selector(f"[data-refused='{NAME}']")
    assert abs(why.bounding_box()["y"] - page.locator(FIELD).bounding_box()["y"]) < 120
    assert page.input_value(SLIDER) == thumb, "a refused value leaves the slider alone"
    assert page.query_selector("[data-notice]") is None
    page.press(FIELD, "Escape")
    page.wait_for_selector(f"[data-refused='{NAME}']", state="detached")
    assert page.input_value(FIELD) == own

    page.fill(SLIDER, "95")
    page.wait_for_selector(f"[data-effect='{NAME}']")
    said = page.inner_text(f"[data-effect='{NAME}'] >> nth=0")
    assert said.startswith("scenario's own → ")
    assert "-fold; claim in" in said
    assert page.input_value(SLIDER) == "95", "the thumb stays where it was let go of"
    low, high = slider_range(OWN[NAME])
    assert low < float(page.input_value(FIELD)) < high
    moved = "q => document.querySelector('[data-query]').dataset.query.includes(q)"
    for press, there in (("undo", False), ("redo", True), ("reset-levers", False), ("undo", True)):
        page.click(f"[data-do={press}]")
        page.wait_for_function(moved if there else f"q => !({moved})(q)", arg=f"{NAME}=")
    field_leaves(page, own)
    type_in(page, FIELD, "", "Tab")  # empty means the scenario's own
    page.wait_for_function(f"q => !({moved})(q)", arg=f"{NAME}=")
    page.click("[data-do=undo]")
    page.wait_for_function(moved, arg=f"{NAME}=")
    field_leaves(page, own)
    type_in(page, FIELD, own)  # and so does the scenario's own value
    page.wait_for_function(f"q => !({moved})(q)", arg=f"{NAME}=")

    page.fill("[data-search]", "star exodus")
    page.wait_for_selector("[data-slider='talent.star_exodus']")
    assert page.locator(".ca-lever").count() < MAIN
    page.fill("[data-search]", "no such lever")
    page.wait_for_selector("text=No lever has")
    page.press("[data-search]", "Escape")
    page.wait_for_selector("[data-group='Main levers']")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_time_slider_scrubs_and_a_reload_brings_all_of_it_back(watched: Any, width: int, height: int) -> None:
    page = watched.open(
        "?worlds=20&pins=all&pin=seed%3D2%26worlds%3D20&tab=Compare&utm.source=x", width=width, height=height
    )
    page.fill("[data-do=speed]", "100")
    page.fill("[data-do=time]", "20")  # beyond what was played: it is played
    wait_for(page, 20, 20)
    page.fill("[data-do=time]", "7")
    wait_for(page, 7, 20)
    assert page.evaluate(THUMB_FOLLOWS_PLAYED)
    page.click("[data-do=step]")
    wait_for(page, 8, 20)
    page.wait_for_selector("[data-difference*='the seeds differ']", state="attached")
    page.wait_for_function("location.search.includes('month=8')")
    assert page.query_selector("[data-notice]") is None, "a key that is none of the page's is ignored quietly"
    page.reload()
    wait_for(page, 8, 8)
    page.wait_for_selector("[data-difference*='the seeds differ']", state="attached")
    assert "40 months/s" in page.inner_text(".ca-speed")
    page.click("[data-tab=Race]")
    page.wait_for_selector("[data-chart=compute] canvas")
    pins = "chart => chart.__vue__.chart.getOption().series.filter(one => String(one.id).startsWith('pins')).length"
    page.wait_for_function("document.querySelector('[data-chart=compute]').__vue__.chart !== undefined")
    assert page.eval_on_selector("[data-chart=compute]", pins) == len(Choice().race_scenario().labs) + 1
    page.select_option("select[data-switch=pins]", "none")
    page.wait_for_function("location.search.includes('pins=none')")
    assert page.eval_on_selector("[data-chart=compute]", pins) == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_bad_value_in_a_link_is_told_and_the_address_is_mended(watched: Any) -> None:
    page = watched.open("?worlds=20&tab=Agents&lab=Gogle&speed=9000&month=2")
    said = page.inner_text("[data-notice]")
    assert "did you mean 'Google'" in said
    assert "speed must be from" in said
    page.wait_for_function("!location.search.includes('Gogle') && location.search.includes('month=2')")
    page.wait_for_selector("[data-inspect=Google]")
    page.click("[data-inspect=Google]")
    page.wait_for_function("location.search.includes('lab=Google')")
    page.reload()
    page.wait_for_selector("[data-inspected=Google]")
