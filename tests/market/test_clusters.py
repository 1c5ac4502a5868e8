"""Clusters: Young and Daly's goodput at published points and limits, communication, skill."""

import numpy as np
import pytest

from computerace.market import clusters
from computerace.market.clusters import NEUTRAL, Clusters
from tests.market.mechanisms import everywhere, owners, parameters_of


def test_goodput_at_published_points() -> None:
    chips = owners([16384], [100_000], [550_000])
    slow = clusters.goodput(chips, np.array(50700.0), np.array(30.0), np.array(300.0))[:, 0]
    fast = clusters.goodput(chips, np.array(50700.0), np.array(5.0), np.array(120.0))[:, 0]
    np.testing.assert_allclose(slow, [0.90, 0.70, 0.26], atol=0.01)
    np.testing.assert_allclose(fast[1:], [0.87, 0.58], atol=0.01)
    llama = 16384 * 54 * 24 / 419
    assert llama == pytest.approx(50_700, rel=0.01)
    assert clusters.goodput(chips[:1], np.array(llama), np.array(10.0), np.array(300.0)) > 0.90


def test_rare_failures_lose_youngs_square_root() -> None:
    # for d and R small against M:  1 - G  ~  sqrt(2 d / M) + R / M   (Young 1974)
    between, save, restart = 1e6, 10.0, 60.0
    lost = 1.0 - clusters.goodput(owners([1.0]), np.array(between / 3600.0), np.array(save), np.array(restart))
    np.testing.assert_allclose(lost, np.sqrt(2 * save / between) + restart / between, rtol=0.02)


def test_goodput_falls_with_the_job_and_rises_with_skill() -> None:
    parameters = parameters_of(Clusters)
    jobs = clusters.job_goodput(parameters, everywhere(1e3, 1e4, 1e5, 1e6), np.zeros((4, 3)))
    skilled = clusters.job_goodput(parameters, everywhere(1e3, 1e4, 1e5, 1e6), np.ones((4, 3)))
    assert (np.diff(jobs, axis=0) < 0).all()
    assert (skilled > jobs).all() and (skilled <= 1).all() and (jobs > 0).all()


def test_communication_halves_the_throughput_at_its_scale() -> None:
    parameters = parameters_of(Clusters, network_scale_chips=[1e5, 1e6, 6e6], network_exponent=[0.5, 0.8, 1.2])
    at_scale = clusters.communication(parameters, parameters.network_scale_chips[None, :], np.zeros((1, 3)))
    np.testing.assert_allclose(at_scale, 0.5)
    assert (clusters.communication(parameters, everywhere(1.0), np.zeros((1, 3))) > 0.99).all()


def test_without_the_mechanism_a_job_of_any_size_loses_nothing() -> None:
    neutral = parameters_of(Clusters, **{name.removeprefix("clusters."): value for name, value in NEUTRAL.items()})
    jobs = everywhere(1e4, 1e7)
    kept = clusters.job_goodput(neutral, jobs, np.zeros((2, 3))) * clusters.communication(
        neutral, jobs, np.zeros((2, 3))
    )
    np.testing.assert_allclose(kept, 1.0, atol=1e-3)


def test_the_unskilled_learn_from_the_skilled_and_nobody_forgets() -> None:
    parameters = parameters_of(Clusters, learning=0.5, skill_spread=0.05)
    skill = everywhere(0.0, 2.0)
    later = clusters.next_skill(parameters, skill, skill.max(axis=0), np.zeros((2, 3)))
    np.testing.assert_allclose(later, everywhere(0.05 * 2.0, 2.0))
    assert (clusters.next_skill(parameters, skill, skill.max(axis=0), np.ones((2, 3))) > later).all()
