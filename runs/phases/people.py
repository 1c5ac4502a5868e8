"""Researchers of a month: who leaves, who arrives, what pay does."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.market import talent
from computerace.market.arrays import TINY, over_owners, ratio

if TYPE_CHECKING:
    from computerace.runs.race import Race


def clear_researchers(race: "Race") -> None:
    """People leave and arrive by logit; newcomers to the field join by the same weights; stars may leave in groups."""
    state, parameters = race.state, race.talent
    pool = np.exp(np.log(parameters.pool_growth) / 12.0) - 1.0
    growth = np.exp(np.log(np.maximum(race.figure("openings_growth"), TINY)) / 12.0)
    state.openings = np.maximum(state.openings * growth, 1.0)
    people = state.researchers
    per_person = ratio(state.used, people)
    utility = talent.attraction(parameters, state.pay, per_person, state.quality)
    leaving = race.figure("attrition") / 12.0 * parameters.mobility
    out, arrived = talent.moves(people, state.openings, utility, leaving)
    joined = over_owners(people) * pool * ratio(state.openings, over_owners(state.openings))
    exodus = race.shocks.of_owners("exodus", race.month - 1) < parameters.star_exodus
    burst = np.where(exodus, parameters.exodus_share, 0.0)
    stars_out, stars_in = talent.moves(state.stars, state.openings, utility, leaving + burst)
    state.moved_out, state.moved_in = out + stars_out, arrived + stars_in
    state.researchers = people - out + arrived + joined
    state.morale = talent.next_morale(parameters, state.morale, stars_out, state.stars)
    state.stars = state.stars - stars_out + stars_in
    state.pay = talent.next_pay(race.talent, state.pay, state.researchers, state.openings)
    race.exodus = exodus
