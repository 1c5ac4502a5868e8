"""A scenario: a frozen value that shows only what differs from the baseline, and the parameters that it means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from typing import Annotated, Any, cast

from computerace.analysis.manifest_form import ScenarioForm
from computerace.market import own
from computerace.market.allocation import ALLOCATION
from computerace.market.errors import UserError, unknown
from computerace.market.figures import DEFAULT_LABS, REST, STRATEGIES, lab_parameters
from computerace.market.known import as_known
from computerace.market.parameters import LARGEST, Parameter, Prior
from computerace.market.registry import NEUTRAL, PARAMETERS
from computerace.market.vocabulary import CLAIMANT
from computerace.runs.schema.bounds import LONGEST
from computerace.runs.schema.check import checked, shown
from computerace.runs.schema.keys import Key, form

type Setting = float | str | dict[str, Any]


FREE = ("name", "question", "settings", "blocks", "neutral", "trusted")  # may differ between worlds of one array
SEEING_NO_FARTHER = {"Lab", "RestOfMarket"}  # classes of owners that decide by what they see
DATE = "a date such as 2025-12-31"


class SettingTable:
    """A parameter's setting that is no plain value."""

    scale: Annotated[float, Key("factor on value and prior, so that worlds stay paired")]
    prior: Annotated[str, Key("kind: lognormal, normal, uniform or loguniform")]
    low: Annotated[float, Key("5 % quantile, or the lower end of a uniform prior", least=-LARGEST, most=LARGEST)]
    high: Annotated[float, Key("95 % quantile, or the upper end of a uniform prior", least=-LARGEST, most=LARGEST)]


SETTING = form("a setting", SettingTable)


def is_strategy(name: str) -> bool:
    """Whether a parameter is an owner's strategy."""
    return name.startswith("labs.") and name.endswith(".strategy")


def may_differ(name: str, word: object) -> bool:
    """Whether a choice may differ from world to world: a strategy, where everybody knows it."""
    return is_strategy(name) and word in STRATEGIES


@dataclass(frozen=True)
class Scenario:
    """What a race is run with, where it differs from the baseline.

    name, question: what it is called and what it asks. start: date of the starting state. months: horizon.
    labs: names, the claimant among them. settings: full parameter name to a value, to {"scale": factor} or to
    {"prior": kind, "low": x, "high": y}. blocks: figures of labs that the tables do not hold. neutral: mechanisms taken
    out. parameter_set: what fitted parameters are drawn from, "prior" or a set (see `with_parameters`);
    parameter_set_sha256: of the draws of one in a folder. code: a Python file, or a module, that brings strategies,
    labs, rules and measures of one's own (see `runs/scenarios/own_code.py`); code_sha256: of its text; trusted: whether
    it may run here.
    """

    name: str = "baseline"
    question: Annotated[str, Key("what it asks, and which way the answer moves")] = ""
    start: Annotated[date, Key("date of the starting state, a quarter end on record", allowed=DATE)] = date(
        2025, 12, 31
    )
    months: Annotated[int, Key("how long, from the start", least=1, most=LONGEST)] = 60
    labs: tuple[str, ...] = DEFAULT_LABS
    claimant: Annotated[str, Key("the lab that the claim is about")] = CLAIMANT
    settings: Annotated[Mapping[str, Setting], Key("parameters by full name: a value, a scale or a prior")] = field(
        default_factory=dict
    )
    blocks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    neutral: Annotated[
        tuple[str, ...], Key("mechanisms to take out", allowed='a list of mechanisms, such as neutral = ["energy"]')
    ] = ()
    parameter_set: Annotated[str, Key('what fitted parameters are drawn from: "prior", "fitted" or a set')] = "prior"
    code: Annotated[str, Key('code of one\'s own: a file beside this one, such as "mine.py", or an import path')] = ""
    code_sha256: str = ""
    parameter_set_sha256: str = ""
    trusted: bool = field(default=True, compare=False)

    def __hash__(self) -> int:
        # By what is written and not by what is equal, or true would be found in the cache in the place of 1.
        return hash(repr([getattr(self, one.name) for one in fields(self)]))

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
        from computerace.runs.scenarios.sets import set_for

        chosen, digest = set_for(name, self.start)
        return replace(self, parameter_set=chosen, parameter_set_sha256=digest)

    def untouched(self) -> frozenset[str]:
        """Parameters that stand as they were known at the start, or only scaled: a fitted set may speak of them."""
        plain = _resolved(replace(self, settings={}, neutral=(), parameter_set="prior"))
        return frozenset(
            name
            for name, one in _resolved(self).items()
            if replace(one, value=plain[name].value, scale=1.0) == plain[name]
        )

    def on_record(self) -> "Scenario":
        """The same without what it changes: of its settings those stay that say what is known, as a prior."""
        known = {name: one for name, one in self.settings.items() if isinstance(one, Mapping) and "prior" in one}
        return replace(self, settings=known, neutral=())

    def parameters(self) -> dict[str, Parameter]:
        """Every parameter by full name, as this scenario has it."""
        return dict(_resolved(self))

    @property
    def owners(self) -> tuple[str, ...]:
        """The labs, then the rest of the market: the rows of the model's arrays."""
        return (*self.labs, REST)

    def structure(self) -> tuple[Any, ...]:
        """What cannot differ between worlds of one batch: start, labs, and choices but the model's own strategies."""
        words = ((name, one.value) for name, one in self.parameters().items() if one.choices)
        chosen = tuple(sorted((name, word) for name, word in words if not may_differ(name, word)))
        kinds = {word for name, word in chosen if name.endswith(".kind")}
        looking = repr(self.blocks) if kinds - SEEING_NO_FARTHER else ""  # who looks ahead has others' figures in mind
        return (*(getattr(self, one.name) for one in fields(self) if one.name not in FREE), chosen, looking)

    def strategies(self) -> dict[str, str]:
        """Each owner's strategy by the parameter's name."""
        return {name: str(one.value) for name, one in self.parameters().items() if is_strategy(name)}

    def to_dict(self) -> ScenarioForm:
        """The scenario in full as plain values, for a manifest."""
        plain = {one.name: _plain(getattr(self, one.name)) for one in fields(self) if one.compare}
        return cast("ScenarioForm", plain)

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Scenario":
        """The scenario that `to_dict` described; what an older one does not say has its default.

        Raises UserError where what is given can be none.
        """
        try:
            found = _from_dict(values)
            found.parameters()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, UserError):
                raise
            raise UserError(f"a manifest's scenario is damaged: {type(error).__name__}: {error}") from error
        return found


