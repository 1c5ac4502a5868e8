"""Energy: three kinds of contract with lead times, failures and prices; what has no power does not compute.

Grid connections take years and are cheap, on-site generation takes one or two years and is dear, ready sites with
power take months and are scarce. Each month so many MW of each kind are on offer, more where a premium is paid, and
owners queue for them: `market/queueing.py` has the premium that clears. An owner's bid for a month is what the month is
worth to it, held to its purse:

    bid = worth / (1 + worth asked / purse),  worth = revenue of a MW-month * margin

so that all premiums together cost at most the purse. A contract arrives after a lognormal lead time; part of it is
cancelled. Sources: interconnection queues 4.5 years for generators, 13 % of capacity built (LBNL, Queued Up 2025: a proxy
for loads); large loads 3-7 years; reciprocating engines 1-1.5 years, turbines 3.5-7 (press, 2025); a 2030 US AI capacity
above 50 GW from about 5 in 2025 (EPRI and Epoch AI, 2025); worth of time: 400 MW half a year early for about 2.2 B$
(SemiAnalysis, 2025). Limits: no regions, one premium per kind, contracts are not resold.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import arrivals, queueing
from computerace.market.arrays import TINY, Owners, Stock, Worlds, above, added, below, over_owners, ratio
from computerace.market.parameters import loguniform, quantity, uniform
from computerace.market.units import HOURS_PER_MONTH, MONTHS_PER_TWO_YEARS, WATTS_PER_MEGAWATT

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Now, Setting

KINDS = ("grid", "on_site", "ready")
READY = KINDS.index("ready")
NEUTRAL = {"energy.slack_mw": 1e9, "energy.premium_share": 0.0}


@dataclass(frozen=True)
class Energy:
    """Parameters of the energy market; each (worlds,) in a race."""

    grid_lead_months: Worlds = quantity(
        45.0, "months", "median time from contract to power, grid connection",
        prior=uniform(30, 66), low=1, high=240, source="3–7 years for large loads (press 2025); 55 months in LBNL's queue", grade="C",
        effect="- power_grid_mw at 36",
    )  # fmt: skip
    on_site_lead_months: Worlds = quantity(
        15.0, "months", "median time from contract to power, on-site generation",
        prior=uniform(12, 24), low=1, high=240, source="reciprocating engines 12–18 months (2025)", grade="C",
        effect="- power_on_site_mw at 12",
    )  # fmt: skip
    ready_lead_months: Worlds = quantity(
        5.0, "months", "median time from contract to power, ready site",
        prior=uniform(3, 9), low=1, high=120, source="no published figure", grade="assumed",
        effect="- power_ready_mw at 6",
    )  # fmt: skip
    lead_spread: Worlds = quantity(
        0.40, "log", "standard deviation of a contract's lead time",
        prior=uniform(0.2, 0.7), high=2, source="no figure for contracts; building times of 55 sites spread by 0.40: Epoch AI, Frontier Data Centers", grade="C",
        effect="+ power_grid_mw at 24",
    )  # fmt: skip
    grid_completion: Worlds = quantity(
        0.6, "fraction", "part of a grid contract that is ever energised",
        prior=uniform(0.3, 0.85), high=1, source="13–19 % for generators (LBNL); loads far better", grade="assumed",
        effect="+ pipeline_grid_mw at 12",
    )  # fmt: skip
    on_site_completion: Worlds = quantity(
        0.8, "fraction", "part of an on-site contract that is ever energised",
        prior=uniform(0.6, 0.95), high=1, source="no published figure", grade="assumed",
        effect="+ pipeline_on_site_mw at 6",
    )  # fmt: skip
    ready_completion: Worlds = quantity(
        0.95, "fraction", "part of a ready-site contract that is ever energised",
        prior=uniform(0.85, 1.0), high=1, source="no published figure", grade="assumed",
        effect="+ pipeline_ready_mw at 2",
    )  # fmt: skip
    grid_offer_mw: Worlds = quantity(
        1100.0, "IT MW per month", "grid contracts on offer to AI at the start",
        prior=loguniform(600, 2500), high=1e7, source="from 23 to >100 GW for AI worldwide by 2030 (EPRI and Epoch AI, 2025): 1.0 GW of IT a month", grade="C",
        effect="- premium_grid_usd_per_mw at 6",
    )  # fmt: skip
    on_site_offer_mw: Worlds = quantity(
        400.0, "IT MW per month", "on-site generation on offer to AI at the start",
        prior=loguniform(150, 1000), high=1e7, source="GE Vernova: 20 GW of turbines a year, of which it expects a third of US sales for data centres; a third of makers", grade="C",
        effect="- premium_on_site_usd_per_mw at 6",
    )  # fmt: skip
    ready_offer_mw: Worlds = quantity(
        350.0, "IT MW per month", "ready sites on offer to AI at the start",
        prior=loguniform(150, 800), high=1e7, source="no published figure", grade="assumed",
        effect="- premium_ready_usd_per_mw at 6",
    )  # fmt: skip
    offer_growth: Worlds = quantity(
        1.10, "ratio per year", "growth of what is on offer",
        prior=uniform(1.02, 1.3), low=0.2, high=5, source="US additions 48.6 and 53 GW in 2024 and 2025 (EIA): 1.08; turbine orders doubled in 2024 and rose by half in 2025 (GE Vernova)", grade="C",
        effect="- premium_grid_usd_per_mw at 24",
    )  # fmt: skip
    planning_growth: Worlds = quantity(
        0.4, "per year", "growth of the monthly need that planners reckon with",
        prior=uniform(0.1, 0.7), high=3, source="no published figure", grade="assumed",
        effect="+ asked_grid_mw of all at 1",
    )  # fmt: skip
    grid_price: Worlds = quantity(
        65.0, "USD per MWh", "price of grid power",
        prior=uniform(49, 90), high=2000, source="LevelTen PPA index, 2025", grade="B",
        effect="- cash_usd of rivals at 6",
    )  # fmt: skip
    on_site_price: Worlds = quantity(
        120.0, "USD per MWh", "price of on-site power",
        prior=uniform(75, 180), high=2000, source="on site 175 all in, fuel cells about 100, combined cycle 65 (press, 2025)", grade="C",
        effect="- cash_usd of rivals at 6",
    )  # fmt: skip
    ready_price: Worlds = quantity(
        110.0, "USD per MWh", "price of power at a ready site",
        prior=uniform(80, 150), high=2000, source="PJM retail 102, delivered to new loads 110–150 (press, 2025)", grade="C",
        effect="- cash_usd of rivals at 6",
    )  # fmt: skip
    facility_ratio: Worlds = quantity(
        1.27, "ratio", "facility power over IT power",
        prior=uniform(1.20, 1.32), low=1, high=3, source="Epoch AI, Frontier Data Centers", grade="A",
        effect="+ power_mw of all at 1",
    )  # fmt: skip
    slack_mw: Worlds = quantity(
        0.0, "IT MW", "power that every owner has beyond its contracts",
        high=1e12, source="takes the mechanism out; 0 by definition", grade="A",
        effect="+ saw_power_mw of all at 1 from 0 to 1e5",
    )  # fmt: skip
    grid_elasticity: Worlds = quantity(
        0.15, "elasticity", "grid contracts on offer to what a contract costs with its premium",
        prior=uniform(0.05, 0.4), high=20, source="none published for loads; PJM's capacity price rose 12 times and the supply offered by 0.4 of 134 GW", grade="assumed",
        effect="- premium_grid_usd_per_mw at 6",
    )  # fmt: skip
    on_site_elasticity: Worlds = quantity(
        0.5, "elasticity", "on-site contracts on offer to what a contract costs with its premium",
        prior=uniform(0.2, 1.2), high=20, source="none published; plants cost 1.66 times more in two years, and turbines' output rose by 10–25 %", grade="assumed",
        effect="- premium_on_site_usd_per_mw at 12",
    )  # fmt: skip
    ready_elasticity: Worlds = quantity(
        0.3, "elasticity", "ready sites on offer to what a contract costs with its premium",
        prior=uniform(0.1, 0.8), high=20, source="no published figure", grade="assumed",
        effect="- premium_ready_usd_per_mw at 12",
    )  # fmt: skip
    contract_years: Worlds = quantity(
        10.0, "years", "time over which a contract's power is reckoned in what it costs",
        prior=uniform(5, 20), low=0.1, high=100, source="power purchase agreements of 10–20 years; assumed", grade="assumed",
        effect="+ premium_grid_usd_per_mw at 6",
    )  # fmt: skip
    month_revenue_usd_per_mw: Worlds = quantity(
        0.9e6, "USD of 2025 per IT MW-month", "revenue that power a month earlier brings",
        prior=uniform(0.7e6, 1.2e6), high=1e10, source="10–12 B$ of revenue per GW-year; 400 MW six months early about 2.2 B$ (SemiAnalysis, 2025)", grade="C",
        effect="+ premium_grid_usd_per_mw at 1",
    )  # fmt: skip
    month_margin: Worlds = quantity(
        0.4, "fraction", "part of that revenue that is given for the month at most",
        prior=uniform(0.2, 0.6), high=1, source="no published figure", grade="assumed",
        effect="+ premium_grid_usd_per_mw at 1",
    )  # fmt: skip
    premium_share: Worlds = quantity(
        0.1, "fraction", "part of a month's AI investment that goes into premiums at most",
        prior=loguniform(0.03, 0.3), high=1, source="no published figure", grade="assumed",
        effect="+ premium_grid_usd_per_mw at 1",
    )  # fmt: skip

    @cached_property
    def worth(self) -> Worlds:
        """US dollars that a MW a month earlier is worth."""
        return self.month_revenue_usd_per_mw * self.month_margin

    @cached_property
    def log_growth(self) -> Worlds:
        """Log growth a year of what is on offer."""
        return np.log(self.offer_growth)


class State(NamedTuple):
    """Power that owners have and wait for, IT MW by kind of contract."""

    energised: Stock  # (kinds, owners, worlds)
    pipeline: Stock  # expected from signed contracts (kinds, owners, worlds)
    arrivals: Stock  # by month of arrival (months, kinds, owners, worlds); market/arrivals.py alone writes here
    premium: Stock  # paid last month for a contract, US dollars per IT MW (kinds, worlds)


class Requests(NamedTuple):
    """What owners ask of the energy market: IT MW of new contracts; (owners, worlds), or (worlds,) for one owner."""

    grid: Owners
    on_site: Owners
    ready: Owners
    bid: Owners  # US dollars per IT MW for having it a month earlier


class Flows(NamedTuple):
    """What happened in the energy market in a month, IT MW (kinds, owners, worlds)."""

    asked: Stock
    signed: Stock  # before cancellations
    paid: Owners  # premiums, US dollars (owners, worlds)


class Kinds(NamedTuple):
    """Parameters by kind of contract (kinds, worlds), and what planners reckon with at each kind's lead time."""

    completion: Stock
    offer: Stock  # IT MW per month at the start, without a premium
    price: Stock  # US dollars per MWh
    doubling: Stock  # premium at which twice as much is on offer, US dollars per IT MW
    lead: Stock  # months
    growth: Stock  # of the monthly need until then, a factor
    known: Stock  # part of each kind's pipeline that will have come until then (kinds, kinds, worlds)


