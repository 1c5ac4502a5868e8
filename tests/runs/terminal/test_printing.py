"""What is printed reaches whoever is there: in any encoding, on a narrow terminal, and where nobody can take it."""

import contextlib
import io
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Group
from rich.text import Text

from computerace.market.errors import UserError
from computerace.runs import cli
from computerace.runs.cli import run
from computerace.runs.terminal import printing
from computerace.runs.terminal.printing import in_words
from computerace.runs.terminal.race import show, titled_table

LINES_OF = {  # a command, and what it prints beyond ASCII
    "parameters": (["parameters", "chips"], "–"),
    "claim": (["claim", "RACE"], "–"),
    "ledger": (["ledger", "RACE"], "–"),
    "sensitivity": (["sensitivity", "RACE"], ""),
    "scenarios": (["scenarios"], ""),
    "help": (["race", "--help"], "─"),
}


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("printing") / "race"
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(["race", "--worlds", "120", "--months", "12", "--workers", "1", "--out", str(folder)]) == 0
    return folder


def told(words: list[str], **how: Any) -> "subprocess.CompletedProcess[bytes]":
    """A command in a process of its own: its bytes and its exit code."""
    script = f"from computerace.runs.cli import main; main({words!r})"
    environment = os.environ | how.pop("env", {})
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
    return subprocess.run([sys.executable, "-c", script], env=environment, timeout=120, check=False, **streams)


