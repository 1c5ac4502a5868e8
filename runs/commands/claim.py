"""`computerace claim`: the claim's answer from a folder, by definition, rivals and deadline; rare ones on demand."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.settings import known_word, positive
from computerace.runs.progress import progress, say

if TYPE_CHECKING:
    import pandas as pd

    from computerace.analysis.folder import Runs
    from computerace.runs.scenarios import Scenario

Flag = Parameter(negative="")


def claim(
    folder: Path,
    /,
    *,
    deadline: Annotated[list[int] | None, Parameter(negative="")] = None,
    rare: Annotated[bool, Flag] = False,
    definition: str | None = None,
    rivals: str | None = None,
    worlds: int | None = None,
    repeats: int | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    workers: int | None = None,
    trust_code: Annotated[bool, Flag] = False,
) -> int:
    """Say how likely the claim is in a run or sweep, for each definition, rivals and deadline.

    Parameters
    ----------
    folder: of a race or a sweep.
    deadline: a month, counted from the start; may be given several times. By default each twelfth month.
    rare: run the folder's scenario again by importance splitting, for a probability too small to count by the last
        deadline.
    definition: for --rare, what counts as compute: owned (by default), operational, used or effective.
    rivals: for --rare: three (the other labs, by default) or all (with the rest of the market).
    worlds: for --rare: worlds on each level; by default 1,000.
    repeats: for --rare: independent estimates, from which the error comes; by default 4.
    as_json: print one JSON object and nothing else.
    workers: for --rare: how many processes; by default one per processor.
    trust_code: for --rare: let code of one's own run that the folder names.
    """
    from computerace.analysis.columns import DEFINITIONS, RIVALS
    from computerace.analysis.folder import load
    from computerace.runs.store import refuse_other_kinds

    given = {"definition": definition, "rivals": rivals, "worlds": worlds, "repeats": repeats, "workers": workers}
    given["trust-code"] = trust_code or None
    stray = next((name for name, value in given.items() if value is not None), None)
    if stray and not rare:
        raise UserError(f"--{stray} goes with --rare; without it every definition and rival of the folder is shown")
    definition = known_word("definition", definition or "owned", DEFINITIONS)
    rivals = known_word("rivals", rivals or "three", RIVALS)
    worlds = 1000 if worlds is None else positive("--worlds", worlds)
    repeats = 4 if repeats is None else positive("--repeats", repeats, least=2)
    refuse_other_kinds(folder, "claim")
    runs = load(folder)
    answer = claim_answer(runs, deadline)
    if rare:
        last = max(row["deadline_months"] for row in answer["claim"])
        chosen = _scenario_of(runs, trust_code)
        answer["rare"] = _rare(runs, chosen, last, definition, rivals, worlds, repeats, workers)
    if as_json:
        print(json.dumps(answer, indent=1, allow_nan=False))
    else:
        from computerace.runs.terminal_claim import show_claim

        show_claim(answer)
    failed = answer["rare"]["failed"] if rare else 0
    if failed:
        say(f"{failed:,} worlds of importance splitting failed and count as worlds that did not come near")
    return 1 if failed else 0


def claim_answer(runs: "Runs", deadlines: list[int] | None) -> dict[str, Any]:
    """The object of `claim --json`, but for rare events."""
    from computerace.analysis.claim import claim_table, first_passage, is_sample
    from computerace.analysis.columns import DEFINITIONS, RIVALS, horizon

    manifest, worlds = runs.manifest, runs.worlds
    crossed = not (manifest.get("design") or {}).get("independent", False)
    by = ("scenario",) if "scenario" in worlds.columns else ()
    table = claim_table(worlds, deadlines, crossed=crossed, by=by)
    parts = dict(iter(worlds.groupby("scenario", sort=False))) if by else {None: worlds}
    passages = [
        ({"scenario": name} if by else {})
        | {"definition": one, "rivals": other, **_curve(first_passage(part, one, other, crossed=crossed))}
        for name, part in parts.items() for other in RIVALS for one in DEFINITIONS
    ]  # fmt: skip
    return {
        "run": str(runs.path),
        "scenario": manifest["scenario"]["name"],
        "claimant": manifest["scenario"]["claimant"],
        "worlds": len(worlds),
        "points": int(worlds["point"].nunique()) if "point" in worlds.columns else 1,
        "months": horizon(worlds),
        "start": manifest["start"],
        "is_sample": is_sample(manifest),
        "claim": [_plain(row) for row in table.to_dict("records")],
        "first_passage": passages,
    }


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A row of the claim table as JSON can hold it, under the names of `race --json`."""
    keys = ("definition", "rivals", "deadline_months", "worlds", "probability", "bound")
    plain = {"scenario": row["scenario"]} if "scenario" in row else {}
    plain |= {key: row[key] for key in keys}
    return plain | {
        "effective_worlds": row["effective_worlds"],
        "worlds_reached": row["reached"],
        "interval": [row["low"], row["high"]],
        "first_month": _number(row["first_month_p50"]),
        "first_month_interval": [_number(row["first_month_p5"]), _number(row["first_month_p95"])],
        "ratio": _number(row["ratio_p50"]),
        "ratio_interval": [_number(row["ratio_p5"]), _number(row["ratio_p95"])],
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _curve(passage: "pd.DataFrame") -> dict[str, list[Any]]:
    return {name: passage[name].tolist() for name in passage.columns}


def _scenario_of(runs: "Runs", trust_code: bool) -> "Scenario":
    from computerace.runs.sweeps.played_again import say_if_changed, scenario_of

    _refuse_what_was_not_drawn(runs)
    scenario = scenario_of(runs.path, runs.manifest, trust_code=trust_code)
    say_if_changed(runs.path, runs.manifest)
    return scenario


def _rare(
    runs: "Runs", scenario: "Scenario", deadline: int, definition: str, rivals: str, worlds: int, repeats: int,
    workers: int | None,
) -> dict[str, Any]:  # fmt: skip
    """One claim of the folder's scenario by importance splitting."""
    from computerace.analysis.rare_events import Splitting
    from computerace.runs.rare import RareClaim, rare_probability
    from computerace.runs.worlds.play import Workers

    wanted = RareClaim(scenario, definition, rivals, deadline, int(runs.manifest["seed"]))
    on = None if workers is None else Workers(positive("--workers", workers))
    with progress("importance splitting", repeats, "repeats") as advance:
        found = rare_probability(wanted, repeats=repeats, chosen=Splitting(worlds), on=on, advance=advance)
    order = sorted(zip(wanted.parameters, found.leaning, strict=True), key=lambda one: -abs(one[1]))
    return {
        "definition": definition,
        "rivals": rivals,
        "deadline_months": deadline,
        "probability": found.probability,
        "interval": [found.low, found.high],
        "repeats": list(found.repeats),
        "evaluations": found.evaluations,
        "failed": len(found.failures),
        "leaning": [{"parameter": name, "deviations": float(value)} for name, value in order if math.isfinite(value)],
    }


def _refuse_what_was_not_drawn(runs: "Runs") -> None:
    """Raise UserError where the folder's worlds are no sample of one scenario's priors."""
    from computerace.analysis.claim import is_sample

    manifest = runs.manifest
    if not is_sample(manifest) or "scenario" in runs.worlds.columns:
        raise UserError(f"{runs.path} is a design of many settings; --rare takes one scenario: run `computerace race`")
    if manifest.get("fixed"):
        raise UserError(f"{runs.path} keeps its parameters at their centre: splitting has no priors to move through")
