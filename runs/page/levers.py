"""The page's levers, made from the parameters' own descriptions: name, unit, range, prior and a line of help."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from computerace.market.parameters import GIVEN
from computerace.market.vocabulary import REST

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter
    from computerace.runs.page.choice import Choice
    from computerace.runs.scenarios import Scenario

# The levers that a question about the race usually begins with, in the order in which they are shown.
# "{claimant}" and "{lab}" stand for the claimant's name and for each lab's.
MAIN = (
    "chips.supply_growth_2026",
    "labs.{claimant}.access_weight",
    "energy.grid_lead_months",
    "clusters.failure_interval_hours",
    "finance.window_multiplier",
    "talent.mobility",
    "labs.{lab}.strategy",
    "chips.allocation",
)
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


@dataclass(frozen=True)
class Lever:
    """One control as the browser draws it.

    low, high: the slider's ends; a typed value may go to the parameter's own bounds.
    drawn: the prior in words where worlds differ in it, or "". allowed: the bounds in words.
    moved: whether it differs from the scenario's own.
    """

    name: str
    label: str
    unit: str
    help: str
    source: str
    value: float | str
    low: float = 0.0
    high: float = 1.0
    logarithmic: bool = False
    choices: tuple[str, ...] = ()
    drawn: str = ""
    allowed: str = ""
    moved: bool = False


def groups(choice: "Choice") -> list[dict[str, Any]]:
    """Every lever in groups, as plain data: title, main (shown open) and levers.

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
            "levers": [
                asdict(lever(parameters[name], name in choice.settings, full=title == MAIN_TITLE, own=own[name]))
                for name in names
            ],
        }
        for title, names in parts.items()
    ]


def main_levers(scenario: "Scenario") -> list[str]:
    """Full names of the main levers of a scenario; one that the model no longer knows is left out."""
    known = scenario.parameters()
    return [name for name in wanted_levers(scenario) if name in known]


def wanted_levers(scenario: "Scenario") -> list[str]:
    """What the main levers would be called in a scenario."""
    names = []
    for name in MAIN:
        labs = scenario.labs if "{lab}" in name else ("",)
        names += [name.format(claimant=scenario.claimant, lab=lab) for lab in labs]
    return names


def _heading(name: str) -> str:
    mechanism, _, rest = name.partition(".")
    if mechanism == "labs":
        owner = rest.split(".", 1)[0]
        return "The rest of the market" if owner == REST else f"{owner}'s figures"
    return HEADINGS.get(mechanism, mechanism.replace("_", " ").capitalize())


def lever(parameter: "Parameter", moved: bool, *, full: bool = False, own: "Parameter | None" = None) -> Lever:
    """A parameter as a lever; `moved`: the person has set it; `full`: the label says what mechanism it is of.

    own: the parameter as the scenario has it, which alone gives the slider its range: so a thumb stays where it is let
    go of.
    """
    choice, own = bool(parameter.choices) or isinstance(parameter.value, str), own or parameter
    low, high = (0.0, 1.0) if choice else slider_range(own)
    return Lever(
        name=parameter.name,
        label=label(parameter.name, full=full),
        unit="" if choice else parameter.unit,
        help=parameter.text[:1].upper() + parameter.text[1:],
        source=source_line(parameter),
        value=parameter.value,
        low=low,
        high=high,
        logarithmic=own.prior is not None and own.prior.logarithmic and low > 0,
        choices=parameter.choices,
        drawn=drawn_text(parameter),
        allowed="" if choice else allowed_text(parameter),
        moved=moved,
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


def slider_range(parameter: "Parameter") -> tuple[float, float]:
    """The slider's ends: the prior's, else around the value, within the bounds and always with the value inside."""
    value = float(parameter.value)
    if parameter.prior is not None:
        low, high = parameter.prior.low * parameter.scale, parameter.prior.high * parameter.scale
    else:
        low, high = sorted((value / SPAN, value * SPAN)) if value else (0.0, 1.0)
    low, high = max(parameter.low, min(low, value)), min(parameter.high, max(high, value))
    return (low, high) if low < high else (low, low + 1.0)


def label(name: str, *, full: bool) -> str:
    """A name as a label: "chips.supply_growth_2026" gives "supply growth 2026", in full "chips: supply growth 2026"."""
    parts = name.split(".")
    words = parts[-1].replace("_", " ")
    return f"{parts[-2]}: {words}" if full else words


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
