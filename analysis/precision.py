"""Whether a sample is large enough for its indices, and what it would take: base samples, worlds, runs."""

import math

import numpy as np

from computerace.analysis.sensitivity.sobol import Array, Indices

WIDE = 0.1  # half-width of an interval beyond which an index is called uncertain
MOST_DOUBLINGS = 30


def width_note(found: Indices, what: str, worlds: int, block: int) -> str | None:
    """A warning where the widest interval of a first or total order index is too wide, with the runs that mend it.

    An error falls with the root of what it is of: base samples, which double, and worlds, where all points share them.
    what: the outcome in words. worlds: per point. block: points per base sample.
    """
    half = _single_widths(found)
    widest = int(half.argmax())
    if half[widest] <= WIDE:
        return None
    where = f"{what}: {found.base} base samples of {worlds} worlds are too few"
    base, more_worlds = _needed(found, widest, worlds)
    runs = block * (base * more_worlds - found.base * worlds)
    grow = [f"n = {base}"] * (base > found.base) + [f"worlds_per_point = {more_worlds}"] * (more_worlds > worlds)
    return (
        f"{where}: they leave ±{half[widest]:.2f} on the {found.labels[widest][0]}-order index of"
        f" {found.labels[widest][1]}; for ±{WIDE:g} grow the design to {' and '.join(grow)}, {runs:,} more runs"
    )


def is_wide(found: Indices) -> bool:
    """Whether the widest interval of a first or total order index is too wide."""
    return bool(_single_widths(found).max() > WIDE)


def _single_widths(found: Indices) -> Array:
    single = np.array([order != "second" for order, _, _ in found.labels])
    return np.where(single, found.half_width, -1.0)


def _needed(found: Indices, place: int, worlds: int) -> tuple[int, int]:
    """Base samples (doubled) and worlds per point that bring the half-width at a place to WIDE with the fewest runs."""
    scale = float(found.half_width[place]) / math.hypot(found.base_error[place], found.worlds_error[place])
    by_base, by_worlds = (scale * float(part[place]) / WIDE for part in (found.base_error, found.worlds_error))
    choices = []
    for doublings in range(MOST_DOUBLINGS):
        left = 1 - by_base**2 / 2**doublings
        if left > 0:
            choices.append((found.base << doublings, max(worlds, math.ceil(worlds * by_worlds**2 / left))))
    return min(choices, key=lambda choice: choice[0] * choice[1])
