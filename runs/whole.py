"""A whole run, from what was asked for to the folder it leaves."""

import hashlib
import json
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from computerace.runs import answer, provenance, store
from computerace.runs.execute import Job, Tables, execute, usable_workers
from computerace.runs.progress import progress

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter
    from computerace.runs.scenarios import Scenario

DEFAULT_WORLDS = 10_000
DEFAULT_SEED = 1


@dataclass(frozen=True)
class Request:
    """What was asked for.

    words: scenario and settings as they were given. months and workers: None for the usual. out: None for a folder
    under out/.
    """

    scenario: "Scenario"
    words: tuple[str, ...]
    worlds: int = DEFAULT_WORLDS
    seed: int = DEFAULT_SEED
    months: int | None = None
    fixed: bool = False
    first_world: int = 0
    workers: int | None = None
    out: Path | None = None

    @property
    def horizon(self) -> int:
        """The run's last month."""
        return self.scenario.months if self.months is None else self.months

    @property
    def folder(self) -> Path:
        """Where the run is saved: the given folder, or one under out/ that no other run shares."""
        return self.out if self.out is not None else Path("out") / self._name

    @property
    def _name(self) -> str:
        """The scenario's name, and what differs from its plain run of 10,000 worlds."""
        parts = [self.scenario.name]
        if self.worlds != DEFAULT_WORLDS:
            parts.append(f"{self.worlds}-worlds")
        if self.seed != DEFAULT_SEED:
            parts.append(f"seed-{self.seed}")
        if self.horizon != self.scenario.months:
            parts.append(f"{self.horizon}-months")
        if self.first_world:
            parts.append(f"from-world-{self.first_world}")
        if self.fixed:
            parts.append("fixed")
        if self.scenario.parameter_set != "prior":
            parts.append(Path(self.scenario.parameter_set).stem)
        changes = _changes(self.scenario)
        if changes:
            parts.append(hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:8])
        return "-".join(parts)


@dataclass(frozen=True)
class Done:
    """A run that is saved: its folder, its answer as `race --json` prints it, and how long it took."""

    folder: Path
    answer: dict[str, Any]
    failed: int
    seconds: float


def run_whole(request: Request) -> Done:
    """Run, save and answer.

    Raises UserError where the folder is not free or cannot be written, and where every world failed.
    """
    manifest = describe(request)
    begun = time.monotonic()
    with store.run_folder(request.folder, manifest) as folder:
        tables = _execute(request, folder)
        _write(folder, tables)
        _draw(folder, tables, request)
        failed = 0 if tables.failures is None else len(tables.failures)
        manifest |= {
            "ended": provenance.now(),
            "status": "complete",
            "counts": {"worlds": len(tables.worlds), "failed": failed, "rows_of_steps": len(tables.steps)},
        }
    return Done(request.folder, summarise(request, tables), failed, time.monotonic() - begun)


def describe(request: Request) -> dict[str, Any]:
    """The manifest of a run that begins now; enough to run it again."""
    return {
        "kind": "race",
        "scenario": request.scenario.to_dict(),
        "parameter_set": request.scenario.parameter_set,
        "parameters": {name: plain_parameter(one) for name, one in request.scenario.parameters().items()},
        "seed": request.seed,
        "worlds": request.worlds,
        "first_world": request.first_world,
        "months": request.horizon,
        "start": request.scenario.start.isoformat(),
        "fixed": request.fixed,
        "keep": "quantiles",
        "design": None,
        "versions": provenance.versions(),
        "commit": provenance.commit(),
        "machine": provenance.machine(),
        "started": provenance.now(),
        "ended": None,
        "status": "running",
        "counts": {},
    }


def plain_parameter(parameter: "Parameter") -> dict[str, Any]:
    """A parameter as JSON can hold it: bounds that are infinite become null."""
    plain = asdict(parameter)
    for bound in ("low", "high"):
        plain[bound] = answer.number(plain[bound])
    return plain


def summarise(request: Request, tables: Tables) -> dict[str, Any]:
    """The object that `race --json` prints."""
    names = tuple(request.scenario.labs)
    return {
        "scenario": request.scenario.name,
        "seed": request.seed,
        "worlds": len(tables.worlds),
        "months": request.horizon,
        "start": request.scenario.start.isoformat(),
        "run": str(request.folder),
        "claim": answer.claim(tables.worlds, request.horizon),
        "labs": answer.labs(tables.steps, names, request.horizon),
        "bound_by": answer.bound_by(tables.worlds, names),
    }


def _execute(request: Request, folder: Path) -> Tables:
    """Run the worlds with their trajectories spooled beside the folder's files, so that one disk holds both."""
    spool = Path(tempfile.mkdtemp(prefix="spool-", dir=folder))
    try:
        job = Job(
            scenario=request.scenario,
            seed=request.seed,
            worlds=request.worlds,
            months=request.horizon,
            fixed=request.fixed,
            first=request.first_world,
            words=request.words,
            spool=spool,
        )
        with progress(f"{request.scenario.name}, {request.horizon} months", request.worlds) as advance:
            return execute(job, usable_workers(request.workers, request.worlds), advance)
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _write(folder: Path, tables: Tables) -> None:
    tables.worlds.to_parquet(folder / "worlds.parquet", index=False)
    tables.steps.to_parquet(folder / "steps.parquet", index=False)
    if tables.failures is not None:
        tables.failures.to_parquet(folder / "failures.parquet", index=False)


def _draw(folder: Path, tables: Tables, request: Request) -> None:
    """Save the picture of the shares over time."""
    from computerace.analysis.observed import observed_shares
    from computerace.analysis.race_picture import save_race_picture

    title = f"{request.scenario.name}: shares of the labs' compute in {len(tables.worlds):,} worlds"
    observed = observed_shares(tuple(request.scenario.labs), request.scenario.start)
    save_race_picture(tables.steps, folder / "race.png", observed, title)


def _changes(scenario: "Scenario") -> dict[str, Any]:
    """What distinguishes a scenario from the one of the same name in the catalogue."""
    from computerace.market.errors import UserError
    from computerace.runs.scenarios import scenario as named

    try:
        plain = named(scenario.name).to_dict()
    except UserError:
        plain = {}
    mine = scenario.to_dict()
    return {key: str(value) for key, value in mine.items() if plain.get(key) != value}
