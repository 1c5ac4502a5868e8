"""The largest that may be asked for, so that a slip of the keyboard is told at once instead of running for ever.

The bounds are far above what a machine does in a day, and below what would exhaust memory before the first world.
"""

import os

from computerace.market import vocabulary
from computerace.market.errors import UserError

LONGEST = vocabulary.LONGEST
MOST_WORLDS = 1 << 27  # per point; the numbering of independent luck has room for these
MOST_POINTS = 10_000_000  # of a design, over its scenarios
MOST_VALUES = 250_000_000  # points times parameters that vary: 2 GB
MOST_WORLD_MONTHS = 10**12  # a hundred days of one processor's time
LARGEST_SEED = (1 << 53) - 1  # up to it every reader of JSON, a browser too, has whole numbers exactly
OF_OPTIONS = {"--workers": 1024, "--seed": LARGEST_SEED, "--first-world": 1 << 40, "--world": 1 << 40}
"""What options of the command line may be at most, where that is not MOST_WORLDS."""


def check_total(worlds: int, months: int, points: int = 1) -> None:
    """Raise UserError where worlds times months, over all points, are more than MOST_WORLD_MONTHS.

    worlds: at each point.
    """
    total = points * worlds * months
    if total <= MOST_WORLD_MONTHS:
        return
    parts = [f"{points:,} points", f"{worlds:,} worlds", f"{months:,} months"][points == 1 :]
    most = MOST_WORLD_MONTHS // (points * months)
    cure = f"{most:,} worlds or fewer{' at each point' * (points > 1)}" if most else "fewer points"
    raise UserError(
        f"{' × '.join(parts)} are {total:.3g} months of worlds, more than the {MOST_WORLD_MONTHS:,} that one run may "
        f"have; take {cure}"
    )


def check_points(points: int, varied: int) -> None:
    """Raise UserError where a design has more points, or values in them, than can be drawn; `varied`: parameters."""
    if points > MOST_POINTS:
        raise UserError(f"the design has {points:,} points; at most {MOST_POINTS:,} are allowed: thin it out")
    if points * varied > MOST_VALUES:
        raise UserError(
            f"the design has {points:,} points of {varied:,} values; at most {MOST_VALUES:,} values are allowed, "
            f"here {MOST_VALUES // varied:,} points"
        )


def check_memory(what: str, worlds: int, bytes_each: float) -> None:
    """Raise UserError where a study that holds all its worlds in memory would not fit in this machine's.

    what: the study, in messages. bytes_each: about so many for a world.
    """
    there = memory()
    if there is not None and worlds * bytes_each > there:
        raise UserError(
            f"{what} holds its worlds in memory: {worlds:,} need about {worlds * bytes_each / 1e9:,.3g} GB, and this "
            f"machine has {there / 1e9:,.3g} GB; take {int(there / bytes_each):,} or fewer"
        )


def memory() -> float | None:
    """Bytes of this machine's memory; None where the system does not say."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
