"""Every option that more than one command takes, declared once: its name, what it does in words, what is allowed.

Options that go together are a frozen dataclass, which the command line reads field by field; those whose default
differs from command to command are a type. What stands in square brackets in a command's `--help` is its default.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from computerace.analysis.paths import at_home
from computerace.market.errors import UserError, unknown
from computerace.market.vocabulary import DEFINITIONS, RIVALS
from computerace.runs.commands.settings import chosen_scenario, positive
from computerace.runs.schema.bounds import LONGEST
from computerace.runs.worlds.engines import ENGINES

if TYPE_CHECKING:
    from cyclopts import Token

    from computerace.runs.scenarios import Scenario
    from computerace.runs.worlds.play import Workers as Places


def whole(least: int = 1, most: int | None = None) -> Parameter:
    """A whole number, or several, each from `least` to `most`; without, to what `runs/schema/bounds.py` has for it."""

    def read(kind: Any, tokens: "Sequence[Token]") -> int | list[int]:
        numbers = [positive(token.keyword or "a number", _whole(token), least, most) for token in tokens]
        return numbers[0] if kind is int else numbers

    return Parameter(converter=read)


WHOLE = re.compile(r"\s*[+-]?[0-9]{1,4000}\s*")  # int() would read 1_0 too, and the digits of every script


def _whole(token: "Token") -> int:
    if WHOLE.fullmatch(token.value) is None:
        raise UserError(f"{token.keyword} must be a whole number; got '{token.value[:40]}'")
    return int(token.value)


def one_of(kind: str, known: tuple[str, ...]) -> Parameter:
    """One of some words; the nearest is named where it is none of them."""

    def read(_: Any, tokens: "Sequence[Token]") -> str:
        if tokens[0].value not in known:
            raise unknown(kind, tokens[0].value, known)
        return tokens[0].value

    return Parameter(converter=read)


def _path(make: Callable[[str], Any]) -> Parameter:
    """A path in which ~ means home, as in --out=~/runs, where no shell reads it."""

    def read(_: Any, tokens: "Sequence[Token]") -> Any:
        paths = [make(written(token.value)) for token in tokens]
        return paths[0] if len(paths) == 1 else paths

    return Parameter(converter=read)


def written(word: str) -> str:
    """The word with ~ or ~name at its beginning replaced by the home that it means.

    Raises UserError where there is no such home, or the word is no text: a manifest could not hold it.
    """
    try:
        word.encode()
        if "\0" in word:
            raise UserError(f"{word!a} is no path: it holds a character that no name may have")
        return str(at_home(word)) if word.startswith("~") else word
    except UnicodeEncodeError:
        raise UserError(f"{word!a} is no text in UTF-8; give a path that can be written down") from None


def usually(words: str) -> Parameter:
    """What a command says of its default in square brackets, where the default is no plain value."""
    return Parameter(show_default=words)


FLAG = Parameter(negative="", show_default=False)
SEVERAL = Parameter(negative="", show_default=False)
PATH, WORD = _path(Path), _path(str)

Worlds = Annotated[int, whole(), Parameter(help="how many worlds.")]
Seed = Annotated[int, whole(0), Parameter(help="which draws; equal seeds give equal results.")]
Workers = Annotated[int | None, whole(), usually("as many as pay"), Parameter(help="how many processes.")]
Json = Annotated[bool, FLAG, Parameter(name="--json", help="print one JSON object and nothing else.")]
TrustCode = Annotated[bool, FLAG, Parameter(help="let code of one's own run that a folder names: look at it first.")]
Out = Annotated[Path, PATH, Parameter(help="the folder to write.")]
Folder = Annotated[Path, PATH, Parameter(help="of a race or a sweep.")]
Name = Annotated[str, WORD, Parameter(help="a scenario's name (see `computerace scenarios`) or a TOML file.")]
Start = Annotated[
    str | None,
    usually("the scenario's own"),
    Parameter(help="quarter end to begin at, with what was known then, as in 2024-12-31."),
]
ParameterSet = Annotated[
    str,
    WORD,
    Parameter(help="prior, fitted (the set fitted to the record up to the start), or a folder of `calibrate`."),
]
Until = Annotated[str, Parameter(help="a quarter end; nothing later is looked at.")]
Claims = Annotated[
    tuple[str, ...],
    SEVERAL,
    usually("none"),
    Parameter(help="a claim's name (see docs/claims.md) or a TOML file that has one; may be given several times."),
]
Deadline = Parameter(help="a month by which the claim has to come true, counted from the start.")
OfFolder = Parameter(name="--scenario", help="which scenario.")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Where:
    """Where worlds are played; nothing in here can show in the results."""

    workers: Workers = None
    engine: Annotated[str, one_of("engine", ENGINES)] = "local"
    """local (this machine) or ray (a cluster, see docs/cluster.md)."""
    address: Annotated[str | None, usually("none: Ray starts here")] = None
    """of a running Ray cluster, auto or HOST:PORT."""

    @contextmanager
    def on(self) -> "Iterator[Places]":
        """The same, ready for use: what takes long to start is started once, however often a study plays.

        Raises UserError for what cannot be used here.
        """
        from computerace.runs.worlds.play import Workers as Places
        from computerace.runs.worlds.play import kept_up

        places = Places(self.workers, self.engine, self.address)
        places.check()
        with kept_up(places) as ready:
            yield ready


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Which:
    """Which worlds are played: a scenario's, with changes."""

    seed: Seed = 1
    months: Annotated[int | None, whole(most=LONGEST), usually("the scenario's own")] = None
    """how many months."""
    settings: Annotated[tuple[str, ...], SEVERAL, Parameter(name="--set")] = ()
    """change a parameter, as in chips.supply_growth_2026=1.6; may be given several times."""
    start: Start = None
    parameters: Annotated[ParameterSet | None, usually("the scenario's own")] = None
    fixed: Annotated[bool, FLAG] = False
    """keep the parameters at their centre, so that only luck varies."""

    def scenario(self, name: str, *, changed: bool = True) -> "Scenario":
        """The scenario of that name, or in that file, begun and drawn as asked; with the changes unless told not to."""
        return chosen_scenario(name, list(self.settings) if changed else [], self.start, self.parameters)

    def asked(self, name: str) -> tuple[str, ...]:
        """How that scenario with its changes is asked for, in words of the command line."""
        return (name, *(f"--set={one}" for one in self.settings))

    def horizon(self, scenario: "Scenario") -> int:
        """The last month."""
        return scenario.months if self.months is None else self.months


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Claim:
    """Which form of the claim is asked for."""

    definition: Annotated[str, one_of("definition", DEFINITIONS)] = "owned"
    """what counts as compute: owned, operational, used or effective."""
    rivals: Annotated[str, one_of("rivals", RIVALS)] = "three"
    """three (the other labs) or all (with the rest of the market)."""

    @property
    def words(self) -> tuple[str, str]:
        """Definition and rivals."""
        return self.definition, self.rivals

    @property
    def design(self) -> dict[str, str]:
        """What the claim adds to a design: nothing where it is the usual one."""
        return {} if self == Claim() else {"definition": self.definition, "rivals": self.rivals}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Saved:
    """Where the result is saved, and how it is printed."""

    out: Annotated[Out | None, usually("one under out/, named for the question")] = None
    as_json: Json = False


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Tables:
    """Where tables are saved, if at all, and how the result is printed."""

    out: Annotated[Out | None, usually("none")] = None
    as_json: Json = False
