"""Claims on the page: the same answers as a folder gives, and each slip in a line."""

from pathlib import Path

import pytest
import solara

from computerace.analysis.claim import probability_words
from computerace.analysis.columns import DEADLINE_MONTHS
from computerace.observables import OBSERVABLES
from computerace.runs.cli import run
from computerace.runs.page import parts
from computerace.runs.page.asked import LONGEST_TEXT, asked, shipped
from computerace.runs.page.claims_panel import ClaimsPanel
from computerace.runs.page.player import Player
from computerace.runs.page.snapshot import Snapshot
from computerace.runs.studies.claims import ask

POWER = """
claimant = "each lab"
quantity = "power_mw"
relation = "first"
by = [12, 60]
months_in_a_row = 3
"""


def test_a_claim_comes_true_in_as_many_worlds_as_a_folder_of_the_race_says(snapshot: Snapshot, tmp_path: Path) -> None:
    words = ["--worlds", str(snapshot.worlds), "--seed", str(snapshot.seed), "--workers", "1"]
    assert run(["race", snapshot.scenario, *words, "--out", str(tmp_path / "race"), "--json"]) == 0
    (tmp_path / "power.toml").write_text(POWER, encoding="utf-8")
    for text, claim in ((POWER, str(tmp_path / "power.toml")), (shipped()["most"], "most")):
        told = ask(tmp_path / "race", [claim])
        rows = asked(text, snapshot).rows
        assert [row["lab"] for row in rows] == told["lab"].tolist()
        assert [row["chance"] for row in rows] == [probability_words(row) for row in told.to_dict("records")]


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_claim_has_its_question_and_a_chance(name: str, snapshot: Snapshot) -> None:
    found = asked(shipped()[name], snapshot)
    assert snapshot.month == DEADLINE_MONTHS
    assert found.question.endswith("?") and found.rows and not found.refused


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quantity =", "the claim is not TOML"),
        ('quantity = "powr_mw"\nrelation = "first"\nby = 3', "unknown observable 'powr_mw'; did you mean 'power_mw'"),
        ('quantity = "power_mw"\nrelation = "first"', "a claim needs a deadline"),
        ('quantity = "power_mw"\nrelation = "first"\nby = 61', "is after 60, the last month"),
        ("#" * (LONGEST_TEXT + 1), "may have 4,000 characters"),
        ("", "needs quantity"),
    ],
)
def test_a_slip_is_told_in_a_line(text: str, told: str, snapshot: Snapshot) -> None:
    found = asked(text, snapshot)
    assert told in found.refused and "\n" not in found.refused and not found.rows


def test_the_page_keeps_whatever_a_claim_may_be_about(snapshot: Snapshot) -> None:
    kept = {**snapshot.owner_measures, **snapshot.market_measures}
    assert set(OBSERVABLES) <= set(kept)


def test_what_is_written_is_asked_of_the_race_that_was_run_ahead() -> None:
    from computerace.runs.page.choice import Choice

    player = Player(Choice("baseline", worlds=3))
    _, context = solara.render(ClaimsPanel(player, player.race, None, None), handle_error=False)
    try:
        plain = {"chosen": "", "text": "", "question": "", "refused": ""}
        one = parts.OwnClaim(
            names=[], rows=[], waiting=False, worlds=1, event_choose=print, event_write=print, **plain
        )  # fmt: skip
        (widget,) = context.find(one.component.widget).widgets
        assert (widget.chosen, widget.rows, widget.waiting) == ("most", [], True)
    finally:
        context.close()
        player.close()
