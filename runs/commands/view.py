"""`computerace view`: the browser page."""

import sys
import webbrowser
from typing import Annotated

from cyclopts import Parameter

from computerace.extras import need

PORT = 8765


def view(
    *,
    port: int = PORT,
    host: str = "127.0.0.1",
    open_browser: Annotated[bool | None, Parameter(name="--open")] = None,
) -> int:
    """Serve the browser page until Ctrl-C: watch the race, move a lever, see how sure the answer is.

    Parameters
    ----------
    port
        where to serve it; 0 takes any free port.
    host
        the address to listen at; the default lets only this machine in.
    open_browser
        whether to open the page in a browser; by default where a person is at a terminal.
    """
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
