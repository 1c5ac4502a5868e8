"""Named streams of random numbers, one generator per (seed, stream, replicate, block of worlds).

World i draws lane i % lanes of block i // lanes, whatever other worlds run beside it, so its luck depends on the seed
and on i alone. Months are the slowest axis: a longer race begins with the same luck. What is drawn once a race comes in
wider blocks, since a generator costs more than its draws. NumPy's SFC64 is seeded through SeedSequence, whose mixing
keeps nearby keys apart.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BLOCK = 256  # worlds to a generator of what is drawn every month
WIDE_BLOCK = 4096  # and of what is drawn once a race

type Draw = Callable[[np.random.Generator, tuple[int, ...]], NDArray[np.float32]]


class Block(NamedTuple):
    """Worlds of one generator: their places among all, their lanes, and how many lanes there are up to the last."""

    number: int
    where: slice | NDArray[np.intp]
    lanes: slice | NDArray[np.int64]
    width: int


class Once(NamedTuple):
    """The worlds of a batch, each once. numbers: ascending. places: of each row among them, None if rows are they."""

    numbers: NDArray[np.int64]
    places: NDArray[np.intp] | None

    def spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of these worlds for each row, (…, worlds) to (…, rows)."""
        return values if self.places is None else values.take(self.places, axis=-1)


def once(indices: NDArray[np.int64]) -> Once:
    """The worlds with the given numbers, each once: points of a sweep and variants of a study share them."""
    if (np.diff(indices) > 0).all():
        return Once(indices, None)
    numbers, places = np.unique(indices, return_inverse=True)
    return Once(numbers, places)


def generator(seed: int, stream: str, block: int, replicate: int = 0) -> np.random.Generator:
    """The generator of one block of worlds in one named stream."""
    return np.random.Generator(np.random.SFC64([seed, crc32(stream.encode()), replicate, block]))


def blocks_of(indices: NDArray[np.int64], width: int) -> list[Block]:
    """The blocks that draw the worlds with the given numbers."""
    numbers = indices // width
    if (np.diff(indices) == 1).all():
        return [_run(int(block), indices, width) for block in range(int(numbers[0]), int(numbers[-1]) + 1)]
    found = []
    for block in np.unique(numbers):
        where = np.flatnonzero(numbers == block)
        lanes = indices[where] - block * width
        found.append(Block(int(block), where, lanes, int(lanes.max()) + 1))
    return found


def _run(block: int, indices: NDArray[np.int64], width: int) -> Block:
    """A block of worlds whose numbers follow each other without a gap."""
    begin, first = block * width, int(indices[0])
    start, stop = max(first, begin), min(first + len(indices), begin + width)
    return Block(block, slice(start - first, stop - first), slice(start - begin, stop - begin), stop - begin)


def fill(
    draw: Draw,
    streams: Iterable[tuple[str, NDArray[np.float32]]],
    seed: int,
    indices: NDArray[np.int64],
    replicate: int,
) -> None:
    """Draw several streams for the worlds with the given numbers, each into its array (*shape, worlds)."""
    blocks: dict[int, list[Block]] = {}
    for stream, into in streams:
        width = BLOCK if into.ndim > 1 else WIDE_BLOCK
        if width not in blocks:
            blocks[width] = blocks_of(indices, width)
        for block in blocks[width]:
            # Lanes behind the last that is asked for are left out where they would come last anyway.
            size = (*into.shape[:-1], width) if into.ndim > 1 else (block.width,)
            drawn = draw(generator(seed, stream, block.number, replicate), size)
            into[..., block.where] = drawn[..., block.lanes]


def draw_uniforms(of: np.random.Generator, size: tuple[int, ...]) -> NDArray[np.float32]:
    """Uniform draws on (0, 1) in single precision, never 0 or 1."""
    drawn = of.random(size, dtype=np.float32)
    return np.clip(drawn, np.float32(1e-7), np.float32(1 - 1e-7), out=drawn)


def draw_normals(of: np.random.Generator, size: tuple[int, ...]) -> NDArray[np.float32]:
    """Standard normal draws in single precision."""
    return of.standard_normal(size, dtype=np.float32)


def uniforms(
    seed: int, stream: str, indices: NDArray[np.int64], shape: tuple[int, ...] = (), replicate: int = 0
) -> NDArray[np.float32]:
    """Uniform draws on (0, 1); returns shape (*shape, worlds) in single precision, never 0 or 1."""
    return _alone(draw_uniforms, seed, stream, indices, shape, replicate)


def normals(
    seed: int, stream: str, indices: NDArray[np.int64], shape: tuple[int, ...] = (), replicate: int = 0
) -> NDArray[np.float32]:
    """Standard normal draws; returns shape (*shape, worlds) in single precision."""
    return _alone(draw_normals, seed, stream, indices, shape, replicate)


def _alone(
    draw: Draw, seed: int, stream: str, indices: NDArray[np.int64], shape: tuple[int, ...], replicate: int
) -> NDArray[np.float32]:
    drawn = np.empty((*shape, len(indices)), dtype=np.float32)
    fill(draw, [(stream, drawn)], seed, indices, replicate)
    return drawn
