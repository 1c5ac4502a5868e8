"""Who takes part: owners enter and leave between two months, by world.

Rows stay where they are: an owner that is not there asks for nothing, and has nothing. Who leaves hands all that it has
to an heir; who enters takes over from the rest of the market, which held them, the books that its figures give it. So
nothing is made or lost. The business beside AI of an owner that leaves goes out of the model with it. Limits: what an
owner knows goes to its heir at once; debts move with the cash.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import Stock, Worlds, bounded, ratio

if TYPE_CHECKING:
    from computerace.market.setting import Setting, State

type Mask = NDArray[np.bool_]
"""Whether an owner takes part, (owners, worlds); or whether something holds in a world, (worlds,)."""

HELD = {
    "chips": ("prepaid", "open_orders", "booked"),
    "energy": ("energised", "pipeline"),
    "sites": ("finished", "pipeline", "powered"),
    "fleet": ("stock", "in_house", "installing", "operational"),
    "rental": ("let", "rented", "used"),
    "talent": ("researchers", "stars", "openings"),
    "users": ("shares",),
    "finance": ("cash", "debt", "raised"),
}
"""What owners hold, by group of the state; schedules of `energy` and `sites` and revenue go with it."""

KNOWN = ("efficiency", "skill", "quality")
"""What owners know: it is not lost to one when another learns it."""


class Parts(NamedTuple):
    """Which part of its holdings a giver hands over, by group of the state; (worlds,)."""

    chips: Worlds
    energy: Worlds
    sites: Worlds
    fleet: Worlds
    rental: Worlds
    talent: Worlds
    users: Worlds
    revenue: Worlds
    finance: Worlds


def hand_over(state: "State", giver: int, taker: int, parts: Parts) -> "State":
    """The state once a row has given parts of all that it holds to another."""
    groups = {}
    for group, names in HELD.items():
        held, part = getattr(state, group), getattr(parts, group)
        groups[group] = held._replace(**{name: _moved(getattr(held, name), giver, taker, part) for name in names})
    after = state._replace(**groups)
    return after._replace(
        energy=after.energy._replace(arrivals=_moved(state.energy.arrivals, giver, taker, parts.energy)),
        sites=after.sites._replace(arrivals=_moved(state.sites.arrivals, giver, taker, parts.sites)),
        users=after.users._replace(revenue=_moved(state.users.revenue, giver, taker, parts.revenue)),
    )


def _moved(values: Stock, giver: int, taker: int, part: Worlds) -> Stock:
    """(…, owners, worlds) with part of one row in another."""
    after = values.copy()
    given = values[..., giver, :] * part
    after[..., giver, :] -= given
    after[..., taker, :] += given
    return after


def leave(state: "State", row: int, heir: int, where: Mask) -> "State":
    """The state once an owner has left, in the worlds of `where` (worlds,)."""
    everything = where.astype(np.float64)
    after = hand_over(state, row, heir, Parts(*(everything for _ in Parts._fields)))
    known = {}
    for name in KNOWN:
        values = getattr(state.software, name).copy()
        best = np.maximum(values[row], values[heir])
        least = np.minimum(values[row], values[heir])
        values[heir], values[row] = np.where(where, best, values[heir]), np.where(where, least, values[row])
        known[name] = values
    active = _everybody(state).copy()
    active[row] &= ~where
    return after._replace(software=after.software._replace(**known), active=active)


def enter(setting: "Setting", state: "State", row: int, where: Mask) -> "State":
    """The state once an owner has taken over the books of its figures, in the worlds of `where` (worlds,)."""
    figures, rest = setting.figures_of[row], len(setting.owners) - 1
    chips_part = _part(figures.owned_h100e, state.fleet.owned[rest], where)
    power = _part(figures.powered_mw, state.sites.powered[rest], where)
    people = _part(figures.researchers, state.talent.researchers[rest], where)
    users = _part(figures.users_share, state.users.shares[rest], where)
    earned = figures.ai_revenue_usd_per_year / 12.0
    revenue = _part(earned, state.users.revenue[rest], where)
    cash = _part(figures.cash_usd, state.finance.cash[rest], where)
    parts = Parts(
        chips=chips_part, energy=power, sites=power, fleet=chips_part, rental=chips_part, talent=people, users=users,
        revenue=revenue, finance=cash,
    )  # fmt: skip
    after = hand_over(state, rest, row, parts)
    investment = after.finance.investment.copy()
    investment[row] = np.where(where, setting.anchors.investment[row], investment[row])
    promised = after.finance.promised.copy()
    promised[row] = np.where(where, after.fleet.owned[row], promised[row])
    active = _everybody(state).copy()
    active[row] |= where
    return after._replace(finance=after.finance._replace(investment=investment, promised=promised), active=active)


def _part(wanted: Worlds, held: Worlds, where: Mask) -> Worlds:
    return np.where(where, bounded(ratio(wanted, np.maximum(held, 0.0)), 0.0, 1.0), 0.0)


def _everybody(state: "State") -> Mask:
    if state.active is not None:
        return state.active
    return np.ones(state.finance.cash.shape, dtype=np.bool_)


def absent_at_start(setting: "Setting", state: "State") -> "State":
    """The state of month 0 without those who enter later: the rest of the market holds what will be theirs."""
    for row, figures in enumerate(setting.figures_of[:-1]):
        where = figures.entry_month > 0
        if where.any():
            investment = state.finance.investment
            state = leave(state, row, len(setting.owners) - 1, where)
            state = state._replace(finance=state.finance._replace(investment=investment))
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
            state = leave(state, row, setting.heirs[row], leaving)
    return state
