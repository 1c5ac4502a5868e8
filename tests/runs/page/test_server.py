"""Serving: what is refused before anything starts, and what Solara is told."""

import os
import socket
import subprocess
import sys

import pytest

from computerace import extras
from computerace.market.errors import UserError
from computerace.runs import cli
from computerace.runs.page import server


def test_a_port_that_is_taken_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert cli.run(["view", "--port", str(port)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert f"port {port}: address already in use; choose with --port and --host" in said.err


def test_a_port_that_is_taken_at_the_same_moment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bind = socket.socket.bind
    with socket.socket() as rival:
        rival.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

        def bind_with_a_rival(listening: socket.socket, address: tuple[str, int]) -> None:
            bind(listening, address)
            bind(rival, listening.getsockname())
            rival.listen()

        monkeypatch.setattr(socket.socket, "bind", bind_with_a_rival)
        with pytest.raises(UserError, match="address already in use; choose with --port and --host"):
            server.listen("127.0.0.1", 0)


@pytest.mark.parametrize(("port", "told"), [("70000", "at most 65,535; got 70000"), ("-1", "at least 0; got -1")])
def test_a_port_that_cannot_be_is_refused(port: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["view", f"--port={port}"]) == 2
    assert f"--port must be {told}" in capsys.readouterr().err


def test_a_host_of_another_machine_is_refused() -> None:
    with pytest.raises(UserError, match="cannot serve at"):
        server.listen("192.0.2.1", 0)


def test_the_page_listens_on_this_machine_alone_by_default() -> None:
    with server.listen("127.0.0.1", 0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        assert server.address("127.0.0.1", listening).startswith("http://127.0.0.1:")
        port = listening.getsockname()[1]
        assert server.address("::1", listening) == f"http://[::1]:{port}/"


def test_without_its_packages_the_page_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    assert cli.run(["view"]) == 2
    said = capsys.readouterr().err
    assert "pip install 'computerace[page]', or in a clone `uv sync --extra page`" in said
    assert said.count("\n") == 1


def test_nothing_is_told_to_anybody() -> None:
    code = (
        "from computerace.runs.page.server import configure; configure();"
        "import solara.settings; from solara.server import settings as s;"
        "print(s.main.mode, s.telemetry.mixpanel_enable, solara.settings.assets.cdn, s.assets.fontawesome_enabled)"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SOLARA")}
    done = subprocess.run([sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["production", "False", "http://127.0.0.1:9/", "False"]
