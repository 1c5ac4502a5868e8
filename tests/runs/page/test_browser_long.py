"""The page over many plays and in many looks, and how its server ends."""

import signal
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

ARTEFACTS = Path(__file__).parents[3] / "test-artefacts" / "page"
SIZES = ((1280, 800), (1920, 1080))
# Elements whose text is wider or higher than they are, whatever sticks out of the window or of the panel around it, and
# words that are cut off or lie on each other in a chart.
CLIPPED = """() => {
  const odd = [];
  const lettering = (chart) => chart.getZr().storage.getDisplayList(true)
    .filter((one) => one.type === 'tspan' && !one.ignore && !one.invisible && one.style.text.trim())
    .map((one) => {
      const frame = one.getBoundingRect().clone();
      if (one.transform) frame.applyTransform(one.transform);
      // ECharts takes a Chinese letter's width for the height, whatever the font: letters are some ten pixels high.
      frame.y += 0.5 * frame.height - 5; frame.height = 10;
      return { text: one.style.text, frame };
    });
  const page = document.querySelector('.ca-page');
  if (document.documentElement.scrollWidth > window.innerWidth) odd.push('the page is wider than the window');
  for (const box of ['.ca-main', '.ca-side']) {
    const element = document.querySelector(box);
    if (element.scrollWidth > element.clientWidth + 1) odd.push(`${box} scrolls sideways`);
  }
  const worded = 'button, h1, h2, h3, dt, strong, label, p, small, td, th, .ca-card span';
  for (const element of page.querySelectorAll(worded)) {
    const frame = element.getBoundingClientRect();
    if (!frame.width || getComputedStyle(element).opacity === '0') continue;
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
      odd.push(`clipped: ${element.tagName} ${element.textContent.trim().slice(0, 40)}`);
    if (frame.right > window.innerWidth + 1) odd.push(`outside: ${element.textContent.trim().slice(0, 40)}`);
  }
  const cards = [...page.querySelectorAll('.ca-card, .ca-panel, .ca-bar')].map((one) => one.getBoundingClientRect());
  const before = (a, b) => a.right <= b.left + 1 || a.bottom <= b.top + 1;
  const beside = (a, b) => before(a, b) || before(b, a);
  cards.forEach((a, i) => cards.slice(i + 1).forEach((b) => beside(a, b) || odd.push('two panels overlap')));
  for (const chart of page.querySelectorAll('[data-chart]')) {
    const frame = chart.getBoundingClientRect();
    if (frame.width < 300 || frame.height < 190) odd.push(`${chart.dataset.chart} is too small to read`);
    const words = lettering(chart.__vue__.chart);
    if (words.length < 6) odd.push(`${chart.dataset.chart} has hardly a word on it`);
    for (const one of words) {
      const { x, y, width, height } = one.frame;
      if (x < -1 || y < -1 || x + width > frame.width + 1 || y + height > frame.height + 1)
        odd.push(`${chart.dataset.chart} cuts "${one.text}"`);
    }
    words.forEach((a, i) => words.slice(i + 1).forEach((b) => {
      if (a.frame.intersect(b.frame)) odd.push(`${chart.dataset.chart}: "${a.text}" lies on "${b.text}"`);
    }));
  }
  return odd;
}"""


DRAWN = "() => [...document.querySelectorAll('[data-chart]')].every((one) => one.__vue__ && one.__vue__.chart)"


def resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def heap_megabytes(page: Any) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used / 1e6


def reach(page: Any, least: int) -> None:
    page.wait_for_function("n => Number(document.querySelector('[data-month]').dataset.month) >= n", arg=least)


def test_memory_stays_flat_over_six_full_plays(watched: Any, served: Any) -> None:
    page = watched.open("?worlds=50")
    page.fill("[data-do=speed]", "100")
    server, browser = [], []
    for _ in range(6):
        page.click("[data-do=play]")
        reach(page, 60)
        page.click("[data-do=reset]")
        page.wait_for_selector("[data-month='0']")
        server.append(resident_megabytes(served.process.pid))
        browser.append(heap_megabytes(page))
    assert server[-1] - server[2] < 10, server
    assert browser[-1] - browser[2] < 4, browser


