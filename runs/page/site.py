"""A small static site: pages, pictures and tables of scenarios, and a page that leads to them; for any web host."""

import html
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from computerace import __version__
from computerace.analysis.aside import aside, exchanged
from computerace.analysis.unwritten import explained
from computerace.market.errors import UserError, in_words
from computerace.market.vocabulary import CAUSES, DEFINITIONS, RIVALS
from computerace.observables import BOUND, COMPUTE, POWER, RATIOS
from computerace.runs.page.chart_parts import ECHARTS
from computerace.runs.page.choice import Choice
from computerace.runs.page.figure import figure
from computerace.runs.page.saved import HERE, Place, saved_page
from computerace.runs.page.snapshot import Snapshot, look
from computerace.runs.page.words import Look, answer, events_csv, months_csv, question_words

MARK = "site.json"  # by which a folder is known to be a site of ours, and may be replaced
SCRIPT = "echarts.js"
WORK = "site"  # the name of what is written aside
MARKET = ("chip_price_usd_per_h100e", "backlog_months")
NEEDED = (
    *(COMPUTE[one].name for one in DEFINITIONS),
    *(RATIOS[one, rivals].name for one in DEFINITIONS for rivals in RIVALS),
    *(BOUND[cause].name for cause in CAUSES),
    "researchers_in",
    "researchers_out",
    *(one.name for one in POWER.values()),
    *MARKET,
)
"""What the pages draw: nothing else is kept of a race."""


@dataclass(frozen=True)
class Site:
    """What was written: the front page, and the names of the scenarios; failed: worlds left out, each in a line."""

    front: Path
    scenarios: tuple[str, ...]
    failed: tuple[str, ...] = ()


class Entry(TypedDict):
    """A race of the site. asks: what its scenario asks. source: from which worlds the answer is, and who is a rival."""

    name: str
    asks: str
    question: str
    answer: str
    source: str
    worlds: int
    seed: int


def build_site(
    out: Path, choices: Sequence[Choice], address: str = "", advance: Callable[[int], None] = lambda _done: None
) -> Site:
    """Write the site of these races into `out`, aside first and then into place.

    address: where it will stand, so that previews of links show the pictures. advance: is told of each race that is
    done. Worlds that fail are left out, and told. Raises UserError for a folder that is no site, or that cannot be
    written, and where all worlds of a scenario fail.
    """
    _refuse_others(out)
    parent = out.absolute().parent
    with explained(out):
        parent.mkdir(parents=True, exist_ok=True)
        with aside(parent, WORK) as made:
            folder = made / WORK
            folder.mkdir()
            failed: list[str] = []
            entries = [_entry(choice, folder, address, advance, failed) for choice in choices]
            (folder / SCRIPT).write_bytes(HERE.joinpath("assets", ECHARTS).read_bytes())
            (folder / "index.html").write_text(_front(entries, address), encoding="utf-8")
            (folder / MARK).write_text(json.dumps(_mark(entries), indent=2) + "\n", encoding="utf-8")
            _into_place(folder, out)
    return Site(out / "index.html", tuple(entry["name"] for entry in entries), tuple(failed))


