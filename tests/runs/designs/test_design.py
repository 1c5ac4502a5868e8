"""Design files: what they say when left alone, and every refusal in one line that names what is wrong."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from computerace.market.errors import UserError
from computerace.runs.designs import designs
from computerace.runs.designs.design import read_design
from computerace.runs.designs.given import as_design
from computerace.runs.designs.points import points_of
from computerace.runs.designs.samplers import number_of_points

GROWTH = "chips.supply_growth_2026"
START = 'scenario = "baseline"\n'
LHS = '[sampler]\nkind = "lhs"\npoints = 8\n'
VARY = f'[[vary]]\nparameter = "{GROWTH}"\n'
DESIGNS = sorted((Path(__file__).parents[3] / "runs" / "designs").glob("*.toml"))


def written(folder: Path, text: str) -> Path:
    path = folder / "design.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_issued_form_of_a_design_is_read_as_it_stands(tmp_path: Path) -> None:
    text = f"""
scenario = "baseline"
seed = 7
worlds_per_point = 64
months = 60
keep = "quantiles"
[sampler]
kind = "lhs"
points = 128
[[vary]]
parameter = "{GROWTH}"
low = 1.6
high = 2.8
"""
    design = read_design(written(tmp_path, text))
    assert (design.seed, design.worlds_per_point, design.months, design.keep) == (7, 64, 60, "quantiles")
    assert (design.vary[0].low, design.vary[0].high) == (1.6, 2.8)
    assert number_of_points(design) == 128


def test_ranges_default_to_the_prior(tmp_path: Path) -> None:
    design = read_design(written(tmp_path, START + LHS + VARY))
    prior = design.scenarios[0].parameters()[GROWTH].prior
    assert prior is not None
    assert (design.vary[0].low, design.vary[0].high) == (prior.low, prior.high)
    assert design.vary[0].scale == ("log" if prior.logarithmic else "linear")


def test_a_choice_varies_over_all_its_words(tmp_path: Path) -> None:
    design = read_design(written(tmp_path, START + LHS + '[[vary]]\nparameter = "chips.allocation"\n'))
    (vary,) = design.vary
    assert vary.grid() == list(design.scenarios[0].parameters()["chips.allocation"].choices)


def test_a_design_without_sampler_compares_scenarios(tmp_path: Path) -> None:
    points = points_of(read_design(written(tmp_path, 'scenarios = ["baseline", "auction"]\n')))
    assert points["scenario"].tolist() == ["baseline", "auction"]
    assert points["point"].tolist() == [0, 1]


def test_settings_change_every_scenario_of_a_design(tmp_path: Path) -> None:
    text = f'scenarios = ["baseline", "auction"]\n[settings]\n"{GROWTH}" = 1.5\n'
    design = read_design(written(tmp_path, text))
    assert [one.parameters()[GROWTH].value for one in design.scenarios] == [1.5, 1.5]


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_worked_designs_can_be_run_and_say_what_they_ask(path: Path) -> None:
    design = read_design(path)
    assert len(points_of(design)) > 1
    assert design.question.endswith("?")


def test_worked_designs_are_reached_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert designs() == [path.stem for path in DESIGNS]
    assert len(DESIGNS) >= 6
    for path in DESIGNS:
        assert as_design(path.stem) == read_design(path)
    with pytest.raises(UserError, match="unknown design 'enrgy'; did you mean 'energy'"):
        as_design("enrgy")
    with pytest.raises(UserError, match=r"there is no design energy\.toml; `computerace designs` lists"):
        as_design("energy.toml")


def test_a_file_of_ones_own_comes_before_a_worked_design(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("energy").write_text(START + "seed = 99\n", encoding="utf-8")
    assert as_design("energy").seed == 99


REFUSALS = {
    "unknown key": ("sede = 1\n" + START, "unknown key 'sede'; did you mean 'seed'"),
    "no scenario": ("seed = 1\n", "scenario"),
    "both": (START + 'scenarios = ["baseline"]\n', "one of the two"),
    "unknown scenario": ('scenario = "basline"\n', "did you mean 'baseline'"),
    "twice the same scenario": ('scenarios = ["baseline", "baseline"]\n', "named twice"),
    "unknown sampler": (
        START + '[sampler]\nkind = "lsh"\npoints = 8\n' + VARY,
        "unknown sampler 'lsh'; did you mean 'lhs'",
    ),
    "no kind": (START + "[sampler]\npoints = 8\n" + VARY, "[sampler] needs kind"),
    "wrong size key": (
        START + '[sampler]\nkind = "lhs"\nn = 8\n' + VARY,
        "unknown key of the sampler lhs 'n'; known: kind, points",
    ),
    "no size": (START + '[sampler]\nkind = "saltelli"\n' + VARY, "needs n"),
    "sobol 100": (START + '[sampler]\nkind = "sobol"\npoints = 100\n' + VARY, "got 100, the nearest are 64 and 128"),
    "saltelli 100": (START + '[sampler]\nkind = "saltelli"\nn = 100\n' + VARY, "a power of two"),
    "odd levels": (START + '[sampler]\nkind = "morris"\nn = 4\nlevels = 5\n' + VARY, "even number of levels, got 5"),
    "nothing varies": (START + LHS, "at least one [[vary]]"),
    "no sampler": (START + VARY, "[[vary]] needs a [sampler]"),
    "unknown parameter": (
        START + LHS + '[[vary]]\nparameter = "chips.suply_growth_2026"\n',
        f"did you mean '{GROWTH}'",
    ),
    "no parameter": (START + LHS + "[[vary]]\nlow = 1\n", "needs parameter"),
    "varies twice": (START + LHS + VARY + VARY, "varies twice"),
    "empty range": (START + LHS + VARY + "low = 2\nhigh = 2\n", "the range 2 to 2 is empty"),
    "out of bounds": (START + LHS + VARY + "high = 1e9\n", "out of bounds"),
    "word for a number": (START + LHS + VARY + 'low = "x"\n', "low must be a number"),
    "range of a word": (START + LHS + '[[vary]]\nparameter = "chips.allocation"\nlow = 1\n', "leave out low"),
    "wrong word": (
        START + LHS + '[[vary]]\nparameter = "chips.allocation"\nvalues = ["pstd"]\n',
        "did you mean 'posted'",
    ),
    "value twice": (START + LHS + VARY + "values = [2.0, 2.0]\n", "given twice"),
    "log from below 0": (
        START + LHS + '[[vary]]\nparameter = "users.pass_through"\nlow = 0\nhigh = 1\nscale = "log"\n',
        "above 0",
    ),
    "grid without steps": (START + '[sampler]\nkind = "grid"\n' + VARY, "steps = 2 or more"),
    "steps in lhs": (START + LHS + VARY + "steps = 4\n", "leave out steps"),
    "range in prior": (START + '[sampler]\nkind = "prior"\npoints = 4\n' + VARY + "low = 2\n", "whole prior"),
    "worlds": (
        START + "worlds_per_point = 0\n",
        "worlds_per_point must be a whole number from 1 to 134,217,728, got 0",
    ),
    "months": (START + "months = 601\n", "months must be a whole number from 1 to 600, got 601"),
    "worlds as text": (START + 'worlds_per_point = "64"\n', "must be a whole number from 1 to 134,217,728, got '64'"),
    "keep": (START + 'keep = "all"\n', "unknown keep 'all'"),
    "measure": (START + 'measures = ["owned"]\n', "unknown measure 'owned'"),
    "fixed": (START + "fixed = 1\n", "true or false"),
    "neutral": (START + LHS + '[[vary]]\nparameter = "neutral.enrgy"\n', "unknown mechanism 'enrgy'"),
    "vary as a table": (START + LHS + f'[vary]\nparameter = "{GROWTH}"\n', "[[vary]]"),
    "no TOML": ("scenario = baseline\n", "is not TOML"),
}


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_is_refused_in_one_line_that_names_it(tmp_path: Path, mistake: str) -> None:
    text, expected = REFUSALS[mistake]
    with pytest.raises(UserError) as refusal:
        read_design(written(tmp_path, text))
    assert expected in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_scenarios_with_other_labs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "fifth.toml").write_text('extends = "baseline"\n[labs.Amazon]\nstrategy = "steady"\n', encoding="utf-8")
    with pytest.raises(
        UserError, match=r"must share their labs: baseline has xAI, .* fifth has .*, Amazon; sweep them one"
    ):
        read_design(written(tmp_path, 'scenarios = ["baseline", "fifth.toml"]\n'))


def test_a_missing_design_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no design"):
        read_design(tmp_path / "nowhere.toml")


class TestListedPoints:
    """Points from a file: every cell is checked, and an error says where it is."""

    def read(self, folder: Path, table: str) -> pd.DataFrame:
        (folder / "points.csv").write_text(table, encoding="utf-8")
        text = START + '[sampler]\nkind = "list"\npoints = "points.csv"\n'
        return points_of(read_design(written(folder, text)))

    def test_rows_become_points_in_their_order(self, tmp_path: Path) -> None:
        points = self.read(tmp_path, f"{GROWTH},chips.allocation,neutral.energy\n2.5,posted,true\n1.5,pro_rata,false\n")
        assert points[GROWTH].tolist() == [2.5, 1.5]
        assert points["chips.allocation"].tolist() == ["posted", "pro_rata"]
        assert points["neutral.energy"].tolist() == [True, False]

    def test_parquet_is_read_too(self, tmp_path: Path) -> None:
        pd.DataFrame({GROWTH: [1.5, 2.0]}).to_parquet(tmp_path / "points.parquet")
        text = START + '[sampler]\nkind = "list"\npoints = "points.parquet"\n'
        assert points_of(read_design(written(tmp_path, text)))[GROWTH].tolist() == [1.5, 2.0]

    @pytest.mark.parametrize(
        ("table", "expected"),
        [
            (f"{GROWTH}\n2\n99\n", "points.csv, row 3: chips.supply_growth_2026 = 99 is out of bounds"),
            (f"{GROWTH}\n2\n\n1.7\nx\n", "row 5: chips.supply_growth_2026 must be a number"),
            (f"{GROWTH},chips.allocation\n2,\n", "row 2: chips.allocation is empty"),
            ("chips.allocation\nposted\npstd\n", "row 3: unknown value of chips.allocation 'pstd'"),
            (f"{GROWTH},{GROWTH}\n2,2\n", "stands there twice"),
            ("supply\n2\n", "unknown parameter in points.csv 'supply'"),
            (f"{GROWTH}\n", "holds no point"),
            ("", "cannot be read: it is empty"),
            (
                f"{GROWTH}\n1,6\n2,4\n",
                "points.csv, row 2 has 2 cells and the heading 1; a number is written with a decimal",
            ),
            (
                f'{GROWTH}\n"1,6"\n',
                "row 2: chips.supply_growth_2026 must be a number with a decimal point and no commas",
            ),
            (f"{GROWTH},neutral.energy\n2,maybe\n", "row 2: neutral.energy must be true or false, got 'maybe'"),
            (f"{GROWTH}\ninf\n", "row 2: chips.supply_growth_2026 must be a number, got 'inf'"),
        ],
    )
    def test_a_wrong_cell_is_named(self, tmp_path: Path, table: str, expected: str) -> None:
        with pytest.raises(UserError) as refusal:
            self.read(tmp_path, table)
        assert expected in str(refusal.value)

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        text = START + '[sampler]\nkind = "list"\npoints = "nowhere.csv"\n'
        with pytest.raises(UserError, match=r"no file .*nowhere\.csv"):
            read_design(written(tmp_path, text))

    @pytest.mark.parametrize("separator", [";", "\t"])
    def test_separators_and_an_index_column_change_no_point(self, separator: str, tmp_path: Path) -> None:
        points = pd.DataFrame({GROWTH: [1.5, 2.5], "chips.allocation": ["posted", "pro_rata"]}, index=[7, 3])
        plain = self.read(tmp_path, points.to_csv(index=False))
        assert self.read(tmp_path, points.to_csv(sep=separator)).equals(plain)
        assert plain[GROWTH].tolist() == [1.5, 2.5]


def test_a_frame_of_any_types_is_the_points_that_it_shows() -> None:
    plain = {GROWTH: [1.5, 2.5], "chips.allocation": ["posted", "pro_rata"], "neutral.energy": [True, False]}
    odd = pd.DataFrame(
        {
            GROWTH: pd.Series([Decimal("1.5"), np.float32(2.5)], dtype=object),
            "chips.allocation": pd.Series(plain["chips.allocation"]).astype("category"),
            "neutral.energy": pd.Series([True, False], dtype="boolean"),
        }
    )
    one, other = (points_of(as_design(frame)) for frame in (pd.DataFrame(plain), odd))
    assert one.equals(other) and one[GROWTH].tolist() == [1.5, 2.5]
    with pytest.raises(UserError, match=r"the table of points, row 2: neutral\.energy is empty"):
        as_design(pd.DataFrame({"neutral.energy": pd.Series([True, None], dtype="boolean")}))
