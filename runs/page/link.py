"""The page's link: the choice, and where a person stands with it: month, looks, world, lab, speed, pin."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from computerace.market.errors import UserError, unknown
from computerace.market.vocabulary import DEFINITIONS, REST, RIVALS
from computerace.runs.page.chart_pins import PINS
from computerace.runs.page.choice import RUN_FIELDS, Choice, from_query, whole_number
from computerace.runs.page.one_world import is_world
from computerace.runs.page.panels import CHARTS, EVENTS, PANELS, View
from computerace.runs.page.player import FASTEST, SLOWEST, SPEED, Player

LOOKS = {
    "tab": "panel", "world": "world", "lab": "lab", "chart": "chart", "compute": "definition", "rivals": "rivals",
    "compared": "compared", "events": "events", "pins": "pins",
}  # fmt: skip
"""What a link calls each part of a tab's look."""
WORDS: Mapping[str, Collection[str]] = {
    "tab": PANELS, "chart": CHARTS, "compute": DEFINITIONS, "rivals": RIVALS, "events": EVENTS, "pins": PINS,
}  # fmt: skip
"""The words that each of them may be; the others hang on the scenario."""


@dataclass(frozen=True)
class Stand:
    """All that a link brings back. speed: months a second. pin: the choice of the pinned race."""

    choice: Choice = field(default_factory=Choice)
    view: View = field(default_factory=View)
    month: int = 0
    speed: float = SPEED
    pin: Choice | None = None


def stand(player: Player, view: View) -> Stand:
    """Where a tab stands."""
    return Stand(player.choice, view, player.month, player.speed, player.pin_choice)


def to_link(asked: Stand) -> str:
    """The query that brings all of it back; what is as on opening is left out."""
    first = View()
    told = {key: getattr(asked.view, name) for key, name in LOOKS.items()}
    moved = {key: word for key, word in told.items() if word != getattr(first, LOOKS[key])}
    here = {"month": str(asked.month)} if asked.month else {}
    pace = {"speed": f"{asked.speed:.3g}"} if asked.speed != SPEED else {}
    pin = {"pin": asked.pin.to_query().removeprefix("?")} if asked.pin is not None else {}
    more = urlencode(here | moved | pace | pin)
    return asked.choice.to_query() + (f"&{more}" if more else "")


def from_link(query: str | None) -> tuple[Stand, list[str]]:
    """Where a link leads, and a line for each value refused and left out; keys that are none of ours are ignored."""
    choice, refused = from_query(query)
    asked = dict(parse_qsl((query or "").removeprefix("?")))
    view = View()
    for key, name in LOOKS.items():
        if key in asked:
            try:
                view = view.changed(name, _word(key, asked[key], choice))
            except UserError as error:
                refused.append(str(error))
    horizon = choice.race_scenario().months
    month = _read(refused, lambda: whole_number("month", asked.get("month", 0), 0, horizon), 0)
    speed = _read(refused, lambda: _speed(asked.get("speed", SPEED)), SPEED)
    return Stand(choice, view, int(month), speed, _pin(asked.get("pin"), refused)), refused


def _read(refused: list[str], read: Callable[[], float], usual: float) -> float:
    """A number, or the usual one where it is refused."""
    try:
        return read()
    except UserError as error:
        refused.append(str(error))
        return usual


def _word(key: str, word: str, choice: Choice) -> str:
    """A word of the look, if it is allowed; raises UserError."""
    if key == "world":
        why = is_world(word, choice.worlds)
        if why:
            raise UserError(why)
        return word
    allowed = WORDS[key] if key in WORDS else _owners(key, choice)
    if word not in allowed:
        raise unknown(key, word, allowed)
    return word


def _owners(key: str, choice: Choice) -> tuple[str, ...]:
    labs = tuple(choice.race_scenario().labs)
    return (*labs, REST) if key == "lab" else ("ratio", *labs)


def _speed(value: object) -> float:
    try:
        speed = float(str(value))
    except ValueError:
        speed = math.nan
    if not SLOWEST <= speed <= FASTEST:
        raise UserError(f"speed must be from {SLOWEST:g} to {FASTEST:g} months a second; got '{value}'")
    return speed


def _pin(query: str | None, refused: list[str]) -> Choice | None:
    """The pinned race's choice; where any part of it is refused, nothing is pinned."""
    if query is None:
        return None
    choice, why = from_query(query)
    if not why and choice == Choice() and not set(RUN_FIELDS) & set(dict(parse_qsl(query))):
        why = [f"'{query[:60]}' says no scenario, worlds, seed or lever"]
    refused += [f"pinned race: {line}" for line in why]
    return None if why else choice
