"""Fresh worlds inside a box of parameters: the scenario played again with other luck, its priors cut to the box.

World i of a seed is what it always is, but for the parameters that the box limits: each keeps its rank within what the
prior has inside the limits, so that a box changes nothing else and the worlds of two boxes are paired. Parameters that
come from a fitted set hang together and cannot be moved one by one: there the fresh worlds are those of the seed that
lie in the box.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.errors import UserError
from computerace.market.parameters import NORMAL_95, Parameter, Prior

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

BATCH = 1024
LEAST_INSIDE = 30
SCANNED = 256 * BATCH  # worlds of a fitted set whose parameters are looked at, at most, to find some in a box

type Worlds = NDArray[np.float64]
type Box = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class FreshWorlds:
    """How fresh worlds are drawn: as the folder's were, but for the seed.

    numbers: the first worlds of the seed. fixed: parameters that were not `varied` stay at their centre.
    """

    scenario: "Scenario"
    seed: int
    worlds: int
    months: int
    fixed: bool = False
    varied: tuple[str, ...] = ()

    def play(self, box: Box, advance: Callable[[int], None]) -> pd.DataFrame:
        """The fresh worlds in a box: a row per world, with the outcomes as worlds.parquet has them.

        advance: hears how many worlds were just done.

        Raises UserError where the box leaves nothing of a prior, or a world fails.
        """
        from computerace.runs.ensemble import simulate

        frames = []
        numbers = self.inside(box)[0] if box and self.joint else np.arange(self.worlds, dtype=np.int64)
        for start in range(0, len(numbers), BATCH):
            indices = numbers[start : start + BATCH]
            settings = self.settings({} if self.joint else box, indices)
            try:
                batch = simulate(
                    self.scenario, indices, self.seed, months=self.months, settings=settings, fixed=self.fixed,
                    measures=(),
                )  # fmt: skip
            except UserError:
                raise
            except Exception as error:
                raise UserError(f"a fresh world failed: {type(error).__name__}: {error}") from error
            frames.append(pd.DataFrame(batch.outcomes).assign(world=indices, **settings))
            advance(len(indices))
        return pd.concat(frames, ignore_index=True)

    def settings(self, box: Box, indices: NDArray[np.int64]) -> dict[str, Worlds]:
        """The values of what the box limits, and of what varies where the rest is fixed: name to (worlds,)."""
        from computerace.runs.draws import draw

        known = self.scenario.parameters()
        names = [*box, *(name for name in self.varied if self.fixed and name not in box)]
        drawn = draw(self.scenario, indices, self.seed).numbers if names else {}
        return {name: moved(known[name], drawn[name], *box.get(name, (-np.inf, np.inf))) for name in names}

    @property
    def joint(self) -> bool:
        """Whether parameters come from a fitted set, in which they hang together."""
        return self.scenario.parameter_set != "prior"

    def inside(self, box: Box) -> tuple[NDArray[np.int64], int]:
        """The first worlds of the seed that lie in the box, and how many were looked at to find them.

        Raises UserError where the seed has hardly any.
        """
        from computerace.runs.draws import draw

        found: list[NDArray[np.int64]] = []
        looked = 0
        while sum(map(len, found)) < self.worlds and looked < SCANNED:
            indices = np.arange(looked, looked + BATCH, dtype=np.int64)
            values = draw(self.scenario, indices, self.seed).numbers
            held = [(values[name] >= low) & (values[name] <= high) for name, (low, high) in box.items()]
            found.append(indices[np.logical_and.reduce(held)])
            looked += BATCH
        numbers = np.concatenate(found)
        if len(numbers) < LEAST_INSIDE:
            raise UserError(f"{len(numbers)} of {looked:,} fresh worlds lie in the box: too few to check it in")
        if len(numbers) <= self.worlds:
            return numbers, looked
        return numbers[: self.worlds], int(numbers[self.worlds - 1]) + 1

    def mass(self, box: Box) -> float:
        """The share of all worlds that the box holds: priors are independent; of a fitted set, as counted."""
        if box and self.joint:
            numbers, looked = self.inside(box)
            return len(numbers) / looked
        known = self.scenario.parameters()
        return float(np.prod([share(known[name], *ends) for name, ends in box.items()]))


def moved(parameter: Parameter, values: Worlds, low: float, high: float) -> Worlds:
    """Draws moved into [low, high], each at the same rank within what the prior has there; (worlds,).

    Raises UserError where the prior has nothing there.
    """
    if share(parameter, low, high) <= 0:
        raise UserError(f"the prior of {parameter.name} has nothing between {low:g} and {high:g} {parameter.unit}")
    bottom, top = below(parameter, np.array([low, high]))
    probability = bottom + (top - bottom) * below(parameter, values)
    return np.clip(parameter.draw(np.clip(probability, 1e-12, 1 - 1e-12)), low, high)


def share(parameter: Parameter, low: float, high: float) -> float:
    """What part of the prior lies in [low, high]."""
    if parameter.prior is None:
        return float(low <= float(parameter.value) <= high)
    bottom, top = below(parameter, np.array([low, high]))
    return float(top - bottom)


def below(parameter: Parameter, values: Worlds) -> Worlds:
    """The probability that a draw is below each value; the draws that bounds hold back lie at the bounds."""
    prior = parameter.prior
    if prior is None:
        return np.where(values > float(parameter.value), 1.0, 0.0)
    inner = _distribution(prior, values / parameter.scale)
    return np.where(values <= parameter.low, 0.0, np.where(values >= parameter.high, 1.0, inner))


def _distribution(prior: Prior, values: Worlds) -> Worlds:
    """The prior's cumulative distribution: the inverse of `Prior.quantile`."""
    from scipy.special import ndtr

    start, end = prior.low, prior.high
    if prior.kind.startswith("log"):
        with np.errstate(divide="ignore"):
            values, start, end = np.log(np.maximum(values, 0.0)), np.log(start), np.log(end)
    place = (values - start) / (end - start)
    if prior.kind.endswith("normal"):
        return np.asarray(ndtr((place - 0.5) * 2 * NORMAL_95))
    return np.clip(place, 0.0, 1.0)


def drawn_as(manifest: Mapping[str, Any], seed: int | None, worlds: int) -> FreshWorlds:
    """Fresh worlds for a folder: another seed, by default the next one.

    Raises UserError for the folder's own seed, and for a folder whose points are not drawn from the priors.
    """
    from computerace.analysis.claim import is_sample
    from computerace.runs.scenarios import Scenario

    own = int(manifest["seed"])
    if seed == own:
        raise UserError(f"fresh worlds need another seed than the folder's own, which is {own}")
    if not is_sample(manifest):
        kind = manifest["design"]["sampler"]["kind"]
        raise UserError(
            f"the folder's points are a design ({kind}), no sample of the priors: conditions are looked for in a race's"
            " folder or in a sweep with the sampler prior (`computerace sweep prior`)"
        )
    return FreshWorlds(
        Scenario.from_dict(dict(manifest["scenario"])), own + 1 if seed is None else seed, worlds,
        int(manifest["months"]), bool(manifest["fixed"]), tuple(manifest.get("varied") or ()),
    )  # fmt: skip
