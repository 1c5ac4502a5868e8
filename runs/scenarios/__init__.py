"""Scenarios: frozen values that show only what differs from the baseline, read from small TOML files."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from computerace.market import vocabulary
from computerace.market.errors import UserError, unknown
from computerace.market.figures import DEFAULT_LABS, REST, lab_parameters, start_dates
from computerace.market.known import as_known
from computerace.market.parameters import Parameter, Prior
from computerace.market.registry import NEUTRAL, PARAMETERS

KEYS = ("extends", "question", "start", "months", "labs", "settings", "neutral", "claimant", "parameter_set")
LONGEST = vocabulary.LONGEST

type Setting = float | str | dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """What a race is run with, where it differs from the baseline.

    name, question: what it is called and what it asks. start: date of the starting state. months: horizon.
    labs: names, the claimant among them. settings: full parameter name to a value, to {"scale": factor} or to
    {"prior": kind, "low": x, "high": y}. blocks: figures of labs that
    the tables do not hold. neutral: mechanisms taken out. parameter_set: what fitted parameters are drawn from, "prior"
    or a set (see `with_parameters`).
    """

    name: str = "baseline"
    question: str = ""
    start: date = date(2025, 12, 31)
    months: int = 60
    labs: tuple[str, ...] = DEFAULT_LABS
    claimant: str = vocabulary.CLAIMANT
    settings: Mapping[str, Setting] = field(default_factory=dict)
    blocks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    neutral: tuple[str, ...] = ()
    parameter_set: str = "prior"

    def __hash__(self) -> int:
        return hash(
            (
                self.name,
                self.start,
                self.months,
                self.labs,
                repr(self.settings),
                repr(self.blocks),
                self.neutral,
                self.parameter_set,
            )
        )

    def with_settings(self, settings: Mapping[str, Setting]) -> "Scenario":
        """The same scenario with some parameters set; raises UserError for an unknown name or a value out of bounds."""
        changed = replace(self, settings={**self.settings, **settings})
        changed.parameters()
        return changed

    def with_neutral(self, *mechanisms: str) -> "Scenario":
        """The same scenario with mechanisms taken out; raises UserError for an unknown one."""
        for mechanism in mechanisms:
            if mechanism not in NEUTRAL:
                raise unknown("mechanism", mechanism, NEUTRAL)
        return replace(self, neutral=tuple(dict.fromkeys((*self.neutral, *mechanisms))))

    def with_parameters(self, name: str) -> "Scenario":
        """The same scenario with a fitted set in place of the priors of its parameters; "fitted" is the latest allowed.

        Raises UserError for an unknown set, or one that knows what came after the start.
        """
        from computerace.runs.calibration.sets import set_for

        return replace(self, parameter_set=set_for(name, self.start))

    def untouched(self) -> frozenset[str]:
        """Parameters that stand as they were known at the start, or only scaled: a fitted set may speak of them."""
        plain = _resolved(replace(self, settings={}, neutral=(), parameter_set="prior"))
        return frozenset(
            name
            for name, one in _resolved(self).items()
            if replace(one, value=plain[name].value, scale=1.0) == plain[name]
        )

    def parameters(self) -> dict[str, Parameter]:
        """Every parameter by full name, as this scenario has it."""
        return dict(_resolved(self))

    @property
    def owners(self) -> tuple[str, ...]:
        """The labs, then the rest of the market: the rows of the model's arrays."""
        return (*self.labs, REST)

    def structure(self) -> tuple[Any, ...]:
        """What cannot differ between the worlds of one array batch: start, labs and the structural choices."""
        chosen = tuple(sorted((name, one.value) for name, one in self.parameters().items() if one.choices))
        return (self.start, self.months, self.labs, self.claimant, self.parameter_set, chosen)

    def to_dict(self) -> dict[str, Any]:
        """The scenario in full as plain values, for a manifest."""
        return {
            "name": self.name, "question": self.question, "start": self.start.isoformat(), "months": self.months,
            "labs": list(self.labs), "claimant": self.claimant, "settings": dict(self.settings),
            "blocks": {lab: dict(block) for lab, block in self.blocks.items()}, "neutral": list(self.neutral),
            "parameter_set": self.parameter_set,
        }  # fmt: skip

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Scenario":
        """The scenario that `to_dict` described; raises UserError where what is given can be none."""
        try:
            found = _from_dict(values)
            found.parameters()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, UserError):
                raise
            raise UserError(f"a manifest's scenario is damaged: {type(error).__name__}: {error}") from error
        return found


def _from_dict(values: Mapping[str, Any]) -> Scenario:
    return Scenario(
        name=values["name"], question=values["question"], start=date.fromisoformat(values["start"]),
        months=int(values["months"]), labs=tuple(values["labs"]), claimant=values["claimant"],
        settings=dict(values["settings"]), blocks={lab: dict(block) for lab, block in values["blocks"].items()},
        neutral=tuple(values["neutral"]), parameter_set=values.get("parameter_set", "prior"),
    )  # fmt: skip


