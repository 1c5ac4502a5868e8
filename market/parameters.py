"""What a parameter is: a value with a unit, a prior, a source and a grade, declared beside the formula it enters.

A mechanism declares its parameters as a frozen dataclass whose fields come from `quantity` or `choice`. In a race each
numeric field holds an array with one value per world.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from computerace.market.arrays import Stock, Worlds
from computerace.market.data.cells import NUMBER
from computerace.market.effects import Effect
from computerace.market.effects import effect as effect_of
from computerace.market.errors import UserError, unknown

GRADES = ("A", "B", "C", "assumed")
GIVEN = "given"  # in the place of a grade, where a scenario has put something else in the place of what is known
LARGEST = 1e18  # of any figure or parameter: a million times the largest on record, and no overflow in single precision
NORMAL_95 = 1.6448536269514722  # the 95 % quantile of the standard normal distribution


@dataclass(frozen=True)
class Prior:
    """What is known of a parameter before the data speak.

    kind: "lognormal" or "normal", where low and high are the 5 % and 95 % quantiles; "uniform" or "loguniform", where
    they are the ends.
    """

    kind: str
    low: float
    high: float

    def __post_init__(self) -> None:
        if self.kind not in ("lognormal", "normal", "uniform", "loguniform"):
            raise unknown("prior", self.kind, ("lognormal", "normal", "uniform", "loguniform"))
        if not self.low < self.high or (self.logarithmic and self.low <= 0):
            raise UserError(
                f"prior {self.kind} needs low < high (and above 0 for a log), got {self.low:g} to {self.high:g}"
            )

    @property
    def logarithmic(self) -> bool:
        """Whether it is even, or normal, in the logarithm."""
        return self.kind in ("lognormal", "loguniform")

    @property
    def gaussian(self) -> bool:
        """Whether it is normal, in the value or in its logarithm."""
        return self.kind in ("normal", "lognormal")

    @property
    def text(self) -> str:
        """The prior in words, such as "lognormal 1.6-2.8 (5-95 %)"."""
        ends = f"{self.low:g}–{self.high:g}"
        return f"{self.kind} {ends} (5–95 %)" if self.gaussian else f"{self.kind} {ends}"

    def quantile(self, probability: Worlds, low: float = -np.inf, high: float = np.inf) -> Worlds:
        """Values at the given probabilities, cut to [low, high]; same shape as `probability`."""
        return np.clip(quantiles([self], probability[None])[0], low, high)

    @property
    def ends(self) -> tuple[float, float]:
        """Low and high, or their logarithms."""
        return (np.log(self.low), np.log(self.high)) if self.logarithmic else (self.low, self.high)


def quantiles(priors: Sequence[Prior], probability: Stock) -> Stock:
    """Values of priors of one kind at the given probabilities, (priors, …)."""
    alone = (len(priors), *[1] * (probability.ndim - 1))
    start, end = (np.array(ends).reshape(alone) for ends in zip(*(one.ends for one in priors), strict=True))
    if priors[0].gaussian:
        from scipy.special import ndtri

        values = 0.5 * (start + end) + 0.5 * (end - start) / NORMAL_95 * ndtri(probability)
    else:
        values = start + (end - start) * probability
    return np.exp(values) if priors[0].logarithmic else values


@dataclass(frozen=True)
class Parameter:
    """A parameter's full description; `value` is its centre, or the chosen word of a structural parameter."""

    name: str
    value: float | str
    unit: str
    text: str
    source: str
    grade: str
    prior: Prior | None = None
    low: float = 0.0
    high: float = np.inf
    choices: tuple[str, ...] = ()
    scale: float = 1.0
    effect: Effect | None = None

    @property
    def mechanism(self) -> str:
        """The part of the name before the first dot."""
        return self.name.partition(".")[0]

    @property
    def span(self) -> tuple[float, float]:
        """Two values far apart that it may well have: the ends of its prior, or half and twice what it is held at."""
        if self.effect is not None and self.effect.span is not None:
            return self.effect.span
        if self.prior is not None:
            return self.prior.low, self.prior.high
        value = float(self.value)
        low, high = self.bounds
        return max(min(value / 2.0, value * 2.0), low), min(max(value / 2.0, value * 2.0), high)

    def read(self, text: str) -> float | str:
        """The value that a text says, as it comes from a link or a form; raises UserError like `checked`."""
        word = text.strip()
        return self.checked(float(word) if NUMBER.fullmatch(word) and not self.choices else word)

    def checked(self, value: object) -> float | str:
        """The value if it is allowed here.

        Raises UserError where the type, the range or the word does not fit.
        """
        if self.choices:
            if not isinstance(value, str):
                raise UserError(f"{self.name} is one of {', '.join(self.choices)}; got {value!r}")
            if value not in self.choices:
                raise unknown(f"value of {self.name}", value, self.choices)
            return value
        return self._checked_number(value)

    def _checked_number(self, value: object) -> float:
        if isinstance(value, str):
            cure = "; write it without quotes" if NUMBER.fullmatch(value.strip()) else ""
            raise UserError(f"{self.name} must be a number ({self.unit}), got {value[:60]!r}{cure}")
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
            raise UserError(f"{self.name} must be a number ({self.unit}), got {value!r}")
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits
            number = np.inf
        low, high = self.bounds
        if not low <= number <= high:
            raise UserError(f"{self.name} = {number:g} is out of bounds: allowed {low:g} to {high:g} {self.unit}")
        return number

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that may be given; finite."""
        return max(self.low, -LARGEST), min(self.high, LARGEST)

    def fixed(self, value: object) -> "Parameter":
        """The same parameter at one value, the same in all worlds."""
        return replace(self, value=self.checked(value), prior=None, scale=1.0)

    def given(self, value: object, giver: str) -> "Parameter":
        """The same parameter at a value that somebody gives, who then is its source."""
        return replace(self.fixed(value), source=giver, grade=GIVEN)

    def scaled(self, factor: float) -> "Parameter":
        """The same parameter with centre and prior multiplied by a factor, so that worlds stay paired."""
        if self.choices or isinstance(self.value, str):
            raise UserError(f"{self.name} is a choice and cannot be scaled")
        return replace(self, value=self.checked(self.value * factor), scale=self.scale * factor)

    def draw(self, probability: Worlds) -> Worlds:
        """Values for worlds from uniform draws of shape (worlds,); the centre where there is no prior."""
        if self.prior is None:
            return np.full(probability.shape, float(self.value))
        return drawn_together([self], probability[None])[0]


def drawn_together(parameters: Sequence[Parameter], probability: Stock) -> Stock:
    """Values of parameters that have priors of one kind, from uniform draws of shape (parameters, …)."""
    values = quantiles([one.prior for one in parameters if one.prior is not None], probability)
    alone = (len(parameters), *[1] * (probability.ndim - 1))
    bounds = ((one.scale, one.low, one.high) for one in parameters)
    scale, low, high = (np.array(column, dtype=np.float64).reshape(alone) for column in zip(*bounds, strict=True))
    return np.minimum(np.maximum(values * scale, low), high)


def quantity(
    value: float,
    unit: str,
    text: str,
    *,
    source: str,
    grade: str,
    prior: Prior | None = None,
    low: float = 0.0,
    high: float = np.inf,
    effect: str = "",
) -> Any:
    """A numeric field of a mechanism's parameters; returns a dataclass field that carries the description.

    effect: what it moves first and which way, as `market/effects.py` reads it.
    """
    moves = effect_of(effect) if effect else None
    described = Parameter("", value, unit, text, source, grade, prior, low, high, effect=moves)
    return field(default=value, metadata={"parameter": described})


def choice(value: str, choices: tuple[str, ...], text: str, *, source: str) -> Any:
    """A structural field: one of a few words. It cannot differ between the worlds of one array batch."""
    described = Parameter("", value, "choice", text, source, "assumed", choices=choices)
    return field(default=value, metadata={"parameter": described})


def described(mechanism: str, parameters: type) -> dict[str, Parameter]:
    """The parameters of one mechanism by full name, in the order of declaration."""
    found = {}
    for one in fields(parameters):
        name = f"{mechanism}.{one.name}"
        found[name] = replace(one.metadata["parameter"], name=name)
    return found


def lognormal(low: float, high: float) -> Prior:
    """A lognormal prior by its 5 % and 95 % quantiles."""
    return Prior("lognormal", low, high)


def normal(low: float, high: float) -> Prior:
    """A normal prior by its 5 % and 95 % quantiles."""
    return Prior("normal", low, high)


def uniform(low: float, high: float) -> Prior:
    """A uniform prior by its ends."""
    return Prior("uniform", low, high)


def loguniform(low: float, high: float) -> Prior:
    """A log-uniform prior by its ends."""
    return Prior("loguniform", low, high)
