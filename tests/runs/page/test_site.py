"""`computerace page` writes a site that stands by itself, whole or not at all."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from computerace.market.errors import UserError
from computerace.runs.model.race import Race
from computerace.runs.page import site
from computerace.runs.page.choice import Choice
from computerace.runs.page.snapshot import look
from computerace.runs.page.stored import stored
from computerace.runs.page.words import Look, answer_words
from tests.runs.answering import said

FEW = ("--worlds", "4")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "made"
    site.build_site(out, [Choice("baseline", 4), Choice("rivals-idle", 4)], "https://example.org/race/")
    return out


def test_it_has_a_page_pictures_and_tables_for_each_scenario(built: Path) -> None:
    ends = (".html", ".png", ".svg", "-months.csv", "-events.csv")
    named = {name + end for name in ("baseline", "rivals-idle") for end in ends}
    assert {path.name for path in built.iterdir()} == named | {"index.html", "echarts.js", "site.json"}
    assert [one["name"] for one in json.loads((built / "site.json").read_text("utf-8"))["scenarios"]] == [
        "baseline",
        "rivals-idle",
    ]


def test_every_link_leads_to_a_file_of_the_site_and_none_outside(built: Path) -> None:
    for page in built.glob("*.html"):
        for link in re.findall(r'(?:src|href)="([^"]+)"', page.read_text(encoding="utf-8")):
            if not link.startswith(("#", "https://example.org/race/")):
                assert (built / link).is_file(), link
    front = (built / "index.html").read_text(encoding="utf-8")
    assert '<meta property="og:image" content="https://example.org/race/baseline.png">' in front


def test_front_page_and_pages_have_the_answer_of_the_most_worlds(tmp_path: Path, built: Path) -> None:
    """Of a scenario as it is shipped the kept one, as `computerace view` says it; with a lever moved the site's own."""
    for name, page in (("baseline", "index.html"), ("baseline", "baseline.html"), ("rivals-idle", "rivals-idle.html")):
        said, kept = (built / page).read_text(encoding="utf-8"), stored()[name]
        assert html.escape(kept["sentence"]) in said
        assert f"From {kept['worlds']:,} worlds, kept with the program. Rivals: " in said
        assert "<!--" not in said
    moved = Choice("rivals-idle", 4).changed("talent.mobility", 0.8)
    race = Race(moved.race_scenario(), worlds=4, seed=1, collect=False).run()
    front = site.build_site(tmp_path / "moved", [moved]).front.read_text(encoding="utf-8")
    assert html.escape(answer_words(look(race), Look())) in front
    assert "From the 4 worlds of this page. Rivals: " in front


def test_the_command_writes_replaces_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep" / "site"
    words = ("page", "chip-glut", *FEW, "--out", str(out))
    for _ in range(2):
        code, printed, _ = said(capsys, *words)
        assert code == 0
        assert str(out / "index.html") in printed
        assert (out / "chip-glut.html").is_file()
    (out / "old.html").write_text("old", encoding="utf-8")
    code, printed, _ = said(capsys, *words, "--json")
    assert json.loads(printed) == {
        "site": str(out / "index.html"), "scenarios": ["chip-glut"], "failed": 0,
    }  # fmt: skip
    assert not (out / "old.html").exists()
    assert [path.name for path in out.parent.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("chip-glu",), "unknown scenario 'chip-glu'; did you mean 'chip-glut'"),
        (("baseline", "baseline"), "two pages cannot have one name: 'baseline'"),
        (("baseline", "--worlds", "0"), "--worlds must be"),
        (("baseline", "--url", "example.org"), "--url must be an address such as https://example.org/race/"),
        (("baseline", "--url", "https://[oops"), "--url must be an address"),
    ],
)
def test_what_it_cannot_use_is_refused_in_a_line(
    words: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, errors = said(capsys, "page", *words, "--out", str(tmp_path / "site"))
    assert code == 2
    assert told in errors
    assert errors.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    for place in (tmp_path, tmp_path / "thesis.txt", tmp_path / "thesis.txt" / "site"):
        code, _, errors = said(capsys, "page", "baseline", *FEW, "--out", str(place))
        assert code == 2
        assert errors.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_failure_on_the_way_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    site.build_site(out, [Choice("baseline", 2)])
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def broken(*_: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site, "figure", broken)
    with pytest.raises(UserError, match="the disk is full"):
        site.build_site(out, [Choice("chip-glut", 2)])
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


class Fragile(Race):
    """The model, in which world 2 fails."""

    def step(self) -> None:
        if 2 in self.indices:
            raise FloatingPointError("no price")
        super().step()


def test_a_world_that_fails_is_left_out_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("computerace.runs.model.race.Race", Fragile)
    code, _, errors = said(capsys, "page", "baseline", *FEW, "--out", str(tmp_path / "site"))
    assert code == 1
    assert "1 worlds failed and were left out; the first is world 2 of baseline: FloatingPointError: no price" in errors
    rest = look(Race(Choice("baseline").race_scenario(), worlds=3, indices=[0, 1, 3], seed=1, collect=False).run())
    front = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert answer_words(rest, Look()).replace("<", "&lt;") in front


def test_a_scenario_in_which_every_world_fails_has_no_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fragile, "step", lambda _: (_ for _ in ()).throw(FloatingPointError("no price")))
    monkeypatch.setattr("computerace.runs.model.race.Race", Fragile)
    code, _, errors = said(capsys, "page", "baseline", *FEW, "--out", str(tmp_path / "site"))
    assert (code, errors.count("\n")) == (2, 1)
    assert "every world failed; world 0 of baseline: FloatingPointError: no price" in errors
    assert not (tmp_path / "site").exists()
