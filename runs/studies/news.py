"""Figures that were published since a race's start, and what is known of their errors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.folder import Runs
from computerace.analysis.manifest_form import FigureForm
from computerace.analysis.validation.backtest import stated_error
from computerace.analysis.validation.later_figures import OF_THE_MARKET, read_later
from computerace.analysis.validation.record import UNITS, figures_at, quarter_ends, record
from computerace.analysis.validation.updating import Told, covariance
from computerace.market.errors import UserError
from computerace.runs.studies.said import Place, month_of

DAYS_A_YEAR = 365.25

type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class News:
    """Figures to be taken in.

    frame: date, quantity, owner, value, error (log) and bound (exact, at least, at most), a row each. told: the same
    for their errors. places: where worlds say them. published: the figures at the start. left: what is not taken in.
    """

    frame: pd.DataFrame
    told: tuple[Told, ...]
    places: tuple[Place, ...]
    published: tuple[float, ...]
    left: tuple[str, ...]

    @property
    def forms(self) -> list[FigureForm]:
        """The figures as a manifest holds them."""
        return [
            {
                "date": row["date"].date().isoformat(), "owner": str(row["owner"]), "quantity": str(row["quantity"]),
                "bound": str(row["bound"]), "value": float(row["value"]), "error": float(row["error"]),
            }
            for row in self.frame.to_dict("records")
        ]  # fmt: skip

    @property
    def errors(self) -> Floats:
        """Covariance of the figures' errors, (figures, figures)."""
        return covariance(self.told)

    def exact(self) -> "News":
        """The same without figures of which only a bound is known."""
        rows = [place for place, bound in enumerate(self.frame["bound"]) if bound == "exact"]
        bounds = self.frame[self.frame["bound"] != "exact"].to_dict("records")
        left = [
            f"{row['quantity']} of {row['owner']} at {row['date'].date()}: a bound, which the smoother does not take"
            for row in bounds
        ]
        told, places = tuple(self.told[row] for row in rows), tuple(self.places[row] for row in rows)
        published = tuple(self.published[row] for row in rows)
        return News(self.frame.iloc[rows].reset_index(drop=True), told, places, published, (*self.left, *left))

    @property
    def logs(self) -> Floats:
        """Logs of the figures, (figures,)."""
        return np.array([one.value for one in self.told])


def read_news(runs: Runs, observed: str | Path | pd.DataFrame) -> News:
    """The figures that a folder's worlds can be held against; raises UserError where there is none."""
    quarters = quarter_ends(runs.start, runs.date(runs.horizon).date())
    if not quarters:
        raise UserError(f"{runs.path} runs {runs.horizon} months: no quarter ends in it to hold a figure against")
    later = read_later(observed, runs.start, quarters, tuple(UNITS))
    frame = pd.concat([later.figures.assign(bound="exact"), later.bounds], ignore_index=True)
    why = [_why_not(row, runs) for row in frame.to_dict("records")]
    early = f"{later.early} row{'s' if later.early > 1 else ''} up to {runs.start}: what was known when the race began"
    left = (*later.left, *(one for one in why if one), *([early] if later.early else []))
    frame = frame[[not one for one in why]].reset_index(drop=True)
    if frame.empty:
        raise UserError(f"none of the figures can be taken in; {left[0]}")
    return _news(runs, frame, left)


def _why_not(row: Mapping[Any, Any], runs: Runs) -> str:
    """Why a figure cannot be taken in; empty where it can."""
    what = f"{row['quantity']} of {row['owner']} at {row['date'].date()}"
    if row["quantity"] not in OF_THE_MARKET and row["owner"] not in runs.labs:
        return f"{what}: no lab of this race"
    return "" if row["value"] > 0 else f"{what}: errors are parts of a figure, and nothing has none"


def _news(runs: Runs, frame: pd.DataFrame, left: tuple[str, ...]) -> News:
    known, begun = record(), figures_at(record(), runs.start)
    told, places, published = [], [], []
    for row in frame.to_dict("records"):
        quantity, owner, day = str(row["quantity"]), str(row["owner"]), row["date"].date()
        given = float(row["error"])
        error = stated_error(known, quantity, owner, runs.start) if math.isnan(given) else given
        first = begun.get((quantity, owner), math.nan)
        years = (day - runs.start).days / DAYS_A_YEAR
        told.append(Told(quantity, owner, years, math.log(row["value"]), error, not math.isnan(first)))
        place = 0 if quantity in OF_THE_MARKET else runs.labs.index(owner)
        places.append(Place(quantity, place, month_of(day, runs.start)))
        published.append(first)
    marginal = np.sqrt(np.diag(covariance(told)))
    return News(frame.assign(error=marginal), tuple(told), tuple(places), tuple(published), left)
