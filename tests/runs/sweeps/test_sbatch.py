"""The worked script for Slurm, tried with plain processes: what Slurm would set is set here."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from computerace.runs.cli import run
from computerace.runs.designs import worked_file
from computerace.runs.sweeps.sweep import sweep
from tests.runs.sweeping import contents

TASKS = 3
KILLS = 8  # of two tasks each
SHARDS = 8
DESIGN = """
scenario = "baseline"
seed = 7
worlds_per_point = 6
months = 36
[sampler]
kind = "lhs"
points = 24
[[vary]]
parameter = "chips.supply_growth_2026"
"""


def test_the_script_is_printed_to_be_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["designs", "sweep.sbatch"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("#!/usr/bin/env bash\n")
    options = [line.split()[1].partition("=")[0] for line in shown.splitlines() if line.startswith("#SBATCH")]
    assert {"--array", "--cpus-per-task", "--time", "--requeue"} <= set(options)
    assert run(["designs", "sweep.sbach"]) == 2
    assert "did you mean 'sweep.sbatch'" in capsys.readouterr().err


def task(number: int, *words: str, of: int | None = TASKS, **more: str) -> subprocess.Popen[str]:
    """What sbatch would start as one task of an array."""
    environment = {
        **os.environ, "SLURM_ARRAY_TASK_ID": str(number), "SLURM_ARRAY_TASK_COUNT": str(of), "SLURM_CPUS_PER_TASK": "1",
        "COMPUTERACE": f"{sys.executable} -m computerace", **more,
    }  # fmt: skip
    script = ["bash", str(worked_file("sweep.sbatch")), *words]
    return subprocess.Popen(script, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_script_without_a_folder_says_so() -> None:
    process = task(1, "energy")
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "give a folder that all machines share" in said


@pytest.mark.slow
def test_an_array_with_a_lost_task_has_the_bits_of_one_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    design, out = tmp_path / "design.toml", tmp_path / "out"
    design.write_text(DESIGN, encoding="utf-8")
    tasks = {number: task(number, str(design), str(out)) for number in range(1, TASKS + 1)}
    while not list((out / "parts").glob("shard-2-of-3*")) and tasks[2].poll() is None:
        time.sleep(0.01)
    tasks[2].send_signal(signal.SIGKILL)
    for process in tasks.values():
        process.communicate(timeout=280)
    assert [process.returncode for process in tasks.values()] == [0, -signal.SIGKILL, 0]
    assert run(["merge", str(out)]) == 1
    assert "--shard 2/3` plays them" in capsys.readouterr().err
    again = task(2, str(design), str(out), of=1, SHARDS=str(TASKS))
    _, said = again.communicate(timeout=280)
    assert again.returncode == 0, said
    assert run(["merge", str(out)]) == 0
    sweep(design, tmp_path / "one", workers=1)
    assert contents(out) == contents(tmp_path / "one")


# As Slurm's own, for a job of one node, this one.
STAND_INS = {
    "scontrol": "#!/bin/sh\necho localhost\n",
    "srun": '#!/bin/sh\nwhile [ "${1#--}" != "$1" ]; do shift; done\nexec "$@"\n',
    "hostname": "#!/bin/sh\necho 127.0.0.1 10.0.0.1\n",
}


def stand_ins(folder: Path, **more: str) -> str:
    """A PATH on which they come first, and others of one's own before them."""
    folder.mkdir()
    for name, text in (STAND_INS | more).items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"


def test_a_job_in_which_ray_does_not_start_is_not_taken_for_one_that_is_done(tmp_path: Path) -> None:
    path = stand_ins(
        tmp_path / "bin", ray="#!/bin/sh\necho 'Failed to start Ray' >&2\n"
    )  # and ends well, as Ray's does
    environment = {**os.environ, "PATH": path, "SLURM_JOB_NODELIST": "a", "SLURM_JOB_NUM_NODES": "1",
                   "SLURM_CPUS_PER_TASK": "2"}  # fmt: skip
    words = ["bash", str(worked_file("ray.sbatch")), "energy", str(tmp_path / "out")]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"the sweep in {tmp_path / 'out'} is not complete: see above why, and submit the same job again, which goes on"
    )


@pytest.mark.slow
@pytest.mark.needs("ray")
def test_ray_in_a_job_has_the_bits_of_one_process(tmp_path: Path) -> None:
    design, out = tmp_path / "design.toml", tmp_path / "out"
    design.write_text(DESIGN.replace("points = 24", "points = 4"), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ, "PATH": stand_ins(tmp_path / "bin"), "PORT": str(port),
        "HOME": str(tmp_path),  # in which Ray finds no token
        "SLURM_JOB_NODELIST": "localhost", "SLURM_JOB_NUM_NODES": "1", "SLURM_CPUS_PER_TASK": "2",
        "COMPUTERACE": f"{sys.executable} -m computerace",
    }  # fmt: skip
    words = ["bash", str(worked_file("ray.sbatch")), str(design), str(out)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    sweep(design, tmp_path / "one", workers=1)
    assert contents(out) == contents(tmp_path / "one")


@pytest.mark.slow
def test_the_end_of_its_time_ends_a_task_and_loses_nothing(tmp_path: Path) -> None:
    design, out = tmp_path / "design.toml", tmp_path / "out"
    design.write_text(
        DESIGN.replace("months = 36", "months = 60").replace("points = 24", "points = 96"), encoding="utf-8"
    )
    process = task(1, str(design), str(out), of=1)
    while not list((out / "parts").glob("piece-*.part")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    if process.returncode:  # unless it was done just before
        assert process.returncode == 130
        assert said.splitlines()[-1].endswith("what was done is safe in " + f"{out}, the same command goes on")
    assert not list(out.glob(".at-work-*"))


@pytest.mark.slow
def test_tasks_and_merges_killed_at_random_moments_change_no_bit(tmp_path: Path) -> None:
    chance = random.Random(20251126)
    design, out = tmp_path / "design.toml", tmp_path / "out"
    design.write_text(DESIGN, encoding="utf-8")
    killed = 0
    for _ in range(KILLS):
        two = chance.sample(range(1, SHARDS + 1), 2)
        tasks = [task(number, str(design), str(out), SHARDS=str(SHARDS)) for number in two]
        while not list(out.glob(f".at-work-*-{tasks[0].pid}-*")) and tasks[0].poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 1))
        for process in tasks:
            killed += process.poll() is None
            process.kill()
            process.communicate()
    assert killed
    for number in range(1, SHARDS + 1):
        assert run(["sweep", str(design), "--out", str(out), "--shard", f"{number}/{SHARDS}", "--workers", "1"]) == 0
    for seconds in (0.2, 0.4, 0.8):
        merging = subprocess.Popen([sys.executable, "-m", "computerace", "merge", str(out)], stderr=subprocess.DEVNULL)
        while not (out / "parts" / "final").exists() and merging.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, seconds) / 10)
        merging.kill()
        merging.wait()
    assert run(["merge", str(out)]) == 0
    sweep(design, tmp_path / "one", workers=1)
    assert contents(out) == contents(tmp_path / "one")
    assert {path.name for path in out.iterdir()} == {".lock", "manifest.json", "digests.json", *contents(out)}
