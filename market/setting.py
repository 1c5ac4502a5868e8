"""What stays for a race, what a month leaves for the next, and the draws of a month.

Every group is a named tuple of arrays, worlds last: (worlds,) for the market, (owners, worlds) for owners, the rest of
the market in the last row. Nothing here is changed in place but for the schedules of `market/arrivals.py`.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market import (
    capital,
    chips,
    clusters,
    energy,
    finance,
    fleet,
    rental,
    serving,
    sites,
    software,
    talent,
    users,
)
from computerace.market.agi import Agi
from computerace.market.arrays import Owners, Stock, Worlds
from computerace.market.entry import Mask
from computerace.market.generations import Generations, Technology, Wear
from computerace.market.known import Roadmap
from computerace.market.reaction import Reaction


class Mechanisms(NamedTuple):
    """The parameters of every mechanism."""

    chips: chips.Chips
    generations: Generations
    energy: energy.Energy
    sites: sites.Sites
    clusters: clusters.Clusters
    talent: talent.Talent
    software: software.Software
    finance: finance.Finance
    capital: capital.Capital
    users: users.Users
    serving: serving.Serving
    rental: rental.Rental
    reaction: Reaction
    agi: Agi


class Figures(NamedTuple):
    """Figures of the owners, `labs.NAME.quantity` of market/figures.py; (owners, worlds), or (worlds,) for one."""

    owned_h100e: Owners
    powered_mw: Owners
    contracted_grid_mw: Owners
    contracted_on_site_mw: Owners
    contracted_ready_mw: Owners
    researchers: Owners
    stars: Owners
    cash_usd: Owners
    operating_cash_flow_usd_per_year: Owners
    capex_usd_per_year: Owners
    raised_usd_per_year: Owners
    users_share: Owners
    ai_revenue_usd_per_year: Owners
    added_h100e_per_month: Owners
    share_ampere: Owners
    share_hopper: Owners
    share_blackwell: Owners
    in_house_share: Owners
    ai_capex_share: Owners
    rented_h100e: Owners
    let_share: Owners
    largest_site_h100e: Owners
    capability_index: Owners
    hallucination_rate: Owners
    software_efficiency: Owners
    utilisation: Owners
    access_weight: Owners
    prepaid_share: Owners
    build_years: Owners
    campus_mw: Owners
    in_house_target: Owners
    cash_flow_growth: Owners
    attrition: Owners
    relative_pay: Owners
    openings_growth: Owners
    purchase_cost: Owners
    promised_growth: Owners
    backing_usd_per_month: Owners
    equity_share: Owners
    listing_share: Owners
    external_share: Owners
    power_grid_share: Owners
    power_on_site_share: Owners
    power_ready_share: Owners
    entry_month: Owners
    exit_month: Owners

    def of(self, row: int) -> "Figures":
        """The figures of one owner; (worlds,)."""
        return Figures(*(values[row] for values in self))


class Anchors(NamedTuple):
    """What month 0 fixes for the race; (owners, worlds), or (worlds,) where it is the market's."""

    other_capex: Owners  # US dollars per month that are not for AI
    investment: Owners  # US dollars per month
    buffer: Owners  # cash that is kept, US dollars
    young: NDArray[np.bool_]  # who lives on outside money
    many: NDArray[np.bool_]  # rows of many firms
    labs_among: NDArray[np.bool_]  # young, or of many firms with young labs among them
    line: Owners  # size of the credit line, US dollars
    spending_months: Owners  # in which spare cash is spent
    core: Owners  # income of the business beside AI, US dollars per month
    concentration: Owners  # largest site over all that runs for its owner
    operational: Owners  # H100e
    rented: Owners  # H100e
    rent_parity: Worlds  # rent at which renting is as dear as buying, US dollars per H100e-hour
    revenue: Owners  # of AI, US dollars per month
    labour: Worlds  # of the best-equipped owner, researcher equivalents a firm
    experiments: Worlds  # of the best-equipped owner, H100e a firm
    efficiency: Worlds  # of the best owner, log
    pull: Owners  # log attraction of the other owners' posts to its researchers, over its own
    quality: Owners
    capability: Owners  # log10 FLOP of the largest run
    brand: Owners  # logit
    revenue_per_user: Owners  # US dollars per month and share
    serving_per_usd: Owners  # H100e for each dollar a year that users pay, as of end-2025


class Setting(NamedTuple):
    """What stays for a race."""

    owners: tuple[str, ...]  # names of the rows, the rest of the market last
    claimant: int  # row
    start: date
    roadmap: Roadmap
    mechanisms: Mechanisms
    figures: Figures
    watts: Stock  # IT watts per H100e by generation (generations, 1, worlds)
    kinds: energy.Kinds  # of power contracts
    wear: Wear  # of chips
    small_jobs: Worlds  # part that failures and communication leave of jobs that serve users or experiments
    performance: Stock  # H100e per chip by generation (generations, 1, worlds)
    foresight: tuple[Worlds | None, ...]  # 1 for each month ahead of which a world knows, else 0; None where all do
    posts_growth: Owners  # of openings in a month, a factor
    firms: Owners  # how many firms a row stands for
    figures_of: tuple[Figures, ...]  # the figures of each owner, by row (worlds,)
    anchors: Anchors
    heirs: tuple[int, ...] | None = None  # rows that take over from those who leave; None where nobody comes or goes

    @property
    def worlds(self) -> int:
        """How many worlds the race has."""
        return int(self.figures.owned_h100e.shape[-1])


class Now(NamedTuple):
    """The month that is being played."""

    month: int  # since the start; the first is 1
    today: date
    years: float  # since the start
    calendar_years: float  # from the beginning of 2026 to the end of the month
    technology: Technology


class Luck(NamedTuple):
    """The draws of one month: standard normal, and uniform on (0, 1) where it says so."""

    supply: Worlds
    mood: Worlds
    demand: Worlds
    energy: Owners
    site: Owners
    software: Owners
    plan: Owners
    round: Owners
    exodus: Owners  # uniform
    release: Owners  # uniform
    closing: Owners  # uniform


type Memory = Mapping[str, Worlds]
"""What an owner remembers, by names of its own; each (worlds,)."""


class State(NamedTuple):
    """What a month leaves for the next."""

    chips: chips.State
    energy: energy.State
    sites: sites.State
    fleet: fleet.State
    rental: rental.State
    talent: talent.State
    software: software.State
    users: users.State
    finance: finance.State
    memory: tuple[Memory, ...]  # by row
    active: Mask | None = None  # who takes part; None where everybody does in all worlds
