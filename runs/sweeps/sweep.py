"""A sweep from its design to its folder: goes on where it stopped, does only what is new, gives the same bits."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from computerace.analysis.aside import SCRATCH, aside
from computerace.analysis.digests import POINTS
from computerace.analysis.manifest_form import Manifest
from computerace.analysis.paths import at_home
from computerace.market.errors import UserError
from computerace.runs.designs.design import DEFAULT_WORLDS_PER_POINT, Design
from computerace.runs.designs.given import AnyDesign, as_design, in_scenarios
from computerace.runs.designs.of_folder import as_stored, described, refuse_other
from computerace.runs.designs.points import grown_points, points_of
from computerace.runs.scenarios import own_code
from computerace.runs.schema.bounds import check_memory
from computerace.runs.store import program, provenance
from computerace.runs.store.merging import compact
from computerace.runs.store.parts import SweepFolder
from computerace.runs.store.pieces import Shard, accounts, as_shard, pieces_there
from computerace.runs.store.plan import Part
from computerace.runs.store.results import SweepResults
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.sweeps.batches import WorldBatch
from computerace.runs.sweeps.cutting import cut_there
from computerace.runs.sweeps.work import Missing, Work, kept_measures, make_work
from computerace.runs.worlds.play import Workers, play, set_up

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

MOST_FAILURES = 1000
MOST_COUNTED_POINTS = 10_000
BYTES_PER_WORLD = 4  # marks of what is done and what is to do, while the work is cut
IN_SHARDS = "in shards"  # the status of a sweep whose shards wait to be merged

HOW = (
    "workers",
    "engine",
    "address",
    "batch",
    "max_failures",
    "shard",
    "progress",
)  # what sweep() takes beside a design


@dataclass(frozen=True)
class Advance:
    """How far a sweep is. what: "worlds", or what else is being done. done, total, failed: worlds of this start."""

    what: str
    done: int
    total: int
    failed: int


type Progress = Callable[[Advance], None]
type Put = Callable[[Part], bool | None]
"""Puts a part away; False where nobody needs it any more."""


@dataclass(frozen=True)
class Settings:
    """How to run: nothing in here can show in the results.

    workers: processes, None for one per processor. engine: "local" or "ray". address: of a Ray cluster. batch: worlds
    per batch, None for the usual. max_failures: stop when more worlds have failed.
    """

    workers: int | None = None
    engine: str = "local"
    address: str | None = None
    batch: int | None = None
    max_failures: int = MOST_FAILURES

    @property
    def on(self) -> Workers:
        """Where the worlds are played."""
        return Workers(self.workers, self.engine, self.address)

    def check(self) -> None:
        """Raise UserError for what cannot be used, before anything runs."""
        self.on.check()
        if self.batch is not None and self.batch < 1:
            raise UserError(f"a batch needs 1 world or more, got {self.batch}")


def sweep(
    design: AnyDesign,
    out: str | Path | None = None,
    *,
    workers: int | None = None,
    engine: str = "local",
    address: str | None = None,
    batch: int | None = None,
    max_failures: int = MOST_FAILURES,
    shard: tuple[int, int] | str | None = None,
    progress: Progress | bool = False,
    trust_code: bool = False,
) -> SweepResults:
    """Run a design and return its results; in a folder that holds part of it, do what is missing.

    Parameters
    ----------
    design: a TOML file, a Design, a mapping of the file's form, a sweep's folder, or a pandas frame of points.
    out: the folder for the results; None for results in memory only.
    workers, engine, address, batch, max_failures: see Settings; they cannot show in the results.
    shard: (K, N) to play every N-th piece only, from the K-th on, while others play the rest into the same folder from
    this machine or from others; the results have no rows until `merge` has made them.
    progress: True for a bar on standard error, or a function that is called at the start, after each batch and before
    the result files are made.
    trust_code: whether code of one's own that a sweep's folder names may run; a design's file is its author's own.

    Warns with WorldsFailed where worlds failed, of which `failures` of the results has a row each.
    Raises UserError for what cannot be run, SweepStopped for what had to stop and can go on.
    """
    chosen = as_design(design, trust_code=trust_code)
    settings = Settings(workers, engine, address, batch, max_failures)
    if shard is not None:
        return _shard(chosen, out, as_shard(shard), settings, progress)
    with telling(progress, "sweep" if out is None else str(out)) as tell:
        if out is not None:
            return Sweep(chosen, at_home(out)).run(settings, tell).warned()
        with aside(Path(tempfile.gettempdir()), SCRATCH) as folder:
            return Sweep(chosen, folder / "sweep", kept=False).run(settings, tell).loaded().warned()


def _shard(
    design: Design, out: str | Path | None, shard: Shard, settings: Settings, progress: Progress | bool
) -> SweepResults:
    from computerace.runs.sweeps.shards import ShardRun

    if out is None:
        raise UserError("a shard needs a folder that it shares with the others: give out=…")
    one = Sweep(design, at_home(out))
    with telling(progress, f"{out}, shard {shard}") as tell:
        account = ShardRun(one, shard).run(settings, tell)
    manifest: Manifest = {**(one.folder.manifest() or {}), "counts": {"failed": account.failed}}
    return SweepResults(one.folder.path, manifest).warned()


def run_points(
    points: pd.DataFrame,
    worlds_per_point: int = DEFAULT_WORLDS_PER_POINT,
    *,
    scenario: "str | Path | Scenario" = "baseline",
    out: str | Path | None = None,
    **options: Any,
) -> SweepResults:
    """Run the points in a pandas frame: a row per point, a column per parameter.

    options: how to run, as for `sweep`, and further keys of a design, such as seed, months, keep, fixed or measures.
    """
    content = {"worlds_per_point": worlds_per_point, "sampler": {"kind": "list", "points": points}}
    return _run([scenario], content, out, options)


def run_scenarios(
    scenarios: "Sequence[str | Path | Scenario]",
    replications: int = DEFAULT_WORLDS_PER_POINT,
    *,
    store: str | Path | None = None,
    **options: Any,
) -> SweepResults:
    """Run scenarios under the same luck; each is a point, each of its replications a world.

    store: the folder for the results; None for results in memory only. options: how to run, as for `sweep`, and
    further keys of a design, such as seed, months, keep, fixed, sampler and vary.
    """
    return _run(scenarios, {"worlds_per_point": replications}, store, options)


def _run(
    scenarios: "Sequence[str | Path | Scenario]",
    content: dict[str, Any],
    out: str | Path | None,
    options: dict[str, Any],
) -> SweepResults:
    how = {name: options.pop(name) for name in HOW if name in options}
    return sweep(in_scenarios(content | options, scenarios), out, **how)


def _quiet(advance: Advance) -> None:
    """Tell nobody."""


def telling(progress: Progress | bool, out: str) -> AbstractContextManager[Progress]:
    """Whom a sweep tells how far it is, as `sweep` takes it."""
    if callable(progress):
        return nullcontext(progress)
    if not progress:
        return nullcontext(_quiet)
    from computerace.runs.sweeps.progress_bar import watched

    return watched(out)


@contextmanager
def _forgiving() -> Iterator[None]:
    """A last note that cannot be written is no new mistake: the first one is being told."""
    with suppress(SweepStopped):
        yield


class Sweep:
    """One design on its way into one folder.

    points: the numbered points of a folder that grew, instead of the design's own numbering. kept: whether the folder
    outlives this process.
    """

    def __init__(
        self, design: Design, out: str | Path, points: pd.DataFrame | None = None, *, kept: bool = True
    ) -> None:
        self.design = design
        self.out = str(out)
        self.folder = SweepFolder(out)
        self._points = points
        self.kept = kept
        check_memory("a sweep", len(self._numbered) * design.worlds_per_point, BYTES_PER_WORLD)
        if design.quantiles == "counts" and design.keep == "quantiles" and len(self._numbered) > MOST_COUNTED_POINTS:
            raise UserError(f'quantiles = "counts" is for {MOST_COUNTED_POINTS:,} points at most; use "auto"')

    def run(self, settings: Settings, progress: Progress | None = None) -> SweepResults:
        """Do what is missing, then make the result files."""
        settings.check()
        self.try_set_up(settings)
        return self._done(settings, progress or _quiet)

    def finish(self, progress: Progress) -> SweepResults:
        """Make the result files of what is there; the caller has seen that nothing is missing."""
        return self._done(Settings(), progress)

    def _done(self, settings: Settings, progress: Progress) -> SweepResults:
        with self.folder.held():
            manifest, work = self.prepare()
            missing = work.missing(self.folder)
            if missing.worlds or manifest["status"] != "complete":
                self._go(settings, manifest, work, missing, progress)
        return SweepResults(Path(self.out), manifest)

    def try_set_up(self, settings: Settings) -> None:
        """Build one world of each structure before there is a folder: a design that cannot be run leaves none."""
        if self.folder.path.exists():
            return
        own_code.prepare(self.design.scenarios, elsewhere=False)
        measures = kept_measures(self.design, len(self._numbered))
        tried = make_work(self.design, self._numbered, measures, self.out).first_worlds()
        set_up(tried, settings.on, kept=self.kept)

    @cached_property
    def _numbered(self) -> pd.DataFrame:
        return points_of(self.design) if self._points is None else self._points

    def prepare(self, write: bool = True, fresh: bool = False, beside: bool = False) -> tuple[Manifest, Work]:
        """The folder's manifest and the work of its design; a new or grown design is written down first.

        write: False to leave the folder as it is. fresh: as if there were no folder. beside: others may be at work in
        it, whose pieces are neither cleared away nor looked at.

        Raises UserError where the folder holds something else, or the design or the program is not the folder's.
        """
        before = self.folder.manifest() if self.folder.path.exists() and not fresh else None
        if before is None:
            points = self._numbered
            measures = kept_measures(self.design, len(points))
        else:
            refuse_other(before, self.design, program.fingerprint(), self.folder.path)
            self.folder.sweep = before["sweep"]
            if beside:
                self.folder.check_parts(self.folder.parts_beside_cut())
            else:
                self._check(write)
            points = grown_points(self.folder.points(), self.design)
            measures = tuple(before["measures"])
        work = make_work(self.design, points, measures, self.out)
        own_code.prepare((group.scenario for group in work.groups), elsewhere=self.kept)
        manifest = described(self.design, points, measures, before)
        grown = before is None or before["design"] != as_stored(manifest["design"])
        if before is not None and not grown:
            manifest = before
        elif write:
            manifest["status"] = IN_SHARDS if beside else "running"
            self.folder.write_points(points)
            self.folder.write_manifest(manifest)
        self.folder.sweep = manifest["sweep"]
        return manifest, work

    def _check(self, write: bool) -> None:
        """Raise UserError where what the folder holds is not as it was written."""
        if write:
            self.folder.tidy()
        self.folder.check_results()
        self.folder.check_parts()

    def _go(self, settings: Settings, manifest: Manifest, work: Work, missing: Missing, progress: Progress) -> None:
        manifest |= {"status": "running", "ended": None}
        self.folder.write_manifest(manifest)
        try:
            if missing.worlds:
                tasks, put = self._lots(work, missing, settings.batch)
                self.play(settings, tasks, missing.worlds, put, progress)
            manifest["shards"] = [*manifest.get("shards", []), *map(asdict, accounts(self.folder.parts))]
            progress(Advance("merging", missing.worlds, missing.worlds, 0))
            compact(self.folder, work.plan, len(work.points))
        except KeyboardInterrupt:
            self._note(manifest, "interrupted")
            raise
        except BaseException:
            self._note(manifest, "failed")
            raise
        manifest |= {"counts": self._counts(), "files": self.folder.digests(POINTS)}
        self._note(manifest, "complete")

    def _lots(self, work: Work, missing: Missing, batch: int | None) -> tuple[Iterator[WorldBatch], Put]:
        """What to play, and where it goes: the pieces that shards have left, or batches where there are none."""
        there = cut_there(self.folder, work)
        if there is None:
            return work.batches(missing, batch), self.folder.write_part
        cut, before = there
        done = pieces_there(self.folder.parts, cut)
        return work.pieces(before, cut, lambda number: number not in done), self.folder.write_piece

    def play(self, settings: Settings, tasks: Iterator[WorldBatch], worlds: int, put: Put, progress: Progress) -> None:
        """Play batches of so many worlds in all and put each part away, until there are no more or `put` says False."""
        done = failed = 0
        progress(Advance("sweep", 0, worlds, 0))
        with play(tasks, settings.on) as results:
            for _, part in results:
                if put(part) is False:
                    return
                done, failed = done + part.played, failed + part.failed
                progress(Advance("sweep", done, worlds, failed))
                if failed > settings.max_failures:
                    raise SweepStopped(
                        f"{failed:,} worlds have failed, the last with {part.last_error}; what was done is safe;"
                        " mend the cause, or go on with a higher --max-failures"
                    )

    def _note(self, manifest: Manifest, status: str) -> None:
        manifest |= {"status": status, "ended": provenance.now()}
        with nullcontext() if status == "complete" else _forgiving():
            self.folder.write_manifest(manifest)

    def _counts(self) -> dict[str, int]:
        import pyarrow.parquet as pq

        def rows(name: str) -> int:
            file = self.folder.path / f"{name}.parquet"
            return int(pq.read_metadata(file).num_rows) if file.exists() else 0

        return {
            "points": len(self.folder.points()),
            "worlds": rows("worlds"),
            "failed": rows("failures"),
            "rows_of_steps": rows("steps"),
        }
