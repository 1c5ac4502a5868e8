"""How long `computerace explain` takes on the baseline: all 128 combinations of factors.

    uv run python -m benchmarks.explain [WORLDS] [WORKERS]

Prints seconds, world-runs per second (a world-run is five years of one world), and the time of the attribution itself.
The command's own 2,000 worlds per combination by default.
"""

import sys
import time

from computerace.analysis.attribution import FACTORS, shapley
from computerace.runs.answers import Asked
from computerace.runs.commands.explain import DEFAULTS, OUTCOMES, coalition_table, play_coalitions
from computerace.runs.pool import processors
from computerace.runs.scenarios import scenario


def main() -> None:
    """Measure and print."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULTS[0]
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else processors()
    asked = Asked("explain", (scenario("baseline"),), worlds, 1, 60, DEFAULTS)
    begun = time.perf_counter()
    played = play_coalitions(asked, "owned", "three", workers)
    ran = time.perf_counter() - begun
    begun = time.perf_counter()
    shapley(coalition_table(played, "owned", "three", 60), list(FACTORS), OUTCOMES)
    attributed = time.perf_counter() - begun
    runs = len(played.outcomes)
    print(
        f"128 combinations of {worlds:,} worlds, {workers} processes: {ran:,.0f} s and {attributed:.1f} s to attribute"
    )
    print(f"world-runs a second: {runs / ran:,.0f}")


if __name__ == "__main__":
    main()
