"""Worlds of one scenario, in batches of consecutive numbers, of which a study keeps what it needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.runs.worlds.failures import (
    Failure,
    Lost,
    Value,
    drawn_parameters,
    failures_frame,
    race_command,
    refuse_if_all_failed,
    replay_command,
)
from computerace.runs.worlds.play import ONE, Workers, counted, play, set_up
from computerace.runs.worlds.rows import Call, Rows

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.simulate import Batch

type Given = Value | NDArray[Any]

BATCH = 1024  # worlds at a time: months of all of them would fill the memory


@dataclass(frozen=True)
class Piece[R]:
    """What came of a batch: the worlds that were played with what is kept of them, and the others by row."""

    played: tuple[tuple[NDArray[np.int64], R], ...]
    failures: tuple[Lost, ...]


@dataclass(frozen=True)
class Sampled[R]:
    """Worlds that were played, ascending (worlds,), what is kept of each batch in their order, and who failed."""

    worlds: NDArray[np.int64]
    kept: tuple[R, ...]
    failures: pd.DataFrame

    @property
    def lost(self) -> int:
        """How many worlds failed."""
        return len(self.failures)


@dataclass(frozen=True, kw_only=True)
class Sample[R](Rows[Piece[R]]):
    """Worlds by number.

    keep: what is kept of a batch; a function that other processes can import. world: numbers (rows,). settings:
    parameters by name, numbers or (rows,). bounds: whether batches say what bounds cut. asked: how the
    scenario is asked for on the command line, its name where that is all. folder: the run whose scenario it is, where
    it was not asked for by a name.
    """

    scenario: "Scenario"
    seed: int
    world: NDArray[np.int64]
    keep: "Callable[[Batch], R]"
    months: int | None = None
    fixed: bool = False
    settings: "Mapping[str, Given]" = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    bounds: bool = False
    asked: tuple[str, ...] = ()
    folder: Path | None = None

    @property
    def rows(self) -> int:
        """How many worlds there are."""
        return len(self.world)

    def picked(self, rows: NDArray[np.intp]) -> Self:
        """The same for some rows."""
        return replace(self, world=self.world[rows], settings=self._settings(rows))

    def call(self, rows: NDArray[np.intp]) -> Call:
        """What the model is asked to play for some rows."""
        settings = self._settings(rows) or None
        return Call(
            self.scenario, self.world[rows], self.seed, self.months, settings, self.fixed, measures=self.measures,
            bounds=self.bounds,
        )  # fmt: skip

    def result(self, played: "list[tuple[NDArray[np.intp], Batch]]", failures: list[Failure]) -> Piece[R]:
        """What is kept of the batches, and the worlds that failed."""
        kept = tuple((self.world[rows], self.keep(batch)) for rows, batch in played)
        return Piece(kept, tuple(self._failed(one) for one in failures))

    def batches(self, size: int = BATCH) -> "Iterator[Sample[R]]":
        """The worlds in batches, in order."""
        for start in range(0, self.rows, size):
            yield self.picked(np.arange(start, min(start + size, self.rows)))

    def _settings(self, rows: NDArray[np.intp]) -> "dict[str, Given]":
        return {
            name: value[rows] if isinstance(value, np.ndarray) and value.ndim else value
            for name, value in self.settings.items()
        }

    def _failed(self, one: Failure) -> Lost:
        rows = np.array([one.row])
        world, settings = int(self.world[one.row]), self._settings(rows)
        set_to = {name: value[0].item() if isinstance(value, np.ndarray) else value for name, value in settings.items()}
        drawn = {name: values[0].item() for name, values in drawn_parameters(self.call(rows)).items()}
        if self.folder is not None:
            replay = replay_command(self.folder, self.seed, world, set_to)
        else:
            replay = race_command(
                self.scenario, self.seed, self.months, world, fixed=self.fixed, settings=set_to, asked=self.asked
            )
        return Lost(one.row, world, one.error, one.traceback, {**set_to, **drawn}, replay=replay)


def play_sample[R](
    sample: Sample[R], on: Workers = ONE, *, size: int = BATCH, advance: Callable[[int], None] | None = None
) -> Sampled[R]:
    """Play the worlds and gather what is kept of them; `advance` hears how many were just done.

    Raises UserError for a mistake in set-up, before the first world is played, and where every world failed.
    """
    on.check()
    on = on.for_worlds(sample.rows)
    set_up([sample], on)
    tasks = list(sample.batches(size))
    with play(tasks, on, tasks_at_most=len(tasks)) as results:
        pieces: list[Piece[R]] = [piece for _, piece in counted(results, advance)]
    played = sorted((one for piece in pieces for one in piece.played), key=lambda one: int(one[0][0]))
    failures = failures_frame([one for piece in pieces for one in piece.failures])
    refuse_if_all_failed(failures, len(played))
    worlds = np.concatenate([world for world, _ in played])
    return Sampled(worlds, tuple(kept for _, kept in played), failures)


def joined[K](parts: Sequence[Mapping[K, NDArray[Any]]]) -> dict[K, NDArray[Any]]:
    """Arrays by name of several batches in one, along their last axis, which is the worlds'."""
    return {key: np.concatenate([part[key] for part in parts], axis=-1) for key in parts[0]}
