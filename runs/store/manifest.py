"""Parts of a run's manifest that every kind of run writes in one form."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter
    from computerace.runs.scenarios import Scenario


def without_place(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario as a manifest keeps it without the place of its code: the digest says which text it is."""
    return {key: value for key, value in scenario.items() if key != "code"} | {
        "code_sha256": scenario.get("code_sha256", "")
    }


def other_text(there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    """In what two scenarios' code of one's own differs, in a few words; empty where it does not."""
    old, new = there.get("code_sha256") or "", here.get("code_sha256") or ""
    if old == new:
        return ""
    told = [f"of SHA-256 {one[:12]}…" if one else "without" for one in (old, new)]
    return f"{here.get('code') or there.get('code')} {told[0]} there, {told[1]} here"


def plain_parameter(parameter: "Parameter") -> dict[str, Any]:
    """A parameter as JSON can hold it: bounds that are infinite become null."""
    plain = asdict(parameter)
    for bound in ("low", "high"):
        plain[bound] = plain[bound] if math.isfinite(plain[bound]) else None
    return plain | {"effect": parameter.effect.text if parameter.effect else ""}


def plain_parameters(scenario: "Scenario") -> dict[str, dict[str, Any]]:
    """The parameters of a scenario by name, as JSON can hold them."""
    return {name: plain_parameter(one) for name, one in scenario.parameters().items()}
