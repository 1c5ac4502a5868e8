"""What a sweep costs, as ratios from one run: speed, processes, share of simulation, memory, many points.

    uv run python -m benchmarks.sweeps                       # all five, some ten minutes on two idle processors
    uv run python -m benchmarks.sweeps speed share           # some of them
    uv run python -m benchmarks.sweeps --small               # all five in a minute, to see that they run

1 speed    whole five-year runs a second and core, with outcomes and quantiles kept, written and merged, against the
           same model one world at a time in a loop that keeps outcomes and months
2 workers  two processes against one
3 share    what is not simulation (set-up, measures, quantiles, tables, writing, merging), in processor time
4 memory   the largest process at 10,000 and at 1,000,000 worlds
5 points   points a second and the folder's size at 100,000 points of 10 worlds

1 and 2 are measured in pairs, one after the other, so that what else the machine does falls on both of a pair.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.memory import Peak
from computerace.runs.model import race
from computerace.runs.scenarios import scenario
from computerace.runs.store import parts, provenance, tables
from computerace.runs.sweeps.quantiles import PointQuantiles
from computerace.runs.sweeps.sweep import sweep
from computerace.runs.worlds.simulate import simulate
from computerace.runs.worlds.watch import Watch

GROWTH = "chips.supply_growth_2026"
OF_THE_MONTH = "what bound whom"


def design(points: int, worlds: int, **changes: Any) -> dict[str, Any]:
    """A sweep over one parameter; all others are drawn from their priors, as they are by default."""
    sampler = {"kind": "lhs", "points": points}
    return {
        "scenario": "baseline",
        "worlds_per_point": worlds,
        "sampler": sampler,
        "vary": [{"parameter": GROWTH}],
    } | changes


def seconds(action: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that an action takes."""
    begun = clock()
    action()
    return clock() - begun


def swept(content: Mapping[str, Any], workers: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds of a whole sweep into a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="computerace-") as folder:
        return seconds(lambda: sweep(content, Path(folder) / "out", workers=workers), clock)


def speed(small: bool) -> None:
    """Print ratio 1."""
    single = 3 if small else 30
    points = 64 if small else 256
    simulate(scenario("baseline"), np.arange(2), 1)  # imports and caches

    def loop() -> None:
        for world in range(single):
            simulate(scenario("baseline"), np.array([world]), 1)

    for clock, name in ((time.perf_counter, "by the clock"), (time.process_time, "by processor time")):
        pairs = []
        for _ in range(1 if small else 3):
            alone = single / seconds(loop, clock)
            pairs.append((points * 64 / swept(design(points, 64), 1, clock), alone))
        ratios = [together / alone for together, alone in pairs]
        together, alone = pairs[ratios.index(statistics.median_low(ratios))]
        print(f"1 speed    {together:,.0f} runs a second and core in a sweep, {alone:.1f} in a loop:", end=" ")
        print(f"{together / alone:.0f} times {name} (pairs: {', '.join(f'{ratio:.0f}' for ratio in ratios)})")


def workers(small: bool) -> None:
    """Print ratio 2."""
    content = design(64 if small else 1024, 64)
    ratios = []
    for _ in range(1 if small else 5):
        one, two = swept(content, 1), swept(content, 2)
        ratios.append(one / two)
    print(f"2 workers  two processes against one: {statistics.median(ratios):.2f} times", end="")
    print(f" (pairs: {', '.join(f'{ratio:.2f}' for ratio in ratios)}; load {os.getloadavg()[0]:.1f})")


