"""`computerace sweep`, `verify` and `replay`: points run into a folder, and a folder held against its own making."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.options import FLAG, PATH, Folder, Json, Out, Seed, TrustCode, Workers, usually, whole
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import say

if TYPE_CHECKING:
    from computerace.runs.store.results import SweepResults
    from computerace.runs.sweeps.estimate import Estimate

DESIGN = Parameter(
    help="a design file (docs/sweeps.md), the name of a worked one (see `computerace designs`), or the folder of a"
    " sweep to take its design from."
)


def sweep(
    design: Annotated[Path, PATH, DESIGN],
    /,
    *,
    out: Annotated[Out | None, usually("none: it must be given, but for --plan")] = None,
    engine: Annotated[str, Parameter(help="local, or ray.")] = "local",
    workers: Annotated[Workers, usually("one per processor")] = None,
    address: Annotated[str | None, Parameter(help="of a running Ray cluster, auto or HOST:PORT.")] = None,
    batch: Annotated[int | None, whole(), Parameter(help="worlds per batch; cannot show in the results.")] = None,
    max_failures: Annotated[int, whole(0), Parameter(help="stop when more worlds have failed.")] = 1000,
    plan: Annotated[
        bool, FLAG, Parameter(help="only say how many points, worlds and batches, how much disk and about how long.")
    ] = False,
    trust_code: TrustCode = False,
    as_json: Json = False,
) -> int:
    """Run a design of many points into a folder; start it again at will: it does only what is missing."""
    from computerace.runs.designs.given import as_design
    from computerace.runs.worlds.engines.tasks import check_engine

    check_engine(engine, workers, address)
    chosen = as_design(design, trust_code=trust_code)
    if plan:
        from computerace.runs.sweeps.estimate import estimate

        return _show_plan(estimate(chosen, out, workers, batch), as_json)
    if out is None:
        raise UserError("a sweep needs --out FOLDER for its results (or --plan to see what it would take)")
    options = {"workers": workers, "engine": engine, "address": address, "batch": batch, "max_failures": max_failures}
    return _run(chosen, out, options, as_json)


def verify(
    folder: Folder,
    /,
    *,
    sample: Annotated[int, whole(), Parameter(help="how many worlds, drawn at random.")] = 64,
    seed: Seed = 0,
    everything: Annotated[bool, FLAG, Parameter(name="--all", help="all worlds and months.")] = False,
    workers: Annotated[Workers, usually("one per processor")] = None,
    trust_code: TrustCode = False,
    as_json: Json = False,
) -> int:
    """Play worlds of a folder again and compare every bit; --workers share the work of --all."""
    from computerace.runs.sweeps.verify import verify as check

    verdict = check(folder, sample=sample, seed=seed, everything=everything, workers=workers, trust_code=trust_code)
    if as_json:
        plain = {"same": verdict.same, "worlds": verdict.worlds, "rows_of_steps": verdict.rows_of_steps}
        print_json(plain | {"differences": verdict.differences, "program_changed": verdict.changed})
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
    folder: Folder,
    /,
    *,
    point: Annotated[int, whole(0), Parameter(help="number of the point.")] = 0,
    world: Annotated[int, whole(0), Parameter(help="number of the world.")],
    trust_code: TrustCode = False,
    as_json: Json = False,
) -> int:
    """Play one world of a folder again, such as one that failed."""
    import traceback

    from computerace.runs.sweeps.verify import replay as play

    try:
        outcomes = play(folder, point, world, trust_code=trust_code)
    except UserError:
        raise
    except Exception as error:
        if as_json:
            failure = {"point": point, "world": world, "error": f"{type(error).__name__}: {error}"}
            print_json(failure | {"traceback": traceback.format_exc()})
        else:
            traceback.print_exc()
        return 1
    plain = {name: _plain(value) for name, value in outcomes.items()}
    if as_json:
        print_json({"point": point, "world": world, "outcomes": plain})
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
        print_json(plain | {"files": sorted(file.name for file in results.path.glob("*.parquet"))})
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
        print_json(found.to_dict())
    else:
        for line in found.lines():
            print(line)
    return 0


def _plain(value: Any) -> Any:
    """A number that JSON can hold: None for what does not exist."""
    return None if isinstance(value, float) and value != value else value
