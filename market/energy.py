"""Energy: three kinds of contract with lead times, failures and prices; what has no power does not compute.

Grid connections take years and are cheap, on-site generation takes one or two years and is dear, ready sites with
power take months and are scarce. Each month the market offers so many MW of each kind; what owners ask for is served
in proportion. A contract arrives after a lognormal lead time; part of it is cancelled. Sources: interconnection queues
4.5 years for generators, 13 % of capacity built (LBNL, Queued Up 2025: a proxy for loads); large loads 3-7 years;
reciprocating engines 1-1.5 years, turbines 3.5-7 (press, 2025); a 2030 US AI capacity above 50 GW from about 5 in 2025 (EPRI
and Epoch AI, 2025). Limits: no regions, one price per kind.
"""

from dataclasses import dataclass

import numpy as np

from computerace.market.arrays import TINY, Owners, Stock, Worlds, over_owners
from computerace.market.parameters import loguniform, quantity, uniform
from computerace.market.vocabulary import HOURS_PER_MONTH

KINDS = ("grid", "on_site", "ready")
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


def by_kind(parameters: Energy, suffix: str) -> Stock:
    """The three kinds' values of one parameter, such as "lead_months"; (kinds, 1, worlds)."""
    return np.stack([getattr(parameters, f"{kind}_{suffix}") for kind in KINDS])[:, None, :]


def requests(parameters: Energy, need_now: Owners, need_per_month: Owners, energised: Stock, pipeline: Stock) -> Stock:
    """MW of new contracts asked for by kind: each kind fills the gap foreseen at its own lead time.

    Parameters
    ----------
    need_now, need_per_month: IT MW and IT MW per month (owners, worlds).
    energised, pipeline: IT MW by kind (kinds, owners, worlds); the pipeline is what completions are expected to bring.
    """
    lead = by_kind(parameters, "lead_months")
    supply_now = energised[0] + energised[1] + energised[2]
    asked = np.zeros_like(pipeline)
    already = np.zeros_like(need_now)
    for kind in (2, 1, 0):
        horizon = lead[kind]
        need = need_now + need_per_month * horizon * (1.0 + parameters.planning_growth * horizon / 24.0)
        expected = supply_now + already
        for other in range(3):
            expected = expected + pipeline[other] * np.minimum(1.0, horizon / lead[other])
        asked[kind] = np.maximum(need - expected, 0.0)
        already = already + asked[kind]
    return asked


def contracts(parameters: Energy, asked: Stock, years: float) -> Stock:
    """MW signed by kind: at most what is asked, in proportion where the offer is short; (kinds, owners, worlds)."""
    growth = np.exp(np.log(parameters.offer_growth) * years)
    signed = np.empty_like(asked)
    for kind, offer in enumerate(by_kind(parameters, "offer_mw")[:, 0, :]):
        signed[kind] = asked[kind] * np.minimum(1.0, offer * growth / np.maximum(over_owners(asked[kind]), TINY))
    return signed


def lead_months(parameters: Energy, kind: int, draw: Owners) -> Owners:
    """Lead time of this month's contracts of one kind, lognormal; draw is standard normal (owners, worlds)."""
    return by_kind(parameters, "lead_months")[kind] * np.exp(parameters.lead_spread * draw)


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
    left = power_mw * 1e6
    running = np.zeros_like(power_mw)
    for generation in range(active - 1, -1, -1):
        run = np.minimum(stock[generation], left / watts[generation])
        running += run
        left = np.maximum(left - run * watts[generation], 0.0)
    return running


def cost_usd(parameters: Energy, energised: Stock, used_mw: Owners) -> Owners:
    """Power bill of a month in US dollars, at the average price of the owner's kinds; (owners, worlds).

    Power beyond the contracts (`slack_mw`) costs nothing: it is there to take the mechanism out, not to ruin its owner.
    """
    price = by_kind(parameters, "price")
    total = energised[0] + energised[1] + energised[2]
    spent = energised[0] * price[0] + energised[1] * price[1] + energised[2] * price[2]
    return np.minimum(used_mw, total) * parameters.facility_ratio * HOURS_PER_MONTH * spent / np.maximum(total, TINY)
