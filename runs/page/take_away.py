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
from computerace.runs.page import parts
from computerace.runs.page.choice import Choice
from computerace.runs.page.palette import palette
from computerace.runs.page.player import Player
from computerace.runs.page.saved import saved_page

OFFERS = (
    {
        "name": "html",
        "title": "This page as one file",
        "text": "Charts that still answer to the mouse, the levers and the claim; opens anywhere, without a server.",
        "button": "Save page",
    },
    {
        "name": "zip",
        "title": "The whole run",
        "text": "What “computerace race” leaves, to the horizon: manifest.json, worlds and steps as Parquet, race.png.",
        "button": "Download run",
    },
    {
        "name": "csv",
        "title": "The months as a table",
        "text": "steps.csv: a row per month, quantile and lab, a column per measure.",
        "button": "Download CSV",
    },
    {
        "name": "png",
        "title": "The figure",
        "text": "Shares of the labs' owned compute with bands and observed history, as PNG.",
        "button": "Download PNG",
    },
)


@solara.component
def TakeAwayPanel(player: Player, race: Any, shown: Any, view: Any) -> None:  # noqa: ARG001
    """Buttons for each thing to take away; what is asked for is made in a thread."""
    update_counter.get()
    dark = bool(solara.lab.use_dark_effective())
    busy, problem = solara.use_reactive(""), solara.use_reactive("")
    file: solara.Reactive[dict[str, str] | None] = solara.use_reactive(None)

    def make(name: str) -> None:
        try:
            file.set(_as_file(player, name, dark))
            problem.set("")
        except Exception as error:  # whatever fails here, the page lives on and says it
            problem.set(f"{name} could not be made: {type(error).__name__}: {error}")
        busy.set("")

    def take(name: str) -> None:
        busy.set(name)
        threading.Thread(target=make, args=(name,), daemon=True).start()

    with solara.v.Html(tag="section", class_="ca-panel ca-fill"):
        parts.TakeAway(
            offers=list(OFFERS),
            query=player.choice.to_query(),
            busy=busy.value,
            problem=problem.value,
            file=file.value,
            event_take=take,
            event_taken=lambda *_: file.set(None),
        )


def _as_file(player: Player, name: str, dark: bool) -> dict[str, str]:
    """One thing to take away, ready for the browser: name, type and content in base 64."""
    kind = {"html": "text/html", "zip": "application/zip", "csv": "text/csv", "png": "image/png"}[name]
    if name == "html":
        made = saved_page(player.choice, player.whole or player.snapshot(), palette(dark)).encode()
    else:
        made = {"zip": run_as_zip, "csv": run_as_csv, "png": run_as_png}[name](player.choice)
    return {
        "name": f"{run_name(player.choice)}.{name}",
        "type": kind,
        "base64": base64.b64encode(made).decode("ascii"),
    }


def run_name(choice: Choice) -> str:
    """A file name that says which run it is."""
    moved = f"-{len(choice.settings)}-levers" if choice.settings else ""
    return f"computerace-{choice.scenario}-{choice.worlds}-worlds-seed-{choice.seed}{moved}"


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


def run_as_png(choice: Choice) -> bytes:
    """The picture that every run leaves."""
    with aside(Path(tempfile.gettempdir()), SCRATCH) as made:
        return (_run(choice, made) / "race.png").read_bytes()


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
