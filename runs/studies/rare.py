"""Rare claims of a scenario by importance splitting: worlds scored by how near they come, repeats side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.rare_events import Estimate, Luck, Normals, RareEvent, Splitting, combined, split_once
from computerace.market.errors import UserError
from computerace.observables import RATIOS
from computerace.runs.claims.held import nearness
from computerace.runs.claims.resolved import Part
from computerace.runs.worlds.failures import Lost, failures_frame
from computerace.runs.worlds.play import Workers, counted, play, set_up
from computerace.runs.worlds.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch

BATCH = 2048  # worlds scored at once
FARTHEST = 1e9  # how far a world that failed counts as being from a claim of one's own
LEAST = float(np.finfo(np.float64).tiny)  # the least ratio that a score tells from nothing


@dataclass(frozen=True)
class LargestRatio:
    """What is kept of a batch: the largest ratio of the claimant to its rivals after month 0; (worlds,)."""

    measure: str

    def __call__(self, batch: "Batch") -> NDArray[np.float64]:
        """The ratio of each world."""
        return batch.steps[self.measure][1:, 0].max(axis=0).astype(np.float64)


@dataclass(frozen=True)
class Nearness:
    """What is kept of a batch for a claim of one's own: how near worlds come to it, above 0 where it is true."""

    part: Part

    def __call__(self, batch: "Batch") -> NDArray[np.float64]:
        """The nearness of each world."""
        name = self.part.claim.claim.quantity
        return nearness(self.part, batch.steps[name] if name in batch.steps else batch.market[name])


@dataclass(frozen=True)
class RareFound(RareEvent):
    """A rare event's probability, in which worlds that failed count as not having come near; and these."""

    failures: "pd.DataFrame"


class Scores:
    """Scores of a claim's worlds, by which splitting goes, and the worlds that failed on the way."""

    def __init__(self, claim: "RareClaim") -> None:
        self.claim = claim
        self.failures: list[Lost] = []

    def __call__(self, normals: Normals, luck: Luck) -> NDArray[np.float64]:
        """The logarithm of the largest ratio of claimant to rivals in any month up to the deadline; (worlds,).

        Of a claim of one's own, how near worlds come to it.
        """
        parts = [slice(first, first + BATCH) for first in range(0, len(luck), BATCH)]
        return np.concatenate([self._scored(normals[part], luck[part]) for part in parts])

    def _scored(self, normals: Normals, luck: Luck) -> NDArray[np.float64]:
        own = self.claim.own is not None
        largest = np.full(len(luck), -FARTHEST if own else LEAST)
        sample = self.claim.sample(normals, luck)
        piece = sample.run()
        places = np.arange(len(luck))
        if piece is not None:
            self.failures += piece.failures
            done = np.setdiff1d(places, [one.row for one in piece.failures])
            largest[done] = np.concatenate([kept for _, kept in piece.played]) if piece.played else []
        return largest if own else np.log(np.maximum(largest, LEAST))


@dataclass(frozen=True)
class RareClaim:
    """Which claim, in which scenario. seed: of the shocks, and of the splitting.

    own: a claim of one's own, in place of definition and rivals. folder: the run whose scenario it is.
    """

    scenario: "Scenario"
    definition: str
    rivals: str
    deadline: int
    seed: int
    own: Part | None = None
    folder: Path | None = None

    @property
    def parameters(self) -> list[str]:
        """The parameters that are drawn, a dimension each."""
        return [name for name, one in self.scenario.parameters().items() if one.prior is not None]

    def score(self, normals: Normals, luck: Luck) -> NDArray[np.float64]:
        """The logarithm of the largest ratio of claimant to rivals in any month up to the deadline; (worlds,)."""
        return Scores(self)(normals, luck)

    def sample(self, normals: Normals, luck: Luck) -> Sample[NDArray[np.float64]]:
        """The worlds with these normals (worlds, parameters) and this luck (worlds,)."""
        from scipy.special import ndtr

        known = self.scenario.parameters()
        settings = {
            name: known[name].draw(np.clip(ndtr(column), 1e-12, 1 - 1e-12))
            for name, column in zip(self.parameters, normals.T, strict=True)
        }
        ratio = RATIOS[self.definition, self.rivals].name
        measure = ratio if self.own is None else self.own.claim.claim.quantity
        return Sample(
            scenario=self.scenario, seed=self.seed, world=luck, months=self.deadline, settings=settings,
            measures=(measure,), keep=LargestRatio(measure) if self.own is None else Nearness(self.own),
            folder=self.folder,
        )  # fmt: skip


@dataclass(frozen=True)
class Repeat:
    """One estimate, as a task for an engine."""

    claim: RareClaim
    number: int
    chosen: Splitting
    rows: int = 1

    def run(self) -> tuple[int, Estimate, list[Lost]]:
        """Estimate the probability; returns the repeat's number with it, and the worlds that failed."""
        from computerace.runs.scenarios import own_code

        claim, score = self.claim, Scores(self.claim)
        own_code.require(claim.scenario)
        estimate = split_once(score, len(claim.parameters), 0.0, claim.seed, self.number, self.chosen)
        return self.number, estimate, score.failures

    def only(self, rows: Sequence[int]) -> "Repeat":  # noqa: ARG002
        """The same: a repeat has no parts."""
        return self

    def without(self, rows: Sequence[int], reason: str) -> "Repeat":  # noqa: ARG002
        """A repeat without its only part is none."""
        raise UserError(f"importance splitting could not go on: {reason}")


def rare_probability(
    claim: RareClaim,
    *,
    repeats: int = 4,
    chosen: Splitting | None = None,
    on: Workers | None = None,
    advance: Callable[[int], None] | None = None,
) -> RareFound:
    """The probability of a rare claim; `advance` hears of each repeat that is done.

    on: where repeats run; one process per processor.

    Raises UserError where no parameter is drawn, fewer than two repeats are asked for, or set-up has a mistake.
    """
    if claim.scenario.parameter_set != "prior":
        raise UserError(f"splitting moves through the priors; this scenario draws from {claim.scenario.parameter_set}")
    if not claim.parameters:
        raise UserError("importance splitting moves through the parameters' priors, and this scenario draws none")
    on = on or Workers()
    set_up([claim.sample(np.zeros((1, len(claim.parameters))), np.zeros(1, dtype=np.int64))], on)
    tasks = [Repeat(claim, number, chosen or Splitting()) for number in range(repeats)]
    found: dict[int, Estimate] = {}
    failures: list[Lost] = []
    with play(tasks, on, tasks_at_most=repeats) as results:
        for _, (number, estimate, failed) in counted(results, advance):
            found[number] = estimate
            failures += [replace(one, repeat=number) for one in failed]
    event = combined([found[number] for number in sorted(found)])
    return RareFound(**vars(event), failures=failures_frame(failures))
