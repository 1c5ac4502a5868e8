"""`computerace sensitivity`: which parameters account for the spread of the answer, over time."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from computerace.market.errors import UserError
from computerace.runs.commands.options import (
    PATH,
    Claim,
    Claims,
    Folder,
    OfFolder,
    Seed,
    Tables,
    TrustCode,
    Where,
    usually,
)
from computerace.runs.terminal.printing import print_json

if TYPE_CHECKING:
    from computerace.analysis.folder import Runs
    from computerace.analysis.outcomes import Own
    from computerace.analysis.sensitivity.indices import Sensitivity
    from computerace.runs.answers.parameters import SensitivityAnswer


def sensitivity(
    folder: Folder,
    /,
    *further: Annotated[
        Path,
        PATH,
        Parameter(help="of the same saltelli design with other seeds, for the intervals."),
    ],
    claim: Claim = Claim(),
    scenario: Annotated[str | None, OfFolder, usually("the folder's only one")] = None,
    seed: Seed = 0,
    claims: Claims = (),
    where: Where = Where(),
    trust_code: TrustCode = False,
    tables: Tables = Tables(),
) -> int:
    """Say which parameters account for the spread of the answer, over time.

    Sobol' indices of a saltelli design (`sweep sobol`), elementary effects of a morris design
    (`sweep morris`), and of any other folder whose parameters were drawn what each accounts for alone. Tables are
    written as CSV and Parquet. --claims explains other claims beside it, for which worlds may be played again.
    """
    from computerace.analysis.folder import load
    from computerace.analysis.sensitivity.indices import combined
    from computerace.analysis.sensitivity.indices import sensitivity as analyse
    from computerace.runs.store import refuse_other_kinds

    for one in (folder, *further):
        refuse_other_kinds(one, "sensitivity")
    loaded = [load(one) for one in (folder, *further)]
    _refuse_same_luck(loaded)
    asked = _with_claims(loaded, claims, where, trust_code)
    parts = [analyse(one, *claim.words, scenario=scenario, seed=seed, own=own) for one, own in asked]
    found = parts[0] if len(parts) == 1 else combined(parts)
    if tables.out is not None:
        from computerace.runs.store.frames import save_frames

        save_frames(tables.out, {"indices": found.indices, "spread": found.spread})
    if tables.as_json:
        print_json(_answer(loaded, found, *claim.words))
        return 0
    from computerace.runs.terminal.sensitivity import show_sensitivity

    show_sensitivity(found, [one.manifest for one in loaded], *claim.words)
    if tables.out is not None:
        print(f"\nsaved in {tables.out}: indices and spread, as CSV and Parquet")
    return 0


def _with_claims(
    loaded: list["Runs"], claims: tuple[str, ...], where: Where, trust_code: bool
) -> "list[tuple[Runs, list[Own]]]":
    """Each folder with columns for the claims, and what they say."""
    if not claims:
        return [(one, []) for one in loaded]
    from computerace.analysis.outcomes import Own
    from computerace.runs.studies.claims import with_columns

    with where.on() as on:
        found = [with_columns(one, claims, on=on, trust_code=trust_code) for one in loaded]
    return [(runs, [Own(one.subject, one.deadline, one.column) for one in parts]) for runs, parts in found]


def _refuse_same_luck(loaded: list["Runs"]) -> None:
    """Raise UserError where several folders are not the same design with other seeds: they would agree by birth."""
    seeds = [one.manifest["seed"] for one in loaded]
    if len(set(seeds)) < len(seeds):
        raise UserError(f"the folders must be drawn with different seeds; they have {', '.join(map(str, seeds))}")
    for one in loaded[1:]:
        for key in ("scenario", "problem", "months", "worlds_per_point", "points"):
            if one.manifest.get(key) != loaded[0].manifest.get(key):
                raise UserError(f"{one.path} holds another design than {loaded[0].path}: its {key} differs")


def _answer(loaded: list["Runs"], found: "Sensitivity", definition: str, rivals: str) -> "SensitivityAnswer":
    from computerace.market.rivals import against
    from computerace.runs.store.frames import records

    return {
        "runs": [str(one.path) for one in loaded],
        "scenario": loaded[0].manifest["scenario"]["name"],
        "definition": definition,
        "rivals": rivals,
        **against(rivals, loaded[0].claimant, loaded[0].labs),
        "method": found.method,
        "indices": records(found.indices),
        "spread": records(found.spread),
        "notes": list(found.notes),
    }
