"""The luck of every world, drawn up front from named streams: one for the market and one for each owner."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computerace.market.setting import Luck
from computerace.runs.model.streams import normals, uniforms

MARKET = ("supply", "mood", "demand")
OWNER_NORMALS = ("energy", "site", "software")
PLAN_NORMALS = ("plan", "round")
OWNER_UNIFORMS = ("exodus", "release")
PLAN_UNIFORMS = ("closing",)


@dataclass(frozen=True)
class Shocks:
    """market: (months, kinds, worlds); the others: (months, kinds, owners, worlds); single precision."""

    market: NDArray[np.float32]
    normal: NDArray[np.float32]
    uniform: NDArray[np.float32]
    plan_normal: NDArray[np.float32]
    plan_uniform: NDArray[np.float32]

    def of_month(self, month: int) -> Luck:
        """The draws of a month of the race, the first being 1, in double precision."""
        found: dict[str, NDArray[np.float64]] = {}
        for names, drawn in (
            (MARKET, self.market), (OWNER_NORMALS, self.normal), (OWNER_UNIFORMS, self.uniform),
            (PLAN_NORMALS, self.plan_normal), (PLAN_UNIFORMS, self.plan_uniform),
        ):  # fmt: skip
            found |= dict(zip(names, drawn[month - 1].astype(np.float64), strict=True))
        return Luck(**found)


def draw_shocks(owners: tuple[str, ...], months: int, indices: NDArray[np.int64], seed: int, replicate: int) -> Shocks:
    """Shocks of all months for the worlds with the given numbers; a lab's luck goes with its name, not its place."""
    kinds = (OWNER_NORMALS, OWNER_UNIFORMS, PLAN_NORMALS, PLAN_UNIFORMS)
    streams = (("luck", normals), ("chance", uniforms), ("plans", normals), ("rounds", uniforms))
    drawn = []
    for names, (stream, draw) in zip(kinds, streams, strict=True):
        found = np.empty((months, len(names), len(owners), len(indices)), dtype=np.float32)
        for row, owner in enumerate(owners):
            found[:, :, row] = draw(seed, f"{stream}/{owner}", indices, (months, len(names)), replicate)
        drawn.append(found)
    market = normals(seed, "luck/market", indices, (months, len(MARKET)), replicate)
    return Shocks(market, *drawn)
