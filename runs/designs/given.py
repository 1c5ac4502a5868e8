"""A design in whatever form it is given: a file, a folder, a mapping, a pandas frame of points, or scenarios."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from computerace.analysis.paths import at_home
from computerace.market.errors import UserError, unknown
from computerace.runs.designs import designs, folder
from computerace.runs.designs.design import Design, check_size, design_from, read_design
from computerace.runs.designs.of_folder import design_of

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

type AnyDesign = Design | str | Path | Mapping[str, Any] | pd.DataFrame


def as_design(design: AnyDesign, *, trust_code: bool = False) -> Design:
    """The design in whatever form it was given.

    trust_code: whether code of one's own that a folder names may run.

    Raises UserError for anything in it that cannot be run.
    """
    if isinstance(design, Design):
        check_size(design)
        return design
    if isinstance(design, pd.DataFrame):
        return design_from({"scenario": "baseline", "sampler": {"kind": "list", "points": design}})
    if isinstance(design, Mapping):
        return design_from(design)
    path = at_home(design)
    if path.is_dir():
        return design_of(path, trust_code=trust_code)
    return read_design(found(path))


def found(path: Path) -> Path:
    """Where the design file is: the path itself, or that of the worked design it names.

    A file or folder that is there comes first. Raises UserError for a name that is neither.
    """
    if path.suffix == ".toml" or path.exists():
        return path
    if str(path) not in designs():
        raise unknown("design", str(path), designs())
    return folder() / f"{path}.toml"


def in_scenarios(content: Mapping[str, Any], scenarios: "Sequence[str | Path | Scenario]") -> Design:
    """The design of a mapping without scenarios in scenarios by name, or in ones that were made in Python."""
    if isinstance(scenarios, (str, Path)):
        raise UserError(f"scenarios must be a list, such as ['{scenarios}']")
    if all(isinstance(one, (str, Path)) for one in scenarios):
        return design_from({"scenarios": list(scenarios), **content})
    from computerace.runs.scenarios import Scenario, scenario

    given = tuple(one if isinstance(one, Scenario) else scenario(one) for one in scenarios)
    names = [one.name for one in given]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"two scenarios are called {twice}; give one of them another name")
    return design_from(content, scenarios=given)
