"""Rental: capacity is let to others or rented from them, so owned is not used.

Each owner keeps a share of its operational fleet from its own AI, at odds that rise with the rent; part of it is let to
others (cloud customers), the rest serves the owner's other business (advertising, search), which pays nobody rent:

    share not its own = s r / (1 - s + s r),   r = (rent / trend)^elasticity

so its own use, whose value rises too, never ends. Labs rent in proportion to all they run, less when rent is high and no
more than they can pay; the rest of the market wants what its AI revenue pays for and rents what is left, as far as it
can pay, so lets and rents balance: what nobody can pay for is not let. Rent is flexible, unlike the chip price: it moves with the gap between what is
wanted and what is offered. Sources: DeepMind uses about 0.46 of Google's fleet, Meta AI 0.52 of Meta's (Epoch AI, AI
compute users, 2025); H100 rents of 7-12 dollars an hour in 2023 and 1.70 in late 2025. Limits: one rent, no contracts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market.arrays import TINY, Owners, Worlds, bounded, over_owners, ratio
from computerace.market.parameters import loguniform, quantity, uniform
from computerace.market.units import HOURS_PER_MONTH

if TYPE_CHECKING:
    from computerace.market.setting import Setting

NEUTRAL = {"rental.depth": 0.0}


@dataclass(frozen=True)
class Rental:
    """Parameters of the rental market; each (worlds,) in a race."""

    depth: Worlds = quantity(
        1.0, "ratio", "lets and rents relative to the record", high=2, source="0 takes the mechanism out", grade="A"
    )  # fmt: skip
    rent_usd_per_hour: Worlds = quantity(
        1.9, "USD of 2025 per H100e-hour", "rent at the start",
        prior=uniform(1.5, 2.6), low=0.01, high=100, source="1.70 in October 2025 (press)", grade="C",
    )  # fmt: skip
    elasticity: Worlds = quantity(
        0.3, "elasticity", "lets and rents to the rent",
        prior=uniform(0.1, 0.8), high=5, source="no published figure", grade="assumed",
    )  # fmt: skip
    flexibility: Worlds = quantity(
        0.3, "per month", "response of the log rent to wanted over offered",
        prior=loguniform(0.1, 0.8), high=5, source="swing of rents 2023–2025", grade="assumed",
    )  # fmt: skip
    gap_answered: Worlds = quantity(
        3.0, "log", "largest gap of the rent to its trend that lets and rents answer",
        low=0, high=20, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    gap_most: Worlds = quantity(
        2.0, "log", "largest gap of the rent to its trend",
        low=0, high=20, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    gap_step: Worlds = quantity(
        1.0, "log", "largest gap between wanted and offered that the rent answers in a month",
        low=0, high=20, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    let_most: Worlds = quantity(
        0.99, "fraction", "largest part of a fleet that is kept from own AI",
        low=0, high=1, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    cash_share: Worlds = quantity(
        0.1, "fraction", "part of its cash that a lab pays as rent in a month at most",
        low=0, high=1, source="held; no published figure", grade="assumed",
    )  # fmt: skip


class State(NamedTuple):
    """Who lets and rents, H100e (owners, worlds), and at which rent (worlds,)."""

    let: Owners  # to others
    rented: Owners  # from others
    used: Owners  # by the owner's AI: operational, less let and elsewhere, plus rented
    rent: Worlds  # US dollars per H100e-hour
    gap: Worlds  # log of rent over its trend


class Terms(NamedTuple):
    """What owners let and rent, as shares and budgets; (owners, worlds), or (worlds,) where one owner fills it in.

    How much runs is known only once the month's chips and power are in place, so that owners decide by rule.
    """

    let_share: Owners  # of the operational fleet, kept from own AI at the trend's rent
    external_share: Owners  # of that, let to others
    with_fleet: Owners  # H100e to rent at the fleet of the start, in proportion to all that runs
    beside: Owners  # H100e to rent whatever runs
    budget_usd: Owners  # at most this rent for the month


class Flows(NamedTuple):
    """What happened to capacity in a month, H100e (owners, worlds)."""

    elsewhere: Owners  # in the owner's other business


def trend(parameters: Rental, price_decline: Worlds, month: int) -> Worlds:
    """Rent that follows technology alone, US dollars per H100e-hour; (worlds,)."""
    return parameters.rent_usd_per_hour * np.exp(np.log(1.0 - price_decline) * month / 12.0)


def lets(parameters: Rental, operational: Owners, let_share: Owners, rent_gap: Worlds) -> Owners:
    """H100e let or used elsewhere: their odds rise with the rent, so an owner's own AI use shrinks but never ends.

    operational: H100e; let_share: that fraction at the trend's rent (owners, worlds). rent_gap: log of rent over trend.
    """
    response = np.exp(parameters.elasticity * bounded(rent_gap, -parameters.gap_answered, parameters.gap_answered))
    share = np.minimum(let_share * parameters.depth, parameters.let_most)
    return operational * share * response / (1.0 - share + share * response)


def rents(parameters: Rental, wanted: Owners, offered: Worlds, rent_gap: Worlds) -> tuple[Owners, Worlds]:
    """H100e rented by owner, and the log gap between what is wanted and what is offered.

    wanted: H100e at the trend's rent, the rest of the market last (owners, worlds). The rest takes what the labs leave,
    so that lets and rents balance.
    """
    asked = (
        wanted
        * parameters.depth
        * np.exp(-parameters.elasticity * bounded(rent_gap, -parameters.gap_answered, parameters.gap_answered))
    )
    by_labs = over_owners(asked[:-1])
    scale = np.minimum(1.0, offered / np.maximum(by_labs, TINY))
    rented = asked * scale
    rented[-1] = np.maximum(offered - by_labs * scale, 0.0)  # an array of this function's own
    gap = np.log(np.maximum(by_labs + asked[-1], TINY) / np.maximum(offered, TINY))
    return rented, bounded(gap, -parameters.gap_step, parameters.gap_step)


def wanted_by_labs(rented: Owners, operational: Owners, at_start: Owners) -> Owners:
    """H100e that labs wish to rent: in proportion to all they run, which for a lab without a fleet is what it rents.

    rented: H100e at the start; operational, at_start: own fleet now and at the start (owners, worlds).
    """
    return rented * (operational + rented) / np.maximum(at_start + rented, TINY)


def clear(setting: "Setting", state: State, asked: Terms, operational: Owners, month: int) -> tuple[State, Flows]:
    """Capacity is let and rented; the rent follows what is wanted over what is offered."""
    parameters = setting.mechanisms.rental
    wanted = wanted_by_labs(asked.with_fleet, operational, setting.anchors.operational)
    payable = asked.budget_usd / (state.rent * HOURS_PER_MONTH)
    wanted = np.minimum(wanted + asked.beside, payable)
    not_own = lets(parameters, operational, asked.let_share, state.gap)
    let = not_own * asked.external_share
    elsewhere = not_own - let
    offered = over_owners(let)
    rented, pull = rents(parameters, wanted, offered, state.gap)
    rented = np.minimum(rented, payable)
    let = let * np.minimum(ratio(over_owners(rented), offered), 1.0)  # what nobody can pay stays with its owner
    gap = bounded(state.gap + parameters.flexibility * pull, -parameters.gap_most, parameters.gap_most)
    rent = trend(parameters, setting.mechanisms.chips.price_decline, month) * np.exp(gap)
    used = operational - let - elsewhere + rented
    return State(let, rented, used, rent, gap), Flows(elsewhere)
