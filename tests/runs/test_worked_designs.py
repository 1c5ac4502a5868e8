"""The worked designs run from end to end, each in a size that only shows that it does."""

import re
import tomllib
from pathlib import Path

import pytest

from computerace.runs.designs import designs
from computerace.runs.designs.design import design_from
from computerace.runs.designs.given import as_design
from computerace.runs.designs.samplers import number_of_points
from computerace.runs.sweeps.sweep import sweep

DESIGNS = sorted((Path(__file__).parents[2] / "runs" / "designs").glob("*.toml"))
SMALL = {"points": 4, "n": 2}  # sizes of samplers
LONG = ("prior", "morris")  # all parameters vary


@pytest.mark.parametrize(
    "path", [pytest.param(one, id=one.stem, marks=pytest.mark.slow if one.stem in LONG else ()) for one in DESIGNS]
)
def test_a_worked_design_runs_to_its_tables(path: Path, tmp_path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8")) | {"worlds_per_point": 2, "months": 2}
    sampler = content.get("sampler", {})
    sampler |= {name: size for name, size in SMALL.items() if isinstance(sampler.get(name), int)}
    design = design_from(content, path.parent)
    results = sweep(design, tmp_path / "out", workers=1)
    points = number_of_points(design) * len(design.scenarios)
    assert results.manifest["counts"]["worlds"] == len(results.worlds) == 2 * points
    assert results.failures is None
    assert (results.steps is None) is (design.keep == "outcomes")
    varied = [one.parameter for one in design.vary if design.sampler.kind != "prior"]
    assert all(results.worlds[name].nunique() > 1 for name in varied)


def test_blocks_of_the_documentation_are_designs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")
    blocks = [part.split("```")[0] for part in text.split("```toml\n")[1:]]
    assert blocks
    for block in blocks:
        assert number_of_points(design_from(tomllib.loads(block))) == 128


def test_the_documentation_lists_the_worked_designs_with_their_questions() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| \[(\w+)\]\(\.\./runs/designs/\1\.toml\) \| (.*\?) \|$", text, flags=re.MULTILINE))
    assert listed == {(name, as_design(name).question) for name in designs()}
