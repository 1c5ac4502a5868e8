"""Quantiles over the worlds of points, taken month by month while a batch is played: no trajectory is kept for them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import Owners, Worlds
from computerace.observables import is_flag
from computerace.runs.model.recording import Record
from computerace.runs.store.summaries import QUANTILES, exact_quantiles, kept_months

if TYPE_CHECKING:
    from computerace.runs.store.plan import Plan


class PointQuantiles(Record):
    """A record whose measures are summarised at once, all of a month together, while they are in the cache.

    plan: what is kept, and when. points: how many stand side by side in the batch, with as many worlds each.
    Trajectories are kept of what claims ask for.
    """

    def __init__(self, plan: "Plan", points: int) -> None:
        super().__init__()
        self._measures = plan.measures
        self._points = points
        self._claimed = frozenset(one.claim.quantity for one in plan.claims)
        self._place = {month: place for place, month in enumerate(kept_months(plan.months, plan.every))}
        self._kinds: tuple[list[str], list[str]] = [], []
        self._rows: dict[str, slice] = {}
        self._found: tuple[NDArray[np.float32], ...] = ()

    def keep(self, month: int, horizon: int, found: Mapping[str, Owners | Worlds]) -> None:
        """Summarise the measures of a month."""
        super().keep(month, horizon, {name: values for name, values in found.items() if name in self._claimed})
        if month in self._place:
            if not self._rows:
                self._begin(found)
            for names, summaries in zip(self._kinds, self._found, strict=True):
                if names:
                    summaries[self._place[month]] = exact_quantiles(self._together(names, found), names[0])

    def _begin(self, found: Mapping[str, Owners | Worlds]) -> None:
        """Make room, measure below measure: those of owners first, and shares of worlds apart from the others."""
        order = sorted(self._measures, key=lambda name: -found[name].ndim)
        sizes = []
        for kind, names in enumerate(self._kinds):
            names.extend(name for name in order if is_flag(name) is bool(kind))
            at = 0
            for name in names:
                height = len(np.atleast_2d(found[name]))
                self._rows[name] = slice(at, at + height)
                at += height
            sizes.append(at)
        self._found = tuple(
            np.empty((len(self._place), size, self._points, len(QUANTILES)), np.float32) for size in sizes
        )

    def _together(self, names: Sequence[str], found: Mapping[str, Owners | Worlds]) -> NDArray[np.float32]:
        """Measures below each other, (rows, points, worlds of a point)."""
        arrays = [np.atleast_2d(found[name]) for name in names]
        stacked = np.concatenate(arrays, dtype=np.float32, casting="unsafe")
        return stacked.reshape(len(stacked), self._points, -1)

    @property
    def summaries(self) -> dict[str, NDArray[np.float32]]:
        """Quantiles by measure: (months, rows, points, quantiles)."""
        return {name: self._found[int(is_flag(name))][:, self._rows[name]] for name in self._measures}
