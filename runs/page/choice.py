"""What a person has chosen on the page: scenario, worlds, seed and levers, and the link that brings it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from computerace.market.errors import UserError, unknown
from computerace.runs.schema.bounds import LARGEST_SEED

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

MOST_WORLDS = 2_000  # beyond it a month takes longer to compute than to look at; the command line has no such bound
WORLDS, SEED = 200, 1
RUN_FIELDS = ("scenario", "worlds", "seed")


@dataclass(frozen=True)
class Choice:
    """One race as the page's controls say it.

    settings: parameters that differ from the scenario's, by full name; a number there is the same in all worlds.
    """

    scenario: str = "baseline"
    worlds: int = WORLDS
    seed: int = SEED
    settings: Mapping[str, float | str] = field(default_factory=dict)

    def race_scenario(self) -> "Scenario":
        """The scenario with the levers in it; raises UserError where one does not fit."""
        from computerace.runs.scenarios import scenario

        chosen = scenario(self.scenario)
        return chosen.with_settings(dict(self.settings)) if self.settings else chosen

    def changed(self, name: str, value: object) -> "Choice":
        """The choice with one control moved; None as a value, or the scenario's own, takes it back to that.

        Another scenario brings its own levers. Raises UserError where the value is not allowed.
        """
        if name == "scenario":
            return self._with_scenario(str(value))
        if name == "worlds":
            return replace(self, worlds=WORLDS if value is None else whole_number("worlds", value, 1, MOST_WORLDS))
        if name == "seed":
            return replace(self, seed=SEED if value is None else whole_number("seed", value, 0, LARGEST_SEED))
        return self._with_lever(name, value)

    def _with_scenario(self, name: str) -> "Choice":
        from computerace.runs.scenarios import scenarios

        if name not in scenarios():
            raise unknown("scenario", name, scenarios())
        return replace(self, scenario=name, settings={})

    def _with_lever(self, name: str, value: object) -> "Choice":
        known = replace(self, settings={}).race_scenario().parameters()
        if name not in known:
            raise unknown("parameter", name, known)
        settings = {key: kept for key, kept in self.settings.items() if key != name}
        if value is not None:
            read = known[name].read(value) if isinstance(value, str) else known[name].checked(value)
            if read != known[name].value:
                settings[name] = read
        chosen = replace(self, settings=settings)
        chosen.race_scenario()
        return chosen

    def command_words(self) -> tuple[str, ...]:
        """The scenario and the levers as `computerace race` takes them."""
        return (self.scenario, *(f"--set={name}={written(value)}" for name, value in self.settings.items()))

    def to_query(self) -> str:
        """The choice as a link's query, such as "?scenario=chip-glut&seed=1&worlds=200"; levers by their full names."""
        settings = {name: written(value) for name, value in self.settings.items()}
        return "?" + urlencode({"scenario": self.scenario, "worlds": self.worlds, "seed": self.seed, **settings})


def from_query(query: str | None) -> tuple[Choice, list[str]]:
    """The choice that a link asks for, and a line for each part of it that was refused and left out.

    What is no field of a run and no lever's name (they begin with a mechanism's, and a dot), as links gather on their
    way, is ignored.
    """
    choice, refused = Choice(), []
    asked = dict(parse_qsl((query or "").removeprefix("?")))
    mechanisms = {name.partition(".")[0] for name in choice.race_scenario().parameters()}
    for name in (*RUN_FIELDS, *(name for name in asked if "." in name and name.partition(".")[0] in mechanisms)):
        if name not in asked:
            continue
        try:
            choice = choice.changed(name, asked[name])
        except UserError as error:
            refused.append(str(error))
    return choice, refused


def whole_number(name: str, value: object, least: int, most: int) -> int:
    """The value as a whole number between two bounds; raises UserError where it is none."""
    text = str(value).strip().replace(",", "").replace(" ", "")
    try:
        number = float(text)
    except ValueError:
        raise UserError(f"{name} must be a whole number from {least:,} to {most:,}; got '{value}'") from None
    if not number.is_integer() or not least <= number <= most:
        raise UserError(f"{name} must be a whole number from {least:,} to {most:,}; got {text}")
    return int(number)


def differences(one: Choice, other: Choice) -> list[str]:
    """What was changed from one choice to the other, a phrase each."""
    phrases = [
        f"{name} {getattr(one, name)} → {getattr(other, name)}"
        for name in RUN_FIELDS
        if getattr(one, name) != getattr(other, name)
    ]
    for name in sorted({*one.settings, *other.settings}):
        before, after = value_words(one, name), value_words(other, name)
        if before != after:
            phrases.append(f"{name} {before} → {after}")
    return phrases


def value_words(choice: Choice, name: str) -> str:
    """A lever's value as people write it; "drawn around" its centre where every world draws its own."""
    parameter = choice.race_scenario().parameters().get(name)
    if parameter is None:
        return "absent"
    if isinstance(parameter.value, str):
        return parameter.value
    return f"{'drawn around ' if parameter.prior is not None else ''}{parameter.value:g}"


def written(value: float | str) -> str:
    """A lever's value as text that reads back as the same value."""
    return value if isinstance(value, str) else repr(float(value))
