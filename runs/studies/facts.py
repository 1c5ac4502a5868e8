"""The stylised facts in the model: the same worlds from three dates."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.validation.stylised_facts import (
    MARKET_MEASURES,
    MONTHS,
    OWNER_MEASURES,
    Months,
    table_of_facts,
)
from computerace.market.vocabulary import SPREAD
from computerace.runs.answers.validation import Fact, FactsAnswer, Together
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.sets import with_set
from computerace.runs.schema.bounds import check_memory
from computerace.runs.studies.backtest import plain_rows
from computerace.runs.worlds.failures import refuse_if_all_failed
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.progress import progress
from computerace.runs.worlds.sample import Sample, Sampled, joined, play_sample

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.worlds.simulate import Batch

type Series = dict[tuple[str, str], NDArray[np.float32]]

BYTES_A_MONTH = (4 + 8) * (5 * len(OWNER_MEASURES) + len(MARKET_MEASURES))  # of a world, in both precisions


@dataclass(frozen=True)
class Facts:
    """The table of facts, the share of them that each world meets (worlds,), and a row per date and world that failed.

    A world that fails from one date is left out from all: it could not meet its facts together.
    """

    table: "pd.DataFrame"
    met: NDArray[np.float64]
    failures: "pd.DataFrame"

    @property
    def lost(self) -> int:
        """How many worlds were left out."""
        return int(self.failures["world"].nunique())


def run_facts(worlds: int, seed: int, parameters: str = "prior", on: Workers = ONE) -> Facts:
    """Run the worlds from each date that a fact begins at.

    Raises UserError where no world went through from every date.
    """
    import pandas as pd

    check_memory("facts", worlds, BYTES_A_MONTH * sum(MONTHS.values()))
    with progress("facts", worlds * len(MONTHS)) as advance:
        found = {start: _sampled(start, worlds, seed, parameters, on, advance) for start in MONTHS}
    failures = pd.concat([one.failures.assign(start=start) for start, one in found.items()], ignore_index=True)
    lost = failures["world"].to_numpy(dtype=np.int64)
    refuse_if_all_failed(failures, worlds - len(np.unique(lost)))
    months = {start: _months(start, one, lost) for start, one in found.items()}
    return Facts(*table_of_facts(months), failures)


def answer(found: Facts, worlds: int, seed: int, parameters: str) -> FactsAnswer:
    """The object that `facts --json` prints."""
    count = len(found.table)
    return {
        "kind": "facts",
        "worlds": worlds,
        "failed": found.lost,
        "seed": seed,
        "parameters": parameters,
        "facts": cast("list[Fact]", plain_rows(found.table)),
        "verdicts": {name: int((found.table["verdict"] == name).sum()) for name in ("in", "out")},
        "met_together": _together(found.met, count),
    }


def _together(met: NDArray[np.float64], count: int) -> Together:
    """How many facts a world meets at once: 5, 50 and 95 % of the worlds, the best of them, and half of the facts."""
    number = np.rint(met * count)
    low, middle, high = (float(value) for value in np.quantile(number, SPREAD, method="nearest"))
    half = (count + 1) // 2
    return {
        "facts": count, "p5": low, "p50": middle, "p95": high, "most": float(number.max()),
        "half": half, "share_meeting_half": float((number >= half).mean()),
        "share_meeting_all": float((met == 1).mean()),
    }  # fmt: skip


def kept_months(batch: "Batch") -> Series:
    """What is kept of a batch: the measures that facts are read from, by kind and name."""
    groups = (("owner", batch.steps, OWNER_MEASURES), ("market", batch.market, MARKET_MEASURES))
    return {(kind, name): group[name] for kind, group, names in groups for name in names}


def _sampled(
    start: datetime.date, worlds: int, seed: int, parameters: str, on: Workers, advance: Callable[[int], None]
) -> Sampled[Series]:
    scenario = with_set(replace(Scenario(), start=start), parameters)
    sample = Sample(
        scenario=scenario, seed=seed, world=np.arange(worlds), keep=kept_months, months=MONTHS[start],
        measures=(*OWNER_MEASURES, *MARKET_MEASURES),
    )  # fmt: skip
    return play_sample(sample, on, advance=advance)


def _months(start: datetime.date, found: Sampled[Series], lost: NDArray[np.int64]) -> Months:
    whole = ~np.isin(found.worlds, lost)
    values = {key: one[..., whole].astype(np.float64) for key, one in joined(found.kept).items()}
    return Months(
        replace(Scenario(), start=start).owners,
        {name: values["owner", name] for name in OWNER_MEASURES},
        {name: values["market", name] for name in MARKET_MEASURES},
    )
