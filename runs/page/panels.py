"""The panels behind the tabs: race, why, events, compare, take away."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import solara
import solara.lab
from mesa.visualization.utils import update_counter

from computerace.market.vocabulary import DEFINITIONS, RIVAL_WORDS
from computerace.runs.page import compare as comparing
from computerace.runs.page import parts
from computerace.runs.page.agents_cards import CAUSE_WORDS
from computerace.runs.page.agents_panel import AgentsPanel
from computerace.runs.page.chart_pins import PINS
from computerace.runs.page.choice import differences
from computerace.runs.page.claim import month_name
from computerace.runs.page.claims_panel import ClaimsPanel
from computerace.runs.page.components import Chart, Chips, Compute, Energy, Events, Ledger, Researchers, Shares
from computerace.runs.page.one_world import MIDDLE
from computerace.runs.page.palette import palette
from computerace.runs.page.player import Player
from computerace.runs.page.snapshot import Snapshot
from computerace.runs.page.take_away import TakeAwayPanel
from computerace.runs.page.words import Look, Table, months_table

EVENTS = {
    "all": "all",
    "site": "sites",
    "power": "power",
    "funding": "funding",
    "researchers": "researchers",
    "chips": "chips",
    "model": "models",
}
CHARTS = ("compute", "shares")
BINDS = "; ".join(f"{cause}: {words}" for cause, words in CAUSE_WORDS.items())
RUNNING_AHEAD = "running ahead to the deadline …"


@dataclass(frozen=True)
class View:
    """How a tab looks at its race: which panel, which chart, which compute, against whom, and what is compared.

    world, lab: of the agents, which world ("middle", "true" or its number) and which lab is inspected.
    """

    panel: str = "Race"
    chart: str = "compute"
    definition: str = "owned"
    rivals: str = "three"
    compared: str = "ratio"
    events: str = "all"
    pins: str = "notable"
    world: str = MIDDLE
    lab: str = ""

    def changed(self, name: str, value: str) -> "View":
        """The view with one switch turned."""
        return replace(self, **{name: value})

    def switches(self) -> list[parts.Switch]:
        """The switches that act on the open panel."""
        if self.panel == "Events":
            return [_switch("events", "show", self.events, EVENTS)]
        if self.panel not in ("Race", "Compare"):
            return []
        rows = [
            _switch("definition", "compute", self.definition, {word: word for word in DEFINITIONS}),
            _switch("rivals", "rivals", self.rivals, RIVAL_WORDS),
        ]
        if self.panel == "Race":
            rows.insert(0, _switch("chart", "show", self.chart, {word: word for word in CHARTS}))
            rows.append(_switch("pins", "pins", self.pins, PINS, menu=True))
        return rows


def _switch(name: str, label: str, value: str, words: dict[str, str], *, menu: bool = False) -> parts.Switch:
    options: list[parts.Word] = [{"value": one, "label": word} for one, word in words.items()]
    return {"name": name, "label": label, "value": value, "options": options, "menu": menu}


type Views = solara.Reactive[View]


@solara.component
def RacePanel(player: Player, race: Snapshot, shown: View, view: Views) -> None:  # noqa: ARG001
    """The race itself."""
    update_counter.get()
    with _panel("ca-panel ca-fill"):
        worlds = f"{player.choice.worlds:,} worlds"
        pinned = "" if shown.pins == "none" else "; pins: what happens in world 0"
        if shown.chart == "shares":
            told = f"mean of {worlds}; the dots hold the claimant in 90 % of them; pale: what is to come{pinned}"
            _heading("Shares of compute", told)
            Shares(race, shown.definition, shown.rivals, pins=shown.pins, whole=player.ahead)
        else:
            observed = "; dots: observed" if shown.definition == "owned" else ""
            _heading(
                "Compute by lab",
                f"median, and bands that hold 50 % and 90 % of {worlds}{observed}; pale: what is to come{pinned}",
            )
            Compute(race, shown.definition, shown.rivals, player.ahead, pins=shown.pins)

    MonthsTable(race, Look(shown.chart, shown.definition, shown.rivals))


@solara.component
def MonthsTable(race: Snapshot, shown: Look) -> None:
    """What the chart shows, for who would rather read figures; made only where it is opened."""
    update_counter.get()
    is_open = solara.use_reactive(False)
    table = months_table(race, shown) if is_open.value else Table(heads=[], rows=[])
    caption = f"million H100e, {shown.definition}: median (5–95 % of worlds)"
    parts.Table(caption=caption, wanted=is_open.value, event_turn=is_open.set, **table)


@solara.component
def WhyPanel(player: Player, race: Snapshot, shown: View, view: Views) -> None:  # noqa: ARG001
    """What binds each lab, and the markets behind it."""
    update_counter.get()
    charts = (
        ("What binds each lab", f"share of worlds, by month: {BINDS}", Ledger),
        ("Chips", "median and bands over the worlds", Chips),
        ("Energy contracts", "all owners; full: running, pale: signed, as it falls due", Energy),
        ("Researchers", "won from other labs less lost to them, since the start", Researchers),
    )
    seen, until = _seen(player, race)
    with solara.v.Html(tag="div", class_="ca-grid"):
        for title, words, component in charts:
            with _panel("ca-panel"):
                _heading(title, f"{words}{until}")
                component(seen)


@solara.component
def EventsPanel(player: Player, race: Snapshot, shown: View, view: Views) -> None:  # noqa: ARG001
    """The log of one world."""
    update_counter.get()
    seen, until = _seen(player, race)
    with _panel("ca-panel ca-fill"):
        told = f"world 0 of {race.worlds:,}, seed {race.seed}; the latest first{until}"
        _heading("What happened in one world", told)
        Events(seen, shown.events)


def _seen(player: Player, race: Snapshot) -> tuple[Snapshot, str]:
    """What a panel shows: the months so far; before there is any, what is to come, and words that say so."""
    if player.month == 0 and player.ahead is not None:
        how_far = "to the deadline" if player.whole is not None else "as far as it can be played"
        return player.ahead, f"; {how_far}, until it is played"
    return race, ""


@solara.component
def ComparePanel(player: Player, race: Snapshot, shown: View, view: Views) -> None:
    """The pinned race and the present one on the same axes, and their paired difference."""
    update_counter.get()
    dark = bool(solara.lab.use_dark_effective())
    pinned, present = player.pinned, player.whole or race
    with _panel("ca-panel"):
        _compare_head(player, present, shown)
        if pinned is not None:
            names = {name: name for name in comparing.measures(present)}
            parts.Switches(
                groups=[_switch("compared", "compare", comparing.chosen_measure(present, shown.compared), names)],
                event_choose=lambda one: view.set(view.value.changed("compared", one["value"])),
            )
    if pinned is None:
        return
    what = comparing.chosen_measure(present, shown.compared)
    asked = (pinned.snapshot, present, what, shown.definition, shown.rivals, palette(dark))
    with solara.v.Html(tag="div", class_="ca-grid"):
        with _panel("ca-panel"):
            _heading("Both races", "median and bands; grey: pinned")
            Chart(comparing.both_chart(*asked), "both")
        with _panel("ca-panel"):
            if player.running_ahead:
                _heading("Paired difference", RUNNING_AHEAD)
            elif comparing.are_paired(pinned.snapshot, present):
                _heading("Paired difference", "world by world: the same seed gives the same luck")
                Chart(comparing.difference_chart(*asked), "difference")
            else:
                _heading("Paired difference", "none: the seeds differ, so no world has the luck of another")


def _compare_head(player: Player, present: Snapshot, shown: View) -> None:
    pinned = player.pinned
    with solara.v.Html(tag="div", class_="ca-compare-head"):
        with solara.v.Html(tag="div", class_="ca-words"):
            if pinned is None:
                _heading("Compare two races", "pin this race, then move a lever, the scenario or the seed")
            else:
                moved = differences(pinned.choice, player.choice)
                _heading("Present against pinned", "; ".join(moved) or "nothing has been changed yet")
                _difference_line(player, pinned.snapshot, present, shown)
        _button("Pin this race", player.pin, "pin", enabled=not player.running_ahead)
        if pinned is not None:
            _button("Unpin", player.unpin, "unpin")


def _difference_line(player: Player, pinned: Snapshot, present: Snapshot, shown: View) -> None:
    if player.running_ahead:
        solara.v.Html(tag="p", children=[RUNNING_AHEAD])
        return
    found = comparing.difference(pinned, present, shown.definition, shown.rivals)
    words = comparing.difference_words(found)
    text = f"Probability of the claim by {month_name(present, found.month)}: {words}."
    solara.v.Html(tag="p", attributes={"data-difference": words}, children=[text])


def _button(label: str, pressed: Callable[[], None], name: str, *, enabled: bool = True) -> None:
    attributes = {"type": "button", "data-do": name, "disabled": not enabled}
    button = solara.v.Html(tag="button", attributes=attributes, children=[label])
    solara.v.use_event(button, "click", lambda *_: pressed())


def _panel(classes: str) -> Any:
    return solara.v.Html(tag="section", class_=classes)


def _heading(title: str, words: str) -> None:
    solara.v.Html(tag="h2", children=[title, solara.v.Html(tag="small", children=[words])])


PANELS: dict[str, Callable[..., solara.Element]] = {
    "Race": RacePanel,
    "Why": WhyPanel,
    "Agents": AgentsPanel,
    "Events": EventsPanel,
    "Claims": ClaimsPanel,
    "Compare": ComparePanel,
    "Take away": TakeAwayPanel,
}
