"""Energy: three kinds of contract with lead times, failures and prices; what has no power does not compute.

Grid connections take years and are cheap, on-site generation takes one or two years and is dear, ready sites with
power take months and are scarce. Each month the market offers so many MW of each kind; what owners ask for is served
in proportion. A contract arrives after a lognormal lead time; part of it is cancelled. Sources: interconnection queues
4.5 years for generators, 13 % of capacity built (LBNL, Queued Up 2025: a proxy for loads); large loads 3-7 years;
reciprocating engines 1-1.5 years, turbines 3.5-7 (press, 2025); a 2030 US AI capacity above 50 GW from about 5 in 2025 (EPRI
and Epoch AI, 2025). Limits: no regions, one price per kind.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import arrivals
from computerace.market.arrays import TINY, Owners, Stock, Worlds, over_owners
from computerace.market.parameters import loguniform, quantity, uniform
from computerace.market.units import HOURS_PER_MONTH, MONTHS_PER_TWO_YEARS, WATTS_PER_MEGAWATT

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Now, Setting

KINDS = ("grid", "on_site", "ready")
READY = KINDS.index("ready")
NEUTRAL = {"energy.slack_mw": 1e9}


@dataclass(frozen=True)
class Energy:
    """Parameters of the energy market; each (worlds,) in a race."""

    grid_lead_months: Worlds = quantity(
        45.0, "months", "median time from contract to power, grid connection",
        prior=uniform(30, 66), low=1, high=240, source="3–7 years for large loads (press 2025); 55 months in LBNL's queue", grade="C",
    )  # fmt: skip
    on_site_lead_months: Worlds = quantity(
        15.0, "months", "median time from contract to power, on-site generation",
        prior=uniform(12, 24), low=1, high=240, source="reciprocating engines 12–18 months (2025)", grade="C",
    )  # fmt: skip
    ready_lead_months: Worlds = quantity(
        5.0, "months", "median time from contract to power, ready site",
        prior=uniform(3, 9), low=1, high=120, source="no published figure", grade="assumed",
    )  # fmt: skip
    lead_spread: Worlds = quantity(
        0.25, "log", "standard deviation of a contract's lead time",
        prior=uniform(0.1, 0.4), high=2, source="interquartile range of 55 sites: Epoch AI, Frontier Data Centers", grade="A",
    )  # fmt: skip
    grid_completion: Worlds = quantity(
        0.6, "fraction", "part of a grid contract that is ever energised",
        prior=uniform(0.3, 0.85), high=1, source="13–19 % for generators (LBNL); loads far better", grade="assumed",
    )  # fmt: skip
    on_site_completion: Worlds = quantity(
        0.8, "fraction", "part of an on-site contract that is ever energised",
        prior=uniform(0.6, 0.95), high=1, source="no published figure", grade="assumed",
    )  # fmt: skip
    ready_completion: Worlds = quantity(
        0.95, "fraction", "part of a ready-site contract that is ever energised",
        prior=uniform(0.85, 1.0), high=1, source="no published figure", grade="assumed",
    )  # fmt: skip
    grid_offer_mw: Worlds = quantity(
        1500.0, "IT MW per month", "grid contracts on offer to AI at the start",
        prior=loguniform(800, 3000), high=1e7, source=">100 GW for AI worldwide by 2030 (EPRI and Epoch AI, 2025)", grade="B",
    )  # fmt: skip
    on_site_offer_mw: Worlds = quantity(
        450.0, "IT MW per month", "on-site generation on offer to AI at the start",
        prior=loguniform(220, 900), high=1e7, source="GE Vernova: 20 GW of turbines a year, backlog of 80 GW at end-2025; a third for AI", grade="B",
    )  # fmt: skip
    ready_offer_mw: Worlds = quantity(
        350.0, "IT MW per month", "ready sites on offer to AI at the start",
        prior=loguniform(150, 800), high=1e7, source="no published figure", grade="assumed",
    )  # fmt: skip
    offer_growth: Worlds = quantity(
        1.2, "ratio per year", "growth of what is on offer",
        prior=uniform(1.05, 1.4), low=0.2, high=5, source="US additions 49, 53 GW in 2024, 2025 (EIA)", grade="B",
    )  # fmt: skip
    planning_growth: Worlds = quantity(
        0.4, "per year", "growth of the monthly need that planners reckon with",
        prior=uniform(0.1, 0.7), high=3, source="no published figure", grade="assumed",
    )  # fmt: skip
    grid_price: Worlds = quantity(
        65.0, "USD per MWh", "price of grid power",
        prior=uniform(49, 90), high=2000, source="LevelTen PPA index, 2025", grade="B",
    )  # fmt: skip
    on_site_price: Worlds = quantity(
        80.0, "USD per MWh", "price of on-site power",
        prior=uniform(65, 120), high=2000, source="on-site gas 65 against 102 at retail (press, 2025)", grade="C",
    )  # fmt: skip
    ready_price: Worlds = quantity(
        100.0, "USD per MWh", "price of power at a ready site",
        prior=uniform(75, 140), high=2000, source="PJM retail 102 (press, 2025)", grade="C",
    )  # fmt: skip
    facility_ratio: Worlds = quantity(
        1.27, "ratio", "facility power over IT power",
        prior=uniform(1.20, 1.32), low=1, high=3, source="Epoch AI, Frontier Data Centers", grade="A",
    )  # fmt: skip
    slack_mw: Worlds = quantity(
        0.0, "IT MW", "power that every owner has beyond its contracts",
        high=1e12, source="takes the mechanism out; 0 by definition", grade="A",
    )  # fmt: skip


class State(NamedTuple):
    """Power that owners have and wait for, IT MW by kind of contract."""

    energised: Stock  # (kinds, owners, worlds)
    pipeline: Stock  # expected from signed contracts (kinds, owners, worlds)
    arrivals: Stock  # by month of arrival (months, kinds, owners, worlds); market/arrivals.py alone writes here


class Requests(NamedTuple):
    """What owners ask of the energy market: IT MW of new contracts; (owners, worlds), or (worlds,) for one owner."""

    grid: Owners
    on_site: Owners
    ready: Owners


class Flows(NamedTuple):
    """What happened in the energy market in a month, IT MW (kinds, owners, worlds)."""

    asked: Stock
    signed: Stock  # before cancellations


class Kinds(NamedTuple):
    """Parameters by kind of contract (kinds, worlds), and what planners reckon with at each kind's lead time."""

    completion: Stock
    offer: Stock  # IT MW per month at the start
    price: Stock  # US dollars per MWh
    lead: Stock  # months
    growth: Stock  # of the monthly need until then, a factor
    known: Stock  # part of each kind's pipeline that will have come until then (kinds, kinds, worlds)


