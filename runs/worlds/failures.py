"""Worlds that failed: a row each, with its parameters, what went wrong, and the command that plays it again.

A study goes on without the worlds that fail where its method allows. Its result says how many were lost, and its
command ends with exit code 1.
"""

import shlex
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from computerace.market.errors import UserError, in_words

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.rows import Call

COLUMNS = ("world", "error", "traceback", "replay")

type Value = float | str | bool


@dataclass(frozen=True)
class Failure:
    """A world that failed: its row in the batch, what went wrong in a line, and where."""

    row: int
    error: str
    traceback: str = ""


@dataclass(frozen=True)
class Lost:
    """A world that failed, as whoever asked for it hears: a row of the table of failures.

    row: in what was played together. parameters: what was set and drawn, by name. replay: the command that plays it
    again, where the scenario has a name; else scenario, as JSON. variant, repeat: of a study that has several.
    """

    row: int
    world: int
    error: str
    traceback: str
    parameters: Mapping[str, Value]
    replay: str | None = None
    scenario: str | None = None
    variant: int | None = None
    repeat: int | None = None

    def cells(self) -> dict[str, Value]:
        """By column, those that say something."""
        first = {"variant": self.variant, "world": self.world}
        last = {name: getattr(self, name) for name in ("scenario", "repeat", *COLUMNS[1:])}
        found: dict[str, Value | None] = {**first, **self.parameters, **last}
        return {name: value for name, value in found.items() if value is not None}


def failure(row: int, error: BaseException) -> Failure:
    """A row with its error in a line and in full."""
    line = in_words(error)
    return Failure(row, line, "".join(traceback.format_exception(error)))


def drawn_parameters(call: "Call") -> dict[str, np.ndarray]:
    """What a call's worlds draw from their priors, by name, each (worlds,); nothing where drawing is what failed."""
    from computerace.runs.model.draws import draw

    with suppress(Exception):
        values = draw(
            call.scenario, call.indices, call.seed, call.settings, fixed=call.fixed, replicate=call.replicate,
            recorded=call.recorded,
        )  # fmt: skip
        return {name: values.numbers[name] for name in values.drawn}
    return {}


def race_command(
    scenario: "Scenario", seed: int, months: int | None, world: int, *, fixed: bool = False,
    settings: Mapping[str, Any] | None = None, asked: Sequence[str] = (),
) -> str:  # fmt: skip
    """The command that plays one world of a scenario by itself, where no folder holds it.

    asked: how the scenario is asked for, with what was changed in it; its name where nothing is given.
    """
    words = [
        "computerace",
        "race",
        *(asked or (scenario.name,)),
        *(f"--set={name}={value!r}" for name, value in (settings or {}).items()),
    ]
    words += [f"--start={scenario.start.isoformat()}", f"--parameters={scenario.parameter_set}"]
    words += [f"--seed={seed}", *([] if months is None else [f"--months={months}"]), *(["--fixed"] if fixed else [])]
    return shlex.join([*words, f"--first-world={world}", "--worlds=1"])


def replay_command(
    folder: Path, seed: int, world: int, settings: Mapping[str, Any] | None = None, *, point: int | None = None
) -> str:
    """The command that plays one world of a folder's scenario by itself, of any seed, with settings or at a point."""
    words = ["computerace", "replay", str(folder), f"--seed={seed}", f"--world={world}"]
    words += [] if point is None else [f"--point={point}"]
    return shlex.join([*words, *(f"--set={name}={value!r}" for name, value in (settings or {}).items())])


def failures_frame(lost: Sequence[Lost]) -> pd.DataFrame:
    """A row per world that failed: its number, its parameters, error, traceback and replay; empty where none did."""
    if not lost:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = [one.cells() for one in lost]
    names = list(dict.fromkeys(name for row in rows for name in row))
    last = [name for name in COLUMNS[1:] if name in names]
    return pd.DataFrame(rows, columns=[*(name for name in names if name not in last), *last])


def refuse_if_all_failed(failures: pd.DataFrame, played: int) -> None:
    """Raise UserError where worlds failed and none was played to its end, with the first one's error."""
    if not played and len(failures):
        first = failures.sort_values("world", kind="stable").iloc[0]
        raise UserError(f"every world failed; world {first['world']} with {first['error']}")
