"""The luck of every world, drawn up front from named streams: one for the market and one for each owner."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import Owners, Worlds
from computerace.runs.streams import normals, uniforms

MARKET = ("supply", "mood", "demand")
OWNER_NORMALS = ("energy", "site", "software")
OWNER_UNIFORMS = ("exodus", "release")


@dataclass(frozen=True)
class Shocks:
    """market: (months, kinds, worlds); normal and uniform: (months, kinds, owners, worlds); single precision."""

    market: NDArray[np.float32]
    normal: NDArray[np.float32]
    uniform: NDArray[np.float32]

    def of_market(self, name: str, month: int) -> Worlds:
        """A standard normal draw of the market in a month (worlds,)."""
        return self.market[month, MARKET.index(name)].astype(np.float64)

    def of_owners(self, name: str, month: int) -> Owners:
        """A draw for every owner in a month (owners, worlds): standard normal, or uniform for exodus and release."""
        if name in OWNER_NORMALS:
            return self.normal[month, OWNER_NORMALS.index(name)].astype(np.float64)
        return self.uniform[month, OWNER_UNIFORMS.index(name)].astype(np.float64)


def draw_shocks(owners: tuple[str, ...], months: int, indices: NDArray[np.int64], seed: int, replicate: int) -> Shocks:
    """Shocks of all months for the worlds with the given numbers; a lab's luck goes with its name, not its place."""
    normal = np.empty((months, len(OWNER_NORMALS), len(owners), len(indices)), dtype=np.float32)
    uniform = np.empty((months, len(OWNER_UNIFORMS), len(owners), len(indices)), dtype=np.float32)
    for row, owner in enumerate(owners):
        normal[:, :, row] = normals(seed, f"luck/{owner}", indices, (months, len(OWNER_NORMALS)), replicate)
        uniform[:, :, row] = uniforms(seed, f"chance/{owner}", indices, (months, len(OWNER_UNIFORMS)), replicate)
    market = normals(seed, "luck/market", indices, (months, len(MARKET)), replicate)
    return Shocks(market, normal, uniform)
