"""Rental: capacity is let to others or rented from them, so owned is not used.

Each owner keeps a share of its operational fleet from its own AI, at odds that rise with the rent; part of it is let to
others (cloud customers), the rest serves the owner's other business (advertising, search), which pays nobody rent:

    share not its own = s r / (1 - s + s r),   r = (rent over purchase parity, relative to the start)^elasticity

so its own use, whose value rises too, never ends. Labs rent in proportion to all they run, less when rent is high and no
more than they can pay; of what the rest of the market rents, a part grows with its AI revenue (the labs on its record) and
a part with what enterprises pay (`enterprise_growth`); it rents what is left, so lets and rents balance.

Rent R is tied to purchase. Parity is what owning a new H100e costs a year, its all-in price times `carrying_cost`, and
what lets earn over it, `over_cost`; the gap g = ln(R / parity) moves with what is wanted, w, over what is offered, o, and
who finds renting dear turns to buying, t (a log of what is wanted), which takes as long as ordering and installing do:

    dg = flexibility * 2 (w - o) / (w + o),   dt = g / arbitrage_months,   w proportional to exp(-t)

so that a lasting shortage raises rents for a time and turns wants away for good, and where wants outgrow offers by a rate x a
month, rent stays x * arbitrage_months above parity, no more. Sources: DeepMind uses about 0.46 of Google's fleet, Meta AI
0.52 of Meta's (Epoch AI, AI compute users, 2025); H100 rents of 7-12 dollars an hour in 2023 and 1.70 in late 2025;
owner's cost of 0.88-1.41 and contract rents of 1.30-3.30 dollars an hour, 1.0-1.5 times that (SemiAnalysis, August
2025). Limits: one rent, no contracts; who turns to buying buys within what it invests anyway.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market.arrays import TINY, Owners, Worlds, above, at_most, below, near_log, over_owners, ratio
from computerace.market.parameters import lognormal, loguniform, quantity, uniform
from computerace.market.units import HOURS_PER_MONTH, WATTS_PER_MEGAWATT

if TYPE_CHECKING:
    from computerace.market.setting import Setting

NEUTRAL = {"rental.depth": 0.0}


@dataclass(frozen=True)
class Rental:
    """Parameters of the rental market; each (worlds,) in a race."""

    depth: Worlds = quantity(
        1.0, "ratio", "lets and rents relative to the record", high=2, source="0 takes the mechanism out", grade="A",
        effect="+ got_let_h100e of all at 6 from 0.2 to 1",
    )  # fmt: skip
    rent_usd_per_hour: Worlds = quantity(
        1.7, "USD of 2025 per H100e-hour", "rent at the start",
        prior=uniform(1.3, 2.3), low=0.01, high=100, source="contracts 1.45, market places 2.1, 1.70 for a year in October 2025 (SemiAnalysis via Epoch AI; press)", grade="B",
        effect="+ rent_usd_per_h100e_hour at 1",
    )  # fmt: skip
    elasticity: Worlds = quantity(
        0.3, "elasticity", "lets and rents to the rent over purchase parity",
        prior=uniform(0.1, 0.8), high=5, source="no published figure", grade="assumed",
        effect="± rent_usd_per_h100e_hour: it calms the rent, which may go either way",
    )  # fmt: skip
    flexibility: Worlds = quantity(
        0.3, "per month", "response of the log rent to wanted over offered",
        prior=loguniform(0.1, 0.8), high=2, source="swing of rents 2023–2025", grade="assumed",
        effect="± rent_usd_per_h100e_hour: what answers faster falls as fast as it rises",
    )  # fmt: skip
    carrying_cost: Worlds = quantity(
        0.26, "per year", "yearly cost of owning a new H100e over its all-in price: capital, wear, power and upkeep",
        prior=uniform(0.22, 0.36), low=0.01, high=2, source="7.7–12.3 thousand dollars a year (SemiAnalysis, August 2025, via Epoch AI) over 34 thousand all in", grade="C",
        effect="+ rent_usd_per_h100e_hour at 24",
    )  # fmt: skip
    over_cost: Worlds = quantity(
        1.4, "ratio", "rent over the yearly cost of owning at which nobody turns from renting to buying or back",
        prior=lognormal(1.05, 1.9), low=0.1, high=20, source="contracts over owner's cost: 1.0 for H100 to 1.49 for GB200 (SemiAnalysis, August 2025, via Epoch AI)", grade="B",
        effect="+ rent_usd_per_h100e_hour at 24",
    )  # fmt: skip
    arbitrage_months: Worlds = quantity(
        12.0, "months", "time in which those who find renting dear have turned to buying",
        prior=loguniform(6, 18), low=0.5, high=240, source="ordering takes 3–12 months and installing up to half a year", grade="C",
        effect="+ rent_usd_per_h100e_hour at 48",
    )  # fmt: skip
    enterprise_growth: Worlds = quantity(
        1.8, "ratio per year", "growth of what enterprises pay for rented compute",
        prior=loguniform(1.3, 2.5), low=0.1, high=10, source="no published figure", grade="assumed",
        effect="+ rent_usd_per_h100e_hour at 24",
    )  # fmt: skip
    let_most: Worlds = quantity(
        0.99, "fraction", "part of its fleet that an owner in full distress lets",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="+ got_let_h100e of claimant at 36 from 0.2 to 0.99 where finance.window_multiplier = 0",
    )  # fmt: skip
    cash_share: Worlds = quantity(
        0.1, "fraction", "part of its cash that a lab pays as rent in a month at most",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="+ got_rented_h100e of claimant at 24 from 0 to 1",
    )  # fmt: skip


class State(NamedTuple):
    """Who lets and rents, H100e (owners, worlds), and at which rent (worlds,)."""

    let: Owners  # to others
    rented: Owners  # from others
    used: Owners  # by the owner's AI: operational, less let and elsewhere, plus rented
    rent: Worlds  # US dollars per H100e-hour
    gap: Worlds  # log of rent over purchase parity
    turned: Worlds  # log part of what was wanted that has turned to buying since the start


class Terms(NamedTuple):
    """What owners let and rent, as shares and budgets; (owners, worlds), or (worlds,) where one owner fills it in.

    How much runs is known only once the month's chips and power are in place, so that owners decide by rule.
    """

    let_share: Owners  # of the operational fleet, kept from own AI at the rent of the start
    external_share: Owners  # of that, let to others
    with_fleet: Owners  # H100e to rent at the fleet of the start, in proportion to all that runs
    beside: Owners  # H100e to rent whatever runs
    budget_usd: Owners  # at most this rent for the month


class Flows(NamedTuple):
    """What happened to capacity in a month, H100e (owners, worlds)."""

    elsewhere: Owners  # in the owner's other business


def parity(setting: "Setting", price: Worlds, new_watts: Worlds) -> Worlds:
    """Purchase parity: the rent in US dollars per H100e-hour at which renting is as dear as buying; (worlds,).

    price: list price, US dollars per H100e; new_watts: IT watts per H100e of what is sold (worlds,).
    """
    parameters, mechanisms = setting.mechanisms.rental, setting.mechanisms
    building = mechanisms.sites.cost_usd_per_mw * new_watts / WATTS_PER_MEGAWATT
    all_in = price * mechanisms.chips.server_markup + building
    return parameters.over_cost * parameters.carrying_cost * all_in / (12.0 * HOURS_PER_MONTH)


def gap_at_start(setting: "Setting") -> Worlds:
    """Log of the rent of the start over purchase parity; (worlds,)."""
    return np.log(setting.mechanisms.rental.rent_usd_per_hour / setting.anchors.rent_parity)


def lets(parameters: Rental, operational: Owners, let_share: Owners, swing: Worlds) -> Owners:
    """H100e let or used elsewhere: their odds rise with the rent, so that the own AI of who does not let all never ends.

    operational: H100e; let_share: that fraction at the rent of the start (owners, worlds). swing: log of rent over
    parity less that of the start (worlds,).
    """
    response = np.exp(parameters.elasticity * swing)
    odds = let_share * parameters.depth * response
    return operational * ratio(odds, 1.0 - let_share + odds)


def rents(parameters: Rental, wanted: Owners, offered: Worlds, swing: Worlds, turned: Worlds) -> tuple[Owners, Worlds]:
    """H100e rented by owner, and how far what is wanted is from what is offered: their log ratio where it is small.

    wanted: H100e at the rent of the start, the rest of the market last (owners, worlds). The rest takes what the labs
    leave, so that lets and rents balance. swing and turned: logs (worlds,).
    """  # fmt: skip
    asked = wanted * parameters.depth * np.exp(-parameters.elasticity * swing - turned)
    by_labs = over_owners(asked[:-1])
    scale = below(offered / above(by_labs, TINY), 1.0)
    rented = asked * scale
    rented[-1] = above(offered - by_labs * scale, 0.0)  # an array of this function's own
    all_asked = by_labs + asked[-1]
    return rented, near_log(all_asked, offered)


def wanted_by_labs(rented: Owners, operational: Owners, at_start: Owners) -> Owners:
    """H100e that labs wish to rent: in proportion to all they run, which for a lab without a fleet is what it rents.

    rented: H100e at the start; operational, at_start: own fleet now and at the start (owners, worlds).
    """
    return rented * (operational + rented) / above(at_start + rented, TINY)


def clear(
    setting: "Setting", state: State, asked: Terms, operational: Owners, rent_parity: Worlds
) -> tuple[State, Flows]:
    """Capacity is let and rented; the rent follows what is wanted over what is offered, and purchase parity.

    operational: H100e (owners, worlds). rent_parity: US dollars per H100e-hour (worlds,).
    """  # fmt: skip
    parameters = setting.mechanisms.rental
    swing = state.gap - gap_at_start(setting)
    wanted = wanted_by_labs(asked.with_fleet, operational, setting.anchors.operational)
    payable = asked.budget_usd / (state.rent * HOURS_PER_MONTH)
    wanted = at_most(wanted + asked.beside, payable, "budget")
    not_own = lets(parameters, operational, asked.let_share, swing)
    let = not_own * asked.external_share
    elsewhere = not_own - let
    offered = over_owners(let)
    rented, pull = rents(parameters, wanted, offered, swing, state.turned)
    rented = at_most(rented, payable, "budget_of_rest")
    let = let * below(ratio(over_owners(rented), offered), 1.0)  # what nobody can pay stays with its owner
    gap = state.gap + parameters.flexibility * pull
    rent = rent_parity * np.exp(gap)
    turned = state.turned + state.gap / parameters.arbitrage_months
    used = np.maximum(operational - let - elsewhere, 0.0) + rented
    return State(let, rented, used, rent, gap, turned), Flows(elsewhere)
