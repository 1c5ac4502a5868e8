"""`computerace view`: the browser page."""

import sys
import webbrowser
from typing import Annotated

from cyclopts import Parameter

from computerace.extras import need
from computerace.runs.commands.options import usually, whole

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
) -> int:
    """Serve the browser page until Ctrl-C: watch the race, move a lever, see how sure the answer is."""
    need("page", "the page")
    from computerace.runs.page.server import serve

    def ready(address: str) -> None:
        print(f"the page is at {address} (Ctrl-C stops it)", flush=True)
        if open_browser if open_browser is not None else sys.stdout.isatty():
            webbrowser.open(address)

    try:
        serve(host, port, ready)
    except KeyboardInterrupt:
        print("the page has stopped", file=sys.stderr)
    return 0
