"""The page as one file: its charts with ECharts itself in it, the claim, the levers; no server, no internet."""

import html
import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

from computerace.market.rivals import against, in_words
from computerace.market.vocabulary import DEFINITIONS, RIVAL_WORDS, RIVALS
from computerace.runs.page.chart_parts import ECHARTS, Option, plain
from computerace.runs.page.chart_race import compute_chart, shares_chart
from computerace.runs.page.chart_why import chips_chart, energy_chart, ledger_chart, researchers_chart
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import claim, month_name, probability_words
from computerace.runs.page.levers import moved_levers
from computerace.runs.page.palette import Palette
from computerace.runs.page.snapshot import Snapshot, observed_compute, owner_words


def saved_page(choice: Choice, snapshot: Snapshot | None, palette: Palette) -> str:
    """One HTML document with the race up to the snapshot's month, in the given colours.

    Raises ValueError where there is no race to save.
    """
    if snapshot is None:
        raise ValueError("there is no race to save: it could not begin")
    here = resources.files("computerace.runs.page")
    values = {
        "theme": "dark" if palette.dark else "light",
        "title": html.escape(f"{choice.scenario}: the race for AI compute"),
        "question": html.escape(choice.race_scenario().question),
        "run": html.escape(_run_words(choice, snapshot)),
        "claim": _claim_rows(snapshot),
        "levers": _lever_rows(choice),
        "events": _event_rows(snapshot),
        "charts": _script(charts(snapshot, palette)),
        "echarts": here.joinpath("assets", ECHARTS).read_text(encoding="utf-8"),
    }
    document = here.joinpath("saved.html").read_text(encoding="utf-8")
    for name, value in values.items():
        document = document.replace(f"<!--{name}-->", value)
    return document


def charts(snapshot: Snapshot, palette: Palette) -> dict[str, Option]:
    """Every chart of the saved page by name; "compute owned" and the like can be switched there."""
    history = observed_compute(snapshot.labs, snapshot.start)
    found = {f"compute {one}": compute_chart(snapshot, history, one, palette) for one in DEFINITIONS}
    found |= {f"shares {one}": shares_chart(snapshot, history, one, "three", palette) for one in DEFINITIONS}
    why = {"ledger": ledger_chart, "chips": chips_chart, "energy": energy_chart, "researchers": researchers_chart}
    return found | {name: chart(snapshot, palette) for name, chart in why.items()}


def _run_words(choice: Choice, snapshot: Snapshot) -> str:
    months = f"{month_name(snapshot, 0)} to {month_name(snapshot, snapshot.month)}"
    run = f"scenario {choice.scenario}, {choice.worlds:,} worlds, seed {choice.seed}; {months}"
    return f"{run}; again on the page of `computerace view` with {choice.to_query()}"


def _claim_rows(snapshot: Snapshot) -> str:
    rows = []
    for rivals in RIVALS:
        for definition in DEFINITIONS:
            found = claim(snapshot, definition, rivals)
            first = "never" if found.first_month is None else month_name(snapshot, round(found.first_month))
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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
