"""Drawing a report's figures and writing its page, aside first and then into place."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from computerace.analysis.aside import REPORT, aside
from computerace.analysis.folder import Runs
from computerace.analysis.paths import at_home
from computerace.analysis.report.answer import Answer, answer_of, sentence
from computerace.analysis.report.figure import Figure
from computerace.analysis.report.gallery import figures
from computerace.analysis.report.inline import inlined, svg_text
from computerace.analysis.report.page import Drawn, page
from computerace.analysis.report.rests_on import RestsOn, rests_on
from computerace.analysis.style import new_axes, save
from computerace.analysis.unwritten import explained
from computerace.market.errors import UserError

KINDS = ("race", "sweep", "update")
PAGE, FIGURES = "report.html", "figures"


@dataclass(frozen=True)
class Written:
    """What was written. missing: title and reason of each figure that the folder does not allow."""

    page: Path
    figures: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    answer: Answer

    def to_dict(self) -> dict[str, object]:
        """The same as plain values, with the answer's sentence and its headline row."""
        row = {key: None if value != value else value for key, value in self.answer.headline.items()}
        return {
            "report": str(self.page),
            "figures": [
                str(self.page.parent / FIGURES / f"{name}.{end}") for name in self.figures for end in ("png", "svg")
            ],
            "missing": [{"figure": title, "why": why} for title, why in self.missing],
            "answer": sentence(self.answer),
            "claim": json.loads(json.dumps(row, default=_plain)),
        }


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") else str(value)


@dataclass(frozen=True)
class Prepared:
    """A report that is thought through and not yet drawn: the answer, what it rests on, the figures to try.

    claims: of one's own, a row for each claim, lab and deadline; None where none was asked for.
    """

    answer: Answer
    found: RestsOn
    figures: list[Figure]
    claims: pd.DataFrame | None = None


def prepare(runs: Runs, claims: pd.DataFrame | None = None) -> Prepared:
    """The report of a folder, ready to be written.

    claims: the answers to claims of one's own, in the columns of `computerace.runs.studies.claims.ask`.

    Raises UserError for a folder of another kind than a race, a sweep or an update of one, and a table that lacks the
    claim's columns.
    """
    if runs.manifest["kind"] not in KINDS:
        raise UserError(
            f"{runs.path} holds the answer of `computerace {runs.manifest['kind']}`, not a run; report"
            " takes the folder of a race or a sweep"
        )
    answer = answer_of(runs)
    # Where a folder holds several scenarios, what the first one's answer rests on.
    found = rests_on(runs.of_scenario(runs.scenarios[0]), answer.deadline)
    return Prepared(answer, found, figures(answer, found), claims)


def write_report(
    prepared: Prepared, out: str | Path | None = None, advance: Callable[[int], None] = lambda _done: None
) -> Written:
    """Write `report.html` and the folder `figures` into `out`, by default the run's own folder.

    advance: is told of each figure that is done. Raises UserError for a folder that cannot be written.
    """
    target = prepared.answer.runs.path if out is None else at_home(out)
    with explained(target):
        target.mkdir(parents=True, exist_ok=True)
        with aside(target, REPORT) as made:
            drawn, missing = _draw(prepared.figures, made, advance)
            text = page(prepared.answer, prepared.found, drawn, missing, prepared.claims)
            (made / PAGE).write_text(text, encoding="utf-8")
            _into_place(made, target, [one.name for one in prepared.figures])
    return Written(target / PAGE, tuple(one.figure.name for one in drawn), tuple(missing), prepared.answer)


def _draw(
    wanted: list[Figure], made: Path, advance: Callable[[int], None]
) -> tuple[list[Drawn], list[tuple[str, str]]]:
    """Draw each figure into files and for the page; what the folder does not hold is told instead."""
    folder = made / FIGURES
    folder.mkdir()
    drawn: list[Drawn] = []
    missing: list[tuple[str, str]] = []
    for figure in wanted:
        try:
            ax = figure.draw(new_axes(*figure.size))
            tables = figure.tables()
        except UserError as reason:
            missing.append((figure.title, str(reason)))
        else:
            save(ax, folder / f"{figure.name}.png")
            svg = svg_text(ax)
            (folder / f"{figure.name}.svg").write_text(svg, encoding="utf-8")
            drawn.append(Drawn(figure, inlined(svg, figure.name), tables))
        advance(1)
    return drawn, missing


def _into_place(made: Path, target: Path, names: list[str]) -> None:
    """Rename the new files into place, the page last; an earlier report's figure that this one lacks goes."""
    folder = target / FIGURES
    folder.mkdir(exist_ok=True)
    for name in names:
        for end in ("png", "svg"):
            fresh, place = made / FIGURES / f"{name}.{end}", folder / f"{name}.{end}"
            if fresh.exists():
                fresh.replace(place)
            else:
                place.unlink(missing_ok=True)
    handle = os.open(made / PAGE, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    (made / PAGE).replace(target / PAGE)
