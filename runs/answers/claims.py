"""Answers about the claim: of a race, of a folder, and of rare claims."""

from typing import NotRequired, TypedDict

from computerace.market.rivals import Against
from computerace.runs.answers.lost import LostWorld


class AgainstTwo(Against):
    """The same, with `second_` where a second scenario has other labs."""

    second_counted: NotRequired[list[str]]
    second_left_out: NotRequired[list[str]]


class Spread(TypedDict):
    """Quantiles over worlds; None for what does not exist."""

    p5: float | None
    p50: float | None
    p95: float | None


class When(TypedDict):
    """When the claim came true in the worlds where it did, and the ratio at the deadline: medians and 5-95 % ranges."""

    definition: str
    rivals: str
    deadline_months: int
    probability: float
    interval: list[float]
    first_month: float | None
    first_month_interval: list[float | None]
    ratio: float | None
    ratio_interval: list[float | None]
    worlds_reached: int


class RaceRow(When):
    """A row of a race's claim, before its rivals are named."""

    standard_error: float


class RaceClaim(RaceRow, Against):
    """A row of a race's claim."""


class OwnClaimNames(TypedDict):
    """Which claim of one's own: its name, its question, of which lab, by when."""

    claim: str
    question: str
    lab: str
    deadline_months: int


class OwnClaim(TypedDict):
    """A claim of one's own at a deadline, of a lab, of any, or of the market. bound: whether it is only bounded."""

    scenario: NotRequired[str]
    claim: str
    question: str
    lab: str
    deadline_months: int
    worlds: int
    effective_worlds: float
    worlds_reached: int
    probability: float
    interval: list[float]
    bound: bool
    first_month: float | None
    first_month_interval: list[float | None]


class Lead(TypedDict):
    """A lab in a year: how likely it owns most of the labs, with its interval, and its share: 5, 50 and 95 %."""

    scenario: NotRequired[str]
    month: int
    lab: str
    worlds_reached: int
    probability: float
    interval: list[float]
    bound: bool
    share: Spread


class RaceAnswer(TypedDict):
    """`race --json`. labs: by lab, month (as a word) and measure. bound_by: by lab and cause, share of months."""

    scenario: str
    seed: int
    worlds: int
    failed: int
    months: int
    start: str
    run: str
    claim: list[RaceClaim]
    labs: dict[str, dict[str, dict[str, Spread]]]
    bound_by: dict[str, dict[str, float | None]]
    leads: list[Lead]
    claims: NotRequired[list[OwnClaim]]  # those that were asked for by --claims


class FolderRow(When):
    """A row of a folder's claim, before its rivals are named. bound: whether the probability is only bounded."""

    scenario: NotRequired[str]
    worlds: int
    bound: bool
    effective_worlds: float


class FolderClaim(FolderRow, Against):
    """A row of a folder's claim."""


class Passage(TypedDict):
    """By when the claim came true, month by month."""

    scenario: NotRequired[str]
    definition: str
    rivals: str
    month: list[int]
    reached: list[int]
    probability: list[float]
    low: list[float]
    high: list[float]


class MoneyRow(TypedDict):
    """Worlds in which the claimant took so much outside money, and how often the claim came true, by definition.

    to_usd: None where there is no upper bound. share: of all worlds.
    """

    scenario: NotRequired[str]
    rivals: str
    deadline_months: int
    from_usd: float
    to_usd: float | None
    worlds: int
    share: float
    probability: dict[str, float]
    interval: dict[str, list[float]]


class Leaning(TypedDict):
    """How far a parameter of the worlds that got there lies from its middle, in standard deviations."""

    parameter: str
    deviations: float


class RareAnswer(TypedDict):
    """A claim by importance splitting."""

    definition: str
    rivals: str
    deadline_months: int
    probability: float
    interval: list[float]
    repeats: list[float]
    evaluations: int
    failed: int
    failures: NotRequired[list[LostWorld]]  # a row of each world that failed
    leaning: list[Leaning]
    asked: NotRequired[OwnClaimNames]  # a claim of one's own, in place of definition and rivals


class ClaimAnswer(TypedDict):
    """`claim --json`."""

    run: str
    scenario: str
    claimant: str
    worlds: int
    points: int
    months: int
    start: str
    is_sample: bool
    weighted: NotRequired[bool]  # by figures that came later
    moved: NotRequired[bool]  # to figures that came later: new worlds, which count alike
    money: NotRequired[list[MoneyRow]]  # where the folder keeps outside money
    claim: list[FolderClaim]
    first_passage: list[Passage]
    claims: NotRequired[list[OwnClaim]]  # those that were asked for by --claims
    rare: NotRequired[RareAnswer]
