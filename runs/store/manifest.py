"""Parts of a run's manifest that every kind of run writes in one form."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from computerace.analysis.manifest_form import ParameterForm, ScenarioForm

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter
    from computerace.runs.scenarios import Scenario


def without_place(scenario: Mapping[str, object]) -> Mapping[str, object]:
    """A scenario as a manifest keeps it without the place of its code: the digest says which text it is."""
    return {key: value for key, value in scenario.items() if key != "code"} | {
        "code_sha256": scenario.get("code_sha256", "")
    }


def other_text(there: ScenarioForm, here: ScenarioForm) -> str:
    """In what two scenarios' code of one's own differs, in a few words; empty where it does not."""
    old, new = there.get("code_sha256") or "", here.get("code_sha256") or ""
    if old == new:
        return ""
    told = [f"of SHA-256 {one[:12]}…" if one else "without" for one in (old, new)]
    return f"{here.get('code') or there.get('code')} {told[0]} there, {told[1]} here"


def plain_parameter(parameter: "Parameter") -> ParameterForm:
    """A parameter as JSON can hold it: bounds that are infinite become null."""
    plain = asdict(parameter)
    for bound in ("low", "high"):
        plain[bound] = plain[bound] if math.isfinite(plain[bound]) else None
    return cast("ParameterForm", plain | {"effect": parameter.effect.text if parameter.effect else ""})


def plain_parameters(scenario: "Scenario") -> dict[str, ParameterForm]:
    """The parameters of a scenario by name, as JSON can hold them."""
    return {name: plain_parameter(one) for name, one in scenario.parameters().items()}