def by_kind(parameters: Energy) -> Kinds:
    """What the parameters say of each kind; the same in every month."""
    lead = np.array((parameters.grid_lead_months, parameters.on_site_lead_months, parameters.ready_lead_months))
    price = np.array((parameters.grid_price, parameters.on_site_price, parameters.ready_price))
    elasticity = np.array((parameters.grid_elasticity, parameters.on_site_elasticity, parameters.ready_elasticity))
    hours = parameters.contract_years * 12.0 * HOURS_PER_MONTH
    return Kinds(
        np.array((parameters.grid_completion, parameters.on_site_completion, parameters.ready_completion)),
        np.array((parameters.grid_offer_mw, parameters.on_site_offer_mw, parameters.ready_offer_mw)),
        price,
        above(price * parameters.facility_ratio * hours / above(elasticity, TINY), TINY),
        lead,
        growth=1.0 + parameters.planning_growth * lead / MONTHS_PER_TWO_YEARS,
        known=below(lead[:, None] / lead, 1.0),
    )


def requests(
    kinds: Kinds, need_now: Owners, need_per_month: Owners, energised: Stock, pipeline: Stock
) -> tuple[Owners, Owners, Owners]:
    """MW of new contracts that owners ask for, by kind: each fills the gap foreseen at its lead time.

    Parameters
    ----------
    need_now, need_per_month: IT MW and IT MW per month; (owners, worlds), or (worlds,) for one owner.
    energised, pipeline: IT MW by kind (kinds, …); the pipeline is what completions are expected to bring.
    """
    running = added(*energised)
    grid, on_site, ready = (_missing(kinds, kind, need_now, need_per_month, running, pipeline) for kind in range(3))
    ready = above(ready, 0.0)
    on_site = above(on_site - ready, 0.0)
    return above(grid - (ready + on_site), 0.0), on_site, ready


