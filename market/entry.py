"""Who takes part: owners enter and leave between two months, by world.

Rows stay where they are: an owner that is not there asks for nothing, and has nothing. Who leaves hands all that it has
to an heir; who enters takes over from the rest of the market, which held them, the books that its figures give it. So
nothing is made or lost. The business beside AI of an owner that leaves goes out of the model with it. Limits: what an
owner knows goes to its heir at once; debts move with the cash.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import Owners, Stock, Worlds, bounded, ratio
from computerace.market.energy import READY
from computerace.market.fleet import total
from computerace.market.sites import still_unpaid

if TYPE_CHECKING:
    from computerace.market.setting import Setting, State

type Mask = NDArray[np.bool_]
"""Whether an owner takes part, (owners, worlds); or whether something holds in a world, (worlds,)."""


class Parts(NamedTuple):
    """Which part of its holdings a giver hands over; (worlds,)."""

    chips: Worlds  # of fleet, orders and capacity let and rented
    power: Worlds  # of contracts and buildings, finished and under way
    people: Worlds
    users: Worlds
    revenue: Worlds
    money: Worlds  # of cash and debt
    standing: Worlds  # of the equity that private investors would give


def hand_over(state: "State", giver: int, taker: int, parts: Parts) -> "State":
    """The state once a row has given parts of all that it holds to another."""

    def moved(values: Stock, part: Worlds) -> Stock:
        return _moved(values, giver, taker, part)

    chips, fleet, energy, sites = state.chips, state.fleet, state.energy, state.sites
    rental, people, users, money = state.rental, state.talent, state.users, state.finance
    building, paid = moved(sites.pipeline, parts.power), moved(sites.paid, parts.power)
    contracts, stock = moved(energy.pipeline, parts.power), moved(fleet.stock, parts.chips)
    return state._replace(
        chips=chips._replace(
            prepaid=moved(chips.prepaid, parts.chips),
            open_orders=moved(chips.open_orders, parts.chips),
            booked=moved(chips.booked, parts.chips),
        ),
        fleet=fleet._replace(
            stock=stock,
            owned=total(stock),
            service=moved(fleet.service, parts.chips),
            in_house=moved(fleet.in_house, parts.chips),
            installing=moved(fleet.installing, parts.chips),
            operational=moved(fleet.operational, parts.chips),
        ),
        rental=rental._replace(
            let=moved(rental.let, parts.chips),
            rented=moved(rental.rented, parts.chips),
            used=moved(rental.used, parts.chips),
        ),
        energy=energy._replace(
            energised=moved(energy.energised, parts.power),
            pipeline=contracts,
            arrivals=moved(energy.arrivals, parts.power),
        ),
        sites=sites._replace(
            finished=moved(sites.finished, parts.power),
            pipeline=building,
            powered=moved(sites.powered, parts.power),
            arrivals=moved(sites.arrivals, parts.power),
            paid=paid,
            unpaid=still_unpaid(paid, building + contracts[READY]),
        ),
        talent=people._replace(
            researchers=moved(people.researchers, parts.people),
            stars=moved(people.stars, parts.people),
            openings=moved(people.openings, parts.people),
        ),
        users=users._replace(shares=moved(users.shares, parts.users), revenue=moved(users.revenue, parts.revenue)),
        finance=money._replace(
            cash=moved(money.cash, parts.money),
            debt=moved(money.debt, parts.money),
            line=moved(money.line, parts.money),
            coupon=moved(money.coupon, parts.money),
            chest=moved(money.chest, parts.money),
            outside_rate=moved(money.outside_rate, parts.standing),
        ),
    )


def _moved(values: Stock, giver: int, taker: int, part: Worlds) -> Stock:
    """(…, owners, worlds) with part of one row in another."""
    after = values.copy()
    given = values[..., giver, :] * part
    after[..., giver, :] -= given
    after[..., taker, :] += given
    return after


def _all_of_it(where: Mask) -> Parts:
    everything = where.astype(np.float64)
    return Parts(*(everything for _ in Parts._fields))


def leave(setting: "Setting", state: "State", row: int, heir: int, where: Mask) -> "State":
    """The state once an owner has left, in the worlds of `where` (worlds,); who is not there leaves nothing.

    Where the heir itself is not there, the rest of the market takes over.
    """
    active, rest = _everybody(state), len(setting.owners) - 1
    where = where & active[row]
    for taker, worlds in ((heir, where & active[heir]), (rest, where & ~active[heir])):
        state = _taught(hand_over(state, row, taker, _all_of_it(worlds)), row, taker, worlds)
    return state._replace(active=_with(active, row, active[row] & ~where))


def _taught(state: "State", row: int, heir: int, where: Mask) -> "State":
    """The heir knows the best of both from now on."""
    known = state.software
    return state._replace(
        software=known._replace(
            efficiency=_best_of(known.efficiency, row, heir, where),
            skill=_best_of(known.skill, row, heir, where),
            quality=_best_of(known.quality, row, heir, where),
        )
    )


def _best_of(values: Owners, row: int, heir: int, where: Mask) -> Owners:
    return _with(values, heir, np.where(where, np.maximum(values[row], values[heir]), values[heir]))


def _with[Rows: NDArray[np.generic]](rows: Rows, row: int, values: NDArray[np.generic]) -> Rows:
    """The rows with another one in a place."""
    after = rows.copy()
    after[row] = values
    return after


def enter(setting: "Setting", state: "State", row: int, where: Mask) -> "State":
    """The state once an owner has taken over the books of its figures, in the worlds of `where` (worlds,).

    Who is there already takes over nothing.
    """
    figures, rest, active = setting.figures_of[row], len(setting.owners) - 1, _everybody(state)
    where = where & ~active[row]
    parts = Parts(
        chips=_part(figures.owned_h100e, state.fleet.owned[rest], where),
        power=_part(figures.powered_mw, state.sites.powered[rest], where),
        people=_part(figures.researchers, state.talent.researchers[rest], where),
        users=_part(figures.users_share, state.users.shares[rest], where),
        revenue=_part(figures.ai_revenue_usd_per_year / 12.0, state.users.revenue[rest], where),
        money=_part(figures.cash_usd, state.finance.cash[rest], where),
        standing=_part(
            setting.anchors.young[row] * figures.raised_usd_per_year * figures.equity_share,
            state.finance.outside_rate[rest],
            where,
        ),
    )
    after = hand_over(state, rest, row, parts)
    money = after.finance
    investment = np.where(where, setting.anchors.investment[row], money.investment[row])
    promised = np.where(where, after.fleet.owned[row], money.promised[row])
    return after._replace(
        finance=money._replace(
            investment=_with(money.investment, row, investment), promised=_with(money.promised, row, promised)
        ),
        active=_with(active, row, active[row] | where),
    )


def _part(wanted: Worlds, held: Worlds, where: Mask) -> Worlds:
    return np.where(where, bounded(ratio(wanted, np.maximum(held, 0.0)), 0.0, 1.0), 0.0)


def _everybody(state: "State") -> Mask:
    if state.active is not None:
        return state.active
    return np.ones(state.finance.cash.shape, dtype=np.bool_)


def absent_at_start(setting: "Setting", state: "State") -> "State":
    """The state of month 0 without those who enter later: the rest of the market holds what will be theirs."""
    rest = len(setting.owners) - 1
    for row, figures in enumerate(setting.figures_of[:-1]):
        where = figures.entry_month > 0
        if where.any():
            state = hand_over(state, row, rest, _all_of_it(where))
            state = state._replace(active=_with(_everybody(state), row, ~where))
    return state


def _due(months: Worlds) -> Worlds:
    """The whole month that is meant, the first at least; 0 stays never."""
    return np.where(months > 0.0, np.maximum(np.rint(months), 1.0), 0.0)


def come_and_go(setting: "Setting", state: "State", month: int) -> "State":
    """The state once those have entered and left whose month it is."""
    if setting.heirs is None:
        return state
    for row, figures in enumerate(setting.figures_of[:-1]):
        entering, leaving = _due(figures.entry_month) == month, _due(figures.exit_month) == month
        if entering.any():
            state = enter(setting, state, row, entering)
        if leaving.any():
            state = leave(setting, state, row, setting.heirs[row], leaving)
    return state
