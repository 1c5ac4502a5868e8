"""The race: one Mesa model that advances any number of worlds in lock-step, a month at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from computerace.agents.lab import Lab, RestOfMarket
from computerace.market.arrays import Owners, Worlds
from computerace.market.errors import UserError
from computerace.runs.draws import draw
from computerace.runs.events import Log
from computerace.runs.measures import COMPUTE, MARKET_MEASURES, MEASURES, market_measures, owner_measures
from computerace.runs.model.month import month
from computerace.runs.model.setting import make_setting, month_end, now
from computerace.runs.model.start import begin
from computerace.runs.scenarios import LONGEST, Scenario
from computerace.runs.shocks import Shocks, draw_shocks


@dataclass
class Record:
    """Owner measures (months + 1, owners, worlds), market measures (months + 1, worlds), and the first world's log."""

    steps: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    market: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    log: Log = field(default_factory=Log)


class Race(mesa.Model):
    """Labs compete for chips, power and people, month by month, in many worlds at once.

    Parameters
    ----------
    scenario: what to run. worlds: how many. seed: luck and parameter draws.
    months: horizon, the scenario's by default.
    indices: numbers of the worlds (worlds,), 0 … worlds - 1 by default: world i is the same whatever runs beside it.
    settings: parameters given from outside by full name, a number or an array (worlds,). fixed: hold the others
    at their centre. replicate: another set of luck under the same seed. shocks: luck given
    from outside. collect: fill Mesa's data collector.
    measures: owner and market measures to keep in `record`; all by default.

    Raises UserError for a bad number of worlds or months, an unknown parameter or a value out of bounds.
    The scenario is kept as `plan`.
    """

    # Mesa's slot stays empty: SolaraViz refuses scenarios of another class than Mesa's, and at each reset would put one
    # of its own in place of ours.
    scenario = None

    def __init__(
        self,
        scenario: Scenario | None = None,
        worlds: int = 1,
        seed: int = 1,
        *,
        months: int | None = None,
        indices: NDArray[np.int64] | None = None,
        settings: Mapping[str, Any] | None = None,
        fixed: bool = False,
        replicate: int = 0,
        shocks: Shocks | None = None,
        collect: bool = True,
        measures: tuple[str, ...] = (*MEASURES, *MARKET_MEASURES),
    ) -> None:
        self._check(worlds, seed, months, indices)
        super().__init__(rng=seed)
        self.scenario = None
        self.plan = scenario if scenario is not None else Scenario()
        self.seed = seed
        self.horizon = self.plan.months if months is None else months
        self.indices = np.arange(worlds) if indices is None else np.asarray(indices, dtype=np.int64)
        self.worlds = len(self.indices)
        self.names = self.plan.owners
        self.claimant_row = self.names.index(self.plan.claimant)
        self.values = draw(self.plan, self.indices, seed, settings, fixed=fixed, replicate=replicate)
        luck = draw_shocks(self.names, self.horizon, self.indices, seed, replicate) if shocks is None else shocks
        self.shocks = luck
        self.month = 0
        self.setting, self.state, self.flows = begin(make_setting(self.plan, self.values), self.horizon)
        self.labs = [self._lab(row, name) for row, name in enumerate(self.names)]
        self.record = Record()
        self._kept = measures
        self._record_month()
        self.datacollector = _collector() if collect else None
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def _lab(self, row: int, name: str) -> Lab:
        rest = row == len(self.names) - 1
        rival = not rest and row != self.claimant_row
        kind = RestOfMarket if rest else Lab
        return kind(self, name, row, self.values.words[f"labs.{name}.strategy"], rival=rival)

    @staticmethod
    def _check(worlds: int, seed: int, months: int | None, indices: NDArray[np.int64] | None) -> None:
        if worlds < 1 or (indices is not None and len(indices) < 1):
            raise UserError(f"a race needs at least 1 world, got {worlds}")
        if seed < 0:
            raise UserError(f"the seed must be 0 or more, got {seed}")
        if months is not None and not 1 <= months <= LONGEST:
            raise UserError(f"months must be from 1 to {LONGEST}, got {months}")

    def step(self) -> None:
        """One month: see `runs/model/month.py`; then it is recorded."""
        if self.month >= self.horizon:
            self.running = False
            return
        self.month += 1
        today = now(self.setting, self.month)
        self.state, self.flows = month(self.setting, self.state, self.labs, self.shocks.of_month(self.month), today)
        self._record_month()
        if self.datacollector is not None:
            self.datacollector.collect(self)
        self.running = self.month < self.horizon

    def run(self) -> "Race":
        """Step to the horizon; returns the race."""
        while self.running and self.month < self.horizon:
            self.step()
        return self

    def measures(self) -> dict[str, Owners]:
        """This month's owner measures by name, each (owners, worlds)."""
        return self._measures

    def market(self) -> dict[str, Worlds]:
        """This month's market measures by name, each (worlds,)."""
        return self._market

    def date(self, month: int) -> date:
        """The calendar month that the given month of the race ends; its last days are taken as the 28th."""
        return month_end(self.plan.start, month)

    def _record_month(self) -> None:
        self._measures = owner_measures(self.setting, self.state, self.flows)
        self._market = market_measures(self.state, self.flows)
        for group, found in ((self.record.steps, self._measures), (self.record.market, self._market)):
            for name, values in found.items():
                if name not in self._kept:
                    continue
                if name not in group:
                    group[name] = np.full((self.horizon + 1, *values.shape), np.nan, dtype=np.float32)
                group[name][self.month] = values
        if self.month:
            self.record.log.note(self)


def _scalar(values: Worlds) -> Worlds | float:
    return float(values[0]) if values.size == 1 else values.copy()


def _collector() -> mesa.DataCollector:
    """Mesa's collector: floats for one world, copies of (worlds,) arrays for more."""
    model_reporters: dict[str, Any] = {"month": lambda model: model.month}
    for name in MARKET_MEASURES:
        model_reporters[name] = lambda model, name=name: _scalar(model.market()[name])
    agent_reporters: dict[str, Any] = {"lab": "name"}
    for name in (*COMPUTE, "share", "power_mw", "capex_usd", "cash_usd", "researchers", "users_share"):
        agent_reporters[name] = lambda agent, name=name: agent.measure(name)
    return mesa.DataCollector(model_reporters=model_reporters, agent_reporters=agent_reporters)