def by_kind(parameters: Energy) -> Kinds:
    """What the parameters say of each kind; the same in every month."""
    lead = np.array((parameters.grid_lead_months, parameters.on_site_lead_months, parameters.ready_lead_months))
    return Kinds(
        np.array((parameters.grid_completion, parameters.on_site_completion, parameters.ready_completion)),
        np.array((parameters.grid_offer_mw, parameters.on_site_offer_mw, parameters.ready_offer_mw)),
        np.array((parameters.grid_price, parameters.on_site_price, parameters.ready_price)),
        lead,
        growth=1.0 + parameters.planning_growth * lead / MONTHS_PER_TWO_YEARS,
        known=np.minimum(1.0, lead[:, None] / lead),
    )


def requests(kinds: Kinds, need_now: Worlds, need_per_month: Worlds, energised: Stock, pipeline: Stock) -> Requests:
    """MW of new contracts that one owner asks for: each kind fills the gap foreseen at its own lead time.

    Parameters
    ----------
    need_now, need_per_month: IT MW and IT MW per month (worlds,).
    energised, pipeline: IT MW by kind (kinds, worlds); the pipeline is what completions are expected to bring.
    """
    need = need_now + need_per_month * kinds.lead * kinds.growth
    coming = pipeline * kinds.known
    expected = energised[0] + energised[1] + energised[2]
    ready = _missing(need[2], expected, coming[2])
    on_site = _missing(need[1], expected + ready, coming[1])
    grid = _missing(need[0], expected + (ready + on_site), coming[0])
    return Requests(grid, on_site, ready)


def _missing(need: Worlds, expected: Worlds, coming: Stock) -> Worlds:
    """What is not there and not coming; coming: by kind (kinds, worlds)."""
    return np.maximum(need - (expected + coming[0] + coming[1] + coming[2]), 0.0)


def contracts(parameters: Energy, kinds: Kinds, asked: Stock, years: float) -> Stock:
    """MW signed by kind: at most what is asked, in proportion where the offer is short; (kinds, owners, worlds)."""
    growth = np.exp(np.log(parameters.offer_growth) * years)
    signed = np.empty_like(asked)
    for kind, offer in enumerate(kinds.offer):
        signed[kind] = asked[kind] * np.minimum(1.0, offer * growth / np.maximum(over_owners(asked[kind]), TINY))
    return signed


def contracted(setting: "Setting", state: State, asked: Requests, luck: "Luck", now: "Now") -> tuple[State, Flows]:
    """The month's contracts: signed, cut by cancellations, and entered where they will arrive."""
    kinds = setting.kinds
    wanted = np.array(asked)
    signed = contracts(setting.mechanisms.energy, kinds, wanted, now.years)
    coming = signed * kinds.completion[:, None]
    spread = np.exp(setting.mechanisms.energy.lead_spread * luck.energy)
    for kind, lead in enumerate(kinds.lead):
        delay = lead * spread
        arrivals.enter(state.arrivals, now.month, delay, coming[kind], kind)
    return state._replace(pipeline=state.pipeline + coming), Flows(wanted, signed)


def energise(state: State, month: int) -> tuple[State, Stock]:
    """What arrives in a month is energised; returns it too, IT MW (kinds, owners, worlds)."""
    arrived = state.arrivals[month]
    pipeline = np.maximum(state.pipeline - arrived, 0.0)
    return state._replace(energised=state.energised + arrived, pipeline=pipeline), arrived


def contracted_power(parameters: Energy, state: State) -> Owners:
    """IT MW under contract that is energised, and the slack that takes the mechanism out; (owners, worlds)."""
    return state.energised[0] + state.energised[1] + state.energised[2] + parameters.slack_mw


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
        run = np.minimum(stock[generation], left / watts[generation])
        running += run
        left = np.maximum(left - run * watts[generation], 0.0)
    return running


def cost_usd(parameters: Energy, kinds: Kinds, energised: Stock, used_mw: Owners) -> Owners:
    """Power bill of a month in US dollars, at the average price of the owner's kinds; (owners, worlds).

    Power beyond the contracts (`slack_mw`) costs nothing: it is there to take the mechanism out, not to ruin its owner.
    """
    price = kinds.price
    total = energised[0] + energised[1] + energised[2]
    spent = energised[0] * price[0] + energised[1] * price[1] + energised[2] * price[2]
    return np.minimum(used_mw, total) * parameters.facility_ratio * HOURS_PER_MONTH * spent / np.maximum(total, TINY)
