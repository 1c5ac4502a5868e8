"""What all batches of a race or a sweep share, and what one of them leaves for its folder."""

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computerace.observables import OBSERVABLES, Of, rows_of, slots
from computerace.runs.claims.resolved import Resolved


@dataclass(frozen=True)
class Plan:
    """What every batch shares. worlds: per point. owners: in the model's order, one the claimant. out: the folder.

    measures: those whose months are kept, every `every` months. exact: a point's worlds come in one batch, which makes
    its quantiles; spooled: months go into the spool, as they are, and are summarised when all are there; otherwise
    they are counted. claims: that are counted in every world. program: its digest where the work was started; another
    program's rows must not get among these.
    """

    seed: int
    worlds: int
    months: int
    fixed: bool
    independent: bool
    keep: str
    measures: tuple[str, ...]
    every: int
    exact: bool
    several: bool
    out: str
    start: datetime.date
    owners: tuple[str, ...]
    claimant: str
    program: str
    spooled: bool = False
    claims: tuple[Resolved, ...] = ()

    @property
    def at_once(self) -> bool:
        """Whether quantiles are taken in the batch that plays all worlds of their points."""
        return self.keep == "quantiles" and self.exact and not self.spooled

    def slots(self, measure: str, rows: int) -> list[int]:
        """The places of a measure's rows in the tables, where owners stand in their order and the market behind them.

        rows: how many there are; of a measure that is not the model's own one is the market's.
        """
        usual = Of.MARKET if rows == 1 else Of.OWNERS
        of = OBSERVABLES[measure].of if measure in OBSERVABLES else usual
        return slots(rows_of(of, self.owners, self.claimant), self.owners)


@dataclass(frozen=True)
class Months:
    """A batch's trajectories: measures of owners (months + 1, rows, worlds), market measures (months + 1, worlds)."""

    steps: dict[str, NDArray[np.float32]]
    market: dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Part:
    """What a batch leaves: the bytes of its tables by name, how many worlds it played and lost, and the last error.

    months: its trajectories, where they go into the spool.
    """

    name: str
    files: dict[str, bytes]
    played: int
    failed: int
    last_error: str = ""
    months: Months | None = None
