"""Software: people and experiments raise algorithmic efficiency; followers catch up with a lag.

    d ln A / dt = ln(progress) * CES(labour, experiments)^lambda * exp(-beta (ln A - ln A_start))
    d ln A_i   += catch_up * max(0, ln A_best(t - lag) - ln A_i)

with CES(l, c) = (s l^rho + (1 - s) c^rho)^(1/rho), rho = 1 - 1/elasticity, inputs relative to the best-equipped lab at
the start. Sources: Jones (1995) and Besiroglu, Erdil and Ho (2024) for the form; compute to reach a level halves in
about 8 months, 2 to 22 (Ho et al. 2024, arXiv 2403.05812); both signs of substitution fit (Whitfill and Wu 2025, arXiv
2507.23181); open models lag by 3 to 12 months (Epoch AI, 2025).

Capability is an index that gains `points_per_tenfold` for each tenfold of effective training compute (Epoch Capabilities
Index: 9.1 points) and `points_per_year` from methods that neither enlarge training nor make it more efficient.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.market import agi, arrivals, clusters, serving, talent
from computerace.market.arrays import TINY, Owners, Stock, Worlds, above, at_least, at_most, maximum_over_owners, ratio
from computerace.market.entry import Mask
from computerace.market.parameters import lognormal, loguniform, quantity, uniform
from computerace.market.units import FLOP_PER_SECOND, LN_10, SECONDS_PER_MONTH

if TYPE_CHECKING:
    from computerace.market.setting import Luck, Now, Setting

NEUTRAL = {
    "software.progress": 1.0,
    "software.points_per_year": 0.0,
    "software.catch_up": 0.0,
    "software.equal_start": 1.0,
}
NEARLY_NOTHING = 1e-3  # exponent below which a CES is taken as Cobb-Douglas
LEAST_INPUT = 1e-4  # relative input below which logs are cut


@dataclass(frozen=True)
class Software:
    """Parameters of algorithmic progress; each (worlds,) in a race."""

    progress: Worlds = quantity(
        2.8, "ratio per year", "growth of algorithmic efficiency at the frontier at the start",
        prior=lognormal(1.6, 6.0), low=1, high=100, source="Ho et al. 2024: halving in 8 months, 2–22", grade="A",
        effect="+ quality of all",
    )  # fmt: skip
    labour_share: Worlds = quantity(
        0.5, "fraction", "weight of people against experiments",
        prior=uniform(0.3, 0.7), low=0.01, high=0.99, source="no published figure", grade="assumed",
        effect="± quality of all: who has more people than compute gains, who has less loses",
    )  # fmt: skip
    substitution: Worlds = quantity(
        0.8, "elasticity", "substitution between people and experiment compute",
        prior=loguniform(0.3, 2.6), low=0.05, high=20, source="Whitfill and Wu 2025: 2.58, or about 0 with frontier experiments", grade="B",
        effect="+ quality of claimant",
    )  # fmt: skip
    returns: Worlds = quantity(
        0.5, "elasticity", "progress to research input (lambda)",
        prior=uniform(0.2, 1.0), high=3, grade="C",
        source="labour to the power 0.25–0.32 (Greenblatt 2025; survey of AI 2027), half of the input: 0.5–0.64",
        effect="± quality of all: who has more than the best of the start gains, who has less loses",
    )  # fmt: skip
    fishing_out: Worlds = quantity(
        0.42, "per log", "fall of progress as efficiency grows (beta)",
        prior=loguniform(0.15, 1.2), high=5, grade="C",
        source="returns lambda / beta about 1.2, 0.4–3.6 (Eth and Davidson 2025; Erdil, Besiroglu and Ho 2024), lambda 0.5",
        effect="- quality of all at 60",
    )  # fmt: skip
    lag_months: Worlds = quantity(
        6.0, "months", "time until the frontier's methods are known elsewhere",
        prior=uniform(3, 12), high=60, source="lag of open models 3.5 (index) to 12 (consumer GPUs) months: Epoch AI (2024–2025)", grade="B",
        effect="- quality of claimant",
    )  # fmt: skip
    catch_up: Worlds = quantity(
        0.12, "per month", "part of a known lead that followers close each month",
        prior=uniform(0.05, 0.22), high=1, source="half-life of a lead 3–14 months", grade="assumed",
        effect="+ quality of claimant",
    )  # fmt: skip
    noise: Worlds = quantity(
        0.15, "log, per square root of a year", "luck in algorithmic progress",
        prior=uniform(0.05, 0.3), high=3, source="scatter around the capability trend", grade="assumed",
        effect="± quality of all: luck goes both ways",
    )  # fmt: skip
    equal_start: Worlds = quantity(
        0.0, "0 or 1", "1 starts all labs with the same efficiency",
        high=1, source="takes the mechanism out; 0 by definition", grade="A",
        effect="+ effective_h100e of claimant at 1 from 0 to 1",
    )  # fmt: skip
    points_per_tenfold: Worlds = quantity(
        9.1, "index points", "capability per tenfold of effective training compute",
        prior=uniform(7.7, 10.5), high=100, source="regression on the Epoch Capabilities Index", grade="A",
        effect="+ quality of all",
    )  # fmt: skip
    points_per_year: Worlds = quantity(
        7.7, "index points per year", "capability from methods beyond training compute and its efficiency, at every lab",
        prior=uniform(5.5, 10), high=100, source="Epoch Capabilities Index: 11.8 points a year at fixed compute, 4.1 of them by efficiency", grade="B",
        effect="+ quality of all",
    )  # fmt: skip
    release_months: Worlds = quantity(
        6.0, "months", "mean time between a lab's model generations",
        prior=uniform(4, 9), low=1, high=120, source="whole generations; improved models every 1.6–9 months (Epoch Capabilities Index)", grade="C",
        effect="- quality of all",
    )  # fmt: skip
    calibration_gain: Worlds = quantity(
        0.25, "fraction per generation", "fall of the hallucination rate per model generation, by training policy",
        prior=uniform(0.0, 0.4), high=1, source="AA-Omniscience: accuracy grows with size, hallucination does not (2025)", grade="C",
        effect="- hallucination of all",
    )  # fmt: skip
    progress_most: Worlds = quantity(
        0.5, "log per month", "fastest progress by own research",
        low=0, high=10, source="held; no published figure", grade="assumed",
        effect="+ quality of all from 0.05 to 1 where software.progress = 50",
    )  # fmt: skip
    run_months: Worlds = quantity(
        4.0, "months", "length of a training run",
        low=0.1, high=60, source="held; no published figure", grade="assumed",
        effect="+ quality of claimant at 12",
    )  # fmt: skip
    firms_in_rest: Worlds = quantity(
        4.0, "firms", "labs and clouds that the rest of the market is spread over",
        low=1, high=1000, source="held; OpenAI, Anthropic, Amazon and others", grade="assumed",
        effect="- quality of rest",
    )  # fmt: skip
    behind_most: Worlds = quantity(
        -2.0, "log", "largest gap behind the frontier of the start that makes progress easier",
        low=-20, high=0, source="held; no published figure", grade="assumed",
        effect="- quality of claimant where labs.claimant.software_efficiency = 0.05 and software.catch_up = 0",
    )  # fmt: skip

    @cached_property
    def rho(self) -> Worlds:
        """Exponent of the aggregate, 1 - 1 / elasticity of substitution, kept off 0."""
        rho = 1.0 - 1.0 / self.substitution
        return np.where(np.abs(rho) < NEARLY_NOTHING, NEARLY_NOTHING, rho)

    @cached_property
    def month_speed(self) -> Worlds:
        """Log growth of efficiency in a month of an owner with the inputs of the best at the start."""
        return np.log(self.progress) / 12.0

    @cached_property
    def month_noise(self) -> Worlds:
        """Standard deviation of a month's growth, log; none where there is no progress."""
        return np.where(self.month_speed > 0, self.noise, 0.0) * np.sqrt(1.0 / 12.0)

    @cached_property
    def whole_lag(self) -> Worlds:
        """Whole months after which the others know what the best knew."""
        return np.rint(self.lag_months)