def test_turning_the_tabs_leaves_nothing_behind_in_the_browser(watched: Any) -> None:
    page = watched.open("?worlds=50")
    page.fill("[data-do=speed]", "100")
    page.click("[data-do=play]")
    reach(page, 60)
    used = []
    for _ in range(8):
        page.click("[data-tab=Why]")
        page.wait_for_selector("[data-chart=researchers] canvas")
        page.click("[data-tab=Race]")
        page.wait_for_selector("[data-chart=compute] canvas")
        used.append(heap_megabytes(page))
    assert used[-1] - used[1] < 4, used


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_or_overlaps(watched: Any, width: int, height: int, dark: bool) -> None:
    page = watched.open(width=width, height=height, dark=dark)
    ARTEFACTS.mkdir(parents=True, exist_ok=True)

    def look(name: str) -> None:
        page.wait_for_function(DRAWN)
        page.wait_for_timeout(300)
        page.screenshot(path=ARTEFACTS / f"{name}-{width}x{height}-{'dark' if dark else 'light'}.png")
        assert page.evaluate(CLIPPED) == [], name

    look("begin")
    for month in range(1, 13):
        page.click("[data-do=step]")
        reach(page, month)
    look("race")
    page.check("[data-switch='chart:shares']", force=True)
    page.wait_for_selector("[data-chart=shares] canvas")
    look("shares")
    page.check("[data-switch='chart:compute']", force=True)
    page.fill("[data-do=speed]", "100")
    page.click("[data-do=play]")
    reach(page, 60)
    look("end")
    for tab, waits in (
        ("Why", "[data-chart=researchers] canvas"),
        ("Events", "[data-event]"),
        ("Compare", "[data-do=pin]"),
    ):
        page.click(f"[data-tab={tab}]")
        page.wait_for_selector(waits)
        look(tab.lower())
    page.click("[data-do=pin]")
    page.select_option("[data-lever=scenario]", "rivals-idle")
    page.wait_for_selector("[data-notice]")
    page.wait_for_selector("[data-card=deadline][data-number]")
    page.wait_for_selector("[data-chart=difference] canvas")
    page.locator("input[data-lever=worlds]").fill("0")
    page.locator("input[data-lever=worlds]").press("Enter")
    page.wait_for_selector("[data-refused=worlds]")
    look("compared")
    page.click("[data-tab='Take away']")
    page.wait_for_selector("[data-copy]")
    look("take-away")


def test_a_tab_of_two_thousand_worlds_gives_its_memory_back(watched: Any, served: Any) -> None:
    watched.open("?worlds=20").context.close()
    before = resident_megabytes(served.process.pid)
    page = watched.open("?worlds=2000")
    page.click("[data-tab=Agents]")
    page.wait_for_selector("[data-lab=xAI]")
    held = resident_megabytes(served.process.pid)
    page.close()
    for _ in range(60):
        if resident_megabytes(served.process.pid) - before < 0.3 * (held - before):
            break
        time.sleep(0.5)
    left = resident_megabytes(served.process.pid)
    assert held - before > 100
    assert left - before < 0.3 * (held - before), (before, held, left)


def test_tabs_of_every_size_outlive_their_server_and_play_on(start: Any, chromium: Any) -> None:
    served, tabs = start(), []
    for width, height in ((390, 844), *SIZES):
        tab = chromium.new_page(viewport={"width": width, "height": height})
        tab.set_default_timeout(120_000)
        tab.goto(f"{served.address}?worlds=20&seed=5")
        tab.wait_for_selector("[data-card=deadline][data-number]")
        tab.fill("[data-do=speed]", "1")
        tabs.append(tab)
    for tab in tabs:
        tab.click("[data-do=play]")
        tab.wait_for_function("new URLSearchParams(location.search).get('month') >= 2")
    served.stop()
    kept = []
    for tab in tabs:
        tab.wait_for_function("app.$data.connectionStatus !== 'connected'")
        kept.append(int(tab.evaluate("new URLSearchParams(location.search).get('month')")))
        tab.evaluate("window.old = true")
    start(port=urlsplit(served.address).port)
    for tab, month in zip(tabs, kept, strict=True):
        tab.wait_for_function("!window.old && document.querySelector('[data-card=deadline][data-number]')")
        assert tab.input_value("input[data-lever=seed]") == "5"
        assert int(tab.get_attribute("[data-month]", "data-month")) >= month
        reach(tab, month + 2)
        box, width = tab.locator("[data-do=play]").bounding_box(), tab.viewport_size["width"]
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        tab.close()


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_leaves_nothing_behind(start: Any, chromium: Any, sent: signal.Signals) -> None:
    page = start()
    tab = chromium.new_page()
    tab.goto(page.address)
    tab.wait_for_selector("[data-card=deadline][data-number]")
    children = Path(f"/proc/{page.process.pid}/task/{page.process.pid}/children").read_text(encoding="utf-8").split()
    page.process.send_signal(sent)
    code = page.process.wait(timeout=120)
    tab.close()
    assert code in ((0,) if sent is signal.SIGINT else (0, -signal.SIGTERM))
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []
    assert "Traceback" not in page.log.read_text(encoding="utf-8")
