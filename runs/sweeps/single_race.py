"""A race, from what was asked for to the folder it leaves: a design of one point that sets nothing."""

import contextlib
import hashlib
import json
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from computerace.analysis.digests import checksums
from computerace.analysis.manifest_form import Manifest
from computerace.market.rivals import with_names
from computerace.observables import LINES, MEASURES
from computerace.runs import store
from computerace.runs.answers.claims import RaceAnswer, RaceClaim
from computerace.runs.scenarios import own_code
from computerace.runs.store import program, provenance
from computerace.runs.store.manifest import plain_parameters
from computerace.runs.store.spool import Spool, Tables
from computerace.runs.sweeps import race_answer as answer
from computerace.runs.sweeps.played_again import scenario_of
from computerace.runs.worlds.play import ONE, Workers
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from computerace.runs.scenarios import Scenario
    from computerace.runs.store.plan import Part, Plan
    from computerace.runs.sweeps.batches import WorldBatch
    from computerace.runs.sweeps.work import Work

DEFAULT_WORLDS = 10_000
DEFAULT_SEED = 1
BATCH = 1024  # worlds; a world takes as long in batches of 4,096, which take four times the memory
MOST_WORKERS = 2  # unless more are asked for: beyond it the months come in faster than they are put away
QUANTILE_WORLDS = 32_768  # worlds whose months are summarised: past it a quantile hardly moves, but the disk fills


@dataclass(frozen=True)
class Request:
    """What was asked for.

    months: None for the scenario's. on: where the worlds are played. out: None for a folder under out/. decisions:
    whether what each owner saw, asked for and got is kept too.
    """

    scenario: "Scenario"
    worlds: int = DEFAULT_WORLDS
    seed: int = DEFAULT_SEED
    months: int | None = None
    fixed: bool = False
    first_world: int = 0
    on: Workers = field(default_factory=Workers)
    out: Path | None = None
    decisions: bool = False

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
        if self.decisions:
            parts.append("decisions")
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
    answer: RaceAnswer
    failed: int
    seconds: float


def run_race(request: Request) -> Done:
    """Run, save and answer.

    Raises UserError for a mistake in set-up, where the folder is not free or cannot be written, and where every world
    failed.
    """
    request.on.check()
    own_code.prepare((request.scenario,), elsewhere=True)
    manifest = describe(request)
    begun = time.monotonic()
    with store.run_folder(request.folder, manifest) as folder:
        tables = played(request, folder)
        tables.write(folder)
        _draw(folder, tables, request)
        manifest |= {
            "ended": provenance.now(),
            "status": "complete",
            "counts": tables.counts(),
            "files": checksums(folder),
        }
    return Done(request.folder, summarise(request, tables), tables.failed, time.monotonic() - begun)


def describe(request: Request) -> Manifest:
    """The manifest of a run that begins now; enough to run it again."""
    return {
        "kind": "race",
        "scenario": request.scenario.to_dict(),
        "parameter_set": request.scenario.parameter_set,
        "parameters": plain_parameters(request.scenario),
        "seed": request.seed,
        "points": 1,
        "worlds": request.worlds,
        "worlds_per_point": request.worlds,
        "first_world": request.first_world,
        "months": request.horizon,
        "start": request.scenario.start.isoformat(),
        "fixed": request.fixed,
        "keep": "quantiles",
        "decisions": request.decisions,
        "design": None,
        "versions": provenance.versions(),
        "program": program.fingerprint(),
        "commit": provenance.commit(),
        "machine": provenance.machine(),
        "started": provenance.now(),
        "ended": None,
        "status": "running",
        "counts": {},
    }


def summarise(request: Request, tables: Tables) -> RaceAnswer:
    """The object that `race --json` prints."""
    names = tuple(request.scenario.labs)
    claim = answer.claim(tables.worlds, request.horizon)
    return {
        "scenario": request.scenario.name,
        "seed": request.seed,
        "worlds": len(tables.worlds),
        "failed": tables.failed,
        "months": request.horizon,
        "start": request.scenario.start.isoformat(),
        "run": str(request.folder),
        "claim": cast("list[RaceClaim]", with_names(claim, request.scenario.claimant, names)),
        "labs": answer.labs(tables.steps, names, request.horizon),
        "bound_by": answer.bound_by(tables.worlds, names),
        "leads": answer.leads(tables.worlds, names),
    }


