"""Which rows share a page and a row group in the result files: borders that no batch, worker or restart can move.

A row has a key: point * worlds + world, or point * worlds where rows are of points. A window is a range of keys, whose
rows fill one page of each column; some windows in a row make a row group. A batch that holds whole windows writes their
pages as they will stand in the results.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from computerace.runs.store.summaries import QUANTILES, kept_months

if TYPE_CHECKING:
    from computerace.runs.store.plan import Plan

GROUP_ROWS = {"steps": 1 << 16, "worlds": 1 << 14, "failures": 1 << 12}  # of a row group, about
PAGE_ROWS = {"steps": 1 << 16, "worlds": 1 << 11, "failures": 1 << 12}  # of a window, about


class Windows(NamedTuple):
    """How keys are cut: into blocks, each of them from its start into windows. together: windows of a row group."""

    block: int
    size: int
    together: int

    def spans(self, end: int) -> Iterator[tuple[int, int]]:
        """The windows of the keys below `end`, each as its first key and the one behind its last."""
        for block in range(0, end, self.block):
            for start in range(block, min(block + self.block, end), self.size):
                yield start, min(start + self.size, block + self.block)

    def is_border(self, key: int) -> bool:
        """Whether a window begins at this key."""
        return key % self.block % self.size == 0

    def starts(self, keys: NDArray[np.int64]) -> NDArray[np.intp]:
        """The places at which windows begin among ascending keys; (windows,)."""
        window = keys // self.block * -(-self.block // self.size) + keys % self.block // self.size
        return np.flatnonzero(np.diff(window, prepend=-1))


def windows(plan: "Plan") -> dict[str, Windows]:
    """How the keys of each result file are cut."""
    worlds, page = plan.worlds, PAGE_ROWS["worlds"]
    per_page = max(1, PAGE_ROWS["steps"] // rows_of_steps(plan))  # points, or worlds where all of them are kept
    of_points = plan.keep == "quantiles" and plan.exact
    points = max(1, page // worlds)
    if of_points and points > per_page:
        points -= points % per_page
    block, size = (points * worlds,) * 2 if of_points or worlds <= page else (worlds, page)
    steps = per_page if plan.keep == "steps" else min(per_page, points) * worlds
    failures = PAGE_ROWS["failures"]
    return {
        "steps": Windows(steps, steps, 1),
        "worlds": Windows(block, size, max(1, GROUP_ROWS["worlds"] // size)),
        "failures": Windows(failures, failures, 1),
    }


def rows_of_steps(plan: "Plan") -> int:
    """Rows of steps.parquet for a point, or for a world where all trajectories are kept."""
    months = len(kept_months(plan.months, plan.every))
    return months * (len(plan.owners) + 1) * (1 if plan.keep == "steps" else len(QUANTILES))


def keys_of(table: pa.Table, worlds: int) -> NDArray[np.int64]:
    """The key of each row: point * worlds, and its world where there is one."""
    keys: NDArray[np.int64] = table["point"].to_numpy().astype(np.int64) * worlds
    return keys + table["world"].to_numpy() if "world" in table.column_names else keys