class State(NamedTuple):
    """What owners know (owners, worlds)."""

    efficiency: Owners  # log, best owner at the start = 0
    skill: Owners  # engineering skill, log
    quality: Owners  # capability of the models in use, index points
    hallucination: Owners  # rate
    crossed: Owners  # first month beyond the AGI threshold, 0 before
    best: Stock  # log efficiency at the frontier by month (months, worlds)


class Flows(NamedTuple):
    """What research brought in a month (owners, worlds)."""

    launched: NDArray[np.bool_]  # whether a model was launched


def research_input(parameters: Software, labour: Owners, experiments: Owners) -> Owners:
    """CES aggregate of relative labour and experiment compute; (owners, worlds)."""
    rho = parameters.rho
    people = parameters.labour_share * np.exp(rho * np.log(above(labour, LEAST_INPUT)))
    compute = (1.0 - parameters.labour_share) * np.exp(rho * np.log(above(experiments, LEAST_INPUT)))
    return np.exp(np.log(people + compute) / rho)


def progress(parameters: Software, efficiency: Owners, origin: Worlds, effort: Owners, draw: Owners) -> Owners:
    """Growth of log efficiency in a month from own research; effort is the CES aggregate; (owners, worlds)."""
    grown = np.exp(parameters.returns * np.log(above(effort, TINY)))
    fading = np.exp(-parameters.fishing_out * at_least(efficiency - origin, parameters.behind_most, "behind_most"))
    grown = parameters.month_speed * grown * fading
    return at_most(grown, parameters.progress_most) + parameters.month_noise * draw


