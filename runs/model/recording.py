"""What a race keeps of its months: its own record of measures, and Mesa's data collector."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from computerace.agents.lab import Lab
from computerace.market.arrays import Owners, Worlds
from computerace.runs.model.arguments import measures_of
from computerace.runs.model.decisions import DECISIONS, FEW_WORLDS
from computerace.runs.model.events import Log
from computerace.runs.model.measures import COMPUTE, MARKET_MEASURES, MEASURES, OWN_MEASURES

if TYPE_CHECKING:
    from computerace.runs.model.race import Race


def kept_measures(given: Iterable[str] | None, worlds: int) -> tuple[str, ...]:
    """The measures that a race keeps: those given, or all; with what owners decided where worlds are few.

    Raises UserError for an unknown one.
    """
    usual = (*MEASURES, *MARKET_MEASURES, *OWN_MEASURES)
    if given is not None:
        return measures_of(given, (*usual, *DECISIONS))
    return (*usual, *DECISIONS) if worlds <= FEW_WORLDS else usual


@dataclass
class Record:
    """Owner measures (months + 1, owners, worlds), market measures (months + 1, worlds), and the first world's log."""

    steps: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    market: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    log: Log = field(default_factory=Log)

    def keep(
        self, month: int, horizon: int, owners: Mapping[str, Owners], market: Mapping[str, Worlds], names: Sequence[str]
    ) -> None:
        """Write the named measures of a month."""
        for group, found in ((self.steps, owners), (self.market, market)):
            for name, values in found.items():
                if name not in names:
                    continue
                if name not in group:
                    group[name] = np.full((horizon + 1, *values.shape), np.nan, dtype=np.float32)
                group[name][month] = values


def default_collector() -> mesa.DataCollector:
    """Mesa's collector: floats for one world, copies of (worlds,) arrays for more."""
    model_reporters: dict[str, Any] = {"month": "month"}
    model_reporters |= {name: partial(_of_market, name=name) for name in MARKET_MEASURES}
    agent_reporters: dict[str, Any] = {"lab": _name}
    told = (*COMPUTE, "share", "power_mw", "capex_usd", "cash_usd", "researchers", "users_share")
    agent_reporters |= {name: partial(_of_owner, name=name) for name in told}
    return mesa.DataCollector(model_reporters=model_reporters, agent_reporters=agent_reporters)


def _scalar(values: Worlds) -> Worlds | float:
    return float(values[0]) if values.size == 1 else values.copy()


def _of_market(race: "Race", name: str) -> Worlds | float:
    return _scalar(race.market()[name])


def _name(agent: mesa.Agent) -> str | None:
    """The owner's name; none for an ordinary agent beside the owners."""
    return agent.name if isinstance(agent, Lab) else None


def _of_owner(agent: mesa.Agent, name: str) -> Worlds | float | None:
    return agent.measure(name) if isinstance(agent, Lab) else None
