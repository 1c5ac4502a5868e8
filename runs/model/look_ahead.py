"""What a lab that looks ahead is handed by its race: imagined races, from public figures alone.

They begin with what is known of the start and are drawn from the same priors as any race, under a replicate of their
own: no parameter and no draw of the world that the lab lives in. What a scenario or a run sets in numbers is not in
them either, as nobody knows it; they depend on the scenario's structure and on the seed alone, so that a world is the
same in any company. Cost: one race of `imagined` x looks x strategies rows, before the first month, for each lab that
looks ahead; kept for all races of the process that have the same structure and seed.
"""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from computerace.agents.best_responder import Ahead, BestResponder, looks_ahead, public_figures
from computerace.agents.lab import Lab
from computerace.agents.observation import Observation
from computerace.agents.rules.investing import ByWorld
from computerace.market.arrays import TINY, over_owners
from computerace.runs.model.race import Race
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.value import may_differ

APART = crc32(b"look ahead")  # the replicate of their draws
PLAIN = "Lab"


class How(NamedTuple):
    """How a class of labs looks ahead: see `BestResponder`."""

    among: tuple[str, ...]
    months: int
    worlds: int


class Imagined(Lab):
    """A lab that turns from its usual strategy to another in a month of each world's own, and keeps what it saw."""

    every: int  # months
    usual: int
    after: NDArray[np.intp]  # number of the strategy that it turns to, (rows,)
    since: NDArray[np.intp]  # month, (rows,)
    saw: dict[int, NDArray[np.float64]]  # public figures by month in which it would look
    names: tuple[str, ...]

    def follows(self, seen: Observation) -> ByWorld:
        """Its usual strategy, and later the other."""
        month = seen.public.month
        if (month - 1) % self.every == 0:
            self.saw[month] = public_figures(seen)
        return ByWorld(self.names, np.where(month >= self.since, self.after, self.usual))


def ahead(plan: Scenario, name: str, seed: int, kind: type[BestResponder] = BestResponder) -> Ahead:
    """The imagined races of a lab in a scenario; kind: its class."""
    return _imagined(of_public(plan), name, seed, How(kind.among, kind.months, kind.imagined))


def of_public(plan: Scenario) -> Scenario:
    """A scenario as outsiders have it: its structure, usual strategies, no numbers that it sets; nobody looks ahead."""
    words = {
        name: str(one.value)
        for name, one in plan.parameters().items()
        if one.choices and not may_differ(name, one.value)
    }
    plain = {name: PLAIN if looks_ahead(word) else word for name, word in words.items()}
    return replace(plan, name="imagined", question="", settings=plain, neutral=())


@lru_cache(maxsize=64)
def _imagined(plan: Scenario, name: str, seed: int, how: How) -> Ahead:
    shape = (-(-plan.months // how.months), len(how.among), how.worlds)  # looks, strategies, worlds
    look, strategy, world = (one.ravel() for one in np.indices(shape))
    race = Race(
        plan, worlds=len(world), seed=seed, indices=world, replicate=APART, collect=False, measures=(),
        labs={name: Imagined},
    )  # fmt: skip
    begins = look * how.months  # months before it looks
    lab, row = _prepared(race, name, strategy, begins, how)
    cash_flow, worth = np.zeros(race.worlds), np.ones(race.worlds)
    rate = np.log1p(race.setting.mechanisms.finance.cost_of_capital) / 12.0
    while race.running:
        race.step()
        worth = np.exp(-rate * (race.month - begins))
        cash_flow = cash_flow + np.where(race.month > begins, worth * race.observed("free_cash_flow_usd")[row], 0.0)
    used = race.observed("used_h100e")
    share = np.maximum(used[row] / np.maximum(over_owners(used[:-1]), TINY), TINY)
    fleet = worth * race.observed("fleet_worth_usd")[row]
    figures = np.stack([lab.saw[how.months * number + 1][look == number][: how.worlds] for number in range(shape[0])])
    return Ahead(figures, cash_flow.reshape(shape), fleet.reshape(shape), np.log(share).reshape(shape))


def _prepared(
    race: Race, name: str, strategy: NDArray[np.intp], begins: NDArray[np.intp], how: How
) -> tuple[Imagined, int]:
    """The lab that imagines, ready to turn in each row when it looks there."""
    row = race.names.index(name)
    (lab,) = (one for one in race.labs if isinstance(one, Imagined))
    usual = lab.strategy if isinstance(lab.strategy, str) else lab.strategy.names[0]
    lab.names = tuple(dict.fromkeys((*how.among, usual)))
    lab.usual, lab.after, lab.since, lab.saw = lab.names.index(usual), strategy, begins + 1, {}
    lab.every = how.months
    return lab, row
