"""How long `computerace explain` takes on the baseline: all 128 combinations of factors.

    uv run python -m benchmarks.explain [WORLDS] [WORKERS]

Prints the seconds that it took, world-runs (five years of one world) per second, and what a processor does in a second
of its own time, which other programs on the machine hardly change. The command's own 2,000 worlds by default.
"""

import sys
import time

import numpy as np

from computerace.analysis.causes.attribution import FACTORS, shapley
from computerace.runs.commands.explain import DEFAULTS, OUTCOMES, coalition_table, play_coalitions
from computerace.runs.scenarios import scenario
from computerace.runs.studies.answered import Asked
from computerace.runs.worlds.engines.tasks import processors
from computerace.runs.worlds.play import Workers
from computerace.runs.worlds.simulate import simulate

SAMPLE = 2000  # worlds


def of_one_processor() -> float:
    """World-runs of the baseline in a second of processor time."""
    simulate(scenario("baseline"), np.arange(64), 1, months=1, measures=())  # imports and caches
    begun = time.process_time()
    simulate(scenario("baseline"), np.arange(SAMPLE), 1, measures=())
    return SAMPLE / (time.process_time() - begun)


def main() -> None:
    """Measure and print."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULTS[0]
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else processors()
    alone = of_one_processor()
    asked = Asked("explain", (scenario("baseline"),), worlds, 1, 60, DEFAULTS)
    begun = time.perf_counter()
    played = play_coalitions(asked, "owned", "three", Workers(workers))
    ran = time.perf_counter() - begun
    begun = time.perf_counter()
    shapley(coalition_table(played, "owned", "three", 60), list(FACTORS), OUTCOMES)
    attributed = time.perf_counter() - begun
    runs = len(played.outcomes)
    print(
        f"128 combinations of {worlds:,} worlds, {workers} processes: {ran:,.0f} s and {attributed:.1f} s to attribute"
    )
    print(f"world-runs a second: {runs / ran:,.0f}; {alone:,.0f} in a second of one processor's own time")
    print(f"so on {workers} idle processors: about {runs / alone / workers:,.0f} s")


if __name__ == "__main__":
    main()
