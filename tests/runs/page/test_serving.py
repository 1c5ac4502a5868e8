"""The served page on loopback: what a stranger's page gets, and when what is left is freed."""

import base64
import http.client
import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.runs.page.conftest import Served, start_page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MINUTE = 60
SOME_WORK = 30  # seconds for what a busy machine does late


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page with room for one race, and so for two tabs."""
    page = start_page(tmp_path_factory.mktemp("small"), sessions=1, total_worlds=50, framed_by=("http://localhost:1",))
    yield page
    page.stop()


def shake_hands(page: Served, kernel: str, *, host: str | None = None, origin: str | None = None) -> tuple[int, Any]:
    """Ask for a tab's socket as a browser does; the status, and the connection that is left open."""
    place = urlsplit(page.address)
    connection = socket.create_connection((place.hostname, place.port), timeout=SOME_WORK)
    lines = [
        f"GET /jupyter/api/kernels/{kernel}/channels?session_id={kernel} HTTP/1.1",
        f"Host: {host or place.netloc}",
        f"Origin: {page.address.rstrip('/') if origin is None else origin}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        f"Cookie: solara-session-id={kernel}",
    ]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return int(connection.recv(4096).split()[1]), connection


def tabs(page: Served) -> int:
    """How many tabs the server holds."""
    with urllib.request.urlopen(f"{page.address}resourcez", timeout=SOME_WORK) as answer:  # noqa: S310
        return int(json.load(answer)["kernels"]["total"])


def wait_for(page: Served, count: int, seconds: float) -> bool:
    """Whether the server comes to hold so many tabs."""
    last = time.monotonic() + seconds
    while tabs(page) != count:
        if time.monotonic() > last:
            return False
        time.sleep(0.5)
    return True


def test_a_socket_is_open_to_the_page_s_own_origin_and_to_no_other(small: Served) -> None:
    strangers = [{"origin": "https://evil.example"}, {"origin": "http://127.0.0.1:1"}, {"origin": "null"}]
    strangers += [{"host": "evil.example", "origin": "http://evil.example"}]
    for number, stranger in enumerate(strangers):
        status, connection = shake_hands(small, f"stranger-{number}", **stranger)
        connection.close()
        assert status == 403, stranger
    assert tabs(small) == 0


def test_the_page_is_not_given_to_another_host_and_stands_in_the_frames_that_were_named(small: Served) -> None:
    place = urlsplit(small.address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=SOME_WORK)
    connection.request("GET", "/", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert answer.status == 403 and b"does not go by that name" in answer.read()
    connection.request("GET", "/", headers={"Host": place.netloc})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.getheader("content-security-policy") == "frame-ancestors http://localhost:1"
    connection.close()


def test_a_tab_too_many_is_told_and_one_without_a_goodbye_is_freed_within_a_minute(small: Served) -> None:
    held = [shake_hands(small, f"tab-{number}") for number in range(2)]
    assert [status for status, _ in held] == [101, 101]
    assert wait_for(small, 2, SOME_WORK)
    assert shake_hands(small, "tab-2")[0] == 403
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(small.address, timeout=SOME_WORK)  # noqa: S310
    assert refused.value.code == 503 and b"2 tabs are open, and no more can be: close one" in refused.value.read()
    held[0][1].close()  # a browser that crashed; the other says nothing more at all, as one whose cable was pulled
    begun = time.monotonic()
    assert wait_for(small, 0, MINUTE + SOME_WORK), f"{tabs(small)} left after {time.monotonic() - begun:.0f} s"
    held[1][1].close()


@pytest.mark.browser
def test_the_tab_too_many_says_so_and_begins_when_another_goes_and_a_reload_is_never_refused(
    chromium: Any, start: Callable[..., Served]
) -> None:
    page = start(sessions=1)
    first, second = chromium.new_page(), chromium.new_page()
    first.goto(page.address)
    first.wait_for_selector("[data-card=deadline][data-number]", timeout=120_000)
    second.goto(page.address)
    told = second.wait_for_selector("[data-error]", timeout=120_000).inner_text()
    assert "as many races are on as there is room for (1): close another tab, and this one begins by itself" in told
    first.close()
    second.wait_for_selector("[data-card=deadline][data-number]", timeout=120_000)
    second.reload()
    second.wait_for_selector("[data-card=deadline][data-number]", timeout=120_000)
    second.close()


@pytest.mark.browser
def test_another_site_s_frame_stays_empty(chromium: Any, start: Callable[..., Served], tmp_path: Path) -> None:
    page = start()
    outside = chromium.new_page()
    refused: list[str] = []
    outside.on("console", lambda said: refused.append(said.text))
    outside.set_content(f'<iframe src="{page.address}"></iframe>')
    outside.wait_for_function("() => true")
    for _ in range(60):
        if refused:
            break
        outside.wait_for_timeout(500)
    assert any("frame-ancestors 'none'" in line or "X-Frame-Options" in line for line in refused), refused
    assert tabs(page) == 0
    outside.close()
