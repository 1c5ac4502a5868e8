"""Fresh worlds inside a box of parameters: the scenario played again with other luck, its priors cut to the box.

World i of a seed is what it always is, but for the parameters that the box limits: each keeps its rank within what the
prior has inside the limits, so that a box changes nothing else and the worlds of two boxes are paired. Parameters that
come from a fitted set hang together and cannot be moved one by one: there the fresh worlds are those of the seed that
lie in the box.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.manifest_form import Manifest, design_in
from computerace.market.errors import UserError
from computerace.market.parameters import NORMAL_95, Parameter, Prior
from computerace.runs.claims.held import columns
from computerace.runs.claims.resolved import Resolved
from computerace.runs.sweeps.played_again import scenario_of
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.sample import Sample, joined, play_sample

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch

BATCH = 1024
LEAST_INSIDE = 30
SCANNED = 256 * BATCH  # worlds of a fitted set whose parameters are looked at, at most, to find some in a box

type Worlds = NDArray[np.float64]
type Box = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Fresh:
    """Fresh worlds: a row per world with the outcomes as worlds.parquet has them, and a row per world that failed."""

    worlds: pd.DataFrame
    failures: pd.DataFrame


@dataclass(frozen=True)
class KeepOutcomes:
    """What is kept of a batch: its outcomes, and whether claims of one's own came true."""

    claims: tuple[Resolved, ...] = ()

    def __call__(self, batch: "Batch") -> dict[str, NDArray[Any]]:
        """The outcomes by name."""
        own = columns(self.claims, lambda name: batch.steps[name] if name in batch.steps else batch.market[name])
        return batch.outcomes | own


@dataclass(frozen=True)
class FreshWorlds:
    """How fresh worlds are drawn: as the folder's were, but for the seed.

    numbers: the first worlds of the seed. fixed: parameters that were not `varied` stay at their centre.
    claims: of one's own, of which it is kept whether they came true. folder: the run whose scenario it is.
    """

    scenario: "Scenario"
    seed: int
    worlds: int
    months: int
    fixed: bool = False
    varied: tuple[str, ...] = ()
    on: Workers = ONE
    claims: tuple[Resolved, ...] = ()
    folder: Path | None = None

    def play(self, box: Box, advance: Callable[[int], None]) -> "Fresh":
        """The fresh worlds in a box.

        advance: hears how many worlds were just done.

        Raises UserError where the box leaves nothing of a prior, or every world fails.
        """
        numbers = self.inside(box)[0] if box and self.joint else np.arange(self.worlds, dtype=np.int64)
        settings = self.settings({} if self.joint else box, numbers)
        sample = Sample(
            scenario=self.scenario, seed=self.seed, world=numbers, keep=KeepOutcomes(self.claims), months=self.months,
            fixed=self.fixed, settings=settings,
            measures=tuple(dict.fromkeys(one.claim.quantity for one in self.claims)), folder=self.folder,
        )  # fmt: skip
        found = play_sample(sample, self.on, advance=advance)
        played = np.isin(numbers, found.worlds)
        set_to = {name: values[played] for name, values in settings.items()}
        outcomes: dict[str, NDArray[Any]] = joined(found.kept)
        frame = pd.DataFrame(outcomes).assign(world=found.worlds, **set_to)
        return Fresh(frame, found.failures)

    def settings(self, box: Box, indices: NDArray[np.int64]) -> dict[str, Worlds]:
        """The values of what the box limits, and of what varies where the rest is fixed: name to (worlds,)."""
        from computerace.runs.model.draws import draw

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
        from computerace.runs.model.draws import draw

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
    if prior.logarithmic:
        with np.errstate(divide="ignore"):
            values, start, end = np.log(np.maximum(values, 0.0)), np.log(start), np.log(end)
    place = (values - start) / (end - start)
    if prior.gaussian:
        return np.asarray(ndtr((place - 0.5) * 2 * NORMAL_95))
    return np.clip(place, 0.0, 1.0)


def drawn_as(
    folder: Path, manifest: Manifest, seed: int | None, worlds: int, *, trust_code: bool = False
) -> FreshWorlds:
    """Fresh worlds for a folder: another seed, by default the next one.

    Raises UserError for the folder's own seed, for a folder whose points are not drawn from the priors, and for
    code of one's own that may not run.
    """
    from computerace.analysis.claim import is_sample

    own = int(manifest["seed"])
    if seed == own:
        raise UserError(f"fresh worlds need another seed than the folder's own, which is {own}")
    if not is_sample(manifest):
        kind = design_in(manifest)["sampler"]["kind"]
        raise UserError(
            f"the folder's points are a design ({kind}), no sample of the priors: conditions are looked for in a race's"
            " folder or in a sweep with the sampler prior (`computerace sweep prior`)"
        )
    return FreshWorlds(
        scenario_of(folder, manifest, trust_code=trust_code), own + 1 if seed is None else seed, worlds,
        int(manifest["months"]), bool(manifest["fixed"]), tuple(manifest.get("varied") or ()), folder=folder,
    )  # fmt: skip