def _missing(
    kinds: Kinds, kind: int, need_now: Owners, need_per_month: Owners, running: Owners, pipeline: Stock
) -> Owners:
    """IT MW that the need at a kind's lead time is above what will have power by then."""
    need = need_now + need_per_month * kinds.lead[kind] * kinds.growth[kind]
    known = kinds.known[kind]
    return need - (running + added(*(waiting * part for waiting, part in zip(pipeline, known, strict=True))))


def bid(parameters: Energy, asked: Worlds, purse: Worlds) -> Worlds:
    """US dollars per MW that one owner gives for a month: what it is worth, or its purse over what it asks for.

    asked: IT MW of all kinds. purse: US dollars for premiums in the month (worlds,).
    """
    return parameters.worth * ratio(purse, purse + parameters.worth * asked)


def contracts(parameters: Energy, kinds: Kinds, asked: Stock, bids: Owners, years: float) -> tuple[Stock, Stock]:
    """MW signed by kind (kinds, owners, worlds) and the premium that clears, US dollars per MW (kinds, worlds)."""
    growth = np.exp(parameters.log_growth * years)
    by_owner, premium = queueing.clear(np.swapaxes(asked, 0, 1), bids[:, None], kinds.offer * growth, kinds.doubling)
    return np.swapaxes(by_owner, 0, 1), premium


