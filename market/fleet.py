"""The fleet: what was delivered is installed, what is worn retires, and what has power runs.

    stock_g += delivered * mix_g - stock_g * retiring(mean age of g)
    operational = min(what the powered MW run, most efficient chips first; what is installed)

Deliveries take `sites.installation_months` to be installed, at a constant hazard. Limits: an owner's chips of a generation
are of their mean age, and may stand at any of its sites.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import chips, energy, generations
from computerace.market.arrays import Owners, Stock, above, below, over_owners, ratio
from computerace.market.generations import Technology
from computerace.market.units import WATTS_PER_MEGAWATT

if TYPE_CHECKING:
    from computerace.market.setting import Setting


LEAST_CHIPS = 1e-6  # below which a fleet counts as one of ones


class State(NamedTuple):
    """Chips that owners have, H100e."""

    stock: Stock  # by generation (generations, owners, worlds)
    in_house: Owners  # of these, on own chips
    installing: Owners  # delivered, not yet installed
    operational: Owners  # installed and powered
    service: Stock  # H100e times months since they were bought (generations, owners, worlds)
    owned: Owners  # all generations


def total(stock: Stock) -> Owners:
    """H100e of all generations; (owners, worlds)."""
    return over_owners(stock)  # the same sum, over generations


def turn_over(
    setting: "Setting", state: State, sold: chips.Flows, shed: Owners, technology: Technology
) -> tuple[State, Owners]:
    """Deliveries join the fleet, old chips retire, and an owner in distress sells a part (`shed`); returns H100e gone."""
    stock, service, retired = np.empty_like(state.stock), np.empty_like(state.service), np.zeros_like(state.in_house)
    to_come = slice(technology.active, None)
    stock[to_come], service[to_come] = state.stock[to_come], state.service[to_come]
    for generation in range(technology.active):
        before, served = state.stock[generation], state.service[generation]
        gone = generations.retirement(setting.wear, ratio(served, before))
        gone += shed
        kept = np.subtract(1.0, below(gone, 1.0), out=gone)
        left = before * kept
        retired += before - left
        np.add(left, sold.delivered * technology.mix[generation], out=stock[generation])
        np.multiply(served + before, kept, out=service[generation])  # a month older
    owned = total(stock)
    in_house = np.minimum(state.in_house * (1.0 - ratio(retired, state.owned)) + sold.own, owned)
    lag = setting.mechanisms.sites.installation_months
    installing = np.minimum(state.installing + sold.delivered, owned) * (1.0 - 1.0 / (1.0 + lag))
    return State(stock, in_house, installing, state.operational, service, owned), retired


def running(setting: "Setting", state: State, powered: Owners, active: int) -> Owners:
    """H100e that are installed and powered; powered: IT MW (owners, worlds)."""
    installed = above(state.owned - state.installing, 0.0)
    return np.minimum(energy.fill(state.stock, setting.watts, powered, active), installed)


def need_mw(setting: "Setting", state: State, active: int) -> Owners:
    """IT MW that every chip an owner has would take; (owners, worlds)."""
    need = state.stock[0] * setting.watts[0]
    for generation in range(1, active):
        need += state.stock[generation] * setting.watts[generation]  # an array of this function's own
    need /= WATTS_PER_MEGAWATT
    return need


def per_chip(setting: "Setting", state: State, active: int) -> Owners:
    """Average H100e per chip of each owner's fleet; (owners, worlds)."""
    count = state.stock[0] / setting.performance[0]
    for generation in range(1, active):
        count += state.stock[generation] / setting.performance[generation]  # an array of this function's own
    return above(state.owned, LEAST_CHIPS) / above(count, LEAST_CHIPS)
