"""Answers about validity: back-tests, scores of frozen forecasts, stylised facts, fits."""

from typing import NotRequired, TypedDict

from computerace.analysis.manifest_form import Manifest
from computerace.runs.answers.lost import LostWorld


class Verdict(TypedDict):
    """The model against the best rival in one quantity.

    without: the owner that is left out, None for all of them. errors: what is assumed of the publisher's error.
    """

    quantity: str
    without: str | None
    figures: int
    in_50: float | None
    in_90: float | None
    compared: int
    crps: float
    rival: str | None
    rival_crps: float | None
    better: bool | None
    errors: NotRequired[str]


class OwnerScore(TypedDict):
    """Coverage over all figures of a quantity and owner, CRPS over those that all forecast."""

    quantity: str
    owner: str
    forecast: str
    figures: int
    in_50: float | None
    in_90: float | None
    compared: int
    crps: float


class OriginScore(TypedDict):
    """The score of the figures from one date."""

    origin: str
    quantity: str
    owner: str
    forecast: str
    figures: int
    crps: float
    in_50: float
    in_90: float


class Covered(TypedDict):
    """Owned compute without the claimant's, from one date: the part of its figures inside 90 %.

    low, high: 5 and 95 % of that part, were the model right. every: the chance that all are inside, were it right.
    """

    origin: str
    figures: int
    in_90: float
    low: float
    high: float
    every: float


class Quantity(TypedDict):
    """A quantity after the record: the range expected, and 5, 50 and 95 % of the model's worlds."""

    quantity: str
    unit: str
    low: float
    high: float
    source: str
    p5: float
    p50: float
    p95: float
    verdict: str


class OutlookAnswer(TypedDict):
    """The baseline beside what was expected at its start."""

    worlds: int
    seed: int
    quantities: list[Quantity]


class FigureScore(TypedDict):
    """One forecast of a figure that came later."""

    origin: str
    date: str
    quantity: str
    owner: str
    forecast: str
    observed: float
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    crps: float
    in_50: bool | None
    in_90: bool | None


class Scored(TypedDict):
    """What back-tests and scores share."""

    kind: str
    seed: int
    verdicts: list[Verdict]
    by_owner: list[OwnerScore]
    figures: list[FigureScore]


BacktestDates = TypedDict("BacktestDates", {"from": list[str], "until": str})


class BacktestAnswer(Scored, BacktestDates):
    """`backtest --json`. parameters: the set used from each date."""

    worlds: int
    failed: int
    parameters: dict[str, str]
    owned_by_assumed_error: list[Verdict]
    others_covered: list[Covered]
    by_origin: list[OriginScore]


class BoundMet(TypedDict):
    """A figure of which only a bound is known, and the probability that the forecast gave to it."""

    date: str
    owner: str
    quantity: str
    bound: str
    value: float
    probability: float | None


class ScoreAnswer(Scored):
    """`score --json`."""

    forecast: str
    observed: str
    start: str
    bounds: list[BoundMet]
    not_compared: list[str]


FactFrom = TypedDict("FactFrom", {"from": str})


class Fact(FactFrom):
    """A stylised fact on record and in the model. inside: share of worlds within the record's range."""

    fact: str
    value: float
    low: float
    high: float
    p5: float
    p50: float
    p95: float
    inside: float
    verdict: str
    source: str
    grade: str


class Together(TypedDict):
    """How many facts a world meets at once."""

    facts: int
    p5: float
    p50: float
    p95: float
    most: float
    half: int
    share_meeting_half: float
    share_meeting_all: float


class FactsAnswer(TypedDict):
    """`facts --json`."""

    kind: str
    worlds: int
    failed: int
    failures: NotRequired[list[LostWorld]]  # a row of each world and date that failed
    seed: int
    parameters: str
    facts: list[Fact]
    verdicts: dict[str, int]
    met_together: Together


class Fitted(TypedDict):
    """A fitted parameter beside its prior (5, 50, 95 %), and how well invented ones were recovered."""

    parameter: str
    unit: str
    prior: list[float]
    fitted: list[float]
    contraction: float
    explained: float
    inside_90: float
    moved: float
    narrowed: float


class Recovered(TypedDict):
    """How well a parameter is recovered from invented histories, and what the record did to it.

    contraction, explained, narrowed: parts of a variance. inside_50, inside_90: shares of truths. moved: in standard
    deviations of the prior. kept: whether it is in the set.
    """

    parameter: str
    contraction: float
    explained: float
    inside_50: float
    inside_90: float
    recoverable: bool
    moved: float
    narrowed: float
    kept: bool


class CalibrateAnswer(Manifest):
    """`calibrate --json`: the manifest of the fit, and what it found."""

    folder: str
    fitted: list[Fitted]
    recovery: list[Recovered]
