"""What a sweep would take: points, worlds, batches, disk and time, from its design and one small batch played."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from computerace.runs.answers.folders import PlanAnswer
from computerace.runs.store import tables
from computerace.runs.store.pieces import piece_size, pieces_there
from computerace.runs.store.plan import Part
from computerace.runs.store.summaries import kept_months
from computerace.runs.sweeps.cutting import cut_for
from computerace.runs.sweeps.sweep import Sweep
from computerace.runs.sweeps.work import Missing, Work, usual_batch
from computerace.runs.worlds.engines.tasks import processors

if TYPE_CHECKING:
    from computerace.runs.designs.design import Design
    from computerace.runs.store.parts import SweepFolder
    from computerace.runs.store.pieces import Shard

TRIAL = 1024  # worlds of the batch that is timed
LARGE_BYTES = 2e9


@dataclass(frozen=True)
class Trial:
    """A small batch that was played: its worlds, the bytes that it left, packed as result files are, and seconds."""

    rows: int = 0
    bytes_of_steps: int = 0
    bytes_of_the_rest: int = 0
    bytes_of_parts: int = 0
    seconds: float = 0.0


def lines(plan: PlanAnswer) -> list[str]:
    """A plan as `--plan` prints it."""
    shard, again, files = plan["shard"], plan["played_again"], plan["bytes_on_disk"]
    done = 0 if shard else plan["worlds"] - (plan["worlds_to_play"] - again)
    lots = f"pieces, which are shard {shard}" if shard else "batches"
    once_more = f"; {again:,} of them again, for the quantiles of points that grew" if again else ""
    found = [
        f"points   {plan['points']:,}",
        f"worlds   {plan['worlds']:,}, {done:,} of them done" if done else f"worlds   {plan['worlds']:,}",
        f"to play  {plan['worlds_to_play']:,} worlds in {plan['batches']:,} {lots}{once_more}",
        f"keep     {_kept(plan)}",
        f"disk     about {_size(files)}, and {_size(plan['bytes_of_parts'])} until result files are made",
        f"time     about {_duration(plan['seconds'])} on {plan['workers']} processes",
    ]
    if plan["bytes_of_steps"] > LARGE_BYTES:
        found.append(
            f"note     steps.parquet is {_size(plan['bytes_of_steps'])} of that: every = 12, fewer measures or"
            ' keep = "outcomes" in the design make it small'
        )
    return found


def _kept(plan: PlanAnswer) -> str:
    if plan["keep"] == "outcomes":
        return "outcomes of every world"
    what = "quantiles over each point's worlds" if plan["keep"] == "quantiles" else "trajectories of every world"
    return f"outcomes of every world; {what} for {len(plan['measures'])} measures in {plan['months_kept']} months"


def estimate(
    design: "Design", out: Path | None, workers: int | None, batch: int | None, shard: "Shard | None" = None
) -> PlanAnswer:
    """What the design, or one shard of it, would take in the folder `out`, or in a new one; nothing is written."""
    sweep = Sweep(design, out if out is not None else Path("out"))
    manifest, work = sweep.prepare(write=False, fresh=out is None)
    size = (len(work.points), work.plan.worlds)
    begun = out is not None and sweep.folder.path.exists()
    missing = work.missing(sweep.folder) if begun else Missing(np.ones(size, dtype=bool), np.ones(size, dtype=bool))
    lots = [len(some.world) for some in work.cut(missing, batch)]
    if shard is not None:
        lots = _lots_of(shard, work, missing, batch, sweep.folder if begun else None)
    trial = _trial(work, missing)
    used = workers or processors()
    played = missing.worlds
    fresh = int(missing.fresh.sum())
    counted = design.keep == "quantiles" and not work.plan.exact
    # Counts of a point are of about the same size however many worlds they count.
    share = played / max(trial.rows, 1)
    steps = trial.bytes_of_steps * (len(work.points) if counted else share)
    return PlanAnswer(
        points=size[0],
        worlds=size[0] * size[1],
        worlds_to_play=sum(lots),
        played_again=played - fresh if shard is None else 0,
        batches=len(lots),
        keep=design.keep,
        measures=list(manifest["measures"]),
        months_kept=len(kept_months(work.plan.months, work.plan.every)),
        bytes_on_disk=int(steps + trial.bytes_of_the_rest * fresh / max(trial.rows, 1)),
        bytes_of_steps=int(steps),
        bytes_of_parts=int(trial.bytes_of_parts * share),
        seconds=trial.seconds * sum(lots) / max(trial.rows, 1) / used,
        workers=used,
        shard=None if shard is None else str(shard),
    )


def _lots_of(
    shard: "Shard", work: Work, missing: Missing, batch: int | None, folder: "SweepFolder | None"
) -> list[int]:
    """How many worlds each piece holds that the shard would play."""
    there: set[int] = set()
    size = batch or piece_size(usual_batch(work.plan.keep, missing.worlds), missing.worlds, shard.of)
    if folder is not None:
        cut, missing = cut_for(folder, work, batch, shard, write=False)
        size, there = cut.batch, pieces_there(folder.parts, cut)
    numbered = enumerate(work.cut(missing, size), 1)
    return [len(some.world) for number, some in numbered if shard.has(number) and number not in there]


def _trial(work: Work, missing: Missing) -> Trial:
    """Play a small batch."""
    batch = next(work.batches(missing, TRIAL), None)
    if batch is None:
        return Trial()
    batch.only(range(min(8, batch.rows))).run()  # what is only done once is not to be counted a thousand times
    begun = time.perf_counter()
    part = batch.run() or Part(batch.name, {}, 0, 0)
    seconds = time.perf_counter() - begun
    sizes = {name: tables.packed_size(content) for name, content in part.files.items() if name != "counted"}
    steps = sizes.pop("steps", 0) + sizes.pop("counts", 0)
    return Trial(batch.rows, steps, sum(sizes.values()), sum(map(len, part.files.values())), seconds)


def _size(number: float) -> str:
    for unit in ("B", "kB", "MB"):
        if number < 999.5:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.3g} GB"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
