"""The page's levers, made from the parameters' own descriptions and from how far each moves the answer."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypedDict

from computerace.market.parameters import GIVEN
from computerace.market.vocabulary import CLAIMANT, REST
from computerace.runs.page.agents_cards import MONEY, scaled
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.measured import factor, measured, spread
from computerace.runs.page.snapshot import owner_words

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter
    from computerace.runs.page.choice import Choice
    from computerace.runs.page.measured import End
    from computerace.runs.scenarios import Scenario

MAIN = 12  # as many levers as are shown open: those that move the answer most
NOT_MAIN = ("entry_month", "exit_month", "heir", "kind")  # who takes part is no matter of more or less
MAIN_TITLE = "Main levers"
HEADINGS = {
    "chips": "Chips",
    "generations": "Chip generations",
    "energy": "Energy contracts",
    "sites": "Sites",
    "clusters": "Clusters and failures",
    "talent": "Researchers",
    "software": "Software",
    "finance": "Capital",
    "users": "Users",
    "rental": "Rental",
    "reaction": "Reaction",
    "agi": "AGI threshold",
}
SPAN = 3.0  # a figure without a prior slides from a third to three times its value
BEYOND = 0.25  # part of the prior's breadth by which a slider goes on beyond each of its ends


@dataclass(frozen=True)
class Lever:
    """One control as the browser draws it.

    label: what it is, in plain words; name: what the code calls it. low, high: the slider's ends; a typed value may go
    to the parameter's own bounds. own: the scenario's value. prior: its ends where worlds differ in it, or nothing.
    drawn: the prior in words, or "". allowed: the bounds in words. moved: whether it differs from the scenario's own.
    pushes: which way it moves the answer, measured, or "".
    """

    name: str
    label: str
    unit: str
    source: str
    value: float | str
    own: float | str
    low: float = 0.0
    high: float = 1.0
    logarithmic: bool = False
    choices: tuple[str, ...] = ()
    prior: tuple[float, ...] = ()
    drawn: str = ""
    allowed: str = ""
    moved: bool = False
    pushes: str = ""


class Group(TypedDict):
    """Levers under one title; open: whether they are shown at once; levers: each `Lever` as plain data."""

    title: str
    open: bool
    levers: list[dict[str, Any]]


def groups(choice: "Choice") -> list[Group]:
    """Every lever in groups, as plain data.

    The values are those of the race that the choice describes, so what the controls say is what runs.
    """
    scenario = choice.race_scenario()
    parameters = scenario.parameters()
    own = replace(choice, settings={}).race_scenario().parameters()
    parts: dict[str, list[str]] = {MAIN_TITLE: main_levers(scenario)}
    for name in parameters:
        parts.setdefault(_heading(name), []).append(name)
    return [
        {
            "title": title,
            "open": title == MAIN_TITLE,
            "levers": [asdict(lever(parameters[name], name in choice.settings, own=own[name])) for name in names],
        }
        for title, names in parts.items()
    ]


def main_levers(scenario: "Scenario") -> list[str]:
    """Full names of the levers that move the answer most, as measured; what a scenario has not is left out."""
    known = scenario.parameters()
    return [
        name for name, ends in measured().items() if name in known and spread(ends) > 0 and not name.endswith(NOT_MAIN)
    ][:MAIN]


def _heading(name: str) -> str:
    mechanism, _, rest = name.partition(".")
    if mechanism == "labs":
        owner = rest.split(".", 1)[0]
        return "The rest of the market" if owner == REST else f"{owner}'s figures"
    return HEADINGS.get(mechanism, mechanism.replace("_", " ").capitalize())


def lever(parameter: "Parameter", moved: bool, *, own: "Parameter | None" = None) -> Lever:
    """A parameter as a lever; `moved`: the person has set it.

    own: the parameter as the scenario has it, which alone gives the slider its range and its mark of the prior: so a
    thumb stays where it is let go of.
    """
    choice, own = bool(parameter.choices) or isinstance(parameter.value, str), own or parameter
    low, high = (0.0, 1.0) if choice else slider_range(own)
    return Lever(
        name=parameter.name,
        label=label(parameter),
        unit="" if choice else parameter.unit,
        source=source_line(own if moved else parameter),
        value=parameter.value,
        own=own.value,
        low=low,
        high=high,
        logarithmic=own.prior is not None and own.prior.logarithmic and low > 0,
        choices=parameter.choices,
        prior=() if choice else prior_ends(own),
        drawn=drawn_text(own),
        allowed="" if choice else allowed_text(parameter),
        moved=moved,
        pushes=pushes(parameter.name),
    )


def source_line(parameter: "Parameter") -> str:
    """Full name, source and grade."""
    grade = parameter.grade if parameter.grade in ("assumed", GIVEN) else f"grade {parameter.grade}"
    return f"{parameter.name}: {parameter.source or 'no source'} ({grade})"


def drawn_text(parameter: "Parameter") -> str:
    """The prior in words where each world draws its own value, else ""."""
    if parameter.prior is None:
        return ""
    scale = f" × {parameter.scale:g}" if parameter.scale != 1 else ""
    return (parameter.prior.text + scale).replace(" %", "\N{NO-BREAK SPACE}%")


def allowed_text(parameter: "Parameter") -> str:
    """The bounds of a number in words."""
    low, high = (f"{bound:,.7g}" for bound in (parameter.low, parameter.high))
    if math.isinf(parameter.low) and math.isinf(parameter.high):
        return "any number"
    if math.isinf(parameter.high):
        return f"{low} or more"
    return f"{high} or less" if math.isinf(parameter.low) else f"{low} to {high}"


def prior_ends(parameter: "Parameter") -> tuple[float, ...]:
    """The prior's ends as the scenario scales them, within the bounds; nothing where all worlds have the same value."""
    if parameter.prior is None:
        return ()
    ends = (parameter.prior.low * parameter.scale, parameter.prior.high * parameter.scale)
    return tuple(min(parameter.high, max(parameter.low, end)) for end in ends)


