"""Rare claims of a scenario by importance splitting: worlds scored by how near they come, repeats side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.rare_events import Estimate, Luck, Normals, RareEvent, Splitting, combined, split_once
from computerace.market.errors import UserError
from computerace.runs.pool import make_engine, processors, run_batches

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

BATCH = 2048  # worlds scored at once


@dataclass(frozen=True)
class RareClaim:
    """Which claim, in which scenario. seed: of the shocks, and of the splitting."""

    scenario: "Scenario"
    definition: str
    rivals: str
    deadline: int
    seed: int

    @property
    def parameters(self) -> list[str]:
        """The parameters that are drawn, a dimension each."""
        return [name for name, one in self.scenario.parameters().items() if one.prior is not None]

    def score(self, normals: Normals, luck: Luck) -> NDArray[np.float64]:
        """The logarithm of the largest ratio of claimant to rivals in any month up to the deadline; (worlds,)."""
        parts = [slice(first, first + BATCH) for first in range(0, len(luck), BATCH)]
        return np.concatenate([self._scored(normals[part], luck[part]) for part in parts])

    def _scored(self, normals: Normals, luck: Luck) -> NDArray[np.float64]:
        from scipy.special import ndtr

        from computerace.runs.ensemble import simulate

        known = self.scenario.parameters()
        settings = {
            name: known[name].draw(np.clip(ndtr(column), 1e-12, 1 - 1e-12))
            for name, column in zip(self.parameters, normals.T, strict=True)
        }
        measure = f"ratio_{self.definition}_{self.rivals}"
        batch = simulate(
            self.scenario, luck, self.seed, months=self.deadline, settings=settings, measures=(measure,)
        )  # fmt: skip
        row = self.scenario.owners.index(self.scenario.claimant)
        largest = batch.steps[measure][1:, row].max(axis=0).astype(np.float64)
        return np.log(np.maximum(largest, np.finfo(np.float64).tiny))


@dataclass(frozen=True)
class Repeat:
    """One estimate, as a task for `pool.run_batches`."""

    claim: RareClaim
    number: int
    chosen: Splitting
    rows: int = 1

    def run(self) -> tuple[int, Estimate]:
        """Estimate the probability; returns the repeat's number with it."""
        claim = self.claim
        return self.number, split_once(claim.score, len(claim.parameters), 0.0, claim.seed, self.number, self.chosen)

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
    workers: int | None = None,
    advance: Callable[[int], None] | None = None,
) -> RareEvent:
    """The probability of a rare claim; `advance` hears of each repeat that is done.

    Raises UserError where no parameter is drawn, or fewer than two repeats are asked for.
    """
    if claim.scenario.parameter_set != "prior":
        raise UserError(f"splitting moves through the priors; this scenario draws from {claim.scenario.parameter_set}")
    if not claim.parameters:
        raise UserError("importance splitting moves through the parameters' priors, and this scenario draws none")
    tasks = [Repeat(claim, number, chosen or Splitting()) for number in range(repeats)]
    found: dict[int, Estimate] = {}
    engine = make_engine("local", min(workers or processors(), repeats))
    try:
        for _, (number, estimate) in run_batches(tasks, engine):
            found[number] = estimate
            if advance is not None:
                advance(1)
    finally:
        engine.close()
    return combined([found[number] for number in sorted(found)])
