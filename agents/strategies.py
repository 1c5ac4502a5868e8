"""Strategies: how an owner decides how much it wishes to invest.

Each takes what the owner saw last month and returns its wish for AI investment in US dollars per month, shape
(worlds,). All start from the same plan, which follows expected returns; they differ in how they answer rivals.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from computerace.market.arrays import Worlds
from computerace.market.errors import UserError
from computerace.market.figures import FURTHER_STRATEGIES
from computerace.market.figures import STRATEGIES as OWN
from computerace.market.reaction import Reaction, upward


@dataclass(frozen=True)
class Outlook:
    """What one owner knows when it plans; every array is (worlds,).

    plan: its last investment grown by the wish that returns justify. last: its last investment. start: the investment
    of the first month. funds: what it could spend this month. log_returns: ln q. leader_investment, leader_owned: the
    largest among the other labs. owned, promised: its own compute and what it promised for next month, H100e.
    all_in_cost: US dollars per H100e with power and building. campus: US dollars per month that filling a campus of its
    own size costs while it is built.
    """

    plan: Worlds
    last: Worlds
    start: Worlds
    funds: Worlds
    log_returns: Worlds
    leader_investment: Worlds
    leader_owned: Worlds
    owned: Worlds
    promised: Worlds
    all_in_cost: Worlds
    campus: Worlds
    reaction: Reaction


def steady(outlook: Outlook) -> Worlds:
    """Invest as returns justify, whatever others do."""
    return outlook.plan


def match_leader(outlook: Outlook) -> Worlds:
    """Close part of the gap to the largest investor among the labs."""
    return outlook.plan * upward(outlook.reaction.match_speed, outlook.leader_investment, outlook.plan)


def catch_up(outlook: Outlook) -> Worlds:
    """Invest more the further behind in owned compute."""
    return outlook.plan * upward(outlook.reaction.gap_speed, outlook.leader_owned, outlook.owned)


def all_in(outlook: Outlook) -> Worlds:
    """Invest all that can be raised, growing no faster than an organisation can: by a factor a year, or one campus."""
    fastest = np.maximum(outlook.last * np.exp(np.log(outlook.reaction.all_in_ceiling) / 12.0), outlook.campus)
    return np.maximum(outlook.plan, np.minimum(outlook.funds, fastest))


def retreat(outlook: Outlook) -> Worlds:
    """Cut investment sharply once expected returns fall below their cost."""
    pull = np.clip(outlook.reaction.hurdle * np.minimum(outlook.log_returns, 0.0), -3.0, 0.0)
    return outlook.plan * np.exp(0.02 * pull)


def announced(outlook: Outlook) -> Worlds:
    """Invest what keeping the announced path costs: half of the shortfall each month, or more if returns justify it."""
    missing = np.maximum(outlook.promised - outlook.owned, 0.0)
    return np.maximum(outlook.plan, missing / 2.0 * outlook.all_in_cost)


def idle(outlook: Outlook) -> Worlds:
    """Go on investing what was invested at the start."""
    return outlook.start


STRATEGIES: dict[str, Callable[[Outlook], Worlds]] = {
    "steady": steady,
    "match_leader": match_leader,
    "catch_up": catch_up,
    "all_in": all_in,
    "retreat": retreat,
    "announced": announced,
    "idle": idle,
}


def add_strategy(name: str, strategy: Callable[[Outlook], Worlds]) -> None:
    """Make a strategy of one's own known by name, for scenarios of this process (other workers do not know it).

    A name that was added before is replaced. Raises UserError for the name of one of the model's own strategies.
    """
    if name in OWN:
        raise UserError(f"the strategy {name} is the model's own; give yours another name than {', '.join(OWN)}")
    FURTHER_STRATEGIES[name] = None
    STRATEGIES[name] = strategy
