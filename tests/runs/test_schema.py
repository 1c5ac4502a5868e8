"""Files that people write: each slip is told in one line, and editors know what the reader knows."""

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from computerace.market.errors import UserError
from computerace.market.registry import PARAMETERS
from computerace.runs.claims import claims
from computerace.runs.cli import run
from computerace.runs.designs.design import design_from, read_design
from computerace.runs.designs.editors import SCHEMAS, written
from computerace.runs.scenarios import Scenario, scenario, scenarios
from computerace.runs.schema.toml import with_full_names

ROOT = Path(__file__).parents[2]
DESIGNS = sorted((ROOT / "designs").glob("*.toml"))
GROWTH = "chips.supply_growth_2026"
DIGITS = "9" * 400


def scenario_of(folder: Path, text: str | bytes) -> Scenario:
    path = folder / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return scenario(path)


def validator(kind: str) -> jsonschema.Draft7Validator:
    schema = json.loads(files("computerace.runs.schema").joinpath(f"{kind}.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


class TestNames:
    """A parameter's name holds a dot, which TOML reads as a table where it is not quoted."""

    def test_a_name_without_quotes_is_the_name_with_them(self, tmp_path: Path) -> None:
        quoted = f'[settings]\n"{GROWTH}" = 1.6\n"labs.xAI.strategy" = "all_in"\n"labs.*.build_years" = {{scale = 2}}\n'
        bare = f'[settings]\n{GROWTH} = 1.6\nlabs.xAI.strategy = "all_in"\n[settings.labs."*"]\nbuild_years.scale = 2\n'
        one, two = scenario_of(tmp_path, quoted), scenario_of(tmp_path, bare)
        assert one.settings == two.settings
        assert one.parameters() == two.parameters()
        assert two.parameters()[GROWTH].value == 1.6

    def test_a_design_reads_them_too(self, tmp_path: Path) -> None:
        path = tmp_path / "design.toml"
        path.write_text(f"scenario = 'baseline'\nsettings.{GROWTH} = 1.5\n", encoding="utf-8")
        assert read_design(path).scenarios[0].parameters()[GROWTH].value == 1.5

    def test_a_name_given_both_ways_is_refused(self) -> None:
        with pytest.raises(UserError, match=f"{GROWTH} is set twice"):
            with_full_names({GROWTH: 1.6, "chips": {"supply_growth_2026": 1.7}})

    def test_a_wrong_name_without_quotes_is_told_with_the_nearest(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=f"unknown parameter 'chips.suply_growth_2026'; did you mean '{GROWTH}'"):
            scenario_of(tmp_path, "[settings]\nchips.suply_growth_2026 = 1.6\n")


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    assert scenario_of(tmp_path, b"\xef\xbb\xbfmonths = 12\n").months == 12
    (tmp_path / "design.toml").write_bytes(b'\xef\xbb\xbfscenario = "baseline"\nseed = 9\n')
    assert read_design(tmp_path / "design.toml").seed == 9


SLIPS = {
    "extends = 7": "extends must be a text in quotes, got 7",
    "question = true": "question must be a text in quotes, got true",
    "months = true": "months must be a whole number from 1 to 600, got true",
    "months = 60.0": "months must be a whole number from 1 to 600, got 60.0",
    f"months = {DIGITS}": "months must be a whole number from 1 to 600, got 9999",
    f"months = {'9' * 5000}": "holds a number that cannot be read: Exceeds the limit (4300 digits)",
    "months = 2025-12-31": "months must be a whole number from 1 to 600, got datetime.date(2025, 12, 31)",
    "start = 7": "start must be a date such as 2025-12-31, got 7",
    "start = 2025-12-31T00:00:00": "start must be a date such as 2025-12-31",
    "start = 2025-12-30": "no starting state for 2025-12-30; the record has",
    "claimant = 3": "claimant must be a text in quotes, got 3",
    "neutral = [3]": 'neutral must be a list of mechanisms, such as neutral = ["energy"], got [3]',
    "labs = 3": "labs must be a table headed [labs], got 3",
    "labs.xAI = 3": "[labs.xAI] must be a block of figures, got 3",
    'labs.Rest.strategy = "steady"': "a lab cannot be called 'Rest'",
    'labs."A.B".strategy = "steady"': "a lab cannot be called 'A.B'",
    "labs.xAI.owned_h100e = inf": "labs.xAI.owned_h100e = inf is out of bounds: allowed 0 to 1e+10",
    "labs.xAI.owned_h100e = 1e300": "labs.xAI.owned_h100e = 1e+300 is out of bounds: allowed 0 to 1e+10",
    "labs.xAI.owned_h100e = nan": "labs.xAI.owned_h100e = nan is out of bounds",
    "labs.xAI.owned_h100e = true": "labs.xAI.owned_h100e must be a number",
    f"labs.xAI.owned_h100e = {DIGITS}": "labs.xAI.owned_h100e = inf is out of bounds",
    "labs.xAI.owned_h100e = {scale = 2}": "labs.xAI.owned_h100e must be a number",
    "labs.xAI.cash_flow_growth = -inf": "labs.xAI.cash_flow_growth = -inf is out of bounds: allowed -1 to 1",
    f'settings."{GROWTH}" = true': f"{GROWTH} must be a number",
    f'settings."{GROWTH}" = [1]': f"{GROWTH} must be a number",
    f'settings."{GROWTH}" = {DIGITS}': f"{GROWTH} = inf is out of bounds",
    f'settings."{GROWTH}" = {{scale = "a"}}': f"{GROWTH}: scale must be a number, got 'a'",
    f'settings."{GROWTH}" = {{scale = true}}': f"{GROWTH}: scale must be a number, got true",
    f'settings."{GROWTH}" = {{scale = inf}}': f"{GROWTH}: scale must be a number, got inf",
    f'settings."{GROWTH}" = {{scale = {DIGITS}}}': f"{GROWTH}: scale must be a number, got 9999",
    f'settings."{GROWTH}" = {{sclae = 2}}': f"{GROWTH}: unknown key of a setting 'sclae'; did you mean 'scale'?",
    f'settings."{GROWTH}" = {{scale = 2, low = 1}}': f"{GROWTH}: a setting is a value, {{scale = …}} or {{prior = …",
    f'settings."{GROWTH}" = {{prior = "normal", low = "a", high = 3}}': f"{GROWTH}: low must be a number",
    f'settings."{GROWTH}" = {{prior = "normal", low = 1.5, high = 1e300}}': f"{GROWTH}: high must be a number",
    f'settings."{GROWTH}" = {{prior = "nromal", low = 1, high = 3}}': f"{GROWTH}: unknown prior 'nromal'; did you mean",
    f'settings."{GROWTH}" = {{prior = "normal", low = 3, high = 1}}': f"{GROWTH}: prior normal needs low < high",
    'settings."chips.allocation" = {prior = "normal", low = 1, high = 3}': "chips.allocation: a setting is a value",
    'settings."chips.allocation" = {scale = 2}': "chips.allocation is a choice and cannot be scaled",
    "settings.chips = 3": "unknown parameter 'chips'",
    "a = " + "[" * 5000 + "]" * 5000: "its brackets are nested too deeply",
}


@pytest.mark.parametrize("text", SLIPS, ids=lambda text: text[:60])
def test_a_slip_in_a_scenario_is_told_in_one_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        scenario_of(tmp_path, text)
    assert SLIPS[text] in str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


@pytest.mark.parametrize("raw", [b"\xff\xfem\x00", b"question = '\xe4'"])
def test_text_that_is_not_utf8_is_told_with_its_place(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is not TOML: byte \d+ is not UTF-8; save it as UTF-8"):
        scenario_of(tmp_path, raw)


def test_a_name_with_a_star_that_is_not_quoted_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"line 2.*stands in quotes, as in \"labs\.\*\.build_years\""):
        scenario_of(tmp_path, b"[settings]\nlabs.*.build_years = 2\n")


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").mkdir()
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        scenario(tmp_path / "mine.toml")
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        read_design(tmp_path / "mine.toml")


def test_true_is_not_taken_for_the_one_that_was_checked_before() -> None:
    assert (
        scenario("baseline").with_settings({"labs.xAI.build_years": 1}).parameters()["labs.xAI.build_years"].value == 1
    )
    with pytest.raises(UserError, match="must be a number"):
        scenario("baseline").with_settings({"labs.xAI.build_years": True})


class TestSize:
    """Totals have a bound, and the line says which."""

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"sampler": {"kind": "lhs", "points": 1073741824}}, "points must be a whole number from 1 to 10,000,000"),
            (
                {"worlds_per_point": 9223372036854775808},
                "worlds_per_point must be a whole number from 1 to 134,217,728",
            ),
            (
                {"worlds_per_point": 1_000_000, "sampler": {"kind": "lhs", "points": 50_000}},
                "take 333,333 worlds or fewer at each",
            ),
            ({"seed": 2**53}, "seed must be a whole number from 0 to 9,007,199,254,740,991"),
            ({"seed": -1}, "seed must be a whole number from 0"),
            ({"seed": 1.0}, "seed must be a whole number"),
        ],
    )
    def test_a_design_that_is_too_large_is_refused(self, changed: dict[str, Any], words: str) -> None:
        vary = [{"parameter": GROWTH}] if "sampler" in changed else []
        with pytest.raises(UserError, match=words):
            design_from({"scenario": "baseline", "vary": vary} | changed)

    def test_a_grid_that_is_too_large_is_refused_before_it_is_laid_out(self) -> None:
        grid = {"kind": "grid"}
        vary = [{"parameter": GROWTH, "steps": 10**9}]
        with pytest.raises(
            UserError, match=f"{GROWTH}: steps must be a whole number from 2 to 1,000,000, got 1000000000"
        ):
            design_from({"scenario": "baseline", "sampler": grid, "vary": vary})
        vary = [{"parameter": name, "steps": 10**5} for name in (GROWTH, "chips.price_decline")]
        with pytest.raises(UserError, match="the design has 10,000,000,000 points; at most 10,000,000 are allowed"):
            design_from({"scenario": "baseline", "sampler": grid, "vary": vary})

    def test_points_of_many_parameters_are_bounded_by_their_values(self) -> None:
        with pytest.raises(UserError, match="at most 250,000,000 values"):
            prior = {"kind": "prior", "points": 9_000_000}
            design_from({"scenario": "baseline", "worlds_per_point": 1, "months": 1, "sampler": prior})


