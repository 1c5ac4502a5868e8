"""What a lab that looks ahead is handed by its race: imagined races, from public figures alone.

They begin with what is known of the start and are drawn from the same priors as any race, under a replicate of their
own: no parameter and no draw of the world that the lab lives in. What a scenario or a run sets in numbers is not in
them either, as nobody knows it; they depend on the scenario's structure and on the seed alone, so that a world is the
same in any company. Cost: one race of WORLDS x looks x strategies rows, before the first month, for each lab that looks
ahead; kept for all races of the process that have the same structure and seed.
"""

from dataclasses import replace
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from computerace.agents.best_responder import AMBITION_USD, AMONG, FLEET_PART, MONTHS, Ahead, public_figures
from computerace.agents.lab import Lab
from computerace.agents.observation import Observation
from computerace.agents.rules.investing import ByWorld
from computerace.market.arrays import TINY, over_owners
from computerace.runs.model.race import Race
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.value import may_differ

WORLDS = 64  # imagined at each look under each strategy
APART = crc32(b"look ahead")  # the replicate of their draws
LOOKING, PLAIN = "BestResponder", "Lab"


class Imagined(Lab):
    """A lab that turns from its usual strategy to another in a month of each world's own, and keeps what it saw."""

    usual: int
    after: NDArray[np.intp]  # number of the strategy that it turns to, (rows,)
    since: NDArray[np.intp]  # month, (rows,)
    saw: dict[int, NDArray[np.float64]]  # public figures by month in which a year begins
    names: tuple[str, ...]

    def follows(self, seen: Observation) -> ByWorld:
        """Its usual strategy, and later the other."""
        month = seen.public.month
        if month % MONTHS == 1:
            self.saw[month] = public_figures(seen)
        return ByWorld(self.names, np.where(month >= self.since, self.after, self.usual))


def ahead(plan: Scenario, name: str, seed: int) -> Ahead:
    """The imagined races of a lab in a scenario."""
    return _imagined(of_public(plan), name, seed)


def of_public(plan: Scenario) -> Scenario:
    """A scenario as outsiders have it: its structure, usual strategies, no numbers that it sets; nobody looks ahead."""
    words = {
        name: str(one.value)
        for name, one in plan.parameters().items()
        if one.choices and not may_differ(name, one.value)
    }
    plain = {name: PLAIN if word == LOOKING else word for name, word in words.items()}
    return replace(plan, name="imagined", question="", settings=plain, neutral=())


@lru_cache(maxsize=64)
def _imagined(plan: Scenario, name: str, seed: int) -> Ahead:
    looks, several = -(-plan.months // MONTHS), len(AMONG)
    look, strategy, world = (one.ravel() for one in np.indices((looks, several, WORLDS)))
    race = Race(
        plan, worlds=len(world), seed=seed, indices=world, replicate=APART, collect=False, measures=(),
        labs={name: Imagined},
    )  # fmt: skip
    lab, row = _prepared(race, name, look, strategy)
    value, worth = np.zeros(race.worlds), np.ones(race.worlds)
    rate = np.log1p(race.setting.mechanisms.finance.cost_of_capital) / MONTHS
    while race.running:
        race.step()
        worth = np.exp(-rate * (race.month - look * MONTHS))
        value = value + np.where(race.month > look * MONTHS, worth * race.observed("free_cash_flow_usd")[row], 0.0)
    used = race.observed("used_h100e")
    share = np.maximum(used[row] / np.maximum(over_owners(used[:-1]), TINY), TINY)
    payoff = value + FLEET_PART * worth * race.observed("fleet_worth_usd")[row] + AMBITION_USD * np.log(share)
    figures = np.stack([lab.saw[MONTHS * number + 1][look == number][:WORLDS] for number in range(looks)])
    return Ahead(figures, payoff.reshape(looks, several, WORLDS))


def _prepared(race: Race, name: str, look: NDArray[np.intp], strategy: NDArray[np.intp]) -> tuple[Imagined, int]:
    """The lab that imagines, ready to turn in each row where it looks."""
    row = race.names.index(name)
    (lab,) = (one for one in race.labs if isinstance(one, Imagined))
    usual = lab.strategy if isinstance(lab.strategy, str) else lab.strategy.names[0]
    lab.names = tuple(dict.fromkeys((*AMONG, usual)))
    lab.usual, lab.after, lab.since, lab.saw = lab.names.index(usual), strategy, look * MONTHS + 1, {}
    return lab, row
