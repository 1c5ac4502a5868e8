"""The state of a race: named arrays, all owners and worlds at once."""

from dataclasses import dataclass

import numpy as np

from computerace.market.arrays import Owners, Stock, Worlds


@dataclass
class State:
    """What a month leaves for the next. Owner arrays are (owners, worlds), market arrays (worlds,)."""

    # chips
    stock: Stock  # H100e by generation (generations, owners, worlds)
    in_house: Owners  # H100e on own chips
    installing: Owners  # H100e delivered, not yet installed
    prepaid: Owners  # backlog that is paid, H100e
    open_orders: Owners  # backlog that is paid on delivery, H100e
    booked: Owners  # share of the base booked by the owner's programme
    chip_price: Worlds  # list price, US dollars per H100e
    backlog_months: Worlds
    usual_backlog: Worlds  # months, of the last year
    supply_path: Worlds  # smooth part of the supply, H100e per month
    supply_shock: Worlds  # log
    made: Worlds  # H100e that the base could deliver this month
    delivered: Owners  # H100e this month
    retired: Owners  # H100e this month
    # energy and sites
    energised: Stock  # IT MW by contract kind (kinds, owners, worlds)
    energy_pipeline: Stock  # IT MW expected from signed contracts, by kind
    energy_arrivals: Stock  # IT MW by month of arrival (months + 2, kinds, owners, worlds)
    site: Owners  # IT MW of finished buildings
    site_pipeline: Owners  # IT MW under construction
    site_arrivals: Stock  # IT MW by month (months + 2, owners, worlds)
    powered: Owners  # IT MW commissioned
    # compute
    operational: Owners
    let: Owners  # to others
    elsewhere: Owners  # in the owner's other business
    rented: Owners
    used: Owners
    effective: Owners
    goodput: Owners
    largest_site: Owners
    rent: Worlds  # US dollars per H100e-hour
    rent_gap: Worlds  # log of rent over its trend
    # people, software, users
    skill: Owners
    researchers: Owners
    stars: Owners
    moved_out: Owners
    moved_in: Owners
    openings: Owners
    pay: Owners
    morale: Owners
    efficiency: Owners  # log, best owner at the start = 0
    quality: Owners
    hallucination: Owners
    users: Owners
    market: Worlds  # AI revenue, US dollars per year
    market_growth: Worlds  # log per year
    revenue: Owners  # US dollars per month
    crossed: Owners  # first month beyond the AGI threshold, 0 before
    # capital
    cash: Owners
    debt: Owners
    outside_rate: Owners  # outside money that can be raised in a year, US dollars
    plans: Owners  # own growth of plans beyond the common, log per month
    raised: Owners  # equity and other outside money so far, US dollars
    investment: Owners  # AI capex affordable this month, US dollars per month
    capex: Owners  # all capex paid this month, US dollars
    sentiment: Owners
    promised: Owners  # H100e promised for this month
    mood: Worlds  # log
    returns: Worlds  # q
    gaps: Stock  # loss by cause (causes, owners, worlds)
    bound: Stock  # 1 for the cause that bound

    @property
    def owned(self) -> Owners:
        """Owned compute in H100e, all generations."""
        total = self.stock[0].copy()
        for generation in self.stock[1:]:
            total += generation
        return total


def zeros(owners: int, worlds: int) -> Owners:
    """An empty (owners, worlds) array."""
    return np.zeros((owners, worlds))
