"""Columns of a run's table of worlds, a row for each world: what came of it, beside its parameters' dotted names.

Names are made here and nowhere read back: whoever looks for a column makes its name.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from computerace.market.errors import unknown
from computerace.market.vocabulary import ALL_CAUSES, DEFINITIONS, LONGEST, RIVAL_WORDS, RIVALS
from computerace.observables.table import COMPUTE


class Outcome(NamedTuple):
    """A column. never: whether it is NaN where something never happened."""

    name: str
    unit: str
    text: str
    never: bool = False


def first_month_column(definition: str, rivals: str) -> str:
    """The column with the first month in which the claimant exceeded its rivals, NaN for never."""
    return f"{_known(definition, 'definition', DEFINITIONS)}_{_known(rivals, 'rivals', RIVALS)}_first_month"


def ratio_column(definition: str, rivals: str, month: int) -> str:
    """The column with the claimant's compute over its rivals' at a month."""
    return f"{_known(definition, 'definition', DEFINITIONS)}_{_known(rivals, 'rivals', RIVALS)}_ratio_{month}"


def compute_column(owner: str, definition: str, month: int) -> str:
    """The column with an owner's compute at a month."""
    return f"{owner}_{COMPUTE[_known(definition, 'definition', DEFINITIONS)].name}_{month}"


def outside_column(owner: str, month: int) -> str:
    """The column with the outside money in an owner at a month."""
    return f"{owner}_outside_usd_{month}"


def bound_column(owner: str, cause: str) -> str:
    """The column with the share of months in which a cause, or none, bound an owner."""
    return f"{owner}_bound_{_known(cause, 'cause', ALL_CAUSES)}"


def value_column(owner: str) -> str:
    """The column with the present value of an owner's free cash flow to the last month."""
    return f"{owner}_value_usd"


def fleet_worth_column(owner: str) -> str:
    """The column with what an owner's chips would cost new in the last month, in present value."""
    return f"{owner}_fleet_worth_usd"


def agi_column(owner: str) -> str:
    """The column with the month in which an owner's research crossed the threshold of AGI, NaN for never."""
    return f"{owner}_agi_month"


def _known(word: str, kind: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise unknown(kind, word, known)
    return word


def marked_months(columns: Collection[str], definition: str = "owned", rivals: str = "three") -> list[int]:
    """The months at which a table with these columns holds the claim's ratio, ascending."""
    return [month for month in range(LONGEST + 1) if ratio_column(definition, rivals, month) in columns]


def of_claim(columns: Collection[str]) -> list[str]:
    """Those of the columns that say what came of the claim, in their order."""
    claims = [(definition, rivals) for rivals in RIVALS for definition in DEFINITIONS]
    wanted = {first_month_column(*claim) for claim in claims}
    wanted |= {ratio_column(*claim, month) for claim in claims for month in marked_months(columns, *claim)}
    return [name for name in columns if name in wanted]


def every(owners: Iterable[str], months: Collection[int]) -> frozenset[str]:
    """All columns of a table of worlds with these owners and marked months, but for parameters."""
    claims = [(definition, rivals) for definition in DEFINITIONS for rivals in RIVALS]
    found = {first_month_column(*claim) for claim in claims}
    found |= {ratio_column(*claim, month) for claim in claims for month in months}
    for owner in owners:
        found |= {compute_column(owner, definition, month) for definition in DEFINITIONS for month in months}
        found |= {outside_column(owner, month) for month in months}
        found |= {bound_column(owner, cause) for cause in ALL_CAUSES}
        found |= {value_column(owner), fleet_worth_column(owner), agi_column(owner)}
    return frozenset(found)


def may_be_missing(owners: Iterable[str]) -> frozenset[str]:
    """Columns that hold the month of something that need not happen."""
    firsts = {first_month_column(definition, rivals) for definition in DEFINITIONS for rivals in RIVALS}
    return frozenset(firsts | {agi_column(owner) for owner in owners})


def described() -> Iterator[Outcome]:
    """The columns in words, with OWNER and MONTH in their names, for the docs."""
    for rivals in RIVALS:
        for definition in DEFINITIONS:
            text = f"first month in which its {definition} compute exceeds that of {RIVAL_WORDS[rivals]} together"
            yield Outcome(first_month_column(definition, rivals), "months from the start", text, never=True)
    yield Outcome("DEFINITION_RIVALS_ratio_MONTH", "ratio", "the claim's ratio, every twelfth month and the last")
    yield Outcome("OWNER_DEFINITION_h100e_MONTH", "H100e", "an owner's compute, every twelfth month and the last")
    yield Outcome(
        "OWNER_outside_usd_MONTH", "USD of 2025", "equity that it has raised since the start, and what it owes"
    )
    yield Outcome("OWNER_bound_CAUSE", "fraction", f"share of months in which it was bound by {', '.join(ALL_CAUSES)}")
    yield Outcome(
        "OWNER_value_usd", "USD of 2025",
        "present value of its free cash flow at the required return (finance.cost_of_capital), to the last month",
    )  # fmt: skip
    yield Outcome("OWNER_fleet_worth_usd", "USD of 2025", "present value of what its last fleet would then cost new")
    yield Outcome("OWNER_agi_month", "months from the start", "month in which it crossed AGI", never=True)
