"""What is not the month against another commit: set-up, a whole sweep, a start; processor time, in pairs, in one run.

    python -m benchmarks.against COMMIT [PART ...] [--pairs 5]

Each tree does the same in a process of its own, in turn. Printed are the median times and the median, least and most
of the pairs' ratios.
"""

import argparse
from statistics import median

from benchmarks.trees import seconds, trees

SET_UP = """
import time
import numpy as np
from computerace.runs import Race, scenario
growth = {"chips.supply_growth_2026": np.repeat(np.linspace(1.6, 2.4, 4096 // SHARED), SHARED)}
def race(settings, indices):
    return Race(scenario("baseline"), seed=1, collect=False, measures=(), settings=settings, indices=indices)
race(None, np.arange(2))
begun = time.process_time()
race(growth, np.tile(np.arange(SHARED), 4096 // SHARED))
print(time.process_time() - begun)
"""
SWEEP = """
import tempfile, time
from computerace.runs import sweep
def played(points, worlds):
    sampler, vary = {"kind": "lhs", "points": points}, [{"parameter": "chips.supply_growth_2026"}]
    with tempfile.TemporaryDirectory() as folder:
        design = {"scenario": "baseline", "worlds_per_point": worlds, "sampler": sampler, "vary": vary}
        sweep(design, f"{folder}/out", workers=1)
played(2, 16)
begun = time.process_time()
played(POINTS, WORLDS)
print(time.process_time() - begun)
"""
MODEL = """
import time
import computerace.runs.model.race
print(time.process_time())
"""
RACE = """
import contextlib, io, tempfile, time
from computerace.runs.cli import run
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
    assert run(["race", "--worlds", "100", "--out", f"{folder}/race"]) == 0
print(time.process_time())
"""
PARTS = {
    "set-up": ("set-up of 4,096 worlds, 64 of which 64 points share", SET_UP.replace("SHARED", "64")),
    "race-set-up": ("set-up of 4,096 worlds of one race", SET_UP.replace("SHARED", "4096")),
    "sweep": ("a sweep of 256 points by 64 worlds with quantiles", SWEEP.replace("POINTS, WORLDS", "256, 64")),
    "points": (
        "a sweep of 1,640 points by 10 worlds with quantiles of headline measures",
        SWEEP.replace("POINTS, WORLDS", "1640, 10"),
    ),
    "model": ("a Python that has imported the model", MODEL),
    "race": ("a race of 100 worlds from the command line", RACE),
}


def main() -> None:
    """Time both trees and print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("commit")
    asked.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    asked.add_argument("--pairs", type=int, default=5)
    given = asked.parse_args()
    if not PARTS.keys() >= set(given.parts):
        asked.error(f"parts are {', '.join(PARTS)}")
    with trees(given.commit) as both:
        for part in given.parts or PARTS:
            what, code = PARTS[part]
            pairs = [tuple(seconds(code, where) for where in both) for _ in range(given.pairs)]
            here, there = (median(pair[side] for pair in pairs) for side in (0, 1))
            ratios = sorted(one / another for one, another in pairs)
            print(f"{part}: {what}: {here:.3f} s, {there:.3f} s at {given.commit}:", end=" ")
            print(f"{median(ratios):.2f} times ({ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True)


if __name__ == "__main__":
    main()
