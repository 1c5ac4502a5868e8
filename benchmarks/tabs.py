"""How long a click waits while many tabs play at once: tabs without a browser, which speak the page's protocol alone.

    uv run python -m benchmarks.tabs [--tabs 20] [--worlds 200]

Opens so many tabs, has them all play, and turns every second one to another tab of the page and back. Printed are the
waits until what was asked for has been sent, by the clock, and the share of one processor that the server had.
"""

import json
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from cyclopts import App
from websockets.sync.client import connect

from benchmarks.page import processor_seconds, served

PATIENCE = 300  # seconds
PLAYED_FIRST = 2  # seconds

app = App(help=__doc__)


class Tab:
    """One tab: its socket, and the state of its widgets as it was sent."""

    def __init__(self, address: str, query: str) -> None:
        self.name, self.widgets = uuid.uuid4().hex, dict[str, dict[str, Any]]()
        self.news = threading.Condition()
        self.socket = connect(
            f"{address.replace('http', 'ws')}jupyter/api/kernels/{self.name}/channels?session_id={self.name}",
            additional_headers={"Cookie": f"solara-session-id={self.name}", "Origin": address.rstrip("/")},
            max_size=None,
        )
        threading.Thread(target=self.listen, daemon=True).start()
        control = uuid.uuid4().hex
        self.send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        themes: dict[str, Any] = {"light": {}, "dark": {}}
        run = {"path": f"/{query}", "appName": None, "dark": False, "themes": themes}
        self.send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": run}})

    def send(self, kind: str, content: dict[str, Any]) -> None:
        """One message of the kernel's protocol."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": self.name, "version": "5.3"}
        message = {"header": {**header, "date": ""}, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps({**message, "buffers": [], "channel": "shell"}))

    def listen(self) -> None:
        """Keep what is sent of each widget, until the socket is closed."""
        for message in self.socket:
            said = json.loads(message if isinstance(message, str) else _first_part(message))
            content = said["content"]
            with self.news:
                if said["header"]["msg_type"] == "comm_open":
                    self.widgets[content["comm_id"]] = content["data"].get("state", {})
                elif said["header"]["msg_type"] == "comm_msg" and content["data"].get("method") == "update":
                    self.widgets.setdefault(content["comm_id"], {}).update(content["data"]["state"])
                self.news.notify_all()

    def of(self, key: str) -> tuple[str, dict[str, Any]]:
        """The widget that has a value of this name, and its state; ("", {}) where there is none so far."""
        return next(((name, state) for name, state in self.widgets.items() if key in state), ("", {}))

    def wait(self, until: Callable[[], object]) -> float:
        """Seconds until it is true."""
        begun = time.monotonic()
        with self.news:
            if not self.news.wait_for(until, PATIENCE):
                raise TimeoutError(f"nothing within {PATIENCE} s")
        return time.monotonic() - begun

    def tell(self, key: str, event: str, data: str) -> None:
        """What a person does to the widget that has a value of this name."""
        content = {"event": event, "data": data}
        message = {"method": "custom", "content": content}
        self.send("comm_msg", {"comm_id": self.of(key)[0], "data": message})

    def play(self) -> None:
        """Play the race once it is there."""
        self.wait(lambda: self.of("horizon")[0])
        self.tell("horizon", "act", "play")

    def turn(self, panel: str) -> float:
        """Seconds until the page shows another of its tabs."""
        self.tell("shown", "show", panel)
        return self.wait(lambda: self.of("shown")[1].get("shown") == panel)


def _first_part(message: bytes) -> str:
    count = int.from_bytes(message[:4], "big")
    ends = [int.from_bytes(message[4 * one : 4 * one + 4], "big") for one in range(1, count + 1)]
    return message[ends[0] : ends[1] if count > 1 else None].decode()


@app.default
def main(*, tabs: int = 20, worlds: int = 200) -> None:
    """Print the waits."""
    with served() as (address, pid):
        opened = [Tab(address, f"?worlds={worlds}&seed={seed}") for seed in range(tabs)]
        for one in opened:
            one.play()
        time.sleep(PLAYED_FIRST)
        begun, used = time.monotonic(), processor_seconds(pid)
        waits = [one.turn(panel) for one in opened[::2] for panel in ("Events", "Race")]
        share = (processor_seconds(pid) - used) / (time.monotonic() - begun)
        for one in opened:
            one.socket.close()
    print(f"{tabs} tabs at play: a click waits {statistics.median(waits):.2f} s, at most {max(waits):.2f} s")
    print(f"the server had {share:.2f} of one processor")


if __name__ == "__main__":
    sys.exit(app())
