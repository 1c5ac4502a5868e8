"""`computerace claim`: the claim's answer from a folder, by definition, rivals and deadline; rare ones on demand."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.options import (
    FLAG,
    SEVERAL,
    Claim,
    Claims,
    Deadline,
    Folder,
    Json,
    TrustCode,
    Where,
    Worlds,
    usually,
    whole,
)
from computerace.runs.terminal.printing import print_json
from computerace.runs.worlds.progress import progress

if TYPE_CHECKING:
    import pandas as pd

    from computerace.analysis.folder import Runs
    from computerace.analysis.money import OfMoney
    from computerace.runs.answers.claims import ClaimAnswer, FolderClaim, FolderRow, MoneyRow, Passage, RareAnswer
    from computerace.runs.claims.resolved import Part
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.play import Workers


def claim(
    folder: Folder,
    /,
    *,
    deadline: Annotated[list[int] | None, SEVERAL, whole(), Deadline, usually("each twelfth month")] = None,
    rare: Annotated[bool, FLAG, Parameter(help="estimate by importance splitting what is too rare to count.")] = False,
    claims: Claims = (),
    form: Claim | None = None,
    worlds: Annotated[Worlds | None, usually("1000")] = None,
    repeats: Annotated[
        int | None, whole(2), usually("4"), Parameter(help="independent estimates, from which the error comes.")
    ] = None,
    where: Where | None = None,
    trust_code: TrustCode = False,
    as_json: Json = False,
) -> int:
    """Say how likely the claim is in a run or sweep, for each definition, rivals and deadline.

    --deadline may be given several times. --claims asks for other claims than those of the folder's design, and
    plays its worlds again where its tables do not tell. --rare runs the folder's scenario again, for one definition
    and rivals or for one claim of --claims, and the last deadline, in as many worlds on each level as --worlds says.
    """
    from computerace.analysis.folder import load
    from computerace.runs.store import refuse_other_kinds
    from computerace.runs.studies.claims import of_design
    from computerace.runs.studies.variants_claims import only_one

    given = {"definition": form, "rivals": form, "worlds": worlds, "repeats": repeats}
    _refuse_unless_rare(rare, given)
    if not claims:
        again = {**_given(where), "trust-code": trust_code or None}
        _refuse_unless_rare(rare, again, "--rare or --claims; without them")
    if claims:
        _refuse_beside_claims({"deadline": deadline})
    refuse_other_kinds(folder, "claim")
    runs = load(folder)
    answer = claim_answer(runs, deadline)
    asked = claims or of_design(runs)
    if asked and not rare:
        from computerace.runs.studies.claims import answered

        with (where or Where()).on() as on:
            answer["claims"] = answered(runs, asked, on=on, trust_code=trust_code)
    if rare:
        last = max(row["deadline_months"] for row in answer["claim"])
        chosen = _scenario_of(runs, trust_code)
        words = (form or Claim()).words
        own = only_one(claims, chosen, runs.horizon, words)
        with (where or Where()).on() as on:
            answer["rare"] = _rare(runs, chosen, last, *words, worlds or 1000, repeats or 4, on, own)
    if as_json:
        print_json(answer)
    else:
        from computerace.runs.terminal.claim import show_claim

        show_claim(answer, own_alone=bool(claims) and not rare)
    return _told(answer["rare"]) if rare else 0


def _told(found: "RareAnswer") -> int:
    """What is said of worlds that failed, and the exit code."""
    from computerace.runs.studies.lost import told

    what = "failed and count as worlds that did not come near"
    return told(found["failed"], found["evaluations"], rows=found.get("failures", ()), what=what)


def _refuse_unless_rare(rare: bool, given: Mapping[str, object], goes_with: str = "--rare; without it") -> None:
    """Raise UserError for an option that says something of --rare, or of what plays worlds again."""
    stray = next((name for name, value in given.items() if value is not None), None)
    if stray and not rare:
        raise UserError(f"--{stray} goes with {goes_with} every definition and rival of the folder is shown")


def _refuse_beside_claims(given: Mapping[str, object]) -> None:
    """Raise UserError for an option that says something of the claim that is asked for without --claims."""
    stray = next((name for name, value in given.items() if value is not None), None)
    if stray:
        raise UserError(f"--{stray} does not go with --claims: a claim of one's own says by when, and is counted")


def _given(where: Where | None) -> dict[str, Any]:
    """What was said of where to play, by option."""
    plain = Where()
    return {name: value for name, value in vars(where or plain).items() if value != getattr(plain, name)}


def claim_answer(runs: "Runs", deadlines: list[int] | None) -> "ClaimAnswer":
    """The object of `claim --json`, but for rare events."""
    from computerace.analysis.claim import claim_table, first_passage, is_sample
    from computerace.analysis.columns import horizon
    from computerace.analysis.money import of_money
    from computerace.analysis.weights import WEIGHT
    from computerace.market.rivals import with_names
    from computerace.market.vocabulary import DEFINITIONS, RIVALS

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
    last = max(int(month) for month in table["deadline_months"])
    money = [
        _of_money(row, str(name) if by else None)
        for name, part in parts.items()
        for row in of_money(part, runs.claimant, last, crossed=crossed)
    ]
    answer: ClaimAnswer = {
        "run": str(runs.path),
        "scenario": manifest["scenario"]["name"],
        "claimant": manifest["scenario"]["claimant"],
        "worlds": len(worlds),
        "points": int(worlds["point"].nunique()) if "point" in worlds.columns else 1,
        "months": horizon(worlds),
        "start": manifest["start"],
        "is_sample": is_sample(manifest),
        "claim": cast("list[FolderClaim]", with_names(map(_plain, table.to_dict("records")), runs.claimant, runs.labs)),
        "first_passage": cast("list[Passage]", passages),
    }
    if WEIGHT in worlds.columns:
        answer["weighted"] = True
    elif manifest["kind"] == "update":
        answer["moved"] = True
    if money:
        answer["money"] = money
    return answer


def _of_money(row: "OfMoney", scenario: str | None) -> "MoneyRow":
    """A row of the claim against money as JSON can hold it."""
    plain: MoneyRow = {
        "rivals": row.rivals,
        "deadline_months": row.deadline_months,
        "from_usd": row.from_usd,
        "to_usd": _number(row.to_usd),
        "worlds": row.worlds,
        "share": row.share,
        "probability": row.probability,
        "interval": {one: list(ends) for one, ends in row.interval.items()},
    }
    if scenario is not None:
        plain["scenario"] = scenario
    return plain


def _plain(row: Mapping[Any, Any]) -> "FolderRow":
    """A row of the claim table as JSON can hold it, under the names of `race --json`."""
    keys = ("definition", "rivals", "deadline_months", "worlds", "probability", "bound")
    scenario = {"scenario": row["scenario"]} if "scenario" in row else {}
    plain = (
        scenario
        | {key: row[key] for key in keys}
        | {
            "effective_worlds": row["effective_worlds"],
            "worlds_reached": row["reached"],
            "interval": [row["low"], row["high"]],
            "first_month": _number(row["first_month_p50"]),
            "first_month_interval": [_number(row["first_month_p5"]), _number(row["first_month_p95"])],
            "ratio": _number(row["ratio_p50"]),
            "ratio_interval": [_number(row["ratio_p5"]), _number(row["ratio_p95"])],
        }
    )
    return cast("FolderRow", plain)


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
    on: "Workers", own: "Part | None" = None,
) -> "RareAnswer":  # fmt: skip
    """One claim of the folder's scenario by importance splitting."""
    from computerace.analysis.rare_events import Splitting
    from computerace.runs.studies.lost import lost_rows
    from computerace.runs.studies.rare import RareClaim, rare_probability
    from computerace.runs.studies.variants_claims import part_names

    deadline = deadline if own is None else own.deadline
    wanted = RareClaim(scenario, definition, rivals, deadline, int(runs.manifest["seed"]), own, runs.path)
    with progress("importance splitting", repeats, "repeats") as advance:
        found = rare_probability(wanted, repeats=repeats, chosen=Splitting(worlds), on=on, advance=advance)
    order = sorted(zip(wanted.parameters, found.leaning, strict=True), key=lambda one: -abs(one[1]))
    rare: RareAnswer = {
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
    if len(found.failures):
        rare["failures"] = lost_rows(found.failures)
    if own is not None:
        rare["asked"] = part_names(own)
    return rare


def _refuse_what_was_not_drawn(runs: "Runs") -> None:
    """Raise UserError where the folder's worlds are no sample of one scenario's priors."""
    from computerace.analysis.claim import is_sample

    manifest = runs.manifest
    if manifest["kind"] == "update":
        raise UserError(f"{runs.path} is updated by figures: splitting moves through the priors, which know of none")
    if not is_sample(manifest) or "scenario" in runs.worlds.columns:
        raise UserError(f"{runs.path} is a design of many settings; --rare takes one scenario: run `computerace race`")
    if manifest.get("fixed"):
        raise UserError(f"{runs.path} keeps its parameters at their centre: splitting has no priors to move through")
