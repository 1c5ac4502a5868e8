"""The state of a race as named arrays, and every scenario under every rule."""

import numpy as np
from numpy.typing import NDArray

from computerace.market.allocation import RULES
from computerace.runs.model.race import Race
from computerace.runs.scenarios import scenarios


def state_arrays(race: Race) -> dict[str, NDArray[np.float64]]:
    """Every array of the state, and of what happened to clusters, capacity and money, by name, worlds last."""
    flows = race.flows
    groups = {
        **race.state._asdict(), "engineered": flows.clusters, "let": flows.rental, "bound": flows.ledger,
        "sold": flows.chips, "moved": flows.talent,
    }  # fmt: skip
    found: dict[str, NDArray[np.float64]] = {}
    for group, values in groups.items():
        if group not in ("memory", "active"):
            found |= {f"{group}.{name}": np.asarray(value) for name, value in values._asdict().items()}
    return found | {"finance.capex": flows.finance.capex, "finance.returns": flows.finance.returns}


def cases() -> list[tuple[str, str]]:
    """Names of scenario and rule."""
    return [(name, rule) for name in scenarios() for rule in RULES]
