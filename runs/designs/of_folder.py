"""The design that a sweep's folder holds: written into its manifest, read back from there, compared with another."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from computerace.analysis.digests import POINTS, refuse_changed
from computerace.analysis.manifest_form import Manifest, design_in
from computerace.analysis.paths import at_home
from computerace.market.errors import UserError
from computerace.runs import store
from computerace.runs.designs.design import Design, design_from
from computerace.runs.designs.points import parameter_columns
from computerace.runs.designs.samplers import problem
from computerace.runs.designs.sampling import SAMPLERS
from computerace.runs.scenarios import own_code
from computerace.runs.store import program, provenance
from computerace.runs.store.manifest import other_text, plain_parameters, without_place
from computerace.runs.store.parts import read_points

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

# What a folder's design may change or grow, or what is compared by itself; nothing else may differ.
APART = ("question", "measures", "worlds_per_point", "sampler", "vary")


def described(design: Design, points: pd.DataFrame, measures: tuple[str, ...], before: Manifest | None) -> Manifest:
    """The manifest of a sweep that begins or grows now: enough to run it again."""
    first = design.scenarios[0]
    return {
        "kind": "sweep",
        "sweep": _name(design) if before is None else before["sweep"],
        "scenario": first.to_dict(),
        "scenarios": [one.to_dict() for one in design.scenarios],
        "parameters": plain_parameters(first),
        "seed": design.seed,
        "points": len(points),
        "worlds": len(points) * design.worlds_per_point,
        "worlds_per_point": design.worlds_per_point,
        "months": design.months,
        "start": first.start.isoformat(),
        "fixed": design.fixed,
        "keep": design.keep,
        "measures": list(measures),
        "design": design.to_dict(),
        "problem": problem(design) if design.sampler.kind in ("saltelli", "morris") else None,
        "varied": parameter_columns(points),
        "versions": provenance.versions(),
        "program": program.fingerprint(),
        "commit": provenance.commit(),
        "machine": provenance.machine(),
        "started": provenance.now() if before is None else before["started"],
        "ended": None,
        "status": "running",
        "counts": {} if before is None else before["counts"],
        "shards": [] if before is None else before.get("shards", []),
    }


def _name(design: Design) -> str:
    """What tells a sweep's parts from those of others: equal for all that begin it, on whatever machine."""
    scenarios = [without_place(as_stored(one.to_dict())) for one in design.scenarios]
    what = [scenarios, as_stored(design.to_dict()), program.fingerprint()]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:32]


def design_of(folder: str | Path, *, trust_code: bool = False) -> Design:
    """The design in a sweep's folder, to be played again.

    trust_code: whether code of one's own that it names may run. Raises UserError where it may not, or has changed, and
    where the folder is no sweep.
    """
    folder = at_home(folder)
    manifest = store.read_manifest(folder)
    if manifest is None or manifest["kind"] != "sweep":
        raise UserError(f"{folder} is no sweep's folder")
    return design_held(folder, manifest, trust_code=trust_code)


def design_held(folder: Path, manifest: Manifest, *, trust_code: bool = False) -> Design:
    """The design in the manifest of a sweep, or of a sweep that was updated, whose points are in the folder.

    Raises UserError where code of one's own that it names may not run, or has changed.
    """
    scenarios = tuple(own_code.trust(one) if trust_code else one for one in scenarios_of(manifest))
    own_code.prepare(scenarios, elsewhere=False)
    kept = design_in(manifest).items()
    content: dict[str, Any] = {key: value for key, value in kept if value is not None and key != "scenarios"}
    if content["sampler"]["kind"] == "list":
        digest = (manifest.get("files") or {}).get(POINTS)
        refuse_changed(folder, {POINTS: digest} if digest else {})
        points = read_points(folder)
        rows = points[points["scenario"] == manifest["scenario"]["name"]].reset_index(drop=True)
        content["sampler"] = {"kind": "list", "points": rows[parameter_columns(points)]}
        del content["vary"]
    return design_from(content, scenarios=scenarios)


def scenarios_of(manifest: Manifest) -> "tuple[Scenario, ...]":
    """The scenarios that a manifest holds in full."""
    from computerace.runs.scenarios import Scenario

    return tuple(Scenario.from_dict(one) for one in manifest["scenarios"])


def refuse_other(manifest: Manifest, design: Design, here: Mapping[str, str], folder: Path) -> None:
    """Raise UserError where the folder's design, scenarios or program are not these, saying what differs."""
    differences = list(_differences(manifest, design))
    if differences:
        raise UserError(f"{folder} holds another design: {'; '.join(differences[:4])}; give another folder with --out")
    changed = program.changes(manifest["program"], here)
    if changed:
        shown = ", ".join(changed[:4]) + (f" and {len(changed) - 4} more" if len(changed) > 4 else "")
        raise UserError(
            f"{folder} was begun by another version of the program ({shown}), whose rows may differ from this one's;"
            " go on with that version, or give another folder with --out"
        )


def _differences(manifest: Manifest, design: Design) -> list[str]:
    there, here = dict(design_in(manifest)), as_stored(design.to_dict())
    kept = [key for key in here if key not in APART]
    older = {one.name: as_stored(one.default) for one in fields(Design)}  # a folder older than a key had its default
    there = older | there
    found = [f"{key} {_shown(there[key])} there, {_shown(here[key])} here" for key in kept if there[key] != here[key]]
    if here["measures"] is not None and sorted(here["measures"]) != sorted(manifest["measures"]):
        found.append(f"measures {_shown(manifest['measures'])} there, {_shown(here['measures'])} here")
    if here["worlds_per_point"] < there["worlds_per_point"]:
        found.append(
            f"{there['worlds_per_point']} worlds per point there, {here['worlds_per_point']} here, which is fewer"
        )
    for one, other in zip(scenarios_of(manifest), design.scenarios, strict=False):
        before, after = (without_place(as_stored(which.to_dict())) for which in (one, other))
        if other_text(one.to_dict(), other.to_dict()):
            found.append(other_text(one.to_dict(), other.to_dict()))
            continue
        changed = [key for key in before if before[key] != after[key]]
        if changed:
            found.append(f"the scenario {one.name} differs in its {', '.join(changed)}")
    return found + _other_points(there, here)


def _other_points(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """How the samplers differ, but for what may grow."""
    old, new = there["sampler"], here["sampler"]
    if old["kind"] != new["kind"]:
        return [f"sampler {old['kind']} there, {new['kind']} here"]
    size, options = SAMPLERS[old["kind"]]
    found = [f"{key} {old[key]} there, {new[key]} here" for key in sorted(options) if old[key] != new[key]]
    if isinstance(size, str) and old["kind"] != "list" and new[size] < old[size]:
        found.append(f"{size} {old[size]} there, {new[size]} here, which is fewer")
    if old["kind"] == "grid" or there["vary"] == here["vary"]:
        return found
    before, after = ({one["parameter"]: one for one in which["vary"]} for which in (there, here))
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [*found, f"what varies differs: {', '.join(names) or 'its order'}"]


def as_stored(value: Any) -> Any:
    """The value as JSON gives it back: a tuple is a list, a date is a text."""
    return json.loads(json.dumps(value, default=str))


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
