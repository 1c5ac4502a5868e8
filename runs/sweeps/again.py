"""Worlds of a folder played again for what the folder did not keep: the same program gives the same bits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from computerace.analysis.manifest_form import Manifest
from computerace.market.errors import UserError
from computerace.runs.designs.of_folder import design_held
from computerace.runs.store.parts import read_points
from computerace.runs.sweeps.played_again import say_if_changed
from computerace.runs.sweeps.single_race import request_of, work_of
from computerace.runs.sweeps.work import Work, make_work
from computerace.runs.worlds.failures import (
    Failure,
    Lost,
    drawn_parameters,
    failures_frame,
    refuse_if_all_failed,
    replay_command,
)
from computerace.runs.worlds.play import ONE, Workers, counted, play, set_up
from computerace.runs.worlds.rows import Call, Rows

if TYPE_CHECKING:
    from computerace.runs.sweeps.batches import WorldBatch
    from computerace.runs.worlds.simulate import Batch

BATCH = 1024  # worlds at a time: months of all of them would fill the memory

type Kept = dict[str, NDArray[Any]]
type Keep = Callable[[Batch], Kept]


class Pieces(NamedTuple):
    """What is kept of batches, each with its places in the table of worlds; and the worlds that failed."""

    kept: list[tuple[NDArray[np.int64], Kept]]
    lost: list[Lost]


@dataclass(frozen=True, kw_only=True)
class Again(Rows[Pieces]):
    """Some worlds of a folder, of whose months something else is kept.

    batch: the worlds as the folder has them. place: rows of its table of worlds (rows,). measures: what `keep` looks
    at; it gives arrays whose last axis is the worlds', and other processes can import it. new: whether the folder has
    the worlds not yet, so that one may fail and is left out.
    """

    batch: "WorldBatch"
    place: NDArray[np.int64]
    measures: tuple[str, ...]
    keep: "Keep"
    new: bool = False

    @property
    def rows(self) -> int:
        """How many worlds there are."""
        return len(self.place)

    def picked(self, rows: NDArray[np.intp]) -> Self:
        """The same for some rows."""
        return replace(self, batch=self.batch.picked(rows), place=self.place[rows])

    def call(self, rows: NDArray[np.intp]) -> Call:
        """What the model is asked to play for some rows: what the folder's worlds are."""
        return replace(self.batch.call(rows), measures=self.measures)

    def result(self, played: "list[tuple[NDArray[np.intp], Batch]]", failures: list[Failure]) -> Pieces:
        """What is kept of the batches, each with its places; a world that the folder has must not fail."""
        if failures and not self.new:
            one = failures[0]
            raise UserError(
                f"point {self.batch.point[one.row]}, world {self.batch.world[one.row]} went through when the folder was"
                f" made and fails now: {one.error}"
            )
        return Pieces(
            [(self.place[rows], self.keep(batch)) for rows, batch in played], [self._lost(one) for one in failures]
        )

    def _lost(self, one: Failure) -> Lost:
        batch, row = self.batch, np.array([one.row])
        world, point = int(batch.world[one.row]), int(batch.point[one.row])
        set_to = {name: values[one.row] for name, values in batch.settings.items()}
        drawn = {name: values[0].item() for name, values in drawn_parameters(batch.call(row)).items()}
        replay = replay_command(Path(batch.plan.out), batch.plan.seed, world, point=point)
        return Lost(one.row, world, one.error, one.traceback, {"point": point, **set_to, **drawn}, replay=replay)


def work_in(path: Path, manifest: Manifest, trust_code: bool) -> Work:
    """The work of a folder, updated or not: of a design's points, or of a race, which has one."""
    kind = manifest["updated"]["kind"] if manifest["kind"] == "update" else manifest["kind"]
    if kind != "sweep":
        return work_of(request_of(path, manifest, trust_code=trust_code))
    design = design_held(path, manifest, trust_code=trust_code)
    return make_work(design, read_points(path), tuple(manifest["measures"]), str(path))


def play_again(
    path: Path,
    manifest: Manifest,
    worlds: pd.DataFrame,
    measures: tuple[str, ...],
    keep: "Keep",
    *,
    on: Workers = ONE,
    advance: Callable[[int], None] | None = None,
    trust_code: bool = False,
) -> Kept:
    """What `keep` takes of the folder's worlds, in the order of its table; last axes are the worlds'.

    trust_code: whether code of one's own that the folder names may run. Says in a line where another program made the
    folder. Raises UserError where this one cannot play its worlds.
    """
    say_if_changed(path, manifest)
    work = work_in(path, manifest, trust_code)
    return play_tasks(_tasks(work, worlds, measures, keep), len(worlds), on, advance)[1]


def play_more(
    path: Path,
    manifest: Manifest,
    worlds: pd.DataFrame,
    measures: tuple[str, ...],
    keep: "Keep",
    *,
    on: Workers = ONE,
    advance: Callable[[int], None] | None = None,
    trust_code: bool = False,
) -> tuple[NDArray[np.int64], Kept, list[Lost]]:
    """The same of worlds that the folder has not yet: places of those that did not fail, what is kept, and who failed.

    Raises UserError where all of them failed.
    """
    tasks = [replace(one, new=True) for one in _tasks(work_in(path, manifest, trust_code), worlds, measures, keep)]
    return play_tasks(tasks, len(worlds), on, advance)


def play_tasks(
    tasks: "Sequence[Again]", worlds: int, on: Workers, advance: Callable[[int], None] | None
) -> tuple[NDArray[np.int64], Kept, list[Lost]]:
    """Places, ascending, and what is kept of the worlds there, of so many in all; and the worlds that failed."""
    on = on.for_worlds(worlds)
    on.check()
    set_up(tasks[:1], on)
    with play(tasks, on, tasks_at_most=len(tasks)) as results:
        found = [piece for _, piece in counted(results, advance)]
    lost = [one for piece in found for one in piece.lost]
    refuse_if_all_failed(failures_frame(lost), worlds - len(lost))
    return *_in_order([one for piece in found for one in piece.kept]), lost


def _in_order(pieces: list[tuple[NDArray[np.int64], Kept]]) -> tuple[NDArray[np.int64], Kept]:
    """Places, ascending, and what is kept in their order."""
    places = np.concatenate([place for place, _ in pieces])
    order = np.argsort(places, kind="stable")
    names = pieces[0][1]
    joined = {name: np.concatenate([kept[name] for _, kept in pieces], axis=-1)[..., order] for name in names}
    return places[order], joined


def _tasks(work: Work, worlds: pd.DataFrame, measures: tuple[str, ...], keep: "Keep") -> "list[Again]":
    world = worlds["world"].to_numpy(dtype=np.int64)
    point = worlds["point"].to_numpy(dtype=np.int64) if "point" in worlds else np.zeros(len(world), dtype=np.int64)
    found = []
    keys = pd.MultiIndex.from_arrays([point, world])
    for batch in work.batch_of(point, world):
        place = keys.get_indexer(pd.MultiIndex.from_arrays([batch.point, batch.world])).astype(np.int64)
        whole = Again(batch=batch, place=place, measures=measures, keep=keep)
        found += [whole.picked(np.arange(a, min(a + BATCH, len(place)))) for a in range(0, len(place), BATCH)]
    return found
