"""Rental: capacity is let to others or rented from them, so owned is not used.

Each owner lets a share of its operational fleet (cloud customers, other uses), more when rent is high against its own
running cost; labs that are short rent up to a share of their fleet, less when rent is high; the rest of the market rents
what is left, so lets and rents balance. Rent is flexible, unlike the chip price: it moves with the gap between what is
wanted and what is offered. Sources: DeepMind uses about 0.46 of Google's fleet, Meta AI 0.52 of Meta's (Epoch AI, AI
compute users, 2025); H100 rents of 7-12 dollars an hour in 2023 and 1.70 in late 2025. Limits: one rent, no contracts.
"""

from dataclasses import dataclass

import numpy as np

from computerace.market.arrays import TINY, Owners, Worlds, over_owners
from computerace.market.parameters import loguniform, quantity, uniform

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


def lets_and_rents(
    parameters: Rental, operational: Owners, let_share: Owners, rent_share: Owners, rent_gap: Worlds
) -> tuple[Owners, Owners, Worlds]:
    """H100e let and rented by owner, and the log gap between what is wanted and what is offered.

    Parameters
    ----------
    operational: H100e. let_share, rent_share: fractions of the operational fleet at the starting rent; the last row's
    rent share is of the lets that the labs leave. rent_gap: log of rent over its trend (worlds,).
    """
    response = np.exp(parameters.elasticity * np.clip(rent_gap, -3.0, 3.0))
    let = operational * np.minimum(let_share * parameters.depth * response, 0.95)
    wanted = operational * rent_share * parameters.depth / response
    offered = over_owners(let)
    labs_wanted = over_owners(wanted[:-1])
    scale = np.minimum(1.0, offered / np.maximum(labs_wanted, TINY))
    rented = wanted * scale
    rented[-1] = np.maximum(offered - labs_wanted * scale, 0.0)
    gap = np.log(np.maximum(labs_wanted + wanted[-1], TINY) / np.maximum(offered, TINY))
    return let, rented, np.clip(gap, -1.0, 1.0)