def share(small: bool) -> None:
    """Print ratio 3; what bound whom is part of the month, though it is reckoned when it is asked for."""
    spent: dict[str, float] = {}
    watched: dict[str, list[tuple[Any, str]]] = {
        "set-up": [(race, "draw"), (race, "draw_shocks"), (race, "make_setting"), (race, "begin")],
        "measures": [(race.Race, "_record_month"), (Watch, "see"), (Watch, "outcomes")],
        "quantiles": [(PointQuantiles, "keep")],
        "tables": [(tables, "quantile_table"), (tables, "worlds_table"), (tables, "packed")],
        "writing": [(parts.SweepFolder, "write_part"), (parts.SweepFolder, "rows")],
        "merging": [("computerace.runs.sweeps.sweep", "compact")],
        OF_THE_MONTH: [("computerace.runs.model.month", "account")],
    }
    swept(design(8, 64), 1)
    with clocked(watched, spent):
        begun = time.process_time()
        swept(design(64 if small else 256, 64), 1)
        whole = time.process_time() - begun
    month = spent.pop(OF_THE_MONTH)
    print(f"3 share    not simulation: {sum(spent.values()) / whole:.0%} of the whole", end="")
    print(f" ({', '.join(f'{name} {part / whole:.0%}' for name, part in spent.items())};", end="")
    print(f" {OF_THE_MONTH}, {month / whole:.0%}, counted as simulation)")


@contextmanager
def clocked(watched: Mapping[str, list[tuple[Any, str]]], spent: dict[str, float]) -> Iterator[None]:
    """Add up the processor time of functions by the name of their group, for as long as the block lasts.

    What one of them spends in another is the other's alone.
    """
    import importlib

    kept, inner = [], [0.0]
    for group, places in watched.items():
        spent[group] = 0.0
        for place, name in places:
            owner = importlib.import_module(place) if isinstance(place, str) else place
            function = getattr(owner, name)
            kept.append((owner, name, function))

            def timed(*words: Any, _group: str = group, _function: Callable[..., Any] = function, **named: Any) -> Any:
                begun = time.process_time()
                inner.append(0.0)
                try:
                    return _function(*words, **named)
                finally:
                    took = time.process_time() - begun
                    spent[_group] += took - inner.pop()
                    inner[-1] += took

            setattr(owner, name, timed)
    try:
        yield
    finally:
        for owner, name, function in kept:
            setattr(owner, name, function)


def memory_and_points(small: bool) -> None:
    """Print ratios 4 and 5: the large sweep of one is that of the other."""
    few, many = (100, 1_000) if small else (1_000, 100_000)
    peaks, folders, rates = [], [], []
    for points in (few, many):
        with tempfile.TemporaryDirectory(prefix="computerace-") as folder:
            out = Path(folder) / "out"
            with Peak() as peak:
                begun = time.perf_counter()
                sweep(design(points, 10), out, workers=2)
                rates.append(points / (time.perf_counter() - begun))
            peaks.append(peak.mebibytes)
            folders.append(sum(file.stat().st_size for file in out.rglob("*") if file.is_file()))
    print(
        f"4 memory   largest process: {peaks[1]:,.0f} MiB at {many * 10:,} worlds, {peaks[0]:,.0f} MiB at {few * 10:,}",
        end="",
    )
    print(f": {peaks[1] / peaks[0]:.2f} times")
    print(
        f"5 points   {many:,} points of 10 worlds: {rates[1]:,.0f} points a second, {folders[1] / 1e9:.2f} GB", end=""
    )
    print(f" ({folders[1] / many / 1e3:.1f} kB a point)")


PARTS = {"speed": speed, "workers": workers, "share": share, "memory": memory_and_points, "points": memory_and_points}


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    reader.add_argument("--small", action="store_true", help="sizes that only show that it runs")
    given = reader.parse_args()
    chosen = given.parts or [*PARTS]
    if not PARTS.keys() >= set(chosen):
        reader.error(f"parts are {', '.join(PARTS)}")
    about = provenance.machine()
    print(f"{about['processor']}, {about['processors']} processors, load {os.getloadavg()[0]:.1f}")
    for part in dict.fromkeys(PARTS[name] for name in chosen):
        part(given.small)


if __name__ == "__main__":
    main()
