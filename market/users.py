"""Users: who is used, by quality, invented facts, price and habit; what the market pays.

    V_j = quality_weight Q_j - accuracy_weight H_j - price_weight ln p_j + brand_j,   shares move to logit(V) at a hazard

An owner that meets a part m of what its users need of compute (`market/serving.py`) raises its price, sells what is left, and
loses a part of the users whom it does not serve; nobody chooses who serves nobody.

The brand of each owner is what makes its share at the start consistent with its quality: distribution counts more than
raw quality. Hallucination H is a quantity of its own: accuracy rises with size, the hallucination rate does not
(AA-Omniscience, 2025). Sources: share of ChatGPT's web traffic fell by about 2 points a month in 2025 (Similarweb); prices
for a given level fall 5 to 40 times a year (Epoch AI 2025). Limits: one good; no enterprise contracts.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import serving, software
from computerace.market.arrays import TINY, Owners, Worlds, above, bounded, maximum_over_owners, over_owners, ratio
from computerace.market.entry import Mask
from computerace.market.parameters import lognormal, quantity, uniform
from computerace.market.units import MID_YEAR

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Now, Setting

NEUTRAL = {"users.hazard": 0.0}
GROWTH_YEARS = 4.0  # between the two anchors of growth, mid-2026 and mid-2030
LEAST_SHARE = 1e-4  # of users, below which logs are cut


@dataclass(frozen=True)
class Users:
    """Parameters of demand; each (worlds,) in a race."""

    quality_weight: Worlds = quantity(
        0.12, "logit per index point", "weight of capability",
        prior=uniform(0.03, 0.25), high=5, source="no published figure", grade="assumed",
        effect="+ users_share of claimant where labs.claimant.capability_index = 165",
    )  # fmt: skip
    accuracy_weight: Worlds = quantity(
        2.0, "logit per unit rate", "weight of the hallucination rate",
        prior=uniform(0.3, 4.0), high=50, source="29 % of users trust highly (Pew 2025); no elasticity published", grade="assumed",
        effect="- users_share of claimant where labs.claimant.hallucination_rate = 0.9",
    )  # fmt: skip
    price_weight: Worlds = quantity(
        1.1, "elasticity", "weight of the log price",
        prior=uniform(0.5, 1.7), high=10, source="weak evidence of -1.1", grade="C",
        effect="- users_share of claimant where labs.claimant.software_efficiency = 0.1",
    )  # fmt: skip
    pass_through: Worlds = quantity(
        0.3, "elasticity", "price to own efficiency relative to the best",
        prior=uniform(0.1, 0.6), high=2, source="no published figure", grade="assumed",
        effect="- users_share of claimant where labs.claimant.software_efficiency = 0.1",
    )  # fmt: skip
    hazard: Worlds = quantity(
        0.025, "per month", "part of the users who reconsider each month",
        prior=uniform(0.01, 0.05), high=1, grade="C",
        source="the leader lost 1.6 points of web traffic a month in 2025, 2.8 at its end (Similarweb)",
        effect="- users_share of claimant where labs.claimant.hallucination_rate = 0.9",
    )  # fmt: skip
    market_growth_2026: Worlds = quantity(
        2.3, "ratio per year", "growth of AI revenue in 2026",
        prior=lognormal(1.5, 3.3), low=0.1, high=20, grade="C",
        source="plans of 2025: Anthropic 2.2–2.9 times in 2026, OpenAI 2.8 times a year to 2027 (press); the whole market less",
        effect="+ revenue_usd of all",
    )  # fmt: skip
    market_growth_2030: Worlds = quantity(
        1.3, "ratio per year", "growth of AI revenue in 2030",
        prior=lognormal(1.05, 1.8), low=0.1, high=20, source="no published figure", grade="assumed",
        effect="+ revenue_usd of all at 60",
    )  # fmt: skip
    margin: Worlds = quantity(
        0.5, "fraction", "AI revenue left after what is not compute, power or research",
        prior=uniform(0.3, 0.7), high=1, source="no published figure", grade="assumed",
        effect="+ saw_income_usd of all at 12",
    )  # fmt: skip
    demand_spread: Worlds = quantity(
        0.03, "log per month", "luck in the growth of AI revenue",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="± revenue_usd of all: luck goes both ways",
    )  # fmt: skip
    growth_memory_months: Worlds = quantity(
        6.0, "months", "time over which the growth of AI revenue is seen",
        low=1, high=120, source="held; no published figure", grade="assumed",
        effect="+ saw_returns of claimant at 36",
    )  # fmt: skip
    growth_from_years: Worlds = quantity(
        -3.0, "years from mid-2026", "earliest date to which the growth of revenue is carried back",
        low=-50, high=0, source="held; the record begins in 2023", grade="assumed",
        effect="- revenue_usd of all at 6 from -3 to 0",
    )  # fmt: skip
    growth_until_years: Worlds = quantity(
        5.0, "years from mid-2026", "date after which the growth of revenue changes no more",
        low=0, high=50, source="held; a year beyond 2030", grade="assumed",
        effect="- revenue_usd of all at 60 from 1 to 5",
    )  # fmt: skip

    @cached_property
    def log_growths(self) -> tuple[Worlds, Worlds]:
        """Log growth of AI revenue a year in 2026 and in 2030."""
        return np.log(self.market_growth_2026), np.log(self.market_growth_2030)


class State(NamedTuple):
    """Who uses whose AI, and what the market pays."""

    shares: Owners  # of use (owners, worlds)
    revenue: Owners  # US dollars per month (owners, worlds)
    market: Worlds  # AI revenue, US dollars per year
    growth: Worlds  # of the market as it is seen, log per year
    met: Owners  # part of the compute that serving its users takes which an owner had (owners, worlds)


def utility(parameters: Users, quality: Owners, hallucination: Owners, efficiency: Owners) -> Owners:
    """Systematic utility without brand; efficiency is a log; (owners, worlds)."""
    log_price = parameters.pass_through * (maximum_over_owners(efficiency) - efficiency)
    return (
        parameters.quality_weight * quality
        - parameters.accuracy_weight * hallucination
        - parameters.price_weight * log_price
    )


def brand(shares: Owners, value: Owners) -> Owners:
    """The constant that makes the logit return the shares at the start; (owners, worlds)."""
    return np.log(above(shares, LEAST_SHARE)) - value


def choice_shares(value: Owners) -> Owners:
    """Logit shares, summing to 1 over owners; (owners, worlds)."""
    weight = np.exp(value - maximum_over_owners(value))
    return weight / over_owners(weight)


def next_shares(parameters: Users, shares: Owners, value: Owners, leaving: Owners | float = 0.0) -> Owners:
    """Shares of use after a month; they sum to 1. leaving: part of an owner's users whom it does not serve and who go."""
    chosen, gone = choice_shares(value), shares * leaving
    choosing = over_owners(gone) + parameters.hazard * (1.0 - over_owners(gone))
    moved = (shares - gone) * (1.0 - parameters.hazard) + choosing * chosen
    return moved / above(over_owners(moved), TINY)


