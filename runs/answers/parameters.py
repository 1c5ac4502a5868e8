"""Answers about parameters: which account for the spread, and under what conditions something happens."""

from typing import NotRequired, TypedDict

from computerace.market.rivals import Against
from computerace.runs.answers import Rows
from computerace.runs.answers.claims import OwnClaimNames
from computerace.runs.answers.lost import LostWorld


class SensitivityAnswer(Against):
    """`sensitivity --json`."""

    runs: list[str]
    scenario: str
    definition: str
    rivals: str
    method: str
    indices: Rows
    spread: Rows
    notes: list[str]


class Peeled(TypedDict):
    """A step of a box's peeling, in the half of the points that it was not found in; density: None where it is empty.

    parameters: how many are limited. density_where_found: in the other half. chosen: whether it is the box.
    """

    box: int
    step: int
    coverage: float
    density: float | None
    mass: float
    parameters: int
    worlds: int
    hits: int
    density_where_found: float | None
    chosen: bool


class Limit(TypedDict):
    """A condition of a box, of all ("found") or of the fewest that suffice; low, high: None where a side is open."""

    box: int
    kind: str
    parameter: str
    low: float | None
    high: float | None
    share_of_prior: float
    unit: str
    text: str
    grade: str


class LeftOut(TypedDict):
    """A box without one of its conditions, in a round of leaving out; dropped: whether it went for good."""

    box: int
    round: int
    parameter: str
    coverage: float
    density: float | None
    mass: float
    dropped: bool


class Fresh(TypedDict):
    """The share of worlds of interest in fresh worlds of a box, with its 95 % interval; box: 0 for everywhere.

    kind: "everywhere", "found" or "fewest". mass: the part of the priors that it holds. failed: worlds left out.
    """

    box: int
    kind: str
    mass: float
    worlds: int
    hits: int
    probability: float
    low: float
    high: float
    coverage: float
    failed: int


class DiscoveryAnswer(Against):
    """`discover --json`. ratio: above which worlds were looked for; None for the claim itself."""

    run: str
    scenario: str
    start: str
    definition: str
    rivals: str
    deadline_months: int
    ratio: float | None
    worlds: int
    hits: int
    looked_at: list[str]
    notes: list[str]
    fresh_seed: int
    curve: list[Peeled]
    limits: list[Limit]
    conditions: list[LeftOut]
    check: list[Fresh]
    failures: NotRequired[list[LostWorld]]  # a row of each fresh world that failed
    asked: NotRequired[OwnClaimNames]  # a claim of one's own, in place of definition, rivals and ratio
