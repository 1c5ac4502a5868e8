"""Sites: buildings take time by owner and size, come in phases and lose a month or two to commissioning.

An owner starts a campus when its foreseen need exceeds what it has and builds by at least one campus of its own size:
the large fleets start some every month, a small lab seldom, so its capacity comes in lumps. The first phase is ready
after T = build_years * 12 * (MW / campus MW)^size_exponent months, lognormally spread; two further phases follow.
Source: 55 tracked sites, median 2.17 years from start to first operation; Google 2.32, Meta 2.19, Microsoft 2.64, xAI
0.30 and 0.64 (Epoch AI, Frontier Data Centers). Limits: a site is the owner's own; shells are not traded.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import arrivals
from computerace.market.arrays import Owners, Stock, Worlds, at_least, at_most, power
from computerace.market.parameters import quantity, uniform

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Now, Setting

NEUTRAL = {"sites.slack_mw": 1e9}
PHASES = 3
FORESIGHT_MOST = 6  # months


@dataclass(frozen=True)
class Sites:
    """Parameters of construction; each (worlds,) in a race."""

    spread: Worlds = quantity(
        0.25, "log", "standard deviation of a site's building time",
        prior=uniform(0.15, 0.45), high=2, source="interquartile range 1.60–2.76 years: Epoch AI, Frontier Data Centers", grade="A",
    )  # fmt: skip
    speed: Worlds = quantity(
        1.0, "ratio", "building time of all owners relative to their own record",
        prior=uniform(0.8, 1.25), low=0.01, high=10, source="survivorship of tracked sites", grade="assumed",
    )  # fmt: skip
    size_exponent: Worlds = quantity(
        0.1, "elasticity", "building time to size",
        prior=uniform(0.0, 0.25), high=1, source="start to 1 GW 1.3–4.5 years: Epoch AI (2025)", grade="B",
    )  # fmt: skip
    phase_months: Worlds = quantity(
        4.0, "months", "time between the phases of a site",
        prior=uniform(2, 8), high=60, source="Colossus 1: 5 months between phases", grade="A",
    )  # fmt: skip
    commissioning_months: Worlds = quantity(
        1.5, "months", "time from a finished phase to computing",
        prior=uniform(0.5, 3), low=0.1, high=24, source="sold to operational 0–2 quarters: Epoch AI (2025)", grade="B",
    )  # fmt: skip
    installation_months: Worlds = quantity(
        2.0, "months", "time from delivery to an installed chip",
        prior=uniform(1, 4), low=0.1, high=24, source="sold to operational 0–2 quarters: Epoch AI (2025)", grade="A",
    )  # fmt: skip
    idle_months: Worlds = quantity(
        3.0, "months", "purchases that an owner lets lie without power or a building",
        prior=uniform(1, 8), high=600, source="Microsoft, November 2025: chips in inventory for want of powered shells", grade="C",
    )  # fmt: skip
    cost_usd_per_mw: Worlds = quantity(
        12e6, "USD of 2025 per IT MW", "building, power and cooling without servers",
        prior=uniform(9e6, 16e6), low=1e5, high=1e9, source="40 % of about 30 M$/MW: Alphabet 2025, Epoch AI 2025", grade="B",
    )  # fmt: skip
    slack_mw: Worlds = quantity(
        0.0, "IT MW", "buildings that every owner has beyond its own",
        high=1e12, source="takes the mechanism out; 0 by definition", grade="A",
    )  # fmt: skip
    foresight_months: Worlds = quantity(
        6.0, "months", "how far ahead an owner knows what power and buildings will come; whole months",
        low=0, high=FORESIGHT_MOST, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    start_share: Worlds = quantity(
        0.5, "fraction", "part of the missing buildings that is begun in a month",
        low=0, high=1, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    margin_months: Worlds = quantity(
        3.0, "months", "time that planners of buildings reckon with beyond the building itself",
        low=0, high=60, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    size_factor_most: Worlds = quantity(
        3.0, "ratio", "longest building time by size, over that of one campus",
        low=1, high=20, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    headroom: Worlds = quantity(
        1.02, "ratio", "power and buildings over what is powered at the start",
        low=1, high=3, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    installing_share: Worlds = quantity(
        0.7, "fraction", "part of the chips without power at the start that is still being installed",
        low=0, high=1, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    grid_share_begun: Worlds = quantity(
        0.5, "fraction", "part of the grid contracts at the start for which buildings are under way",
        low=0, high=1, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    build_months_least: Worlds = quantity(
        3.0, "months", "shortest time over which buildings at the start come in",
        low=1, high=60, source="held; no published figure", grade="assumed",
    )  # fmt: skip


class State(NamedTuple):
    """Buildings that owners have and wait for, IT MW."""

    finished: Owners  # (owners, worlds)
    pipeline: Owners  # under construction (owners, worlds)
    arrivals: Stock  # by month (months, owners, worlds); market/arrivals.py alone writes here
    powered: Owners  # commissioned: power and a building (owners, worlds)


class Campuses(NamedTuple):
    """What owners want built, IT MW; (owners, worlds), or (worlds,) where one owner fills it in."""

    target: Owners  # buildings that should stand or be under way
    least: Owners  # nothing smaller is begun


class Flows(NamedTuple):
    """What happened to buildings in a month."""

    begun: Owners  # IT MW
    built: Owners  # IT MW
    paid: Owners  # US dollars


def starts(shortfall_mw: Owners, campus_mw: Owners) -> Owners:
    """MW begun this month: all of the shortfall once it reaches a campus, else nothing; (owners, worlds)."""
    return np.where(shortfall_mw >= campus_mw, shortfall_mw, 0.0)


def first_phase_months(parameters: Sites, build_years: Owners, size: Owners, campus: Owners, draw: Owners) -> Owners:
    """Months from start to the first finished phase; draw is standard normal (owners, worlds)."""
    scale = power(np.maximum(size / campus, 1.0), parameters.size_exponent)
    scale = at_most(scale, parameters.size_factor_most)
    return 12.0 * build_years * parameters.speed * scale * np.exp(parameters.spread * draw)


def usable_purchases(parameters: Sites, wanted: Owners, room: Owners) -> Owners:
    """H100e per month that an owner buys: what will have power and a building as far as it sees, and some idle.

    wanted: H100e per month. room: H100e that power and buildings to come can take beyond the fleet (owners, worlds).
    """
    months = np.maximum(parameters.foresight_months, 1.0)
    return np.minimum(wanted, np.maximum(room + parameters.idle_months * wanted, 0.0) / months)


def commission(parameters: Sites, powered: Owners, ready: Owners) -> Owners:
    """Powered MW of next month: what is ready comes in over the commissioning time, what is lost goes at once."""
    gain = (ready - powered) / at_least(parameters.commissioning_months, 1.0)
    return np.minimum(powered + np.maximum(gain, 0.0), ready)


def begin(
    setting: "Setting", state: State, asked: Campuses, with_power: Owners, luck: "Luck", now: "Now"
) -> tuple[State, Owners]:
    """Campuses begun this month for what will be missing; returns the IT MW begun too.

    with_power: IT MW of ready sites under contract, which bring their buildings (owners, worlds).
    """
    parameters, figures = setting.mechanisms.sites, setting.figures
    missing = asked.target - state.finished - state.pipeline - with_power
    begun = starts(parameters.start_share * missing, asked.least)
    first = first_phase_months(parameters, figures.build_years, begun, figures.campus_mw, luck.site)
    for phase in range(PHASES):
        arrivals.enter(state.arrivals, now.month, first + phase * parameters.phase_months, begun / PHASES)
    return state._replace(pipeline=state.pipeline + begun), begun


def finish(setting: "Setting", state: State, ready: Owners, power: Owners, month: int) -> tuple[State, Owners, Owners]:
    """What is finished in a month is paid and commissioned; returns the IT MW built and their cost in US dollars too.

    ready: IT MW that arrived with a building. power: IT MW of power at hand (owners, worlds).
    """
    parameters = setting.mechanisms.sites
    built = state.arrivals[month]
    finished = state.finished + built + ready
    pipeline = np.maximum(state.pipeline - built, 0.0)
    paid = built * parameters.cost_usd_per_mw * setting.figures.purchase_cost
    powered = commission(parameters, state.powered, np.minimum(power, finished + parameters.slack_mw))
    return State(finished, pipeline, state.arrivals, powered), built, paid
