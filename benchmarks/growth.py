"""How cost grows with worlds, labs, months, points and processes: a table, and a picture.

    python -m benchmarks.growth [AXIS ...] [--picture FILE] [--repeats 3]

Processor time, the least of some repeats, each size in turn; of processes the clock, which means something on an idle
machine alone. `power` is the slope of the logarithms from one size to the next: 1 is linear, less is a share of cost
that does not grow.
"""

import argparse
import math
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.sweeps import design
from computerace.market.vocabulary import CLAIMANT
from computerace.runs.scenarios import Scenario, scenario
from computerace.runs.scenarios.lab_template import lab_template
from computerace.runs.sweeps.sweep import sweep
from computerace.runs.worlds.engines.tasks import processors
from computerace.runs.worlds.simulate import simulate

START = date(2025, 12, 31)


class Size(NamedTuple):
    """A size on an axis, and what it took."""

    size: int
    seconds: float


def with_labs(count: int) -> Scenario:
    """The claimant beside made-up labs; so many in all."""
    names = [f"Lab{number}" for number in range(1, count)]
    blocks = {name: tomllib.loads(lab_template(name, START))["labs"][name] for name in names}
    return Scenario(labs=(CLAIMANT, *names), blocks=blocks)


def played(what: Scenario, worlds: int, months: int) -> None:
    """A batch, outcomes alone."""
    simulate(what, np.arange(worlds), 1, months=months, measures=())


def swept(points: int, workers: int = 1, months: int = 6, worlds: int = 16) -> None:
    """A sweep of points with quantiles, headline measures whatever their number."""
    content = design(points, worlds, months=months, measures=["share", "ratio_owned_three"])
    with tempfile.TemporaryDirectory(prefix="computerace-") as folder:
        sweep(content, Path(folder) / "out", workers=workers)


class Axis(NamedTuple):
    """What grows. do: what is timed at a size. fixed: what does not grow."""

    sizes: Sequence[int]
    do: Callable[[int], None]
    fixed: str
    clock: Callable[[], float] = time.process_time


AXES: Mapping[str, Axis] = {
    "worlds": Axis(
        (1, 16, 256, 1024, 4096, 8192),
        lambda size: played(scenario("baseline"), size, 6),
        "a batch, 5 owners, 6 months",
    ),
    "labs": Axis((2, 5, 10, 20), lambda size: played(with_labs(size), 1024, 6), "a batch of 1,024 worlds, 6 months"),
    "months": Axis((12, 24, 48, 96), lambda size: played(scenario("baseline"), 1024, size), "a batch of 1,024 worlds"),
    "points": Axis((16, 64, 256, 1024), swept, "a sweep, 16 worlds a point, 6 months, quantiles of two measures"),
    "processes": Axis(
        tuple(size for size in (1, 2, 4, 8, 16) if size <= processors()),
        lambda size: swept(1024, size, 60, 16),
        "a sweep of 16,384 worlds, 60 months; the clock",
        time.perf_counter,
    ),
}


def measured(axis: Axis, repeats: int) -> list[Size]:
    """What each size takes, sizes in turn in each repeat."""
    axis.do(axis.sizes[0])  # imports and caches
    least = dict.fromkeys(axis.sizes, math.inf)
    for _ in range(repeats):
        for size in axis.sizes:
            begun = axis.clock()
            axis.do(size)
            least[size] = min(least[size], axis.clock() - begun)
    return [Size(size, seconds) for size, seconds in least.items()]


def lines(name: str, axis: Axis, found: Sequence[Size]) -> list[str]:
    """Rows of the table."""
    rows = []
    for before, now in zip([None, *found], found, strict=False):
        power = ""
        if before is not None:
            power = f"{math.log(now.seconds / before.seconds) / math.log(now.size / before.size):.2f}"
        each = now.seconds / now.size * 1e3
        fixed = axis.fixed if before is None else ""
        rows.append(f"| {name} | {now.size:,} | {now.seconds:.3f} | {each:.3g} | {power} | {fixed} |")
    return rows


def drawn(found: Mapping[str, Sequence[Size]], file: Path) -> None:
    """A panel for each axis: seconds by size, both in logarithms, beside a line through the last size in proportion."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    import seaborn as sns

    sns.set_theme(style="whitegrid")
    figure, panels = plt.subplots(1, len(found), figsize=(3.2 * len(found), 3.2), layout="constrained", squeeze=False)
    for panel, (name, sizes) in zip(panels[0], found.items(), strict=True):
        across, up = [one.size for one in sizes], [one.seconds for one in sizes]
        turned = -1 if name == "processes" else 1
        panel.plot(across, up, "o-", label="measured")
        panel.plot(
            across, [up[-1] * (one / across[-1]) ** turned for one in across], "--", color="grey", label="in proportion"
        )
        panel.set(xscale="log", yscale="log", xlabel=name, ylabel="" if panel is not panels[0][0] else "seconds")
        panel.set_xticks(across, [f"{one:,}" for one in across], rotation=90)
        steps = [digit * 10.0**power for power in range(-5, 4) for digit in (1, 2, 5)]
        shown = [step for step in steps if 0.7 * min(up) <= step <= 1.4 * max(up)]
        panel.set_yticks(shown, [f"{step:g}" for step in shown])
        panel.set_ylim(0.6 * min(up), 1.6 * max(up))
        panel.minorticks_off()
    panels[0][0].legend()
    figure.savefig(file, dpi=110)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("axes", nargs="*", metavar="AXIS", help=", ".join(AXES))
    asked.add_argument("--picture", type=Path)
    asked.add_argument("--repeats", type=int, default=3)
    given = asked.parse_args()
    if not AXES.keys() >= set(given.axes):
        asked.error(f"axes are {', '.join(AXES)}")
    found = {}
    print("| what grows | size | seconds | ms each | power | held |")
    print("|---|---|---|---|---|---|")
    for name in given.axes or AXES:
        found[name] = measured(AXES[name], given.repeats)
        print("\n".join(lines(name, AXES[name], found[name])), flush=True)
    if given.picture:
        drawn(found, given.picture)


if __name__ == "__main__":
    main()
