"""The page for everybody: what a machine finds wrong with it, by keyboard, by ear, and on a phone."""

import itertools
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from computerace.runs.page.choice import Choice
from computerace.runs.page.panels import PANELS
from computerace.runs.page.site import build_site
from tests.runs.page.conftest import Served, Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SIZES = [(390, 844), (1280, 800), (1920, 1080)]
WRONG = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)"""
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((one) => Number(one.tagName[1]))"
# Where each of these lies, whatever was scrolled.
PLACES = """() => ['.ca-top', '.ca-answer', '.ca-cards', '.ca-bar', '[data-chart=compute]', '.ca-side'].map((name) => {
  const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
  return [name, x, y, width, height];
})"""


ABOVE = """() => {
  const [chart, drawer] = ['[data-chart=compute]', '.ca-side']
    .map((one) => document.querySelector(one).getBoundingClientRect());
  return chart.top >= 0 && chart.bottom <= drawer.top + 1;
}"""


@pytest.fixture(scope="module")
def opened(chromium: Any, served: Served) -> Iterator[Any]:
    """One page, three months into its race, that all of these tests look at."""
    watcher = Watched(chromium, served.address)
    page = watcher.open("?worlds=20&month=3")
    page.wait_for_selector("[data-month='3']")
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    yield page
    for context in watcher.contexts:
        context.close()
    assert watcher.odd == []


def at_race(page: Any, width: int = 1280, height: int = 800) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.click("[data-tab=Race]")
    page.wait_for_selector("[data-chart=compute] canvas")


@pytest.mark.parametrize(
    ("width", "height", "look"),
    [(*SIZES[0], "light"), (*SIZES[0], "dark"), (*SIZES[1], "dark"), (*SIZES[2], "light")],
)
def test_axe_finds_nothing_wrong_in_any_tab(opened: Any, width: int, height: int, look: str) -> None:
    opened.set_viewport_size({"width": width, "height": height})
    if not opened.query_selector(f".theme--{look} .ca-page"):
        opened.click("[data-do=theme]")
    for tab in PANELS:
        opened.click(f"[data-tab='{tab}']")
        opened.wait_for_selector(
            f"[role=tabpanel][aria-labelledby='{opened.get_attribute(f'[data-tab="{tab}"]', 'id')}']"
        )
        if tab == "Agents":
            opened.wait_for_selector("[data-lab=xAI]")
        if tab == "Compare" and opened.query_selector("[data-do=pin]"):
            opened.click("[data-do=pin]")
            opened.wait_for_selector("[data-chart=difference] canvas")
        assert opened.evaluate(WRONG) == [], (tab, look)
        levels = opened.evaluate(HEADINGS)
        assert levels.count(1) == 1, tab
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (tab, levels)


def test_the_document_says_its_language_and_may_be_enlarged(opened: Any) -> None:
    assert opened.get_attribute("html", "lang") == "en"
    assert "user-scalable" not in opened.get_attribute("meta[name=viewport]", "content")
    assert "xAI" in opened.get_attribute("meta[name=description]", "content")


def test_tabs_lead_to_their_panel_by_keyboard(opened: Any) -> None:
    at_race(opened)
    opened.focus("[data-tab=Race]")
    for key, tab in (("End", "Take away"), ("ArrowRight", "Race"), ("ArrowLeft", "Take away"), ("Home", "Race")):
        opened.keyboard.press(key)
        opened.wait_for_selector(f"[data-tab='{tab}'][aria-selected=true][aria-controls=ca-panel]")
        assert opened.evaluate("document.activeElement.dataset.tab") == tab
        name = opened.get_attribute(f"[data-tab='{tab}']", "id")
        opened.wait_for_selector(f"#ca-panel[role=tabpanel][aria-labelledby='{name}']")


def test_the_first_stop_of_the_keyboard_skips_to_the_answer(chromium: Any, served: Served) -> None:
    watcher = Watched(chromium, served.address)
    page = watcher.open("?worlds=20")
    page.keyboard.press("Tab")
    box = page.locator(".ca-skip").bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "ca-main"
    page.context.close()


def test_what_is_new_is_read_out(opened: Any) -> None:
    """The answer and the messages stand in live regions that were there before anything was said."""
    at_race(opened)
    assert opened.get_attribute(".ca-answer", "aria-live") == "polite"
    for role in ("status", "alert"):
        assert opened.locator(f".ca-messages > [role={role}]").count() == 1
    label = opened.get_attribute("[data-chart=compute]", "aria-label")
    assert "2026-03-31: " in label and "Google" in label and "rivals combined" in label
    opened.click("[data-do=table]")
    opened.wait_for_selector("[data-table=months] tbody tr >> nth=3")
    heads = opened.locator("[data-table=months] thead th").all_inner_texts()
    assert heads[0] == "month" and heads[-1] == "chance so far" and "rivals combined" in heads
    assert opened.locator("[data-table=months] tbody tr").count() == 4
    opened.click("[data-do=table]")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_message_moves_nothing(opened: Any, width: int, height: int) -> None:
    at_race(opened, width, height)
    opened.evaluate("window.scrollTo(0, 0)")
    opened.wait_for_timeout(300)
    before = opened.evaluate(PLACES)
    seed = 2 + SIZES.index((width, height))
    opened.evaluate(
        """(seed) => { const field = document.querySelector('input[data-lever=seed]');
        field.value = seed; field.dispatchEvent(new Event('input')); field.dispatchEvent(new Event('change')); }""",
        seed,
    )
    notice = opened.wait_for_selector(f"[data-notice]:has-text('→ {seed}')")
    opened.wait_for_selector("[data-card=deadline][data-number]")
    opened.wait_for_timeout(300)
    box = notice.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= height
    moved = [(now[0], was[1:], now[1:]) for was, now in zip(before, opened.evaluate(PLACES), strict=True) if was != now]
    assert moved == []
    opened.click("[data-do=heard]")
    opened.wait_for_selector("[data-notice]", state="detached")


def test_on_a_phone_the_levers_lie_in_a_drawer_below_the_chart_that_they_change(opened: Any) -> None:
    at_race(opened, *SIZES[0])
    assert not opened.is_visible("[data-lever=scenario]")
    bar = opened.locator("[data-do=levers]").bounding_box()  # across the window: nothing is half hidden beside it
    assert (bar["x"], bar["width"], bar["y"] + bar["height"]) == (0, 390, 844)
    opened.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    last = opened.locator(".ca-table summary").bounding_box()
    assert last["y"] + last["height"] <= bar["y"], "at the page's end it hides nothing"
    opened.click("[data-do=levers]")
    opened.wait_for_selector("[data-lever=scenario]")
    opened.wait_for_function(ABOVE)
    chart, drawer = (opened.locator(one).bounding_box() for one in ("[data-chart=compute]", ".ca-side"))
    assert chart["y"] >= 0 and chart["y"] + chart["height"] <= drawer["y"] + 1
    assert (drawer["x"], drawer["width"], drawer["y"] + drawer["height"]) == (0, 390, 844)
    assert opened.evaluate("document.activeElement.dataset.lever") == "scenario"
    opened.keyboard.press("Escape")
    opened.wait_for_selector("[data-lever=scenario]", state="hidden")
    assert opened.evaluate("document.activeElement.dataset.do") == "levers"


@pytest.mark.parametrize(("width", "height"), SIZES[1:])
def test_on_a_wide_window_the_levers_stand_beside_the_chart(opened: Any, width: int, height: int) -> None:
    at_race(opened, width, height)
    assert not opened.is_visible("[data-do=levers]")
    side, chart = (opened.locator(one).bounding_box() for one in (".ca-side", "[data-chart=compute]"))
    assert side["x"] == 0 and side["x"] + side["width"] <= chart["x"]
    assert chart["y"] < height and chart["x"] + chart["width"] <= width


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("access") / "site"
    return build_site(out, [Choice("baseline", 4).changed("talent.mobility", 0.8)]).front.parent


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_site_is_for_everybody(chromium: Any, site: Path, width: int, height: int, look: str) -> None:
    page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=look)
    for name in ("index.html", "baseline.html"):
        page.goto((site / name).as_uri())
        page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        assert page.evaluate(WRONG) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
    label = page.get_attribute("#race", "aria-label")
    assert "2030-12-31: " in label and "Google" in label
    assert page.locator("#months tbody th[scope=row]").count() == 61
    chart, slider = (page.locator(one).bounding_box() for one in ("#race", "#month"))
    assert chart["y"] + chart["height"] <= slider["y"]
    page.close()


def test_the_chart_of_a_saved_page_is_a_picture_for_print_up_to_its_month(chromium: Any, site: Path) -> None:
    page = chromium.new_page()
    page.goto((site / "baseline.html").as_uri())
    page.select_option("#chart", "shares")
    page.focus("#month")
    page.keyboard.press("Home")
    with page.expect_download() as waiting:
        page.click("#svg")
    expected = "computerace-baseline-talent.mobility-0.8-4-worlds-seed-1-shares-owned.svg"
    assert waiting.value.suggested_filename == expected
    drawn = waiting.value.path().read_text(encoding="utf-8")
    assert drawn.startswith("<svg") and "2030" in drawn and 'width="1200"' in drawn
    page.focus("#month")
    page.keyboard.press("End")
    with page.expect_download() as waiting:
        page.click("#svg")
    assert len(waiting.value.path().read_text(encoding="utf-8")) > 1.2 * len(drawn)
    page.close()
