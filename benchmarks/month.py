"""A month against the month of another commit: processor time, in pairs, in one run.

    python -m benchmarks.month COMMIT [--pairs 5]

Both trees play the same races in processes of their own, in turn. Printed are the median times of a month and the
median of the pairs' ratios, at 4,096 worlds and at one.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).parents[1]
FOLDERS = ("agents", "analysis", "market", "runs")
SIZES = {4096: 24, 1: 60}  # worlds and months
PLAY = """
import sys, time
from computerace.runs import Race, scenario
worlds, months = int(sys.argv[1]), int(sys.argv[2])
race = Race(scenario("baseline"), worlds=worlds, seed=1, collect=False, measures=())
for _ in range(6):
    race.step()
begun = time.process_time()
for _ in range(months - 6):
    race.step()
print((time.process_time() - begun) / (months - 6))
"""


def _seconds(tree: Path, worlds: int) -> float:
    """Processor seconds of a month in a tree that holds the package."""
    command = [sys.executable, "-c", PLAY, str(worlds), str(SIZES[worlds])]
    done = subprocess.run(command, env={"PYTHONPATH": str(tree)}, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _tree(source: Path, into: Path) -> Path:
    (into / "computerace").mkdir(parents=True)
    for folder in FOLDERS:
        (into / "computerace" / folder).symlink_to(source / folder)
    for module in (source / "package").iterdir():
        if module.name not in ("__init__.py", "__pycache__"):  # both trees are namespaces, as one of them was
            (into / "computerace" / module.name).symlink_to(module)
    return into


def main() -> None:
    """Time both trees and print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("commit")
    asked.add_argument("--pairs", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        other = Path(scratch) / "other"
        other.mkdir()
        archive = subprocess.run(["git", "archive", given.commit], cwd=REPOSITORY, capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", str(other)], input=archive.stdout, check=True)
        trees = _tree(REPOSITORY, Path(scratch) / "here"), _tree(other, Path(scratch) / "there")
        for worlds in SIZES:
            pairs = [tuple(_seconds(tree, worlds) for tree in trees) for _ in range(given.pairs)]
            here, there = (median(pair[side] for pair in pairs) * 1e3 for side in (0, 1))
            ratio = median(pair[0] / pair[1] for pair in pairs)
            print(f"{worlds:5d} worlds: {here:.3f} ms a month, {there:.3f} ms at {given.commit}: {ratio:.3f} times")


if __name__ == "__main__":
    main()
