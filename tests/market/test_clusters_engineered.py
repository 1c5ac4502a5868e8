"""What engineering makes of compute: the job, failures, communication, utilisation and software, by hand."""

import numpy as np

from computerace.market import clusters
from computerace.market import serving as serving_of
from computerace.market.clusters import Clusters
from tests.market.mechanisms import everywhere, parameters_of
from tests.runs.model.plain import Rows, plain_setting, rows

QUIET = {"clusters.failure_interval_hours": 1e15, "clusters.network_scale_chips": 1e15}
BUSY = {
    "clusters.failure_interval_hours": 1e15,
    "clusters.network_scale_chips": 1000.0,
    "clusters.network_exponent": 1.0,
}


def test_goodput_is_dalys_formula() -> None:
    # 3,600 chips that each fail once in 10,000 hours fail every 10,000 s together; checkpoints of 50 s: tau = 1,000 s
    found = clusters.goodput(everywhere(3600.0), np.full(3, 1e4), everywhere(50.0), everywhere(300.0))
    np.testing.assert_allclose(found, 1000 / (1e4 * np.exp(0.03) * np.expm1(0.105)))
    alone = clusters.goodput(everywhere(0.1), np.full(3, 1.0), everywhere(18.0), everywhere(0.0))
    np.testing.assert_allclose(alone, 0.1 / np.expm1(0.105))  # less than a chip fails like one
    hopeless = clusters.goodput(everywhere(1e12), np.full(3, 1.0), everywhere(1.0), everywhere(9e9))
    between = 3600e-12
    np.testing.assert_allclose(hopeless, np.sqrt(2 * between) / (between * np.exp(300.0) * np.expm1(300.0)))


def test_skill_shortens_saving_and_restarting_and_lengthens_the_time_between_failures() -> None:
    parameters = parameters_of(Clusters, failure_interval_hours=1e4, save_seconds=100.0, restart_seconds=600.0)
    found = clusters.job_goodput(parameters, everywhere(3600.0), everywhere(np.log(2.0)))
    np.testing.assert_allclose(
        found, clusters.goodput(everywhere(3600.0), np.full(3, 1e4 * 2**0.25), everywhere(50.0), everywhere(300.0))
    )


def test_skill_lets_larger_jobs_communicate() -> None:
    parameters = parameters_of(Clusters, network_scale_chips=1000.0, network_exponent=2.0)
    chips, skill = everywhere(1000.0, 2000.0, 1000.0, 0.0), everywhere(0.0, 0.0, 2 * np.log(3.0), 0.0)
    np.testing.assert_allclose(
        clusters.communication(parameters, chips, skill), everywhere(0.5, 0.2, 0.9, 1 / (1 + 1e-6))
    )


def used_for(serving: float, research: float, training: float, job: Rows) -> serving_of.Flows:
    return serving_of.Flows(rows(serving), rows(research), rows(training), rows(job))


def engineered(
    settings: dict[str, float], *, skill: float = 0.0, per_chip: float = 2.0, job: Rows = 75.0
) -> clusters.Flows:
    setting = plain_setting(
        settings | {"clusters.utilisation_ceiling": 0.6, "clusters.small_job_chips": 1.0},
        {"utilisation": [0.4, 0.5, 0.9, 0.4, 0.4]},
    )  # fmt: skip
    efficiency = rows([0.0, 0.0, 0.0, 0.0, -np.log(4.0)])
    divided = used_for(10.0, 15.0, 75.0, job)
    return clusters.engineer(setting, divided, rows(4000.0), rows(per_chip), rows(skill), efficiency)


def test_without_losses_compute_counts_by_its_utilisation_and_software() -> None:
    found = engineered(QUIET)
    np.testing.assert_allclose(found.largest_site, 4000.0)
    np.testing.assert_allclose(
        found.utilisation, rows([0.4, 0.5, 0.9, 0.4, 0.4])
    )  # who is above the best on record stays there
    np.testing.assert_allclose(found.goodput, 1.0, rtol=1e-4)
    np.testing.assert_allclose(found.effective, rows([100.0, 125.0, 225.0, 100.0, 25.0]), rtol=1e-4)
    np.testing.assert_allclose(found.lost, 0.0, atol=1e-4)


def test_only_the_largest_job_loses_what_a_job_of_its_size_loses() -> None:
    # 1,000 chips of two H100e talk half of the time, and 2,000 two thirds of it; the other quarter loses nothing
    found = engineered(BUSY, job=[2000.0, 2000.0, 2000.0, 4000.0, 2000.0])
    np.testing.assert_allclose(found.goodput, rows([0.5, 0.5, 0.5, 1 / 3, 0.5]), rtol=1e-4)
    np.testing.assert_allclose(found.effective[[0, 3]], np.array([[62.5] * 3, [50.0] * 3]), rtol=1e-3)
    np.testing.assert_allclose(found.lost, rows([0.375, 0.375, 0.375, 0.5, 0.375]), rtol=1e-3)


def test_serving_and_experiments_lose_what_small_jobs_lose() -> None:
    setting = plain_setting(BUSY | {"clusters.small_job_chips": 250.0, "clusters.utilisation_ceiling": 0.4})
    found = clusters.engineer(
        setting, used_for(50.0, 50.0, 0.0, 0.0), rows(1.0), rows(1.0), rows(0.0), rows(0.0)
    )  # fmt: skip
    np.testing.assert_allclose(found.lost, 0.2, rtol=1e-4)  # a quarter of the scale: 1 / (1 + 1 / 4) is left


def test_skill_closes_the_gap_to_the_best_utilisation() -> None:
    found = engineered(QUIET, skill=2 * np.log(2.0))
    np.testing.assert_allclose(found.utilisation, rows([0.5, 0.55, 0.9, 0.5, 0.5]))
    np.testing.assert_allclose(engineered(QUIET, skill=-1.0).utilisation[0], 0.4)
