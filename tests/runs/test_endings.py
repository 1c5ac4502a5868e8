"""A sample of what the programs in `benchmarks/` hold the commands to: kills, wrong inputs, changed bits."""

import os
import subprocess
import sys

import pytest

from benchmarks.flips import flips
from benchmarks.fuzz import KINDS, fuzz
from benchmarks.fuzz_options import COMMANDS, TOLD, of_any_value
from computerace.runs import cli


def test_wrong_options_are_tried_on_every_command_and_on_none_that_has_gone() -> None:
    assert set(COMMANDS) == set(cli.COMMANDS) >= set(TOLD)
    for name, (_, known) in COMMANDS.items():
        assert known.keys() == of_any_value(name).keys(), name


@pytest.mark.slow
def test_a_sample_of_wrong_inputs_is_refused_in_a_line_each() -> None:
    assert fuzz(150, 20251231, list(KINDS)) == []


@pytest.mark.slow
def test_no_changed_bit_changes_an_answer_without_a_word() -> None:
    assert flips(3, 20251231) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried in forks of the test's process")
def test_killed_commands_leave_the_old_or_the_new_and_the_next_run_clears_the_rest() -> None:
    words = ["-W", "ignore", "-m", "benchmarks.kills", "--kills", "8", "--seed", "20251231"]
    words += ["--only", "race", "sweep", "forecast", "verify"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)  # no threads in it yet
    assert done.returncode == 0, done.stdout + done.stderr


FREED = """
import signal
import sys
import time
from computerace.runs import cli
from computerace.runs import scenarios

class Freed:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)

def listed():
    freed = Freed()
    del freed
    time.sleep(60)

scenarios.scenarios = listed
cli.main(["scenarios"])
"""


def test_an_end_that_is_asked_for_while_an_object_is_freed_is_met() -> None:
    """Python swallows what is raised in a destructor: the command would have gone on, with a traceback."""
    done = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == cli.INTERRUPTED
    assert done.stderr == "computerace: interrupted; nothing was left half-written\n"
