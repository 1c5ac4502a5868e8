"""What can be taken away from the page is whole by itself."""

import html
import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.folder import load
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import claim, probability_words
from computerace.runs.page.palette import LIGHT
from computerace.runs.page.saved import charts, saved_page
from computerace.runs.page.snapshot import Snapshot
from computerace.runs.page.take_away import OFFERS, run_as_csv, run_as_png, run_as_zip, run_name

CHOICE = Choice(worlds=12).changed("talent.mobility", 1.0)


@pytest.fixture(scope="module")
def document(snapshot: Snapshot) -> str:
    return saved_page(CHOICE, snapshot, LIGHT)


def test_the_run_is_the_folder_that_the_command_line_leaves(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(run_as_zip(CHOICE))) as archive:
        archive.extractall(tmp_path)
    run = load(tmp_path / run_name(CHOICE))
    assert run.manifest["status"] == "complete"
    assert (run.manifest["worlds"], run.manifest["seed"]) == (12, 1)
    assert len(run.worlds) == 12
    assert run.manifest["scenario"]["settings"] == {"talent.mobility": 1.0}


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


def test_the_figure_is_a_png() -> None:
    assert run_as_png(CHOICE)[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_files_name_says_which_run_it_is() -> None:
    assert run_name(CHOICE) == "computerace-baseline-12-worlds-seed-1-1-levers"
    assert run_name(Choice("auction")) == "computerace-auction-200-worlds-seed-1"


def test_every_offer_says_what_it_is() -> None:
    assert [one["name"] for one in OFFERS] == ["html", "zip", "csv", "png"]
    assert all(one["title"] and one["text"] and one["button"] for one in OFFERS)


def test_the_saved_page_needs_nothing_else(document: str) -> None:
    own = document[: document.index("<script>")] + document[document.rindex("<script>") :]
    assert re.findall(r"(?:src|href)=|url\(|https?://", own) == []
    assert "<!--" not in own
    assert len(document.encode()) < 1_700_000


def test_the_saved_page_holds_the_charts_as_they_are(document: str, snapshot: Snapshot) -> None:
    data = document[document.rindex("const charts = ") + 15 : document.rindex(";\n  const drawn")]
    kept = json.loads(data.replace("<\\/", "</"))
    assert kept == json.loads(json.dumps(charts(snapshot, LIGHT)))


def test_the_saved_page_answers_the_claim(document: str, snapshot: Snapshot) -> None:
    table = document[document.index("<h2>The claim") : document.index("What binds each lab")]
    assert table.count("<tr>") == 9
    found = claim(snapshot, "used", "three")
    assert f"<td>{html.escape(probability_words(found))}</td>" in table
    assert f"<td>{plain(found.ratio)} ({plain(found.ratio_low)}–{plain(found.ratio_high)})</td>" in table


def test_the_saved_page_says_which_race_it_is(document: str) -> None:
    assert "scenario=baseline&amp;worlds=12&amp;seed=1&amp;talent.mobility=1.0" in document
    assert "<td>talent.mobility</td><td>1</td><td>ratio</td>" in document


def test_what_a_scenario_calls_itself_cannot_run_in_the_saved_page(snapshot: Snapshot) -> None:
    from dataclasses import replace

    nasty = replace(snapshot, owners=("<script>alert(1)</script>", *snapshot.owners[1:]), claimant=snapshot.owners[0])
    labels = charts(replace(nasty, claimant="<script>alert(1)</script>"), LIGHT)
    assert "</script>" in json.dumps(labels)
    page = saved_page(CHOICE, replace(nasty, claimant="<script>alert(1)</script>"), LIGHT)
    own = page[page.rindex("<script>\n  const charts") :]
    assert own.count("</script>") == 1


def test_without_a_race_there_is_nothing_to_save() -> None:
    with pytest.raises(ValueError, match="no race to save"):
        saved_page(CHOICE, None, LIGHT)
