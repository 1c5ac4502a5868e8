"""The race: one Mesa model that advances any number of worlds in lock-step, a month at a time."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.agent import AgentSet
from mesa.experimental.scenarios import Scenario as MesaScenario
from numpy.typing import ArrayLike, NDArray

from computerace.agents.best_responder import BestResponder
from computerace.agents.lab import KINDS, Lab
from computerace.agents.rules.investing import by_world
from computerace.market import entry
from computerace.market.arrays import Owners, Worlds
from computerace.market.errors import UserError, unknown
from computerace.market.figures import REST
from computerace.observables import LINES, MEASURES, OBSERVABLES, Of, row_of
from computerace.runs.model.arguments import (
    DEFAULT_SEED,
    SeedLike,
    agreed,
    check_kinds,
    months_of,
    of_mesa,
    plan_of,
    seed_of,
    whole,
    worlds_of,
)
from computerace.runs.model.decisions import decisions_so_far
from computerace.runs.model.draws import draw
from computerace.runs.model.measures import OWN_MEASURES, measured
from computerace.runs.model.month import month
from computerace.runs.model.recording import Record, default_collector, kept_measures
from computerace.runs.model.setting import make_setting, month_end, now
from computerace.runs.model.shocks import Shocks, draw_shocks
from computerace.runs.model.start import begin
from computerace.runs.scenarios import Scenario
from computerace.runs.schema.bounds import LARGEST_SEED

if TYPE_CHECKING:
    import pandas as pd


class Race(mesa.Model):
    """Labs compete for chips, power and people, month by month, in many worlds at once.

    Parameters
    ----------
    scenario: what to run, as a name, a TOML file, or a Scenario; one of Mesa's holds `name`, `worlds`, `months`,
    parameters by full name, and its rng. worlds: how many.
    seed: luck and parameter draws; None draws a new one. rng: the same in any form that Mesa takes.
    months: horizon, the scenario's by default.
    indices: numbers of the worlds (worlds,), 0 … worlds - 1 by default: world i is the same whatever runs beside it.
    settings: parameters given from outside by full name, a number or an array (worlds,): changes to worlds of which
    the record is true as they drew it. recorded: the same in place of what is drawn. fixed: hold the others at their
    centre. replicate: another set of luck under the same seed. shocks: luck given from outside. collect: fill Mesa's
    data collector.
    measures: owner and market measures to keep in `record`; all by default, and what owners decided (`decisions`) too
    where worlds are few.
    labs: classes of one's own for some owners, by name of the owner, in place of the scenario's.
    record: what keeps the measures of months; a new `Record` by default.

    Raises UserError for a bad number of worlds or months, an unknown parameter, owner or measure, or a value out of
    bounds. The scenario is kept as `plan`, the seed that was drawn or given as `seed`.
    """

    # Mesa's slot stays empty but for a scenario of Mesa's own: SolaraViz refuses those of another class, and at each
    # reset would put one of its own in place of ours.
    scenario = None

    def __init__(
        self,
        scenario: Scenario | MesaScenario | str | Path | None = None,
        worlds: int = 1,
        seed: SeedLike | None = DEFAULT_SEED,
        *,
        rng: SeedLike | None = None,
        months: int | None = None,
        indices: ArrayLike | None = None,
        settings: Mapping[str, Any] | None = None,
        fixed: bool = False,
        replicate: int = 0,
        shocks: Shocks | None = None,
        collect: bool = True,
        measures: Iterable[str] | None = None,
        labs: Mapping[str, type[Lab]] | None = None,
        recorded: Mapping[str, Any] | None = None,
        record: Record | None = None,
    ) -> None:
        if isinstance(scenario, MesaScenario):
            self.plan, said, own = of_mesa(scenario)
            worlds, months = agreed("worlds", said, worlds, 1), agreed("months", said, months, None)
            settings, rng = {**own, **(settings or {})}, scenario.rng if rng is None else rng
        else:
            self.plan = plan_of(scenario)
        if self.plan.code:
            from computerace.runs.scenarios import own_code

            own_code.require(self.plan)
        self.seed = seed_of(seed, rng)
        self.horizon = months_of(months, self.plan)
        whole("replicate", replicate, 0, LARGEST_SEED)
        check_kinds(fixed=fixed, settings=settings, labs=labs, shocks=shocks)
        self.indices = worlds_of(worlds, indices)
        self._kept = kept_measures(measures, len(self.indices))
        super().__init__(rng=self.seed)
        self.scenario = scenario if isinstance(scenario, MesaScenario) else None
        self.worlds = len(self.indices)
        self.names = self.plan.owners
        self.claimant_row = self.names.index(self.plan.claimant)
        self.values = draw(
            self.plan, self.indices, self.seed, settings, fixed=fixed, replicate=replicate, recorded=recorded
        )
        self.shocks = (
            draw_shocks(self.names, self.horizon, self.indices, self.seed, replicate) if shocks is None else shocks
        )
        self.month = 0
        known = self.values.on_record()
        self.setting, self.state, self.flows = begin(
            make_setting(self.plan, self.values),
            self.horizon,
            None if known is None else make_setting(self.plan, known),
        )
        self.labs = self._owners(labs or {})
        self._rows = list(range(len(self.names)))
        self.record = Record() if record is None else record
        self._found: dict[str, Owners | Worlds] = {}
        self._record_month()
        self.datacollector = self.collector() if collect else None
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def _owners(self, kinds: Mapping[str, object]) -> AgentSet[Lab]:
        """The owners as agents, in the order of rows."""
        known: dict[str, type[Lab]] = {}
        for name, kind in kinds.items():
            if name not in self.names:
                raise unknown("owner", name, self.names)
            if not (isinstance(kind, type) and issubclass(kind, Lab)):
                raise UserError(f"labs[{name!r}] must be a subclass of computerace.agents.lab.Lab, got {kind!r}")
            known[name] = kind
        words = self.values.words
        made = []
        for row, name in enumerate(self.names):
            rival = name != REST and row != self.claimant_row
            kind = known.get(name, KINDS[words[f"labs.{name}.kind"]])
            strategy = f"labs.{name}.strategy"
            several = self.values.strategies.get(strategy)
            follows = words[strategy] if several is None else by_world(several)
            made.append(kind(self, name, row, follows, rival=rival))
            self._hand_ahead(made[-1])
        return AgentSet(made, random=self.random)

    def _hand_ahead(self, lab: Lab) -> None:
        """Give a lab that looks ahead what it sees there."""
        if isinstance(lab, BestResponder):
            from computerace.runs.model.look_ahead import ahead

            lab.ahead = ahead(self.plan, lab.name, self.seed, type(lab))

    def _check_owners(self) -> None:
        """Refuse owners that were taken out of the race or out of their rows by other ways than the race's own."""
        owners, there = list(self.labs), self.agents
        if [lab.row for lab in owners if lab in there] != self._rows:
            raise UserError(
                "an owner was taken out of the race or out of its row: owners leave by world, with race.leave(NAME, "
                "heir='Rest') or labs.NAME.exit_month in a scenario, and keep their rows"
            )

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Mesa's; refused for an owner, which says how it leaves."""
        if isinstance(agent, Lab):
            agent.remove()
        super().deregister_agent(agent)

    def collector(self) -> mesa.DataCollector:
        """Mesa's collector: floats for one world, copies of (worlds,) arrays for more.

        A subclass may add reporters of its own to what this returns.
        """
        return default_collector()

    def leave(self, name: str, heir: str = REST, worlds: ArrayLike | None = None) -> None:
        """Let an owner leave before the next month: an heir takes over all that it has.

        worlds: in which, true or false for each world (worlds,); all by default. Raises UserError for an unknown
        owner or heir, for the rest of the market, and for an owner that has left already.
        """
        row, heir_row, where = self._row(name), self._row(heir), self._worlds(worlds)
        if name in (heir, REST):
            raise UserError(f"{name} cannot leave" + (" to itself" if name == heir else ": it holds what nobody does"))
        there = np.ones_like(where) if self.state.active is None else self.state.active[row]
        if (where & ~there).any():
            raise UserError(f"{name} has left already in {int((where & ~there).sum())} of these worlds")
        heir_there = np.ones_like(where) if self.state.active is None else self.state.active[heir_row]
        if (where & ~heir_there).any():
            raise UserError(f"{heir} has left itself in {int((where & ~heir_there).sum())} of these worlds")
        self.state = entry.leave(self.setting, self.state, row, heir_row, where)

    def enter(self, name: str, worlds: ArrayLike | None = None) -> None:
        """Let an owner enter that is not there, before the next month, with the books of its figures.

        The rest of the market held them until then. worlds: in which (worlds,); all by default. Raises UserError for an
        unknown owner, and for one that takes part already.
        """
        row, where = self._row(name), self._worlds(worlds)
        if self.state.active is None or (where & self.state.active[row]).any():
            raise UserError(f"{name} takes part already; an owner that enters later has labs.{name}.entry_month")
        self.state = entry.enter(self.setting, self.state, row, where)

    def _row(self, name: str) -> int:
        if name not in self.names:
            raise unknown("owner", name, self.names)
        return self.names.index(name)

    def _worlds(self, worlds: ArrayLike | None) -> NDArray[np.bool_]:
        where = np.ones(self.worlds, dtype=np.bool_) if worlds is None else np.asarray(worlds)
        if where.dtype != np.bool_ or where.shape != (self.worlds,):
            raise UserError(f"worlds must be true or false for each of {self.worlds} worlds, got {worlds!r}")
        return where

    def step(self) -> None:
        """One month: see `runs/model/month.py`; then it is recorded."""
        if self.month >= self.horizon:
            self.running = False
            return
        self._check_owners()
        self.month += 1
        today = now(self.setting, self.month)
        state = entry.come_and_go(self.setting, self.state, self.month)
        before = self.state
        self.state, flows = month(self.setting, state, self.labs, self.shocks.of_month(self.month), today)
        self.flows = flows if state is before else flows._replace(opening=state)
        self._record_month()
        if self.datacollector is not None:
            self.datacollector.collect(self)
        self.running = self.running and self.month < self.horizon

    def run(self) -> "Race":
        """Step to the horizon, or until something stops it by `running`; returns the race."""
        while self.running:
            self.step()
        return self

    def observed(self, name: str) -> Owners | Worlds:
        """One observable of this month: (rows, worlds), rows being those whose it is, or (worlds,) of the market.

        It is computed when it is first asked for. Raises UserError for an unknown name.
        """
        if name not in self._found:
            self._found[name] = measured(name, self.setting, self.state, self.flows)
        return self._found[name]

    def of_owner(self, name: str, row: int) -> Worlds:
        """An owner's row of one observable of this month, (worlds,).

        Raises UserError for an unknown name, and for a measure that is not this owner's.
        """
        values = self.observed(name)
        of = OBSERVABLES[name].of if name in OBSERVABLES else Of.OWNERS if values.ndim > 1 else Of.MARKET
        found: Worlds = np.atleast_2d(values)[row_of(name, of, self.names[row], self.names, self.plan.claimant)]
        return found

    def measures(self) -> dict[str, Owners]:
        """This month's measures of owners by name, each (rows, worlds): owners, labs, or the claimant alone."""
        return {name: values for name, values in self._observed().items() if values.ndim > 1}

    def market(self) -> dict[str, Worlds]:
        """This month's measures of the market by name, each (worlds,)."""
        return {name: values for name, values in self._observed().items() if values.ndim == 1}

    def _observed(self) -> dict[str, Owners | Worlds]:
        """This month's measures, and what owners saw, asked for and got where it is kept."""
        lines = (name for name in LINES if name in self._kept)
        own = (name for name in OWN_MEASURES if name in self._kept)
        return {name: self.observed(name) for name in (*MEASURES, *own, *lines)}

    def decisions(self) -> "pd.DataFrame":
        """What each owner saw, asked for and got, so far: columns month, date, world, lab, and one for each line.

        Lines and units: `package/observables/lines.py`. Raises UserError where the race did not keep them.
        """
        return decisions_so_far(self)

    def date(self, month: int) -> date:
        """The calendar month that the given month of the race ends; its last days are taken as the 28th."""
        return month_end(self.plan.start, month)

    def _record_month(self) -> None:
        self._found = {}
        self.record.keep(self.month, self.horizon, {name: self.observed(name) for name in self._kept})
        if self.month:
            self.record.log.note(self)