@cache
def _resolved(scenario: Scenario) -> dict[str, Parameter]:
    found = {**PARAMETERS, **lab_parameters(scenario.start, scenario.labs, scenario.blocks)}
    given = (f"labs.{lab}.{key}" for lab, block in scenario.blocks.items() for key in block)
    found = as_known(found, scenario.start, given)
    for name, setting in scenario.settings.items():
        for full in _expanded(name, found):
            found[full] = _set(found[full], setting)
    for mechanism in scenario.neutral:
        for name, value in NEUTRAL[mechanism].items():
            for full in _expanded(name, found):
                found[full] = found[full].fixed(value)
    return found


def _expanded(name: str, known: Mapping[str, Parameter]) -> Iterable[str]:
    if name.startswith("labs.*."):
        matches = [full for full in known if full.startswith("labs.") and full.endswith(name.removeprefix("labs.*"))]
        if matches:
            return matches
    if name not in known:
        raise unknown("parameter", name, known)
    return (name,)


def _set(parameter: Parameter, setting: Setting) -> Parameter:
    if not isinstance(setting, Mapping):
        return parameter.fixed(setting)
    if set(setting) == {"scale"}:
        return parameter.scaled(float(setting["scale"]))
    if set(setting) == {"prior", "low", "high"}:
        prior = Prior(str(setting["prior"]), float(setting["low"]), float(setting["high"]))
        centre = float(prior.quantile(_half())[0])
        return replace(parameter, value=parameter.checked(centre), prior=prior, scale=1.0)
    raise UserError(
        f"{parameter.name}: a setting is a value, {{scale = …}} or {{prior = …, low = …, high = …}}; "
        f"got {dict(setting)}"
    )


def _half() -> Any:
    import numpy as np

    return np.array([0.5])


def scenarios() -> list[str]:
    """Names of the scenarios that come with the project, the baseline first."""
    names = sorted(
        entry.name.removesuffix(".toml")
        for entry in files("computerace.runs.scenarios").iterdir()
        if entry.name.endswith(".toml")
    )
    return ["baseline", *(name for name in names if name != "baseline")]


def scenario(name: str | Path, start: date | str | None = None) -> Scenario:
    """A scenario by name, or from a TOML file by its path; `start` puts another starting state in place of its own.

    Raises UserError for an unknown name, a file that is not a scenario, a circle in `extends`, or a start that is not
    in the record.
    """
    loaded = _loaded(str(name), ())
    if start is None:
        return loaded
    moved = replace(loaded, start=_date(loaded.name, start))
    moved.parameters()
    return moved


def _loaded(name: str, seen: tuple[str, ...]) -> Scenario:
    if name in seen:
        raise UserError(f"scenarios extend each other in a circle: {' → '.join((*seen, name))}")
    values, here = _read(name)
    for key in values:
        if key not in KEYS:
            raise unknown(f"key in scenario {name}", key, KEYS)
    parent = values.get("extends")
    if parent is not None and here is not None and parent not in scenarios():
        parent = str(here / parent)
    base = _loaded(parent, (*seen, name)) if parent is not None else Scenario()
    made = _merged(base, Path(name).stem if here is not None else name, values)
    made.parameters()
    return made


def _read(name: str) -> tuple[dict[str, Any], Path | None]:
    if name in scenarios():
        text = files("computerace.runs.scenarios").joinpath(f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text), None
    path = Path(name)
    if not name.endswith(".toml"):
        raise unknown("scenario", name, scenarios())
    if not path.is_file():
        raise UserError(f"there is no scenario file {name}; `computerace scenarios` lists those that have names")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), path.parent
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not a TOML file: {error}") from None


def _merged(base: Scenario, name: str, values: Mapping[str, Any]) -> Scenario:
    blocks = {lab: dict(block) for lab, block in base.blocks.items()}
    labs = list(base.labs)
    for lab, block in _table(name, "labs", values).items():
        if not isinstance(block, Mapping):
            raise UserError(f"scenario {name}: [labs.{lab}] must be a block of figures")
        blocks[lab] = {**blocks.get(lab, {}), **block}
        if lab not in labs:
            labs.append(lab)
    merged = replace(
        base, name=name, labs=tuple(labs), blocks=blocks,
        question=str(values.get("question", base.question)),
        months=_months(name, values.get("months", base.months)),
        start=_date(name, values.get("start", base.start)),
        claimant=str(values.get("claimant", base.claimant)),
        parameter_set=base.parameter_set,
        settings={**base.settings, **_table(name, "settings", values)},
    )  # fmt: skip
    if merged.claimant not in merged.labs:
        raise unknown("lab", merged.claimant, merged.labs)
    neutral = values.get("neutral", [])
    if not isinstance(neutral, list):
        raise UserError(f'scenario {name}: neutral is a list of mechanisms, such as neutral = ["energy"]')
    merged = merged.with_neutral(*(str(one) for one in neutral))
    return merged.with_parameters(str(values["parameter_set"])) if "parameter_set" in values else merged


def _table(name: str, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    table = values.get(key, {})
    if not isinstance(table, dict):
        raise UserError(f"scenario {name}: {key} must be a table, such as [{key}]")
    return table


def _months(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST:
        raise UserError(f"scenario {name}: months must be a whole number from 1 to {LONGEST}, got {value!r}")
    return value


def _date(name: str, value: object) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise UserError(f"scenario {name}: start must be a date such as 2025-12-31, got {value!r}") from None
    if day not in start_dates():
        raise UserError(
            f"scenario {name}: no starting state for {day}; the record has {', '.join(map(str, start_dates()))}"
        )
    return day
