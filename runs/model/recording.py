"""What a race keeps of its months: its own record of measures, and Mesa's data collector."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from computerace.agents.lab import Lab
from computerace.market.arrays import Owners, Worlds
from computerace.market.vocabulary import REST
from computerace.observables import COMPUTE, LINES, MEASURES, OBSERVABLES, Of, named
from computerace.runs.model.arguments import measures_of
from computerace.runs.model.decisions import FEW_WORLDS
from computerace.runs.model.events import Log
from computerace.runs.model.measures import OWN_MEASURES

if TYPE_CHECKING:
    from computerace.runs.model.race import Race


TOLD = ("share", "power_mw", "capex_usd", "cash_usd", "researchers", "users_share")  # to Mesa's collector, of agents


def kept_measures(given: Iterable[str] | None, worlds: int) -> tuple[str, ...]:
    """The measures that a race keeps: those given, or all; with what owners decided where worlds are few.

    Raises UserError for an unknown one.
    """
    usual = (*MEASURES, *OWN_MEASURES)
    if given is not None:
        return measures_of(given, (*usual, *LINES))
    return (*usual, *LINES) if worlds <= FEW_WORLDS else usual


@dataclass
class Record:
    """Measures of owners (months + 1, rows, worlds) and of the market (months + 1, worlds), and the first world's log.

    A measure's rows are those whose it is: every owner, the labs, or the claimant alone.
    """

    steps: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    market: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    log: Log = field(default_factory=Log)

    def keep(self, month: int, horizon: int, found: Mapping[str, Owners | Worlds]) -> None:
        """Write the measures of a month; those of the market last, by which one sees that a month is complete."""
        for name, values in sorted(found.items(), key=lambda one: -one[1].ndim):
            group = self.steps if values.ndim > 1 else self.market
            if name not in group:
                group[name] = np.full((horizon + 1, *values.shape), np.nan, dtype=np.float32)
            group[name][month] = values


def default_collector() -> mesa.DataCollector:
    """Mesa's collector: floats for one world, copies of (worlds,) arrays for more."""
    model_reporters: dict[str, Any] = {"month": "month"}
    model_reporters |= {name: partial(_of_market, name=name) for name in named(lambda one: one.of is Of.MARKET)}
    agent_reporters: dict[str, Any] = {"lab": _name}
    told = (*(one.name for one in COMPUTE.values()), *TOLD)
    agent_reporters |= {name: partial(_of_owner, name=name) for name in told}
    return mesa.DataCollector(model_reporters=model_reporters, agent_reporters=agent_reporters)


def _scalar(values: Worlds) -> Worlds | float:
    return float(values[0]) if values.size == 1 else values.copy()


def _of_market(race: "Race", name: str) -> Worlds | float:
    return _scalar(race.observed(name))


def _name(agent: mesa.Agent) -> str | None:
    """The owner's name; none for an ordinary agent beside the owners."""
    return agent.name if isinstance(agent, Lab) else None


def _of_owner(agent: mesa.Agent, name: str) -> Worlds | float | None:
    """An owner's measure; none for one whose it is not, as the rest of the market has no share of the labs' compute."""
    if not isinstance(agent, Lab) or (agent.name == REST and OBSERVABLES[name].of is Of.LABS):
        return None
    return agent.measure(name)
