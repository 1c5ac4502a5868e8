"""How much of the processor the page's server takes: for the first chart, for a lever's new answer, for a step.

    uv run python -m benchmarks.page [--worlds 200] [--times 5]

Serves the page on a free port, drives it in the Chromium that is installed, and reads the server's processor time (all
its threads, user and system) before and after. Processor time, not time of day, so that a busy machine says much the
same. Ends with 1 where a median is above its limit. Linux only.
"""

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

LIMITS = {"first chart": 1.5, "a lever's new answer": 0.5, "a step": 0.1}  # seconds of processor time
LEVER = "finance.round_speed"
CHART = "[data-chart=compute] canvas"
DONE = "[data-card=deadline][data-number]"
MONTH = "n => Number(document.querySelector('[data-month]').dataset.month) === n"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SETTLED = 1_500  # milliseconds after which what was asked for is surely done

app = App(help=__doc__)


def processor_seconds(pid: int) -> float:
    """What a process has taken of the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The page's address, and the process that serves it."""
    words = [sys.executable, "-m", "computerace", "view", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        said = server.stdout.readline() if server.stdout else ""
        yield next(word for word in said.split() if word.startswith("http://")), server.pid
        server.terminate()


def spent(pid: int, page: Any, act: Callable[[], object]) -> float:
    """Seconds of the server's processor time for an act, with what it sets off."""
    page.wait_for_timeout(SETTLED)
    begun = processor_seconds(pid)
    act()
    page.wait_for_timeout(SETTLED)
    return processor_seconds(pid) - begun


def first_chart(browser: Any, address: str, pid: int, worlds: int) -> float:
    """A tab is opened, until its chart is there; what is run ahead afterwards is not in it."""
    page = browser.new_page()
    begun = processor_seconds(pid)
    page.goto(f"{address}?worlds={worlds}")
    page.wait_for_selector(CHART)
    seconds = processor_seconds(pid) - begun
    page.wait_for_selector(DONE)
    page.close()
    return seconds


def answers(page: Any, pid: int) -> float:
    """A lever is moved, until the answer of all its worlds stands there."""

    def move() -> None:
        before = page.get_attribute("[data-query]", "data-query")
        page.focus(f"input[data-slider='{LEVER}'] >> nth=0")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("q => document.querySelector('[data-query]').dataset.query !== q", arg=before)
        page.wait_for_selector(DONE)

    return spent(pid, page, move)


def steps(page: Any, pid: int) -> float:
    """A step, until the month and its chart stand there."""

    def step() -> None:
        month = int(page.get_attribute("[data-month]", "data-month"))
        page.click("[data-do=step]")
        page.wait_for_function(MONTH, arg=month + 1)

    return spent(pid, page, step)


def measure(worlds: int, times: int) -> dict[str, list[float]]:
    """Each of the three, so many times; the first tab of all also imports the model."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)))
    with served() as (address, pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        first = [first_chart(browser, address, pid, worlds) for _ in range(times)]
        page = browser.new_page()
        page.goto(f"{address}?worlds={worlds}")
        page.wait_for_selector(DONE)
        found = [answers(page, pid) for _ in range(times)]
        stepped = [steps(page, pid) for _ in range(times)]
        browser.close()
    return dict(zip(LIMITS, (first, found, stepped), strict=True))


@app.default
def main(*, worlds: int = 200, times: Annotated[int, Parameter(help="how often each is done.")] = 5) -> int:
    """Print each of the three with its limit, and the first chart of a server that has only just started."""
    found = measure(worlds, times)
    for name, seconds in found.items():
        middle = statistics.median(seconds)
        each = ", ".join(f"{one:.2f}" for one in seconds)
        print(f"{name}: {middle:.2f} s of processor time, at most {LIMITS[name]} s ({each})")
    print(f"first chart of a server that has just started: {found['first chart'][0]:.2f} s")
    return int(any(statistics.median(seconds) > LIMITS[name] for name, seconds in found.items()))


if __name__ == "__main__":
    sys.exit(app())
