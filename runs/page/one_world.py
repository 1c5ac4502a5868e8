"""One world of a race, seen whole: what each owner saw, asked for and got, month by month, and which world to look at.

It is played by itself: world 17 is the same whatever runs beside it. What is kept of it is some hundred kilobytes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import NDArray

from computerace.market.energy import KINDS
from computerace.market.errors import UserError
from computerace.market.talent import pairs
from computerace.market.vocabulary import DEADLINE_MONTHS, RIVAL_WORDS
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.choice import Choice, whole_number
from computerace.runs.page.claim import first_months, month_name
from computerace.runs.page.snapshot import Snapshot, look

if TYPE_CHECKING:
    from computerace.runs.model.race import Race

MIDDLE, TRUE = "middle", "true"
HALF_YEAR, HALF_YEARS = 6, 4  # how far ahead, and in what steps, what is under way is told

type Row = NDArray[np.float64]
"""One number for each owner, or for each kind of contract and owner."""


@dataclass(frozen=True)
class OneWorld:
    """A world to its horizon, or as far as its race could be run.

    seen: its months, with worlds = 1. signed, due, built_ahead and the like: what the record of a race does not keep.
    signed: IT MW by kind (months + 1, kinds, owners). invested: AI investment that the capital market left, US dollars.
    joined: people new to the field (months + 1, owners). moved: people (months + 1, from, to).
    standing, under_way: buildings, IT MW.
    power_ahead, buildings_ahead: IT MW due in the next half-years (months + 1, half-years, owners).
    """

    number: int
    seen: Snapshot
    signed: Row
    invested: Row
    joined: Row
    moved: Row
    standing: Row
    under_way: Row
    power_ahead: Row
    buildings_ahead: Row

    def of(self, measure: str, owner: str, month: int) -> float:
        """An owner's measure after a month; NaN where it has none, as nobody has asked for anything in month 0."""
        return float(self.seen.of(measure, owner)[month, 0])

    def path(self, measure: str, owner: str) -> Row:
        """An owner's measure through time: (months + 1,)."""
        return np.asarray(self.seen.of(measure, owner)[:, 0], dtype=np.float64)

    def market(self, measure: str, month: int) -> float:
        """A measure of the market after a month."""
        return float(self.seen.market(measure)[month, 0])


def play_world(choice: Choice, number: int, last: int | None = None) -> OneWorld:
    """Play one world of the chosen race to the last month (its horizon, where none is given), by itself."""
    from computerace.runs.model.race import Race

    race = Race(choice.race_scenario(), worlds=1, indices=[number], seed=choice.seed, collect=False)
    months = [_month(race)]
    while race.running and race.month < (race.horizon if last is None else last):
        race.step()
        months.append(_month(race))
    kept = {name: np.array([month[name] for month in months]) for name in months[0]}
    return OneWorld(number=number, seen=look(race), **kept)


def _month(race: "Race") -> dict[str, Row]:
    """What a month's state and flows hold beyond the record, of the only world."""
    state, flows, ahead = race.state, race.flows, race.month + 1
    return {
        "signed": flows.energy.signed[..., 0],
        "invested": flows.finance.budget.investment[:, 0],
        "joined": flows.talent.joined[:, 0],
        "moved": pairs(flows.talent)[..., 0],
        "standing": state.sites.finished[:, 0],
        "under_way": state.sites.pipeline[:, 0],
        "power_ahead": _half_years(state.energy.arrivals[ahead:, ..., 0].sum(axis=1)),
        "buildings_ahead": _half_years(state.sites.arrivals[ahead:, ..., 0]),
    }


def _half_years(due: Row) -> Row:
    """What is due by month (months, owners), by half-year: (half-years, owners)."""
    return np.array([due[HALF_YEAR * one : HALF_YEAR * (one + 1)].sum(axis=0) for one in range(HALF_YEARS)])


@dataclass(frozen=True)
class Picked:
    """The world that is looked at, and in a sentence which one it is."""

    number: int
    words: str


def pick(asked: str, whole: Snapshot, definition: str, rivals: str) -> Picked:
    """The world that a word or a number asks for: a middle one, one where the claim comes true, or that number.

    Where the claim comes true in none, the one that comes nearest is taken, and the words say so. Raises UserError for
    a number that the race does not have.
    """
    ratios = np.asarray(whole.ratio(definition, rivals)[: DEADLINE_MONTHS + 1], dtype=np.float64)
    if asked == MIDDLE:
        order = np.argsort(ratios[-1], kind="stable")
        number = int(order[len(order) // 2])
        return Picked(
            number, f"{_named(number, whole)}: its ratio at the end is the middle one, {plain(ratios[-1, number])}."
        )
    if asked == TRUE:
        return _where_true(ratios, whole, definition, rivals)
    number = whole_number("world", asked, 0, whole.worlds - 1)
    return Picked(number, f"{_named(number, whole)}: its ratio at the end is {plain(ratios[-1, number])}.")


def _where_true(ratios: Row, whole: Snapshot, definition: str, rivals: str) -> Picked:
    """The world in which the claim comes true first, or comes nearest to it."""
    first = first_months(ratios)
    if np.isfinite(first).any():
        number = int(np.nanargmin(first))
        when, count = month_name(whole, int(first[number])), int(np.isfinite(first).sum())
        worlds = f"the first of {count:,} such worlds" if count > 1 else "the only such world"
        return Picked(number, f"{_named(number, whole)}: the claim comes true in {when}, {worlds}.")
    number = int(ratios.max(axis=0).argmax())
    against = f"{definition} compute, against {RIVAL_WORDS[rivals]}"
    return Picked(
        number,
        f"The claim comes true in none of {whole.worlds:,} worlds ({against}). Shown is the one that comes nearest, "
        f"{_named(number, whole).lower()}: its ratio is {plain(ratios[:, number].max())} at most.",
    )


def _named(number: int, whole: Snapshot) -> str:
    return f"World {number} of 0 to {whole.worlds - 1:,}"


def is_world(asked: str, worlds: int) -> str:
    """Why a word or number asks for no world; empty where it does."""
    if asked in (MIDDLE, TRUE):
        return ""
    try:
        whole_number("world", asked, 0, worlds - 1)
    except UserError as error:
        return str(error)
    return ""


class Happened(TypedDict):
    """An event of one owner."""

    date: str
    text: str


def events_of(world: OneWorld, owner: str, month: int) -> list[Happened]:
    """What happened to an owner up to a month, the latest first."""
    return [
        {"date": month_name(world.seen, event.month), "text": event.text}
        for event in reversed(world.seen.events)
        if event.owner == owner and event.month <= month
    ]


def signed_of(world: OneWorld, month: int) -> dict[str, Row]:
    """IT MW that owners signed in a month, by kind of contract: (owners,)."""
    return dict(zip(KINDS, world.signed[month], strict=True))
