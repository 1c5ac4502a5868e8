"""`computerace sweep`, `verify` and `replay`: points run into a folder, and a folder held against its own making."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.settings import positive
from computerace.runs.progress import say

if TYPE_CHECKING:
    from computerace.runs.estimate import Estimate
    from computerace.runs.store.results import SweepResults

Flag = Parameter(negative="")
Json = Annotated[bool, Parameter(name="--json", negative="")]


def sweep(
    design: Path,
    /,
    *,
    out: Path | None = None,
    engine: str = "local",
    workers: int | None = None,
    address: str | None = None,
    batch: int | None = None,
    max_failures: int = 1000,
    plan: Annotated[bool, Flag] = False,
    trust_code: Annotated[bool, Flag] = False,
    as_json: Json = False,
) -> int:
    """Run a design of many points into a folder; start it again at will: it does only what is missing.

    Parameters
    ----------
    design: a design file (docs/sweeps.md), the name of a worked one, or the folder of a sweep to take its design from.
    out: the folder for the results.
    engine: local, or ray.
    workers: how many processes; by default one per processor.
    address: of a running Ray cluster, auto or HOST:PORT.
    batch: worlds per batch; cannot show in the results.
    max_failures: stop when more worlds have failed.
    plan: only say how many points, worlds and batches, how much disk and about how long.
    trust_code: let code of one's own run that a sweep's folder names, in place of a design file.
    as_json: print one JSON object and nothing else.
    """
    from computerace.runs.given_design import as_design
    from computerace.runs.worlds.engines.tasks import check_engine

    positive("--workers", 1 if workers is None else workers)
    check_engine(engine, workers, address)
    positive("--batch", 1 if batch is None else batch)
    positive("--max-failures", max_failures, least=0)
    chosen = as_design(design, trust_code=trust_code)
    if plan:
        from computerace.runs.estimate import estimate

        return _show_plan(estimate(chosen, out, workers, batch), as_json)
    if out is None:
        raise UserError("a sweep needs --out FOLDER for its results (or --plan to see what it would take)")
    options = {"workers": workers, "engine": engine, "address": address, "batch": batch, "max_failures": max_failures}
    return _run(chosen, out, options, as_json)


def verify(
    folder: Path,
    /,
    *,
    sample: int = 64,
    seed: int = 0,
    everything: Annotated[bool, Parameter(name="--all", negative="")] = False,
    workers: int | None = None,
    trust_code: Annotated[bool, Flag] = False,
    as_json: Json = False,
) -> int:
    """Play worlds of a folder again and compare every bit.

    Parameters
    ----------
    folder: of a race or a sweep.
    sample: how many worlds, drawn at random.
    seed: which ones.
    everything: all worlds and months.
    workers: how many processes for --all.
    trust_code: let code of one's own run that the folder names.
    as_json: print one JSON object and nothing else.
    """
    from computerace.runs.sweeps.verify import verify as check

    positive("--sample", sample)
    positive("--seed", seed, least=0)
    positive("--workers", 1 if workers is None else workers)
    verdict = check(folder, sample=sample, seed=seed, everything=everything, workers=workers, trust_code=trust_code)
    if as_json:
        plain = {"same": verdict.same, "worlds": verdict.worlds, "rows_of_steps": verdict.rows_of_steps}
        print(json.dumps(plain | {"differences": verdict.differences, "program_changed": verdict.changed}, indent=1))
    elif verdict.same:
        months = f" and {verdict.rows_of_steps:,} rows of months" if verdict.rows_of_steps else ""
        print(f"{verdict.worlds:,} worlds{months} of {folder} came out again, bit for bit")
    if not verdict.same:
        for line in verdict.differences[:20]:
            say(line)
        say(f"{folder} did not come out again: {len(verdict.differences)} differences")
        if verdict.changed:
            say(f"the program has changed since: {', '.join(verdict.changed[:8])}")
    return 0 if verdict.same else 1


def replay(
    folder: Path,
    /,
    *,
    point: int = 0,
    world: int,
    trust_code: Annotated[bool, Flag] = False,
    as_json: Json = False,
) -> int:
    """Play one world of a folder again, such as one that failed.

    Parameters
    ----------
    folder: of a race or a sweep.
    point: number of the point.
    world: number of the world.
    trust_code: let code of one's own run that the folder names.
    as_json: print one JSON object and nothing else.
    """
    import traceback

    from computerace.runs.sweeps.verify import replay as play

    positive("--point", point, least=0)
    positive("--world", world, least=0)
    try:
        outcomes = play(folder, point, world, trust_code=trust_code)
    except UserError:
        raise
    except Exception as error:
        if as_json:
            failure = {"point": point, "world": world, "error": f"{type(error).__name__}: {error}"}
            print(json.dumps(failure | {"traceback": traceback.format_exc()}, indent=1))
        else:
            traceback.print_exc()
        return 1
    plain = {name: _plain(value) for name, value in outcomes.items()}
    if as_json:
        print(json.dumps({"point": point, "world": world, "outcomes": plain}, indent=1))
    else:
        for name, value in plain.items():
            print(f"{name:<44} {'–' if value is None else f'{value:,.6g}'}")
    return 0


def _run(design: Any, out: Path, options: dict[str, Any], as_json: bool) -> int:
    import time

    from computerace.runs.store.stopped import SweepStopped
    from computerace.runs.sweeps.progress_bar import watched
    from computerace.runs.sweeps.sweep import Settings, Sweep

    begun = time.monotonic()
    try:
        with watched(str(out)) as progress:
            results = Sweep(design, out).run(Settings(**options), progress)
    except SweepStopped as stop:
        say(f"computerace: {stop}")
        return 1
    except KeyboardInterrupt:
        say(f"computerace: interrupted; what was done is safe in {out}, the same command goes on")
        return 130
    return _report(results, time.monotonic() - begun, as_json)


def _report(results: "SweepResults", seconds: float, as_json: bool) -> int:
    counts = results.manifest["counts"]
    if as_json:
        plain = {"run": str(results.path), "status": results.manifest["status"], **counts}
        json.dump(plain | {"files": sorted(file.name for file in results.path.glob("*.parquet"))}, sys.stdout, indent=1)
        print()
    else:
        size = sum(file.stat().st_size for file in results.path.glob("*.parquet"))
        print(
            f"{counts['worlds']:,} worlds at {counts['points']:,} points in {results.path}"
            f" ({size / 1e6:,.1f} MB, {seconds:,.0f} s); look at them with `computerace report {results.path}`"
        )
    if results.failed_worlds:
        say(f"{results.failed_worlds:,} worlds failed; each is a row of {results.path / 'failures.parquet'}")
        return 1
    return 0


def _show_plan(found: "Estimate", as_json: bool) -> int:
    if as_json:
        print(json.dumps(found.to_dict(), indent=1))
    else:
        for line in found.lines():
            print(line)
    return 0


def _plain(value: Any) -> Any:
    """A number that JSON can hold: None for what does not exist."""
    return None if isinstance(value, float) and value != value else value
