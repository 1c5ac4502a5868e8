"""Parts of a run's manifest that every kind of run writes in one form."""

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter
    from computerace.runs.scenarios import Scenario


def plain_parameter(parameter: "Parameter") -> dict[str, Any]:
    """A parameter as JSON can hold it: bounds that are infinite become null."""
    plain = asdict(parameter)
    for bound in ("low", "high"):
        plain[bound] = plain[bound] if math.isfinite(plain[bound]) else None
    return plain


def plain_parameters(scenario: "Scenario") -> dict[str, dict[str, Any]]:
    """The parameters of a scenario by name, as JSON can hold them."""
    return {name: plain_parameter(one) for name, one in scenario.parameters().items()}
