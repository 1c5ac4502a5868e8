"""What the page's tests share: small races, a served page, and a browser that tolerates nothing odd."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from computerace.runs.model.race import Race
from computerace.runs.page.snapshot import Snapshot, look
from computerace.runs.scenarios import scenario

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOBODY = "http://127.0.0.1:9"  # a port at which nobody listens: whatever goes there is lost
PATIENCE = 120_000  # milliseconds for what a person would wait an instant for: a busy machine is no failure
# A page whose race breaks at month 3 where the seed is 13, as a model with a bug in it would.
SERVE = """
    import sys
    from computerace.runs.commands.view import view
    from computerace.runs.model.race import Race

    whole_step = Race.step

    def step(self):
        if self.seed == 13 and self.month >= 2:
            raise FloatingPointError("the grid fell over")
        whole_step(self)

    Race.step = step
    sys.exit(view(**{"port": 0, "open_browser": False, **{options}}))
"""


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def browser_path() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say why a browser's tests are skipped; in CI they are not."""
    wanted = in_ci() or config.getoption("--slow") or config.getoption("markexpr")
    if browser_path() is None and not in_ci():
        reason = "no browser was found: apt-get install chromium"
    elif not wanted:
        reason = "drives a browser, which takes a minute: run with --slow, as CI does"
    else:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def race() -> Race:
    """A race of 12 worlds at its horizon. Not to be stepped."""
    return Race(scenario("baseline"), worlds=12, seed=1, collect=False).run()


@pytest.fixture(scope="session")
def snapshot(race: Race) -> Snapshot:
    return look(race)


@pytest.fixture(scope="session")
def idle(race: Race) -> Snapshot:
    """The same worlds with rivals that stand still."""
    return look(Race(scenario("rivals-idle"), worlds=12, seed=1, collect=False).run())


@dataclass
class Served:
    """A running `computerace view`."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=120)


def start_page(folder: Path, **options: Any) -> Served:
    """`computerace view` on a free port, with no way out to the internet; ready when it answers."""
    script, log = folder / "serve.py", folder / "serve.log"
    script.write_text(textwrap.dedent(SERVE).replace("{options}", repr(options)), encoding="utf-8")
    environment = {**os.environ, "HTTP_PROXY": NOBODY, "HTTPS_PROXY": NOBODY, "NO_PROXY": "127.0.0.1,localhost"}
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        )
    line = process.stdout.readline() if process.stdout else ""
    if "http://127.0.0.1:" not in line:
        process.kill()
        raise RuntimeError(f"the page did not start: {line}{log.read_text(encoding='utf-8')}")
    address = next(word for word in line.split() if word.startswith("http://"))
    with urllib.request.urlopen(f"{address}readyz", timeout=60) as answer:  # noqa: S310  # our own address
        assert answer.status == 200
    return Served(process, address, log)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    page = start_page(tmp_path_factory.mktemp("page"))
    yield page
    if page.process.poll() is None:
        page.stop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts a page of the test's own, and ends it where the test did not."""
    pages: list[Served] = []

    def begin(**options: Any) -> Served:
        pages.append(start_page(tmp_path, **options))
        return pages[-1]

    yield begin
    for page in pages:
        if page.process.poll() is None:
            page.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = browser_path()
    if path is None:
        raise RuntimeError("CI tests the page in a browser, and found none: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Watched:
    """Opens pages and remembers everything that should not have happened on them."""

    browser: Any
    address: str
    odd: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def open(
        self, query: str = "", *, width: int = 1280, height: int = 800, dark: bool = False, ready: bool = True
    ) -> Any:
        """A new tab in a profile of its own, ready when the race was run ahead."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda said: self.odd.append(f"console: {said.text}") if said.type == "error" else None)
        context.on("weberror", lambda error: self.odd.append(f"error: {error.error}"))
        context.on(
            "response",
            lambda answer: self.odd.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
        )
        context.on("request", self._request)
        page = context.new_page()
        page.goto(self.address + query)
        if ready:
            page.wait_for_selector("[data-card=deadline][data-number]")
        return page

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:", "file:")):
            self.odd.append(f"outside: {request.url}")


@pytest.fixture
def watched(chromium: Any, served: Served) -> Iterator[Watched]:
    """Pages of the served race; the test fails on an error in the console, an answer of 400, a call to the outside."""
    watcher = Watched(chromium, served.address)
    yield watcher
    for context in watcher.contexts:
        context.close()
    assert watcher.odd == []
    assert "Could not load URL" not in served.log.read_text(encoding="utf-8")
