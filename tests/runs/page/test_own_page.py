"""The docs' page of one's own, served by the docs' own command, with no way out to the internet."""

import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runs.page.conftest import NOBODY, PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs" / "page.md").read_text(encoding="utf-8").split("## A page of one's own")[1]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}readyz", timeout=5) as answer:  # noqa: S310  # our own address
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the docs' file is served by the docs' command; only the file's folder and the port are the test's own."""
    (tmp_path / "mine.py").write_text(re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)[0], encoding="utf-8")
    command = re.findall(r"```\n(export .*? mine\.py)\n```", DOCS, re.DOTALL)[0]
    port = free_port()
    words = command.replace("mine.py", f"{tmp_path / 'mine.py'} --port {port} --no-open").replace(
        "uv run", "exec uv run"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SOLARA")}
    outside = {"HTTP_PROXY": NOBODY, "HTTPS_PROXY": NOBODY, "NO_PROXY": "127.0.0.1,localhost", "UV_NO_SYNC": "1"}
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(["bash", "-c", words], cwd=ROOT, env={**plain, **outside}, stdout=log, stderr=log)
    last = time.monotonic() + 120
    while not answers(f"http://127.0.0.1:{port}/"):
        assert server.poll() is None and time.monotonic() < last, (tmp_path / "log").read_text(encoding="utf-8")
        time.sleep(0.2)
    yield f"http://127.0.0.1:{port}/"
    server.terminate()
    server.wait(timeout=60)


def test_the_docs_page_of_ones_own_works_offline_by_the_docs_command(address: str, chromium: Any) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(address)
    page.wait_for_selector("[data-chart=compute] canvas")
    page.wait_for_selector("[data-chart=compute][aria-label*='2025-12-31: ']")
    page.click("button:has-text('Step')")
    page.wait_for_selector("[data-chart=compute][aria-label*='2026-01-31: ']")
    assert failed == []
    page.close()
