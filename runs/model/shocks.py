"""The luck of every world, drawn up front: each kind of luck, of the market or of one owner, has a stream of its own.

So a further kind of luck, or a further owner, moves nobody else's draws.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.setting import Luck
from computerace.runs.model.streams import normals, uniforms


class Kind(NamedTuple):
    """How one kind of luck is drawn, and whether each owner has its own."""

    draw: Callable[..., NDArray[np.float32]]
    of_owners: bool


KINDS = {
    "supply": Kind(normals, of_owners=False),
    "mood": Kind(normals, of_owners=False),
    "demand": Kind(normals, of_owners=False),
    "energy": Kind(normals, of_owners=True),
    "site": Kind(normals, of_owners=True),
    "software": Kind(normals, of_owners=True),
    "plan": Kind(normals, of_owners=True),
    "round": Kind(normals, of_owners=True),
    "exodus": Kind(uniforms, of_owners=True),
    "release": Kind(uniforms, of_owners=True),
    "closing": Kind(uniforms, of_owners=True),
}
"""Every kind of luck, by its name in `Luck`."""


@dataclass(frozen=True)
class Shocks:
    """Luck by kind: (months, worlds) of the market, (months, owners, worlds) of owners; single precision."""

    drawn: Mapping[str, NDArray[np.float32]]

    def of_month(self, month: int) -> Luck:
        """The draws of a month of the race, the first being 1, in double precision."""
        return Luck(**{name: drawn[month - 1].astype(np.float64) for name, drawn in self.drawn.items()})


def draw_shocks(owners: tuple[str, ...], months: int, indices: NDArray[np.int64], seed: int, replicate: int) -> Shocks:
    """Shocks of all months for the worlds with the given numbers; a lab's luck goes with its name, not its place."""
    drawn = {}
    for name, kind in KINDS.items():
        if kind.of_owners:
            found = np.empty((months, len(owners), len(indices)), dtype=np.float32)
            for row, owner in enumerate(owners):
                found[:, row] = kind.draw(seed, f"luck/{name}/{owner}", indices, (months,), replicate)
        else:
            found = kind.draw(seed, f"luck/{name}", indices, (months,), replicate)
        drawn[name] = found
    return Shocks(drawn)
