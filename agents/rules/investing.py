"""How much to invest: the plan that returns justify, and what a strategy makes of it in the face of rivals.

    plan = last investment * exp(growth that returns justify + the owner's own drift)

A strategy takes what the owner saw last month and returns its wish for AI investment in US dollars per month,
(worlds,). All start from the same plan; they differ in how they answer rivals.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.agents.observation import Observation
from computerace.market import arrays, own
from computerace.market.arrays import Worlds, above, at_most, below, power
from computerace.market.errors import UserError
from computerace.market.figures import STRATEGIES as OWN
from computerace.market.reaction import upward
from computerace.market.units import WATTS_PER_MEGAWATT

type Strategy = Callable[[Observation], Worlds]


def plan(seen: Observation) -> Worlds:
    """The owner's last investment, grown as returns justify and as its plans drift; US dollars per month (worlds,)."""
    return seen.books.investment * np.exp(seen.public.wished_growth + seen.books.plan_drift)


def campus_investment(seen: Observation) -> Worlds:
    """US dollars per month that filling a campus of the owner's size costs while it is built; (worlds,)."""
    chips = seen.figures.campus_mw * WATTS_PER_MEGAWATT / seen.public.new_watts
    return chips * seen.books.all_in / (12.0 * seen.figures.build_years)


def steady(seen: Observation) -> Worlds:
    """Invest as returns justify, whatever others do."""
    return plan(seen)


def match_leader(seen: Observation) -> Worlds:
    """Close part of the gap to the largest investor among the labs."""
    planned, reaction = plan(seen), seen.public.mechanisms.reaction
    return planned * upward(reaction, reaction.match_speed, seen.books.leader_investment, planned)


def catch_up(seen: Observation) -> Worlds:
    """Invest more the further behind in owned compute."""
    reaction = seen.public.mechanisms.reaction
    return plan(seen) * upward(reaction, reaction.gap_speed, seen.books.leader_owned, seen.books.owned)


def all_in(seen: Observation) -> Worlds:
    """Invest all that can be raised, growing no faster than an organisation can: by a factor a year, or one campus."""
    ceiling = np.exp(np.log(seen.public.mechanisms.reaction.all_in_ceiling) / 12.0)
    fastest = np.maximum(seen.books.investment * ceiling, campus_investment(seen))
    return np.maximum(plan(seen), at_most(seen.books.funds, fastest, "all_in_ceiling"))


def retreat(seen: Observation) -> Worlds:
    """Cut investment sharply once expected returns fall below their cost."""
    reaction = seen.public.mechanisms.reaction
    pull = arrays.at_least(
        reaction.hurdle * below(seen.public.log_returns, 0.0), -reaction.retreat_most, "retreat_most"
    )
    return plan(seen) * np.exp(reaction.retreat_speed * pull)


def announced(seen: Observation) -> Worlds:
    """Invest what making up for the shortfall against the announced path costs, or more if returns justify it."""
    missing = above(seen.books.promised - seen.books.owned, 0.0)
    behind = missing / seen.public.mechanisms.reaction.promise_months * seen.books.all_in
    return np.maximum(plan(seen), behind)


def idle(seen: Observation) -> Worlds:
    """Go on investing what was invested at the start."""
    return seen.books.investment_at_start


STRATEGIES: dict[str, Strategy] = {
    "steady": steady,
    "match_leader": match_leader,
    "catch_up": catch_up,
    "all_in": all_in,
    "retreat": retreat,
    "announced": announced,
    "idle": idle,
}


class ByWorld(NamedTuple):
    """A strategy for each world. names: of those that are followed. chosen: which of them, (worlds,)."""

    names: tuple[str, ...]
    chosen: NDArray[np.intp]


def by_world(words: NDArray[np.str_]) -> ByWorld:
    """The strategies that words name, one for each world; words: (worlds,)."""
    names, chosen = np.unique(words, return_inverse=True)
    return ByWorld(tuple(str(name) for name in names), chosen)


def wished(seen: Observation, strategy: str | ByWorld) -> Worlds:
    """What a strategy alone would have its owner invest, US dollars per month (worlds,)."""
    if isinstance(strategy, str):
        return STRATEGIES[strategy](seen)
    wish = np.zeros_like(seen.books.cash)
    for number, name in enumerate(strategy.names):
        wish = np.where(strategy.chosen == number, STRATEGIES[name](seen), wish)
    return wish


def add_strategy(name: str, strategy: Strategy) -> None:
    """Make a strategy of one's own known by name, for `labs.NAME.strategy` in scenarios.

    In a file that a scenario names (`code`), workers and folders know it too. A name that was added before is
    replaced. Raises UserError for the name of one of the model's own strategies, or for what cannot be called.
    """
    if not callable(strategy):
        raise UserError(f"the strategy {name} must be a function of what an owner saw, got {strategy!r}")
    own.bring(own.STRATEGY, name, OWN)
    STRATEGIES[name] = strategy


def answered(seen: Observation, wish: Worlds) -> Worlds:
    """A rival's wish where rivals answer with `reaction.strength`: that part of the log growth that it would wish for.

    At 0 it goes on investing what it last invested, what it invested at the start at least; at 1 its wish is its own;
    at 2 it grows twice as fast.
    """
    strength = seen.public.mechanisms.reaction.strength
    standing = np.maximum(seen.books.investment, seen.books.investment_at_start)
    return np.where(strength == 1.0, wish, power(standing, 1.0 - strength) * power(wish, strength))


def at_least(seen: Observation, wish: Worlds) -> Worlds:
    """No owner's wish falls below a part of what it invested at the start, from which it goes on when money is back."""
    return arrays.at_least(
        wish, seen.public.mechanisms.finance.wish_least * seen.books.investment_at_start, "wish_least"
    )
