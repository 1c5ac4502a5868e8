"""Researchers: two grades move between owners by a logit on pay, compute per researcher and prestige.

    v = beta_pay ln(pay) + beta_compute ln(compute per researcher) + beta_prestige quality
    odds of leaving i = (exp(attrition_i mobility / 12) - 1) x_i,  x = (others' mean exp(v) / own exp(v)) over the start's
    P(j | leaving i) proportional to posts_j exp(v_j)
    pay_i moves toward  pay_i at the start * (posts_i / people_i over the start's)^(1 / demand elasticity)

The record's attrition was measured at the record's pay, compute and prestige, so it holds where these stand as at the
start, and a change of them moves it: a binary logit with a cost of moving (the form of Artuç, Chaudhuri and McLaren, AER
2010). Pay is what a post is worth on the owner's own demand curve: who wants twice the people, or loses them, pays more,
draws people away, and raises what the others pay (monopsonistic competition: Card, Cardoso, Heining and Kline, JOLE
2018). Two-year retention is 64 to 80 % (SignalFire, 2025). The pool grows, or shrinks, at its own rate. A lab that loses
a star loses some of the output of the team around it (Azoulay, Graff Zivin and Wang, QJE 2010, life sciences: the nearest
proxy). Limits: two grades, no cities, no visas; higher pay brings nobody new into the field.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market.arrays import (
    TINY,
    Owners,
    Worlds,
    above,
    below,
    bounded,
    maximum_over_owners,
    over_others,
    over_owners,
    ratio,
)
from computerace.market.parameters import lognormal, loguniform, quantity, uniform

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Setting

NEUTRAL = {
    "talent.mobility": 0.0,
    "talent.star_exodus": 0.0,
    "talent.pool_growth": 1.0,
    "talent.pay_response": 0.0,
}
STEEPEST = 300.0  # difference in logs beyond which nothing more can be told


@dataclass(frozen=True)
class Talent:
    """Parameters of the labour market; each (worlds,) in a race."""

    mobility: Worlds = quantity(
        1.0, "ratio", "moves relative to what retention implies",
        prior=loguniform(0.6, 1.6), high=100, source="spread of reported attrition, 10–20 % a year (SignalFire 2025)", grade="B",
        effect="+ researchers_out of all at 1",
    )  # fmt: skip
    pool_growth: Worlds = quantity(
        1.2, "ratio per year", "growth of the pool of frontier researchers",
        prior=uniform(1.05, 1.4), low=0.5, high=5, source="no published figure", grade="assumed",
        effect="+ researchers of all at 12",
    )  # fmt: skip
    pay_weight: Worlds = quantity(
        1.0, "logit per log", "weight of pay in the choice of employer",
        prior=uniform(0.3, 2.0), high=20, source="no published figure for this labour market", grade="assumed",
        effect="± researchers_in of claimant: who pays more gains, and the others lose",
    )  # fmt: skip
    compute_weight: Worlds = quantity(
        0.4, "logit per log", "weight of compute per researcher",
        prior=uniform(0.0, 0.9), high=20, source="no published figure", grade="assumed",
        effect="+ researchers_in of rest at 1",
    )  # fmt: skip
    prestige_weight: Worlds = quantity(
        0.05, "logit per index point", "weight of the lab's capability",
        prior=uniform(0.0, 0.12), high=5, source="flows of 8–11 to 1 toward Anthropic in 2025 (SignalFire)", grade="C",
        effect="+ researchers_in of rest at 1",
    )  # fmt: skip
    star_exodus: Worlds = quantity(
        0.02, "per month", "chance that a group of stars leaves a lab",
        prior=loguniform(0.005, 0.06), high=1, source="founders' and team departures 2023–2025", grade="assumed",
        effect="+ researchers_out of all at 1",
    )  # fmt: skip
    exodus_share: Worlds = quantity(
        0.12, "fraction", "stars who leave in such a month",
        prior=uniform(0.05, 0.3), high=1, source="no published figure", grade="assumed",
        effect="+ researchers_out of all at 12",
    )  # fmt: skip
    star_weight: Worlds = quantity(
        8.0, "researchers", "output, and pay, of a star in researchers",
        prior=loguniform(3, 20), high=1000, source="pay of 3–20 M$ against about 1 M$ (2025)", grade="C",
        effect="- cash_usd of rivals at 6",
    )  # fmt: skip
    star_loss: Worlds = quantity(
        0.065, "fraction", "lasting loss of a team's output when all its stars leave, per star share",
        prior=lognormal(0.04, 0.12), high=1, source="5–8 % where a star is lost, in life sciences: Azoulay et al. 2010", grade="B",
        effect="- quality of all at 24 where talent.star_exodus = 0.5 and talent.exodus_share = 0.5",
    )  # fmt: skip
    pay_usd_per_year: Worlds = quantity(
        1.0e6, "USD of 2025 per year", "pay of a frontier researcher at the start",
        prior=loguniform(6e5, 1.6e6), high=1e9, source="OpenAI 0.77–1.47 M$ (2025)", grade="C",
        effect="- cash_usd of rivals at 6",
    )  # fmt: skip
    pay_response: Worlds = quantity(
        0.1, "per month", "part of the log gap to the pay that posts are worth which is closed in a month",
        prior=loguniform(0.03, 0.3), high=1, source="pay is set anew once a year or sooner; no published figure", grade="assumed",
        effect="± pay_usd_per_year of all: pay rises faster, and falls faster",
    )  # fmt: skip
    morale_months: Worlds = quantity(
        24.0, "months", "time in which a team heals from the loss of stars",
        low=1, high=600, source="held; no published figure", grade="assumed",
        effect="- quality of all at 24 where talent.star_exodus = 0.5 and talent.exodus_share = 0.5",
    )  # fmt: skip
    openings_ratio: Worlds = quantity(
        1.02, "ratio", "posts over staff at the start",
        low=0.1, high=10, source="held; no published figure", grade="assumed",
        effect="+ asked_openings of all at 1",
    )  # fmt: skip
    demand_elasticity: Worlds = quantity(
        0.8, "elasticity", "how strongly higher pay cuts the posts that an owner fills",
        prior=loguniform(0.3, 2.0), low=0.05, high=50, source="0.43 in the mean of 705 estimates, more for skilled labour (meta-analysis for Germany, Journal for Labour Market Research 2023); none for researchers", grade="assumed",
        effect="- pay_usd_per_year of claimant at 24",
    )  # fmt: skip

    @cached_property
    def month_growth(self) -> Worlds:
        """Growth of the pool of researchers in a month, a fraction."""
        return monthly_growth(self.pool_growth) - 1.0


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
    pay_response: Owners  # part of the log gap to what a post is worth that is closed in a month


class Flows(NamedTuple):
    """Who moved in a month (owners, worlds)."""

    left: Owners  # researchers
    arrived: Owners  # researchers, from other owners
    joined: Owners  # researchers new to the field; below 0 where they leave it
    stars_left: Owners
    stars_arrived: Owners
    exodus: NDArray[np.bool_]  # whether a group of stars left
    weight: Owners  # of each owner's posts in the choice of those who leave, up to a factor


def monthly_growth(yearly: Owners) -> Owners:
    """The factor of a month from that of a year; (owners, worlds)."""
    return np.exp(np.log(above(yearly, TINY)) / 12.0)


def attraction(parameters: Talent, pay: Owners, compute_per_person: Owners, quality: Owners) -> Owners:
    """Systematic utility of working at each owner; (owners, worlds)."""
    return (
        parameters.pay_weight * np.log(above(pay, TINY))
        + parameters.compute_weight * np.log(above(compute_per_person, TINY))
        + parameters.prestige_weight * quality
    )


class Places(NamedTuple):
    """Where people go: logit weights of owners; (owners, worlds)."""

    weight: Owners  # posts * exp(utility), up to a factor
    others: Owners  # the sum of the others' weights
    pull: Owners  # log of how attractive the others' posts are, over one's own


def places(openings: Owners, utility: Owners) -> Places:
    """Weights of owners, and each one's pull of the others; (owners, worlds)."""
    height = above(utility - maximum_over_owners(utility), -STEEPEST)
    weight = openings * np.exp(height)
    others = over_others(weight)
    outside = others / above(over_others(openings), TINY)
    pull = np.log(np.maximum(outside, np.exp(-STEEPEST))) - height
    return Places(weight, others, pull)


