"""The panel of agents: one world of the race, each owner as a card, the month's markets, and one lab through time."""

from pathlib import Path
from typing import Any

import solara
import solara.lab
from mesa.visualization.utils import update_counter

from computerace.runs.page import parts
from computerace.runs.page.agents_cards import TERMS, agent_cards, lab_table
from computerace.runs.page.chart_agents import (
    lab_charts,
    moves_chart,
    moves_words,
    orders_chart,
    orders_words,
    power_chart,
    power_words,
)
from computerace.runs.page.claim import month_name
from computerace.runs.page.components import Chart
from computerace.runs.page.one_world import MIDDLE, TRUE, OneWorld, Picked, events_of, is_world, pick, play_world
from computerace.runs.page.palette import Palette, palette
from computerace.runs.page.player import Player
from computerace.runs.page.snapshot import Snapshot, owner_words

STYLE = Path(__file__).parent / "agents.css"
PICKS: list[parts.Pick] = [
    {"word": MIDDLE, "label": "a middle world"},
    {"word": TRUE, "label": "one where the claim comes true"},
]
FIRST = 1  # before it nobody has decided anything: it is shown until the race plays
MARKETS = (
    ("Chips: orders against supply", "orders", orders_chart, orders_words),
    ("Power: asked for and signed", "offers", power_chart, power_words),
    ("Researchers who moved", "moves", moves_chart, moves_words),
)


@solara.component
def AgentsPanel(player: Player, race: Snapshot, shown: Any, view: Any) -> None:
    """One world of the race, played by itself and let go of with the panel."""
    update_counter.get()
    solara.Style(STYLE)
    ahead = player.ahead
    if ahead is None or ahead.month < FIRST:
        _waiting(player.trouble or "running ahead: the worlds are chosen by how they end …")
    else:
        asked = shown.world if not is_world(shown.world, ahead.worlds) else MIDDLE
        World(player, race, ahead.month, shown, view, pick(asked, ahead, shown.definition, shown.rivals))


@solara.component
def World(player: Player, race: Snapshot, last: int, shown: Any, view: Any, picked: Picked) -> None:
    """One world, played up to the last month that the race can reach, in a thread whenever another one is picked."""
    update_counter.get()
    choice, colours = player.choice, palette(bool(solara.lab.use_dark_effective()))
    played = solara.lab.use_task(
        lambda: play_world(choice, picked.number, last), dependencies=[player.runs, picked.number], raise_error=False
    )
    world = played.value
    if played.error:
        _waiting(f"this world could not be played: {played.exception}")
    elif world is None or world.number != picked.number or played.pending:
        _waiting("playing this world …")
    else:
        ends = f" It ends with {month_name(world.seen, last)}: {player.trouble}." if player.trouble else ""
        _show(world, picked.words + ends, race, shown, view, colours)


def _waiting(words: str) -> None:
    with solara.v.Html(tag="section", class_="ca-panel"):
        solara.v.Html(tag="p", attributes={"data-waiting": ""}, children=[words])


def _show(world: OneWorld, words: str, race: Snapshot, shown: Any, view: Any, colours: Palette) -> None:
    month = min(max(race.month, FIRST), world.seen.month)
    owners = world.seen.owners
    lab = shown.lab if shown.lab in owners else world.seen.claimant
    refused = is_world(shown.world, race.worlds)
    with solara.v.Html(tag="section", class_="ca-panel"):
        told = "what each asked for, and what it got" if race.month else "the first month, which is to come"
        _heading(f"The agents in {month_name(world.seen, month)}", told)
        parts.Agents(
            picks=PICKS,
            asked=shown.world,
            number=world.number,
            refused=refused,
            words=words,
            cards=agent_cards(world, month, colours),
            lab=lab,
            terms=TERMS,
            event_pick=lambda word: view.set(view.value.changed("world", word)),
            event_inspect=lambda owner: view.set(view.value.changed("lab", owner)),
        )
    _markets(world, month, colours)
    _inspect(world, lab, month, colours)


def _markets(world: OneWorld, month: int, colours: Palette) -> None:
    """The month's markets as pictures, each with its sentence."""
    with solara.v.Html(tag="div", class_="ca-grid ca-agents-grid"):
        for title, name, chart, words in MARKETS:
            with solara.v.Html(tag="section", class_="ca-panel"):
                _heading(title, "")
                solara.v.Html(tag="p", class_="ca-help", children=[words(world, month)])
                Chart(chart(world, month, colours), name, "280px")


def _inspect(world: OneWorld, lab: str, month: int, colours: Palette) -> None:
    """One lab through time, to the end of its world."""
    name = owner_words(lab)
    with solara.v.Html(tag="section", class_="ca-panel", attributes={"data-inspected": lab}):
        _heading(f"{name} through time", "in this world to its end; the upright line is the month that is shown")
        parts.Months(name=name, happened=events_of(world, lab, month), **lab_table(world, lab, month))
    with solara.v.Html(tag="div", class_="ca-grid ca-agents-grid"):
        for place, (title, chart) in lab_charts(world, lab, month, colours).items():
            with solara.v.Html(tag="section", class_="ca-panel"):
                _heading(f"{name}: {title[0].lower()}{title[1:]}", "")
                Chart(chart, f"lab-{place}", "240px")


def _heading(title: str, words: str) -> None:
    solara.v.Html(tag="h2", children=[title, solara.v.Html(tag="small", children=[words])])
