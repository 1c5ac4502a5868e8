"""What can be taken away from the page is whole by itself."""

import datetime
import html
import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.folder import load
from computerace.runs.model.race import Race
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import claim, probability_words
from computerace.runs.page.figure import figure
from computerace.runs.page.palette import DARK, LIGHT
from computerace.runs.page.saved import Place, charts, run_name, saved_page
from computerace.runs.page.snapshot import Snapshot, look
from computerace.runs.page.take_away import KINDS, OFFERS, run_as_csv, run_as_zip
from computerace.runs.page.words import Look, answer_words, events_csv, months_table, question_words
from computerace.runs.scenarios import scenario

CHOICE = Choice(worlds=12).changed("talent.mobility", 1.2)
SHOWN = Look("shares", "used", "all")
PLACE = Place(on=datetime.date(2026, 3, 1))


def told(document: str, name: str) -> Any:
    """What the page's script begins with."""
    return json.loads(re.findall(f"^  const {name} = (.*);$", document, re.MULTILINE)[0])


@pytest.fixture(scope="module")
def document(snapshot: Snapshot) -> str:
    return saved_page(CHOICE, snapshot, SHOWN, PLACE)


def test_the_run_is_the_folder_that_the_command_line_leaves(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(run_as_zip(CHOICE))) as archive:
        archive.extractall(tmp_path)
    run = load(tmp_path / run_name(CHOICE))
    assert run.manifest["status"] == "complete"
    assert (run.manifest["worlds"], run.manifest["seed"]) == (12, 1)
    assert len(run.worlds) == 12
    assert run.manifest["scenario"]["settings"] == {"talent.mobility": 1.2}


def test_the_run_has_the_numbers_that_the_page_shows(tmp_path: Path, snapshot: Snapshot) -> None:
    with zipfile.ZipFile(io.BytesIO(run_as_zip(Choice(worlds=12)))) as archive:
        archive.extractall(tmp_path)
    worlds = load(tmp_path / run_name(Choice(worlds=12))).worlds
    shown = snapshot.ratio("owned", "three")[60]
    np.testing.assert_allclose(worlds["owned_three_ratio_60"], shown, rtol=1e-6)


def test_the_table_is_tidy() -> None:
    table = pd.read_csv(io.BytesIO(run_as_csv(CHOICE)))
    assert list(table.columns[:4]) == ["month", "date", "quantile", "lab"]
    assert not table.duplicated(["month", "quantile", "lab"]).any()
    assert set(table["month"]) == set(range(61))


@pytest.mark.parametrize("chart", ["compute", "shares"])
def test_the_figure_that_is_shown_is_a_picture_of_one_size_and_always_the_same(chart: str, snapshot: Snapshot) -> None:
    look = Look(chart, "owned", "all")
    picture = figure(snapshot, look, "png")
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    drawn = figure(snapshot, look, "svg")
    assert drawn == figure(snapshot, look, "svg")
    assert b"<svg" in drawn


def test_no_name_lies_on_a_line_however_many_labs_there_are() -> None:
    """The names of nine labs stand beside the plot, the highest line's first."""
    snapshot = look(Race(scenario("frontier"), worlds=2, seed=1, collect=False).run())
    drawn = figure(snapshot, Look("compute", "owned", "all"), "svg").decode()
    at = [float(x) for x in re.findall(r'<g id="patch_2">\s*<path d="M [\d.]+ [\d.]+ \nL ([\d.]+)', drawn)]
    legend = drawn[drawn.index('<g id="legend_1">') :]
    names = [float(x) for x in re.findall(r"translate\(([\d.]+) [\d.]+\) scale", legend)]
    assert at and len(names) > len(snapshot.labs) and min(names) > at[0]


def test_a_files_name_says_which_run_it_is() -> None:
    assert run_name(CHOICE) == "computerace-baseline-talent.mobility-1.2-12-worlds-seed-1"
    assert run_name(Choice("auction")) == "computerace-auction-200-worlds-seed-1"


def test_every_offer_says_what_it_is() -> None:
    assert {one["name"] for one in OFFERS} == set(KINDS)
    assert all(one["title"] and one["text"] and one["button"] for one in OFFERS)


