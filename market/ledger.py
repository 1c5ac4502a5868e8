"""Ledger: what an owner wished for in a month, what it got, and which cause took how much of the difference.

An owner's wish in US dollars buys W H100e at the all-in price. Each cause keeps a part k of what would be left without
it: money the part of the wish that is paid, power and buildings in sight the part of that which will run, chips the part
of the orders that is delivered; then, of the fleet at hand, power and buildings the part that runs, people and goodput
the part that works. What the month did not give of the wish is

    gap = 1 - prod k_c,    part of cause c = gap * ln k_c / sum ln k

(the logarithmic mean Divisia split of Ang 2004, Energy Policy 32:1131, which leaves no rest and does not depend on the
order of the causes). The same split of the purchases alone, W - delivered, is in H100e. Where power and buildings would
both have cut, what the scarcer cuts alone is its own, and what either would cut is halved (the Shapley value of an airport
game, Littlechild and Owen 1973). Who gets more than it wants now, from older orders, has that much less of a gap. The
largest part binds, and `none` where none exceeds one part in a hundred; ties go to the first in the order of `CAUSES`.
Limits: own choice, such as a class of one's own that orders less than its budget and power allow, is no gap.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import books, chips, clusters, energy, fleet, sites, talent, vocabulary
from computerace.market.arrays import TINY, Owners, Stock, above, below, over_owners, ratio

if TYPE_CHECKING:
    from computerace.market.setting import Setting

CAUSES = vocabulary.CAUSES
THRESHOLD = 0.01
LEAST_KEPT = 1e-6  # part that a cause leaves at least: logs of less are cut


class Flows(NamedTuple):
    """What stood between each owner's wish and what it got in a month."""

    gaps: Stock  # part of the wished-for compute that each cause cost (causes, owners, worlds)
    bound: Stock  # 1 for the cause that bound (causes, owners, worlds)
    wished: Owners  # H100e that the wish would have bought (owners, worlds)
    missing: Stock  # of these, what each cause withheld, H100e (causes, owners, worlds)


class Purchases(NamedTuple):
    """The steps from a wish to chips delivered, each no more than the one before it; H100e (owners, worlds)."""

    wished: Owners
    affordable: Owners
    wanted: Owners
    paid: Owners  # delivered, and what would have been had there been money for it
    delivered: Owners  # of what is wanted now


def shortfall(have: Owners, want: Owners) -> Owners:
    """1 - have / want, cut to 0..1, and 0 where nothing is wanted; (owners, worlds)."""
    return np.where(want > TINY, below(above(1.0 - have / above(want, TINY), 0.0), 1.0), 0.0)


def loss(have: Owners, want: Owners) -> Owners:
    """-ln of the part of what was wanted that is there, 0 where all of it is or nothing is wanted; (owners, worlds)."""
    return -np.log(above(1.0 - shortfall(have, want), LEAST_KEPT))


def split(total: Owners, losses: Stock) -> Stock:
    """A total (owners, worlds) in parts, in proportion to losses in logs (causes, owners, worlds)."""
    return losses * ratio(total, _summed(losses))


def of_either(first: Owners, second: Owners) -> tuple[Owners, Owners]:
    """Two limits' parts of the larger of their losses, which is all that both together cost; (owners, worlds) each."""
    shared = np.minimum(first, second) / 2
    return above(first - second, 0.0) + shared, above(second - first, 0.0) + shared


def binding(gaps: Stock) -> Stock:
    """1 for the cause that bound, else 0; gaps and result are (causes, owners, worlds)."""
    largest = gaps[0].copy()
    for gap in gaps[1:]:
        np.maximum(largest, gap, out=largest)
    bound = np.zeros_like(gaps)
    free = largest > THRESHOLD
    for cause, gap in enumerate(gaps):
        hit = free & (gap == largest)
        bound[cause] = hit
        free = free & ~hit
    return bound


def purchases(wish: Owners, asked: chips.Orders, sold: chips.Flows) -> Purchases:
    """What was wished for, paid, wanted and delivered; wish: H100e that its US dollars buy (owners, worlds).

    Who orders less than its budget, power and buildings allow wished for as much less. What is delivered beyond what is
    wanted now has taken the place of what could not be ordered.
    """
    allowed = np.minimum(asked.wished, np.minimum(asked.powered, asked.housed))
    chosen = np.where(allowed > TINY, asked.wanted / above(allowed, TINY), 1.0)
    wished = np.maximum(wish * chosen, asked.wanted)
    wanted = np.minimum(np.maximum(sold.delivered, asked.wanted), wished)
    delivered = np.minimum(sold.delivered, wanted)
    affordable = np.minimum(np.maximum(asked.wished * chosen, wanted), wished)
    return Purchases(wished, affordable, wanted, np.minimum(delivered + sold.unpaid, wanted), delivered)


def withheld(bought: Purchases, asked: chips.Orders) -> dict[str, Owners]:
    """Loss in logs by each cause that stands between a wish and chips delivered; (owners, worlds)."""
    no_power, no_building = of_either(loss(asked.powered, asked.wished), loss(asked.housed, asked.wished))
    in_sight = split(loss(bought.wanted, bought.affordable), np.array([no_power, no_building]))
    return {
        "chips": loss(bought.paid, bought.wanted),
        "power": in_sight[0],
        "sites": in_sight[1],
        "cash": loss(bought.affordable, bought.wished) + loss(bought.delivered, bought.paid),
    }


def account(
    setting: "Setting",
    owned: fleet.State,
    contracts: energy.State,
    buildings: sites.State,
    people: talent.State,
    asked: chips.Orders,
    all_in: Owners,
    sold: chips.Flows,
    money: books.Flows,
    engineered: clusters.Flows,
) -> Flows:
    """The ledger of a month; all_in: US dollars per H100e with building and power (owners, worlds)."""  # fmt: skip
    mechanisms = setting.mechanisms
    bought = purchases(ratio(money.budget.wish, all_in), asked, sold)
    buying = withheld(bought, asked)
    idle = loss(owned.operational, above(owned.owned - owned.installing, TINY))
    no_building = buildings.finished + mechanisms.sites.slack_mw < energy.contracted_power(mechanisms.energy, contracts)
    labour_elasticity = mechanisms.software.returns * mechanisms.software.labour_share
    working = {
        "power": np.where(no_building, 0.0, idle),
        "sites": np.where(no_building, idle, 0.0),
        "people": labour_elasticity * loss(people.researchers, above(people.openings, TINY)),
        "goodput": loss(1.0 - engineered.lost, np.ones_like(idle)),
    }
    nothing = np.zeros_like(idle)
    of_purchases = np.array([buying.get(cause, nothing) for cause in CAUSES])
    losses = of_purchases + np.array([working.get(cause, nothing) for cause in CAUSES])
    gaps = split(-np.expm1(-_summed(losses)), losses)
    return Flows(gaps, binding(gaps), bought.wished, split(bought.wished - bought.delivered, of_purchases))


def _summed(losses: Stock) -> Owners:
    """Losses of all causes together, cause by cause in order; (owners, worlds)."""
    return over_owners(losses)  # the same sum, over causes
