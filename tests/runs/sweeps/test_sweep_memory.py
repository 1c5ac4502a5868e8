"""Memory does not grow with the number of worlds: what a sweep holds is a batch and a window of rows."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

# Windows of rows are made small, so that a small sweep fills one.
PLAYED = """
import sys
from computerace.runs.store import windows
from computerace.runs.sweeps.sweep import sweep
windows.PAGE_ROWS.update(steps=1 << 14, worlds=1 << 10)
windows.GROUP_ROWS.update(worlds=1 << 12)
points, worlds, keep, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
design = {"scenario": "baseline", "months": 2, "worlds_per_point": worlds, "keep": keep,
          "sampler": {"kind": "sobol", "points": points}, "vary": [{"parameter": "chips.supply_growth_2026"}]}
results = sweep(design, out, workers=1, batch=1024)
assert results.manifest["counts"]["worlds"] == points * worlds
# Not what getrusage says: that begins with what the process held that started this one.
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024)
"""


def peak(points: int, worlds: int, keep: str, out: Path) -> float:
    """The most memory that a process holds that runs a sweep, from its start to its result files; MiB."""
    words = [sys.executable, "-c", PLAYED, str(points), str(worlds), keep, str(out)]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize(
    ("few", "many", "keep"),
    [
        ((128, 32), (1024, 32), "quantiles"),
        ((1, 5120), (1, 30720), "quantiles"),  # of a single point: counted, not exact
        ((128, 32), (512, 32), "steps"),
    ],
    ids=["points", "worlds of a point", "trajectories"],
)
def test_many_worlds_take_the_memory_of_few(
    tmp_path: Path, few: tuple[int, int], many: tuple[int, int], keep: str
) -> None:
    small, large = peak(*few, keep, tmp_path / "few"), peak(*many, keep, tmp_path / "many")
    assert large < 1.25 * small  # 4 to 8 times the worlds
    assert large < 1.5 * 1024
