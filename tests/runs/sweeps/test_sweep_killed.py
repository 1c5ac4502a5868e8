"""Sweeps whose process is killed at random moments, as a reboot would, and whose disk fills up, for real."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from computerace.market.errors import UserError
from computerace.runs.sweeps.sweep import sweep
from tests.runs.sweeping import contents

pytestmark = pytest.mark.slow

KILLS = 10
POINTS = 100
DESIGN = f"""
scenario = "baseline"
seed = 7
worlds_per_point = 6
months = 24
[sampler]
kind = "lhs"
points = {POINTS}
[[vary]]
parameter = "chips.supply_growth_2026"
[[vary]]
parameter = "labs.xAI.strategy"
values = ["steady", "all_in"]
"""
LINE = "import sys; from computerace.runs.cli import run; sys.exit(run(sys.argv[1:]))"


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("design") / "design.toml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def straight(design: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The result files of the design, run straight through in one process and large batches."""
    folder = tmp_path_factory.mktemp("straight") / "out"
    sweep(design, folder, workers=1)
    return contents(folder)


def started(design: Path, out: Path, *options: str, before: str = "") -> subprocess.Popen[str]:
    """The command in a process of its own. before: Python to run first in it."""
    words = [sys.executable, "-c", before + LINE, "sweep", str(design), "--out", str(out), *options]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def parts(out: Path) -> int:
    return len(list((out / "parts").glob("*.part")))


def more_parts(out: Path, count: int) -> Callable[[], bool]:
    goal = parts(out) + count
    return lambda: parts(out) >= goal


def kill(process: subprocess.Popen[str], when: Callable[[], bool], seconds: float) -> bool:
    """Kill a process some moments after a condition holds; False where it ended before."""
    while process.poll() is None and not when():
        time.sleep(0.002)
    time.sleep(seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return alive


def marked(mark: str) -> list[str]:
    """Processes but this one that carry the mark in their environment, as all do that were started below it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            inside = mark.encode() in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if inside and folder.name != str(os.getpid()):
            found.append(folder.name)
    return found


def test_ten_kills_at_random_moments_change_no_bit_and_lose_no_batch(
    design: Path, straight: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPUTERACE_TEST", str(tmp_path))
    chance = random.Random(20251126)
    out = tmp_path / "killed"
    done = [0]
    for _ in range(KILLS):
        process = started(design, out, "--workers", chance.choice("12"), "--batch", chance.choice("67"))
        assert kill(process, more_parts(out, chance.choice([0, 1, 1, 2])), chance.uniform(0, 0.1)), process.returncode
        done.append(parts(out))
    assert done == sorted(done)  # what is on disk stays there
    assert 0 < done[-1] < POINTS
    process = started(design, out, "--workers", "2", "--batch", "48")
    kill(process, (out / "parts" / "final").exists, chance.uniform(0, 0.05))  # while result files are made
    last = started(design, out, "--workers", "1", "--json")
    answer, messages = last.communicate()
    assert last.returncode == 0, messages
    assert json.loads(answer)["worlds"] == 6 * POINTS
    assert contents(out) == straight
    assert {path.name for path in out.iterdir()} == {".lock", "manifest.json", "digests.json", *straight}
    deadline = time.monotonic() + 20
    while marked(f"COMPUTERACE_TEST={tmp_path}") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not marked(f"COMPUTERACE_TEST={tmp_path}")  # no worker outlives the process that it worked for


def test_ctrl_c_ends_cleanly_and_a_second_process_is_refused_meanwhile(design: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = started(design, out, "--workers", "2", "--batch", "6")
    while first.poll() is None and not parts(out):
        time.sleep(0.01)
    with pytest.raises(UserError, match=f"out is in use by process {first.pid} on .*; wait for it to end"):
        sweep(design, out, workers=1)
    first.send_signal(signal.SIGINT)
    _, farewell = first.communicate(timeout=60)
    assert first.returncode == 130
    assert "interrupted; what was done is safe" in farewell
    assert "Traceback" not in farewell
    assert json.loads((out / "manifest.json").read_text())["status"] == "interrupted"


# Bytes that a file may have: too few for the first part; enough for all parts and too few for a result file.
@pytest.mark.parametrize(("limit", "written"), [(40_000, 0), (400_000, POINTS)])
def test_a_disk_that_is_full_ends_in_a_line_and_the_folder_goes_on(
    design: Path, straight: dict[str, str], tmp_path: Path, limit: int, written: int
) -> None:
    out = tmp_path / "full"
    # Byte code would be cut short too, and kept.
    cap = "import resource, sys; sys.dont_write_bytecode = True; "
    cap += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
    process = started(design, out, "--workers", "1", "--batch", "6", before=cap)
    _, messages = process.communicate()
    assert process.returncode == 1, messages
    assert messages.splitlines()[-1] == (
        f"computerace: cannot write to {out}: the disk is full; make room and run the same command:"
        " it goes on where it stopped"
    )
    assert "Traceback" not in messages
    assert parts(out) == written
    sweep(design, out, workers=1)
    assert contents(out) == straight
