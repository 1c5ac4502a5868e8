"""The race: one Mesa model that advances any number of worlds in lock-step, a month at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from computerace.agents.lab import Lab, RestOfMarket
from computerace.market import energy, generations, rental, software, talent, users
from computerace.market.arrays import Owners, Stock, Worlds, maximum_over_owners, over_owners, ratio
from computerace.market.errors import UserError
from computerace.market.known import roadmap
from computerace.market.registry import MECHANISMS
from computerace.runs import phases
from computerace.runs.draws import draw
from computerace.runs.events import Log
from computerace.runs.measures import COMPUTE, MARKET_MEASURES, MEASURES, market_measures, owner_measures
from computerace.runs.scenarios import LONGEST, Scenario
from computerace.runs.shocks import Shocks, draw_shocks
from computerace.runs.start import schedule_pipelines, starting_state

FIRMS_IN_REST = 4.0  # frontier labs and clouds that the rest is spread over: OpenAI, Anthropic, Amazon, others


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
        self._figures: dict[str, Owners] = {}
        for mechanism in MECHANISMS:
            setattr(self, mechanism, self.values.mechanism(mechanism))
        luck = draw_shocks(self.names, self.horizon, self.indices, seed, replicate) if shocks is None else shocks
        self.shocks = luck
        self.month = 0
        self.labs = [
            (RestOfMarket if row == len(self.names) - 1 else Lab)(
                self, name, row, self.values.words[f"labs.{name}.strategy"]
            )
            for row, name in enumerate(self.names)
        ]
        self._prepare()
        self.record = Record()
        self._kept = measures
        self._record_month()
        self.datacollector = _collector() if collect else None
        if self.datacollector is not None:
            self.datacollector.collect(self)

    @staticmethod
    def _check(worlds: int, seed: int, months: int | None, indices: NDArray[np.int64] | None) -> None:
        if worlds < 1 or (indices is not None and len(indices) < 1):
            raise UserError(f"a race needs at least 1 world, got {worlds}")
        if seed < 0:
            raise UserError(f"the seed must be 0 or more, got {seed}")
        if months is not None and not 1 <= months <= LONGEST:
            raise UserError(f"months must be from 1 to {LONGEST}, got {months}")

    def step(self) -> None:
        """One month: observe, plan, clear, build, compute, learn, sell, account, record."""
        if self.month >= self.horizon:
            self.running = False
            return
        self.month += 1
        phases.observe(self)
        phases.plan(self)
        phases.clear(self)
        phases.build(self)
        phases.compute(self)
        phases.learn(self)
        phases.sell(self)
        phases.account(self)
        self._record_month()
        if self.datacollector is not None:
            self.datacollector.collect(self)
        self.running = self.month < self.horizon

    def run(self) -> "Race":
        """Step to the horizon; returns the race."""
        while self.running and self.month < self.horizon:
            self.step()
        return self

    def figure(self, quantity: str) -> Owners:
        """One figure of all owners, such as "access_weight"; (owners, worlds)."""
        if quantity not in self._figures:
            self._figures[quantity] = self.values.figure(self.names, quantity)
        return self._figures[quantity]

    def measures(self) -> dict[str, Owners]:
        """This month's owner measures by name, each (owners, worlds)."""
        return self._measures

    def market(self) -> dict[str, Worlds]:
        """This month's market measures by name, each (worlds,)."""
        return self._market

    def date(self, month: int) -> date:
        """The calendar month that the given month of the race ends; its last days are taken as the 28th."""
        start = self.plan.start
        total = start.year * 12 + start.month - 1 + month
        return date(total // 12, total % 12 + 1, 28)

    def calendar_years(self, month: int) -> float:
        """Years from the beginning of 2026 to the end of a month of the race."""
        start = self.plan.start
        return start.year - 2026 + (start.month + month) / 12.0

    def unit_cost(self, price: Worlds) -> Owners:
        """All-in US dollars per H100e at a chip price: server and network, building and power; (owners, worlds)."""
        target = self.figure("in_house_target")
        server = price * self.chips.server_markup * (1.0 - target + target * self.chips.in_house_cost)
        return self.figure("purchase_cost") * (server + self.sites.cost_usd_per_mw * self.new_watts / 1e6)

    def per_chip(self, stock: Stock, owned: Owners) -> Owners:
        """Average H100e per chip of each owner's fleet; (owners, worlds)."""
        count = stock[0] / self.performance[0]
        for generation in range(1, self.active):
            count = count + stock[generation] / self.performance[generation]
        return np.maximum(owned, 1e-6) / np.maximum(count, 1e-6)

    def _prepare(self) -> None:
        """What stays the same during a race, and the state of month 0."""
        self.roadmap = roadmap(self.plan.start)
        self.watts = generations.watts_per_h100e(self.generations, self.roadmap)
        self.performance = generations.h100e_per_chip(self.generations, self.roadmap)
        self.completion = energy.by_kind(self.energy, "completion")
        self.energy_lead = energy.by_kind(self.energy, "lead_months")
        self.rows, self.columns = np.indices((len(self.names), self.worlds))
        self.active = self.roadmap.launched(self.date(0))
        mix = generations.sales_mix(self.generations, self.date(0), self.roadmap)
        new = mix[0] * self.watts[0]
        for generation in range(1, self.active):
            new = new + mix[generation] * self.watts[generation]
        self.new_watts = new[0]
        self.firms = np.ones((len(self.names), 1))
        self.firms[-1] = FIRMS_IN_REST
        self.state = starting_state(self)
        schedule_pipelines(self)
        self._prepare_fleet()
        self._prepare_money()

    def _prepare_fleet(self) -> None:
        state = self.state
        owned = state.owned
        runs = energy.fill(state.stock, self.watts, state.powered, self.active)
        state.installing = 0.7 * np.maximum(owned - runs, 0.0)
        operational = np.maximum(np.minimum(runs, owned - state.installing), 1.0)
        self.concentration = np.minimum(self.figure("largest_site_h100e") / operational, 1.0)
        not_own = rental.lets(self.rental, operational, self.figure("let_share"), np.zeros(self.worlds))
        let = over_owners(not_own * self.figure("external_share"))
        self.operational_start, self.rented_start = operational, self.figure("rented_h100e")
        self.rest_rented = np.maximum(let - over_owners(self.rented_start[:-1]), 1.0)
        self.rest_revenue_start = state.revenue[-1].copy()
        self.core = np.full_like(owned, np.inf)  # who pays for the record's rents is not in question
        phases.compute(self)
        labour = talent.output(self.talent, state.researchers, state.stars, state.morale) / self.firms
        self.labour_ref = maximum_over_owners(labour)
        experiments = state.used * self.figure("experiment_share") * state.goodput / self.firms
        self.experiment_ref = maximum_over_owners(experiments)
        self.efficiency_start = maximum_over_owners(state.efficiency)
        self.best_history = np.zeros((self.horizon + 1, self.worlds))
        self.quality_start = state.quality.copy()
        performance = state.goodput * self.utilisation
        self.capability_start = software.training_compute(state.largest_site, performance, state.efficiency)
        value = users.utility(self.users, state.quality, state.hallucination, state.efficiency)
        self.brand = users.brand(state.users, value)
        self.revenue_per_user = ratio(state.revenue, state.users)

    def _prepare_money(self) -> None:
        state = self.state
        capex = self.figure("capex_usd_per_year") / 12.0
        self.other_capex = capex * (1.0 - self.figure("ai_capex_share"))
        self.investment_start = state.investment.copy()
        self.buffer = 0.25 * state.cash
        self.young = self.figure("operating_cash_flow_usd_per_year") <= 0.0
        self.spending_months = np.where(self.young, self.finance.spending_months, 12.0)
        self.core_start = self.figure("operating_cash_flow_usd_per_year") / 12.0 - phases.ai_income(self)
        self.chips_paid = np.zeros_like(capex)
        self.sites_paid = np.zeros_like(capex)

    def _record_month(self) -> None:
        self._measures, self._market = owner_measures(self), market_measures(self)
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
