"""Sites: buildings take time by owner and size, come in phases and lose a month or two to commissioning.

An owner starts a campus when its foreseen need exceeds what it has and builds by at least one campus of its own size:
the large fleets start some every month, a small lab seldom, so its capacity comes in lumps. What is begun in a
month is so many campuses of one size, none below the owner's own; the first phase of each is ready after
T = build_years * 12 * (MW of one / campus MW)^size_exponent months, lognormally spread; two further phases follow. A
ready site brings its building, which costs what one of the owner's own does. Buildings are paid when they are finished,
but for the part of those under way at the start that the owner had paid by then. Source: 55 tracked sites, median 2.17 years
from start to first operation; Google 2.32, Meta 2.19, Microsoft 2.64, xAI 0.30 and 0.64 (Epoch AI, Frontier Data
Centers). Limits: a site is the owner's own; shells are not traded; what an owner begins in a month has one luck.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import arrivals
from computerace.market.arrays import TINY, Owners, Stock, Worlds, above, at_least, at_most, below, power, ratio
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
        0.29, "log", "standard deviation of a site's building time",
        prior=uniform(0.16, 0.6), high=2, source="spread within owners of sites finished to 2025: 0.29 for the four labs, 0.60 with the others: Epoch AI, Frontier Data Centers", grade="B",
        effect="± got_buildings_mw of all: some finish earlier, some later",
    )  # fmt: skip
    speed: Worlds = quantity(
        1.0, "ratio", "building time of all owners relative to their own record",
        prior=uniform(0.8, 1.25), low=0.01, high=10, source="survivorship of tracked sites", grade="assumed",
        effect="- got_buildings_mw of all at 1",
    )  # fmt: skip
    size_exponent: Worlds = quantity(
        0.15, "elasticity", "building time to size of a campus",
        prior=uniform(0.0, 0.4), high=1, source="within owners 0.26 ± 0.20 over 28 sites: Epoch AI, Frontier Data Centers", grade="C",
        effect="- saw_buildings_mw of all at 36",
    )  # fmt: skip
    phase_months: Worlds = quantity(
        5.3, "months", "time between the phases of a site",
        prior=uniform(3, 9), high=60, source="Colossus 1: 5.5 and 5.1 months between phases", grade="B",
        effect="- saw_buildings_mw of all at 36",
    )  # fmt: skip
    commissioning_months: Worlds = quantity(
        1.5, "months", "time from a finished phase to computing",
        prior=uniform(0.5, 3), low=0.1, high=24, source="sold to operational half a quarter to two, installing included: Epoch AI (2025)", grade="C",
        effect="- power_mw of all at 3",
    )  # fmt: skip
    installation_months: Worlds = quantity(
        1.5, "months", "time from delivery to an installed chip",
        prior=uniform(0.5, 3), low=0.1, high=24, source="sold to operational half a quarter to two, commissioning included: Epoch AI (2025)", grade="B",
        effect="- operational_h100e of all at 3",
    )  # fmt: skip
    idle_months: Worlds = quantity(
        3.0, "months", "purchases that an owner lets lie without power or a building",
        prior=uniform(1, 8), high=600, source="Microsoft, November 2025: chips in inventory for want of powered shells", grade="C",
        effect="+ asked_chips_h100e of all at 2",
    )  # fmt: skip
    cost_usd_per_mw: Worlds = quantity(
        12e6, "USD of 2025 per IT MW", "building, power and cooling without servers",
        prior=uniform(9.3e6, 16e6), low=1e5, high=1e9, source="11.7 M$ per critical MW over 19 US markets, 9.3–15: Cushman & Wakefield, Data Center Development Cost Guide 2025", grade="B",
        effect="- asked_chips_h100e of rivals at 1",
    )  # fmt: skip
    slack_mw: Worlds = quantity(
        0.0, "IT MW", "buildings that every owner has beyond its own",
        high=1e12, source="takes the mechanism out; 0 by definition", grade="A",
        effect="+ saw_buildings_mw of all at 1 from 0 to 1e5",
    )  # fmt: skip
    foresight_months: Worlds = quantity(
        6.0, "months", "how far ahead an owner knows what power and buildings will come; whole months",
        low=0, high=FORESIGHT_MOST, source="held; no published figure", grade="assumed",
        effect="+ saw_power_mw of all at 1",
    )  # fmt: skip
    start_share: Worlds = quantity(
        0.5, "fraction", "part of the missing buildings that is begun in a month",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="+ got_begun_mw of rest at 1",
    )  # fmt: skip
    margin_months: Worlds = quantity(
        3.0, "months", "time that planners of buildings reckon with beyond the building itself",
        low=0, high=60, source="held; no published figure", grade="assumed",
        effect="+ asked_buildings_mw of all at 1",
    )  # fmt: skip
    installing_share: Worlds = quantity(
        0.7, "fraction", "part of the chips without power at the start that is still being installed",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="- operational_h100e of all at 1",
    )  # fmt: skip
    grid_share_begun: Worlds = quantity(
        0.5, "fraction", "part of the grid contracts at the start for which buildings are under way",
        low=0, high=1, source="held; no published figure", grade="assumed",
        effect="+ saw_buildings_mw of all at 1",
    )  # fmt: skip
    build_months_least: Worlds = quantity(
        3.0, "months", "shortest time over which buildings at the start come in",
        low=1, high=60, source="held; no published figure", grade="assumed",
        effect="- got_buildings_mw of claimant at 1",
    )  # fmt: skip

    @cached_property
    def commissioned(self) -> Worlds:
        """Part of what is ready that comes in within a month."""
        return -np.expm1(-1.0 / self.commissioning_months)

    @cached_property
    def later_months(self) -> Stock:
        """Months from the first phase of a campus to each of its phases (phases, worlds)."""
        return np.array([phase * self.phase_months for phase in range(PHASES)])


class State(NamedTuple):
    """Buildings that owners have and wait for, IT MW."""

    finished: Owners  # (owners, worlds)
    pipeline: Owners  # under construction (owners, worlds)
    arrivals: Stock  # by month (months, owners, worlds); market/arrivals.py alone writes here
    powered: Owners  # commissioned: power and a building (owners, worlds)
    paid: Owners  # of what is to come, ready sites among it, IT MW that is paid already (owners, worlds)
    unpaid: Owners  # part of what comes next that is still to be paid (owners, worlds)


class Campuses(NamedTuple):
    """What owners want built, IT MW; (owners, worlds), or (worlds,) where one owner fills it in."""

    target: Owners  # buildings that should stand or be under way
    least: Owners  # nothing smaller is begun; 0: campuses of any size


class Flows(NamedTuple):
    """What happened to buildings in a month."""

    begun: Owners  # IT MW
    built: Owners  # IT MW, ready sites apart
    paid: Owners  # US dollars


def starts(shortfall_mw: Owners, campus_mw: Owners) -> Owners:
    """MW begun this month: all of the shortfall once it reaches a campus, else nothing; (owners, worlds)."""
    return np.where(shortfall_mw >= campus_mw, shortfall_mw, 0.0)


def first_phase_months(parameters: Sites, build_years: Owners, size: Owners, campus: Owners, draw: Owners) -> Owners:
    """Months from start to the first finished phase of campuses that are begun together; (owners, worlds).

    size: IT MW of all of them. campus: IT MW of the owner's usual one; there are as many as size holds of it, of one
    size, so that none is twice as large. draw: standard normal.
    """
    one = above(campus, TINY)
    several = above(np.floor(size / one), 1.0)
    scale = power(above(size / (several * one), 1.0), parameters.size_exponent)
    return 12.0 * build_years * parameters.speed * scale * np.exp(parameters.spread * draw)


def usable_purchases(parameters: Sites, wanted: Owners, room: Owners) -> Owners:
    """H100e per month that an owner buys: what will have power and a building as far as it sees, and some idle.

    wanted: H100e per month. room: H100e that power and buildings to come can take beyond the fleet (owners, worlds).
    """
    months = at_least(parameters.foresight_months, 1.0, "foresight_months")
    return at_most(wanted, above(room + parameters.idle_months * wanted, 0.0) / months, "in_sight")


def commission(parameters: Sites, powered: Owners, ready: Owners) -> Owners:
    """Powered MW of next month: what is ready comes in over the commissioning time, what is lost goes at once."""
    gain = (ready - powered) * parameters.commissioned
    return np.minimum(powered + above(gain, 0.0), ready)


def in_commission(parameters: Sites, monthly: Owners) -> Owners:
    """IT MW that stand finished and do not compute yet where so many are finished every month; (owners, worlds)."""
    return monthly / np.expm1(1.0 / parameters.commissioning_months)


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
    arrivals.enter(state.arrivals, now.month, first + parameters.later_months[:, None], begun / PHASES)
    return state._replace(pipeline=state.pipeline + begun), begun


def bill(setting: "Setting", state: State, built: Owners) -> Owners:
    """US dollars due for buildings that are finished, those of ready sites among them, IT MW (owners, worlds)."""
    return built * state.unpaid * setting.mechanisms.sites.cost_usd_per_mw * setting.figures.purchase_cost


def still_unpaid(paid: Owners, to_come: Owners) -> Owners:
    """Part of the IT MW to come that is not paid yet; (owners, worlds)."""
    return 1.0 - below(ratio(paid, to_come), 1.0)


def finish(
    setting: "Setting", state: State, ready: Owners, waiting: Owners, power: Owners, month: int
) -> tuple[State, Owners, Owners]:
    """What is finished in a month is paid and commissioned; returns the IT MW built and their cost in US dollars too.

    ready: IT MW that arrived with a building. waiting: IT MW under contract that will. power: IT MW of power at hand
    (owners, worlds).
    """
    parameters = setting.mechanisms.sites
    built = state.arrivals[month]
    finished = state.finished + built + ready
    pipeline = above(state.pipeline - built, 0.0)
    powered = commission(parameters, state.powered, at_most(power, finished + parameters.slack_mw, "buildings"))
    paid = above(state.paid - (built + ready) * (1.0 - state.unpaid), 0.0)
    after = State(finished, pipeline, state.arrivals, powered, paid, still_unpaid(paid, pipeline + waiting))
    return after, built, bill(setting, state, built + ready)
