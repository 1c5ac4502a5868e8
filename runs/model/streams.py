"""Named streams of random numbers, one generator per (seed, stream, replicate, block of worlds).

World i draws lane i % lanes of block i // lanes, whatever other worlds run beside it, so its luck depends on the seed
and on i alone. Months are the slowest axis: a longer race begins with the same luck. What is drawn once a race comes in
wider blocks, since a generator costs more than its draws. NumPy's SFC64 is seeded through SeedSequence, whose mixing
keeps nearby keys apart.
"""

from collections.abc import Callable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BLOCK = 256  # worlds to a generator of what is drawn every month
WIDE_BLOCK = 4096  # and of what is drawn once a race


def generator(seed: int, stream: str, block: int, replicate: int = 0) -> np.random.Generator:
    """The generator of one block of worlds in one named stream."""
    return np.random.Generator(np.random.SFC64([seed, crc32(stream.encode()), replicate, block]))


def _by_block(
    seed: int,
    stream: str,
    indices: NDArray[np.int64],
    shape: tuple[int, ...],
    replicate: int,
    draw: Callable[[np.random.Generator, tuple[int, ...]], NDArray[np.float32]],
) -> NDArray[np.float32]:
    result = np.empty((*shape, len(indices)), dtype=np.float32)
    width = BLOCK if shape else WIDE_BLOCK
    blocks = indices // width
    for block in np.unique(blocks):
        where = np.flatnonzero(blocks == block)
        lanes = indices[where] - block * width
        drawn = draw(generator(seed, stream, int(block), replicate), (*shape, width))
        first = int(where[0])
        consecutive = len(where) == width and int(where[-1]) - first == width - 1 and bool((np.diff(lanes) == 1).all())
        if consecutive:
            result[..., first : first + width] = drawn
        else:
            result[..., where] = drawn[..., lanes]
    return result


def uniforms(
    seed: int, stream: str, indices: NDArray[np.int64], shape: tuple[int, ...] = (), replicate: int = 0
) -> NDArray[np.float32]:
    """Uniform draws on (0, 1); returns shape (*shape, worlds) in single precision, never 0 or 1."""
    drawn = _by_block(seed, stream, indices, shape, replicate, lambda g, size: g.random(size, dtype=np.float32))
    return np.clip(drawn, np.float32(1e-7), np.float32(1 - 1e-7), out=drawn)


def normals(
    seed: int, stream: str, indices: NDArray[np.int64], shape: tuple[int, ...] = (), replicate: int = 0
) -> NDArray[np.float32]:
    """Standard normal draws; returns shape (*shape, worlds) in single precision."""
    return _by_block(seed, stream, indices, shape, replicate, lambda g, size: g.standard_normal(size, dtype=np.float32))