class TestEditors:
    """What editors are told is what the reader takes."""

    @pytest.mark.parametrize("kind", SCHEMAS)
    def test_the_file_in_the_package_is_of_today(self, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["schema", kind]) == 0
        assert capsys.readouterr().out == written(kind), "python -m computerace.runs.designs.editors writes it"

    def test_every_scenario_and_worked_design_holds(self) -> None:
        for name in scenarios():
            text = files("computerace.runs.scenarios").joinpath(f"{name}.toml").read_text(encoding="utf-8")
            validator("scenario").validate(tomllib.loads(text))
        for path in DESIGNS:
            validator("design").validate(tomllib.loads(path.read_text(encoding="utf-8")))

    @pytest.mark.parametrize("name", claims())
    def test_every_shipped_claim_holds_by_itself_and_in_a_design(self, name: str) -> None:
        text = files("computerace.runs.claims").joinpath(f"{name}.toml").read_text(encoding="utf-8")
        content = json.loads(json.dumps(tomllib.loads(text), default=str))
        validator("claim").validate(content)
        validator("design").validate({"scenario": "baseline", "claims": [name, "mine.toml", content | {"name": "x"}]})

    def test_names_without_quotes_hold(self) -> None:
        bare = {GROWTH: 1.6, "chips": {"price_decline": {"scale": 1.1}}, "labs": {"xAI": {"strategy": "all_in"}}}
        validator("scenario").validate({"settings": bare | {"labs.*.build_years": 0.5}})

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("scenario", {"months": 601}),
            ("scenario", {"month": 60}),
            ("scenario", {"settings": {"chips.suply_growth_2026": 2}}),
            ("scenario", {"settings": {"chips.allocation": "pstd"}}),
            ("scenario", {"settings": {GROWTH: 1e9}}),
            ("scenario", {"settings": {GROWTH: {"scale": 1, "low": 2}}}),
            ("scenario", {"settings": {"labs.xAI.strategi": "steady"}}),
            ("scenario", {"labs": {"xAI": {"owned": 3}}}),
            ("scenario", {"neutral": ["enrgy"]}),
            ("design", {"seed": 1}),
            ("design", {"scenario": "baseline", "keep": "all"}),
            ("design", {"scenario": "baseline", "sampler": {"kind": "lhs", "n": 3}}),
            ("design", {"scenario": "baseline", "sampler": {"kind": "lhs"}}),
            ("design", {"scenario": "baseline", "vary": [{"low": 3}]}),
            ("design", {"scenario": "baseline", "claims": "half"}),
            ("design", {"scenario": "baseline", "claims": [{"quantity": "share", "relation": "first", "by": 2}]}),
            ("claim", {"quantity": "share", "relation": "first"}),
            ("claim", {"quantity": "share", "relation": "first", "by": 2, "at": 2}),
            ("claim", {"quantity": "shares", "relation": "first", "by": 2}),
            ("claim", {"quantity": "share", "relation": "frist", "by": 2}),
        ],
    )
    def test_a_mistake_is_marked(self, kind: str, content: dict[str, Any]) -> None:
        assert list(validator(kind).iter_errors(content))

    def test_every_parameter_has_its_line(self) -> None:
        known = validator("scenario").schema["definitions"]
        assert set(PARAMETERS) <= set(known)
        assert PARAMETERS[GROWTH].text in known[GROWTH]["description"]