def wait_months(asked: Owners, signed: Owners) -> Owners:
    """Months over which what owners ask for is signed at this pace, beyond the first; IT MW (owners, worlds).

    It is the premium over what an owner bids for a month (`market/queueing.py`), and very long for who bids nothing.
    """
    return np.where(asked > 0.0, above(asked / above(signed, TINY) - 1.0, 0.0), 0.0)


def usual_premium(kinds: Kinds, premium: Stock) -> Worlds:
    """Premium of a contract over all kinds, by what is on offer of each; US dollars per MW (worlds,)."""
    return over_owners(kinds.offer * premium) / above(over_owners(kinds.offer), TINY)


def contracted(setting: "Setting", state: State, asked: Requests, luck: "Luck", now: "Now") -> tuple[State, Flows]:
    """The month's contracts: signed and their premiums paid, cut by cancellations, and entered where they will arrive."""
    parameters, kinds = setting.mechanisms.energy, setting.kinds
    wanted = np.array((asked.grid, asked.on_site, asked.ready))
    signed, premium = contracts(parameters, kinds, wanted, asked.bid, now.years)
    coming = signed * kinds.completion[:, None]
    spread = np.exp(parameters.lead_spread * luck.energy)
    arrivals.enter(state.arrivals, now.month, kinds.lead[:, None] * spread, coming)
    after = state._replace(pipeline=state.pipeline + coming, premium=premium)
    return after, Flows(wanted, signed, over_owners(signed * premium[:, None]))


def energise(state: State, month: int) -> tuple[State, Stock]:
    """What arrives in a month is energised; returns it too, IT MW (kinds, owners, worlds)."""
    arrived = state.arrivals[month]
    pipeline = above(state.pipeline - arrived, 0.0)
    return state._replace(energised=state.energised + arrived, pipeline=pipeline), arrived


def contracted_power(parameters: Energy, state: State) -> Owners:
    """IT MW under contract that is energised, and the slack that takes the mechanism out; (owners, worlds)."""
    return added(*state.energised, parameters.slack_mw)


def fill(stock: Stock, watts: Stock, power_mw: Owners, active: int) -> Owners:
    """H100e that a power budget runs, the most efficient generation first.

    Parameters
    ----------
    stock: H100e (generations, owners, worlds). watts: IT watts per H100e (generations, 1, worlds).
    power_mw: IT MW (owners, worlds). active: how many generations exist.

    Returns
    -------
    operating H100e (owners, worlds).
    """
    left = power_mw * WATTS_PER_MEGAWATT
    running = np.zeros_like(power_mw)
    for generation in range(active - 1, -1, -1):
        run = left / watts[generation]
        np.minimum(run, stock[generation], out=run)
        running += run
        run *= watts[generation]
        left = above(np.subtract(left, run, out=run), 0.0)
    return running


def cost_usd(parameters: Energy, kinds: Kinds, energised: Stock, used_mw: Owners) -> Owners:
    """Power bill of a month in US dollars, at the average price of the owner's kinds; (owners, worlds).

    Power beyond the contracts (`slack_mw`) costs nothing: it is there to take the mechanism out, not to ruin its owner.
    """
    price = kinds.price
    total = added(*energised)
    spent = added(*(of_kind * at for of_kind, at in zip(energised, price, strict=True)))
    return np.minimum(used_mw, total) * parameters.facility_ratio * HOURS_PER_MONTH * spent / above(total, TINY)
