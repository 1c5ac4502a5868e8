"""From a vector of standard normals to what races say in place of the figures.

A world's vector holds every parameter with a prior, as the normal score of its probability, and the luck that moves
the figures: of the market, and of each owner's plans, rounds, contracts and sites. Luck belongs to the vector because
figures came out of one history: what bad luck explains must not be laid on a parameter.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from computerace.market.parameters import Parameter
from computerace.runs.calibration.evidence import MARKET, Figure
from computerace.runs.race import Race
from computerace.runs.scenarios import Scenario
from computerace.runs.shocks import MARKET as MARKET_SHOCKS
from computerace.runs.shocks import OWNER_NORMALS, PLAN_NORMALS, Shocks, draw_shocks

type Vectors = NDArray[np.float64]

MEASURES = (
    "owned_h100e", "capex_usd", "power_mw", "used_h100e", "supply_h100e", "chip_price_usd_per_h100e",
    "rent_usd_per_h100e_hour",
)  # fmt: skip
OF_OWNERS = {"owned": "owned_h100e", "used": "used_h100e", "power": "power_mw", "capex": "capex_usd"}
OF_MARKET = {"supply": "supply_h100e", "price": "chip_price_usd_per_h100e", "rent": "rent_usd_per_h100e_hour"}
CHUNK = 2048
CAREFUL_NORMALS = ("energy", "site")  # the luck of owners beside plans and rounds that moves the figures
LARGEST = 4.0


@dataclass(frozen=True)
class Forward:
    """A race from a start over some months, as a function of vectors; `advance` hears the worlds done."""

    scenario: Scenario
    known: tuple[Figure, ...]
    seed: int
    advance: Callable[[int], None] = lambda _: None

    @property
    def months(self) -> int:
        """Months to the last figure."""
        return max(one.last for one in self.known)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters with a prior, in the order of the vector."""
        return tuple(one for one in self.scenario.parameters().values() if one.prior is not None and not one.choices)

    @property
    def size(self) -> int:
        """Length of a vector."""
        owners = len(self.scenario.owners)
        kinds = len(MARKET_SHOCKS) + owners * (len(CAREFUL_NORMALS) + len(PLAN_NORMALS) + 1)
        return len(self.parameters) + self.months * kinds

    def draw(self, members: int) -> Vectors:
        """Vectors from the priors, (size, members); member i is the same whatever their number."""
        from computerace.runs.streams import normals

        return normals(self.seed, "calibration", np.arange(members), (self.size,)).astype(np.float64)

    def settings(self, vectors: Vectors) -> dict[str, NDArray[np.float64]]:
        """Values of the parameters by name, each (members,)."""
        probability = ndtr(np.clip(vectors[: len(self.parameters)], -LARGEST, LARGEST))
        return {one.name: one.draw(row) for one, row in zip(self.parameters, probability, strict=True)}

    def __call__(self, vectors: Vectors) -> NDArray[np.float64]:
        """What the races say in place of the figures, (figures, members)."""
        parts = []
        for first in range(0, vectors.shape[1], CHUNK):
            part = vectors[:, first : first + CHUNK]
            parts.append(self._some(part, np.arange(first, first + part.shape[1])))
            self.advance(part.shape[1])
        return np.concatenate(parts, axis=1)

    def _some(self, vectors: Vectors, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        race = Race(
            self.scenario, worlds=len(indices), seed=self.seed, months=self.months, indices=indices,
            settings=self.settings(vectors), collect=False, measures=MEASURES,
            shocks=self._luck(vectors[len(self.parameters) :], indices),
        ).run()  # fmt: skip
        return np.stack([said(race, one) for one in self.known])

    def _luck(self, vectors: Vectors, indices: NDArray[np.int64]) -> Shocks:
        """The shocks that a vector holds; what it leaves out comes from the streams."""
        owners, months, worlds = len(self.scenario.owners), self.months, vectors.shape[1]
        drawn = draw_shocks(self.scenario.owners, months, indices, self.seed, 0)
        luck = vectors.reshape(months, -1, worlds).astype(np.float32)
        market, rest = luck[:, : len(MARKET_SHOCKS)], luck[:, len(MARKET_SHOCKS) :].reshape(months, -1, owners, worlds)
        normal = drawn.normal.copy()
        for place, name in enumerate(CAREFUL_NORMALS):
            normal[:, OWNER_NORMALS.index(name)] = rest[:, place]
        plans = rest[:, len(CAREFUL_NORMALS) : -1]
        closing = np.clip(ndtr(rest[:, -1:].astype(np.float64)), 1e-7, 1 - 1e-7).astype(np.float32)
        return replace(drawn, market=market, normal=normal, plan_normal=plans, plan_uniform=closing)


def said(race: Race, one: Figure) -> NDArray[np.float64]:
    """The log of what a race says in place of a figure; (worlds,)."""
    months = slice(one.first, one.last + 1)
    if one.owner == MARKET:
        values = race.record.market[OF_MARKET[one.quantity]][months].astype(np.float64)
    else:
        values = race.record.steps[OF_OWNERS[one.quantity]][months, race.names.index(one.owner)].astype(np.float64)
    if one.quantity == "power":
        values = values / race.setting.mechanisms.energy.facility_ratio
    total = values[0].copy()
    for month in values[1:]:
        total += month
    if one.quantity not in ("capex", "supply"):
        total /= len(values)
    return np.log(np.maximum(total, 1e-9) + one.small)


def started(scenario: Scenario, start: datetime.date) -> Scenario:
    """The scenario from a start, with the priors that were known then."""
    return replace(scenario, start=start)
