"""Ledger: what bound each owner this month, and by how much.

Each cause is the part of wished-for compute that it cost, between 0 and 1; the largest binds, and `none` where none
exceeds one part in a hundred. Ties go to the first in the order of `CAUSES`.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import chips, clusters, energy, finance, fleet, sites, talent, vocabulary
from computerace.market.arrays import TINY, Owners, Stock, bounded

if TYPE_CHECKING:
    from computerace.market.setting import Setting

CAUSES = vocabulary.CAUSES
THRESHOLD = 0.01


def shortfall(have: Owners, want: Owners) -> Owners:
    """1 - have / want, cut to 0..1, and 0 where nothing is wanted; (owners, worlds)."""
    return np.where(want > TINY, bounded(1.0 - have / np.maximum(want, TINY), 0.0, 1.0), 0.0)


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


class Flows(NamedTuple):
    """What bound whom in a month (causes, owners, worlds)."""

    gaps: Stock  # part of wished-for compute that each cause cost
    bound: Stock  # 1 for the cause that bound


def account(
    setting: "Setting",
    owned: fleet.State,
    contracts: energy.State,
    buildings: sites.State,
    people: talent.State,
    wanted: Owners,
    sold: chips.Flows,
    money: finance.Flows,
    engineered: clusters.Flows,
) -> Flows:
    """The ledger of a month; wanted: H100e that owners would have bought (owners, worlds)."""  # fmt: skip
    mechanisms = setting.mechanisms
    installed = np.maximum(owned.owned - owned.installing, TINY)
    short = shortfall(owned.operational, installed)
    power = energy.contracted_power(mechanisms.energy, contracts)
    site_binds = buildings.finished + mechanisms.sites.slack_mw < power
    labour_elasticity = mechanisms.software.returns * mechanisms.software.labour_share
    unfilled = shortfall(people.researchers, np.maximum(people.openings, TINY))
    by_cause = {
        "chips": shortfall(sold.delivered, wanted),
        "power": np.where(site_binds, 0.0, short),
        "sites": np.where(site_binds, short, 0.0),
        "cash": shortfall(money.budget.investment, money.budget.wish),
        "people": 1.0 - np.exp(labour_elasticity * np.log(np.maximum(1.0 - unfilled, THRESHOLD))),
        "goodput": mechanisms.clusters.training_share * (1.0 - engineered.goodput),
    }
    gaps = np.array([by_cause[cause] for cause in CAUSES])
    return Flows(gaps, binding(gaps))
