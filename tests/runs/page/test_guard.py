"""Who may speak to the page: hosts, origins, frames, and how many tabs and worlds."""

import asyncio
import gc
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computerace.market.errors import UserError
from computerace.runs.page import guard as guards
from computerace.runs.page.choice import Choice
from computerace.runs.page.guard import Allowed, Guard, same_origin
from computerace.runs.page.places import Places
from computerace.runs.page.player import Player
from computerace.runs.page.server import PING_SECONDS, SETTINGS

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){0,2}", fullmatch=True)
PORTS = st.integers(1, 65535)
MINUTE = 60


def asked(
    guard: Guard, *, path: str = "/", kind: str = "http", method: str = "GET", **headers: str
) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the application behind a guard was reached, and what was answered."""
    sent: list[dict[str, Any]] = []
    scope: dict[str, Any] = {
        "type": kind, "path": path, "headers": [(key.encode(), value.encode()) for key, value in headers.items()]
    }  # fmt: skip
    scope |= {"method": method} if kind == "http" else {}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    async def receive() -> Any:
        return {}

    asyncio.run(guard(scope, receive, send))
    return any(message["type"] == "inside" or message.get("status") == 200 for message in sent), sent


async def inside(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
    else:
        await send({"type": "inside"})


def guarded(allowed: Allowed = Allowed(), kernels: tuple[str, ...] = (), most: int = 9) -> Guard:  # noqa: B008
    return Guard(inside, allowed, most, lambda: {one: f"browser of {one}" for one in kernels})


def headers_of(sent: list[dict[str, Any]]) -> dict[bytes, bytes]:
    return dict(sent[0]["headers"])


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765", "LOCALHOST", "127.0.0.1"])
def test_the_page_answers_to_this_machine_s_names_for_itself(host: str) -> None:
    assert asked(guarded(), host=host)[0]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8765",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example/127.0.0.1",
        "192.0.2.1",
        "",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_name_that_a_stranger_points_here_is_refused(host: str, kind: str) -> None:
    reached, sent = asked(guarded(), kind=kind, host=host, origin=f"http://{host}")
    assert not reached
    assert sent[0].get("status") == 403 or sent[0]["type"] == "websocket.close"


def test_a_request_without_a_host_or_with_two_is_refused() -> None:
    assert not asked(guarded())[0]
    two = [(b"host", b"127.0.0.1"), (b"host", b"127.0.0.1")]
    assert guarded().refusal({"type": "http", "method": "GET", "path": "/", "headers": two})[0] == 403


@given(NAMES, PORTS, NAMES, PORTS)
def test_an_origin_is_own_where_name_and_port_are(name: str, port: int, other: str, another: int) -> None:
    assert same_origin(f"http://{name}:{port}", f"{name}:{port}")
    assert same_origin(f"https://{name}", f"{name}:443")
    assert same_origin(f"http://{name}:80", name)
    assert same_origin(f"http://{other}:{another}", f"{name}:{port}") == ((other, another) == (name, port))
    assert not same_origin(f"http://{name}:{port}.evil.example", f"{name}:{port}")
    assert not same_origin(f"http://evil.example/{name}:{port}", f"{name}:{port}")
    assert not same_origin(f"file://{name}:{port}", f"{name}:{port}")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", ""])
@pytest.mark.parametrize(("kind", "method"), [("websocket", ""), ("http", "GET"), ("http", "POST")])
def test_another_site_s_page_gets_no_word_in(origin: str, kind: str, method: str) -> None:
    reached, _ = asked(guarded(), kind=kind, method=method, host="127.0.0.1:8765", origin=origin)
    assert not reached


def test_a_socket_and_an_order_need_an_origin_and_a_look_does_not() -> None:
    assert not asked(guarded(), kind="websocket", host="127.0.0.1:8765")[0]
    assert not asked(guarded(), method="POST", host="127.0.0.1:8765")[0]
    assert asked(guarded(), host="127.0.0.1:8765")[0]
    assert asked(guarded(), kind="websocket", host="127.0.0.1:8765", origin="http://127.0.0.1:8765")[0]


def test_where_every_address_is_listened_at_figures_are_taken_and_names_only_if_given() -> None:
    everywhere = guarded(Allowed("0.0.0.0", names=("race.example.org",)))  # noqa: S104
    assert asked(everywhere, host="192.0.2.7:8765")[0]
    assert asked(everywhere, host="[2001:db8::1]:8765")[0]
    assert asked(everywhere, host="race.example.org")[0]
    assert not asked(everywhere, host="evil.example:8765")[0]


def test_no_frame_shows_the_page_unless_asked_for() -> None:
    plain = headers_of(asked(guarded(), host="localhost")[1])
    assert plain[b"content-security-policy"] == b"frame-ancestors 'none'"
    assert plain[b"x-frame-options"] == b"DENY"
    framed = headers_of(asked(guarded(Allowed(framed_by=("https://notes.example.org",))), host="localhost")[1])
    assert framed == {b"content-security-policy": b"frame-ancestors https://notes.example.org"}


@pytest.mark.parametrize("name", ["a b", "http://x.org", "x.org:80", "", "x;y", "é.org"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="--name takes a host name"):
        Allowed(names=(name,)).checked()


@pytest.mark.parametrize(
    "origin", ["x.org", "https://", "ftp://x.org", "https://x.org/a", "https://x.org; script-src *"]
)
def test_an_origin_that_is_none_is_refused(origin: str) -> None:
    with pytest.raises(UserError, match="--framed-by takes an origin"):
        Allowed(framed_by=(origin,)).checked()


def test_one_tab_too_many_is_told_so_and_those_that_are_there_come_back() -> None:
    full = guarded(kernels=("a", "b"), most=2)
    own = {"host": "localhost:1", "origin": "http://localhost:1"}
    reached, sent = asked(full, host="localhost:1")
    assert not reached and sent[0]["status"] == 503
    assert b"2 tabs are open, and no more can be: close one" in sent[1]["body"]
    assert not asked(full, kind="websocket", path="/jupyter/api/kernels/c/channels", **own)[0]
    assert asked(full, kind="websocket", path="/jupyter/api/kernels/b/channels", **own)[0]
    assert asked(full, path="/static/main.js", host="localhost:1")[0]


def test_the_race_too_many_says_so_and_begins_once_there_is_room() -> None:
    places = Places(sessions=1, worlds=100)
    first = Player(Choice(worlds=3), places=places)
    second = Player(Choice(worlds=3), places=places)
    assert second.race is None
    assert "as many races are on as there is room for (1): close another tab, and this one begins" in second.error
    waiting = threading.Thread(target=second.keep_asking)
    waiting.start()
    first.close()
    waiting.join(timeout=60)
    assert second.error == "" and second.month == 0 and second.snapshot() is not None
    second.run_ahead()
    assert second.whole is not None


def test_a_tab_that_is_closed_while_it_waits_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(sessions=1, worlds=100)
    first, second = Player(Choice(worlds=3), places=places), Player(Choice(worlds=3), places=places)
    waiting = threading.Thread(target=second.keep_asking)
    waiting.start()
    second.close()
    first.close()
    waiting.join(timeout=60)
    assert not waiting.is_alive() and second.race is None
    assert Player(Choice(worlds=3), places=places).race is not None


def test_a_reload_is_let_in_and_its_socket_waits_for_the_old_tab_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "LOOK_SECONDS", 0.01)
    kernels = {"old": "mine", "other": "theirs"}
    full = Guard(inside, Allowed(), 2, lambda: kernels)
    mine, stranger = {"cookie": "solara-session-id=mine"}, {"cookie": "solara-session-id=new"}
    own = {"host": "localhost:1", "origin": "http://localhost:1"}
    assert asked(full, host="localhost:1", **mine)[0]
    assert not asked(full, host="localhost:1", **stranger)[0]
    looks = 0

    def here() -> dict[str, str]:
        nonlocal looks
        looks += 1
        return kernels if looks < 20 else {"other": "theirs"}

    leaving = Guard(inside, Allowed(), 2, here)
    assert asked(leaving, kind="websocket", path="/jupyter/api/kernels/new/channels", **own, **mine)[0]
    assert not asked(full, kind="websocket", path="/jupyter/api/kernels/new/channels", **own, **stranger)[0]


def test_worlds_of_all_tabs_are_bounded_and_the_race_that_is_on_goes_on() -> None:
    places = Places(sessions=5, worlds=10)
    first, second = Player(Choice(worlds=4), places=places), Player(Choice(worlds=4), places=places)
    second.change("worlds", 7)
    assert "all tabs together play at most 10 worlds, and 6 are free; got 7" in second.refused["worlds"]
    assert second.choice.worlds == 4 and second.race is not None
    first.change("worlds", 1)
    second.change("worlds", 7)
    assert second.choice.worlds == 7 and second.refused == {}


def test_a_player_that_is_gone_leaves_its_place() -> None:
    places = Places(sessions=1, worlds=10)
    player = Player(Choice(worlds=2), places=places)
    assert player.race is not None
    del player
    gc.collect()
    assert Player(Choice(worlds=2), places=places).race is not None


def test_a_tab_that_went_without_a_word_is_found_out_and_freed_within_a_minute() -> None:
    assert 2 * PING_SECONDS + int(SETTINGS["SOLARA_KERNEL_CULL_TIMEOUT"].removesuffix("s")) <= MINUTE