def spill_over(parameters: Software, efficiency: Owners, known_best: Worlds) -> Owners:
    """Growth of log efficiency in a month from what others have made known; (owners, worlds)."""
    return parameters.catch_up * above(known_best - efficiency, 0.0)


def potential(parameters: Software, start: Owners, compute: Owners, compute_at_start: Owners, years: float) -> Owners:
    """Capability that a model launched now would have; compute: log10 of effective training FLOP (owners, worlds)."""
    from_compute = parameters.points_per_tenfold * (compute - compute_at_start)
    return start + from_compute + parameters.points_per_year * years


def training_compute(
    parameters: Software, largest_job_h100e: Owners, performance: Owners, efficiency: Owners
) -> Owners:
    """log10 of the effective FLOP of the largest job; efficiency is a natural log."""
    flop = above(largest_job_h100e * performance, 1.0) * (FLOP_PER_SECOND * parameters.run_months * SECONDS_PER_MONTH)
    return np.log10(flop) + efficiency / LN_10


def learn(
    setting: "Setting",
    state: State,
    people: talent.State,
    divided: serving.Flows,
    engineered: clusters.Flows,
    active: Mask | None,
    luck: "Luck",
    now: "Now",
) -> tuple[State, Flows]:
    """Research turns people and experiments into software; engineers learn; models are launched.

    Engineers learn by their number and by the size of the jobs that they run, the root of each relative to the largest.
    """  # fmt: skip
    parameters, anchors = setting.mechanisms.software, setting.anchors
    labour = ratio(research_labour(setting, people), anchors.labour)
    experiments = ratio(experiment_compute(setting, divided), anchors.experiments)
    effort = research_input(parameters, labour, experiments)
    own = progress(parameters, state.efficiency, anchors.efficiency, effort, luck.software)
    own = own * agi.boost(setting.mechanisms.agi, state.crossed)
    if active is not None:
        own = own * active
    best = arrivals.write(state.best, now.month, maximum_over_owners(state.efficiency))
    known = arrivals.written(best, above(now.month - parameters.whole_lag, 0.0))
    efficiency = state.efficiency + own + spill_over(parameters, state.efficiency, known)
    scale = ratio(labour, maximum_over_owners(labour)) * ratio(divided.job, maximum_over_owners(divided.job))
    best_skill = maximum_over_owners(state.skill)
    skill = clusters.next_skill(setting.mechanisms.clusters, state.skill, best_skill, np.sqrt(scale))
    learnt = state._replace(efficiency=efficiency, skill=skill, best=best)
    return launch(setting, learnt, divided, engineered, active, luck, now)


def research_labour(setting: "Setting", people: talent.State) -> Owners:
    """Researcher equivalents in one firm of each owner; (owners, worlds)."""
    labour = talent.output(setting.mechanisms.talent, people.researchers, people.stars, people.morale)
    return labour / setting.firms


def experiment_compute(setting: "Setting", divided: serving.Flows) -> Owners:
    """H100e that experiments take in one firm of each owner; (owners, worlds)."""
    return divided.research / setting.firms


def launch(
    setting: "Setting",
    state: State,
    divided: serving.Flows,
    engineered: clusters.Flows,
    active: Mask | None,
    luck: "Luck",
    now: "Now",
) -> tuple[State, Flows]:
    """Models are launched at random; the best training run is held against the AGI threshold."""
    parameters, anchors = setting.mechanisms.software, setting.anchors
    performance = engineered.goodput * engineered.utilisation
    capability = training_compute(parameters, divided.job, performance, state.efficiency)
    could_be = potential(parameters, anchors.quality, capability, anchors.capability, now.years)
    launched = luck.release < 1.0 / parameters.release_months
    if active is not None:
        launched = launched & active
    crossing = (state.crossed == 0) & (capability >= setting.mechanisms.agi.threshold_log10_flop)
    after = state._replace(
        quality=np.where(launched, np.maximum(state.quality, could_be), state.quality),
        hallucination=state.hallucination * np.where(launched, 1.0 - parameters.calibration_gain, 1.0),
        crossed=np.where(crossing, float(now.month), state.crossed),
    )
    return after, Flows(launched)
