"""A fitted set in a few numbers: each parameter's prior beside what is left of it."""

import datetime

import numpy as np

from computerace.market.vocabulary import SPREAD
from computerace.runs.answers.validation import Fitted
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.sets import FittedSet

LEVELS = np.array(SPREAD)


def summary(found: FittedSet) -> list[Fitted]:
    """A row per fitted parameter: unit, 5, 50 and 95 % of prior and fit, and how well invented ones were recovered."""
    start = datetime.date.fromisoformat(found.manifest["start"])
    known = Scenario(start=start).parameters()
    recovery = found.recovery.set_index("parameter").to_dict("index")
    rows: list[Fitted] = []
    for name, values in zip(found.names, found.values, strict=True):
        one, told = known[name], recovery[name]
        rows.append(
            {
                "parameter": name,
                "unit": one.unit,
                "prior": [float(value) for value in one.draw(LEVELS)],
                "fitted": [float(value) for value in np.quantile(values, LEVELS)],
                "contraction": float(told["contraction"]),
                "explained": float(told["explained"]),
                "inside_90": float(told["inside_90"]),
                "moved": float(told["moved"]),
                "narrowed": float(told["narrowed"]),
            }
        )
    return rows
