"""The observables of a month: the model's own, from their table, and measures of one's own beside them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from computerace.market import own
from computerace.market.arrays import Owners, Worlds
from computerace.market.errors import UserError, unknown
from computerace.market.setting import Setting, State
from computerace.observables import LINES, MEASURES, OBSERVABLES
from computerace.runs.model.flows import Flows

KEYS = ("scenario", "point", "world", "month", "date", "quantile", "lab")  # of the tables, beside measures

type Compute = Callable[[Setting, State, Flows], Owners | Worlds]


@dataclass(frozen=True)
class OwnMeasure:
    """A measure of one's own: what computes it, and its unit and definition where they were given."""

    values: Compute
    unit: str = ""
    text: str = ""


OWN_MEASURES: dict[str, OwnMeasure] = {}


def add_measure(name: str, measure: Compute, unit: str = "", text: str = "") -> None:
    """Make a measure of one's own known by name: it is recorded each month beside the model's.

    measure: takes setting, state and flows of a month, and returns (owners, worlds), or (worlds,) for the market. In a
    file that a scenario names (`code`), workers and folders know it too. A name that was added before is replaced.
    unit, text: for whoever lists the measures. Raises UserError for the name of one of the model's own measures, or for
    what cannot be called.
    """
    if not callable(measure):
        raise UserError(f"the measure {name} must be a function of setting, state and flows, got {measure!r}")
    own.bring(own.MEASURE, name, (*OBSERVABLES, *KEYS))
    OWN_MEASURES[name] = OwnMeasure(measure, unit, text)


def measured(name: str, setting: Setting, state: State, flows: Flows) -> Owners | Worlds:
    """An observable after a month: (rows, worlds), rows being those whose it is, or (worlds,) of the market.

    What owners saw, asked for and got is NaN in month 0. Raises UserError for an unknown name, and for a measure of
    one's own that returns another shape.
    """
    if name in OWN_MEASURES:
        return _own(name, setting, state, flows)
    if name not in OBSERVABLES:
        raise unknown("measure", name, (*MEASURES, *OWN_MEASURES, *LINES))
    one = OBSERVABLES[name]
    if one.line and not flows.decisions:
        return np.full((len(setting.owners), setting.worlds), np.nan)
    return one.values(setting, state, flows)


def _own(name: str, setting: Setting, state: State, flows: Flows) -> Owners | Worlds:
    values = np.asarray(OWN_MEASURES[name].values(setting, state, flows))
    allowed = ((len(setting.owners), setting.worlds), (setting.worlds,))
    if values.shape not in allowed:
        raise UserError(f"the measure {name} returned an array {values.shape}; it must be {allowed[0]} or {allowed[1]}")
    return values
