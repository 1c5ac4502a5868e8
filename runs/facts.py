"""The stylised facts in the model: the same worlds from three dates."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.stylised_facts import MARKET_MEASURES, MONTHS, OWNER_MEASURES, Months, table_of_facts
from computerace.market.vocabulary import SPREAD
from computerace.runs.backtest import plain_rows
from computerace.runs.bounds import check_memory
from computerace.runs.calibration.sets import with_set
from computerace.runs.ensemble import simulate
from computerace.runs.progress import progress
from computerace.runs.scenarios import Scenario

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 1024
BYTES_A_MONTH = (4 + 8) * (5 * len(OWNER_MEASURES) + len(MARKET_MEASURES))  # of a world, in both precisions


@dataclass(frozen=True)
class Facts:
    """The table of facts, and the share of them that each world meets; (worlds,)."""

    table: "pd.DataFrame"
    met: NDArray[np.float64]


def run_facts(worlds: int, seed: int, parameters: str = "prior") -> Facts:
    """Run the worlds from each date that a fact begins at."""
    check_memory("facts", worlds, BYTES_A_MONTH * sum(MONTHS.values()))
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
        "met_together": _together(found.met, count),
    }


def _together(met: NDArray[np.float64], count: int) -> dict[str, float]:
    """How many facts a world meets at once: 5, 50 and 95 % of the worlds, the best of them, and half of the facts."""
    number = np.rint(met * count)
    low, middle, high = (float(value) for value in np.quantile(number, SPREAD, method="nearest"))
    half = (count + 1) // 2
    return {
        "facts": count, "p5": low, "p50": middle, "p95": high, "most": float(number.max()),
        "half": half, "share_meeting_half": float((number >= half).mean()),
        "share_meeting_all": float((met == 1).mean()),
    }  # fmt: skip


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
