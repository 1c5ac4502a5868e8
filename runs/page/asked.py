"""A claim of one's own on the page: its text, what comes of it in the race that is shown, or why it cannot be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypedDict

import numpy as np

from computerace.analysis.claim import chance_words
from computerace.market.errors import UserError
from computerace.observables import OBSERVABLES, Of
from computerace.runs.claims import claims, read_claim, resolved
from computerace.runs.claims.held import Came, came
from computerace.runs.claims.resolved import Part, Resolved
from computerace.runs.page.claim import month_name
from computerace.runs.page.snapshot import Snapshot
from computerace.runs.schema.toml import parsed
from computerace.runs.sweeps.race_answer import wilson_interval

FIRST_SHOWN = "most"
LONGEST_TEXT = 4_000  # characters that are read
WHERE = "the claim"


class Row(TypedDict):
    """What comes of a claim for one lab by one deadline."""

    lab: str
    by: str
    chance: str
    first: str


@dataclass(frozen=True)
class Asked:
    """What comes of a claim: its question, and a row for each lab and deadline; or why it is refused, in a line."""

    question: str = ""
    rows: tuple[Row, ...] = ()
    refused: str = ""


@cache
def shipped() -> dict[str, str]:
    """The texts of the claims that come with the project, by name."""
    folder = files("computerace.runs.claims")
    return {name: folder.joinpath(f"{name}.toml").read_text(encoding="utf-8").strip() for name in claims()}


def asked(text: str, race: Snapshot) -> Asked:
    """What comes of the claim that a text in TOML holds, in a race that has been run to its end."""
    try:
        if len(text) > LONGEST_TEXT:
            raise UserError(f"{WHERE} may have {LONGEST_TEXT:,} characters; this has {len(text):,}")
        claim = read_claim(parsed(text.encode("utf-8", "replace"), WHERE))
        fitted = resolved(claim, race.owners, race.claimant, race.start, race.month)
        found = came(fitted, _values(claim.quantity, race))
    except UserError as reason:
        return Asked(refused=str(reason))
    return Asked(claim.question, tuple(_row(part, found, race) for part in _in_order(fitted)))


def _in_order(claim: Resolved) -> Sequence[Part]:
    """Lab by lab, and deadline by deadline."""
    return sorted(claim.parts, key=lambda part: (part.number, part.place))


def _values(quantity: str, race: Snapshot) -> np.ndarray[Any, Any]:
    """The quantity in every month of the race: (months + 1, rows, worlds), or (months + 1, worlds) of the market."""
    of_market = OBSERVABLES[quantity].of is Of.MARKET
    kept = race.market_measures if of_market else race.owner_measures
    return np.asarray(kept[quantity][: race.month + 1])


def _row(part: Part, found: Came, race: Snapshot) -> Row:
    true, first = found.true[part.number, part.place], found.first[part.number]
    chance = chance_words(float(true.mean()), *wilson_interval(int(true.sum()), len(true)))
    months = first[true & np.isfinite(first)]
    when = month_name(race, round(float(np.median(months)))) if len(months) else "–"
    return {"lab": part.lab, "by": month_name(race, part.deadline), "chance": chance, "first": when}
