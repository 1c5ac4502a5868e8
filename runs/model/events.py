"""What happened in the first world of a race, in words: for the page's log, and for whoever reads one world closely.

Buildings, power and money come in every month: they are told once a quarter, as firms report them. The rest is told at
once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from computerace.market import vocabulary
from computerace.market.energy import KINDS

if TYPE_CHECKING:
    from computerace.runs.model.race import Race

MARKET = "market"  # whose event it is when it is no owner's
QUARTER = 3  # months
LEAST_MW = 50.0  # of buildings, or of power, in a quarter
LEAST_RAISED_USD = 1e9  # in a quarter
CONTRACTS = dict(zip(KINDS, ("grid", "on-site", "ready sites"), strict=True))
DEFINITIONS = vocabulary.DEFINITIONS

type Told = tuple[str, str] | None
"""Kind and text of an event, or nothing."""


@dataclass(frozen=True)
class Event:
    """Something that happened in the first world of a race. owner: a lab, "Rest", or "market"."""

    month: int
    owner: str
    kind: str
    text: str


@dataclass
class Log:
    """The events so far, in the order in which they happened.

    raised: outside money by owner up to the last quarter's end, US dollars. passed: the definitions of compute by which
    the claimant has had more than the other labs together.
    """

    events: list[Event] = field(default_factory=list)
    raised: dict[str, float] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)

    def note(self, race: "Race") -> None:
        """Add what happened in the month that has just ended."""
        before, now = (race.setting.roadmap.launched(race.date(month)) for month in (race.month - 1, race.month))
        for name in race.setting.roadmap.names[before:now]:
            self._add(race, MARKET, ("chips", f"{name} chips launched"))
        for told in self._claim(race):
            self._add(race, race.plan.claimant, told)
        for row, owner in enumerate(race.names):
            self._add(race, owner, _researchers(race, row))
            self._add(race, owner, _model(race, row))
            if race.date(race.month).month % QUARTER == 0:
                self._add(race, owner, _buildings(race, row))
                self._add(race, owner, _power(race, row))
                self._add(race, owner, self._funding(race, row, owner))

    def _add(self, race: "Race", owner: str, told: Told) -> None:
        if told is not None:
            self.events.append(Event(race.month, owner, *told))

    def _claim(self, race: "Race") -> Iterator[Told]:
        fleet, used, effective = race.state.fleet, race.state.rental.used, race.flows.clusters.effective
        for definition, compute in zip(DEFINITIONS, (fleet.owned, fleet.operational, used, effective), strict=True):
            own = compute[race.claimant_row, 0]
            if own > compute[:-1, 0].sum() - own and definition not in self.passed:
                self.passed.add(definition)
                yield "claim", f"more {definition} compute than the other labs together"

    def _funding(self, race: "Race", row: int, owner: str) -> Told:
        total = float(race.state.finance.raised[row, 0])
        raised = total - self.raised.get(owner, 0.0)
        self.raised[owner] = total
        return (
            ("funding", f"{raised / 1e9:,.1f} billion USD raised in the quarter")
            if raised >= LEAST_RAISED_USD
            else None
        )


def _researchers(race: "Race", row: int) -> Told:
    moves = race.flows.talent
    if not moves.exodus[row, 0]:
        return None
    left = moves.left[row, 0] + moves.stars_left[row, 0]
    return "researchers", f"star researchers moved away in a group; {left:,.0f} people left in the month"


def _model(race: "Race", row: int) -> Told:
    if not race.flows.software.launched[row, 0]:
        return None
    return "model", f"new model launched, capability {race.state.software.quality[row, 0]:.0f}"


def _buildings(race: "Race", row: int) -> Told:
    built = float(race.state.sites.arrivals[_quarter(race), row, 0].sum())
    return ("site", f"{built:,.0f} MW of buildings finished in the quarter") if built >= LEAST_MW else None


def _power(race: "Race", row: int) -> Told:
    arrived = race.state.energy.arrivals[_quarter(race), :, row, 0].sum(axis=0)
    if arrived.sum() < LEAST_MW:
        return None
    parts = [f"{power:,.0f} {CONTRACTS[kind]}" for kind, power in zip(KINDS, arrived, strict=True) if power >= 1.0]
    return "power", f"{arrived.sum():,.0f} MW energised in the quarter: {', '.join(parts)}"


def _quarter(race: "Race") -> slice:
    """The months of the quarter that has just ended; month 0 is the start and not part of any."""
    return slice(max(1, race.month - QUARTER + 1), race.month + 1)
