"""`computerace discover`: under what conditions the claim comes true, and whether they hold in fresh worlds."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.extras import need
from computerace.market.errors import UserError
from computerace.runs.commands.options import (
    Claim,
    Claims,
    Deadline,
    Folder,
    Seed,
    Tables,
    TrustCode,
    Where,
    Worlds,
    usually,
    whole,
)
from computerace.runs.commands.settings import positive
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.analysis.folder import Runs
    from computerace.runs.claims.resolved import Part
    from computerace.runs.scenarios import Scenario

LEAST_WORLDS = 100
MOST_BOXES = 5


def discover(
    folder: Folder,
    /,
    *,
    claim: Claim = Claim(),
    deadline: Annotated[int | None, whole(), Deadline, usually("60, or the last one")] = None,
    top: Annotated[
        float | None,
        Parameter(help="ask for the worlds with the highest ratios instead, such as the best twentieth, 0.05."),
    ] = None,
    ratio: Annotated[
        float | None, Parameter(help="ask for the worlds with a ratio above this at the deadline instead.")
    ] = None,
    density: Annotated[
        float | None,
        Parameter(help="take the box of most coverage with at least this density, instead of the best of both."),
    ] = None,
    boxes: Annotated[
        int, whole(most=MOST_BOXES), Parameter(help="how many boxes to look for, each in what the ones before left.")
    ] = 1,
    worlds: Annotated[Worlds, whole(LEAST_WORLDS)] = 2000,
    seed: Annotated[Seed | None, usually("the one after the folder's")] = None,
    claims: Claims = (),
    where: Where = Where(),
    trust_code: TrustCode = False,
    tables: Tables = Tables(),
) -> int:
    """Say under what conditions the claim comes true, the fewest of them, and whether they hold in fresh worlds.

    A sweep's points must be drawn from the priors, as in `computerace sweep prior`. --worlds are played anew in each
    box and everywhere. Tables are written as CSV and Parquet. --claims takes one other claim in place of the usual one;
    of several deadlines the last counts.
    """
    from computerace.analysis.columns import horizon
    from computerace.analysis.folder import load
    from computerace.market.vocabulary import DEADLINE_MONTHS
    from computerace.runs.store import refuse_other_kinds
    from computerace.runs.studies.claims import with_columns
    from computerace.runs.studies.conditions import FAILURES, answer_of, find, frames, lost_of
    from computerace.runs.studies.fresh_worlds import drawn_as
    from computerace.runs.studies.lost import lost_rows, told
    from computerace.runs.studies.variants_claims import part_names
    from computerace.runs.sweeps.played_again import say_if_changed

    need("discovery", "discover")
    _refuse_out_of_range(top, ratio, density)
    refuse_other_kinds(folder, "discover")
    runs = load(folder)
    fresh = drawn_as(folder, runs.manifest, seed, worlds, trust_code=trust_code)
    say_if_changed(folder, runs.manifest)
    last = horizon(runs.worlds)
    month = min(DEADLINE_MONTHS, last) if deadline is None else positive("--deadline", deadline, most=last)
    own = _own(runs, claims, fresh.scenario, claim.words, {"deadline": deadline, "top": top, "ratio": ratio})
    with where.on() as on:
        if own is not None:
            runs, _ = with_columns(runs, claims, on=on, trust_code=trust_code)
            fresh, month = replace(fresh, claims=(own.claim,)), own.deadline
        column = None if own is None else own.column
        found = find(runs, (*claim.words, month), (top, ratio), density, boxes, column)
        made = frames(found, replace(fresh, on=on))
    if tables.out is not None:
        from computerace.runs.store.frames import save_frames

        save_frames(tables.out, made)
        for left in () if FAILURES in made else tables.out.glob(f"{FAILURES}.*"):
            left.unlink()  # of an earlier start
    file = None if tables.out is None else tables.out / f"{FAILURES}.parquet"
    answer = answer_of(folder, found, fresh, made)
    if own is not None:
        answer["asked"] = part_names(own)
    if FAILURES in made:
        answer["failures"] = lost_rows(made[FAILURES])
    if tables.as_json:
        print_json(answer)
        return told(*lost_of(made["check"]), file, rows=answer.get("failures", ()))
    from computerace.runs.terminal.discover import show_discovery

    show_discovery(answer, made, fresh.scenario.claimant)
    if tables.out is not None:
        print(f"\nsaved in {tables.out}: {', '.join(made)}, as CSV and Parquet")
    return told(*lost_of(made["check"]), file, rows=answer.get("failures", ()))


def _own(
    runs: "Runs", claims: tuple[str, ...], scenario: "Scenario", words: tuple[str, str], beside: dict[str, object]
) -> "Part | None":
    """The one claim that is asked for; raises UserError for several, and for options that say what it says."""
    from computerace.runs.studies.variants_claims import only_one

    stray = next((name for name, value in beside.items() if value is not None), None)
    if claims and stray:
        raise UserError(f"--{stray} does not go with --claims: a claim of one's own says by when and how much")
    return only_one(claims, scenario, runs.horizon, words)


def _refuse_out_of_range(top: float | None, ratio: float | None, density: float | None) -> None:
    if top is not None and ratio is not None:
        raise UserError("give --top or --ratio, not both")
    for option, value in (("--top", top), ("--density", density)):
        if value is not None and not 0 < value < 1:
            raise UserError(f"{option} must be between 0 and 1; got {value:g}")
    if ratio is not None and not ratio > 0:
        raise UserError(f"--ratio must be above 0; got {ratio:g}")
