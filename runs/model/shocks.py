"""The luck of every world, drawn up front: each kind of luck, of the market or of one owner, has a stream of its own.

So a further kind of luck, or a further owner, moves nobody else's draws.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.setting import Luck
from computerace.runs.model.streams import Draw, draw_normals, draw_uniforms, fill, once


class Kind(NamedTuple):
    """How one kind of luck is drawn, and whether each owner has its own."""

    draw: Draw
    of_owners: bool


KINDS = {
    "supply": Kind(draw_normals, of_owners=False),
    "mood": Kind(draw_normals, of_owners=False),
    "demand": Kind(draw_normals, of_owners=False),
    "energy": Kind(draw_normals, of_owners=True),
    "site": Kind(draw_normals, of_owners=True),
    "software": Kind(draw_normals, of_owners=True),
    "plan": Kind(draw_normals, of_owners=True),
    "round": Kind(draw_normals, of_owners=True),
    "exodus": Kind(draw_uniforms, of_owners=True),
    "release": Kind(draw_uniforms, of_owners=True),
    "closing": Kind(draw_uniforms, of_owners=True),
}
"""Every kind of luck, by its name in `Luck`."""


@dataclass(frozen=True)
class Shocks:
    """Luck by kind: (months, worlds) of the market, (months, owners, worlds) of owners; single precision.

    places: of each world of a batch among those that were drawn, (worlds,), where some stand in it more than once; None
    where each stands once.
    """

    drawn: Mapping[str, NDArray[np.float32]]
    places: NDArray[np.intp] | None = None

    def each(self) -> dict[str, NDArray[np.float32]]:
        """The same with every world of a batch as often as it stands in it."""
        if self.places is None:
            return dict(self.drawn)
        return {name: drawn.take(self.places, axis=-1) for name, drawn in self.drawn.items()}

    def of_month(self, month: int) -> Luck:
        """The draws of a month of the race, the first being 1, in double precision."""
        found = {name: drawn[month - 1].astype(np.float64) for name, drawn in self.drawn.items()}
        if self.places is not None:
            found = {name: luck.take(self.places, axis=-1) for name, luck in found.items()}
        return Luck(**found)


def draw_shocks(owners: tuple[str, ...], months: int, indices: NDArray[np.int64], seed: int, replicate: int) -> Shocks:
    """Shocks of all months for the worlds with the given numbers; a lab's luck goes with its name, not its place."""
    worlds = once(indices)
    drawn = {}
    for name, kind in KINDS.items():
        size = (months, len(owners), len(worlds.numbers)) if kind.of_owners else (months, len(worlds.numbers))
        drawn[name] = np.empty(size, dtype=np.float32)
        fill(kind.draw, _streams(name, kind, owners, drawn[name]), seed, worlds.numbers, replicate)
    return Shocks(drawn, worlds.places)


def _streams(
    name: str, kind: Kind, owners: tuple[str, ...], into: NDArray[np.float32]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The streams of one kind of luck and where each goes."""
    if not kind.of_owners:
        yield f"luck/{name}", into
        return
    for row, owner in enumerate(owners):
        yield f"luck/{name}/{owner}", into[:, row]
