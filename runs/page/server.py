"""Serving the page: Solara in this very process, every asset from this package, nothing sent to anybody."""

import gc
import os
import socket
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from computerace.market.errors import UserError
from computerace.runs.page.guard import Allowed, Guard
from computerace.runs.page.places import PLACES, SESSIONS, TOTAL_WORLDS
from computerace.runs.page.shell import served_shell

ASSETS = Path(__file__).parent / "assets"
APP = "computerace.runs.page.app"
SETTINGS = {
    "SOLARA_APP": APP,
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_PROXY": "true",
    "SOLARA_ASSETS_PROXY_CACHE_DIR": str(ASSETS),
    # Where an asset would be fetched from if one were missing: a port of this machine at which nobody listens.
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_TITLE": "computerace: the race for AI compute",
    "SOLARA_THEME_FORCE_REFRESH": "true",  # a tab whose race is gone loads itself again, instead of asking
    "SOLARA_KERNEL_CULL_TIMEOUT": "30s",  # a tab whose connection is gone may come back as long as this
}
GRACE_SECONDS = 3  # for open connections, once asked to stop
PING_SECONDS = 10  # between two pings of a tab, and for its answer: so one that went without a word is found out


@dataclass(frozen=True)
class Serving:
    """How the page is served: where, to whom, and to how many.

    sessions: tabs that may play at once. total_worlds: of all tabs together.
    """

    host: str = "127.0.0.1"
    port: int = 0
    names: tuple[str, ...] = ()
    framed_by: tuple[str, ...] = ()
    sessions: int = SESSIONS
    total_worlds: int = TOTAL_WORLDS


def serve(asked: Serving, ready: Callable[[str], None]) -> None:
    """Serve the page until interrupted; `ready` hears the address once it answers.

    Raises UserError where the port is taken, the host is not this machine's, or a name is none.
    """
    allowed = Allowed(asked.host, asked.names, asked.framed_by).checked()
    listening = listen(asked.host, asked.port)
    configure()
    PLACES.bound(asked.sessions, asked.total_worlds)
    import uvicorn

    class Server(uvicorn.Server):
        """Says when it is ready."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                gc.freeze()  # what was imported stays: the collections that free old races need not look at it
                ready(address(asked.host, listening))

    config = uvicorn.Config(
        guarded(allowed, asked.sessions),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws_max_size=64 * 1024 * 1024,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
    )
    Server(config).run(sockets=[listening])


def guarded(allowed: Allowed, sessions: int) -> Guard:
    """Solara's application, open to the page's own origin. A tab for which there is no race may still say so."""
    from solara.server import kernel_context
    from solara.server import server as documents
    from solara.server.starlette import app

    documents.read_root = served_shell(documents.read_root)

    def here() -> dict[str, str]:
        return {name: one.session_id for name, one in tuple(kernel_context.contexts.items())}

    return Guard(app, allowed, 2 * sessions, here)


def configure() -> None:
    """Tell Solara how to be; must come before it is imported. What a person set in the environment stays."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    os.environ.pop("VIRTUAL_ENV", None)  # IPython would import from that one, whichever this is
    # Solara would rather have https for a page inside another site's frame; this one is not.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none require https", category=UserWarning)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the address, taken before anything heavy is imported."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # at once: until then somebody else may bind the same port too
    except OverflowError:
        raise UserError(f"--port must be from 0 to 65535; got {port}") from None
    except OSError as error:
        listening.close()
        why = (error.strerror or str(error)).lower()
        raise UserError(f"cannot serve at {host} port {port}: {why}; choose with --port and --host") from error
    return listening


def address(host: str, listening: socket.socket) -> str:
    """The page's address as a browser takes it."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}/"
