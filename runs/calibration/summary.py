"""A fitted set in a few numbers: each parameter's prior beside what is left of it."""

import datetime
from typing import Any

import numpy as np

from computerace.market.vocabulary import SPREAD
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.sets import FittedSet

LEVELS = np.array(SPREAD)


def summary(found: FittedSet) -> list[dict[str, Any]]:
    """A row per fitted parameter: unit, 5, 50 and 95 % of prior and fit, and how well invented ones were recovered."""
    start = datetime.date.fromisoformat(found.manifest["start"])
    known = Scenario(start=start).parameters()
    recovery = found.recovery.set_index("parameter").to_dict("index")
    rows = []
    for name, values in zip(found.names, found.values, strict=True):
        one, told = known[name], recovery[name]
        rows.append(
            {
                "parameter": name,
                "unit": one.unit,
                "prior": [float(value) for value in one.draw(LEVELS)],
                "fitted": [float(value) for value in np.quantile(values, LEVELS)],
                **{key: float(told[key]) for key in ("contraction", "explained", "inside_90", "moved", "narrowed")},
            }
        )
    return rows
