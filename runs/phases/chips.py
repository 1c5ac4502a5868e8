"""The chip market of a month: supply, orders, allocation, price."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.market import allocation, chips
from computerace.market.arrays import TINY, Owners, Worlds, over_owners, ratio

if TYPE_CHECKING:
    from computerace.runs.race import Race


def clear_chips(race: "Race") -> None:
    """What the base makes is ordered, allocated and priced; in-house programmes take what they have booked."""
    state, parameters = race.state, race.chips
    month = race.month
    state.usual_backlog = state.usual_backlog + (state.backlog_months - state.usual_backlog) / 12.0
    state.supply_path = chips.next_path(
        parameters, state.supply_path, race.calendar_years(month) - 0.5, state.usual_backlog
    )
    state.supply_shock = chips.next_shock(parameters, state.supply_shock, race.shocks.of_market("supply", month - 1))
    state.made = chips.supply(parameters, state.supply_path, state.supply_shock, month)
    in_house_wanted = race.wanted * race.figure("in_house_target")
    own = np.minimum(in_house_wanted * 1.5, state.booked * state.made)
    merchant_wanted = np.maximum(race.wanted - own, 0.0)
    merchant_wanted[-1] *= 1.0 - parameters.export_loss
    supply = np.maximum(state.made - over_owners(own), 0.0)
    new = chips.orders(parameters, merchant_wanted, state.prepaid + state.open_orders, state.backlog_months)
    _take_orders(race, new, merchant_wanted)
    bought = _allocate(race, merchant_wanted, supply)
    state.delivered = own + bought
    race.chips_paid = race.chips_paid + own * _server_price(race) * parameters.in_house_cost
    race.own_delivered = own
    backlog = over_owners(state.prepaid + state.open_orders)
    state.backlog_months = np.clip(backlog / np.maximum(supply, TINY), 0.0, 36.0)
    state.chip_price = chips.next_price(parameters, state.chip_price, state.backlog_months)
    state.booked = chips.next_booking(parameters, state.booked, in_house_wanted, state.made)


def _server_price(race: "Race") -> Owners:
    """What a merchant H100e costs each owner with server and network, US dollars; (owners, worlds)."""
    return race.state.chip_price * race.chips.server_markup * race.figure("purchase_cost")


def _take_orders(race: "Race", new: Owners, wanted: Owners) -> None:
    """New orders join the backlog; prepaid ones are paid now; orders beyond a year's wish are cancelled."""
    state = race.state
    server = _server_price(race)
    prepaid = new * race.figure("prepaid_share")
    prepaid = np.minimum(prepaid, np.maximum(state.cash, 0.0) * 0.25 / server)
    state.prepaid = state.prepaid + prepaid
    state.open_orders = np.minimum(state.open_orders + new - prepaid, 12.0 * wanted)
    race.chips_paid = prepaid * server


def _allocate(race: "Race", wanted: Owners, supply: Worlds) -> Owners:
    """H100e of merchant chips by owner under the race's rule; payments and backlog are booked."""
    state, rule = race.state, race.chips.allocation
    server = _server_price(race)
    access = race.figure("access_weight")
    money = np.maximum(state.cash + race.income + race.raised_now + race.borrowed_now - race.other_capex, 0.0)
    payable = np.minimum(state.open_orders, np.maximum(money - race.chips_paid, 0.0) / server)
    if rule in ("uniform_price", "pay_as_bid"):
        return _auction(race, wanted, supply, payable)
    if rule == "posted":
        paid = allocation.share_out(state.prepaid, access, supply)
        late = allocation.share_out(payable, access, np.maximum(supply - over_owners(paid), 0.0))
    else:
        weight = access if rule == "priority" else np.ones_like(access)
        both = allocation.share_out(state.prepaid + payable, weight, supply)
        paid = np.minimum(both * ratio(state.prepaid, state.prepaid + payable), state.prepaid)
        late = both - paid
    state.prepaid = np.maximum(state.prepaid - paid, 0.0)
    state.open_orders = np.maximum(state.open_orders - late, 0.0)
    race.chips_paid = race.chips_paid + late * server
    return paid + late


def _auction(race: "Race", wanted: Owners, supply: Worlds, payable: Owners) -> Owners:
    """Chips go to budgets instead of orders: each bids its wish at the list price, urgent ones more."""
    state = race.state
    server = state.chip_price * race.chips.server_markup
    cap = np.minimum(state.prepaid + payable, 3.0 * wanted)
    budget = np.minimum(wanted, cap) * server
    if race.chips.allocation == "uniform_price":
        bought, price = allocation.uniform_price(budget, cap, supply, 0.5 * server)
        price = np.broadcast_to(price, bought.shape)
    else:
        price = server * np.exp(0.05 * np.log(np.maximum(ratio(state.open_orders, wanted), 0.2)))
        bought = allocation.pay_as_bid(price, budget, cap, supply)
    from_prepaid = np.minimum(bought, state.prepaid)
    state.prepaid = state.prepaid - from_prepaid
    state.open_orders = np.maximum(state.open_orders - (bought - from_prepaid), 0.0)
    race.chips_paid = race.chips_paid + (bought - from_prepaid) * price * race.figure("purchase_cost")
    return bought
