"""Clusters: what failures and communication leave of a synchronous job.

Failures are a Poisson process with mean time M = m0 / N for a job of N chips. With save time d and restart time R and the
checkpoint interval tau = sqrt(2 d M) the goodput is

    G = tau / (M e^(R/M) (e^((tau + d)/M) - 1))                      Young (1974), Daly (2006)

m0 = 50,700 chip-hours: 419 unexpected interruptions in 54 days on 16,384 chips (Llama 3 Herd of Models, 2024).
Communication leaves 1 / (1 + (N / N*)^gamma). Engineering skill s (a log) shortens d and R by e^-s and lengthens m0 by
e^(s/4); it is learnt by doing (with engineers and on large jobs) and from the frontier. N is the owner's largest
job, a part of what it uses that fits on its largest site; serving and experiments run as small jobs.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from computerace.market import serving
from computerace.market.arrays import TINY, Owners, Worlds, above, below, maximum_over_owners, ratio
from computerace.market.parameters import lognormal, loguniform, quantity, uniform
from computerace.market.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from computerace.market.setting import Setting

NEUTRAL = {
    "clusters.failure_interval_hours": 1e15,
    "clusters.network_scale_chips": 1e15,
    "clusters.learning": 0.0,
    "clusters.skill_spread": 0.0,
}
STEEPEST = 300.0  # exponent at which a job makes no headway


@dataclass(frozen=True)
class Clusters:
    """Parameters of large clusters; each (worlds,) in a race."""

    failure_interval_hours: Worlds = quantity(
        50700.0, "chip-hours", "mean time between unexpected interruptions of one chip",
        prior=loguniform(25000, 80000), low=1, high=1e18, source="Llama 3 Herd of Models (2024)", grade="A",
        effect="+ goodput of claimant at 1",
    )  # fmt: skip
    save_seconds: Worlds = quantity(
        10.0, "seconds", "time to write a checkpoint at the start",
        prior=loguniform(3, 30), low=0.001, high=3600, source="2.5 s of pure writing for 405B weights: Epoch AI (2024)", grade="C",
        effect="- goodput of claimant at 1",
    )  # fmt: skip
    restart_seconds: Worlds = quantity(
        240.0, "seconds", "time to restart after a failure at the start",
        prior=loguniform(60, 900), low=0.01, high=86400, source="no published figure", grade="assumed",
        effect="- goodput of claimant at 1",
    )  # fmt: skip
    network_scale_chips: Worlds = quantity(
        1.5e6, "chips", "job size at which communication halves the throughput",
        prior=loguniform(3e5, 6e6), low=10, high=1e18, source="data movement binds near 2e28 FLOP a run: Epoch AI (2024)", grade="assumed",
        effect="+ goodput of claimant at 1",
    )  # fmt: skip
    network_exponent: Worlds = quantity(
        0.8, "exponent", "steepness of the communication loss",
        prior=uniform(0.5, 1.2), low=0.01, high=5, source="no published figure", grade="assumed",
        effect="+ goodput of claimant at 1",
    )  # fmt: skip
    learning: Worlds = quantity(
        0.7, "log per year", "engineering skill learnt by a lab at the frontier",
        prior=uniform(0.3, 1.1), high=10, source="goodput 85 to 97 % from one Gemini generation to the next (2023), time not given", grade="C",
        effect="+ goodput of claimant",
    )  # fmt: skip
    skill_spread: Worlds = quantity(
        0.05, "per month", "part of the gap to the most skilled that is closed each month",
        prior=uniform(0.01, 0.1), high=1, source="staff move and publish; assumed", grade="assumed",
        effect="+ goodput of claimant",
    )  # fmt: skip
    training_share: Worlds = quantity(
        0.15, "fraction", "part of used compute in the largest training job",
        prior=lognormal(0.05, 0.35), high=1, grade="C",
        source="0.4 B$ for a final run in a quarter of a year whose compute cost 7 B$: OpenAI 2024 (Epoch AI, 2025)",
        effect="+ got_training_h100e of claimant at 1",
    )  # fmt: skip
    utilisation_ceiling: Worlds = quantity(
        0.55, "fraction", "best utilisation of a large job",
        prior=uniform(0.48, 0.62), low=0.05, high=1, source="MegaScale 55.2 % (2024)", grade="A",
        effect="+ effective_h100e of claimant",
    )  # fmt: skip
    skill_network: Worlds = quantity(
        0.5, "log per log", "job size that communication bears to engineering skill",
        low=0, high=5, source="held; no published figure", grade="assumed",
        effect="+ goodput of claimant",
    )  # fmt: skip
    skill_fade: Worlds = quantity(
        0.15, "per log", "fall of learning by doing as skill grows",
        low=0, high=5, source="held; no published figure", grade="assumed",
        effect="- goodput of claimant",
    )  # fmt: skip
    skill_utilisation: Worlds = quantity(
        0.5, "per log", "part of the way to the best utilisation that skill goes",
        low=0, high=5, source="held; no published figure", grade="assumed",
        effect="+ effective_h100e of claimant",
    )  # fmt: skip
    utilisation_reference: Worlds = quantity(
        0.4, "fraction", "utilisation at which a used H100e counts as one that is effective",
        low=0.05, high=1, source="held; Llama 3: 38–43 % (2024)", grade="assumed",
        effect="- effective_h100e of claimant at 1",
    )  # fmt: skip
    small_job_chips: Worlds = quantity(
        1000.0, "chips", "job that serves users or experiments, at most",
        prior=loguniform(100, 10000), low=1, high=1e9, source="no published figure", grade="assumed",
        effect="- effective_h100e of claimant at 1",
    )  # fmt: skip

    @cached_property
    def log_scale(self) -> Worlds:
        """Log of the chips of a job of which communication leaves half."""
        return np.log(self.network_scale_chips)


class Flows(NamedTuple):
    """What engineering made of a month's compute (owners, worlds)."""

    largest_site: Owners  # H100e
    goodput: Owners  # what failures and communication leave of the largest job
    utilisation: Owners  # of the chips' peak
    effective: Owners  # H100e
    lost: Owners  # part of what is used that failures and communication cost


