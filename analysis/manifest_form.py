"""The form of a manifest: what a folder says of how it came about, by name and type.

Every kind of folder (race, sweep, the answer of a study, forecast, fitted parameters) has the first keys, the others as
far as they are its own; a folder of an older program may lack what came later. What must be there is held by
`check_manifest` where a folder is read; no other name or type is written or looked for.
"""

from collections.abc import Mapping
from typing import Any, NotRequired, Required, TypedDict

type Written = Mapping[str, Any]
"""A table that people wrote, whose keys are theirs: settings and blocks of figures."""


class ScenarioForm(TypedDict):
    """A scenario in full, as `Scenario.to_dict` has it."""

    name: str
    question: str
    start: str
    months: int
    labs: list[str]
    claimant: str
    settings: Written
    blocks: Mapping[str, Written]
    neutral: list[str]
    parameter_set: NotRequired[str]
    code: NotRequired[str]
    code_sha256: NotRequired[str]
    parameter_set_sha256: NotRequired[str]


class ParameterForm(TypedDict, total=False):
    """A parameter as a manifest keeps it: bounds that are infinite are null."""

    name: str
    value: float | str
    unit: str
    text: str
    source: str
    grade: str
    prior: Mapping[str, str | float] | None
    low: float | None
    high: float | None
    choices: list[str]
    scale: float
    effect: str


class SamplerForm(TypedDict, total=False):
    """How a design's points are drawn; points: how many, or the table that holds them."""

    kind: Required[str]
    points: int | str
    n: int
    second_order: bool
    levels: int


class VaryForm(TypedDict, total=False):
    """What varies between points; without a range and values, over its whole prior."""

    parameter: Required[str]
    values: list[float | str | bool]
    low: float | None
    high: float | None
    scale: str
    steps: int


AskedForm = TypedDict("AskedForm", {"from": list[str]}, total=False)  # no name of a field, as it is a word of Python
"""What a back-test was asked."""


class DesignForm(AskedForm, total=False):
    """The design of a sweep, or what else a study was asked; scenarios by name, or in full."""

    # of sweeps
    sampler: SamplerForm
    vary: list[VaryForm]
    question: str
    scenarios: list[str] | list[ScenarioForm]
    measures: list[str] | None
    worlds_per_point: int
    months: int
    every: int
    keep: str
    quantiles: str
    seed: int
    fixed: bool
    independent: bool
    claims: list[Mapping[str, object]]  # of one's own, that twins are asked beside
    # of back-tests and fits
    until: str
    members: int
    truths: int


class ProblemForm(TypedDict):
    """SALib's description of a design."""

    num_vars: int
    names: list[str]
    bounds: list[list[float]]


class FigureForm(TypedDict):
    """A figure by which worlds are weighted; error: of its log."""

    date: str
    owner: str
    quantity: str
    bound: str
    value: float
    error: float


class UpdatedForm(TypedDict):
    """What told on a folder's worlds: the folder that they came from, its kind, and the figures.

    how: "weights" of its worlds, or the "smoother", which made new ones that count alike.
    """

    folder: str
    kind: str
    how: NotRequired[str]  # weights, where an older folder does not say
    figures: list[FigureForm]


class Manifest(TypedDict, total=False):
    """What a folder says of itself."""

    kind: str
    scenario: ScenarioForm
    seed: int
    start: str
    months: int
    parameter_set: str | Mapping[str, str]  # by date, in a back-test
    parameters: Mapping[str, ParameterForm]
    fixed: bool
    keep: str
    worlds: int
    first_world: int
    decisions: bool
    # of sweeps and studies
    sweep: str
    scenarios: list[ScenarioForm]
    points: int
    worlds_per_point: int
    measures: list[str]
    varied: list[str]
    design: DesignForm | None
    problem: ProblemForm | None
    shards: list[Written]
    # of updates
    updated: UpdatedForm
    # of forecasts and fitted parameters
    basis: str
    made: str
    name: str
    until: str
    members: int
    draws: int
    truths: int
    figures: int
    # where it came from, how it ended, and what it left
    versions: Mapping[str, str]
    program: Mapping[str, str]
    commit: str | None
    machine: Mapping[str, str | int | None]
    started: str
    ended: str | None
    status: str
    counts: Mapping[str, int]
    files: Mapping[str, str]


def design_in(manifest: Manifest) -> DesignForm:
    """The design of a sweep; raises KeyError where the folder has none."""
    design = manifest.get("design")
    if design is None:
        raise KeyError("design")
    return design


def problem_in(manifest: Manifest) -> ProblemForm:
    """SALib's description of the design of a sweep; raises KeyError where the folder has none."""
    problem = manifest.get("problem")
    if problem is None:
        raise KeyError("problem")
    return problem
