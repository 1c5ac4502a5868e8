"""A claim fitted to a race: whose rows of the quantity it compares, and the months of its deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from computerace.market.errors import UserError, unknown
from computerace.market.vocabulary import MARKET
from computerace.observables import OBSERVABLES, Of, row_of, rows_of
from computerace.runs.claims.claim import ALL_OTHERS, ANY, COMPARED, EACH, EVERY_YEAR, OTHER_LABS, THE_CLAIMANT, Claim

FIRST_MONTH = "first month"


@dataclass(frozen=True)
class Side:
    """Who is compared with whom: the row of an owner in the quantity's values, and those of its rivals."""

    name: str
    row: int
    against: tuple[int, ...]


@dataclass(frozen=True)
class Resolved:
    """A claim of a race.

    sides: of whom it may come true. anybody: whether it comes true where it does of one of them. deadlines: months.
    """

    claim: Claim
    sides: tuple[Side, ...]
    deadlines: tuple[int, ...]
    anybody: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Of whom there is an answer each."""
        return (ANY,) if self.anybody else tuple(side.name for side in self.sides)

    @property
    def first_columns(self) -> tuple[str, ...]:
        """What a table of worlds calls the first month of each of `names`; none where it is no month by which."""
        by = self.claim.by and not self.claim.negated
        return tuple(_column(self.claim.name, name, FIRST_MONTH) for name in self.names) if by else ()

    @property
    def parts(self) -> "tuple[Part, ...]":
        """What it says, lab by lab and deadline by deadline."""
        places = enumerate(self.deadlines)
        return tuple(Part(self, *who, *when) for when in places for who in enumerate(self.names))


class Part(NamedTuple):
    """What a claim says of one lab by one deadline. number, place: where that stands in `Came.true`."""

    claim: Resolved
    number: int
    lab: str
    place: int
    deadline: int

    @property
    def column(self) -> str:
        """What a table of worlds calls whether it came true."""
        return _column(self.claim.claim.name, self.lab, str(self.deadline))

    @property
    def subject(self) -> str:
        """What it is called for a reader, without the deadline."""
        return f"{self.claim.claim.name}: {self.lab}"


def _column(*words: str) -> str:
    """A column's name; without dots, by which parameters are known."""
    return ", ".join(words).replace(".", " ")


def only_part(claim: Resolved) -> Part:
    """What a claim of one lab says by its last deadline; raises UserError for one that speaks of several labs."""
    if len(claim.names) > 1:
        raise UserError(
            f"{claim.claim.name} asks of {len(claim.names)} labs in turn, and this looks at one claim:"
            f" name the claimant, such as {claim.names[0]}, or any lab"
        )
    return claim.parts[-1]


def resolved(claim: Claim, owners: Sequence[str], claimant: str, start: date, months: int) -> Resolved:
    """The claim of a race with these owners, the rest of the market last, over so many months.

    Raises UserError, headed by the claim's name, for a lab that the race has not, and a deadline beyond it or before
    its first month.
    """
    try:
        return _resolved(claim, owners, claimant, start, months)
    except UserError as error:
        raise UserError(f"{claim.name}: {error}") from None


def _resolved(claim: Claim, owners: Sequence[str], claimant: str, start: date, months: int) -> Resolved:
    deadlines = _deadlines(claim, start, months)
    if claim.of_market:
        return Resolved(claim, (Side(MARKET, 0, ()),), deadlines)
    of, labs = OBSERVABLES[claim.quantity].of, owners[:-1]
    who = _who(claim, of, owners, claimant)
    places = rows_of(of, owners, claimant)
    sides = tuple(
        Side(name, row_of(claim.quantity, of, name, owners, claimant), _against(claim, name, labs, places))
        for name in who
    )
    return Resolved(claim, sides, deadlines, claim.claimant == ANY)


def _who(claim: Claim, of: Of, owners: Sequence[str], claimant: str) -> tuple[str, ...]:
    if of is Of.CLAIMANT or claim.claimant == THE_CLAIMANT:
        return (claimant,)
    if claim.claimant in (EACH, ANY):
        return tuple(owners[:-1])
    if claim.claimant not in owners:
        raise unknown("claimant in this race", claim.claimant, (*owners, THE_CLAIMANT, EACH, ANY))
    return (claim.claimant,)


def _against(claim: Claim, name: str, labs: Sequence[str], places: Sequence[str]) -> tuple[int, ...]:
    """The rows of the rivals of an owner."""
    if claim.relation not in COMPARED:
        return ()
    if claim.rivals == OTHER_LABS:
        rivals = [lab for lab in labs if lab != name]
    elif claim.rivals == ALL_OTHERS:
        rivals = [one for one in places if one != name]
    elif claim.claimant == THE_CLAIMANT and name in claim.rivals:
        raise UserError(f"{name} cannot be its own rival: leave it out of rivals")
    else:
        rivals = [one for one in claim.rivals if one != name]
    strange = next((one for one in rivals if one not in places), None)
    if strange is not None:
        raise unknown(f"rival in {claim.quantity} of this race", strange, places)
    if not rivals:
        raise UserError(f"{name} has no rivals in this claim")
    return tuple(places.index(one) for one in rivals)


def _deadlines(claim: Claim, start: date, months: int) -> tuple[int, ...]:
    """Months, ascending; of several, those that the race reaches."""
    given = claim.by or claim.at
    if given == EVERY_YEAR:
        given = (*range(12, months + 1, 12), *([months] if months % 12 else []))
    found = sorted({_month(one, start) for one in given})
    if found[0] < 1:
        raise UserError(f"its deadline is not after {start}, the start of this run")
    inside = tuple(one for one in found if one <= months)
    if not inside:
        raise UserError(f"its deadline, month {found[0]}, is after {months}, the last month of this run")
    row = claim.months_in_a_row
    if row > inside[-1]:
        raise UserError(f"{row} months in a row cannot have passed by month {inside[-1]}, its deadline")
    return inside


def _month(moment: int | date, start: date) -> int:
    if isinstance(moment, int):
        return moment
    return (moment.year - start.year) * 12 + moment.month - start.month
