"""`computerace break-even`: levers are found by their names, tables and picture are kept, mistakes are a line."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from computerace.market.registry import PARAMETERS
from computerace.runs.cli import run
from computerace.runs.scenarios import scenario
from computerace.runs.studies.break_even import Played, levers_of
from computerace.runs.studies.tried import Tried, key_of
from computerace.runs.terminal.break_even import show_break_even
from computerace.runs.worlds.failures import Lost
from computerace.runs.worlds.variants import Piece, pieces_of

SMALL = ["--worlds", "100", "--months", "12", "--chance", "50%"]
BACKING = "labs.xAI.backing_usd_per_month"


def test_the_main_levers_and_all_can_be_moved() -> None:
    baseline = scenario("baseline")
    main, every = levers_of(baseline, ["main"]), levers_of(baseline, ["all"])
    assert {one.name for one in main} < {one.name for one in every}
    assert len(every) > len(PARAMETERS) / 2
    for one in every:
        assert one.low < one.high and one.low <= one.value <= one.high, one.name
        assert one.spread is None or one.spread > 0, one.name


@pytest.mark.slow
@pytest.mark.parametrize("end", ["low", "high"])
def test_every_lever_can_be_held_at_its_ends(end: str) -> None:
    """The rest of the market neither enters nor leaves, for one."""
    baseline = scenario("baseline")
    levers = levers_of(baseline, ["all"])
    assert len(Played(baseline, 1, 1, 1)([{one.name: getattr(one, end)} for one in levers])) == len(levers)


def test_the_rest_of_the_market_is_always_there() -> None:
    names = {one.name for one in levers_of(scenario("baseline"), ["all"])}
    assert "labs.Meta.exit_month" in names and "labs.Rest.users_share" in names
    assert not {"labs.Rest.entry_month", "labs.Rest.exit_month"} & names


def test_a_run_keeps_its_tables_and_its_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "even"
    assert (
        run(
            [
                "break-even",
                *SMALL,
                "--levers",
                f"{BACKING},chips.supply_growth_2026,frontier",
                "--out",
                str(out),
                "--json",
            ]
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert [row["lever"] for row in told["levers"]] == [BACKING, "chips.supply_growth_2026"]
    assert all(row["at"] is None and 0 <= row["most"] < 0.5 for row in told["levers"])  # a year is too short
    assert [row["scenario"] for row in told["scenarios"]] == ["frontier"]
    assert len(pd.read_csv(out / "levers.csv")) == 2
    assert (out / "break-even.png").stat().st_size > 0


@pytest.mark.slow
def test_a_chance_that_is_there_already_is_a_line_and_no_joint_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, levers = tmp_path / "even", "finance.appetite,finance.window_growth"
    words = ["break-even", "as-announced", "--definition", "used", "--chance", "2%", "--worlds", "100"]
    assert run([*words, "--levers", levers, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "The chance is there already" in told and "not within bounds: at least" in told
    assert "at most" not in told and "→" not in told
    assert not len(pd.read_csv(out / "joint.csv"))
    assert run([*words, "--levers", levers, "--out", str(out), "--json"]) == 0
    present = json.loads(capsys.readouterr().out)["present"]
    assert present["low"] < present["chance"] < present["high"] and present["chance"] >= 0.02


def shown(single: Sequence[Mapping[str, float | str]], joint: int, there: int) -> None:
    known = Played(scenario("baseline"), 100, 1, 12)
    changes = {"levers": ["a", "b"], "values": {"a": 2.0, "b": 1.0}, "spreads": {"a": 1.0, "b": 0.0}, "distance": 1.0}
    row = {"scenario": "other", "chance": 0.02, "low": 0.01, "high": 0.04}
    present, others = pd.DataFrame([row]), pd.DataFrame([row] * there)
    show_break_even(known, 0.1, present, pd.DataFrame(single), pd.DataFrame([changes] * joint), others, 1.0)


def test_a_lever_that_never_reaches_it_has_no_unit_and_what_is_not_shown_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nowhere = {"at": np.nan, "low": np.nan, "high": np.nan, "present": 0.02, "least": 0.01, "most": 0.66}
    single = [{"lever": name, "unit": "ratio", "value": 1.0, **nowhere} for name in ("a", "b")]
    shown(single, joint=7, there=9)
    told = capsys.readouterr().out
    assert "at most 66.0 %" in told and "ratio" not in told
    assert "and 2 more, in joint.csv" in told and "and 4 more, in scenarios.csv" in told
    shown(single, joint=5, there=5)
    assert " more, in" not in capsys.readouterr().out


def test_scenarios_alone_can_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "even"
    assert run(["break-even", *SMALL, "--levers", "frontier,chip-glut", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "chip-glut" in told and "One lever" not in told
    assert len(pd.read_csv(out / "scenarios.csv")) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--chance", "110%"], "below 1"),
        (["--chance", "0%"], "above 0"),
        (["--chance", "100%"], "below 1"),
        (["--worlds", "20"], "at least 100"),
        (["--chance", "much"], "as in 10%"),
        (["--levers", "chips.supply_growth"], "chips.supply_growth_2026"),
        (["--levers", "chips.allocation"], "choice of words"),
        (["--levers", ","], "at least one"),
        (["--levers", "sites.speed,frontier,sites.speed"], "sites.speed twice"),
        (["--chance", "0.01%", "--worlds", "100"], "at least 10,000 worlds"),
        (["--chance", "99.9999%", "--levers", "frontier"], "at least 1,000,000 worlds"),
    ],
)
def test_what_cannot_be_asked_is_a_line(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["break-even", *words, "--out", str(tmp_path / "even")]) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_same_question_plays_nothing_again_and_another_chance_only_what_is_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from computerace.runs.studies import break_even as study

    played: list[int] = []

    def counted(variants: list[object], *words: object, **more: object) -> object:
        played.append(len(variants))
        return pieces_of(variants, *words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(study, "pieces_of", counted)
    words = ["break-even", "--worlds", "100", "--months", "12", "--levers", f"{BACKING},frontier", "--json"]
    told = []
    for chance in ("1%", "1%", "2%"):
        assert run([*words, "--chance", chance, "--out", str(tmp_path / "even")]) == 0
        told.append((json.loads(capsys.readouterr().out), sum(played)))
    assert told[0] == told[1]
    assert told[2][1] <= told[1][1] + 40  # roots for another chance at most
    assert run(["race", "--worlds", "2", "--months", "12", "--out", str(tmp_path / "even")]) == 2
    assert "give another" in capsys.readouterr().err
    assert run([*words, "--seed", "2", "--out", str(tmp_path / "even")]) == 2
    assert "seed 1 there, 2 here" in capsys.readouterr().err


def test_what_was_tried_before_an_end_in_the_middle_is_there_for_the_next_run(tmp_path: Path) -> None:
    def ended() -> Iterator[Piece]:
        yield Piece(np.array([0, 0, 1]), np.array([0, 1, 0]), {"first": np.array([3.0, np.nan, 1.0])}, {}, ())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Tried(tmp_path).take(["one", "other"], 2, ended(), "first")
    again = Tried(tmp_path)
    again.read()
    assert again.missing(["other", "one"]) == ["other"]  # of which a world is missing
    reached, through = again.found["one"]
    assert reached.tolist() == [True, False] and through.all()


def test_a_world_that_fails_under_one_change_is_left_out_of_all(tmp_path: Path) -> None:
    tried = Tried()
    months = np.array([3.0, np.nan, 1.0])
    lost = Lost(0, 0, "", "", {}, variant=1)
    pieces = [Piece(np.array([0, 0, 1]), np.array([0, 1, 1]), {"first": months}, {}, (lost,))]
    baseline = scenario("baseline")
    both = [baseline, baseline.with_settings({"sites.speed": 2.0})]
    tried.take([key_of(one) for one in both], 2, pieces, "first")
    played = Played(baseline, 2, 1, 12, tried=tried)
    assert played.of(both).tolist() == [0.0, 1.0]
    assert played.of(both[:1]).tolist() == [0.5]
    assert played.lost == 1


def test_a_changed_bit_in_what_was_tried_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["break-even", *SMALL, "--levers", "frontier", "--out", str(tmp_path)]
    assert run(words) == 0
    file = tmp_path / "tried.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"00', '"80', 1), encoding="utf-8")
    capsys.readouterr()
    assert run(words) == 2
    assert "tried.json is damaged" in capsys.readouterr().err


@pytest.mark.slow
def test_a_report_of_the_run_it_was_put_into_has_its_table_and_its_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert run(["race", "--worlds", "4", "--months", "12", "--out", str(out)]) == 0
    assert run(["break-even", *SMALL, "--levers", f"{BACKING},frontier", "--out", str(out / "break-even")]) == 0
    assert run(["report", str(out)]) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert (out / "figures" / "break-even.png").stat().st_size > 0
    assert "One lever by itself" in page and "Another scenario in its place" in page and BACKING in page
    (out / "break-even" / "levers.parquet").write_bytes(b"PAR1")
    capsys.readouterr()
    assert run(["report", str(out)]) == 0
    assert "levers.parquet is damaged" in " ".join(capsys.readouterr().out.split())


def test_money_that_stands_at_nothing_is_moved_by_factors() -> None:
    """From 0 to its bound of ten trillion a month in steps of growing width, so that a billion is not passed over."""
    (lever,) = levers_of(scenario("baseline"), [BACKING])
    places = np.linspace(*lever.ends, 9)
    values = np.array([lever.at(place) for place in places])
    assert values[0] == 0.0 and values[-1] == pytest.approx(1e13)
    assert values[1] < 1e10
    assert (np.diff(values[1:]) > np.diff(values[:-1])).all()
