"""Serving: what users take of an owner's compute, and what is left for research and training.

    need_i = demand_i * h_i * exp((ln tokens_growth - ln efficiency_growth) * F(t)),   F(t) = (1 - 2^(-t / fade)) fade / ln 2

demand_i: what its users would pay in a year; h_i: H100e for each dollar of it, as the record has it; t: years
from the end of 2025. A dollar buys more tokens each year and a token takes less compute; prices follow cost, so that the
gap between the two growths closes. An owner divides what it uses (agents/rules/dividing.py) into serving, training (its
largest job, which no site may be too small for) and research. Where serving falls short of the need, the owner raises its
price until users take what it can serve. Use falls with the price p as exp(-e (p - 1)), so that a part m of the need is taken at

    p = 1 - ln(m) / e,   and sells for  m p

of what would be paid: nearly all of it where little is missing and demand has an elasticity e near one, nothing where nothing
can be served. What is not sold is users lost in time (`market/users.py`).

Sources: OpenAI served with half of 1.74 M H100e for 21.4 B$ a year at the end of 2025, Anthropic with half of 1.19 M for 9 B$;
gross margins of 40-46 % at 1.8 dollars an hour give 34-38 thousand per B$ (Epoch AI and press, 2025). Limits: one kind of
use; revenue that is earned on capacity let to others takes none of the owner's own.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market.arrays import TINY, Owners, Worlds, above, at_most, below
from computerace.market.parameters import lognormal, loguniform, quantity, uniform
from computerace.market.units import LN_HALF, USD_PER_MILLION

if TYPE_CHECKING:
    from computerace.market.setting import Setting

NEUTRAL = {"serving.h100e_per_million_usd": 0.0}


@dataclass(frozen=True)
class Serving:
    """Parameters of serving; each (worlds,) in a race."""

    h100e_per_million_usd: Worlds = quantity(
        43.0, "H100e per million USD a year", "compute that serves AI revenue at end-2025",
        prior=lognormal(27, 70), high=1e4, grade="B",
        source="OpenAI 41, Anthropic 66 (Epoch AI, compute users and run rates, 2025); 34–38 by gross margins and rents",
        effect="- got_research_h100e of claimant",
    )  # fmt: skip
    share_at_start: Worlds = quantity(
        0.5, "fraction", "largest part of what an owner uses that serves users at the start",
        prior=uniform(0.35, 0.65), low=0.01, high=1, grade="B",
        source="OpenAI and Anthropic about half of their compute at end-2025 (Epoch AI, compute users)",
        effect="+ got_serving_h100e of rivals at 1",
    )  # fmt: skip
    tokens_growth: Worlds = quantity(
        3.0, "ratio per year", "growth of the tokens that a dollar of revenue takes",
        prior=lognormal(1.5, 6.0), low=0.1, high=100, grade="C",
        source="Google served 33 to 43 T tokens a day in three months of 2025; messages of ChatGPT 5.8 times in a year (NBER w34255)",
        effect="+ got_serving_h100e of claimant at 12",
    )  # fmt: skip
    efficiency_growth: Worlds = quantity(
        2.5, "ratio per year", "growth of the tokens that an H100e serves",
        prior=lognormal(1.7, 4.0), low=0.1, high=100, grade="B",
        source="Gundlach et al. 2025: 3 a year (2–5) at fixed quality; Microsoft, 2025: 1.9 a GPU",
        effect="- got_serving_h100e of claimant at 12",
    )  # fmt: skip
    fade_years: Worlds = quantity(
        2.5, "years", "time in which the gap between both growths halves",
        prior=loguniform(1.2, 6), low=0.1, high=100, source="prices follow cost; no published figure", grade="assumed",
        effect="+ got_serving_h100e of claimant where serving.tokens_growth = 6",
    )  # fmt: skip
    headroom: Worlds = quantity(
        1.15, "ratio", "compute set aside for serving over last month's need",
        prior=uniform(1.05, 1.4), low=0, high=10, source="no published figure", grade="assumed",
        effect="+ got_serving_h100e of claimant at 1",
    )  # fmt: skip
    share_most: Worlds = quantity(
        0.75, "fraction", "largest part of what an owner uses that it gives to serving",
        prior=uniform(0.6, 0.9), high=1, grade="C",
        source="serving took three fifths of machine learning at Google (Patterson et al. 2022) and 0.7 at Facebook (Wu et al. 2022), both recalled, and nine tenths of its cost at Amazon's customers (Amazon, in press of August 2023)",
        effect="+ got_serving_h100e of rivals where serving.tokens_growth = 6 and serving.h100e_per_million_usd = 70",
    )  # fmt: skip
    demand_elasticity: Worlds = quantity(
        1.2, "elasticity", "of what users take to its price, at the price at which all are served",
        prior=uniform(1.0, 2.0), low=1, high=100, grade="C",
        source="just above one in the short run (Demirer et al., The emerging market for intelligence, December 2025: recalled)",
        effect="- revenue_usd of all where serving.tokens_growth = 6 and serving.h100e_per_million_usd = 70",
    )  # fmt: skip
    leaving: Worlds = quantity(
        0.3, "per month", "part of the users who are not served that leaves",
        prior=uniform(0.1, 0.6), high=1, source="no published figure", grade="assumed",
        effect="- users_share of claimant at 6 where labs.claimant.owned_h100e = 10000 and labs.claimant.rented_h100e = 0",
    )  # fmt: skip

    @cached_property
    def log_growth(self) -> Worlds:
        """Log growth a year, at the end of 2025, of the compute that a dollar of revenue takes."""
        return np.log(self.tokens_growth) - np.log(self.efficiency_growth)


class Division(NamedTuple):
    """How an owner divides what it uses; (owners, worlds), or (worlds,) where one owner fills it in.

    How much it uses is known only once the month's chips, power and rents are in place, so that owners decide by rule.
    """

    serving_h100e: Owners  # wanted for users
    serving_most: Owners  # of what is used, as a share
    training_share: Owners  # of what is used, for the largest job


class Flows(NamedTuple):
    """What compute was used for in a month, H100e (owners, worlds); the first three add up to what is used."""

    serving: Owners
    research: Owners  # experiments, and runs smaller than the largest
    training: Owners  # the largest job of each firm
    job: Owners  # the largest job of one firm


def intensity(parameters: Serving, years: float | Worlds) -> Worlds:
    """Compute that a dollar of revenue takes relative to end-2025; years from then; (worlds,)."""
    rate = -LN_HALF / parameters.fade_years
    return np.exp(parameters.log_growth * -np.expm1(-rate * years) / rate)


def per_usd(setting: "Setting", used: Owners, revenue: Owners, years: float) -> Owners:
    """H100e for each dollar a year, as of end-2025, by which a part of what is used serves the record's revenue.

    used: H100e; revenue: US dollars a year (owners, worlds); years from the end of 2025. What is sold beyond that is
    served on capacity that is let.
    """
    parameters = setting.mechanisms.serving
    usual = parameters.h100e_per_million_usd / USD_PER_MILLION
    most = parameters.share_at_start * used / above(revenue, TINY) / intensity(parameters, years)
    return np.minimum(usual, most)


def need(setting: "Setting", demand: Owners, years: float) -> Owners:
    """H100e that serve what users would pay, US dollars a month (owners, worlds); years from the end of 2025."""
    return 12.0 * demand * setting.anchors.serving_per_usd * intensity(setting.mechanisms.serving, years)


def divide(asked: Division, used: Owners, largest_site: Owners, firms: Owners) -> Flows:
    """What each owner uses, divided as it asked: users first, then the largest job, and the rest is research.

    used: H100e; largest_site: H100e of a firm; firms: how many firms a row stands for (owners, worlds).
    """
    serving = at_most(asked.serving_h100e, asked.serving_most * used, "share_most")
    left = used - serving
    training = np.minimum(at_most(asked.training_share * used, largest_site * firms, "largest_site"), left)
    return Flows(serving, left - training, training, training / firms)


def met(have: Owners, wanted: Owners) -> Owners:
    """Part of the need that is met, 1 where nothing is needed; (owners, worlds)."""
    return np.where(wanted > TINY, below(above(have / above(wanted, TINY), 0.0), 1.0), 1.0)


def price_rise(parameters: Serving, part_met: Owners) -> Owners:
    """Factor at which users take the part of the need that an owner can serve; (owners, worlds)."""
    return 1.0 - np.log(above(part_met, TINY)) / parameters.demand_elasticity


def kept(part_met: Owners, rise: Owners) -> Owners:
    """Part of what users would pay that is sold, dearer by a factor where compute is short; (owners, worlds).

    No more than all of it: demand is elastic, or who sells would have raised its price without being short.
    """
    return part_met * rise
