"""Variants of a scenario in the same worlds: played side by side in shared arrays, keeping only what is asked for.

Variants that differ in numbers alone share an array: each brings the parameters that it would have drawn by itself, so
that a world of a variant has the same bits as in a race of its own. A world that fails in one variant is left out of
all, for the others would stand in no pair.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.market.errors import UserError
from computerace.runs.bounds import check_total
from computerace.runs.pool import make_engine, processors, run_batches

if TYPE_CHECKING:
    from computerace.runs.ensemble import Batch
    from computerace.runs.scenarios import Scenario

BATCH = 2048  # rows, a row being one world of one variant
PAYS_FROM = 10 * BATCH  # rows; below it more processes cost more to start than they save

type Series = tuple[str, str]
"""A measure and the owner whose it is."""


@dataclass(frozen=True)
class Wanted:
    """What is kept of every world. outcomes: columns of worlds.parquet. series: measures of owners, month by month."""

    seed: int
    months: int
    outcomes: tuple[str, ...]
    series: tuple[Series, ...] = ()
    fixed: bool = False


@dataclass(frozen=True)
class Piece:
    """What came of a batch: variants, worlds and outcomes (rows,), series (months + 1, rows), and what failed."""

    variant: NDArray[np.int64]
    world: NDArray[np.int64]
    outcomes: dict[str, NDArray[np.float64]]
    series: dict[Series, NDArray[np.float32]]
    failures: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Together:
    """All variants in the worlds that none of them lost.

    outcomes: a row per variant and world, sorted, with the columns variant and world in front. series: by measure and
    owner (variants, months + 1, worlds). lost: how many worlds were left out, and why the first of them.
    """

    worlds: NDArray[np.int64]
    outcomes: pd.DataFrame
    series: dict[Series, NDArray[np.float32]]
    lost: int = 0
    why: str = ""


@dataclass(frozen=True)
class VariantBatch:
    """Some worlds of some variants with the same structure, as a task for `pool.run_batches`.

    scenarios: variants by number. variant, world: (rows,). given_up: rows that killed their worker, with the reason.
    """

    wanted: Wanted
    scenarios: Mapping[int, "Scenario"]
    variant: NDArray[np.int64]
    world: NDArray[np.int64]
    given_up: tuple[tuple[int, str], ...] = ()

    @property
    def rows(self) -> int:
        """How many worlds of variants the batch holds."""
        return len(self.world)

    def only(self, rows: Sequence[int]) -> "VariantBatch":
        """A probe: some rows."""
        pick = np.asarray(rows, dtype=np.intp)
        return replace(self, variant=self.variant[pick], world=self.world[pick], given_up=())

    def without(self, rows: Sequence[int], reason: str) -> "VariantBatch":
        """The batch with some rows given up."""
        return replace(self, given_up=(*self.given_up, *((row, reason) for row in rows)))

    def run(self) -> Piece:
        """Play the rows and keep what is wanted."""
        failures = [(int(self.world[row]), reason) for row, reason in self.given_up]
        rows = np.setdiff1d(np.arange(self.rows), [row for row, _ in self.given_up])
        played = list(self._played(rows, failures))
        done = np.concatenate([some for some, _ in played]) if played else np.empty(0, dtype=np.intp)
        outcomes = {
            name: np.concatenate([b.outcomes[name] for _, b in played]) for name in self.wanted.outcomes if played
        }
        return Piece(self.variant[done], self.world[done], outcomes, self._series(played), tuple(failures))

    def _played(
        self, rows: NDArray[np.intp], failures: list[tuple[int, str]]
    ) -> Iterator[tuple[NDArray[np.intp], "Batch"]]:
        """The rows, or their halves down to single worlds where one of them fails; who fails goes into `failures`."""
        if not len(rows):
            return
        try:
            batch = self._simulate(rows)
        except UserError:
            raise
        except Exception as error:
            if len(rows) == 1:
                failures.append((int(self.world[rows[0]]), f"{type(error).__name__}: {error}"))
                return
            half = len(rows) // 2
            yield from self._played(rows[:half], failures)
            yield from self._played(rows[half:], failures)
        else:
            yield rows, batch

    def _simulate(self, rows: NDArray[np.intp]) -> "Batch":
        from computerace.runs.ensemble import simulate

        wanted, variant = self.wanted, self.variant[rows]
        batch = simulate(
            self.scenarios[int(variant[0])], self.world[rows], wanted.seed, months=wanted.months, fixed=wanted.fixed,
            settings=self._own_parameters(variant, self.world[rows]),
            measures=tuple(dict.fromkeys(measure for measure, _ in wanted.series)),
        )  # fmt: skip
        gc.collect()  # a model and its agents point at each other; waiting for the collector doubles the memory
        return batch

    def _own_parameters(
        self, variant: NDArray[np.int64], world: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]] | None:
        """What each variant would draw by itself, side by side; None where there is but one."""
        from computerace.runs.draws import draw

        numbers = np.unique(variant)
        if len(numbers) == 1:
            return None
        found: dict[str, NDArray[np.float64]] = {}
        for number in numbers:
            where = np.flatnonzero(variant == number)
            values = draw(self.scenarios[int(number)], world[where], self.wanted.seed, fixed=self.wanted.fixed)
            for name, drawn in values.numbers.items():
                found.setdefault(name, np.empty(len(world)))[where] = drawn
        return found

    def _series(self, played: list[tuple[NDArray[np.intp], "Batch"]]) -> dict[Series, NDArray[np.float32]]:
        owners = next(iter(self.scenarios.values())).owners
        return {
            (measure, owner): np.concatenate([b.steps[measure][:, owners.index(owner)] for _, b in played], axis=-1)
            for measure, owner in self.wanted.series
            if played
        }


def play_together(
    variants: Sequence["Scenario"],
    worlds: int,
    wanted: Wanted,
    *,
    workers: int | None = None,
    advance: Callable[[int], None] | None = None,
) -> Together:
    """Play every variant in worlds 0 to `worlds` - 1; `advance` hears how many rows were just done.

    workers: processes; None for one per processor where that pays.

    Raises UserError where every world failed.
    """
    pieces = []
    check_total(worlds, wanted.months, len(variants))
    rows = len(variants) * worlds
    wanted_workers = workers or (processors() if rows >= PAYS_FROM else 1)
    engine = make_engine("local", min(wanted_workers, -(-rows // BATCH)))
    try:
        for batch, piece in run_batches(batches(variants, worlds, wanted), engine):
            pieces.append(piece)
            if advance is not None:
                advance(batch.rows)
    finally:
        engine.close()
    return _joined(pieces, len(variants), worlds, wanted)


def batches(variants: Sequence["Scenario"], worlds: int, wanted: Wanted) -> Iterator[VariantBatch]:
    """Batches of about BATCH rows: several whole variants of one structure, or a part of one."""
    groups: dict[object, list[int]] = {}
    for number, variant in enumerate(variants):
        groups.setdefault(variant.structure(), []).append(number)
    at_once = max(1, BATCH // worlds)
    for members in groups.values():
        for start in range(0, len(members), at_once):
            some = members[start : start + at_once]
            for first in range(0, worlds, BATCH):
                span = np.arange(first, min(first + BATCH, worlds), dtype=np.int64)
                scenarios = {number: variants[number] for number in some}
                numbers = np.repeat(np.asarray(some, dtype=np.int64), len(span))
                yield VariantBatch(wanted, scenarios, numbers, np.tile(span, len(some)))


def _joined(pieces: list[Piece], variants: int, worlds: int, wanted: Wanted) -> Together:
    """The pieces in one, variants and worlds ascending, without the worlds that some variant lost."""
    failures = sorted(failure for piece in pieces for failure in piece.failures)
    lost = np.unique([world for world, _ in failures])
    if len(lost) == worlds:
        raise UserError(f"every world failed; world {failures[0][0]} with {failures[0][1]}")
    variant, world = (np.concatenate([getattr(piece, key) for piece in pieces]) for key in ("variant", "world"))
    order = np.lexsort((world, variant))
    order = order[~np.isin(world[order], lost)]
    outcomes = {
        name: np.concatenate([piece.outcomes[name] for piece in pieces if len(piece.world)])[order]
        for name in wanted.outcomes
    }
    series = {
        key: np.concatenate([piece.series[key] for piece in pieces if len(piece.world)], axis=-1)[:, order]
        .reshape(wanted.months + 1, variants, -1)
        .transpose(1, 0, 2)
        for key in wanted.series
    }
    frame = pd.DataFrame({"variant": variant[order], "world": world[order], **outcomes})
    left = frame["world"].to_numpy()[: len(frame) // variants]
    return Together(left, frame, series, len(lost), failures[0][1] if failures else "")
