"""A claim about the race: of whom, against whom, in what, how much, by when; read from a table as people write it.

question = "Will one lab own more than half of what all labs own?"
claimant = "any lab"
quantity = "share"
relation = "at least an amount"
amount = 0.5
by = 60
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from computerace.market.errors import UserError, unknown
from computerace.market.vocabulary import LONGEST
from computerace.observables import OBSERVABLES, Of
from computerace.runs.schema.check import checked, shown
from computerace.runs.schema.keys import Key, form

type AnyClaim = str | Path | Mapping[str, Any]
type When = tuple[int | date, ...]

THE_CLAIMANT, EACH, ANY = "the claimant", "each lab", "any lab"
WHO = (THE_CLAIMANT, EACH, ANY)
OTHER_LABS, ALL_OTHERS = "the other labs", "all others"
AGAINST = (OTHER_LABS, ALL_OTHERS)
MORE, SHARE, FIRST = "more than the rivals combined", "at least a share", "first"
AMOUNT, BELOW, START = "at least an amount", "less than an amount", "more than at the start"
Relation = Literal[
    "more than the rivals combined", "at least a share", "first",
    "at least an amount", "less than an amount", "more than at the start",
]  # fmt: skip
COMPARED = (MORE, SHARE, FIRST)  # with rivals
MEASURED = (SHARE, AMOUNT, BELOW)  # by an amount
EVERY_YEAR = "every year"
PART = "fraction"  # the unit of what is never above 1
WHENS = 'a month such as 60, a date such as "2030-07-31", a list of these, or "every year"'


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim, before it is known of which race.

    by, at: months from the start or dates; just one is given. None of both where EVERY_YEAR is meant: `yearly`.
    """

    quantity: Annotated[str, Key("an observable, as in docs/observables.md", needed=True)]
    relation: Annotated[Relation, Key("how it compares", needed=True)]
    name: str = ""
    question: Annotated[str, Key("the question that it answers")] = ""
    claimant: Annotated[str, Key(f"a lab, or one of: {', '.join(WHO)}")] = THE_CLAIMANT
    rivals: Annotated[Any, Key(f"names of labs, or one of: {', '.join(AGAINST)}")] = OTHER_LABS
    amount: Annotated[float | None, Key("in the unit of the quantity; of a share, from 0 to 1")] = None
    by: Annotated[Any, Key("by when it has to come true, in some month", allowed=WHENS)] = ()
    at: Annotated[Any, Key("when it has to be true", allowed=WHENS)] = ()
    months_in_a_row: Annotated[int, Key("how many months in a row", least=1, most=LONGEST)] = 1
    negated: Annotated[bool, Key("whether the claim is that this does not happen")] = False

    @property
    def of_market(self) -> bool:
        """Whether it speaks of the market, and of no owner."""
        return OBSERVABLES[self.quantity].of is Of.MARKET

    @property
    def content(self) -> Mapping[str, object]:
        """Its keys as JSON can hold them, for a manifest; without what goes without saying."""
        usual = {one.name: one.default for one in fields(self)}
        given = {key: value for key, value in vars(self).items() if value != usual[key]}
        whens: dict[str, object] = {key: _plain_when(given[key]) for key in ("by", "at") if key in given}
        rivals: dict[str, object] = {"rivals": list(self.rivals)} if isinstance(self.rivals, tuple) else {}
        return {**given, **whens, **rivals}

    def to_dict(self) -> Mapping[str, object]:
        """Name and keys, as a design's manifest holds them; a mapping that is read as the same claim."""
        return {"name": self.name, **self.content}

    @property
    def subject(self) -> str:
        """Question or name, as a heading."""
        return self.question or self.name


FILE = form("", Claim)


def claim_from(content: Mapping[str, Any], name: str = "claim") -> Claim:
    """The claim of a table; raises UserError in one line for whatever no race could be asked."""
    given = checked(FILE, content)
    if given["quantity"] not in OBSERVABLES:
        raise unknown("observable", given["quantity"], OBSERVABLES)
    whens: dict[str, Any] = {key: _when(key, given[key]) for key in ("by", "at") if key in given}
    if len(whens) == 2:
        raise UserError("a claim is either by or at a deadline, and this one has both: leave one out")
    if not whens:
        raise UserError(f"a claim needs a deadline: either by or at = {WHENS}")
    plain: dict[str, Any] = {**given, **whens, "rivals": _rivals(given), "name": name}
    found = Claim(**plain)
    _check_amount(found)
    _check_who(found, given)
    return found


def _when(key: str, value: object) -> When | str:
    """Months and dates in order, or EVERY_YEAR."""
    if value == EVERY_YEAR:
        return EVERY_YEAR
    several = value if isinstance(value, (list, tuple)) else [value]
    found = [_moment(one) for one in several]
    if not found or None in found:
        raise UserError(f"{key} must be {WHENS}, got {shown(value)}")
    return tuple(one for one in dict.fromkeys(found) if one is not None)


def _plain_when(when: When | str) -> str | list[int | str]:
    if isinstance(when, str):
        return when
    return [one if isinstance(one, int) else one.isoformat() for one in when]


def _moment(value: object) -> int | date | None:
    """A month from 1, or a date; None for what is neither."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 1 <= value <= LONGEST else None
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _rivals(given: Mapping[str, Any]) -> str | tuple[str, ...]:
    value = given.get("rivals", OTHER_LABS)
    if isinstance(value, str) and value in AGAINST:
        return value
    names = value if isinstance(value, (list, tuple)) else [value]
    if not names or not all(isinstance(one, str) and one for one in names):
        raise UserError(f"rivals must be names of labs, or one of {', '.join(AGAINST)}, got {shown(value)}")
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise UserError(f"rivals names {twice} twice")
    if given.get("claimant") in names:
        raise UserError(f"{given['claimant']} cannot be its own rival: leave it out of rivals")
    return tuple(names)


def _check_amount(claim: Claim) -> None:
    if claim.relation in MEASURED and claim.amount is None:
        raise UserError(f'relation = "{claim.relation}" needs amount = a number')
    if claim.relation not in MEASURED and claim.amount is not None:
        raise UserError(f'amount goes with relation = one of {", ".join(MEASURED)}; got "{claim.relation}"')
    if claim.relation == SHARE and not 0 < float(claim.amount or 0) <= 1:
        raise UserError(f"amount must be a share above 0, 1 at most, got {shown(claim.amount)}")
    if claim.amount is not None and OBSERVABLES[claim.quantity].unit == PART and not 0 <= claim.amount <= 1:
        raise UserError(f"amount must be from 0 to 1, for {claim.quantity} is a {PART}; got {shown(claim.amount)}")


def _check_who(claim: Claim, given: Mapping[str, Any]) -> None:
    """Raise UserError for a claimant or rivals that the quantity or the relation has none of."""
    of = OBSERVABLES[claim.quantity].of
    if of in (Of.MARKET, Of.CLAIMANT) and claim.relation in COMPARED:
        kept = [one for one in get_args(Relation) if one not in COMPARED]
        raise UserError(f"{claim.quantity} is of {of}, which has no rivals in it; relation is one of {', '.join(kept)}")
    if of is Of.MARKET and "claimant" in given:
        raise UserError(f"{claim.quantity} is of the market: leave claimant out")
    if claim.relation not in COMPARED and "rivals" in given:
        raise UserError(f'relation = "{claim.relation}" compares with nobody: leave rivals out')
