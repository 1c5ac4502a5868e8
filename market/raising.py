"""Raising money: what each owner is offered, how a pool is shared by all who ask, and at which price.

    granted_ik = asked_ik * min(1, pool_k / sum_i asked_ik)
    price_k = price at an empty market * (1 + tightness * what is granted / pool_k)

The price of debt is its interest, that of equity the part of the firm that new owners take over post-money. What a
parent or backer has set aside for an owner is nobody else's. Limits: prices of debt hold until it is paid back.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import TINY, Owners, Stock, above, added, at_most, below, over_owners, ratio
from computerace.market.capital import BONDS, BUILDINGS, CHIPS, DEBT, PARENTS, PRIVATE, PUBLIC, Capital


class Asker(NamedTuple):
    """What the capital market looks at when it makes offers; (owners, worlds)."""

    young: NDArray[np.bool_]  # who lives on outside money
    labs_among: NDArray[np.bool_]  # young, or a row of many firms with young labs among them
    part_most: Owners  # of a pool
    equity: Owners  # US dollars a month that private investors would give
    backed: Owners  # US dollars that a parent or backer has set aside
    debt_room: Owners  # US dollars a month below the limit of debt against cash flow
    bill: Owners  # US dollars for buildings that are due
    sound: Owners  # 1 less distress


def offers(parameters: Capital, sizes: Stock, asker: Asker) -> Stock:
    """US dollars that owners could get this month if nobody else asked, by kind; (kinds, owners, worlds).

    Debt against chips is further bound by the chips that are bought, which the owner knows.
    """
    standing = asker.equity * asker.labs_among
    return np.stack(
        [
            asker.backed
            + sizes[PARENTS] * at_most(ratio(standing, over_owners(standing)), asker.part_most, "one_name_parents"),
            at_most(np.where(asker.young, 0.0, asker.debt_room), sizes[BONDS] * asker.part_most, "one_name_bonds")
            * asker.sound,
            at_most(parameters.buildings_loan * asker.bill, sizes[BUILDINGS] * asker.part_most, "one_name_buildings")
            * asker.sound,
            sizes[CHIPS] * asker.part_most * asker.sound,
            at_most(standing, sizes[PRIVATE] * asker.part_most, "one_name_private"),
            np.where(asker.young, 0.0, sizes[PUBLIC] * asker.part_most),
        ]
    )


def ration(sizes: Stock, asked: Stock | Sequence[Owners], backed: Owners) -> tuple[Stock, Stock]:
    """US dollars granted by kind, cut in proportion where a pool is short, and the part of each pool that is taken.

    sizes: (kinds, worlds). asked: by kind, each (owners, worlds). backed: US dollars that parents and backers have set
    aside for an owner, which no other can have. Returns (kinds, owners, worlds) and (kinds, worlds).
    """
    granted, used = np.empty((len(sizes), *backed.shape)), np.empty_like(sizes)
    for kind, wanted in enumerate(asked):
        contested = above(wanted - backed, 0.0) if kind == PARENTS else wanted
        over = over_owners(contested) / above(sizes[kind], TINY)
        used[kind] = below(over, 1.0)
        granted[kind] = contested / above(over, 1.0)
    granted[PARENTS] += np.minimum(asked[PARENTS], backed)
    return granted, used


def rates(parameters: Capital, used: Stock) -> Stock:
    """Interest a year on new debt by kind; used: part of each pool taken (kinds, worlds); returns (debts, worlds)."""
    empty = np.array([parameters.bonds_rate, parameters.buildings_rate, parameters.chips_rate])
    return empty * (1.0 + parameters.tightness * used[DEBT])


def diluted(
    parameters: Capital,
    granted: Stock,
    used: Stock,
    asker: Asker,
    cash_flow_year: Owners,
    fleet: Owners,
    unpaid: Owners,
) -> Owners:
    """Part of the firm that new equity takes, over post-money; (owners, worlds).

    Creditors take equity for what they were not paid (`unpaid`), dollar for dollar: debt is exchanged for shares in a
    reorganisation before the old owners keep any (the absolute priority rule, 11 U.S.C. 1129(b)(2)).

    A young lab that takes all that private investors offer gives `dilution` a year; an incumbent is worth a multiple of
    its cash flow, a row of many firms both; nobody less than its fleet would cost new, US dollars. A pool that is used
    up makes its own kind of equity dearer.
    """
    new = added(
        unpaid, *(granted[kind] * (1.0 + parameters.tightness * used[kind]) for kind in (PARENTS, PRIVATE, PUBLIC))
    )
    earning = np.where(asker.young, 0.0, parameters.cash_flow_multiple * above(cash_flow_year, 0.0))
    standing = asker.equity * asker.labs_among * 12.0 / parameters.dilution
    worth = np.maximum(earning + standing, fleet)
    return new / above(worth + new, TINY)
