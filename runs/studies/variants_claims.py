"""Claims of one's own in variants that were played side by side: twins, coalitions of factors, choices of form."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.analysis.causes.attribution import FACTORS, TOTAL, ends, shapley
from computerace.analysis.causes.structure import CHOICES, reach
from computerace.analysis.causes.twins import flips
from computerace.analysis.claim import share_of
from computerace.analysis.columns import HEADLINE
from computerace.market.errors import UserError
from computerace.runs.answers.causes import (
    CombinedOwnClaim,
    ExplainedOwnClaim,
    OwnPart,
    StructureOwnClaim,
    TwinOwnClaim,
)
from computerace.runs.answers.claims import OwnClaimNames
from computerace.runs.claims import AnyClaim, Claim, Resolved, read_claims, resolved
from computerace.runs.claims.resolved import Part, only_part

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario


def of_variants(
    claims: Sequence[AnyClaim | Claim], variants: Sequence["Scenario"], months: int
) -> tuple[Resolved, ...]:
    """The claims of variants of one race; raises UserError where they have other labs, or cannot be asked."""
    first = variants[0]
    if claims and any(one.labs != first.labs for one in variants):
        raise UserError("--claims compare rows of owners, and the labs of these scenarios differ")
    return tuple(resolved(one, first.owners, first.claimant, first.start, months) for one in read_claims(claims))


def only_one(
    claims: Sequence[AnyClaim | Claim], scenario: "Scenario", months: int, words: tuple[str, str]
) -> Part | None:
    """The one claim of one lab by one deadline that a study is about; None where none is asked for.

    words: definition and rivals, which a claim of one's own says by itself. Raises UserError for several.
    """
    if not claims:
        return None
    if len(claims) > 1:
        raise UserError(f"this takes one claim; got {len(claims)}: {', '.join(map(str, claims))}")
    if words != HEADLINE:
        raise UserError("--definition and --rivals do not go with --claims: a claim of one's own says both")
    return only_part(*of_variants(claims, (scenario,), months))


def in_design(claims: Sequence[Resolved]) -> dict[str, list[object]]:
    """What claims add to a design, as a manifest holds it: nothing where there are none."""
    return {"claims": [one.claim.to_dict() for one in claims]} if claims else {}


def twin_claims(claims: Iterable[Resolved], outcomes: pd.DataFrame) -> list[TwinOwnClaim]:
    """The claims in both of two variants: chances, their paired difference and worlds that flip."""
    found: list[TwinOwnClaim] = []
    for part in _parts(claims):
        true = [outcomes.loc[outcomes["variant"] == number, part.column].to_numpy(dtype=bool) for number in (0, 1)]
        months = [pd.Series(np.where(one, part.deadline, np.nan)) for one in true]
        row = flips(months[0], months[1], part.deadline)
        found.append({**row, **part_names(part)})
    return found


def explained_claims(claims: Iterable[Resolved], table: pd.DataFrame, seed: int) -> list[ExplainedOwnClaim]:
    """What each factor adds to the chance of the claims; table: a row per coalition and world."""
    parts = tuple(_parts(claims))
    factors = list(FACTORS)
    found = shapley(table, factors, [part.column for part in parts], seed=seed) if parts else pd.DataFrame()
    answers: list[ExplainedOwnClaim] = []
    for part in parts:
        without, with_all = ends(table, factors, part.column)
        rows: list[OwnPart] = [
            {
                "name": row["factor"], "value": row["value"], "interval": [row["low"], row["high"]],
                "alone": row["alone"], "last": row["last"],
            }
            for row in found[found["outcome"] == part.column].to_dict("records")
        ]  # fmt: skip
        levels = {"without": without, "with": with_all, "factors": [row for row in rows if row["name"] != TOTAL]}
        answers.append({**part_names(part), **levels})  # type: ignore[typeddict-item]
    return answers


def structure_claims(claims: Iterable[Resolved], worlds: pd.DataFrame) -> list[StructureOwnClaim]:
    """The claims' chances under every combination of choices, and how far each choice alone moves them."""
    answers: list[StructureOwnClaim] = []
    for part in _parts(claims):
        rows: list[CombinedOwnClaim] = []
        for keys, group in worlds.groupby(list(CHOICES), sort=False):
            share = share_of(group, group[part.column].astype(bool))
            rule, strategy, ces = (str(key) for key in keys)
            rows.append(
                {
                    "rule": rule, "strategy": strategy, "ces": ces, "worlds": share.worlds, "reached": share.reached,
                    "probability": share.probability, "interval": [share.low, share.high], "bound": share.bound,
                }
            )  # fmt: skip
        moved = reach(pd.DataFrame(rows), CHOICES).to_dict("records")
        answers.append({**part_names(part), "combinations": rows, "reach": moved})  # type: ignore[typeddict-item]
    return answers


def part_names(part: Part) -> OwnClaimNames:
    """Which claim it is, for an answer."""
    claim = part.claim.claim
    return {"claim": claim.name, "question": claim.subject, "lab": part.lab, "deadline_months": part.deadline}


def _parts(claims: Iterable[Resolved]) -> Iterator[Part]:
    return (part for claim in claims for part in claim.parts)