def slider_range(parameter: "Parameter") -> tuple[float, float]:
    """The slider's ends: somewhat beyond the prior's, else around the value; within the bounds, the value inside."""
    value = float(parameter.value)
    if parameter.prior is not None:
        low, high = _widened(parameter.prior.low, parameter.prior.high, parameter.prior.kind.startswith("log"))
        low, high = low * parameter.scale, high * parameter.scale
    else:
        low, high = sorted((value / SPAN, value * SPAN)) if value else (0.0, 1.0)
    low, high = max(parameter.low, min(low, value)), min(parameter.high, max(high, value))
    return (low, high) if low < high else (low, low + 1.0)


def _widened(low: float, high: float, logarithmic: bool) -> tuple[float, float]:
    if logarithmic:
        beyond = (high / low) ** BEYOND
        return low / beyond, high * beyond
    return low - BEYOND * (high - low), high + BEYOND * (high - low)


def label(parameter: "Parameter") -> str:
    """A parameter in plain words: whose it is, and what it is."""
    mechanism, _, rest = parameter.name.partition(".")
    owner = rest.split(".", 1)[0]
    if mechanism == "labs":
        return f"{owner_words(owner)}: {parameter.text}"
    return parameter.text[:1].upper() + parameter.text[1:]


def pushes(name: str) -> str:
    """Which way a lever moves the answer, from what was measured, in a sentence; "" where nothing was."""
    ends = measured().get(name, [])
    if len(ends) < 2:
        return ""
    if not spread(ends):
        return "Moves the answer by no more than chance."
    told = [f"{plain(factor(end))}-fold at {_end_words(end)}" for end in ends]
    return f"{_way(ends)} Ratio to the rivals: {', '.join(told)}."


def _end_words(end: "End") -> str:
    value = end["value"]
    return value.replace("_", " ") if isinstance(value, str) else scaled(value, MONEY)


def _way(ends: "list[End]") -> str:
    """Whom more of a lever helps; of words, which helps the claimant most."""
    if isinstance(ends[0]["value"], str):
        return f"{_end_words(max(ends, key=lambda end: end['change'])).capitalize()} helps {CLAIMANT} most."
    return f"More of it {'helps' if ends[-1]['change'] > ends[0]['change'] else 'holds back'} {CLAIMANT}."


def moved_levers(choice: "Choice") -> list[tuple[str, str, str]]:
    """Name, value and unit of every lever that was moved."""
    parameters = choice.race_scenario().parameters()
    return [
        (
            name,
            value if isinstance(value, str) else f"{value:g}",
            "" if parameters[name].choices else parameters[name].unit,
        )
        for name, value in choice.settings.items()
    ]


def as_slider(parameter: "Parameter") -> Mapping[str, Any]:
    """The parameter as an entry of SolaraViz's `model_params`, for pages of one's own."""
    if parameter.choices:
        return {"type": "Select", "label": parameter.name, "value": parameter.value, "values": list(parameter.choices)}
    low, high = slider_range(parameter)
    return {
        "type": "SliderFloat",
        "label": f"{parameter.name} ({parameter.unit})",
        "value": float(parameter.value),
        "min": low,
        "max": high,
        "step": (high - low) / 100,
    }