def test_the_saved_page_needs_nothing_else(document: str) -> None:
    own = document[: document.index("<script>")] + document[document.rindex("<script>") :]
    assert re.findall(r"(?:src|href)=\"(?!data:image/png|#race-part)|url\(|https?://", own) == []
    assert "<!--" not in own
    assert len(document.encode()) < 1_700_000


def test_the_saved_page_holds_the_charts_as_they_are(document: str, snapshot: Snapshot) -> None:
    assert told(document, "charts") == json.loads(json.dumps(charts(snapshot, LIGHT, "all")))


def test_the_saved_page_begins_with_the_chart_that_was_shown(document: str, snapshot: Snapshot) -> None:
    begin = told(document, "start")
    assert (begin["chart"], begin["definition"]) == ("shares", "used")
    assert begin["dates"] == snapshot.dates()
    assert begin["events"] == events_csv(snapshot)
    assert begin["dark"]["#FFFFFF"] == DARK.surface


def test_the_saved_page_says_question_answer_date_and_how_to_cite(document: str, snapshot: Snapshot) -> None:
    for words in (question_words(snapshot, SHOWN), answer_words(snapshot, SHOWN)):
        assert html.escape(words) in document
    head = document[: document.index("<style>")]
    assert re.findall('<meta (?:name|property)="([a-z:]+)"', head) == [
        "viewport", "description", "og:type", "og:title", "og:description", "og:image", "twitter:card",
    ]  # fmt: skip
    assert "saved on 2026-03-01" in document
    assert "computerace race baseline --worlds=12 --seed=1 --set=talent.mobility=1.2" in document
    assert "<h2>What to keep in mind</h2>" in document


def test_the_answer_says_how_many_worlds_got_there(snapshot: Snapshot, idle: Snapshot) -> None:
    words = answer_words(snapshot, Look())
    assert "says this model: in none of 12 worlds xAI came to own more AI compute than" in words
    assert words.endswith("combined by December 2030, so its probability is below 24.2 %.")
    assert question_words(idle, Look()).startswith("Will xAI own more AI compute than Google, Microsoft and Meta")


def test_the_table_of_months_has_a_row_for_each_and_the_claims_ratio(document: str, snapshot: Snapshot) -> None:
    table = months_table(snapshot, Look("compute", "used", "all"))
    assert table == told(document, "tables")["used"]
    assert len(table["rows"]) == 61
    assert all(len(row) == len(table["heads"]) for row in table["rows"])
    found = claim(snapshot, "used", "all")
    assert table["rows"][60][-2].startswith(f"{plain(found.ratio)} (")


def test_the_events_are_a_table(snapshot: Snapshot) -> None:
    table = pd.read_csv(io.StringIO(events_csv(snapshot)))
    assert list(table.columns) == ["month", "date", "owner", "kind", "text"]
    assert len(table) == len(snapshot.events) > 0


def test_the_saved_page_answers_the_claim(document: str, snapshot: Snapshot) -> None:
    table = document[document.index("<h2>The claim") : document.index("What binds each lab")]
    assert table.count("<tr>") == 9
    found = claim(snapshot, "used", "three")
    assert f"<td>{html.escape(probability_words(found))}</td>" in table
    assert f"<td>{plain(found.ratio)} ({plain(found.ratio_low)}–{plain(found.ratio_high)})</td>" in table


def test_the_saved_page_says_which_race_it_is(document: str) -> None:
    assert "scenario=baseline&amp;worlds=12&amp;seed=1&amp;talent.mobility=1.2" in document
    assert "<td>talent.mobility</td><td>1.2</td><td>ratio</td>" in document


def test_what_a_scenario_calls_itself_cannot_run_in_the_saved_page(snapshot: Snapshot) -> None:
    from dataclasses import replace

    nasty = replace(snapshot, owners=("<script>alert(1)</script>", *snapshot.owners[1:]), claimant=snapshot.owners[0])
    labels = charts(replace(nasty, claimant="<script>alert(1)</script>"), LIGHT)
    assert "</script>" in json.dumps(labels)
    page = saved_page(CHOICE, replace(nasty, claimant="<script>alert(1)</script>"), Look(), PLACE)
    assert "<script>alert" not in page
    own = page[page.rindex("<script>\n  const charts") :]
    assert own.count("</script>") == 1


def test_without_a_race_there_is_nothing_to_save() -> None:
    with pytest.raises(ValueError, match="no race to save"):
        saved_page(CHOICE, None, Look(), PLACE)
