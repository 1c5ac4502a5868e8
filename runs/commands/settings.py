"""What several commands take: a scenario with changes, and numbers that must be positive."""

from typing import TYPE_CHECKING

from computerace.market.data.cells import NUMBER
from computerace.market.errors import UserError, unknown
from computerace.runs.schema.bounds import MOST_WORLDS, OF_OPTIONS
from computerace.runs.schema.check import shown

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario


def chosen_scenario(
    name: str, settings: list[str], start: str | None = None, parameters: str | None = None
) -> "Scenario":
    """The scenario of that name, or in that file, from `start`, with each NAME=VALUE of `settings` applied.

    parameters: "prior", "fitted" or the folder of a fitted set; None for the scenario's own.
    """
    from computerace.runs.scenarios import scenario

    chosen = scenario(name, start)
    if parameters is not None:
        chosen = chosen.with_parameters(parameters)
    return chosen.with_settings(parse_settings(settings)) if settings else chosen


def parse_settings(texts: list[str]) -> dict[str, float | str]:
    """What each NAME=VALUE sets; raises UserError where a name is set twice."""
    found: dict[str, float | str] = {}
    for text in texts:
        name, value = parse_setting(text)
        if name in found:
            raise UserError(f"--set gives {name} twice, {found[name]} and {value}; give it once")
        found[name] = value
    return found


def parse_setting(text: str) -> tuple[str, float | str]:
    """Name and value of NAME=VALUE; a value that reads as a number is one."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise UserError(f"--set takes NAME=VALUE, as in chips.supply_growth_2026=1.6; got '{text}'")
    word = value.strip()
    return name.strip(), float(word) if NUMBER.fullmatch(word) else word


def positive(option: str, value: int, least: int = 1, most: int | None = None) -> int:
    """The value if it is at least `least` and at most `most`; raises UserError that names the option.

    most: by default what one machine could do at all (`runs/schema/bounds.py`).
    """
    most = OF_OPTIONS.get(option, MOST_WORLDS) if most is None else most
    if value < least:
        raise UserError(f"{option} must be at least {least}; got {value}")
    if value > most:
        raise UserError(f"{option} must be at most {most:,}; got {shown(value)}")
    return value


def known_word(kind: str, word: str, known: tuple[str, ...]) -> str:
    """The word if it is one of those known; raises UserError that names the nearest."""
    if word not in known:
        raise unknown(kind, word, known)
    return word
