"""Fitting: the parameters given the record from a start up to a date."""

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from computerace.analysis.manifest_form import Manifest
from computerace.market.data import start_dates
from computerace.market.errors import UserError
from computerace.runs.calibration.evidence import covariance, figures
from computerace.runs.calibration.forward import Forward, Record, started
from computerace.runs.calibration.recovery import recover, recovered
from computerace.runs.calibration.smoother import INFLATION, smooth
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.sets import FittedSet
from computerace.runs.schema.bounds import check_memory
from computerace.runs.store import provenance
from computerace.runs.worlds.play import ONE, Workers

if TYPE_CHECKING:
    import pandas as pd

START = datetime.date(2023, 12, 31)
LEVELS = {
    "chips.supply_h100e_per_month", "chips.price_usd_per_h100e", "rental.rent_usd_per_hour", "energy.grid_offer_mw",
    "energy.on_site_offer_mw", "energy.ready_offer_mw",
}  # fmt: skip
"""Levels at the start: fitted with the rest, but of no use to a race that begins later."""


def checked_until(until: datetime.date, start: datetime.date = START) -> datetime.date:
    """The date, if it is a quarter end of the record with two quarters after the start; raises UserError if not."""
    allowed = [day for day in start_dates() if day > start][1:]
    if until not in allowed:
        raise UserError(
            f"--until {until} is not a quarter end on record to fit to; allowed: "
            f"{', '.join(day.isoformat() for day in allowed)}"
        )
    return until


def worlds_needed(members: int, truths: int) -> int:
    """How many worlds a fit plays in all."""
    return (members + truths * (members // 2)) * len(INFLATION) + truths


def identity(until: datetime.date, members: int, truths: int, seed: int) -> Manifest:
    """The part of a fit's manifest that is known before it: by which a folder holds the same fit or another one."""
    return {
        "kind": "parameters", "scenario": started(Scenario(), START).to_dict(), "parameter_set": "prior",
        "design": {"until": until.isoformat(), "members": members, "truths": truths}, "seed": seed,
    }  # fmt: skip


def fit(
    until: datetime.date,
    *,
    members: int = 4000,
    draws: int = 500,
    truths: int = 40,
    seed: int = 1,
    tables: "Mapping[str, pd.DataFrame] | None" = None,
    advance: Callable[[int], None] = lambda _: None,
    on: Workers = ONE,
) -> FittedSet:
    """Joint draws of the parameters that the record up to `until` can tell, and how well invented ones were recovered.

    members: worlds of the ensemble; half of them for each of `truths` invented histories. draws: how many of the
    fitted worlds are kept. tables: frames to use instead of the project's own. advance: hears worlds done.
    on: where the worlds are played.
    Equal arguments give equal bits; nothing dated after `until` is read.

    Raises UserError for a date that the record does not reach, and where no parameter can be recovered.
    """
    known = figures(START, checked_until(until), tables)
    forward = Forward(started(Scenario(), START), Record(known), seed, advance, on)
    check_memory("a calibration", members, 4 * 8 * forward.size)  # vectors of the ensemble, and what is made of them
    observed = np.array([one.value for one in known])
    posterior = smooth(forward, forward.draw(members), observed, covariance(known), seed)
    table = recovered(forward, recover(forward, truths, members // 2))
    own = posterior[: len(forward.parameters)]
    places = {one.name: place for place, one in enumerate(forward.parameters)}
    rows = [places[name] for name in table["parameter"]]
    table["moved"] = own.mean(axis=1)[rows]
    table["narrowed"] = 1.0 - own.var(axis=1)[rows]
    of_start = table["parameter"].isin(LEVELS) | table["parameter"].str.startswith("labs.")
    table["kept"] = table["recoverable"] & ~of_start
    names = tuple(table.loc[table["kept"], "parameter"])
    if not names:
        raise UserError(f"the record to {until} tells no parameter with {members} members; take more")
    values = forward.settings(posterior[:, :draws])
    manifest = identity(until, members, truths, seed) | {
        "name": f"fitted-{until.isoformat()}", "until": until.isoformat(), "start": START.isoformat(),
        "members": members, "draws": draws, "truths": truths, "figures": len(known), "versions": provenance.versions(),
        "commit": provenance.commit(), "machine": provenance.machine(), "ended": provenance.now(), "status": "complete",
    }  # fmt: skip
    return FittedSet(
        f"fitted-{until.isoformat()}", until, names, np.stack([values[name] for name in names]), table, manifest
    )
