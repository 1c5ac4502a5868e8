"""How far each lever moves the answer: measured at both ends of its range in paired worlds, and kept beside this file.

`python -m computerace.runs.page.measured` plays the baseline with each lever at each of its ends (or words), all others
as they are drawn, and writes the mean change of the log of the claimant's compute over its rivals' at the deadline; a
number after it says how many worlds. A chance cannot tell levers apart where it is near zero; the ratio can.
"""

import json
import math
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.columns import HEADLINE
from computerace.market.errors import UserError
from computerace.market.vocabulary import DEADLINE_MONTHS

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter

SCENARIO, WORLDS, SEED = "baseline", 256, 1
KEPT = "measured.json"
LEAST_RATIO = 1e-6  # a claimant with nothing has no log
TRIED = 2.0  # a figure without a prior is tried at half and at twice its value
CERTAIN = 3.0  # standard errors beyond which a lever is taken to move the answer

type Logs = NDArray[np.float64]
"""Log of the ratio at the deadline in each world: (worlds,)."""


class End(TypedDict):
    """One end of a lever's range: its value, the mean change of the log ratio against the race as drawn, its error."""

    value: float | str
    change: float
    error: float


@cache
def measured() -> dict[str, list[End]]:
    """The kept measure by lever, from the one that moves the answer most to the one that moves it least."""
    kept: dict[str, list[End]] = json.loads(resources.files(__package__).joinpath(KEPT).read_text(encoding="utf-8"))
    return kept


def spread(ends: list[End]) -> float:
    """How far apart the ends leave the log of the ratio; 0 where their errors could explain it."""
    if len(ends) < 2:
        return 0.0
    low, high = (find(ends, key=lambda end: end["change"]) for find in (min, max))
    apart = high["change"] - low["change"]
    return apart if apart > CERTAIN * math.hypot(low["error"], high["error"]) else 0.0


def factor(end: End) -> float:
    """What the ratio is multiplied with at this end, in the geometric mean over the worlds."""
    return math.exp(end["change"])


def log_ratios(settings: dict[str, float | str], worlds: int) -> Logs:
    """Play the measured scenario with some levers moved; the log of the ratio at the deadline in each world."""
    from computerace.runs.page.choice import Choice
    from computerace.runs.page.player import new_race
    from computerace.runs.page.snapshot import look

    race = new_race(Choice(SCENARIO, worlds, SEED, settings)).run()
    ratios = look(race).ratio(*HEADLINE)[min(DEADLINE_MONTHS, race.month)].astype(np.float64)
    return np.asarray(np.log(np.maximum(ratios, LEAST_RATIO)))


def ends_of(parameter: "Parameter") -> tuple[float | str, ...]:
    """The values at which a lever is tried: its words, or its prior's ends; without, half and twice its value.

    What stands at 0 is tried at its slider's ends.
    """
    from computerace.runs.page.levers import prior_ends, slider_range

    if parameter.choices or isinstance(parameter.value, str):
        return parameter.choices
    if parameter.prior is not None or not parameter.value:
        return prior_ends(parameter) or slider_range(parameter)
    low, high = sorted((parameter.value / TRIED, parameter.value * TRIED))
    return max(low, parameter.low), min(high, parameter.high)


def measure(name: str, values: tuple[float | str, ...], base: Logs) -> tuple[str, list[End]]:
    """A lever at each of its values against the race as drawn, world by world; a value that is refused is left out."""
    found = []
    for value in values:
        try:
            changes = log_ratios({name: value}, len(base)) - base
        except UserError:
            continue
        error = float(changes.std() / math.sqrt(len(changes)))
        found.append(End(value=value, change=round(float(changes.mean()), 4), error=round(error, 4)))
    return name, found


def main(worlds: int = WORLDS) -> None:
    """Measure all levers on all processors and write the file."""
    from computerace.runs.scenarios import scenario

    base, parameters = log_ratios({}, worlds), scenario(SCENARIO).parameters()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        asked = [pool.submit(measure, name, ends_of(one), base) for name, one in parameters.items()]
        found = dict(one.result() for one in asked)
    ordered = sorted(found, key=lambda name: (-spread(found[name]), name))
    lines = [f" {json.dumps(name)}: {json.dumps(found[name], ensure_ascii=False)}" for name in ordered]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (Path(__file__).parent / KEPT).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS)
