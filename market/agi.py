"""The AGI threshold: an amount of effective training compute that nobody knows.

The threshold is log-uniform between 1e30 and 1e40 FLOP in the algorithms of the start (Davidson, Full Takeoff Model, 2023:
1e36, 1e30-1e40). A lab whose largest run crosses it is recorded; a scenario may let crossing speed up its software. The
default changes nothing: what would follow is not established.
"""

from dataclasses import dataclass

import numpy as np

from computerace.market.arrays import Owners, Worlds
from computerace.market.parameters import quantity, uniform

NEUTRAL = {"agi.threshold_log10_flop": 60.0}


@dataclass(frozen=True)
class Agi:
    """Parameters of the threshold; each (worlds,) in a race."""

    threshold_log10_flop: Worlds = quantity(
        36.0, "log10 FLOP", "effective training compute that counts as AGI",
        prior=uniform(30, 40), low=20, high=80, source="Davidson 2023, Full Takeoff Model", grade="C",
        effect="- agi_share of market at 60 from 25 to 35",
    )  # fmt: skip
    software_boost: Worlds = quantity(
        1.0, "ratio", "software progress of a lab beyond the threshold relative to before",
        high=100, source="scenario lever; 1 by default", grade="assumed",
        effect="+ quality of claimant from 1 to 4 where agi.threshold_log10_flop = 20",
    )  # fmt: skip


def boost(parameters: Agi, crossed: Owners) -> Owners:
    """Factor on software progress: the boost beyond the threshold, else 1; crossed is a mask (owners, worlds)."""
    return np.where(crossed > 0, parameters.software_boost, 1.0)
