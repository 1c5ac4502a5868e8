"""The page of `computerace view`, as Solara finds it: one tab of the browser is one `Page` with a player of its own."""

import threading
from collections.abc import Callable
from pathlib import Path

import solara
import solara.lab
from mesa.visualization.utils import force_update, update_counter

from computerace.market.vocabulary import CLAIMANT
from computerace.runs.page import parts
from computerace.runs.page.claim import month_name
from computerace.runs.page.components import Claim
from computerace.runs.page.last_effects import effect_key
from computerace.runs.page.levers import Group, groups
from computerace.runs.page.link import Stand, from_link, stand, to_link
from computerace.runs.page.panels import PANELS, View
from computerace.runs.page.player import FASTEST, SLOWEST, Player
from computerace.runs.page.snapshot import Snapshot
from computerace.runs.page.words import Look, answer, kept_answer, question_words

STYLE = Path(__file__).parent / "page.css"


@solara.component
def Layout(children: list[solara.Element]) -> solara.Element:
    """Nothing around the page: its own grid fills the window."""
    return solara.Div(children=children)


@solara.component
def Page() -> None:
    """The whole page."""
    solara.Title("computerace: the race for AI compute")
    solara.Style(STYLE)
    router = solara.use_router()
    first, refused = solara.use_memo(lambda: from_link(router.search), [])
    player = use_player(first, refused)
    view = solara.use_reactive(first.view)
    with solara.v.Html(tag="div", class_="ca-page"):
        solara.v.Html(
            tag="a", class_="ca-skip", attributes={"href": "#ca-main"}, children=["to the answer and the chart"]
        )
        Top(player)
        with solara.v.Html(tag="aside", class_="ca-side", attributes={"id": "ca-levers", "aria-label": "levers"}):
            Controls(player, view)
        with solara.v.Html(tag="main", class_="ca-main", attributes={"id": "ca-main", "tabindex": "-1"}):
            Race(player, view)
        Messages(player)
        parts.Drawer()
        Address(player, view, bool(refused))


def use_player(first: Stand, refused: list[str]) -> Player:
    """This tab's player: made from the link, heard by the page, stopped when the tab closes.

    refused: what of the link was refused; it is said.
    """

    def begin() -> Player:
        said = "; ".join(["The link asked for more than there is", *refused]) if refused else ""
        player = Player(first.choice, notice=said, pin=first.pin)
        player.speed = first.speed
        return player

    player = solara.use_memo(begin, [])
    update_counter.get()

    def attach() -> Callable[[], None]:
        player.changed = announcer()
        return player.close

    solara.use_effect(attach, [])
    use_background(lambda: player.step(first.month) if first.month else None, 0)
    use_background(player.bring_pin, 0)
    use_background(player.run_ahead, player.runs)
    use_background(player.keep_playing, player.playing)
    use_background(player.keep_asking, player.waits)
    return player


def announcer() -> Callable[[], None]:
    """Says that there is something new to show; one at a time, so that no two threads count the same step."""
    one_at_a_time = threading.RLock()

    def announce() -> None:
        with one_at_a_time:
            force_update()

    return announce


def use_background(work: Callable[[], None], number: int) -> None:
    """Do the work in a thread whenever the number changes."""
    solara.use_effect(lambda: threading.Thread(target=work, daemon=True).start(), [number])


@solara.component
def Top(player: Player) -> None:
    """The head: what is shown, the transport, light or dark."""
    update_counter.get()
    snapshot = player.snapshot()
    with solara.v.Html(tag="header", class_="ca-top"):
        with solara.v.Html(tag="div", class_="ca-name"):
            solara.v.Html(tag="h1", children=[_question(snapshot)])
            solara.v.Html(tag="p", children=["computerace, an agent-based model of the race for AI compute"])
        if snapshot is not None:
            parts.Transport(
                month=snapshot.month,
                played=player.played,
                horizon=snapshot.horizon,
                names=[month_name(snapshot, month) for month in range(snapshot.horizon + 1)],
                playing=bool(player.playing),
                done=player.finished or player.stuck,
                speed=player.speed,
                speeds=[SLOWEST, FASTEST],
                event_act=player.act,
                event_go=player.go,
                event_pace=player.pace,
            )
        parts.ThemeButton(dark=bool(solara.lab.use_dark_effective()), event_turn=turn_theme)


