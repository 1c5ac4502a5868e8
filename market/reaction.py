"""Reaction: how fast owners answer each other.

    I_i = own plan * exp(match_speed * ln(I_leader / I_i)+ + gap_speed * ln(C_leader / C_i)+)

in the manner of a linear reaction function phi0 + phi1 E[I_-i] + phi2 gap taken in logs; effort is highest when a race is
close (Harris and Vickers 1987). Which terms an owner uses is its strategy (agents/rules/investing.py). `strength` is
the part of the growth they wish for that the claimant's rivals carry out: at 0 they stand still and go on investing what they
invest at the start.
"""

from dataclasses import dataclass

import numpy as np

from computerace.market.arrays import TINY, Worlds, above, at_most
from computerace.market.parameters import loguniform, quantity, uniform

NEUTRAL = {"reaction.strength": 0.0}


@dataclass(frozen=True)
class Reaction:
    """Parameters of strategic reaction; each (worlds,) in a race."""

    strength: Worlds = quantity(
        1.0, "ratio", "part of their wished growth that rivals carry out; 0 lets them stand still", high=10, source="0 takes the mechanism out", grade="A", effect="+ asked_wish_usd of rivals"
    )  # fmt: skip
    match_speed: Worlds = quantity(
        0.04, "per month", "part of the gap to the leader's investment that a matching lab closes",
        prior=uniform(0.01, 0.1), high=1, source="capex guidance raised together through 2025", grade="assumed",
        effect="+ asked_wish_usd of rivals",
    )  # fmt: skip
    gap_speed: Worlds = quantity(
        0.02, "per month", "extra investment of a lab that catches up, per log of the gap in owned compute",
        prior=uniform(0.005, 0.05), high=1, source="no published figure", grade="assumed",
        effect="+ asked_wish_usd of rivals",
    )  # fmt: skip
    hurdle: Worlds = quantity(
        3.0, "ratio", "how much stronger a retreating lab answers falling returns",
        prior=uniform(1, 5), high=50, source="no published figure", grade="assumed",
        effect="- asked_wish_usd of claimant where labs.claimant.strategy = retreat and users.market_growth_2026 = 0.9",
    )  # fmt: skip
    all_in_ceiling: Worlds = quantity(
        3.5, "ratio per year", "fastest growth of a lab's own wish to invest",
        prior=uniform(2, 5), low=1, high=100, source="xAI 2024 to 2025: two to four times", grade="C",
        effect="+ asked_wish_usd of claimant",
    )  # fmt: skip
    gap_most: Worlds = quantity(
        3.0, "log", "largest gap to the leader that a lab answers",
        low=0, high=20, source="held; no published figure", grade="assumed",
        effect="+ asked_wish_usd of rivals from 0.2 to 3",
    )  # fmt: skip
    retreat_speed: Worlds = quantity(
        0.02, "per month", "cut of plans for each log of returns below their cost",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="- asked_wish_usd of claimant where labs.claimant.strategy = retreat and users.market_growth_2026 = 0.3",
    )  # fmt: skip
    retreat_most: Worlds = quantity(
        3.0, "log", "largest fall of returns that a retreating lab answers",
        low=0, high=20, source="held; no published figure", grade="assumed",
        effect="- asked_wish_usd of claimant where labs.claimant.strategy = retreat and users.market_growth_2026 = 0.3",
    )  # fmt: skip
    promise_months: Worlds = quantity(
        2.0, "months", "time over which a lab makes up for what it is behind its promise",
        low=0.1, high=60, source="held; no published figure", grade="assumed",
        effect="- asked_wish_usd of claimant where labs.claimant.strategy = announced",
    )  # fmt: skip
    ambition_usd: Worlds = quantity(
        2e11, "USD of 2025", "what one more log point of its share of compute is worth to a lab that looks ahead",
        prior=loguniform(2e10, 2e12), low=0, high=1e15, source="no published figure", grade="assumed",
        effect="+ used_h100e of claimant where labs.claimant.kind = BestResponder",
    )  # fmt: skip
    fleet_part: Worlds = quantity(
        0.5, "fraction", "what its last fleet is worth to a lab that looks ahead, over what its chips would then cost new",
        prior=uniform(0.1, 0.9), low=0, high=1, source="no published figure", grade="assumed",
        effect="+ owned_h100e of claimant at 60 where labs.claimant.kind = BestResponder",
    )  # fmt: skip


def upward(parameters: Reaction, speed: Worlds, leader: Worlds, own: Worlds) -> Worlds:
    """Factor by which a lab that is behind raises its wish in a month; 1 for the leader; (worlds,)."""
    gap = np.log(above(leader, TINY) / above(own, TINY))
    return np.exp(speed * at_most(above(gap, 0.0), parameters.gap_most))
