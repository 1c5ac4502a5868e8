"""Where the points of a design lie: SALib's and SciPy's samplers on the unit cube, then each parameter's own scale.

Every sampler but `lhs` and `grid` draws more points after those it drew before, so that such a design can grow.
"""

import itertools
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.manifest_form import ProblemForm
from computerace.market.vocabulary import UNIT_PREFIX
from computerace.runs.scenarios.listed import frame_of_points
from computerace.runs.schema.bounds import check_points

if TYPE_CHECKING:
    from computerace.runs.designs.design import Design


def number_of_points(design: "Design") -> int:
    """How many points the design has in each scenario, without drawing them."""
    sampler, width = design.sampler, len(design.vary)
    if sampler.kind == "none":
        return 1
    if sampler.kind == "grid":
        return int(np.prod([len(one.values) or one.steps for one in design.vary], dtype=object))
    if sampler.kind == "list":
        return 0 if sampler.table is None else len(sampler.table)
    if sampler.kind == "saltelli":
        return sampler.size * (2 * width + 2 if sampler.second_order else width + 2)
    if sampler.kind == "morris":
        return sampler.size * (width + 1)
    return sampler.size


def draw_points(design: "Design") -> pd.DataFrame:
    """The points of a design: a row per point, a column per parameter, and unit.… columns where analysis needs them.

    Raises UserError where a listed point is out of bounds.
    """
    sampler = design.sampler
    known = design.scenarios[0].parameters()
    if sampler.kind == "none":
        return pd.DataFrame(index=range(1))
    if sampler.kind == "list":
        return frame_of_points(pd.DataFrame(sampler.table), known, sampler.source)
    if sampler.kind == "grid":
        return _grid(design)
    unit = unit_points(design)
    columns: dict[str, Any] = {}
    for position, one in enumerate(design.vary):
        columns[one.parameter] = one.at(unit[:, position], known.get(one.parameter))
    if sampler.kind in ("saltelli", "morris"):
        for position, one in enumerate(design.vary):
            columns[UNIT_PREFIX + one.parameter] = unit[:, position]
    return pd.DataFrame(columns)


def unit_points(design: "Design") -> NDArray[np.float64]:
    """Points in the unit cube, shape (points, parameters)."""
    sampler, width = design.sampler, len(design.vary)
    if sampler.kind == "prior":
        return np.random.default_rng([design.seed, 1]).random((sampler.size, width))
    if sampler.kind in ("lhs", "sobol"):
        return _scipy(sampler.kind, sampler.size, width, design.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SALib speaks of names that SciPy will drop; what it refuses is checked before
        if sampler.kind == "saltelli":
            from SALib.sample import sobol

            second = sampler.second_order
            return np.asarray(sobol.sample(problem(design), sampler.size, calc_second_order=second, seed=design.seed))
        from SALib.sample import morris

        drawn = morris.sample(problem(design), sampler.size, num_levels=sampler.levels, seed=design.seed)
        return np.asarray(drawn)


def problem(design: "Design") -> ProblemForm:
    """SALib's description of the design, on the unit cube."""
    names = [one.parameter for one in design.vary]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _scipy(kind: str, size: int, width: int, seed: int) -> NDArray[np.float64]:
    from scipy.stats import qmc

    generator = np.random.default_rng(seed)
    if kind == "lhs":
        return np.asarray(qmc.LatinHypercube(width, rng=generator).random(size))
    return np.asarray(qmc.Sobol(width, rng=generator).random(size))


def _grid(design: "Design") -> pd.DataFrame:
    axes = [one.grid() for one in design.vary]
    check_points(number_of_points(design), len(axes))
    rows = list(itertools.product(*axes))
    columns = {
        one.parameter: np.array(
            [row[position] for row in rows], dtype=object if isinstance(axes[position][0], str) else None
        )
        for position, one in enumerate(design.vary)
    }
    return pd.DataFrame(columns)