def in_encoding(words: list[str], encoding: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command prints on a terminal of that encoding."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    assert run(words) == 0
    stream.flush()
    written = stream.buffer.getvalue()
    monkeypatch.undo()
    return str(written.decode(encoding))


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp437"])
@pytest.mark.parametrize("command", list(LINES_OF))
def test_a_terminal_without_utf_8_is_served(
    command: str, encoding: str, race: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, sign = LINES_OF[command]
    words = [str(race) if word == "RACE" else word for word in words]
    plain, expected = in_encoding(words, encoding, monkeypatch), in_encoding(words, "utf-8", monkeypatch)
    assert sign in expected
    assert re.findall(r"\d+", plain) == re.findall(r"\d+", expected)
    assert "?" not in plain.replace("?", "", expected.count("?"))


def test_json_is_the_same_in_every_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["parameters", "chips", "--json"]
    plain, expected = (in_encoding(words, one, monkeypatch) for one in ("ascii", "utf-8"))
    assert plain.isascii()
    assert not expected.isascii()
    assert json.loads(plain) == json.loads(expected)


@pytest.mark.slow
def test_twins_are_told_under_windows_code_page(tmp_path: Path) -> None:
    words = ["twin", "baseline", "--set", "chips.supply_growth_2026=1.6", "--worlds", "30", "--months", "2"]
    done = told([*words, "--out", str(tmp_path / "t")], env={"PYTHONIOENCODING": "cp1252"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert "chips.supply_growth_2026: lognormal 1.6–3 (5–95 %) -> 1.6" in done.stdout.decode("cp1252")


def test_a_c_locale_is_served(race: Path) -> None:
    done = told(["claim", str(race)], env={"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()


@pytest.mark.slow
def test_a_full_standard_output_is_a_line(race: Path) -> None:
    for words in (["ledger", str(race)], ["claim", str(race), "--json"], ["claim", "--help"]):
        with Path("/dev/full").open("wb") as full:
            done = told(words, stdout=full)
        assert done.returncode == 2
        assert done.stderr.decode() == (
            "computerace: cannot write to standard output: no space left on device; what was saved is saved\n"
        )


def test_a_closed_standard_output_is_a_line_before_anything_runs(tmp_path: Path) -> None:
    words = ["race", "--worlds", "9", "--months", "1", "--out", str(tmp_path / "r")]
    done = told(words, stdout=None, preexec_fn=lambda: os.close(1))
    assert done.returncode == 2
    assert done.stderr.decode().startswith("computerace: standard output is closed; ")
    assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "r").exists()


def test_a_closed_standard_error_is_no_hindrance(race: Path) -> None:
    done = told(["ledger", str(race)], stderr=None, preexec_fn=lambda: os.close(2))
    assert done.returncode == 0
    assert b"whole race" in done.stdout


def test_a_reader_who_leaves_is_no_error(race: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = told(["parameters"], stdout=gone)
    assert done.stderr == b""
    assert done.returncode in (0, 1)


@pytest.mark.parametrize(
    ("command", "room"),
    [
        ("race", 0),
        *(
            pytest.param(command, room, marks=pytest.mark.slow)
            for command in ("race", "sensitivity", "report", "forecast")
            for room in (0, 4096)
            if (command, room) != ("race", 0)
        ),
    ],
)
def test_no_room_is_a_line_and_leaves_nothing_half_written(command: str, room: int, race: Path, tmp_path: Path) -> None:
    small = ["--worlds", "20", "--out", str(tmp_path / "out")]
    words = {
        "race": ["race", "--months", "2", *small],
        "sensitivity": ["sensitivity", str(race), "--out", str(tmp_path / "out")],
        "report": ["report", str(race), "--out", str(tmp_path / "out")],
        "forecast": ["forecast", *small],
    }[command]
    no_code = {"PYTHONDONTWRITEBYTECODE": "1"}  # which would be cut short too, and kept
    done = told(words, env=no_code, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
    assert done.returncode == 2
    said = done.stderr.decode().strip().splitlines()
    assert said[-1].startswith(f"computerace: cannot write to {tmp_path / 'out'}")
    assert "Traceback" not in done.stderr.decode()
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size in (0, room)]
    assert left == []


@pytest.mark.parametrize(
    ("error", "told_as"),
    [
        (OSError(24, "Too many open files", "a/b"), "a/b: too many open files; allow this process more of them"),
        (OSError(28, "No space left on device"), "no space left on device; free some room"),
        (PermissionError(13, "Permission denied", "x"), "x: permission denied; write elsewhere with --out"),
        (OSError(30, "Read-only file system", "x"), "x: read-only file system; write elsewhere with --out"),
        (OSError("strange"), "strange"),
        (MemoryError("Unable to allocate 7 GiB"), "not enough memory: ask for fewer --worlds or --workers (Unable"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_what_the_system_refuses_is_a_line(
    error: Exception, told_as: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr("computerace.runs.scenarios.scenarios", failing)
    assert run(["scenarios"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"computerace: {told_as}")
    assert said.count("\n") == 1
    if isinstance(error, OSError):
        assert told_as in in_words(error)


@pytest.mark.slow
def test_memory_that_runs_out_is_a_line(tmp_path: Path) -> None:
    words = ["race", "--worlds", "9", "--months", "1", "--out", str(tmp_path / "r")]
    script = (
        "import computerace.runs.worlds.simulate as e, numpy as np\n"
        "e.simulate = lambda *a, **k: np.zeros(2**50)\n"
        f"from computerace.runs.cli import main; main({words!r})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=120, check=False)
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("letters", [200, 250, 300])
def test_a_long_name_is_taken_or_refused_in_a_line(
    letters: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ("n" * letters)
    code = run(["race", "--worlds", "2", "--months", "1", "--workers", "1", "--out", str(folder)])
    assert code == (0 if letters <= 255 else 2)
    assert folder.is_dir() if code == 0 else "file name too long" in capsys.readouterr().err
    for words in (["claim"], ["sweep"], ["report"], ["verify"]):
        assert run([*words, str(tmp_path / ("m" * letters))]) == 2


def figures() -> Group:
    """A page with one table whose figures have blanks in them."""
    table = titled_table("A table", 1)
    table.add_column("compute", no_wrap=True)
    table.add_column("probability", justify="right", no_wrap=True)
    table.add_column("first month", justify="right", no_wrap=True)
    table.add_row("operational", "0.74 ± 0.09 %", "Mar 2030 (2029–2030)")
    return Group(Text("A title"), table)


@pytest.mark.parametrize("width", [1, 10, 30, 45, 80])
def test_a_narrow_terminal_cuts_no_figure(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm")
    show(figures())
    shown = capsys.readouterr().out
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    for figure in ("operational", "0.74 ± 0.09 %", "Mar 2030 (2029–2030)"):
        assert figure in plain
    assert "…" not in plain
    assert ("lines run on" in " ".join(plain.split())) == (width < 49)


@pytest.mark.parametrize("call", [printing.ready_streams])
def test_streams_are_left_as_they_were_where_they_are_not_files(
    call: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    call()
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(UserError, match="standard output is closed"):
        call()
    assert cli.BAD_INPUT == 2
