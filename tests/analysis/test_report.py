"""The report: right words for the numbers, one file that needs no other, from every kind of folder."""

import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from computerace.analysis.folder import Runs, load
from computerace.analysis.report import prepare, write_report
from computerace.analysis.report.answer import (
    answer_of,
    sentence,
)
from computerace.analysis.report.gallery import scenario_differences
from computerace.analysis.report.game_figures import game_figures, joint_changes, regrets, single_levers
from computerace.analysis.report.inline import dark_variables, inlined, svg_text
from computerace.analysis.report.rests_on import rests_on
from computerace.analysis.style import lab_colour, new_axes, on_dark
from computerace.runs.cli import run
from computerace.runs.sweeps.sweep import sweep
from tests.analysis.folders import SCENARIO, claim_worlds, runs_of
from tests.runs.answering import by_hand


class Fetched(HTMLParser):
    """What a page would fetch: addresses outside of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset", "data", "action", "poster") and not (value or "").startswith(
                ("#", "data:")
            ):
                self.found.append(f"{tag} {name}={value}")
            if name == "id":
                self.ids.append(value or "")


def read(page: Path) -> tuple[str, Fetched]:
    text, parser = page.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " "), Fetched()
    parser.feed(text)
    return text, parser


class TestInlining:
    def picture(self) -> str:
        ax = new_axes()
        ax.fill_between([0, 1], [0, 1], color=lab_colour("xAI"))
        ax.set_title("a title")
        return svg_text(ax)

    def test_ids_of_two_figures_do_not_clash_and_references_hold(self) -> None:
        one, other = (inlined(self.picture(), name) for name in ("one", "two"))
        ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in (one, other)]
        assert ids[0]
        assert not ids[0] & ids[1]
        used = set(re.findall(r'href="#([^"]+)"', one)) | set(re.findall(r"url\(#([^)]+)\)", one))
        assert used
        assert used <= ids[0]

    def test_colours_turn_on_a_dark_ground_and_stay_in_print(self) -> None:
        text = inlined(self.picture(), "one")
        colour = lab_colour("xAI")
        assert f"var(--c{colour[1:].lower()}, {colour})" in text
        assert f"--c{colour[1:].lower()}: {on_dark(colour)};" in dark_variables(text)

    def test_an_inlined_figure_fetches_nothing(self) -> None:
        parser = Fetched()
        parser.feed(inlined(self.picture(), "one"))
        assert parser.found == []


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "race"
    line = ["race", "baseline", "--worlds", "120", "--months", "12", "--workers", "1", "--json"]
    assert run([*line, "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def reported(race: Path) -> Path:
    assert run(["report", str(race)]) == 0
    return race


def test_the_page_is_one_file_that_fetches_nothing(reported: Path) -> None:
    text, parser = read(reported / "report.html")
    assert parser.found == []
    assert not {"script", "link", "img", "iframe"} & set(parser.tags)
    assert "@import" not in text
    assert not re.findall(r"url\((?!#)", text)
    assert len(parser.ids) == len(set(parser.ids))


def test_the_page_says_what_a_reader_needs(reported: Path) -> None:
    text, parser = read(reported / "report.html")
    runs = load(reported)
    assert "Will xAI own more AI compute than Google, Microsoft and Meta combined by December 2026?" in text
    assert sentence(answer_of(runs)) in text
    for anchor in ("figures", "sure", "rests-on", "cannot", "manifest"):
        assert anchor in parser.ids
    top = rests_on(runs, 12).table
    assert top is not None
    for name, grade in zip(top["parameter"], top["grade"], strict=True):
        assert re.search(rf"<code>{re.escape(name)}</code>.*<td>{grade}</td>", text)
    assert html.escape(runs.manifest["parameters"]["chips.price_decline"]["source"]) in text


def test_every_figure_is_there_as_png_and_svg_and_on_the_page(reported: Path) -> None:
    _, parser = read(reported / "report.html")
    shown = {one.removeprefix("figure-") for one in parser.ids if re.fullmatch(r"figure-[a-z-]+", one)}
    files = {file.name for file in (reported / "figures").iterdir()}
    assert files == {f"{name}.{end}" for name in shown for end in ("png", "svg")}
    assert {"ratio", "shares", "compute", "ledger", "chip-price", "power", "researchers", "tornado"} <= shown
    assert all((reported / "figures" / name).read_bytes()[:4] in (b"\x89PNG", b"<?xm") for name in files)


def test_a_race_may_still_replace_its_folder_after_a_report(reported: Path) -> None:
    line = ["race", "baseline", "--worlds", "120", "--months", "12", "--workers", "1", "--json", "--out", str(reported)]
    kept = (reported / "report.html").read_bytes()
    figures = {file.name: file.read_bytes() for file in (reported / "figures").iterdir()}
    assert run(line) == 0
    (reported / "figures").mkdir(exist_ok=True)
    for name, content in figures.items():
        (reported / "figures" / name).write_bytes(content)
    (reported / "report.html").write_bytes(kept)


def test_json_is_one_object_with_the_answer_and_what_was_left_out(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = load(race)
    outcomes = Runs(bare.path, bare.manifest, bare.worlds, None, None)
    written = write_report(prepare(outcomes), tmp_path / "bare")
    assert json.loads(json.dumps(written.to_dict()))["claim"]["worlds"] == 120
    lacking = {title for title, _ in written.missing}
    assert lacking == {
        "Researchers who come and go", "The price of chips", "Orders that wait", "Power by kind of contract",
        "How concentrated compute is",
    }  # fmt: skip
    text, _ = read(written.page)
    assert "this folder keeps no months" in text
    assert run(["report", str(tmp_path / "bare"), "--json"]) == 2
    assert capsys.readouterr().out == ""


def test_names_are_escaped(tmp_path: Path) -> None:
    nasty = "<script>alert('x')</script>"
    odd = {**SCENARIO, "name": nasty, "question": f"Is {nasty} safe?"}
    written = write_report(prepare(runs_of(claim_worlds(30), scenario=odd)), tmp_path)
    text, parser = read(written.page)
    assert "script" not in parser.tags
    assert "&lt;script&gt;" in text


def test_a_folder_that_cannot_be_written_is_refused_in_one_line(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert run(["report", str(race), "--out", str(tmp_path / "file")]) == 2
    error = capsys.readouterr().err
    assert "cannot write to" in error
    assert error.count("\n") == 1


def test_the_answer_of_another_command_is_no_run(
    race: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = by_hand(race) | {"kind": "twin", "design": {"scenarios": []}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    pd.DataFrame({"variant": [0, 1], "world": [0, 0]}).to_parquet(tmp_path / "worlds.parquet")
    assert run(["report", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "is of `computerace twin`; report reads a race's or a sweep's folder" in error
    assert error.count("\n") == 1


def test_scenarios_are_compared_world_by_world() -> None:
    worlds = pd.concat([claim_worlds(40).assign(point=point) for point in (0, 1)], ignore_index=True)
    worlds.loc[worlds["point"] == 1, "owned_three_ratio_60"] *= 3
    points = pd.DataFrame({"point": [0, 1], "row": [0, 0], "scenario": ["one", "other"]})
    several = [SCENARIO | {"name": name} for name in ("one", "other")]
    runs = Runs(Path("x"), runs_of(worlds, scenarios=several).manifest, worlds, None, None, points)
    found = scenario_differences(runs, 60)
    assert found["name"].tolist() == ["other"]
    assert found[["value", "low", "high"]].to_numpy(dtype=float) == pytest.approx(3.0)


GROWTH = {"parameter": "chips.supply_growth_2026"}
STOCK = {"parameter": "labs.xAI.owned_h100e", "low": 1e5, "high": 3e6}  # moves the ratio more than luck does
SWEEPS: dict[str, dict[str, Any]] = {
    "prior": {"sampler": {"kind": "prior", "points": 120}, "worlds_per_point": 2, "keep": "outcomes"},
    "lhs": {"sampler": {"kind": "lhs", "points": 6}, "vary": [GROWTH, STOCK], "worlds_per_point": 8},
    "grid": {
        "sampler": {"kind": "grid"}, "worlds_per_point": 8,
        "vary": [{"parameter": "chips.allocation", "values": ["posted", "pro_rata"]}],
    },
    "saltelli": {
        "fixed": True, "sampler": {"kind": "saltelli", "n": 16}, "vary": [GROWTH, STOCK], "worlds_per_point": 4,
        "keep": "outcomes",
    },
    "morris": {
        "fixed": True, "sampler": {"kind": "morris", "n": 8, "levels": 4}, "vary": [GROWTH, STOCK],
        "worlds_per_point": 4,
        "keep": "outcomes",
    },
    "steps": {"sampler": {"kind": "prior", "points": 4}, "worlds_per_point": 5, "keep": "steps"},
    "scenarios": {"scenarios": ["baseline", "chip-shock"], "sampler": {"kind": "none"}, "worlds_per_point": 40},
}  # fmt: skip
SAYS = {
    "prior": ("points drawn from the priors", "says this model"),
    "lhs": ("a Latin hypercube", "that is no probability"),
    "grid": ("every combination of the values given", "no parameter differs by a number between its points"),
    "saltelli": ("figure-sobol-total", "with all it acts with (total index)"),
    "morris": ("figure-morris", "effect over its range"),
    "steps": ("figure-researchers", "says this model"),
    "scenarios": ("figure-scenarios", "Of 2 scenarios in the same luck, xAI does worst in"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SWEEPS)
def test_every_kind_of_sweep_has_its_report(kind: str, tmp_path: Path) -> None:
    design = {"seed": 3, "months": 12} | ({} if "scenarios" in SWEEPS[kind] else {"scenario": "baseline"})
    sweep(design | SWEEPS[kind], tmp_path / kind, workers=1)
    assert run(["report", str(tmp_path / kind)]) == 0
    text, parser = read(tmp_path / kind / "report.html")
    assert parser.found == []
    for words in SAYS[kind]:
        assert words in text
    assert len(list((tmp_path / kind / "figures").glob("*.svg"))) >= 6


def test_the_page_explains_every_grade_that_a_parameter_can_have() -> None:
    from computerace.analysis.report import rests_on
    from computerace.market.parameters import GIVEN, GRADES

    assert set(rests_on.GRADES) == {*GRADES, GIVEN}


def test_a_game_and_its_levers_are_shown_where_the_folder_holds_them(tmp_path: Path) -> None:
    runs = replace(runs_of(claim_worlds(40, 5)), path=tmp_path)
    assert [one.name for one in game_figures(runs)] == []
    (tmp_path / "game").mkdir()
    (tmp_path / "break-even").mkdir()
    told = {"ambition_usd": 0.0, "kind": "pure", "chance": 0.1, "low": 0.05, "high": 0.2, "ratio_p50": 0.02}
    pd.DataFrame([told]).to_parquet(tmp_path / "game" / "equilibria.parquet")
    pd.DataFrame({"lever": ["a"], "chance": [0.2]}).to_parquet(tmp_path / "break-even" / "levers.parquet")
    pd.DataFrame({"a": [1.0, 2.0], "chance": [0.1, 0.3]}).to_parquet(tmp_path / "break-even" / "map.parquet")
    game, ratio, levers = game_figures(runs)
    assert ratio.draw(None).get_ylabel() == "compute over the rivals'"
    assert game.draw(None).get_ylabel() == "chance of the claim (%)"
    asked_for = levers.draw(None).get_lines()[1]
    assert (np.asarray(asked_for.get_ydata()) == 20.0).all()


def test_what_it_would_take_is_told_below_its_picture() -> None:
    seen = {"unit": "ratio", "value": 1.0, "present": 0.01, "least": 0.003, "most": 0.021, "chance": 0.2}
    nowhere = {"at": np.nan, "low": np.nan, "high": np.nan}
    reached = seen | {"lever": "a", "at": 2.5e10, "low": 2e10, "high": 3e10, "most": 0.4}
    never = seen | nowhere | {"lever": "b"}
    above = seen | nowhere | {"lever": "c", "present": 0.4, "least": 0.35, "most": 0.02}
    single = single_levers(pd.DataFrame([above, never, reached]))
    assert single.rows[0] == ("a", "1.00", "25.0 billion", "20.0 billion", "30.0 billion", "ratio")
    assert single.rows[1][2:] == ("not within its bounds: at most 2.1 %", "", "", "")
    assert single.rows[2][2:] == ("not within its bounds: at least 35.0 %", "", "", "")
    joint = joint_changes(pd.DataFrame([{"values": '{"a": 2.0, "b": 3e9}', "distance": 1.25}]))
    assert joint.rows == (("1.25", "a 2.00, b 3.00 billion"),)
    many = joint_changes(pd.DataFrame([{"values": '{"a": 2.0}', "distance": 1.25}] * 12))
    assert len(many.rows) == 10 and "the first 10 of 12" in many.caption


def test_a_gain_of_no_other_strategy_is_told_as_none() -> None:
    row = {"ambition_usd": 2e11, "lab": "A", "strategy": "idle", "gain_usd": 5e9, "low": 1e9, "high": 9e9}
    told = regrets(pd.DataFrame([row | {"best_response": "idle"}, row | {"best_response": "steady"}]))
    assert [one[1:] for one in told.rows] == [("A", "idle", "the same", "–"), ("A", "idle", "steady", "5 (1 to 9)")]
