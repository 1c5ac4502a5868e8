"""Payoffs of an empirical game as arrays, from tidy frames, at a weight between money and share.

    payoff = value + ambition * ln(share of compute)

ambition: US dollars that a lab would give for one more log point of its share of the labs' compute.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.columns import require, require_finite
from computerace.market.errors import UserError, unknown

KEYS = ("profile", "world", "lab")
PROFILE = ("profile", "worlds", "won", "ratio_p50")  # columns of the table of profiles that are not labs

type Profile = tuple[int, ...]


@dataclass(frozen=True)
class Game:
    """labs, strategies: names. value, log_share: (strategies of the first lab, …, of the last, labs, worlds)."""

    labs: tuple[str, ...]
    strategies: tuple[str, ...]
    value: NDArray[np.float64]
    log_share: NDArray[np.float64]

    def payoff(self, ambition: float) -> NDArray[np.float64]:
        """US dollars, in the shape of `value`; ambition: US dollars for a log point of share."""
        return self.value + ambition * self.log_share

    def own(self, profile: "Profile", seat: int, ambition: float) -> NDArray[np.float64]:
        """The lab's at a seat for each of its strategies, the others as they are; US dollars (strategies, worlds)."""
        others: list[slice | int] = list(profile)
        others[seat] = slice(None)
        return self.value[tuple(others)][:, seat] + ambition * self.log_share[tuple(others)][:, seat]

    def named(self, profile: Profile) -> dict[str, str]:
        """The strategy of each lab."""
        return {lab: self.strategies[number] for lab, number in zip(self.labs, profile, strict=True)}

    def numbered(self, profile: dict[str, str]) -> Profile:
        """The numbers of each lab's strategy; raises UserError for a lab or strategy that the game does not have."""
        for lab, strategy in profile.items():
            if lab not in self.labs:
                raise unknown("lab", lab, self.labs)
            if strategy not in self.strategies:
                raise unknown(f"strategy of {lab}", strategy, self.strategies)
        missing = [lab for lab in self.labs if lab not in profile]
        if missing:
            raise UserError(f"a profile needs a strategy for {', '.join(missing)}")
        return tuple(self.strategies.index(profile[lab]) for lab in self.labs)

    def place(self, profile: Profile) -> int:
        """The profile's number in the tables."""
        return int(np.ravel_multi_index(profile, self.value.shape[: len(self.labs)]))


def game_of(profiles: pd.DataFrame, payoffs: pd.DataFrame) -> Game:
    """The game that two tidy frames hold.

    Parameters
    ----------
    profiles: a row per profile with its number and a column per lab: its strategy. payoffs: a row per profile, world
    and lab with value_usd and log_share.

    Raises UserError where a profile or a world of one is missing, or a payoff is not finite.
    """
    require(payoffs, [*KEYS, "value_usd", "log_share"], "the table of payoffs")
    require(profiles, ["profile"], "the table of profiles")
    for name in ("value_usd", "log_share"):
        require_finite(payoffs[name], f"the column {name}")
    labs = tuple(str(name) for name in profiles.columns if name not in PROFILE)
    strategies = tuple(dict.fromkeys(str(word) for lab in labs for word in profiles[lab]))
    worlds = np.unique(payoffs["world"])
    shape = (len(strategies),) * len(labs)
    if len(profiles) != np.prod(shape) or len(payoffs) != len(profiles) * len(labs) * len(worlds):
        raise UserError(
            f"a game of {len(labs)} labs and {len(strategies)} strategies needs every profile in every world"
        )
    ordered = _ordered(profiles, payoffs, labs, strategies)
    value, log_share = (
        ordered[name].to_numpy(dtype=np.float64).reshape(*shape, len(labs), len(worlds))
        for name in ("value_usd", "log_share")
    )
    return Game(labs, strategies, value, log_share)


def _ordered(
    profiles: pd.DataFrame, payoffs: pd.DataFrame, labs: Sequence[str], strategies: Sequence[str]
) -> pd.DataFrame:
    """Payoffs by profile (the last lab's strategy changing first), lab and world."""
    numbers = [profiles[lab].map(strategies.index).to_numpy() for lab in labs]
    place = np.ravel_multi_index(numbers, (len(strategies),) * len(labs))
    by_number = pd.Series(place, index=profiles["profile"])
    keyed = payoffs.assign(
        place=payoffs["profile"].map(by_number), seat=payoffs["lab"].astype(str).map(list(labs).index)
    )
    return keyed.sort_values(["place", "seat", "world"], kind="stable")
