"""What research makes of a month: software, engineering skill, models."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.market import agi, clusters, software, talent
from computerace.market.arrays import maximum_over_owners, ratio

if TYPE_CHECKING:
    from computerace.runs.race import Race


def learn(race: "Race") -> None:
    """Research turns people and experiments into software; engineers learn; models are launched."""
    state, parameters = race.state, race.software
    labour = ratio(
        talent.output(race.talent, state.researchers, state.stars, state.morale) / race.firms, race.labour_ref
    )
    experiments = ratio(state.used * race.figure("experiment_share") * state.goodput / race.firms, race.experiment_ref)
    effort = software.research_input(parameters, labour, experiments)
    boost = agi.boost(race.agi, state.crossed)
    luck = race.shocks.of_owners("software", race.month - 1)
    own = software.progress(parameters, state.efficiency, race.efficiency_start, effort, luck) * boost
    race.best_history[race.month] = maximum_over_owners(state.efficiency)
    seen = np.maximum(race.month - np.rint(parameters.lag_months), 0.0).astype(np.intp)
    known = race.best_history[seen, race.columns[0]]
    state.efficiency = state.efficiency + own + software.spill_over(parameters, state.efficiency, known)
    scale = ratio(labour, maximum_over_owners(labour))
    state.skill = clusters.next_skill(race.clusters, state.skill, maximum_over_owners(state.skill), np.sqrt(scale))
    _launch_models(race)


def _launch_models(race: "Race") -> None:
    state, parameters = race.state, race.software
    performance = state.goodput * race.utilisation
    capability = software.training_compute(state.largest_site, performance, state.efficiency)
    start, years = race.quality_start, race.month / 12.0
    potential = software.potential(parameters, start, capability, race.capability_start, years)
    launched = race.shocks.of_owners("release", race.month - 1) < 1.0 / parameters.release_months
    state.quality = np.where(launched, np.maximum(state.quality, potential), state.quality)
    state.hallucination = state.hallucination * np.where(launched, 1.0 - parameters.calibration_gain, 1.0)
    crossing = (state.crossed == 0) & (capability >= race.agi.threshold_log10_flop)
    state.crossed = np.where(crossing, float(race.month), state.crossed)
    race.launched = launched
