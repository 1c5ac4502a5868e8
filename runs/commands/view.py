"""`computerace view`: the browser page."""

import sys
import webbrowser
from typing import Annotated

from cyclopts import Parameter

from computerace.extras import need
from computerace.runs.commands.options import SEVERAL, usually, whole
from computerace.runs.page.places import SESSIONS, TOTAL_WORLDS

PORT = 8765

LAST_PORT = 65535


def view(
    *,
    port: Annotated[int, whole(0, LAST_PORT), Parameter(help="where to serve it; 0 takes any free port.")] = PORT,
    host: Annotated[
        str, Parameter(help="the address to listen at; the default lets only this machine in.")
    ] = "127.0.0.1",
    open_browser: Annotated[
        bool | None,
        usually("where a person is at a terminal"),
        Parameter(name="--open", help="whether to open the page in a browser."),
    ] = None,
    names: Annotated[
        tuple[str, ...],
        SEVERAL,
        Parameter(name="--name", help="a further name of the page, such as a proxy's; may be given several times."),
    ] = (),
    framed_by: Annotated[
        tuple[str, ...],
        SEVERAL,
        Parameter(help="an origin whose pages may show it in a frame, as in https://notes.example.org."),
    ] = (),
    sessions: Annotated[int, whole(), Parameter(help="tabs that may play at once.")] = SESSIONS,
    total_worlds: Annotated[int, whole(), Parameter(help="worlds of all tabs together.")] = TOTAL_WORLDS,
) -> int:
    """Serve the browser page until Ctrl-C: watch the race, move a lever, see how sure the answer is.

    It answers to its own host and origin alone, and stands in no frame unless asked to.
    """
    need("page", "the page")
    from computerace.runs.page.server import Serving, serve

    def ready(address: str) -> None:
        print(f"the page is at {address} (Ctrl-C stops it)", flush=True)
        if open_browser if open_browser is not None else sys.stdout.isatty():
            webbrowser.open(address)

    try:
        serve(Serving(host, port, names, framed_by, sessions, total_worlds), ready)
    except KeyboardInterrupt:
        print("the page has stopped", file=sys.stderr)
    return 0
