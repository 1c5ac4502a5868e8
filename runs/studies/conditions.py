"""The conditions under which the claim comes true, from a folder to tables: boxes, and the same in fresh worlds."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pandas as pd

from computerace.analysis.columns import parameter_columns
from computerace.analysis.discovery.search import Discovery, Target, best, discover, telling
from computerace.analysis.intervals import wilson
from computerace.market.rivals import against
from computerace.runs.answers.parameters import DiscoveryAnswer, Fresh, LeftOut, Limit, Peeled
from computerace.runs.store.frames import records
from computerace.runs.studies.fresh_worlds import FreshWorlds, share
from computerace.runs.worlds.progress import progress, say

if TYPE_CHECKING:
    from computerace.analysis.discovery.boxes import Limits
    from computerace.analysis.folder import Runs

CHECK = ("box", "kind", "mass", "worlds", "hits", "probability", "low", "high", "coverage", "failed")
FAILURES = "failures"  # the table of worlds that failed; there where any did


@dataclass(frozen=True)
class Found:
    """What was looked for, in how many of the folder's worlds it was so, the parameters looked at, and the boxes."""

    target: Target
    worlds: int
    hits: int
    looked_at: tuple[str, ...]
    discovery: Discovery


def find(
    runs: "Runs",
    claim: tuple[str, str, int],
    of_interest: tuple[float | None, float | None],
    density: float | None,
    boxes: int,
    column: str | None = None,
) -> Found:
    """Boxes in the worlds of a folder.

    claim: definition, rivals and deadline. of_interest: the share of the best worlds, or the ratio to exceed, instead
    of the claim. column: of a claim of one's own, in place of it. density, boxes: see `analysis.discovery.discover`,
    and there for the errors too.
    """
    worlds, (top, ratio) = runs.worlds, of_interest
    target = Target(*claim, ratio=ratio, column=column)
    if top is not None:
        target = best(worlds, target, top)
    varied = runs.manifest.get("varied") or parameter_columns(worlds, runs.manifest)
    names = [name for name in varied if worlds[name].dtype.kind in "fiu"]
    hits = target.hits(worlds)
    looked_at = telling(worlds, target, names)
    say(f"peeling {len(worlds):,} worlds in {len(looked_at)} parameters")
    found = discover(worlds, hits, looked_at, density=density, boxes=boxes)
    return Found(target, len(worlds), int(hits.sum()), tuple(looked_at), found)


def frames(found: Found, fresh: FreshWorlds) -> dict[str, pd.DataFrame]:
    """All tables of an answer by name: curve, limits (with units), conditions, check; failures, where worlds failed."""
    check, failures = checked(found, fresh)
    made = {
        "curve": found.discovery.curve,
        "limits": with_units(found.discovery.limits, fresh),
        "conditions": found.discovery.conditions,
        "check": check,
    }
    return made | ({FAILURES: failures} if len(failures) else {})


def checked(found: Found, fresh: FreshWorlds) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The share of worlds of interest in fresh worlds: everywhere, in each box, and in the fewest conditions of it.

    Columns CHECK: box (0 for everywhere), kind ("everywhere", "found", "fewest"), mass (the part of the priors that it
    holds), worlds, hits, probability, low, high (95 %), coverage (of all worlds of interest, by their share in the
    folder, which holds more worlds than are fresh), failed (worlds that are left out). With it these worlds, a row
    each, after the box and kind in which they failed.
    """
    places: list[tuple[int, str, Limits]] = [(0, "everywhere", {})]
    for number, box in enumerate(found.discovery.boxes, 1):
        if not box.found:
            continue
        places += [(number, "found", box.found), (number, "fewest", box.fewest)]
    rows, failures = [], []
    with progress("fresh worlds", fresh.worlds * len(places)) as advance:
        for number, kind, limits in places:
            played = fresh.play(limits, advance)
            hit = found.target.hits(played.worlds)
            worlds, hits, mass = len(hit), int(hit.sum()), fresh.mass(limits)
            chance, (low, high) = hits / worlds, wilson(hits, worlds)
            covered = mass * chance / (found.hits / found.worlds) if number else 1.0
            rows.append(
                (number, kind, mass, worlds, hits, chance, float(low), float(high), covered, len(played.failures))
            )
            if len(played.failures):
                failures.append(played.failures.assign(box=number, kind=kind))
    lost = pd.concat(failures, ignore_index=True) if failures else pd.DataFrame()
    return pd.DataFrame(rows, columns=list(CHECK)), lost


def lost_of(check: pd.DataFrame) -> tuple[int, int]:
    """How many fresh worlds failed, and how many there were, in all places together."""
    failed = int(check["failed"].sum())
    return failed, int(check["worlds"].sum()) + failed


def with_units(limits: pd.DataFrame, fresh: FreshWorlds) -> pd.DataFrame:
    """The limits with each parameter's unit, text and grade, and the share of its prior that they leave.

    For a fitted set, too, it is the share of the prior, though the set may have little there.
    """
    known = fresh.scenario.parameters()
    names = limits["parameter"].tolist()
    ends = zip(limits["low"].fillna(-float("inf")), limits["high"].fillna(float("inf")), strict=True)
    return limits.assign(
        share_of_prior=[share(known[name], low, high) for name, (low, high) in zip(names, ends, strict=True)],
        unit=[known[name].unit for name in names],
        text=[known[name].text for name in names],
        grade=[known[name].grade for name in names],
    )


def notes(found: Found) -> list[str]:
    """What a reader must know of the boxes, each a sentence."""
    return [
        f"box {number}: no condition raises the share of worlds of interest by as much as it costs of them"
        for number, box in enumerate(found.discovery.boxes, 1)
        if not box.found
    ]


def answer_of(folder: Path, found: Found, fresh: FreshWorlds, tables: dict[str, pd.DataFrame]) -> DiscoveryAnswer:
    """The object that `discover --json` prints."""
    return {
        "run": str(folder),
        "scenario": fresh.scenario.name,
        "start": fresh.scenario.start.isoformat(),
        "definition": found.target.definition,
        "rivals": found.target.rivals,
        **against(found.target.rivals, fresh.scenario.claimant, fresh.scenario.labs),  # type: ignore[typeddict-item]
        "deadline_months": found.target.deadline,
        "ratio": found.target.ratio,
        "worlds": found.worlds,
        "hits": found.hits,
        "looked_at": list(found.looked_at),
        "notes": notes(found),
        "fresh_seed": fresh.seed,
        "curve": cast("list[Peeled]", records(tables["curve"])),
        "limits": cast("list[Limit]", records(tables["limits"])),
        "conditions": cast("list[LeftOut]", records(tables["conditions"])),
        "check": cast("list[Fresh]", records(tables["check"])),
    }
