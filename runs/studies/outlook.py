"""The baseline beside what was expected at its start: `python -m computerace.runs.studies.outlook` prints JSON."""

import json
import sys
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.validation.outlook import (
    MARKET_MEASURES,
    MONTHS,
    OWNER_MEASURES,
    months_of,
    table_of_expectations,
)
from computerace.runs.answers.validation import OutlookAnswer, Quantity
from computerace.runs.scenarios import Scenario
from computerace.runs.studies.backtest import plain_rows
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.sample import Sample, joined, play_sample

if TYPE_CHECKING:
    from computerace.runs.worlds.simulate import Batch

WORLDS = 2048


def kept_months(batch: "Batch") -> dict[str, NDArray[np.float32]]:
    """What is kept of a batch: the measures that the outlook is read from."""
    return {
        **{name: batch.steps[name] for name in OWNER_MEASURES},
        **{name: batch.market[name] for name in MARKET_MEASURES},
    }


def run_outlook(worlds: int = WORLDS, seed: int = 1, on: Workers = ONE) -> OutlookAnswer:
    """Play the baseline to the end of 2030 and tell what it says of each quantity."""
    sample = Sample(
        scenario=Scenario(), seed=seed, world=np.arange(worlds), keep=kept_months, months=MONTHS,
        measures=(*OWNER_MEASURES, *MARKET_MEASURES),
    )  # fmt: skip
    found = play_sample(sample, on)
    values = {name: one.astype(np.float64) for name, one in joined(found.kept).items()}
    table = table_of_expectations(months_of(Scenario().owners, values))
    return OutlookAnswer(worlds=len(found.worlds), seed=seed, quantities=cast("list[Quantity]", plain_rows(table)))


if __name__ == "__main__":
    json.dump(run_outlook(), sys.stdout, indent=1, ensure_ascii=False)
    print()
