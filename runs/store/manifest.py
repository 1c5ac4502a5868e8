"""Parts of a run's manifest that every kind of run writes in one form."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from computerace.analysis.manifest_form import ParameterForm, ScenarioForm

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter
    from computerace.runs.scenarios import Scenario

PLACES = {"code_sha256": "code", "parameter_set_sha256": "parameter_set"}  # what stands outside a run's folder


def without_place(scenario: Mapping[str, object]) -> Mapping[str, object]:
    """A scenario as a manifest keeps it without the places of its code and of its set: digests say which they are."""
    digests = {name: scenario.get(name) or "" for name in PLACES}
    return {**scenario, **digests, "code": ""} | ({"parameter_set": ""} if digests["parameter_set_sha256"] else {})


def other_text(there: ScenarioForm, here: ScenarioForm) -> str:
    """In what two scenarios' code of one's own, or sets, differ, in a few words; empty where they do not."""
    before, after = cast("Mapping[str, str]", there), cast("Mapping[str, str]", here)
    for digest, place in PLACES.items():
        old, new = before.get(digest) or "", after.get(digest) or ""
        if old != new:
            told = [f"of SHA-256 {one[:12]}…" if one else "without" for one in (old, new)]
            return f"{(after if new else before)[place]} {told[0]} there, {told[1]} here"
    return ""


def plain_parameter(parameter: "Parameter") -> ParameterForm:
    """A parameter as JSON can hold it: bounds that are infinite become null."""
    plain = asdict(parameter)
    for bound in ("low", "high"):
        plain[bound] = plain[bound] if math.isfinite(plain[bound]) else None
    return cast("ParameterForm", plain | {"effect": parameter.effect.text if parameter.effect else ""})


def plain_parameters(scenario: "Scenario") -> dict[str, ParameterForm]:
    """The parameters of a scenario by name, as JSON can hold them."""
    return {name: plain_parameter(one) for name, one in scenario.parameters().items()}
