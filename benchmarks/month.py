"""A month against the month of another commit: processor time, in pairs, in one run.

    python -m benchmarks.month COMMIT [--pairs 5]

Both trees play the same races in processes of their own, in turn. Printed are the median times of a month and the
median of the pairs' ratios, at 4,096 worlds and at one.
"""

import argparse
from statistics import median

from benchmarks.trees import seconds, trees

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


def main() -> None:
    """Time both trees and print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("commit")
    asked.add_argument("--pairs", type=int, default=5)
    given = asked.parse_args()
    with trees(given.commit, namespace=True) as both:
        for worlds, months in SIZES.items():
            words = str(worlds), str(months)
            pairs = [tuple(seconds(PLAY, where, *words) for where in both) for _ in range(given.pairs)]
            here, there = (median(pair[side] for pair in pairs) * 1e3 for side in (0, 1))
            ratio = median(pair[0] / pair[1] for pair in pairs)
            print(f"{worlds:5d} worlds: {here:.3f} ms a month, {there:.3f} ms at {given.commit}: {ratio:.3f} times")


if __name__ == "__main__":
    main()