def _question(snapshot: Snapshot | None) -> str:
    return question_words(snapshot) if snapshot else f"Will {CLAIMANT} own more AI compute than its rivals combined?"


def turn_theme(dark: bool) -> None:
    """Light or dark from now on; until then the page follows the system."""
    solara.lab.theme.dark = dark


@solara.component
def Controls(player: Player, view: solara.Reactive[View]) -> None:
    """The levers; sent to the browser again only when a choice or a refusal changed."""
    update_counter.get()
    choice = player.choice
    scenarios, question, lever_groups = solara.use_memo(
        lambda: _controls(player), [choice.scenario, dict(choice.settings)]
    )
    shown = effect_key(view.value.definition, view.value.rivals)
    parts.Levers(
        scenario=choice.scenario,
        scenarios=scenarios,
        question=question,
        whole=[{"name": "worlds", "value": choice.worlds}, {"name": "seed", "value": choice.seed}],
        groups=lever_groups,
        refused=player.refused,
        effects={name: told[shown] for name, told in player.effects.items()},
        undoable=len(player.past),
        redoable=len(player.undone),
        event_act=player.act,
        event_move=lambda moved: player.change(moved["name"], moved["value"]),
    )


def _controls(player: Player) -> tuple[list[str], str, list[Group]]:
    from computerace.runs.scenarios import scenarios

    return list(scenarios()), player.choice.race_scenario().question, groups(player.choice)


@solara.component
def Messages(player: Player) -> None:
    """What the person should know: that the race began anew, what a link could not bring, why a model failed."""
    update_counter.get()
    errors = [f"{player.error}. The page lives on: change a lever, or reset."] if player.error else []
    if player.trouble:
        errors.append(f"{player.trouble}. The months before it can be played; change a lever for another race.")
    parts.Messages(notice=player.notice, errors=errors, event_heard=lambda *_: player.heard())


@solara.component
def Race(player: Player, view: solara.Reactive[View]) -> None:
    """The claim's cards, the tabs and the panel that is open."""
    update_counter.get()
    shown, race = view.value, player.snapshot()
    if race is None:
        return

    def turn(name: str, value: str) -> None:
        view.set(view.value.changed(name, value))

    parts.Answer(**answer(player.choice, player.whole, player.trouble))
    kept = kept_answer(player.choice, player.whole, Look(shown.chart, shown.definition, shown.rivals))
    Claim(race, shown.definition, shown.rivals, player.whole, player.running_ahead, kept)
    with solara.v.Html(tag="div", class_="ca-bar"):
        parts.Tabs(names=list(PANELS), shown=shown.panel, event_show=lambda name: turn("panel", name))
        if shown.switches():
            parts.Switches(groups=shown.switches(), event_choose=lambda one: turn(one["name"], one["value"]))
    tab = list(PANELS).index(shown.panel)
    panel = {"role": "tabpanel", "id": "ca-panel", "aria-labelledby": f"tab-{tab}", "tabindex": "0"}
    with solara.v.Html(tag="div", class_="ca-tabpanel", attributes=panel):
        PANELS[shown.panel](player, race, shown, view).key(f"panel {shown.panel}")


@solara.component
def Address(player: Player, view: solara.Reactive[View], mended: bool) -> None:
    """Keeps the browser's address in step with the choice, and mends it where the link asked for what there is not."""
    update_counter.get()
    query = to_link(stand(player, view.value))
    parts.Address(query=query, moved=mended or player.runs > 1)
