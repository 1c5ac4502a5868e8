"""Who gets the scarce chips: five rules over the same quantities.

`posted` (the baseline) sells at a sticky list price: prepaid orders are served first, the others in proportion to
their weighted backlog, which is what first come, first served amounts to when everybody orders every month. Nvidia has
said that it allocates first come, first served, not to the highest bidder (DIGITIMES, 2025), and list prices slid from
36.7 to 23.2 thousand dollars between 2022 and 2025 while rents swung between 1.7 and 12 dollars an hour.
`pro_rata` ignores prepayment and access; `priority` serves by access weight alone; `uniform_price` finds the price at
which budgets exhaust the supply; `pay_as_bid` fills the highest bids first and each pays its own. What chips were
auctioned at is the price that everybody sees next month.

All functions are pure over arrays of shape (owners, worlds); quantities are H100e of one month, prices US dollars of
2025 per H100e.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from computerace.market import own
from computerace.market.arrays import TINY, Owners, Worlds, above, at_least, at_most, below, over_owners, ratio
from computerace.market.errors import UserError, unknown

ROUNDING = 1e-9  # part of a demand that rounding may leave open


class Bidding(NamedTuple):
    """How owners bid where chips are auctioned; (worlds,)."""

    reserve: Worlds  # least price, US dollars per H100e with server
    months: Worlds  # wish that is bid for at most
    urgency: Worlds  # elasticity of the bid to the months for which an order has been open
    least_months: Worlds  # below which an open order makes nobody bid less
    foreseen: Worlds  # supply that bidders reckon with, H100e


class Claims(NamedTuple):
    """What a rule divides the supply of a month over; (owners, worlds) where nothing else is said."""

    prepaid: Owners  # H100e on order and paid
    payable: Owners  # H100e on order that the owner can pay now
    open_orders: Owners  # H100e on order that is paid on delivery
    wanted: Owners  # H100e per month
    access: Owners  # weight that vendors give to an owner
    server: Owners  # US dollars per H100e that the owner pays at the list price
    list_server: Worlds  # the same at the usual terms (worlds,)
    purchase_cost: Owners  # the owner's terms relative to the usual ones
    supply: Worlds  # H100e (worlds,)
    bidding: Bidding


class Sale(NamedTuple):
    """Who got what; (owners, worlds)."""

    bought: Owners  # H100e
    prepaid: Owners  # of it, what had been paid
    late: Owners  # of it, what is paid now
    paid_usd: Owners
    price: Worlds | None = None  # at which an auction cleared, US dollars per H100e with server; None for a list price


type Rule = Callable[[Claims], Sale]


def posted(claims: Claims) -> Sale:
    """At the list price, prepaid orders first, then the others, each in proportion to weighted orders."""
    paid = share_out(claims.prepaid, claims.access, claims.supply)
    late = share_out(claims.payable, claims.access, above(claims.supply - over_owners(paid), 0.0))
    return Sale(paid + late, paid, late, late * claims.server)


def pro_rata(claims: Claims) -> Sale:
    """At the list price, in proportion to orders."""
    return _by_weight(claims, np.ones_like(claims.access))


def priority(claims: Claims) -> Sale:
    """At the list price, in proportion to orders weighted by access."""
    return _by_weight(claims, claims.access)


def _by_weight(claims: Claims, weight: Owners) -> Sale:
    both = share_out(claims.prepaid + claims.payable, weight, claims.supply)
    paid = np.minimum(both * ratio(claims.prepaid, claims.prepaid + claims.payable), claims.prepaid)
    late = both - paid
    return Sale(paid + late, paid, late, late * claims.server)


def one_price(claims: Claims) -> Sale:
    """An auction at one price: each bids for its wish what that costs at the price of last month."""
    cap, budget = _bids(claims)
    bought, price = uniform_price(budget, cap, claims.supply, claims.bidding.reserve)
    return _auctioned(claims, bought, np.broadcast_to(price, bought.shape), price)


def own_price(claims: Claims) -> Sale:
    """An auction in which each pays its bid; it has cleared at what chips sold for on average.

    Bidders know what supply to reckon with and bid around the price at which it would clear, the more the longer their
    orders are open. Less supply than foreseen leaves the lowest bids unfilled; with more, bids come down until it is
    sold, so that nothing is left while somebody wants chips at the reserve.
    """
    cap, budget = _bids(claims)
    bidding = claims.bidding
    urgency = np.exp(
        bidding.urgency
        * np.log(at_least(ratio(claims.open_orders, claims.wanted), bidding.least_months, "bid_months_least"))
    )
    level = uniform_price(
        budget / urgency, cap, np.maximum(claims.supply, bidding.foreseen), bidding.reserve
    )[1]  # fmt: skip
    bid = level * urgency
    bought = pay_as_bid(bid, budget, cap, claims.supply)
    sold = over_owners(bought)
    average = np.where(sold > TINY, over_owners(bought * bid) / above(sold, TINY), level)
    return _auctioned(claims, bought, bid, average)


def _bids(claims: Claims) -> tuple[Owners, Owners]:
    """What owners would buy at most, H100e, and what they spend at most, US dollars at the usual terms."""
    cap = at_most(claims.prepaid + claims.payable, claims.bidding.months * claims.wanted, "auction_months")
    return cap, np.minimum(claims.wanted, cap) * claims.list_server


def _auctioned(claims: Claims, bought: Owners, bid: Owners, price: Worlds) -> Sale:
    paid = np.minimum(bought, claims.prepaid)
    late = bought - paid
    return Sale(bought, paid, late, late * bid * claims.purchase_cost, price)


ALLOCATION: dict[str, Rule] = {
    "posted": posted,
    "pro_rata": pro_rata,
    "priority": priority,
    "uniform_price": one_price,
    "pay_as_bid": own_price,
}
RULES = tuple(ALLOCATION)


def rule(name: str) -> Rule:
    """The rule of that name.

    Raises UserError for an unknown name: no rule stands in for another.
    """
    if name not in ALLOCATION:
        raise unknown("allocation rule", name, ALLOCATION)
    return ALLOCATION[name]


def add_rule(name: str, added: Rule) -> None:
    """Make an allocation rule of one's own known by name, for `chips.allocation` in scenarios.

    In a file that a scenario names (`code`), workers and folders know it too. A name that was added before is
    replaced. Raises UserError for the name of one of the model's own rules, or for what cannot be called.
    """
    if not callable(added):
        raise UserError(f"the allocation rule {name} must be a function of claims, got {added!r}")
    own.bring(own.RULE, name, RULES)
    ALLOCATION[name] = added


def share_out(demand: Owners, weight: Owners, supply: Worlds) -> Owners:
    """Divide a supply in proportion to weight × demand, no one above its demand, the excess handed round again.

    x_i = min(q_i, S w_i q_i / sum w q), repeated on what is left: each round either exhausts the supply or satisfies an
    owner, so as many rounds as owners are exact. Where a world is done, further rounds hand out nothing, so that no
    world depends on how many rounds its neighbours need.

    Parameters
    ----------
    demand: (owners, worlds). weight: (owners, worlds), not negative. supply: (worlds,).

    Returns
    -------
    (owners, worlds), each at most its demand, summing to at most the supply.
    """
    claims = demand * weight
    given = np.minimum(claims * (supply / above(over_owners(claims), TINY)), demand)
    left = above(supply - over_owners(given), 0.0)
    unsatisfied = np.logical_or.reduce(given < demand * (1.0 - ROUNDING), axis=0)
    going_on = np.flatnonzero(unsatisfied & (left > 0.0))
    if going_on.size:  # elsewhere further rounds hand out nothing
        some = (np.take(rows, going_on, axis=-1) for rows in (claims, demand, given, left))
        given[:, going_on] = _handed_round(*some)
    return given


def _handed_round(claims: Owners, demand: Owners, given: Owners, left: Worlds) -> Owners:
    """What owners have once what is left has been handed round until nothing is left or nobody wants more."""
    satisfied = demand * (1.0 - ROUNDING)
    for _ in range(len(demand) - 1):
        open_claims = claims * (given < satisfied)
        offered = open_claims * (left / above(over_owners(open_claims), TINY))
        taken = np.minimum(offered, above(demand - given, 0.0))
        given = given + taken
        left = above(left - over_owners(taken), 0.0)
    return given


def uniform_price(budget: Owners, cap: Owners, supply: Worlds, reserve: Worlds) -> tuple[Owners, Worlds]:
    """One price for all: the lowest p, not below the reserve, with sum of min(q_i, B_i / p) = supply.

    Demand falls in p; owner i leaves its cap at the price B_i / q_i. Between those prices the price is
    p = (budgets of those that are off their cap) / (supply - caps of those at theirs), so the clearing price is found
    exactly by testing each segment.

    Parameters
    ----------
    budget: US dollars (owners, worlds). cap: H100e wanted at most (owners, worlds). supply, reserve: (worlds,).

    Returns
    -------
    quantities (owners, worlds) and price (worlds,).
    """
    leaving_price = ratio(budget, cap)
    price = reserve.copy()
    scarce = over_owners(cap) > supply
    for threshold in leaving_price:
        off_cap = leaving_price <= threshold
        spent = over_owners(np.where(off_cap, budget, 0.0))
        room = supply - over_owners(np.where(off_cap, 0.0, cap))
        candidate = spent / above(room, TINY)
        next_threshold = np.where(off_cap, np.inf, leaving_price).min(axis=0)
        clears = scarce & (room > TINY) & (candidate >= threshold) & (candidate <= next_threshold)
        price = np.where(clears, np.maximum(reserve, candidate), price)
    wanted = np.minimum(cap, budget / above(price, TINY))
    total = over_owners(wanted)
    return wanted * below(supply / above(total, TINY), 1.0), price


def pay_as_bid(bid: Owners, budget: Owners, cap: Owners, supply: Worlds) -> Owners:
    """Fill the highest bids first; each pays its own bid and stops at its budget. Equal bids share in proportion.

    Parameters
    ----------
    bid: US dollars per H100e (owners, worlds). budget: US dollars. cap: H100e. supply: (worlds,).

    Returns
    -------
    quantities (owners, worlds).
    """
    wanted = np.minimum(cap, budget / above(bid, TINY))
    given = np.empty_like(wanted)
    for row in range(len(bid)):
        before = over_owners(np.where(bid > bid[row], wanted, 0.0))
        level = over_owners(np.where(bid == bid[row], wanted, 0.0))
        filled = np.minimum(above(supply - before, 0.0), level)
        given[row] = wanted[row] * filled / above(level, TINY)
    return given
