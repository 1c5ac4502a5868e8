"""What the tests of effects share: a parameter at both ends of its range, in the same worlds."""

from typing import NamedTuple

import numpy as np

from computerace.market.arrays import Worlds, over_owners
from computerace.market.effects import Effect
from computerace.market.figures import REST
from computerace.market.parameters import Parameter
from computerace.runs.model.race import Race

WORLDS = 64
CLAIMANT = "xAI"
SURE = 2.0  # standard errors


class Moved(NamedTuple):
    """How far a measure moves from one end of a parameter's range to the other, relative to the sum of both."""

    mean: float
    error: float
    largest: float  # in any world, either way

    def goes(self, sign: int) -> bool:
        """Whether it moves that way beyond what chance does."""
        return sign * self.mean > SURE * self.error and self.mean != 0.0


def moved(one: Parameter) -> Moved:
    """The mean of paired differences over worlds, and its standard error."""
    effect = one.effect
    assert effect is not None
    owner = one.name.split(".")[1] if one.mechanism == "labs" else CLAIMANT
    where: dict[str, object] = {
        name.replace(".own.", f".{owner}.").replace(".claimant.", f".{CLAIMANT}."): value
        for name, value in effect.where
    }
    low, high = (_measured(effect, owner, where, {one.name: end}) for end in one.span)
    apart = (high - low) / np.maximum(np.abs(high) + np.abs(low), 1e-300)
    return Moved(float(apart.mean()), float(apart.std() / np.sqrt(len(apart))), float(np.abs(apart).max()))


def _measured(effect: Effect, owner: str, where: dict[str, object], end: dict[str, object]) -> Worlds:
    race = Race(
        "baseline",
        worlds=WORLDS,
        seed=1,
        months=effect.month,
        settings=where if effect.on_record else where | end,
        recorded=end if effect.on_record else None,
        collect=False,
        measures=(effect.measure,),
    )
    race.run()
    if effect.whose == "market":
        return race.observed(effect.measure)
    rows = [row for row, name in enumerate(race.names) if _counts(effect.whose, name, owner)]
    return over_owners([race.of_owner(effect.measure, row) for row in rows])


def _counts(whose: str, name: str, owner: str) -> bool:
    among = {
        "claimant": name == CLAIMANT, "rivals": name not in (CLAIMANT, REST), "rest": name == REST,
        "own": name == owner, "others": name != owner, "all": True,
    }  # fmt: skip
    return among[whose]
