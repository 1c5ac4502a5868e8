"""Whatever stands in a scenario or a design, it is read or refused in one line: nothing else comes out."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from computerace.market.errors import UserError
from computerace.runs.designs.design import FILE as DESIGN
from computerace.runs.designs.design import design_from
from computerace.runs.designs.sampling import SAMPLERS
from computerace.runs.designs.varied import BLOCK
from computerace.runs.scenarios import Scenario, scenario
from computerace.runs.scenarios.read import FILE as SCENARIO

SOME = sorted(Scenario().parameters())
NAMES = st.sampled_from([*SOME, "labs.*.build_years", "neutral.energy", "chips", "chips.x", "a.b.c.d", "", "\n"])
NUMBERS = st.integers(-10, 10**20) | st.floats() | st.sampled_from([10**400, 1 << 63, -1, 0, 1e300, True])
PLAIN = NUMBERS | st.text(max_size=5) | st.sampled_from(["baseline", "lhs", "posted", "all_in", "2025-12-31", "xAI"])
SETTING = PLAIN | st.dictionaries(st.sampled_from(["scale", "prior", "low", "high", "x"]), PLAIN, max_size=4)
ANY = st.recursive(
    PLAIN | st.none() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
SETTINGS = st.dictionaries(NAMES, SETTING, max_size=3)
VARY = st.fixed_dictionaries(
    {"parameter": NAMES | ANY}, optional={name: ANY | NUMBERS for name in BLOCK.keys if name != "parameter"}
)
BLOCKS = st.dictionaries(st.sampled_from(["xAI", "Rest", "a.b", "New"]), SETTINGS)
SAMPLER = st.fixed_dictionaries(
    {"kind": st.sampled_from([*SAMPLERS, "lsh"]) | ANY},
    optional={name: ANY | st.integers(1, 64) for name in ("points", "n", "second_order", "levels", "x")},
)


def one_line(told: str) -> bool:
    return bool(told) and "\n" not in told and len(told) < 600


def optional(keys: Any, special: dict[str, st.SearchStrategy[Any]]) -> dict[str, st.SearchStrategy[Any]]:
    return {name: special.get(name, ANY) | ANY for name in keys} | {"unknown": ANY}


@settings(max_examples=400)
@given(st.fixed_dictionaries({}, optional=optional(DESIGN.keys, {
    "scenario": st.just("baseline"), "settings": SETTINGS, "sampler": SAMPLER, "vary": st.lists(VARY, max_size=2),
    "seed": NUMBERS, "worlds_per_point": NUMBERS, "months": NUMBERS,
})))  # fmt: skip
@example({"vary": [{"parameter": "\n", "low": []}]})
def test_any_design_is_read_or_refused_in_one_line(content: dict[str, Any]) -> None:
    try:
        design = design_from(content | {"scenario": "baseline"})
    except UserError as error:
        told = str(error)
    else:
        told = "read"
        assert 1 <= design.worlds_per_point < 1 << 28 and 1 <= design.months <= 600
    assert one_line(told), content


@settings(max_examples=300)
@given(SETTINGS)
def test_any_setting_is_taken_or_refused_in_one_line(changed: dict[str, Any]) -> None:
    try:
        found = scenario("baseline").with_settings(changed).parameters()
    except UserError as error:
        assert one_line(str(error)), changed  # noqa: PT017
    else:
        assert all(isinstance(one.value, str) or abs(one.value) <= 1e18 for one in found.values())


@settings(max_examples=200)
@given(st.fixed_dictionaries({}, optional=optional(SCENARIO.keys, {
    "settings": SETTINGS, "months": NUMBERS, "labs": BLOCKS,
    "neutral": st.lists(st.sampled_from(["energy", "enrgy"])), "start": st.dates() | st.just("2025-06-30"),
})))  # fmt: skip
def test_any_scenario_is_read_or_refused_in_one_line(content: dict[str, Any]) -> None:
    from computerace.runs.scenarios import read

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "_read", lambda name: (content, Path()) if name == "mine.toml" else read_as_it_is(name))
        try:
            found = scenario("mine.toml")
        except UserError as error:
            told = str(error)
        else:
            told = found.name
    assert one_line(told), content


def read_as_it_is(name: str) -> tuple[dict[str, Any], Path | None]:
    from computerace.runs.schema.toml import parsed

    if name != "baseline":
        raise UserError(f"unknown scenario {name!r}")
    return parsed(b"", name), None
