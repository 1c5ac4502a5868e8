"""How to write a scenario: its page has every key, and a block for a new lab that has every figure."""

import re
from datetime import date
from pathlib import Path

import pytest

from computerace.market.figures import STATE, TRAITS
from computerace.runs import Race, scenario
from computerace.runs.scenarios.lab_template import lab_template
from computerace.runs.scenarios.read import FILE

SCENARIOS_PAGE = Path(__file__).parents[3] / "docs" / "scenarios.md"


def test_the_page_on_scenarios_has_every_key() -> None:
    keys = re.findall(
        r"^\| `\[?(\w+)(?:\.NAME)?\]?` \|", SCENARIOS_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert set(keys) == set(FILE.keys)


def test_the_template_of_a_lab_has_every_figure_and_runs(tmp_path: Path) -> None:
    text = lab_template("Newcomer", date(2025, 12, 31))
    assert f"```toml\n{text}\n```" in SCENARIOS_PAGE.read_text(encoding="utf-8")
    path = tmp_path / "newcomer.toml"
    path.write_text(text, encoding="utf-8")
    made = scenario(path)
    block = dict(made.blocks["Newcomer"])
    assert tuple(block) == (*STATE, *TRAITS, "strategy")
    assert made.parameters()["labs.Newcomer.owned_h100e"].value == pytest.approx(553_714 / 3, rel=0.01)
    shares = [block[f"share_{name}"] for name in ("ampere", "hopper", "blackwell")]
    assert sum(shares) == pytest.approx(1.0, abs=1e-3)
    race = Race(made, worlds=3, seed=1, months=2, collect=False)
    while race.running:
        race.step()
    assert (race.measures()["owned_h100e"][made.labs.index("Newcomer")] > 1.8e5).all()
