"""`computerace sweep` and `merge`: points run into a folder, by one process or by shards on many machines."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.options import FLAG, PATH, Json, Out, TrustCode, Where, usually, whole
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from computerace.runs.answers.folders import PlanAnswer, ShardAnswer, SweepAnswer
    from computerace.runs.designs.design import Design
    from computerace.runs.store.pieces import Account, Shard
    from computerace.runs.store.results import SweepResults
    from computerace.runs.sweeps.sweep import Progress, Settings

DESIGN = Parameter(
    help="a design file (docs/sweeps.md), the name of a worked one (see `computerace designs`), or the folder of a"
    " sweep to take its design from."
)
SHARD = Parameter(
    help="K/N: play the K-th of N parts of the work, while others play the rest into the same folder; then `merge`."
)


def sweep(
    design: Annotated[Path, PATH, DESIGN],
    /,
    *,
    out: Annotated[Out | None, usually("none: it must be given, but for --plan")] = None,
    where: Where = Where(),
    shard: Annotated[str | None, SHARD, usually("all of it")] = None,
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
    from computerace.runs.store.pieces import as_shard
    from computerace.runs.sweeps.sweep import Settings

    settings = Settings(where.workers, where.engine, where.address, batch, max_failures)
    settings.check()
    only = None if shard is None else as_shard(shard)
    chosen = as_design(design, trust_code=trust_code)
    if plan:
        from computerace.runs.sweeps.estimate import estimate

        return _show_plan(estimate(chosen, out, where.workers, batch, only), as_json)
    if out is None:
        raise UserError("a sweep needs --out FOLDER for its results (or --plan to see what it would take)")
    if only is not None:
        return _play_shard(chosen, out, only, settings, as_json)
    return _play(chosen, out, settings, as_json)


def merge(
    folder: Annotated[Path, PATH, Parameter(help="of a sweep whose shards have been played.")],
    /,
    *,
    trust_code: TrustCode = False,
    as_json: Json = False,
) -> int:
    """Make the result files of a sweep that was played in shards, or say which of its pieces are missing."""
    from computerace.runs.sweeps.shards import merged

    return _to_its_end(folder, str(folder), lambda tell: merged(folder, tell, trust_code=trust_code), as_json)


def _play(design: "Design", out: Path, settings: "Settings", as_json: bool) -> int:
    from computerace.runs.sweeps.sweep import Sweep

    return _to_its_end(out, str(out), lambda tell: Sweep(design, out).run(settings, tell), as_json)


def _play_shard(design: "Design", out: Path, shard: "Shard", settings: "Settings", as_json: bool) -> int:
    from computerace.runs.sweeps.shards import ShardRun
    from computerace.runs.sweeps.sweep import Sweep

    done = _played(out, f"{out}, shard {shard}", lambda tell: ShardRun(Sweep(design, out), shard).run(settings, tell))
    return done if isinstance(done, int) else _report_shard(out, *done, as_json)


def _to_its_end(out: Path, name: str, work: "Callable[[Progress], SweepResults]", as_json: bool) -> int:
    done = _played(out, name, work)
    return done if isinstance(done, int) else _report(*done, as_json)


def _played[T](out: Path, name: str, work: "Callable[[Progress], T]") -> tuple[T, float] | int:
    """What came of the work and how many seconds it took; or the exit code, where it had to stop."""
    from computerace.runs.store.stopped import SweepStopped
    from computerace.runs.sweeps.progress_bar import watched

    begun = time.monotonic()
    try:
        with watched(name) as progress:
            found = work(progress)
    except SweepStopped as stop:
        say(f"computerace: {stop}")
        return 1
    except KeyboardInterrupt:
        say(f"computerace: interrupted; what was done is safe in {out}, the same command goes on")
        return 130
    return found, time.monotonic() - begun


def _report_shard(out: Path, done: "Account", seconds: float, as_json: bool) -> int:
    """What one shard did in this start of it; 1 where worlds failed."""
    if as_json:
        answer: ShardAnswer = {
            "run": str(out), "shard": f"{done.shard}/{done.of}", "pieces": done.pieces, "worlds": done.worlds,
            "failed": done.failed,
        }  # fmt: skip
        print_json(answer)
    else:
        print(
            f"shard {done.shard}/{done.of}: {done.worlds:,} worlds in {done.pieces:,} pieces played into {out}"
            f" ({seconds:,.0f} s); when all shards are done, `computerace merge {out}` finishes"
        )
    if done.failed:
        say(f"{done.failed:,} worlds failed; `computerace merge {out}` puts each into failures.parquet")
        return 1
    return 0


def _report(results: "SweepResults", seconds: float, as_json: bool) -> int:
    counts = results.manifest["counts"]
    if as_json:
        answer: SweepAnswer = {
            "run": str(results.path), "status": results.manifest["status"], "points": counts["points"],
            "worlds": counts["worlds"], "failed": counts["failed"],
            "files": sorted(file.name for file in results.path.glob("*.parquet")),
        }  # fmt: skip
        print_json(answer)
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


def _show_plan(found: "PlanAnswer", as_json: bool) -> int:
    from computerace.runs.sweeps.estimate import lines

    if as_json:
        print_json(found)
    else:
        for line in lines(found):
            print(line)
    return 0
