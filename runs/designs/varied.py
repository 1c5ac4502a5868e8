"""One thing that varies between the points of a design: its range or its values, and the way from [0, 1] to them."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from computerace.analysis.manifest_form import VaryForm
from computerace.market.errors import UserError, unknown
from computerace.market.parameters import Parameter
from computerace.market.registry import NEUTRAL
from computerace.market.vocabulary import NEUTRAL_PREFIX
from computerace.runs.schema.check import shown
from computerace.runs.schema.keys import Key, form

MOST_STEPS = 1_000_000

type Value = float | str | bool


@dataclass(frozen=True)
class Vary:
    """A parameter that varies: over [low, high], over some values, or (without either) over its whole prior.

    scale: "linear" or "log", how a range is laid out. steps: how many values of the range a grid takes.
    """

    parameter: str
    low: float | None = None
    high: float | None = None
    values: tuple[Value, ...] = ()
    scale: str = "linear"
    steps: int = 0

    def to_dict(self) -> VaryForm:
        """As a design file would have it, with every default filled in."""
        if self.values:
            return {"parameter": self.parameter, "values": list(self.values)}
        if self.low is None:
            return {"parameter": self.parameter}
        plain: VaryForm = {"parameter": self.parameter, "low": self.low, "high": self.high, "scale": self.scale}
        return {**plain, "steps": self.steps} if self.steps else plain

    def grid(self) -> list[Value]:
        """The values that a grid takes."""
        if self.values:
            return list(self.values)
        unit = np.linspace(0, 1, self.steps)
        return [float(value) for value in self._within(unit)]

    def at(self, unit: NDArray[np.float64], parameter: Parameter | None) -> NDArray[Any]:
        """The values at places in [0, 1]; `parameter` is needed where it varies over its prior."""
        if self.values:
            index = np.minimum((unit * len(self.values)).astype(np.intp), len(self.values) - 1)
            return np.array(self.values, dtype=_kind(self.values))[index]
        if self.low is None and parameter is not None:
            # Not the very ends: a normal distribution has its infinities there.
            return parameter.draw(np.clip(unit, 1e-12, 1 - 1e-12))
        return self._within(unit)

    def _within(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        low, high = float(self.low or 0.0), float(self.high or 0.0)
        if self.scale == "log":
            inside = np.exp(math.log(low) + (math.log(high) - math.log(low)) * unit)
        else:
            inside = low + (high - low) * unit
        return np.clip(inside, low, high)


def _kind(values: tuple[Value, ...]) -> type:
    if any(isinstance(value, str) for value in values):
        return object
    return bool if all(isinstance(value, bool) for value in values) else float


class VaryKeys:
    """Keys of a [[vary]] block."""

    parameter: Annotated[str, Key("full name of a parameter, or neutral.MECHANISM", needed=True)]
    low: Annotated[float, Key("the lower end; by default the prior's")]
    high: Annotated[float, Key("the upper end; by default the prior's")]
    values: Annotated[list[float | str | bool], Key("these values and no others", least=1)]
    scale: Annotated[Literal["linear", "log"], Key("how the range is laid out; by default as the prior")]
    steps: Annotated[int, Key("values of the range in a grid", least=2, most=MOST_STEPS)]


BLOCK = form("[[vary]]", VaryKeys, called="parameter")


def read_vary(block: Mapping[str, Any], known: Mapping[str, Parameter], sampler: str) -> Vary:
    """What a [[vary]] block in the form BLOCK says, checked against the scenario's parameters.

    Raises UserError for an unknown name, an empty range, a value out of bounds, or what the sampler cannot use.
    """
    name = block["parameter"]
    if name.startswith(NEUTRAL_PREFIX):
        return _neutral(name, block)
    if name not in known:
        raise unknown("parameter", name, known)
    parameter = known[name]
    if "values" in block or parameter.choices:
        return _listed(name, block, parameter)
    if sampler == "prior":
        return _whole_prior(name, block, parameter)
    return _ranged(name, block, parameter, sampler)


def _neutral(name: str, block: Mapping[str, Any]) -> Vary:
    mechanism = name.removeprefix(NEUTRAL_PREFIX)
    if mechanism not in NEUTRAL:
        raise unknown("mechanism", mechanism, NEUTRAL)
    values = block.get("values", [False, True])
    if not all(isinstance(value, bool) for value in values):
        raise UserError(f"{name} is true or false: values = [false, true]; got {shown(values)}")
    _refuse(name, block, ("low", "high", "scale", "steps"), "it has two values")
    return Vary(name, values=_once(name, tuple(values)))


def _listed(name: str, block: Mapping[str, Any], parameter: Parameter) -> Vary:
    _refuse(name, block, ("low", "high", "scale", "steps"), "its values are listed")
    values = block.get("values", list(parameter.choices))
    return Vary(name, values=_once(name, tuple(parameter.checked(value) for value in values)))


def _once(name: str, values: tuple[Value, ...]) -> tuple[Value, ...]:
    twice = next((value for value, count in Counter(values).items() if count > 1), None)
    if twice is not None:
        raise UserError(f"{name}: the value {shown(twice)} is given twice")
    return values


def _whole_prior(name: str, block: Mapping[str, Any], parameter: Parameter) -> Vary:
    _refuse(name, block, ("low", "high", "scale", "steps"), "the sampler prior draws from the whole prior")
    if parameter.prior is None:
        raise UserError(f"{name} has no prior in this scenario; give values = […]")
    return Vary(name)


def _ranged(name: str, block: Mapping[str, Any], parameter: Parameter, sampler: str) -> Vary:
    prior = parameter.prior
    if prior is None and not ("low" in block and "high" in block):
        raise UserError(f"{name} has no prior in this scenario; give low and high")
    default = (prior.low * parameter.scale, prior.high * parameter.scale) if prior is not None else (0.0, 0.0)
    ends = []
    for key, value in zip(("low", "high"), default, strict=True):
        given = block.get(key, min(max(value, parameter.low), parameter.high))
        ends.append(float(parameter.checked(given)))
    low, high = ends
    if not low < high:
        raise UserError(f"{name}: the range {low:g} to {high:g} is empty; low must be below high")
    scale = block.get("scale", "log" if prior is not None and prior.logarithmic and low > 0 else "linear")
    if scale == "log" and low <= 0:
        raise UserError(f"{name}: a log scale needs low above 0, got {low:g}")
    return Vary(name, low, high, scale=scale, steps=_steps(name, block, sampler))


def _steps(name: str, block: Mapping[str, Any], sampler: str) -> int:
    steps = block.get("steps", 0)
    if sampler != "grid":
        _refuse(name, block, ("steps",), f"the sampler {sampler} does not step")
        return 0
    if steps < 2:
        raise UserError(f"{name}: a grid needs values = […], or low, high and steps = 2 or more")
    return steps


def _refuse(name: str, block: Mapping[str, Any], keys: tuple[str, ...], why: str) -> None:
    given = next((key for key in keys if key in block), None)
    if given is not None:
        raise UserError(f"{name}: leave out {given}: {why}")