def goodput(chips: Owners, interval_hours: Worlds | Owners, save_seconds: Owners, restart_seconds: Owners) -> Owners:
    """Fraction of time in which a synchronous job moves forward, at its best checkpoint interval.

    Parameters
    ----------
    chips: size of the job. interval_hours: mean time between failures of one chip, chip-hours.
    save_seconds, restart_seconds: times of one checkpoint and one restart. All broadcast to (owners, worlds).
    """
    between = interval_hours * SECONDS_PER_HOUR / above(chips, 1.0)
    interval = np.sqrt(2.0 * save_seconds * between)
    lost = np.exp(below(restart_seconds / between, STEEPEST)) * np.expm1(
        below((interval + save_seconds) / between, STEEPEST)
    )
    return interval / (between * above(lost, TINY))


def job_goodput(parameters: Clusters, chips: Owners, skill: Owners) -> Owners:
    """Goodput of each owner's largest job given its engineering skill; (owners, worlds)."""
    faster = np.exp(-skill)
    interval = parameters.failure_interval_hours / np.sqrt(np.sqrt(faster))
    return goodput(chips, interval, parameters.save_seconds * faster, parameters.restart_seconds * faster)


def communication(parameters: Clusters, chips: Owners, skill: Owners) -> Owners:
    """Fraction of throughput that communication leaves a job of so many chips; (owners, worlds)."""
    scale = np.log(above(chips, 1.0)) - parameters.log_scale - parameters.skill_network * skill
    return 1.0 / (1.0 + np.exp(parameters.network_exponent * scale))


def next_skill(parameters: Clusters, skill: Owners, best: Worlds, effort: Owners) -> Owners:
    """Skill after a month; effort is the owner's engineers and scale relative to the largest, in 0..1."""
    by_doing = parameters.learning / 12.0 * effort * np.exp(-parameters.skill_fade * above(skill, 0.0))
    return skill + by_doing + parameters.skill_spread * above(best - skill, 0.0)


def kept(parameters: Clusters, chips: Owners, skill: Owners) -> Owners:
    """What failures and communication leave of a job of so many chips; (owners, worlds)."""
    return job_goodput(parameters, chips, skill) * communication(parameters, chips, skill)


def small_jobs(parameters: Clusters) -> Worlds:
    """What failures and communication leave of jobs that serve users or experiments, now as at the start; (worlds,)."""
    return kept(parameters, parameters.small_job_chips, np.zeros_like(parameters.small_job_chips))


def engineer(
    setting: "Setting",
    divided: serving.Flows,
    largest_site: Owners,
    per_chip: Owners,
    skill: Owners,
    efficiency: Owners,
) -> Flows:
    """What is effective of the compute that owners use; only the largest job loses what a job of its size loses.

    divided: what it is used for; largest_site: H100e. per_chip: H100e per chip. skill, efficiency: logs (owners, worlds).
    """
    parameters = setting.mechanisms.clusters
    job = divided.job / per_chip
    of_job = kept(parameters, job, skill)
    learnt = 1.0 - np.exp(-parameters.skill_utilisation * above(skill, 0.0))
    start = setting.figures.utilisation
    utilisation = start + above(parameters.utilisation_ceiling - start, 0.0) * learnt  # who is above it stays there
    others = divided.serving + divided.research
    working = divided.training * of_job + others * setting.small_jobs
    lost = ratio(divided.training + others - working, divided.training + others)
    engineering = utilisation / parameters.utilisation_reference
    effective = working * engineering * np.exp(efficiency - maximum_over_owners(efficiency))
    return Flows(largest_site, of_job, utilisation, effective, lost)
