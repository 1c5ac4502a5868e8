"""Weights of worlds by figures that came later: importance sampling with the errors that published figures have.

With y the logs of the figures, g(world) what a world says in their place, and C the covariance of their errors,

    w(world) ~ exp(-(y - g)' C^-1 (y - g) / 2)

The error of a figure has the parts that the back-test and the fitted sets reckon with. A source that carries its errors
along has a part that all counts of an owner share and one of the quantity's own; both are correlated by 0.9 to the
power of the years between figures. A world says what the start's figure becomes by what it adds (`published`), and so
bears only what has changed of the error since the start, t years before,

    cov(i, j) = (shared_i shared_j + [one quantity] own_i own_j) (1 + r^|t_i - t_j| - r^t_i - r^t_j)

whose diagonal is the square of `record.revision`. To each is added what the model does not try to explain: the timing
of leases and invoices within a quarter, the mix behind an average price.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.validation.record import KEEPS_ERROR, KEPT_PER_YEAR
from computerace.analysis.weights import effective_number

SHARED, SHARED_TRACKED = 0.3, 0.15  # error that all counts of an owner share (log); xAI's sites are tracked
TRACKED = "xAI"
UNEXPLAINED = {
    "owned_h100e": 0.05, "operational_h100e": 0.15, "used_h100e": 0.3, "powered_mw": 0.15, "capex_usd": 0.12,
    "supply_h100e": 0.12, "rent_usd_per_h100e_hour": 0.2,
}  # fmt: skip
UNEXPLAINED_TRACKED = {"owned_h100e": 0.15, "powered_mw": 0.2, "capex_usd": 0.2}  # of xAI, which buys in few lots
COUNTED = (*KEEPS_ERROR, "operational_h100e")
FAR = 3.0  # standard deviations of its error between a figure and the nearest world, from which no world comes near
NOTHING = 1e-4  # weight of a world that counts for nothing

type Floats = NDArray[np.float64]


class Told(NamedTuple):
    """A figure: what, of whom, years after the start, its log, its source's error, and whether the start has one."""

    quantity: str
    owner: str
    years: float
    value: float
    error: float
    published: bool


def covariance(figures: Sequence[Told], kept: float = KEPT_PER_YEAR) -> Floats:
    """Covariance of the errors of what worlds say, (figures, figures)."""
    shared, own = (np.array([part(one) for one in figures]).reshape(len(figures)) for part in (_shared, _own))
    years = np.array([one.years for one in figures], dtype=np.float64)
    begun = np.array([one.published for one in figures], dtype=np.float64)
    owner = np.array([[one.owner == other.owner for other in figures] for one in figures], dtype=bool)
    quantity = np.array([[one.quantity == other.quantity for other in figures] for one in figures], dtype=bool)
    counted = np.array([one.quantity in COUNTED for one in figures], dtype=bool)
    size = (len(figures), len(figures))
    owner, quantity = owner.reshape(size), quantity.reshape(size)
    since = np.outer(begun, kept**years)
    changed = kept ** np.abs(years[:, None] - years[None, :]) - since - since.T + np.outer(begun, begun)
    both = owner & counted[:, None] & counted[None, :]
    along = np.where(both, np.outer(shared, shared) + np.where(quantity, np.outer(own, own), 0.0), 0.0) * changed
    alone = np.array([_unexplained(one) ** 2 + (0.0 if one.quantity in COUNTED else one.error**2) for one in figures])
    return along + np.diag(alone)


def _shared(figure: Told) -> float:
    return min(figure.error, SHARED_TRACKED if figure.owner == TRACKED else SHARED)


def _own(figure: Told) -> float:
    return float(np.sqrt(figure.error**2 - _shared(figure) ** 2))


def _unexplained(figure: Told) -> float:
    of_tracked = UNEXPLAINED_TRACKED if figure.owner == TRACKED else {}
    return of_tracked.get(figure.quantity, UNEXPLAINED[figure.quantity])


def log_likelihood(said: Floats, figures: Floats, errors: Floats) -> Floats:
    """The log of how likely the figures are in each world, but for a constant; (worlds,).

    said: logs of what worlds say, (figures, worlds). figures: logs, (figures,). errors: (figures, figures).
    """
    if not len(figures):
        return np.zeros(said.shape[1])
    root = np.linalg.cholesky(errors)
    apart = np.linalg.solve(root, figures[:, None] - said)
    return -0.5 * (apart**2).sum(axis=0)


def log_bound(said: Floats, value: float, error: float, *, least: bool) -> Floats:
    """The log of the chance that a figure with this error is at least, or at most, a value (log); (worlds,)."""
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr((said - value) / error * (1.0 if least else -1.0)))


def weights_from(log_likelihoods: Floats, point: NDArray[np.int64] | None = None) -> Floats:
    """Weights of mean 1 within each point, (worlds,); what is less than NOTHING is none."""
    points = np.zeros(len(log_likelihoods), dtype=np.int64) if point is None else point
    found = np.empty_like(log_likelihoods)
    for number in np.unique(points):
        here = points == number
        weights = np.exp(log_likelihoods[here] - log_likelihoods[here].max())
        weights = np.where(weights < NOTHING * weights.mean(), 0.0, weights)
        found[here] = weights / weights.mean()
    return found


def least_effective(weights: Floats, point: NDArray[np.int64] | None = None) -> float:
    """The effective number of worlds, of the point that has the fewest."""
    points = np.zeros(len(weights), dtype=np.int64) if point is None else point
    return min(effective_number(weights[points == number]) for number in np.unique(points))


def nearest(said: Floats, value: float, error: float) -> float:
    """How far the nearest world is from a figure, in standard deviations of its error; 0 where worlds surround it."""
    if said.min() <= value <= said.max():
        return 0.0
    return float(np.abs(said - value).min() / error)
