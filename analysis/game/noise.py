"""Whether so many worlds bear out a tolerance: the noise of what labs would gain by leaving the default profile.

The noise is half the width of the widest 95 % interval of a mean gain. It is looked at in a pilot of a few worlds
before every profile is played, and again afterwards in all of them.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.columns import require
from computerace.analysis.game.payoffs import KEYS
from computerace.analysis.intervals import Z_95
from computerace.market.errors import UserError
from computerace.shown import BILLION, enough

DOUBT = 1.5  # how many times the tolerance the noise of a pilot must be to be refused: it is an estimate itself


def noise_in(gained: Sequence[NDArray[np.float64]], worlds: int) -> float:
    """Half the width of the widest 95 % interval of mean gains in so many worlds; gained: US dollars (…, worlds)."""
    return Z_95 * max(float(one.std(axis=-1, ddof=1).max()) for one in gained) / float(np.sqrt(worlds))


def pilot_noise(payoffs: pd.DataFrame, leaving: Sequence[str], ambition: float, worlds: int) -> float:
    """What the noise would be in so many worlds, US dollars, from the payoffs of a few.

    payoffs: as `of_sweep.payoffs_of` gives them. leaving: profile n is the profile 0 that the n-th of these labs left.
    ambition: US dollars for a log point of share.
    """
    require(payoffs, [*KEYS, "value_usd", "log_share"], "the table of payoffs")
    told = payoffs.assign(payoff=payoffs["value_usd"] + ambition * payoffs["log_share"])
    gained = []
    for lab in dict.fromkeys(leaving):
        worth = told[told["lab"] == lab].pivot_table(index="profile", columns="world", values="payoff")
        own = [number for number, one in enumerate(leaving, 1) if one == lab]
        gained.append(worth.loc[own].to_numpy(dtype=np.float64) - worth.loc[0].to_numpy(dtype=np.float64))
    return noise_in(gained, worlds)


def refuse_too_fine(noise: float, ambition: float, tolerance: float, worlds: int, *, pilot: int | None = None) -> None:
    """Raise UserError where the noise of so many worlds is larger than a tolerance that is not 0; US dollars.

    pilot: worlds that the noise was estimated from, None for all of them.
    """
    doubt = DOUBT if pilot is not None and pilot < worlds else 1.0
    if tolerance > 0.0 and noise > doubt * tolerance:
        needed = enough(worlds * (noise / tolerance) ** 2)
        about = (
            f"about {noise / BILLION:,.3g} billion, by {pilot:,} of them,"
            if doubt > 1.0
            else f"{noise / BILLION:,.3g} billion"
        )
        raise UserError(
            f"{worlds:,} worlds are too few for a tolerance of {tolerance / BILLION:g} billion: their noise is {about}"
            f" at an ambition of {ambition / BILLION:g}; take about {needed} worlds"
        )