def market_growth(parameters: Users, years_after_2026: float) -> Worlds:
    """Log growth of AI revenue per month, falling log-linearly between 2026 and 2030; (worlds,)."""
    years = bounded(years_after_2026, parameters.growth_from_years, parameters.growth_until_years)
    position = years / GROWTH_YEARS
    first, last = parameters.log_growths
    return (first + (last - first) * position) / 12.0


def demand(setting: "Setting", shares: Owners, market: Worlds) -> Owners:
    """What users of each owner would pay, US dollars a month (owners, worlds); market: US dollars a year (worlds,)."""
    paying = shares * setting.anchors.revenue_per_user
    return market / 12.0 * ratio(paying, over_owners(paying))


def sell(
    setting: "Setting",
    state: State,
    known: software.State,
    serving_h100e: Owners,
    active: Mask | None,
    luck: "Luck",
    now: "Now",
) -> State:
    """Users choose; the market grows and pays each owner for the users whom it serves.

    serving_h100e: compute that serves users (owners, worlds).
    """
    parameters, scarcity, anchors = setting.mechanisms.users, setting.mechanisms.serving, setting.anchors
    rise = serving.price_rise(scarcity, state.met)
    sold = serving.kept(state.met, rise)
    dearer = parameters.price_weight * np.log(rise)
    value = utility(parameters, known.quality, known.hallucination, known.efficiency) + anchors.brand - dearer
    value = value + np.log(above(sold, TINY))
    if active is not None:
        value = np.where(active, value, -np.inf)  # nobody can choose who is not there
    shares = next_shares(parameters, state.shares, value, scarcity.leaving * (1.0 - sold))
    growth = market_growth(parameters, now.calendar_years - MID_YEAR)
    market = state.market * np.exp(growth + parameters.demand_spread * luck.demand)
    seen = state.growth + (12.0 * growth - state.growth) / parameters.growth_memory_months
    asked = demand(setting, shares, market)
    met = serving.met(serving_h100e, serving.need(setting, asked, now.calendar_years))
    return State(shares, asked * serving.kept(met, serving.price_rise(scarcity, met)), market, seen, met)
