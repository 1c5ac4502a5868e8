"""The stylised facts in the model: the same worlds from three dates."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.stylised_facts import MARKET_MEASURES, MONTHS, OWNER_MEASURES, Months, table_of_facts
from computerace.runs.backtest import plain_rows
from computerace.runs.calibration.sets import with_set
from computerace.runs.ensemble import simulate
from computerace.runs.progress import progress
from computerace.runs.scenarios import Scenario

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 1024


@dataclass(frozen=True)
class Facts:
    """The table of facts, and the share of them that each world meets; (worlds,)."""

    table: "pd.DataFrame"
    met: NDArray[np.float64]


def run_facts(worlds: int, seed: int, parameters: str = "prior") -> Facts:
    """Run the worlds from each date that a fact begins at."""
    with progress("facts", worlds * len(MONTHS)) as advance:
        months = {start: _months(start, worlds, seed, parameters, advance) for start in MONTHS}
    return Facts(*table_of_facts(months))


def answer(found: Facts, worlds: int, seed: int, parameters: str) -> dict[str, Any]:
    """The object that `facts --json` prints."""
    count = len(found.table)
    return {
        "kind": "facts",
        "worlds": worlds,
        "seed": seed,
        "parameters": parameters,
        "facts": plain_rows(found.table),
        "verdicts": {name: int((found.table["verdict"] == name).sum()) for name in ("in", "out")},
        "met_together": {
            "facts": count,
            "median": float(np.median(found.met) * count),
            **{f"at_least_{least}": float((np.rint(found.met * count) >= least).mean()) for least in _steps(count)},
        },
    }


def _steps(count: int) -> list[int]:
    """Half of the facts, three quarters, all but one, all."""
    return sorted({(count + 1) // 2, (3 * count + 3) // 4, count - 1, count})


def _months(start: datetime.date, worlds: int, seed: int, parameters: str, advance: Callable[[int], None]) -> Months:
    scenario = with_set(replace(Scenario(), start=start), parameters)
    parts = []
    for first in range(0, worlds, CHUNK):
        indices = np.arange(first, min(first + CHUNK, worlds))
        parts.append(
            simulate(
                scenario, indices, seed, MONTHS[start],
                measures=(*OWNER_MEASURES, *MARKET_MEASURES),
            )
        )  # fmt: skip
        advance(len(indices))

    def joined(name: str, group: str) -> NDArray[np.float64]:
        return np.concatenate([getattr(part, group)[name] for part in parts], axis=-1).astype(np.float64)

    return Months(
        scenario.owners,
        {name: joined(name, "steps") for name in OWNER_MEASURES},
        {name: joined(name, "market") for name in MARKET_MEASURES},
    )
