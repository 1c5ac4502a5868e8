"""Variants of a scenario in the same worlds: played side by side in shared arrays, keeping only what is asked for.

Variants that differ in numbers alone share an array: each brings the parameters that it would have drawn by itself, so
that a world of a variant has the same bits as in a race of its own. A world that fails in one variant is left out of
all, for the others would stand in no pair.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.observables import OBSERVABLES, row_of
from computerace.runs.claims.held import columns
from computerace.runs.claims.resolved import Resolved
from computerace.runs.schema.bounds import check_total
from computerace.runs.worlds.failures import Failure, Lost, drawn_parameters, failures_frame, refuse_if_all_failed
from computerace.runs.worlds.play import Workers, counted, play, set_up
from computerace.runs.worlds.rows import Call, Rows

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch

BATCH = 2048  # rows, a row being one world of one variant

type Series = tuple[str, str]
"""A measure and the owner whose it is."""


@dataclass(frozen=True)
class Wanted:
    """What is kept of every world. outcomes: columns of worlds.parquet.

    series: measures of owners, or of the market, month by month. claims: of which it is kept whether they came true,
    among the outcomes.
    """

    seed: int
    months: int
    outcomes: tuple[str, ...]
    series: tuple[Series, ...] = ()
    fixed: bool = False
    claims: tuple[Resolved, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of which months are looked at."""
        asked = (one.claim.quantity for one in self.claims)
        return tuple(dict.fromkeys((*(measure for measure, _ in self.series), *asked)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of outcomes."""
        return (*self.outcomes, *(part.column for one in self.claims for part in one.parts))

    def kept(self, batch: "Batch") -> dict[str, NDArray[Any]]:
        """What is kept of a batch's outcomes."""
        own = columns(self.claims, lambda name: batch.steps[name] if name in batch.steps else batch.market[name])
        return {name: batch.outcomes[name] for name in self.outcomes} | own


@dataclass(frozen=True)
class Piece:
    """What came of a batch: variants, worlds and outcomes (rows,), series (months + 1, rows), and a row per failure."""

    variant: NDArray[np.int64]
    world: NDArray[np.int64]
    outcomes: dict[str, NDArray[Any]]
    series: dict[Series, NDArray[np.float32]]
    failures: tuple[Lost, ...]


@dataclass(frozen=True)
class Together:
    """All variants in the worlds that none of them lost.

    outcomes: a row per variant and world, sorted, with the columns variant and world in front. series: by measure and
    owner (variants, months + 1, worlds). failures: a row per world of a variant that failed.
    """

    worlds: NDArray[np.int64]
    outcomes: pd.DataFrame
    series: dict[Series, NDArray[np.float32]]
    failures: pd.DataFrame = field(default_factory=lambda: failures_frame([]))

    @property
    def lost(self) -> int:
        """How many worlds were left out."""
        return int(self.failures["world"].nunique())

    def failure_tables(self) -> dict[str, pd.DataFrame]:
        """The table of failures by its name, where there are any."""
        return {"failures": self.failures} if len(self.failures) else {}


@dataclass(frozen=True, kw_only=True)
class VariantRows(Rows[Piece]):
    """Some worlds of some variants with the same structure.

    scenarios: variants by number. variant, world: (rows,).
    """

    wanted: Wanted
    scenarios: Mapping[int, "Scenario"]
    variant: NDArray[np.int64]
    world: NDArray[np.int64]

    @property
    def rows(self) -> int:
        """How many worlds of variants there are."""
        return len(self.world)

    @property
    def played(self) -> "Iterable[Scenario]":
        """The variants, whose parameters are drawn before they are played."""
        return self.scenarios.values()

    def picked(self, rows: NDArray[np.intp]) -> Self:
        """The same for some rows."""
        return replace(self, variant=self.variant[rows], world=self.world[rows])

    def call(self, rows: NDArray[np.intp]) -> Call:
        """What the model is asked to play for some rows; the race draws the luck of a world once for all variants."""
        wanted, variant, world = self.wanted, self.variant[rows], self.world[rows]
        settings, recorded = self._own_parameters(variant, world)
        scenario = self.scenarios[int(variant[0])]
        return Call(
            scenario,
            world,
            wanted.seed,
            wanted.months,
            settings,
            wanted.fixed,
            measures=wanted.measures,
            recorded=recorded,
        )

    def result(self, played: "list[tuple[NDArray[np.intp], Batch]]", failures: list[Failure]) -> Piece:
        """What is wanted of the rows."""
        done = np.concatenate([some for some, _ in played]) if played else np.empty(0, dtype=np.intp)
        kept = [self.wanted.kept(batch) for _, batch in played]
        outcomes = {name: np.concatenate([one[name] for one in kept]) for name in self.wanted.columns if played}
        lost = tuple(self._failed(one) for one in failures)
        return Piece(self.variant[done], self.world[done], outcomes, self._series(played), lost)

    def _own_parameters(
        self, variant: NDArray[np.int64], world: NDArray[np.int64]
    ) -> tuple[dict[str, NDArray[Any]] | None, dict[str, NDArray[np.float64]] | None]:
        """What each variant has and what the record has in it, side by side; None where there is but one."""
        from computerace.runs.model.draws import draw

        numbers = np.unique(variant)
        if len(numbers) == 1:
            return None, None
        found: dict[str, NDArray[Any]] = {}
        recorded: dict[str, NDArray[np.float64]] = {}
        for number in numbers:
            where = np.flatnonzero(variant == number)
            for name, word in self.scenarios[int(number)].strategies().items():
                found.setdefault(name, np.empty(len(world), dtype=object))[where] = word
            values = draw(self.scenarios[int(number)], world[where], self.wanted.seed, fixed=self.wanted.fixed)
            for name, drawn in values.numbers.items():
                found.setdefault(name, np.empty(len(world)))[where] = drawn
                recorded.setdefault(name, np.empty(len(world)))[where] = values.recorded.get(name, drawn)
        return found, recorded

    def _series(self, played: "list[tuple[NDArray[np.intp], Batch]]") -> dict[Series, NDArray[np.float32]]:
        first = next(iter(self.scenarios.values()))
        places = {
            (measure, owner): row_of(measure, OBSERVABLES[measure].of, owner, first.owners, first.claimant)
            for measure, owner in self.wanted.series
        }
        return {
            (measure, owner): np.concatenate([_rows_of(b, measure)[:, row] for _, b in played], axis=-1)
            for (measure, owner), row in places.items()
            if played
        }

    def _failed(self, one: Failure) -> Lost:
        rows = np.array([one.row])
        drawn = {name: values[0].item() for name, values in drawn_parameters(self.call(rows)).items()}
        number = int(self.variant[one.row])
        # Variants are made by a study and have no name: whoever plays the world again finds the scenario here.
        plan = json.dumps(self.scenarios[number].to_dict(), default=str)
        world = int(self.world[one.row])
        return Lost(one.row, world, one.error, one.traceback, drawn, scenario=plan, variant=number)


def _rows_of(batch: "Batch", measure: str) -> NDArray[np.float32]:
    """A measure by month, (months + 1, rows, worlds); the market has one row."""
    return batch.steps[measure] if measure in batch.steps else batch.market[measure][:, None]


def play_together(
    variants: Sequence["Scenario"],
    worlds: int,
    wanted: Wanted,
    *,
    on: Workers | None = None,
    advance: Callable[[int], None] | None = None,
) -> Together:
    """Play every variant in worlds 0 to `worlds` - 1; `advance` hears how many rows were just done.

    on: where they are played; one process per processor where that pays.

    Raises UserError for a mistake in set-up, before the first world, and where no world went through in all variants.
    """
    return _joined(list(pieces_of(variants, worlds, wanted, on=on, advance=advance)), len(variants), worlds, wanted)


def pieces_of(
    variants: Sequence["Scenario"],
    worlds: int,
    wanted: Wanted,
    *,
    on: Workers | None = None,
    advance: Callable[[int], None] | None = None,
) -> Iterator[Piece]:
    """Play every variant by itself, in the words of `play_together`; what came of each batch, as batches end."""
    check_total(worlds, wanted.months, len(variants))
    on = (on or Workers()).for_worlds(len(variants) * worlds)
    on.check()
    tasks = list(batches(variants, worlds, wanted))
    set_up({task.scenarios[int(task.variant[0])].structure(): task for task in tasks}.values(), on)
    with play(tasks, on, tasks_at_most=len(tasks)) as results:
        for _, piece in counted(results, advance):
            yield piece


def batches(variants: Sequence["Scenario"], worlds: int, wanted: Wanted) -> Iterator[VariantRows]:
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
                yield VariantRows(
                    wanted=wanted,
                    scenarios={number: variants[number] for number in some},
                    variant=np.repeat(np.asarray(some, dtype=np.int64), len(span)),
                    world=np.tile(span, len(some)),
                )


def _joined(pieces: list[Piece], variants: int, worlds: int, wanted: Wanted) -> Together:
    """The pieces in one, variants and worlds ascending, without the worlds that some variant lost."""
    failures = failures_frame([one for piece in pieces for one in piece.failures])
    if len(failures):
        failures = failures.sort_values(["world", "variant"], kind="stable", ignore_index=True)
    lost = np.unique(failures["world"].to_numpy(dtype=np.int64))
    refuse_if_all_failed(failures, worlds - len(lost))
    variant, world = (np.concatenate([getattr(piece, key) for piece in pieces]) for key in ("variant", "world"))
    order = np.lexsort((world, variant))
    order = order[~np.isin(world[order], lost)]
    outcomes = {
        name: np.concatenate([piece.outcomes[name] for piece in pieces if len(piece.world)])[order]
        for name in wanted.columns
    }
    series = {
        key: np.concatenate([piece.series[key] for piece in pieces if len(piece.world)], axis=-1)[:, order]
        .reshape(wanted.months + 1, variants, -1)
        .transpose(1, 0, 2)
        for key in wanted.series
    }
    frame = pd.DataFrame({"variant": variant[order], "world": world[order], **outcomes})
    left = frame["world"].to_numpy()[: len(frame) // variants]
    return Together(left, frame, series, failures)