def leaving(rate: Owners, pull: Owners) -> Owners:
    """Part of a staff that leaves in a month; (owners, worlds).

    rate: per month at the start's pull. pull: log of the others' attraction over one's own, less the start's.
    """
    odds = np.expm1(below(rate, STEEPEST)) * np.exp(bounded(pull, -STEEPEST, STEEPEST))
    return odds / (1.0 + odds)


def moves(found: Places, people: Owners, chance: Owners) -> tuple[Owners, Owners]:
    """People who leave and who arrive this month; (owners, worlds), the same sum over owners.

    Those who leave choose among the other owners by weight; where nobody else has a post, nobody leaves.
    """
    out = people * np.where(found.others > 0.0, chance, 0.0)
    offered = out / np.where(found.others > 0.0, found.others, 1.0)  # nobody leaves where there are none
    return out, found.weight * over_others(offered)


def pairs(flows: Flows) -> NDArray[np.float64]:
    """People, stars among them, who moved from each owner to each other one: (from, to, worlds); nobody to himself.

    Those who leave i choose j with chance weight_j / (sum of the weights of all but i): the rows add up to those who left,
    the columns to those who arrived.
    """
    others = over_others(flows.weight)
    gone = (flows.left + flows.stars_left) / np.where(others > 0.0, others, 1.0)  # nobody leaves where there are none
    moved = gone[:, np.newaxis] * flows.weight[np.newaxis]
    elsewhere = ~np.eye(len(gone), dtype=bool)
    return np.asarray(np.where(elsewhere[..., np.newaxis], moved, 0.0))


