"""Charts of a race as SolaraViz components: functions of the model that redraw after each step.

They stand on the page of `computerace view`, and in any page of one's own: `SolaraViz(Race(...), components=[Shares])`.
"""

import json

import solara
import solara.lab
import solara.settings
from mesa.visualization.utils import update_counter

from computerace.runs.model.events import MARKET
from computerace.runs.model.race import Race
from computerace.runs.page import claim as claims
from computerace.runs.page import parts
from computerace.runs.page.chart_parts import ECHARTS, Option, told
from computerace.runs.page.chart_race import History, compute_chart, shares_chart
from computerace.runs.page.chart_why import chips_chart, energy_chart, ledger_chart, researchers_chart
from computerace.runs.page.palette import Palette, palette
from computerace.runs.page.snapshot import Snapshot, look, observed_compute, owner_words
from computerace.runs.page.stored import Stored

HEIGHT = "400px"


@solara.component
def Chart(option: Option, name: str, height: str = HEIGHT) -> solara.Element:
    """One ECharts figure; its name is what tests find it by.

    Not `solara.FigureEcharts`: that one never lets go of a chart that is gone (2.5 MB at each turn of a tab), and lets
    Vue watch every number.
    """
    assets = solara.settings.assets
    return parts.EChart(
        option=json.dumps(option, separators=(",", ":"), allow_nan=False),
        name=name,
        label=told(option),
        height=height,
        script=ECHARTS,
        cdn=None if assets.proxy else assets.cdn,
    )


def use_look(model: Race | Snapshot) -> tuple[Snapshot, Palette]:
    """The race as it stands and the page's colours; the component that asks is drawn again after each step."""
    update_counter.get()
    return model if isinstance(model, Snapshot) else look(model), palette(bool(solara.lab.use_dark_effective()))


def use_history(model: Race | Snapshot) -> History:
    """What the labs were observed to own before the start; read once."""
    seen = model if isinstance(model, Snapshot) else look(model)
    return solara.use_memo(lambda: observed_compute(seen.labs, seen.start), [seen.labs, seen.start])


@solara.component
def Shares(
    model: Race | Snapshot,
    definition: str = "owned",
    rivals: str = "three",
    height: str = HEIGHT,
    pins: str = "none",
    whole: Snapshot | None = None,
) -> None:
    """Stacked shares with the claim's line.

    pins: which events of the first world stand on it. whole: the race to its horizon; what is to come is drawn pale.
    """
    snapshot, colours = use_look(model)
    Chart(shares_chart(snapshot, use_history(model), definition, rivals, colours, pins, whole), "shares", height)


@solara.component
def Compute(
    model: Race | Snapshot,
    definition: str = "owned",
    rivals: str = "three",
    whole: Snapshot | None = None,
    height: str = HEIGHT,
    pins: str = "none",
) -> None:
    """Compute by lab on a log axis, with bands over the worlds and what was observed before; the rivals combined."""
    snapshot, colours = use_look(model)
    option = compute_chart(snapshot, use_history(model), definition, colours, rivals, whole, pins)
    Chart(option, "compute", height)


@solara.component
def Ledger(model: Race | Snapshot, height: str = HEIGHT) -> None:
    """What binds each lab."""
    Chart(ledger_chart(*use_look(model)), "ledger", height)


@solara.component
def Chips(model: Race | Snapshot, height: str = HEIGHT) -> None:
    """Chip price and backlog."""
    Chart(chips_chart(*use_look(model)), "chips", height)


@solara.component
def Energy(model: Race | Snapshot, height: str = HEIGHT) -> None:
    """Energised and contracted power by kind of contract."""
    Chart(energy_chart(*use_look(model)), "energy", height)


@solara.component
def Researchers(model: Race | Snapshot, height: str = HEIGHT) -> None:
    """Researchers that each lab won and lost."""
    Chart(researchers_chart(*use_look(model)), "researchers", height)


@solara.component
def Claim(
    model: Race | Snapshot,
    definition: str = "owned",
    rivals: str = "three",
    whole: Snapshot | None = None,
    running_ahead: bool = False,
    kept: Stored | None = None,
) -> None:
    """The claim so far, and at the deadline where the race was run ahead (or has got there).

    kept: the stored answer where it is from more worlds.
    """
    snapshot, _ = use_look(model)
    ended = whole if whole is not None else snapshot if snapshot.month >= snapshot.horizon else None
    shown = claims.cards(snapshot, ended, definition, rivals, running_ahead=running_ahead, kept=kept)
    parts.Cards(cards=shown)


@solara.component
def Events(model: Race | Snapshot, kind: str = "all") -> None:
    """The log of the first world, latest first."""
    snapshot, colours = use_look(model)
    rows: list[parts.EventRow] = [
        {
            "date": claims.month_name(snapshot, event.month),
            "owner": owner_words(event.owner),
            "colour": colours.muted if event.owner == MARKET else colours.owner(event.owner),
            "kind": event.kind,
            "text": event.text,
        }
        for event in reversed(snapshot.events)
        if kind in ("all", event.kind)
    ]
    parts.EventTable(rows=rows)
