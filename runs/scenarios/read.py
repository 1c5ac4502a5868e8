"""Scenarios read: those that come with the project by name, and TOML files by their path."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from os.path import realpath
from pathlib import Path
from typing import Annotated, Any

from computerace.analysis.paths import at_home, beside
from computerace.market.errors import UserError, unknown
from computerace.market.figures import start_dates
from computerace.runs.scenarios.value import DATE, Scenario
from computerace.runs.schema.check import checked, shown
from computerace.runs.schema.keys import Key, form
from computerace.runs.schema.toml import parsed, read_toml, with_full_names

PACKAGE = "computerace.runs.scenarios"
NOT_LABS = ("Rest", "World", "Market", "market", "*")  # what else may stand where a lab's name stands


class FileKeys:
    """Keys of a scenario's file beside the fields of Scenario."""

    extends: Annotated[str, Key("the scenario that this one changes: a name, or a file beside this one")]
    labs: Annotated[dict[str, Any], Key("figures of labs, a block for each; a lab that is not on record needs all")]


FILE = form("", Scenario, FileKeys)
MERGED = ("settings", "neutral", "labs", "parameter_set")  # not simply put in place of the parent's


@cache
def _packaged() -> tuple[str, ...]:
    names = sorted(
        entry.name.removesuffix(".toml") for entry in files(PACKAGE).iterdir() if entry.name.endswith(".toml")
    )
    return ("baseline", *(name for name in names if name != "baseline"))


def scenarios() -> list[str]:
    """Names of the scenarios that come with the project, the baseline first."""
    return list(_packaged())


def scenario(name: str | Path, start: date | str | None = None) -> Scenario:
    """A scenario by name, or from a TOML file by its path; `start` puts another starting state in place of its own.

    Raises UserError for an unknown name, a file that is not a scenario, a circle in `extends`, or a start that is not
    in the record.
    """
    loaded = _loaded(str(name), {})
    if start is None:
        return loaded
    try:
        moved = replace(loaded, start=_date(start))
    except UserError as error:
        raise UserError(f"scenario {loaded.name}: {error}") from None
    moved.parameters()
    return moved


def _loaded(name: str, seen: Mapping[str, str]) -> Scenario:
    """seen: the files on the way here, and how each was named."""
    content, here = _read(name)
    file = realpath(at_home(name))
    if file in seen:
        raise UserError(f"scenarios extend each other in a circle: {' → '.join((*seen.values(), name))}")
    try:
        given = checked(FILE, content)
    except UserError as error:
        raise UserError(f"scenario {name}: {error}") from None
    parent = given.pop("extends", None)
    if parent is not None and here is not None and parent.endswith(".toml"):
        parent = str(beside(here, parent))
    if here is not None and "parameter_set" in given:
        given["parameter_set"] = _place_of_set(given["parameter_set"], here)
    base = _loaded(parent, {**seen, file: name}) if parent is not None else Scenario()
    try:
        made = replace(_merged(base, given), name=Path(name).stem if here is not None else name)
        if "code" in given:
            made = _with_code(made, here)
        made.parameters()
    except UserError as error:
        raise UserError(f"scenario {name}: {error}") from None
    return made


def _place_of_set(name: str, here: Path) -> str:
    """A set's name, or its folder as the file that names it means it."""
    from computerace.runs.scenarios.sets import packaged

    folder = beside(here, name)
    return str(folder) if folder.is_dir() and name not in packaged() else name


def _with_code(made: Scenario, here: Path | None) -> Scenario:
    """The scenario once its code has been read: its names are needed before its settings can be checked."""
    from computerace.runs.scenarios.own_code import with_code

    return with_code(made, here)


def _read(name: str) -> tuple[dict[str, Any], Path | None]:
    """The content of a scenario's file, and its folder where it does not come with the project."""
    if name in _packaged():
        return parsed(files(PACKAGE).joinpath(f"{name}.toml").read_bytes(), f"scenario {name}"), None
    path = at_home(name)
    if not name.endswith(".toml"):
        raise unknown("scenario", name, _packaged())
    if not path.exists():
        raise UserError(f"there is no scenario file {name}; `computerace scenarios` lists those that have names")
    return read_toml(path, "scenario"), path.parent


def _merged(base: Scenario, given: Mapping[str, Any]) -> Scenario:
    """The parent with what a file gives: a key of the file takes the place of the parent's, but for MERGED."""
    plain = {one.name: given[one.name] for one in fields(base) if one.name in given and one.name not in MERGED}
    if "start" in plain:
        plain["start"] = _date(plain["start"])
    labs, blocks = list(base.labs), {lab: dict(block) for lab, block in base.blocks.items()}
    for lab, block in given.get("labs", {}).items():
        blocks[lab] = {**blocks.get(lab, {}), **_block(lab, block)}
        if lab not in labs:
            labs.append(lab)
    settings = {**base.settings, **with_full_names(given.get("settings", {}))}
    merged = replace(base, labs=tuple(labs), blocks=blocks, settings=settings, **plain)
    if merged.claimant not in merged.labs:
        raise unknown("lab", merged.claimant, merged.labs)
    merged = merged.with_neutral(*given.get("neutral", ()))
    return merged.with_parameters(given["parameter_set"]) if "parameter_set" in given else merged


def _block(lab: str, block: object) -> Mapping[str, Any]:
    if not isinstance(block, Mapping):
        raise UserError(f"[labs.{lab}] must be a block of figures, got {shown(block)}")
    if not lab.strip() or "." in lab or lab in NOT_LABS or not lab.isprintable():
        raise UserError(
            f"a lab cannot be called {shown(lab)}; take a name without a dot, other than {', '.join(NOT_LABS)}"
        )
    return block


def _date(value: object) -> date:
    try:
        day = value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value))
    except ValueError:
        raise UserError(f"start must be {DATE}, got {shown(value)}") from None
    if day not in start_dates():
        raise UserError(f"no starting state for {day}; the record has {', '.join(map(str, start_dates()))}")
    return day
