"""Answers about the race as a game, and about what it would take."""

from typing import NotRequired, TypedDict

from computerace.runs.answers.claims import OwnClaimNames


class Regret(TypedDict):
    """What a lab would gain by its best response at a weight of share, the others as in the scenario."""

    ambition_usd: float
    lab: str
    strategy: str
    best_response: str
    gain_usd: float
    low: float
    high: float


class ChoiceRow(TypedDict):
    """What one strategy would gain a lab in value and in share over the one it plays.

    better: in both, beyond the noise.
    """

    lab: str
    strategy: str
    value_usd: float
    value_low: float
    value_high: float
    log_share: float
    log_share_low: float
    log_share_high: float
    better: bool


class ProfileRow(TypedDict):
    """A profile that is told at a weight of share, with the claim's chance in it. strategies: by lab."""

    ambition_usd: float
    kind: str
    number: int
    settled: bool
    weight: float
    strategies: dict[str, str]
    chance: float
    low: float
    high: float
    ratio_p50: float
    most_gain_usd: float


class EquilibriumAnswer(TypedDict):
    """`equilibrium --json`."""

    scenario: str
    claimant: str
    labs: list[str]
    strategies: list[str]
    worlds: int
    months: int
    seed: int
    definition: str
    fleet_part: float
    tolerance_usd: float
    regret: list[Regret]
    choices: list[ChoiceRow]
    profiles: list[ProfileRow]
    notes: list[str]
    run: str


class BreakEvenRow(TypedDict):
    """A lever: where it stands, and the value at which the chance is reached; None where nowhere within its bounds.

    present: the chance where it stands. least, most: that were found; where: the value of the latter.
    """

    lever: str
    unit: str
    value: float
    at: float | None
    low: float | None
    high: float | None
    present: float
    least: float
    most: float
    where: float


class JointRow(TypedDict):
    """A joint change of two or three levers. values, spreads: by lever."""

    levers: list[str]
    values: dict[str, float]
    spreads: dict[str, float]
    distance: float


class ScenarioRow(TypedDict):
    """The chance in a scenario."""

    scenario: str
    chance: float
    low: float
    high: float


class BreakEvenAnswer(TypedDict):
    """`break-even --json`. present: the chance as the scenario stands, nothing changed. failed: rows of failures."""

    scenario: str
    claimant: str
    chance: float
    present: ScenarioRow
    definition: str
    rivals: str
    worlds: int
    months: int
    seed: int
    levers: list[BreakEvenRow]
    joint: list[JointRow]
    scenarios: list[ScenarioRow]
    failed: int
    run: str
    asked: NotRequired[OwnClaimNames]  # a claim of one's own, in place of definition and rivals
