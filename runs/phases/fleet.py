"""The fleet of a month: what arrives, retires, runs, is rented and used."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.market import clusters, energy, rental, sites, vocabulary
from computerace.market.arrays import TINY, maximum_over_owners, over_owners, ratio

if TYPE_CHECKING:
    from computerace.runs.race import Race

HOURS = vocabulary.HOURS_PER_MONTH


def build(race: "Race") -> None:
    """Deliveries arrive, old chips retire, power and buildings come on line."""
    state, month = race.state, race.month
    state.retired = np.zeros_like(state.retired)
    for generation in range(race.active):
        gone = state.stock[generation] * race.retiring[generation]
        state.retired += gone
        state.stock[generation] = state.stock[generation] - gone + state.delivered * race.mix[generation]
    owned = state.owned
    state.in_house = np.minimum(state.in_house * (1.0 - ratio(state.retired, owned)) + race.own_delivered, owned)
    lag = np.maximum(race.sites.installation_months, 1.0)
    state.installing = np.minimum(state.installing + state.delivered, owned) * (1.0 - 1.0 / (1.0 + lag))
    arrived = state.energy_arrivals[month]
    state.energised = state.energised + arrived
    state.energy_pipeline = np.maximum(state.energy_pipeline - arrived, 0.0)
    built = state.site_arrivals[month]
    state.site = state.site + built + arrived[energy.KINDS.index("ready")]
    state.site_pipeline = np.maximum(state.site_pipeline - built, 0.0)
    race.sites_paid = built * race.sites.cost_usd_per_mw * race.figure("purchase_cost")
    power = state.energised[0] + state.energised[1] + state.energised[2] + race.energy.slack_mw
    state.powered = sites.commission(race.sites, state.powered, np.minimum(power, state.site + race.sites.slack_mw))


def compute(race: "Race") -> None:
    """Owned, powered, operational, used, effective."""
    state = race.state
    owned = state.owned
    installed = np.maximum(owned - state.installing, 0.0)
    state.operational = np.minimum(energy.fill(state.stock, race.watts, state.powered, race.active), installed)
    _rent(race)
    chips_in_job = state.operational * race.concentration / race.per_chip(state.stock, owned)
    state.largest_site = state.operational * race.concentration
    goodput = clusters.job_goodput(race.clusters, chips_in_job, state.skill)
    network = clusters.communication(race.clusters, chips_in_job, state.skill)
    state.goodput = goodput * network
    training = race.clusters.training_share
    learnt = 1.0 - np.exp(-0.5 * np.maximum(state.skill, 0.0))
    start = np.minimum(race.figure("utilisation"), race.clusters.utilisation_ceiling)
    race.utilisation = start + (race.clusters.utilisation_ceiling - start) * learnt
    engineering = (training * state.goodput + (1.0 - training)) * race.utilisation / 0.4
    best = maximum_over_owners(state.efficiency)
    state.effective = state.used * engineering * np.exp(state.efficiency - best)


def _rent(race: "Race") -> None:
    """Capacity is let and rented; the rent follows what is wanted over what is offered."""
    state, parameters = race.state, race.rental
    trend = parameters.rent_usd_per_hour * np.exp(np.log(1.0 - race.chips.price_decline) * race.month / 12.0)
    wanted = rental.wanted_by_labs(race.rented_start, state.operational, race.operational_start)
    bill = np.maximum(0.1 * state.cash + state.revenue + np.maximum(race.core, 0.0), 0.0)
    wanted = np.minimum(wanted, bill / (state.rent * HOURS))
    cheaper = parameters.rent_usd_per_hour / trend
    wanted[-1] = race.rest_rented * cheaper * state.revenue[-1] / np.maximum(race.rest_revenue_start, TINY)
    not_own = rental.lets(parameters, state.operational, race.figure("let_share"), state.rent_gap)
    state.let = not_own * race.figure("external_share")
    state.elsewhere = not_own - state.let
    state.rented, gap = rental.rents(parameters, wanted, over_owners(state.let), state.rent_gap)
    state.rent_gap = np.clip(state.rent_gap + parameters.flexibility * gap, -2.0, 2.0)
    state.rent = trend * np.exp(state.rent_gap)
    state.used = state.operational - state.let - state.elsewhere + state.rented