def request_of(folder: Path, manifest: Manifest, *, trust_code: bool = False) -> Request:
    """What was asked for when a race's folder was made, its worlds to be played in this process.

    Raises UserError where this program cannot play its scenario.
    """
    scenario = scenario_of(folder, manifest, trust_code=trust_code)
    return Request(
        scenario, int(manifest["worlds"]), int(manifest["seed"]), int(manifest["months"]),
        bool(manifest["fixed"]), int(manifest.get("first_world", 0)), ONE, folder,
        bool(manifest.get("decisions", False)),
    )  # fmt: skip


def plan_of(request: Request) -> "Plan":
    """What the batches of a race share."""
    from computerace.runs.store.plan import Plan

    scenario = request.scenario
    measures = (*MEASURES, *own_code.measures((scenario,)), *(LINES if request.decisions else ()))
    return Plan(
        seed=request.seed, worlds=request.worlds, months=request.horizon, fixed=request.fixed, independent=False,
        keep="quantiles", measures=measures, every=1, exact=False, several=False, out=str(request.folder),
        start=scenario.start, owners=scenario.owners, claimant=scenario.claimant, program=program.digest(),
        spooled=True,
    )  # fmt: skip


def played(request: Request, folder: Path, weights: "pd.Series | None" = None) -> Tables:
    """Play the worlds, with their months spooled below a folder until they are summarised.

    weights: of worlds by number, by which their months are summarised.
    Raises UserError for a mistake in set-up, before the first world, and where every world failed.
    """
    return played_batches(request, list(_batches(request)), folder, weights)


def played_batches(
    request: Request, tasks: "Sequence[WorldBatch]", folder: Path, weights: "pd.Series | None" = None
) -> Tables:
    """The same of batches that are the request's worlds, in whatever luck they have."""
    from computerace.runs.worlds.play import counted, play, set_up

    spool = Spool(Path(tempfile.mkdtemp(prefix="spool-", dir=folder)), tasks[0].plan)
    try:
        set_up(tasks[:1], _usable(request), kept=True)
        with (
            progress(f"{request.scenario.name}, {request.horizon} months", request.worlds) as advance,
            play(tasks, _usable(request), tasks_at_most=len(tasks)) as results,
        ):
            for batch, part in counted(results, advance):
                _put_away(spool, batch, part, request.first_world)
        return spool.tables(weights)
    finally:
        shutil.rmtree(spool.folder, ignore_errors=True)


def _put_away(spool: Spool, batch: Any, part: "Part", first_world: int) -> None:
    place = int(batch.world[0]) - first_world
    spool.put_tables(place, part.files)
    if part.months is not None and place < QUANTILE_WORLDS:
        spool.put(place, part.months.steps, part.months.market)


def work_of(request: Request) -> "Work":
    """The one point of a race, as work that its batches are cut from."""
    from computerace.runs.sweeps.work import one_point

    return one_point(request.scenario, plan_of(request))


def _batches(request: Request) -> "Iterator[WorldBatch]":
    """The worlds in order, in batches."""
    work, last = work_of(request), request.first_world + request.worlds
    for start in range(request.first_world, last, BATCH):
        world = np.arange(start, min(start + BATCH, last), dtype=np.int64)
        yield from work.batch_of(np.zeros(len(world), dtype=np.int64), world)


def _usable(request: Request) -> Workers:
    """Where to play: as asked for, or on two processes where they pay and the machine has them."""
    chosen = request.on.for_worlds(request.worlds)
    if request.on.count is None and chosen.count is not None:
        return Workers(min(chosen.count, MOST_WORKERS))
    return chosen


def _draw(folder: Path, tables: Tables, request: Request) -> None:
    """Save the picture of the shares over time."""
    from computerace.analysis.plots.race_picture import save_race_picture
    from computerace.analysis.validation.observed import observed_shares

    title = f"{request.scenario.name}: shares of the labs' compute in {len(tables.worlds):,} worlds"
    observed = observed_shares(tuple(request.scenario.labs), request.scenario.start)
    save_race_picture(tables.steps, folder / "race.png", observed, title)


def _changes(scenario: "Scenario") -> dict[str, str]:
    """What distinguishes a scenario from the one of the same name in the catalogue."""
    from computerace.market.errors import UserError
    from computerace.runs.scenarios import scenario as named

    plain: Mapping[str, object] = {}
    with contextlib.suppress(UserError):
        plain = named(scenario.name).to_dict()
    mine = scenario.to_dict()
    return {key: str(value) for key, value in mine.items() if plain.get(key) != value}
