"""What a frozen forecast holds beside compute: power and capex of each lab, supply and rent of the whole market."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.validation.record import MARKET
from computerace.runs.studies.published import FACILITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch

RENT = "rent_usd_per_h100e_hour"
MEASURES = ("power_mw", "capex_usd", "supply_h100e", RENT)

type Floats = NDArray[np.float64]


def further_paths(scenario: "Scenario", batch: "Batch", ends: "Sequence[int]") -> dict[tuple[str, str], Floats]:
    """Paths by (quantity, owner): stocks at the ends, (ends, worlds), and sums over the quarters after the first.

    ends: months, the first of them the start. Power is IT power, which the record counts.
    """
    ratio = batch.outcomes.get(FACILITY, np.array(scenario.parameters()[FACILITY].value, dtype=np.float64))
    found: dict[tuple[str, str], Floats] = {}
    for lab in scenario.labs:
        row = scenario.owners.index(lab)
        found["powered_mw", lab] = batch.steps["power_mw"][list(ends), row].astype(np.float64) / ratio
        found["capex_usd", lab] = _sums(batch.steps["capex_usd"][:, row], ends)
    found["supply_h100e", MARKET] = _sums(batch.market["supply_h100e"], ends)
    found[RENT, MARKET] = batch.market[RENT][list(ends)].astype(np.float64)
    return found


def _sums(monthly: NDArray[np.float32], ends: "Sequence[int]") -> Floats:
    return np.stack([monthly[end - 2 : end + 1].astype(np.float64).sum(axis=0) for end in ends[1:]])