def _refuse_others(out: Path) -> None:
    """Refuse what a site must not replace: a file, or a folder that holds something else."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UserError(f"{out} is no folder; give another with --out")
    if out.is_dir() and not (out / MARK).is_file() and any(out.iterdir()):
        raise UserError(f"{out} holds something else than a site of `computerace page`; give another folder with --out")


def _into_place(folder: Path, out: Path) -> None:
    """Put the new site where the old one stands, or where nothing does."""
    if not out.exists():
        folder.rename(out)
    elif not exchanged(folder, out):
        shutil.rmtree(out)
        folder.rename(out)


def _entry(choice: Choice, folder: Path, address: str, advance: Callable[[int], None], failed: list[str]) -> Entry:
    """Play one race and write its files; what the front page says of it. Worlds that failed join `failed`."""
    (snapshot, lost), shown = play(choice), Look()
    failed += lost
    name, answered = snapshot.scenario, answer(choice, snapshot)
    place = Place("auto", SCRIPT, _at(address, f"{name}.png"), more=_files(name))
    page = saved_page(choice, snapshot, shown, place)
    (folder / f"{name}.html").write_text(page, encoding="utf-8")
    (folder / f"{name}.png").write_bytes(figure(snapshot, shown, "png"))
    (folder / f"{name}.svg").write_bytes(figure(snapshot, shown, "svg"))
    (folder / f"{name}-months.csv").write_text(months_csv(snapshot, shown), encoding="utf-8")
    (folder / f"{name}-events.csv").write_text(events_csv(snapshot), encoding="utf-8")
    advance(1)
    return {
        "name": name,
        "asks": choice.race_scenario().question,
        "question": question_words(snapshot, shown),
        "answer": answered["sentence"],
        "source": answered["source"],
        "worlds": snapshot.worlds,
        "seed": choice.seed,
    }


def play(choice: Choice) -> tuple[Snapshot, list[str]]:
    """The race at its horizon, with what the pages draw and no more; and a line for each world that failed.

    Raises UserError where every world failed.
    """
    from computerace.runs.model.race import Race
    from computerace.runs.worlds.halves import by_halves

    plan = choice.race_scenario()

    def attempt(rows: NDArray[np.intp]) -> Snapshot:
        race = Race(
            plan, worlds=len(rows), seed=choice.seed, indices=rows.astype(np.int64), collect=False, measures=NEEDED
        )
        return look(race.run())

    rows = np.arange(choice.worlds)
    tried = by_halves(attempt, rows)
    lost = [f"world {row} of {plan.name}: {in_words(error)}" for row, error in tried.failed]
    if not tried.done:
        raise UserError(f"every world failed; {lost[0]}")
    if not lost:
        return tried.done[0][1], []
    return attempt(np.setdiff1d(rows, [row for row, _ in tried.failed])), lost


def _at(address: str, file: str) -> str:
    """Where a file of the site will be: beside the page, or at the site's own address."""
    return f"{address.rstrip('/')}/{file}" if address else file


def _files(name: str) -> str:
    """Links to the files beside a page, and back to the front page."""
    files = {
        ".png": "figure as PNG",
        ".svg": "figure as SVG",
        "-months.csv": "months as CSV",
        "-events.csv": "events as CSV",
    }
    links = [f'<a href="{html.escape(name + end)}" download>{words}</a>' for end, words in files.items()]
    return f'<p>{" · ".join(links)} · <a href="index.html">all scenarios</a></p>'


def _front(entries: Sequence[Entry], address: str) -> str:
    """The page that leads to all others: the first scenario's answer, then each with its picture."""
    first = entries[0]
    values = {
        "question": html.escape(first["question"]),
        "answer": html.escape(first["answer"]),
        "source": html.escape(first["source"]),
        "name": html.escape(first["name"]),
        "preview": html.escape(_at(address, f"{first['name']}.png")),
        "scenarios": "\n".join(_card(entry) for entry in entries),
        "version": html.escape(__version__),
    }
    document = HERE.joinpath("site.html").read_text(encoding="utf-8")
    for name, value in values.items():
        document = document.replace(f"<!--{name}-->", value)
    return document


def _card(entry: Entry) -> str:
    name, asks, answered = (html.escape(words) for words in (entry["name"], entry["asks"], entry["answer"]))
    picture = f'<img src="{name}.png" alt="" width="1200" height="630" loading="lazy">'
    return f'<li><a href="{name}.html">{picture}<h2>{name}</h2></a><p>{asks}</p><p><b>{answered}</b></p></li>'


def _mark(entries: Sequence[Entry]) -> dict[str, object]:
    """What the site says of itself to programs."""
    return {"kind": "computerace site", "version": __version__, "scenarios": list(entries)}
