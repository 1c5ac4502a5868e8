"""What a game says, as tidy frames: regret of the default profile, and equilibria at each weight of share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.game.equilibria import (
    best_response_path,
    chances_at,
    choices,
    gains,
    mixed_equilibria,
    noise_of,
    pure_equilibria,
    regret,
)
from computerace.analysis.game.noise import refuse_too_fine
from computerace.analysis.game.payoffs import Game, Profile
from computerace.analysis.intervals import wilson
from computerace.market.errors import UserError

KINDS = ("default", "best responses", "pure", "mixed")
NUMBERS = ("won", "worlds", "ratio_p50")  # of a profile
MET = "mixed equilibria of three labs and more are those that were met from some starts; there may be others"
PURE_KEPT = 50  # equilibria of one weight that are told, those of least regret first


@dataclass(frozen=True)
class Equilibria:
    """regret: columns ambition_usd and those of `equilibria.REGRET`. rows: a row per profile that is told, with the

    columns ambition_usd, kind, number, settled, weight, a column per lab (its strategy), chance, low, high, ratio_p50
    and most_gain_usd. choices: what each other strategy would gain a lab in the default profile, in value and in
    share; columns `equilibria.CHOICES`. notes: what could not be told.
    """

    labs: tuple[str, ...]
    worlds: int
    regret: pd.DataFrame
    rows: pd.DataFrame
    choices: pd.DataFrame
    notes: tuple[str, ...]


def equilibria(
    game: Game,
    profiles: pd.DataFrame,
    default: Mapping[str, str],
    ambitions: Sequence[float],
    *,
    seed: int = 0,
    tolerance_usd: float = 0.0,
) -> Equilibria:
    """The game's answer at each ambition, US dollars for a log point of share.

    profiles: a row per profile with worlds, won and ratio_p50, in the order of the game. default: each lab's strategy.
    tolerance_usd: what a lab may gain by leaving an equilibrium. Raises UserError where the noise of so many worlds is
    larger than a tolerance that is not 0.
    """
    start = game.numbered(dict(default))
    ordered = profiles.sort_values("profile")
    numbers = {name: ordered[name].to_numpy(dtype=np.float64) for name in NUMBERS}
    regrets, rows, notes = [], [], []
    for ambition in ambitions:
        noise = noise_of(game, start, ambition)
        refuse_too_fine(noise, ambition, tolerance_usd, game.value.shape[-1])
        regrets.append(regret(game, start, ambition, seed=seed).assign(ambition_usd=ambition))
        told = _Told(game, numbers, ambition)
        path = best_response_path(game, start, ambition)
        rows += [told.row("default", 1, start), told.row("best responses", 1, path.profiles[-1], settled=path.settled)]
        pure = pure_equilibria(game, ambition, tolerance_usd=tolerance_usd)
        rows += [told.row("pure", number, profile) for number, profile in enumerate(pure[:PURE_KEPT], 1)]
        if len(pure) > PURE_KEPT:
            notes.append(f"{len(pure)} pure equilibria at {ambition:g} US dollars; {PURE_KEPT} are told")
        try:
            mixed = mixed_equilibria(game, ambition)
            rows += list(told.mixed(mixed.found))
            notes += [] if mixed.complete else [MET]
        except UserError as error:
            notes.append(str(error))
    columns = pd.concat(regrets, ignore_index=True)
    whole = profiles["worlds"].iloc[0]
    other = choices(game, start, seed=seed)
    return Equilibria(game.labs, int(whole), columns, pd.DataFrame(rows), other, tuple(dict.fromkeys(notes)))


@dataclass(frozen=True)
class _Told:
    """Rows about profiles of a game at one ambition."""

    game: Game
    numbers: Mapping[str, NDArray[np.float64]]
    ambition: float

    def row(
        self, kind: str, number: int, profile: Profile, *, settled: bool = True, weight: float = 1.0
    ) -> dict[str, object]:
        """A profile with the claim's chance in it, and the most that any lab would gain by leaving it."""
        won, worlds, ratio = (float(self.numbers[name][self.game.place(profile)]) for name in NUMBERS)
        low, high = wilson(won, worlds)
        most = max(
            float(gains(self.game, profile, seat, self.ambition).mean(axis=1).max())
            for seat in range(len(self.game.labs))
        )
        return {
            "ambition_usd": self.ambition, "kind": kind, "number": number, "settled": settled, "weight": weight,
            **self.game.named(profile), "chance": won / worlds, "low": float(low), "high": float(high),
            "ratio_p50": ratio, "most_gain_usd": most,
        }  # fmt: skip

    def mixed(self, found: Sequence[Sequence[Mapping[str, float]]]) -> Iterator[dict[str, object]]:
        """Each profile that a mixed equilibrium plays, with how often; none where each lab plays but one strategy."""
        mixing = [chances for chances in found if any(len(one) > 1 for one in chances)]
        for number, chances in enumerate(mixing, 1):
            for profile, weight in chances_at([dict(one) for one in chances], self.game):
                yield self.row("mixed", number, profile, weight=weight)