def next_pay(
    parameters: Talent, pay: Owners, response: Owners, usual: Owners, people: Owners, openings: Owners
) -> Owners:
    """Pay of next month, over that of a frontier researcher at the start; (owners, worlds).

    usual: pay at the start. people: counted as one at least. Who has as many posts for its people as at the start pays
    what it paid then.
    """
    short = openings / (above(people, 1.0) * parameters.openings_ratio)
    worth = np.log(above(short, TINY)) / parameters.demand_elasticity
    gap = np.log(above(usual, TINY)) + bounded(worth, -STEEPEST, STEEPEST) - np.log(above(pay, TINY))
    return pay * np.exp(response * gap)


def output(parameters: Talent, researchers: Owners, stars: Owners, morale: Owners) -> Owners:
    """Research labour in researcher equivalents, stars counted with their weight; (owners, worlds)."""
    return (researchers + parameters.star_weight * stars) * morale


def next_morale(parameters: Talent, morale: Owners, stars_lost: Owners, stars: Owners) -> Owners:
    """Output of the team relative to full strength; losses heal over two years; (owners, worlds)."""
    hit = 1.0 - parameters.star_loss * below(ratio(stars_lost, stars), 1.0)
    return morale * hit + (1.0 - morale) / parameters.morale_months


def attracted(setting: "Setting", state: State, openings: Owners, per_person: Owners, quality: Owners) -> Places:
    """Weights and pulls of owners as they stand; per_person: H100e that a researcher has (owners, worlds)."""
    return places(openings, attraction(setting.mechanisms.talent, state.pay, per_person, quality))


def clear(
    setting: "Setting", state: State, asked: Hiring, per_person: Owners, quality: Owners, luck: "Luck"
) -> tuple[State, Flows]:
    """People leave and arrive by logit; newcomers take posts in proportion; stars may leave in groups.

    per_person: H100e that a researcher has. quality: capability of the owner's models (owners, worlds).
    """
    parameters = setting.mechanisms.talent
    openings, people = asked.openings, state.researchers
    found = attracted(setting, state, openings, per_person, quality)
    chance = leaving(setting.figures.attrition / 12.0 * parameters.mobility, found.pull - setting.anchors.pull)
    left, arrived = moves(found, people, chance)
    joined = _joined(parameters, people, people - left + arrived, openings)
    exodus = luck.exodus < parameters.star_exodus
    burst = np.where(exodus, parameters.exodus_share, 0.0)
    stars_left, stars_arrived = moves(found, state.stars, 1.0 - (1.0 - chance) * (1.0 - burst))
    researchers = people - left + arrived + joined
    after = State(
        researchers,
        state.stars - stars_left + stars_arrived,
        openings,
        next_pay(parameters, state.pay, asked.pay_response, setting.figures.relative_pay, researchers, openings),
        next_morale(parameters, state.morale, stars_left, state.stars),
    )
    return after, Flows(left, arrived, joined, stars_left, stars_arrived, exodus, found.weight)


def _joined(parameters: Talent, before: Owners, moved: Owners, openings: Owners) -> Owners:
    """Newcomers by posts where the pool grows; where it shrinks, people leave the field everywhere alike."""
    growth = parameters.month_growth
    came = over_owners(before) * growth * ratio(openings, over_owners(openings))
    return np.where(growth > 0.0, came, moved * growth)
