"""The ensemble smoother with multiple data assimilation, by pyesmda.

    m <- m + C_md (C_dd + a C_e)^-1 (d + sqrt(a) e - g(m)),   repeated with a_1 … a_n such that sum 1/a = 1

Emerick and Reynolds (2013): in a linear model with normal errors it samples the posterior; repeating with inflated
errors eases it around bends. It matches a history with thousands of races, where rejection would need millions.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

INFLATION = (9.333, 7.0, 4.0, 2.0)  # Emerick and Reynolds (2013): large errors first


def smooth(
    model: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    vectors: NDArray[np.float64],
    observed: NDArray[np.float64],
    error: NDArray[np.float64],
    seed: int,
) -> NDArray[np.float64]:
    """Vectors (size, members) moved to what was observed (figures,); error: its covariance (figures, figures)."""
    from covmats import CovViaCholesky
    from pyesmda import ESMDA

    scale = sum(1.0 / factor for factor in INFLATION)
    smoother = ESMDA(
        obs=observed,
        m_init=vectors.copy(),
        cov_obs=CovViaCholesky(np.linalg.cholesky(error)),
        forward_model=model,
        n_assimilations=len(INFLATION),
        cov_obs_inflation_factors=[factor * scale for factor in INFLATION],
        inversion_type="cholesky",
        is_forecast_for_last_assimilation=False,
        is_parallel_analyse_step=False,
        random_state=np.random.default_rng(seed),
        m_bounds=None,
    )
    smoother.solve()
    return np.asarray(smoother.m_posterior)
