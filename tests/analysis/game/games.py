"""Games whose answers are known."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from computerace.analysis.game.payoffs import Game, game_of


def game(payoffs: np.ndarray, strategies: Sequence[str], noise: float = 0.0, worlds: int = 200) -> Game:
    """A game of as many labs as the array has axes but one, which is the labs'; all worlds differ by common noise.

    payoffs: (strategies of the first, …, labs).
    """
    labs = [f"Lab{number}" for number in range(payoffs.shape[-1])]
    profiles, rows = [], []
    generator = np.random.default_rng(1)
    for number, places in enumerate(product(range(len(strategies)), repeat=len(labs))):
        chosen = {lab: strategies[place] for lab, place in zip(labs, places, strict=True)}
        profiles.append({"profile": number, **chosen})
        for seat, lab in enumerate(labs):
            values = payoffs[places][seat] + noise * generator.normal(size=worlds)
            rows.append(
                pd.DataFrame(
                    {"profile": number, "world": np.arange(worlds), "lab": lab, "value_usd": values, "log_share": 0.0}
                )
            )
    return game_of(pd.DataFrame(profiles), pd.concat(rows).sample(frac=1.0, random_state=2))


DILEMMA = np.array([[[3.0, 3.0], [0.0, 5.0]], [[5.0, 0.0], [1.0, 1.0]]])  # of strategies "silent" and "talk"
PENNIES = np.array([[[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]])
BATTLE = np.array([[[2.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 2.0]]])
