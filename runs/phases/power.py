"""Power contracts and buildings of a month: what is signed, begun and scheduled."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.market import energy, sites
from computerace.market.arrays import Owners

if TYPE_CHECKING:
    from computerace.runs.race import Race

FORESIGHT_MONTHS = 6  # how far ahead an owner knows what power and buildings will come


def fleet_mw(race: "Race") -> Owners:
    """IT MW that every chip an owner has would take; (owners, worlds)."""
    stock = race.state.stock
    need = stock[0] * race.watts[0]
    for generation in range(1, race.active):
        need = need + stock[generation] * race.watts[generation]
    return need / 1e6


def wanted_with_power(race: "Race", wanted: Owners) -> Owners:
    """H100e per month that owners still want once they look at the power and buildings that are to come."""
    state, ready = race.state, energy.KINDS.index("ready")
    power = state.energised[0] + state.energised[1] + state.energised[2] + race.energy.slack_mw
    site = state.site + race.sites.slack_mw
    for month in range(race.month, race.month + FORESIGHT_MONTHS):
        arriving = state.energy_arrivals[month]
        power = power + arriving[0] + arriving[1] + arriving[2]
        site = site + state.site_arrivals[month] + arriving[ready]
    room = (np.minimum(power, site) - fleet_mw(race)) * 1e6 / race.new_watts
    return sites.usable_purchases(race.sites, wanted, room, FORESIGHT_MONTHS)


def clear_power(race: "Race") -> None:
    """Contracts for power are signed and campuses begun for the need that each owner foresees."""
    state, month = race.state, race.month
    need_now = fleet_mw(race)
    need_per_month = race.wanted * race.new_watts / 1e6
    asked = energy.requests(race.energy, need_now, need_per_month, state.energised, state.energy_pipeline)
    signed = energy.contracts(race.energy, asked, race.years) * race.completion
    state.energy_pipeline = state.energy_pipeline + signed
    luck = race.shocks.of_owners("energy", month - 1)
    for kind in range(3):
        lead = energy.lead_months(race.energy, kind, luck)
        _arrive(race, state.energy_arrivals[:, kind], lead, signed[kind])
    _begin_sites(race, need_now, need_per_month)


def _begin_sites(race: "Race", need_now: Owners, need_per_month: Owners) -> None:
    state, parameters = race.state, race.sites
    build, campus = race.figure("build_years"), race.figure("campus_mw")
    horizon = 12.0 * build * parameters.speed + parameters.phase_months + 3.0
    foreseen = need_now + need_per_month * horizon * (1.0 + race.energy.planning_growth * horizon / 24.0)
    with_buildings = state.energy_pipeline[energy.KINDS.index("ready")]
    begun = sites.starts(0.5 * (foreseen - state.site - state.site_pipeline - with_buildings), campus)
    first = sites.first_phase_months(parameters, build, begun, campus, race.shocks.of_owners("site", race.month - 1))
    state.site_pipeline = state.site_pipeline + begun
    for phase in range(sites.PHASES):
        _arrive(race, state.site_arrivals, first + phase * parameters.phase_months, begun / sites.PHASES)


def _arrive(race: "Race", schedule: np.ndarray, delay: Owners, amount: Owners) -> None:
    """Enter amounts into a schedule by month; what comes after the horizon goes into its last slot."""
    slot = np.minimum(race.month + np.maximum(np.rint(delay), 1.0), len(schedule) - 1).astype(np.intp)
    schedule[slot, race.rows, race.columns] += amount
