"""The race, its scenarios, ensembles and sweeps, their storage, the command line and the browser page.

The names below are imported when they are first used, so that the command line starts without the model.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from computerace.agents.lab import add_lab
    from computerace.agents.rules.investing import add_strategy
    from computerace.market.allocation import add_rule
    from computerace.runs.model.measures import add_measure
    from computerace.runs.model.race import Race
    from computerace.runs.scenarios import Scenario, scenario
    from computerace.runs.sweeps.shards import merge
    from computerace.runs.sweeps.sweep import run_points, run_scenarios, sweep

__all__ = [
    "Race",
    "Scenario",
    "add_lab",
    "add_measure",
    "add_rule",
    "add_strategy",
    "merge",
    "run_points",
    "run_scenarios",
    "scenario",
    "sweep",
]

_HOMES = {
    "add_lab": "computerace.agents.lab",
    "add_measure": "computerace.runs.model.measures",
    "add_rule": "computerace.market.allocation",
    "add_strategy": "computerace.agents.rules.investing",
    "Race": "computerace.runs.model.race",
    "Scenario": "computerace.runs.scenarios",
    "merge": "computerace.runs.sweeps.shards",
    "run_points": "computerace.runs.sweeps.sweep",
    "run_scenarios": "computerace.runs.sweeps.sweep",
    "scenario": "computerace.runs.scenarios",
    "sweep": "computerace.runs.sweeps.sweep",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'computerace.runs' has no attribute '{name}'; it offers {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
