"""The page as one file: question, answer and caveats, charts with ECharts in it, tables; no server, no internet."""

import base64
import datetime
import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

from computerace.analysis.style import on_dark
from computerace.market.rivals import against, in_words
from computerace.market.vocabulary import DEFINITIONS, RIVAL_WORDS, RIVALS
from computerace.runs.page.chart_parts import ECHARTS, Option, plain, told
from computerace.runs.page.chart_race import compute_chart, shares_chart
from computerace.runs.page.chart_why import chips_chart, energy_chart, ledger_chart, researchers_chart
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import claim, month_name, probability_words
from computerace.runs.page.figure import figure
from computerace.runs.page.levers import moved_levers
from computerace.runs.page.palette import LIGHT, Palette
from computerace.runs.page.snapshot import Snapshot, observed_compute, owner_words
from computerace.runs.page.words import (
    CAVEATS,
    Look,
    answer,
    cite_words,
    compute_words,
    events_csv,
    months_table,
    question_words,
)

HERE = resources.files("computerace.runs.page")
COLOUR = re.compile("#[0-9A-Fa-f]{6}")
NO_NAME = re.compile("[^A-Za-z0-9._-]+")  # what a file's name is not to hold
MOST_NAMED = 4  # levers whose values a file's name says


@dataclass(frozen=True)
class Place:
    """Where a page will stand. theme: "light", "dark", or "auto" for the reader's own.

    echarts: a file beside the page, or in it where empty. preview: the picture's address, or in it where empty.
    on: the day that it is saved. more: further words, as HTML.
    """

    theme: str = "light"
    echarts: str = ""
    preview: str = ""
    on: datetime.date = field(default_factory=datetime.date.today)
    more: str = ""


def saved_page(choice: Choice, snapshot: Snapshot | None, look: Look, place: Place) -> str:
    """One HTML document with the race up to the snapshot's month, which first shows the chart that is looked at.

    Raises ValueError where there is no race to save.
    """
    if snapshot is None:
        raise ValueError("there is no race to save: it could not begin")
    values = _texts(choice, snapshot, look, place) | _data(choice, snapshot, look, place)
    document = HERE.joinpath("saved.html").read_text(encoding="utf-8")
    for name, value in values.items():
        document = document.replace(f"<!--{name}-->", value)
    return document


def _texts(choice: Choice, snapshot: Snapshot, look: Look, place: Place) -> dict[str, str]:
    """What the page says, as HTML."""
    said = answer(choice, snapshot, look=look)
    words = {
        "theme": place.theme,
        "title": f"{question_words(snapshot, look)} ({snapshot.scenario})",
        "question": question_words(snapshot, look),
        "answer": said["sentence"],
        "ratio": said["ratio"],
        "scenario": choice.race_scenario().question,
        "run": _run_words(choice, snapshot, place.on),
        "who": f"{said['source']} {compute_words(look)}",
        "cite": cite_words(choice, snapshot, place.on),
    }
    return {name: html.escape(text) for name, text in words.items()} | {
        "claim": _claim_rows(snapshot),
        "levers": _lever_rows(choice),
        "events": _event_rows(snapshot),
        "caveats": "".join(f"<li>{html.escape(one)}</li>" for one in CAVEATS),
        "more": place.more,
    }


def _data(choice: Choice, snapshot: Snapshot, look: Look, place: Place) -> dict[str, str]:
    """What the page's script reads: charts, tables, and how it begins; then ECharts itself."""
    drawn = charts(snapshot, LIGHT, look.rivals)
    found = _script(drawn)
    begin = {
        "chart": look.chart,
        "definition": look.definition,
        "dates": snapshot.dates(),
        "file": run_name(choice),
        "events": events_csv(snapshot),
        "dark": {one.upper(): on_dark(one) for one in sorted(set(COLOUR.findall(found)))},
    }
    inside = f"data:image/png;base64,{base64.b64encode(figure(snapshot, look, 'png')).decode()}"
    echarts = HERE.joinpath("assets", ECHARTS)
    return {
        "preview": html.escape(place.preview) or inside,
        "charts": found,
        "tables": _script({one: months_table(snapshot, replace(look, definition=one)) for one in DEFINITIONS}),
        "start": _script(begin),
        "echarts": f'<script src="{place.echarts}"></script>'
        if place.echarts
        else f"<script>{echarts.read_text(encoding='utf-8')}</script>",
    }


def charts(snapshot: Snapshot, palette: Palette, rivals: str = "three") -> dict[str, Option]:
    """Every chart of the saved page by name; "compute owned" and the like can be switched there."""
    history = observed_compute(snapshot.labs, snapshot.start)
    found = {f"compute {one}": compute_chart(snapshot, history, one, palette, rivals) for one in DEFINITIONS}
    found |= {f"shares {one}": shares_chart(snapshot, history, one, rivals, palette) for one in DEFINITIONS}
    why = {"ledger": ledger_chart, "chips": chips_chart, "energy": energy_chart, "researchers": researchers_chart}
    found |= {name: chart(snapshot, palette) for name, chart in why.items()}
    for option in found.values():
        option["aria"]["label"]["description"] = told(option)
    return found


def run_name(choice: Choice) -> str:
    """A file name that says which run it is: scenario, levers, worlds and seed."""
    named = [
        f"{name}-{value if isinstance(value, str) else format(value, 'g')}" for name, value in choice.settings.items()
    ]
    more = [f"and-{len(named) - MOST_NAMED}-more"] if len(named) > MOST_NAMED else []
    run = [f"{choice.worlds}-worlds", f"seed-{choice.seed}"]
    words = ["computerace", choice.race_scenario().name, *named[:MOST_NAMED], *more, *run]
    return "-".join(NO_NAME.sub("-", word) for word in words)


def _run_words(choice: Choice, snapshot: Snapshot, on: datetime.date) -> str:
    months = f"{month_name(snapshot, 0)} to {month_name(snapshot, snapshot.month)}"
    run = f"Charts and tables: scenario {snapshot.scenario}, {choice.worlds:,} worlds, seed {choice.seed}; {months}"
    return f"{run}; saved on {on.isoformat()}; again on the page of `computerace view` with {choice.to_query()}."


def _claim_rows(snapshot: Snapshot) -> str:
    rows = []
    for rivals in RIVALS:
        for definition in DEFINITIONS:
            found = claim(snapshot, definition, rivals)
            first = "in no world" if found.first_month is None else month_name(snapshot, round(found.first_month))
            ratio = f"{plain(found.ratio)} ({plain(found.ratio_low)}–{plain(found.ratio_high)})"
            who = in_words(against(rivals, snapshot.claimant, snapshot.labs))
            rows.append((definition, f"{RIVAL_WORDS[rivals]}: {who}", probability_words(found), first, ratio))
    return _rows(rows)


def _lever_rows(choice: Choice) -> str:
    return _rows(moved_levers(choice)) or "<tr><td>none: as in the scenario</td></tr>"


def _event_rows(snapshot: Snapshot) -> str:
    return _rows(
        [(month_name(snapshot, event.month), owner_words(event.owner), event.text) for event in snapshot.events]
    )


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)


def _script(value: Any) -> str:
    """The value as JSON that can stand inside a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
