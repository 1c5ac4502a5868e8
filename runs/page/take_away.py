"""What can be taken away from the page: the page as one file, the run's folder, its table, its figure, a link."""

import base64
import io
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any

import solara
import solara.lab
from mesa.visualization.utils import update_counter

from computerace.analysis.aside import SCRATCH, aside
from computerace.market.errors import in_words
from computerace.runs.page import parts
from computerace.runs.page.choice import Choice
from computerace.runs.page.figure import figure
from computerace.runs.page.player import Player
from computerace.runs.page.saved import Place, run_name, saved_page
from computerace.runs.page.words import Look, events_csv

OFFERS: tuple[parts.Offer, ...] = (
    {
        "name": "html",
        "title": "This page as one file",
        "text": "Question, answer and caveats, the chart that is shown, a time slider, tables; opens anywhere.",
        "button": "Save page",
    },
    {
        "name": "png",
        "title": "The figure as a picture",
        "text": "The chart that is shown, 1,200 by 630 points, as PNG.",
        "button": "Download PNG",
    },
    {
        "name": "svg",
        "title": "The figure for print",
        "text": "The chart that is shown, sharp at any size, as SVG.",
        "button": "Download SVG",
    },
    {
        "name": "csv",
        "title": "The months as a table",
        "text": "steps.csv: a row per month, quantile and lab, a column per measure.",
        "button": "Download CSV",
    },
    {
        "name": "events",
        "title": "What happened in one world",
        "text": "The log of the first world: month, owner, kind and what happened, as CSV.",
        "button": "Download events",
    },
    {
        "name": "zip",
        "title": "The whole run",
        "text": "What “computerace race” leaves, to the horizon: manifest.json, worlds and steps as Parquet, race.png.",
        "button": "Download run",
    },
)

KINDS = {
    "html": ("text/html", ".html"),
    "png": ("image/png", "-{look.chart}-{look.definition}.png"),
    "svg": ("image/svg+xml", "-{look.chart}-{look.definition}.svg"),
    "csv": ("text/csv", "-months.csv"),
    "events": ("text/csv", "-events.csv"),
    "zip": ("application/zip", ".zip"),
}
"""Type and end of the name of each."""


@solara.component
def TakeAwayPanel(player: Player, race: Any, shown: Any, view: Any) -> None:  # noqa: ARG001
    """Buttons for each thing to take away; what is asked for is made in a thread."""
    from computerace.runs.page.link import stand, to_link  # which knows the panels, this one among them

    update_counter.get()
    dark = bool(solara.lab.use_dark_effective())
    busy, problem = solara.use_reactive(""), solara.use_reactive("")
    file: solara.Reactive[parts.File | None] = solara.use_reactive(None)

    look = Look(shown.chart, shown.definition, shown.rivals)

    def make(name: str) -> None:
        try:
            file.set(_as_file(player, name, look, dark))
            problem.set("")
        except Exception as error:  # whatever fails here, the page lives on and says it
            problem.set(f"{name} could not be made: {in_words(error)}")
        busy.set("")

    def take(name: str) -> None:
        busy.set(name)
        threading.Thread(target=make, args=(name,), daemon=True).start()

    with solara.v.Html(tag="section", class_="ca-panel ca-fill"):
        parts.TakeAway(
            offers=list(OFFERS),
            query=to_link(stand(player, shown)),
            busy=busy.value,
            problem=problem.value,
            file=file.value,
            event_take=take,
            event_taken=lambda *_: file.set(None),
        )


def _as_file(player: Player, name: str, look: Look, dark: bool) -> parts.File:
    """One thing to take away, ready for the browser: name, type and content in base 64."""
    kind, ending = KINDS[name]
    seen = player.whole or player.snapshot()
    if name == "html":
        made = saved_page(player.choice, seen, look, Place("dark" if dark else "light")).encode()
    elif name in ("zip", "csv"):
        made = {"zip": run_as_zip, "csv": run_as_csv}[name](player.choice)
    elif seen is None:
        raise ValueError("there is no race to take anything from: it could not begin")
    else:
        made = events_csv(seen).encode() if name == "events" else figure(seen, look, "svg" if name == "svg" else "png")
    return {
        "name": f"{run_name(player.choice)}{ending.format(look=look)}",
        "type": kind,
        "base64": base64.b64encode(made).decode("ascii"),
    }


def run_as_zip(choice: Choice) -> bytes:
    """The run's folder, exactly as the command line leaves it, zipped under the run's name."""
    with aside(Path(tempfile.gettempdir()), SCRATCH) as made:
        folder = _run(choice, made)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, f"{run_name(choice)}/{path.relative_to(folder)}")
    return buffer.getvalue()


def run_as_csv(choice: Choice) -> bytes:
    """The run's steps as CSV."""
    import pandas as pd

    with aside(Path(tempfile.gettempdir()), SCRATCH) as made:
        steps = pd.read_parquet(_run(choice, made) / "steps.parquet")
    return steps.drop(columns="point").to_csv(index=False, float_format="%.7g").encode()


def _run(choice: Choice, made: Path) -> Path:
    """Run the choice to its horizon into a folder below `made`; the same bits as `computerace race` gives."""
    from computerace.runs.sweeps.single_race import Request, run_race
    from computerace.runs.worlds.play import ONE

    request = Request(
        scenario=choice.race_scenario(),
        worlds=choice.worlds,
        seed=choice.seed,
        on=ONE,
        out=made / run_name(choice),
    )
    return run_race(request).folder
