"""Who may speak to the served page: its own host and origin, in nobody's frame, and no more tabs than fit.

A name that a stranger's server points at this machine (DNS rebinding) arrives as another Host; another site's script
arrives as another Origin. Both are refused before Solara hears of them.
"""

import asyncio
import ipaddress
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from html import escape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from computerace.market.errors import UserError

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  # compared with, not listened at
PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
READING = frozenset({"GET", "HEAD"})
FORBIDDEN, UNAVAILABLE = 403, 503
HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
ORIGIN = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
CURE = "close one and reload, or have `computerace view` started with a larger --sessions"
KERNELS = "/jupyter/api/kernels/"
SESSION = ("solara-session-id", "solara-session-id-lax")  # Solara's cookies
LOOKS, LOOK_SECONDS = 40, 0.5  # how often, and how long apart, it is seen whether an old tab has gone


@dataclass(frozen=True)
class Allowed:
    """Who is let in.

    host: the address that is listened at. names: further names of the page, such as a proxy's.
    framed_by: origins of pages that may show it in a frame.
    """

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    framed_by: tuple[str, ...] = ()

    def checked(self) -> "Allowed":
        """The same with names in lower case; raises UserError where a name or an origin is none."""
        for name in self.names:
            if host_and_port(name) != (name.lower(), None) or not HOST_NAME.fullmatch(name):
                raise UserError(f"--name takes a host name without port, as in race.example.org; got '{name}'")
        for origin in self.framed_by:
            scheme, _, host = origin.partition("://")
            if scheme not in ("http", "https") or not host_and_port(host)[0] or not ORIGIN.fullmatch(host):
                raise UserError(f"--framed-by takes an origin, as in https://notes.example.org; got '{origin}'")
        return replace(self, names=tuple(name.lower() for name in self.names))

    def takes_host(self, header: str) -> bool:
        """Whether a request's Host is a name of this page. An address is one where every address is listened at."""
        name = host_and_port(header)[0]
        if name in self.names or name == self.host.lower():
            return name not in EVERY_ADDRESS
        if self.host in EVERY_ADDRESS:
            return name in LOOPBACK or is_address(name)
        return self.host.lower() in LOOPBACK and name in LOOPBACK

    def frame_headers(self) -> list[tuple[bytes, bytes]]:
        """What tells browsers whose frames may show the page."""
        whose = " ".join(self.framed_by) or "'none'"
        policy = (b"content-security-policy", f"frame-ancestors {whose}".encode("latin-1"))
        return [policy] if self.framed_by else [policy, (b"x-frame-options", b"DENY")]


def is_address(name: str) -> bool:
    """Whether a name is an address in figures, which no name server can point elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def host_and_port(header: str) -> tuple[str, int | None]:
    """Host name in lower case without brackets, and port or None, of a Host header; ("", None) where it is none."""
    try:
        parts = urlsplit(f"//{header.strip()}")
        plain = not (parts.path or parts.query or parts.fragment or parts.username is not None)
        return ((parts.hostname or "").rstrip("."), parts.port) if plain else ("", None)
    except ValueError:
        return "", None


def same_origin(origin: str, host: str) -> bool:
    """Whether an Origin header is of the page at this Host: the same name and port."""
    scheme, _, rest = origin.partition("://")
    usual = PORTS.get(scheme.lower())
    name, port = host_and_port(rest)
    own, own_port = host_and_port(host)
    return usual is not None and bool(name) and (name, port or usual) == (own, own_port or usual)


class Guard:
    """An ASGI application around another: refuses strangers, and says in whose frames the page may be.

    open_kernels: the tabs that are there, and whose browser each is of; most_kernels: how many there may be. A browser
    that has one of them may be loading it again: its page is let in, and its socket waits for the old tab to go.
    """

    def __init__(
        self, app: Application, allowed: Allowed, most_kernels: int, open_kernels: Callable[[], Mapping[str, str]]
    ) -> None:
        self.app, self.allowed = app, allowed
        self.most_kernels, self.open_kernels = most_kernels, open_kernels

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        status, why = self.refusal(scope)
        for _ in range(LOOKS if status == UNAVAILABLE and self._may_return(scope) else 0):
            await asyncio.sleep(LOOK_SECONDS)
            status, why = self.refusal(scope)
            if not status:
                break
        if not status:
            await self.app(scope, receive, self._marked(send) if scope["type"] == "http" else send)
        elif scope["type"] == "http":
            await _answer(self._marked(send), status, why)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": why[:100]})

    def refusal(self, scope: Message) -> tuple[int, str]:
        """The status and the reason with which a connection is refused; 0 where it is welcome."""
        host, origin = _header(scope, b"host"), _header(scope, b"origin")
        if host is None or not self.allowed.takes_host(host):
            return FORBIDDEN, "This page does not go by that name; its owner can add one: computerace view --name NAME"
        reads = scope["type"] == "http" and scope["method"] in READING
        if not reads and origin is None:
            return FORBIDDEN, "This page takes no orders without an origin"
        if origin is not None and not same_origin(origin, host):
            return FORBIDDEN, "This page takes nothing from the pages of other sites"
        return self._too_many(scope)

    def _too_many(self, scope: Message) -> tuple[int, str]:
        here, path = self.open_kernels(), scope["path"]
        if len(here) < self.most_kernels:
            return 0, ""
        kernel = path.removeprefix(KERNELS).split("/")[0]
        page = path == "/" and not self._may_return(scope)
        opens = kernel not in here if scope["type"] == "websocket" else page
        return (UNAVAILABLE, f"{len(here)} tabs are open, and no more can be: {CURE}") if opens else (0, "")

    def _may_return(self, scope: Message) -> bool:
        """Whether it comes from a browser that has a tab here."""
        cookies = SimpleCookie(_header(scope, b"cookie") or "")
        return any(cookies[name].value in self.open_kernels().values() for name in SESSION if name in cookies)

    def _marked(self, send: Send) -> Send:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self.allowed.frame_headers()]}
            await send(message)

        return marked


def _header(scope: Message, name: bytes) -> str | None:
    """A header's value; None where it is absent, and "" where it comes twice."""
    found = [value for key, value in scope["headers"] if key == name]
    if not found:
        return None
    return str(found[0].decode("latin-1")) if len(found) == 1 else ""


async def _answer(send: Send, status: int, why: str) -> None:
    page = f'<!doctype html><meta charset="utf-8"><title>computerace</title><p role="alert">{escape(why)}.</p>\n'
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": page.encode()})
