"""Researchers: two grades move between labs by a logit on pay, compute per researcher and prestige.

    P(i -> j) proportional to openings_j exp(v_j - kappa),  P(stay) proportional to openings_i exp(v_i)
    v = beta_pay ln(pay) + beta_compute ln(compute per researcher) + beta_prestige quality

kappa is set by two-year retention of 64 to 80 % (SignalFire, 2025). The pool grows slowly. Pay rises with openings. A
lab that loses a star loses some of the output of the team around it: 5 to 18 % (Azoulay, Graff Zivin and Wang, QJE 2010,
life sciences: the nearest proxy). Limits: two grades, no cities, no visas.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import TINY, Owners, Worlds, at_most, bounded, over_owners, ratio
from computerace.market.parameters import loguniform, quantity, uniform

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Setting

NEUTRAL = {
    "talent.mobility": 0.0,
    "talent.star_exodus": 0.0,
    "talent.pool_growth": 1.0,
    "talent.pay_response": 0.0,
}


@dataclass(frozen=True)
class Talent:
    """Parameters of the labour market; each (worlds,) in a race."""

    mobility: Worlds = quantity(
        1.0, "ratio", "moves relative to what retention implies",
        prior=loguniform(0.6, 1.6), high=100, source="spread of reported attrition, 10–20 % a year (SignalFire 2025)", grade="B",
    )  # fmt: skip
    pool_growth: Worlds = quantity(
        1.2, "ratio per year", "growth of the pool of frontier researchers",
        prior=uniform(1.05, 1.4), low=0.5, high=5, source="no published figure", grade="assumed",
    )  # fmt: skip
    pay_weight: Worlds = quantity(
        1.0, "logit per log", "weight of pay in the choice of employer",
        prior=uniform(0.3, 2.0), high=20, source="no published figure for this labour market", grade="assumed",
    )  # fmt: skip
    compute_weight: Worlds = quantity(
        0.4, "logit per log", "weight of compute per researcher",
        prior=uniform(0.0, 0.9), high=20, source="no published figure", grade="assumed",
    )  # fmt: skip
    prestige_weight: Worlds = quantity(
        0.05, "logit per index point", "weight of the lab's capability",
        prior=uniform(0.0, 0.12), high=5, source="flows of 8–11 to 1 toward Anthropic in 2025 (SignalFire)", grade="C",
    )  # fmt: skip
    star_exodus: Worlds = quantity(
        0.02, "per month", "chance that a group of stars leaves a lab",
        prior=loguniform(0.005, 0.06), high=1, source="founders' and team departures 2023–2025", grade="assumed",
    )  # fmt: skip
    exodus_share: Worlds = quantity(
        0.12, "fraction", "stars who leave in such a month",
        prior=uniform(0.05, 0.3), high=1, source="no published figure", grade="assumed",
    )  # fmt: skip
    star_weight: Worlds = quantity(
        8.0, "researchers", "output of a star in researchers",
        prior=loguniform(3, 20), high=1000, source="pay of 3–20 M$ against about 1 M$ (2025)", grade="C",
    )  # fmt: skip
    star_loss: Worlds = quantity(
        0.065, "fraction", "lasting loss of a team's output when all its stars leave, per star share",
        prior=uniform(0.05, 0.18), high=1, source="Azoulay et al. 2010", grade="A",
    )  # fmt: skip
    pay_usd_per_year: Worlds = quantity(
        1.0e6, "USD of 2025 per year", "pay of a frontier researcher at the start",
        prior=loguniform(6e5, 1.6e6), high=1e9, source="OpenAI 0.77–1.47 M$ (2025)", grade="C",
    )  # fmt: skip
    pay_response: Worlds = quantity(
        0.02, "log per month", "rise of pay where openings are twice the staff, and in proportion below",
        prior=loguniform(0.005, 0.05), high=1, source="no published figure", grade="assumed",
    )  # fmt: skip
    star_pay: Worlds = quantity(
        8.0, "ratio", "pay of a star over that of a researcher",
        low=0, high=1000, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    pull_least: Worlds = quantity(
        0.2, "ratio", "least pull of other owners, over one as attractive",
        low=0, high=1, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    pull_most: Worlds = quantity(
        5.0, "ratio", "largest pull of other owners, over one as attractive",
        low=1, high=100, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    leaving_most: Worlds = quantity(
        0.5, "fraction per month", "largest part of a staff that leaves in a month",
        low=0, high=1, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    pay_pressure_least: Worlds = quantity(
        -0.5, "ratio", "openings over staff, less one, below which pay falls no faster",
        low=-1, high=0, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    pay_pressure_most: Worlds = quantity(
        1.0, "ratio", "openings over staff, less one, above which pay rises no faster",
        low=0, high=20, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    morale_months: Worlds = quantity(
        24.0, "months", "time in which a team heals from the loss of stars",
        low=1, high=600, source="held; no published figure", grade="assumed",
    )  # fmt: skip
    openings_ratio: Worlds = quantity(
        1.02, "ratio", "posts over staff at the start",
        low=0, high=10, source="held; no published figure", grade="assumed",
    )  # fmt: skip


class State(NamedTuple):
    """Researchers by owner (owners, worlds)."""

    researchers: Owners
    stars: Owners
    openings: Owners
    pay: Owners  # relative to the pay of a frontier researcher at the start
    morale: Owners  # output of the team relative to full strength


class Hiring(NamedTuple):
    """What owners ask of the labour market; (owners, worlds), or (worlds,) where one owner fills it in."""

    openings: Owners  # posts, filled ones among them
    pay_response: Owners  # log rise of pay a month where openings are twice the staff


class Flows(NamedTuple):
    """Who moved in a month (owners, worlds)."""

    left: Owners  # researchers
    arrived: Owners  # researchers, from other owners
    joined: Owners  # researchers new to the field
    stars_left: Owners
    stars_arrived: Owners
    exodus: NDArray[np.bool_]  # whether a group of stars left


def monthly_growth(yearly: Owners) -> Owners:
    """The factor of a month from that of a year; (owners, worlds)."""
    return np.exp(np.log(np.maximum(yearly, TINY)) / 12.0)


def attraction(parameters: Talent, pay: Owners, compute_per_person: Owners, quality: Owners) -> Owners:
    """Systematic utility of working at each owner; (owners, worlds)."""
    return (
        parameters.pay_weight * np.log(np.maximum(pay, TINY))
        + parameters.compute_weight * np.log(np.maximum(compute_per_person, TINY))
        + parameters.prestige_weight * quality
    )


def moves(
    parameters: Talent, people: Owners, openings: Owners, utility: Owners, leaving: Owners
) -> tuple[Owners, Owners]:
    """People who leave and who arrive this month.

    Each owner loses at the rate `leaving`, scaled by how much better the alternatives are than itself; those who
    leave choose among the other owners by logit weights openings * exp(utility).

    Parameters
    ----------
    people, openings, utility: (owners, worlds). leaving: fraction per month at equal utilities (owners, worlds).

    Returns
    -------
    out, arrived: (owners, worlds); their sums over owners are equal.
    """
    weight = openings * np.exp(utility - _largest(utility))
    total = over_owners(weight)
    others = np.maximum(total - weight, TINY)
    inside = ratio_of(weight, openings)
    outside = others / np.maximum(over_owners(openings) - openings, TINY)
    pull = bounded(outside / np.maximum(inside, TINY), parameters.pull_least, parameters.pull_most)
    out = people * at_most(leaving * pull, parameters.leaving_most, "leaving")
    offered = out / others
    arrived = weight * (over_owners(offered) - offered)
    return out, arrived


def ratio_of(part: Owners, whole: Owners) -> Owners:
    """part / whole with a floor under the whole; (owners, worlds)."""
    return part / np.maximum(whole, TINY)


def _largest(rows: Owners) -> Worlds:
    largest = rows[0]
    for row in rows[1:]:
        largest = np.maximum(largest, row)
    return largest


def next_pay(parameters: Talent, pay: Owners, response: Owners, people: Owners, openings: Owners) -> Owners:
    """Pay relative to the start rises with openings over staff; (owners, worlds)."""
    pressure = openings / np.maximum(people, TINY) - 1.0
    pressure = bounded(pressure, parameters.pay_pressure_least, parameters.pay_pressure_most)
    return pay * np.exp(response * pressure)


def output(parameters: Talent, researchers: Owners, stars: Owners, morale: Owners) -> Owners:
    """Research labour in researcher equivalents, stars counted with their weight; (owners, worlds)."""
    return (researchers + parameters.star_weight * stars) * morale


def next_morale(parameters: Talent, morale: Owners, stars_lost: Owners, stars: Owners) -> Owners:
    """Output of the team relative to full strength; losses heal over two years; (owners, worlds)."""
    hit = 1.0 - parameters.star_loss * np.minimum(ratio_of(stars_lost, np.maximum(stars, TINY)), 1.0)
    return morale * hit + (1.0 - morale) / parameters.morale_months


def clear(
    setting: "Setting", state: State, asked: Hiring, per_person: Owners, quality: Owners, luck: "Luck"
) -> tuple[State, Flows]:
    """People leave and arrive by logit; newcomers to the field join by the same weights; stars may leave in groups.

    per_person: H100e that a researcher has. quality: capability of the owner's models (owners, worlds).
    """
    parameters = setting.mechanisms.talent
    pool = np.exp(np.log(parameters.pool_growth) / 12.0) - 1.0
    openings, people = asked.openings, state.researchers
    utility = attraction(parameters, state.pay, per_person, quality)
    leaving = setting.figures.attrition / 12.0 * parameters.mobility
    left, arrived = moves(parameters, people, openings, utility, leaving)
    joined = over_owners(people) * pool * ratio(openings, over_owners(openings))
    exodus = luck.exodus < parameters.star_exodus
    burst = np.where(exodus, parameters.exodus_share, 0.0)
    stars_left, stars_arrived = moves(parameters, state.stars, openings, utility, leaving + burst)
    researchers = people - left + arrived + joined
    after = State(
        researchers,
        state.stars - stars_left + stars_arrived,
        openings,
        next_pay(parameters, state.pay, asked.pay_response, researchers, openings),
        next_morale(parameters, state.morale, stars_left, state.stars),
    )
    return after, Flows(left, arrived, joined, stars_left, stars_arrived, exodus)
