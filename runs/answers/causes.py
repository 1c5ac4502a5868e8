"""Answers about causes: what bound whom, factors, twins, choices of the model's form, bounds."""

from typing import NotRequired, TypedDict

from computerace.analysis.causes.twins import Flips
from computerace.market.rivals import Against
from computerace.runs.answers.claims import AgainstTwo, OwnClaimNames
from computerace.runs.answers.lost import LostWorld


class Saved(TypedDict):
    """What an analysis with worlds of its own says once it is saved."""

    failed: NotRequired[int]
    run: NotRequired[str]


class BoundMonth(TypedDict):
    """The share of worlds in which a cause bound a lab in a month."""

    lab: str
    month: int
    date: str
    cause: str
    share: float


class BoundSpan(TypedDict):
    """The same, mean over a span of months."""

    lab: str
    from_month: int
    to_month: int
    cause: str
    share: float


class BoundOverall(TypedDict):
    """The same, over the whole race."""

    lab: str
    cause: str
    share: float


class LedgerAnswer(TypedDict):
    """`ledger --json`."""

    run: str
    worlds: int
    months: int
    start: str
    by_month: list[BoundMonth]
    by_span: list[BoundSpan]
    overall: list[BoundOverall]


Ends = TypedDict("Ends", {"without": float, "with": float})
"""An outcome with none of the factors, and with all."""


class Part(TypedDict):
    """A factor's part in an outcome with its 95 % interval; alone: joined first; last: joined last."""

    name: str
    outcome: str
    value: float
    interval: list[float]
    alone: float
    last: float


class OwnPart(TypedDict):
    """A factor's part in the chance of a claim of one's own, as in Part."""

    name: str
    value: float
    interval: list[float]
    alone: float
    last: float


ExplainedOwnClaim = TypedDict(
    "ExplainedOwnClaim",
    {
        "claim": str,
        "question": str,
        "lab": str,
        "deadline_months": int,
        "without": float,
        "with": float,
        "factors": list[OwnPart],
    },
)
"""A claim of one's own with none of the factors and with all, and what each adds."""


class ExplainAnswer(Against, Saved):
    """`explain --json`."""

    scenario: str
    claimant: str
    seed: int
    worlds: int
    combinations: int
    months: int
    start: str
    definition: str
    rivals: str
    outcomes: dict[str, Ends]
    absent: list[str]
    factors: list[Part]
    total: list[Part]
    claims: NotRequired[list[ExplainedOwnClaim]]  # those that were asked for by --claims


class TwinClaim(AgainstTwo, Flips):
    """The claim in both scenarios, and worlds that flip."""

    definition: str
    rivals: str
    deadline_months: int


class TwinOwnClaim(Flips):
    """A claim of one's own in both scenarios, and worlds that flip."""

    claim: str
    question: str
    lab: str
    deadline_months: int


class TwinMonth(TypedDict):
    """By what a change multiplies a measure in a month, in the same worlds."""

    measure: str
    lab: str
    month: int
    date: str
    first: float
    second: float
    factor: float
    interval: list[float]
    spread: list[float]


class TwinAnswer(Saved):
    """`twin --json`. bound_by: by lab and cause, in the first and in the second scenario."""

    first: str
    second: str
    claimant: str
    changed: list[str]
    seed: int
    worlds: int
    months: int
    start: str
    definition: str
    rivals: str
    claim: list[TwinClaim]
    claims: NotRequired[list[TwinOwnClaim]]  # those that were asked for by --claims
    ratio: list[TwinMonth]
    labs: list[TwinMonth]
    bound_by: dict[str, dict[str, list[float]]]


class Combination(Against):
    """The claim under one combination of choices."""

    rule: str
    strategy: str
    ces: str
    definition: str
    rivals: str
    deadline_months: int
    worlds: int
    reached: int
    probability: float
    bound: bool
    ratio_p50: float
    interval: list[float]


class Reach(TypedDict):
    """How far one choice moves an outcome."""

    choice: str
    lowest: float
    lowest_at: str
    highest: float
    highest_at: str
    median_range: float
    largest_range: float


class Chosen(TypedDict):
    """What the scenario has."""

    rule: str
    strategy: str


class CombinedOwnClaim(TypedDict):
    """A claim of one's own under one combination of choices."""

    rule: str
    strategy: str
    ces: str
    worlds: int
    reached: int
    probability: float
    interval: list[float]
    bound: bool


class StructureOwnClaim(OwnClaimNames):
    """A claim of one's own under every combination, and how far each choice alone moves it."""

    combinations: list[CombinedOwnClaim]
    reach: list[Reach]


class StructureAnswer(Saved):
    """`structure --json`. reach: by outcome."""

    scenario: str
    claimant: str
    seed: int
    worlds: int
    months: int
    start: str
    chosen: Chosen
    combinations: list[Combination]
    reach: dict[str, list[Reach]]
    claims: NotRequired[list[StructureOwnClaim]]  # those that were asked for by --claims


class Cut(TypedDict):
    """Shares of months in which a bound cuts."""

    below: float
    above: float


class Bound(Cut):
    """How often a bound binds. often: in more than 5 % of some owner's months.

    constraint: what it is where the world sets it and no formula, empty otherwise: a bound that binds often and is none
    is a mechanism without a name.
    """

    bound: str
    often: bool
    constraint: str
    by_owner: dict[str, Cut]


class BoundsAnswer(TypedDict):
    """`bounds --json`."""

    scenario: str
    worlds: int
    months: int
    seed: int
    often: float
    failures: NotRequired[list[LostWorld]]  # a row of each world that failed
    bounds: list[Bound]
