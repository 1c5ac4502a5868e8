"""Claims of one's own in variants that were played side by side, such as twins."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from computerace.analysis.causes.twins import flips
from computerace.market.errors import UserError
from computerace.observables import OBSERVABLES, rows_of
from computerace.runs.answers.causes import TwinOwnClaim
from computerace.runs.claims import AnyClaim, Claim, Resolved, read_claim, resolved
from computerace.runs.claims.held import Came, came
from computerace.runs.worlds.variants import Series, Together

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario


def of_variants(
    claims: Sequence[AnyClaim | Claim], variants: Sequence["Scenario"], months: int
) -> tuple[Resolved, ...]:
    """The claims of variants of one race; raises UserError where they have other labs, or cannot be asked."""
    first = variants[0]
    if claims and any(one.labs != first.labs for one in variants):
        raise UserError("--claims compare rows of owners, and the labs of these scenarios differ")
    return tuple(resolved(read_claim(one), first.owners, first.claimant, first.start, months) for one in claims)


def series_of(claims: Sequence[Resolved], scenario: "Scenario") -> tuple[Series, ...]:
    """The series that claims are told from, each once."""
    found = [(one.claim.quantity, owner) for one in claims for owner in _owners(one, scenario)]
    return tuple(dict.fromkeys(found))


def came_in(claim: Resolved, played: Together, variant: int, scenario: "Scenario") -> Came:
    """What came of a claim in the worlds of a variant."""
    series = [played.series[claim.claim.quantity, owner][variant] for owner in _owners(claim, scenario)]
    return came(claim, np.stack(series, axis=1))


def twin_claims(claims: Sequence[Resolved], played: Together, scenario: "Scenario") -> list[TwinOwnClaim]:
    """The claims in both of two variants: chances, their paired difference and worlds that flip."""
    found: list[TwinOwnClaim] = []
    for claim in claims:
        one, other = (came_in(claim, played, variant, scenario).true for variant in (0, 1))
        for number, name in enumerate(claim.names):
            for place, deadline in enumerate(claim.deadlines):
                months = [pd.Series(np.where(true[number, place], deadline, np.nan)) for true in (one, other)]
                row = flips(months[0], months[1], deadline)
                names = {"claim": claim.claim.name, "question": claim.claim.subject, "lab": name}
                found.append({**row, **names, "deadline_months": deadline})  # type: ignore[typeddict-item]
    return found


def _owners(claim: Resolved, scenario: "Scenario") -> tuple[str, ...]:
    """Whose rows a claim's quantity has."""
    return rows_of(OBSERVABLES[claim.claim.quantity].of, scenario.owners, scenario.claimant)
