"""What worlds say in place of figures that were published after their start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.validation.later_figures import FLOWS, OF_THE_MARKET
from computerace.market.errors import UserError
from computerace.runs.claims.held import counted
from computerace.runs.claims.resolved import Resolved
from computerace.runs.studies.published import FACILITY

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.worlds.simulate import Batch

MEASURE = {"powered_mw": "power_mw"}  # of a published quantity, where it has another name in a race
POWER = "powered_mw"
LEAST = 1e-3  # what a world says at least, so that it has a log; H100e, MW or dollars
QUARTER = 3  # months that a flow is summed over

type Floats = NDArray[np.float64]


class Place(NamedTuple):
    """A figure's place in a race: its quantity, the row of its owner, and the month, between two where it is."""

    quantity: str
    row: int
    month: float


@dataclass(frozen=True)
class KeepSaid:
    """What is kept of a batch: each figure's quantity at the start and in its month, (figures, worlds)."""

    places: tuple[Place, ...]

    def __call__(self, batch: "Batch") -> dict[str, Floats]:
        """The values; power with its cooling."""
        series = [_series(batch, one) for one in self.places]
        then = [_then(values, one) for values, one in zip(series, self.places, strict=True)]
        return {"start": np.stack([values[0] for values in series]), "then": np.stack(then)}


@dataclass(frozen=True)
class KeepMore:
    """The same with the worlds' outcomes beside it, and what came of some claims."""

    said: KeepSaid
    claims: tuple[Resolved, ...] = ()

    def __call__(self, batch: "Batch") -> dict[str, NDArray[Any]]:
        """Values, and outcomes by name."""
        own = counted(self.claims, lambda name: batch.steps[name] if name in batch.steps else batch.market[name])
        return {**batch.outcomes, **own, **self.said(batch)}


def measures_of(places: Sequence[Place]) -> tuple[str, ...]:
    """The measures that the figures are about."""
    return tuple(dict.fromkeys(MEASURE.get(one.quantity, one.quantity) for one in places))


def month_of(day: date, start: date) -> float:
    """Months after the start, the last day of a month being a whole number."""
    import calendar

    days = calendar.monthrange(day.year, day.month)[1]
    return (day.year - start.year) * 12 + day.month - start.month - 1 + day.day / days


def _series(batch: "Batch", place: Place) -> Floats:
    """A figure's quantity in every month, (months + 1, worlds)."""
    if place.quantity in OF_THE_MARKET:
        return batch.market[place.quantity].astype(np.float64)
    return batch.steps[MEASURE.get(place.quantity, place.quantity)][:, place.row].astype(np.float64)


def _then(values: Floats, place: Place) -> Floats:
    """The quantity in a figure's month, or over its quarter; (worlds,)."""
    if place.quantity in FLOWS:
        last = round(place.month)
        total: Floats = values[last - QUARTER + 1 : last + 1].sum(axis=0)
        return total
    before = int(np.floor(place.month))
    part = place.month - before
    return values[before] if not part else (1 - part) * values[before] + part * values[before + 1]


def logs_said(
    kept: Mapping[str, Floats], places: Sequence[Place], published: Sequence[float], facility: Floats
) -> Floats:
    """The logs of what worlds say in place of the figures, (figures, worlds).

    published: the figure at the start, NaN where there is none: a world then says it and what it has added since.
    facility: what a site's power is over the IT power that the record counts, (worlds,) or one for all.
    """
    found = np.empty_like(kept["then"])
    for number, (place, first) in enumerate(zip(places, published, strict=True)):
        scale = 1.0 / facility if place.quantity == POWER else 1.0
        start, then = kept["start"][number] * scale, kept["then"][number] * scale
        found[number] = then if np.isnan(first) or place.quantity in FLOWS else first + then - start
    return np.log(np.maximum(found, LEAST))


def facility_ratio(worlds: "pd.DataFrame", parameters: Mapping[str, Any]) -> Floats:
    """A site's power over its IT power in each world."""
    if FACILITY in worlds.columns:
        return worlds[FACILITY].to_numpy(dtype=np.float64)
    if FACILITY not in parameters:
        raise UserError(f"the folder does not say what {FACILITY} is: it is of another version of the program")
    return np.full(len(worlds), float(parameters[FACILITY]["value"]))
