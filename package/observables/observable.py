"""What an observable is: its name, unit and definition, whose it is, how it is drawn and how it is computed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from computerace.market.errors import UserError
from computerace.market.vocabulary import MARKET

if TYPE_CHECKING:
    from computerace.market.arrays import Owners, Worlds
    from computerace.market.setting import Setting, State
    from computerace.runs.model.flows import Flows

type Values = Callable[[Setting, State, Flows], Owners | Worlds]
type Scale = Literal["linear", "log", "percent"]
type Colour = Literal["lab", "cause", "contract", "price", "backlog"]


class Of(StrEnum):
    """Whose an observable is: its rows are these and no others."""

    OWNERS = "every owner"
    LABS = "every lab"  # owners without the rest of the market
    CLAIMANT = "the claimant"
    MARKET = "the market"


@dataclass(frozen=True)
class Observable:
    """A row of the table.

    of: whose it is. values: its values after a month, one row per owner, lab or claimant, (rows, worlds), or (worlds,)
    of the market. label: of an axis, by default the definition. flag: 0 or 1 in a world, so that only its mean over
    worlds says something. line: of what owners saw, asked for and got, which is kept on request; month 0 has none.
    """

    name: str
    of: Of
    unit: str
    text: str
    values: Values
    label: str = ""
    scale: Scale = "linear"
    colour: Colour = "lab"
    flag: bool = False
    line: bool = False

    @property
    def axis(self) -> str:
        """What stands at an axis: label and unit; parts of a whole are told in per cent, without a unit."""
        return (self.label or self.text) + (f" ({self.unit})" if self.scale != "percent" else "")


def rows_of(of: Of, owners: Sequence[str], claimant: str) -> tuple[str, ...]:
    """Names of the rows, in order; owners: labs in the scenario's order, the rest of the market last."""
    names = {
        Of.OWNERS: tuple(owners),
        Of.LABS: tuple(owners[:-1]),
        Of.CLAIMANT: (claimant,),
        Of.MARKET: (MARKET,),
    }
    return names[of]


def slots(rows: Sequence[str], owners: Sequence[str]) -> list[int]:
    """The places of rows in tables, where owners stand in their order and the market behind them."""
    order = [*owners, MARKET]
    return [order.index(name) for name in rows]


def row_of(name: str, of: Of, owner: str, owners: Sequence[str], claimant: str) -> int:
    """The row of an owner in an observable's values.

    Raises UserError where the observable is not this owner's.
    """
    rows = rows_of(of, owners, claimant)
    if owner not in rows:
        raise UserError(f"{name} is a measure of {of}, {', '.join(rows)}: {owner} has none")
    return rows.index(owner)
