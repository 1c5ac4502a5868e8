"""A sweep from its design to its folder: goes on where it stopped, does only what is new, gives the same bits."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from computerace.market.errors import UserError
from computerace.runs.designs.design import DEFAULT_WORLDS_PER_POINT, Design
from computerace.runs.designs.given import AnyDesign, as_design, in_scenarios
from computerace.runs.designs.of_folder import as_stored, described, refuse_other
from computerace.runs.designs.points import grown_points, points_of
from computerace.runs.scenarios import own_code
from computerace.runs.store import program, provenance
from computerace.runs.store.merging import compact
from computerace.runs.store.parts import POINTS, SweepFolder
from computerace.runs.store.results import SweepResults
from computerace.runs.store.stopped import SweepStopped
from computerace.runs.sweeps.work import Missing, Work, kept_measures, make_work
from computerace.runs.worlds.play import Workers, play, set_up

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

MOST_FAILURES = 1000
MOST_COUNTED_POINTS = 10_000

HOW = ("workers", "engine", "address", "batch", "max_failures", "progress")  # what sweep() takes beside a design


@dataclass(frozen=True)
class Advance:
    """How far a sweep is. what: "worlds", or what else is being done. done, total, failed: worlds of this start."""

    what: str
    done: int
    total: int
    failed: int


type Progress = Callable[[Advance], None]


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
    progress: Progress | bool = False,
    trust_code: bool = False,
) -> SweepResults:
    """Run a design and return its results; in a folder that holds part of it, do what is missing.

    Parameters
    ----------
    design: a TOML file, a Design, a mapping of the file's form, a sweep's folder, or a pandas frame of points.
    out: the folder for the results; None for results in memory only.
    workers, engine, address, batch, max_failures: see Settings; they cannot show in the results.
    progress: True for a bar on standard error, or a function that is called at the start, after each batch and before
    the result files are made.
    trust_code: whether code of one's own that a sweep's folder names may run; a design's file is its author's own.

    Warns with WorldsFailed where worlds failed, of which `failures` of the results has a row each.
    Raises UserError for what cannot be run, SweepStopped for what had to stop and can go on.
    """
    chosen = as_design(design, trust_code=trust_code)
    settings = Settings(workers, engine, address, batch, max_failures)
    with _telling(progress, "sweep" if out is None else str(out)) as tell:
        if out is not None:
            return Sweep(chosen, Path(out).expanduser()).run(settings, tell).warned()
        with tempfile.TemporaryDirectory(prefix="computerace-") as folder:
            return Sweep(chosen, Path(folder) / "sweep", kept=False).run(settings, tell).loaded().warned()


def run_points(
    points: pd.DataFrame,
    worlds_per_point: int = DEFAULT_WORLDS_PER_POINT,
    *,
    scenario: "str | Scenario" = "baseline",
    out: str | Path | None = None,
    **options: Any,
) -> SweepResults:
    """Run the points in a pandas frame: a row per point, a column per parameter.

    options: how to run, as for `sweep`, and further keys of a design, such as seed, months, keep, fixed or measures.
    """
    content = {"worlds_per_point": worlds_per_point, "sampler": {"kind": "list", "points": points}}
    return _run([scenario], content, out, options)


def run_scenarios(
    scenarios: "Sequence[str | Scenario]",
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
    scenarios: "Sequence[str | Scenario]", content: dict[str, Any], out: str | Path | None, options: dict[str, Any]
) -> SweepResults:
    how = {name: options.pop(name) for name in HOW if name in options}
    return sweep(in_scenarios(content | options, scenarios), out, **how)


def _quiet(advance: Advance) -> None:
    """Tell nobody."""


def _telling(progress: Progress | bool, out: str) -> AbstractContextManager[Progress]:
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
        if design.quantiles == "counts" and design.keep == "quantiles" and len(self._numbered) > MOST_COUNTED_POINTS:
            raise UserError(f'quantiles = "counts" is for {MOST_COUNTED_POINTS:,} points at most; use "auto"')

    def run(self, settings: Settings, progress: Progress | None = None) -> SweepResults:
        """Do what is missing, then make the result files."""
        settings.check()
        if not self.folder.path.exists():
            # A design that cannot be run leaves no folder.
            own_code.prepare(self.design.scenarios, elsewhere=False)
            measures = kept_measures(self.design, len(self._numbered))
            tried = make_work(self.design, self._numbered, measures, self.out).first_worlds()
            set_up(tried, settings.on, kept=self.kept)
        with self.folder.locked():
            manifest, work = self.prepare()
            missing = work.missing(self.folder)
            if missing.worlds or manifest["status"] != "complete":
                self._go(settings, manifest, work, missing, progress or _quiet)
        return SweepResults(Path(self.out), manifest)

    @cached_property
    def _numbered(self) -> pd.DataFrame:
        return points_of(self.design) if self._points is None else self._points

    def prepare(self, write: bool = True, fresh: bool = False) -> tuple[dict[str, Any], Work]:
        """The folder's manifest and the work of its design; a new or grown design is written down first.

        write: False to leave the folder as it is. fresh: as if there were no folder.

        Raises UserError where the folder holds something else, or the design or the program is not the folder's.
        """
        before = self.folder.manifest() if self.folder.path.exists() and not fresh else None
        if before is None:
            points = self._numbered
            measures = kept_measures(self.design, len(points))
        else:
            refuse_other(before, self.design, program.fingerprint(), self.folder.path)
            self.folder.sweep = before["sweep"]
            if write:
                self.folder.tidy()
            self.folder.check_results()
            self.folder.check_parts()
            points = grown_points(self.folder.points(), self.design)
            measures = tuple(before["measures"])
        work = make_work(self.design, points, measures, self.out)
        own_code.prepare((group.scenario for group in work.groups), elsewhere=self.kept)
        manifest = described(self.design, points, measures, before)
        grown = before is None or before["design"] != as_stored(manifest["design"])
        if before is not None and not grown:
            manifest = before
        elif write:
            self.folder.write_points(points)
            self.folder.write_manifest(manifest)
        self.folder.sweep = manifest["sweep"]
        return manifest, work

    def _go(
        self, settings: Settings, manifest: dict[str, Any], work: Work, missing: Missing, progress: Progress
    ) -> None:
        manifest |= {"status": "running", "ended": None}
        self.folder.write_manifest(manifest)
        try:
            if missing.worlds:
                self._play(settings, work, missing, progress)
            progress(Advance("merging", missing.worlds, missing.worlds, 0))
            compact(self.folder, work.plan, len(work.points), work.steps_rows)
        except KeyboardInterrupt:
            self._note(manifest, "interrupted")
            raise
        except BaseException:
            self._note(manifest, "failed")
            raise
        manifest |= {"counts": self._counts(), "files": self.folder.digests(POINTS)}
        self._note(manifest, "complete")

    def _play(self, settings: Settings, work: Work, missing: Missing, progress: Progress) -> None:
        done = failed = 0
        progress(Advance("sweep", 0, missing.worlds, 0))
        with play(work.batches(missing, settings.batch), settings.on) as results:
            for _, part in results:
                self.folder.write_part(part)
                done, failed = done + part.played, failed + part.failed
                progress(Advance("sweep", done, missing.worlds, failed))
                if failed > settings.max_failures:
                    raise SweepStopped(
                        f"{failed:,} worlds have failed, the last with {part.last_error}; what was done is safe;"
                        " mend the cause, or go on with a higher --max-failures"
                    )

    def _note(self, manifest: dict[str, Any], status: str) -> None:
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
