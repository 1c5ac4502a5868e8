"""The page's widgets: thin Python faces of the Vue templates beside this file. What is said lies in their arguments."""

from collections.abc import Callable
from typing import Any, TypedDict

import solara

from computerace.runs.page.agents_cards import AgentCard
from computerace.runs.page.asked import Row
from computerace.runs.page.claim import Card
from computerace.runs.page.levers import Group
from computerace.runs.page.one_world import Happened

type Heard = Callable[[Any], None]


class Whole(TypedDict):
    """A number of the whole race: worlds, or its seed."""

    name: str
    value: int


class Word(TypedDict):
    """One of the words of a switch."""

    value: str
    label: str


class Switch(TypedDict):
    """A row of exclusive words; menu: whether they lie in a menu."""

    name: str
    label: str
    value: str
    options: list[Word]
    menu: bool


class EventRow(TypedDict):
    """What happened, to whom and when; colour: the owner's."""

    date: str
    owner: str
    colour: str
    kind: str
    text: str


class Offer(TypedDict):
    """A thing to take away."""

    name: str
    title: str
    text: str
    button: str


class File(TypedDict):
    """A file for the browser, its content in base 64."""

    name: str
    type: str
    base64: str


class Pick(TypedDict):
    """A way to choose a world."""

    word: str
    label: str


@solara.component_vue("levers.vue")
def Levers(
    scenario: str,
    scenarios: list[str],
    question: str,
    whole: list[Whole],
    groups: list[Group],
    refused: dict[str, str],
    effects: dict[str, str],
    undoable: int,
    redoable: int,
    event_act: Heard,
    event_move: Heard,
) -> None:
    """The controls of the race; `event_move` hears {name, value}, with value None for "back to the scenario".

    effects: by lever, what moving it last did. undoable, redoable: how many changes; `event_act` hears which way.
    """


@solara.component_vue("transport.vue")
def Transport(
    month: int,
    played: int,
    horizon: int,
    names: list[str],
    playing: bool,
    done: bool,
    speed: float,
    speeds: list[float],
    event_act: Heard,
    event_go: Heard,
    event_pace: Heard,
) -> None:
    """Reset, step, play or pause, speed, and a slider over the months.

    names: of all months. speeds: least and most months a second. `event_act` hears the word, `event_go` the month to
    show, `event_pace` months a second.
    """


@solara.component_vue("switches.vue")
def Switches(groups: list[Switch], event_choose: Heard) -> None:
    """Rows of exclusive words; `event_choose` hears {name, value}."""


@solara.component_vue("tabs.vue")
def Tabs(names: list[str], shown: str, event_show: Heard) -> None:
    """The tabs' heads; `event_show` hears the name of the one to show. What is not shown is not computed."""


@solara.component_vue("chart.vue")
def EChart(option: str, name: str, label: str, height: str, script: str, cdn: str | None) -> None:
    """One ECharts figure. option: as JSON; label: what a screen reader says; script: ECharts' place below the `cdn`."""


@solara.component_vue("cards.vue")
def Cards(cards: list[Card]) -> None:
    """The claim's cards; each with name, label, value, note and number."""


@solara.component_vue("answer.vue")
def Answer(sentence: str, ratio: str, chance: str, source: str) -> None:
    """The answer in a sentence, who counts as a rival, and from how many worlds it is known."""


@solara.component_vue("table.vue")
def Table(caption: str, heads: list[str], rows: list[list[str]], wanted: bool, event_turn: Heard) -> None:
    """The months as a table, empty until it is opened; `event_turn` hears whether it is open."""


@solara.component_vue("messages.vue")
def Messages(notice: str, errors: list[str], event_heard: Heard) -> None:
    """What the person should know, over the page; `event_heard` hears that the notice was read."""


@solara.component_vue("drawer.vue")
def Drawer() -> None:
    """Opens and closes the levers where the window is narrow."""


@solara.component_vue("events.vue")
def EventTable(rows: list[EventRow]) -> None:
    """The log of one world; each row with date, owner, colour, kind and text."""


@solara.component_vue("takeaway.vue")
def TakeAway(
    offers: list[Offer],
    query: str,
    busy: str,
    problem: str,
    file: File | None,
    event_take: Heard,
    event_taken: Heard,
) -> None:
    """What can be taken away; `event_take` hears its name, `event_taken` that the browser has the file."""


@solara.component_vue("address.vue")
def Address(query: str, moved: bool) -> None:
    """Writes the query into the browser's address."""


@solara.component_vue("theme.vue")
def ThemeButton(dark: bool, event_turn: Heard) -> None:
    """Turns the page dark or light, and the browser remembers; `event_turn` hears whether it is dark now."""


@solara.component_vue("agents.vue")
def Agents(
    picks: list[Pick],
    asked: str,
    number: int,
    refused: str,
    words: str,
    cards: list[AgentCard],
    lab: str,
    terms: dict[str, str],
    event_pick: Heard,
    event_inspect: Heard,
) -> None:
    """Owners as cards, and which world they are of; `event_pick` hears a word or a number, `event_inspect` an owner."""


@solara.component_vue("months.vue")
def Months(name: str, happened: list[Happened], heads: list[str], rows: list[list[str]]) -> None:
    """What happened to one lab so far, and its months as a table."""


@solara.component_vue("own_claim.vue")
def OwnClaim(
    names: list[str],
    chosen: str,
    text: str,
    question: str,
    rows: list[Row],
    refused: str,
    waiting: bool,
    worlds: int,
    event_choose: Heard,
    event_write: Heard,
) -> None:
    """A claim's text and its chances; `event_choose` hears the name of a shipped one, `event_write` a text."""