def _from_dict(values: Mapping[str, Any]) -> Scenario:
    known = {one.name for one in fields(Scenario)}
    given = {name: _of_plain(value) for name, value in values.items() if name in known}
    return Scenario(**given | {"start": date.fromisoformat(values["start"]), "trusted": False})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: dict(inner) if isinstance(inner, Mapping) else inner for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _of_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _plain(value)
    return tuple(value) if isinstance(value, list) else value


def _resolved(scenario: Scenario) -> dict[str, Parameter]:
    return _among(scenario, own.changes())


@cache
def _among(scenario: Scenario, names: int) -> dict[str, Parameter]:  # noqa: ARG001 - other names, other choices
    unread = bool(scenario.code) and not scenario.trusted  # a stranger's words are taken as they are, and nothing runs
    found = {**PARAMETERS, **_figures(scenario, unread)}
    found["chips.allocation"] = replace(found["chips.allocation"], choices=tuple(ALLOCATION))
    given = (f"labs.{lab}.{key}" for lab, block in scenario.blocks.items() for key in block)
    found = as_known(found, scenario.start, given)
    for name, setting in scenario.settings.items():
        for full in _expanded(name, found):
            if unread and isinstance(setting, str) and found[full].choices:
                found[full] = replace(found[full], choices=(*found[full].choices, setting))
            found[full] = _set(found[full], setting, f"set in scenario {scenario.name} or for the run")
    for mechanism in scenario.neutral:
        for name, value in NEUTRAL[mechanism].items():
            for full in _expanded(name, found):
                found[full] = found[full].given(value, f"scenario {scenario.name}: {mechanism} taken out")
    return found


def _figures(scenario: Scenario, free_words: bool) -> dict[str, Parameter]:
    giver = f"scenario {scenario.name}"
    return lab_parameters(scenario.start, scenario.labs, scenario.blocks, giver=giver, free_words=free_words)


def _expanded(name: str, known: Mapping[str, Parameter]) -> Iterable[str]:
    if name.startswith("labs.*."):
        matches = [full for full in known if full.startswith("labs.") and full.endswith(name.removeprefix("labs.*"))]
        if matches:
            return matches
    if name not in known:
        raise unknown("parameter", name, known)
    return (name,)


def _set(parameter: Parameter, setting: Setting, giver: str) -> Parameter:
    if not isinstance(setting, Mapping):
        return parameter.given(setting, giver)
    try:
        given = checked(SETTING, setting)
        prior = Prior(given["prior"], given["low"], given["high"]) if set(given) == {"prior", "low", "high"} else None
    except UserError as error:
        raise UserError(f"{parameter.name}: {error}") from None
    if set(given) == {"scale"}:
        return parameter.scaled(given["scale"])
    if prior is not None and not parameter.choices:
        return replace(parameter.given(_centre(prior), giver), prior=prior)
    raise UserError(
        f"{parameter.name}: a setting is a value, {{scale = …}} or {{prior = …, low = …, high = …}};"
        f" got {shown(dict(setting))}"
    )


def _centre(prior: Prior) -> float:
    import numpy as np

    return float(prior.quantile(np.array([0.5]))[0])
