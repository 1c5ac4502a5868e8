"""What figures that came later make of an answer."""

from typing import NotRequired, TypedDict

from computerace.analysis.manifest_form import FigureForm
from computerace.runs.answers.claims import Lead
from computerace.runs.answers.lost import LostWorld

WEIGHTS, SMOOTHER = "weights", "smoother"
METHODS = ("auto", WEIGHTS, SMOOTHER)  # of an update; the first chooses


class Chance(TypedDict):
    """The claim at the deadline, for one definition and set of rivals; the ratio's median and 5-95 % range."""

    scenario: NotRequired[str]
    definition: str
    rivals: str
    probability: float
    interval: list[float]
    bound: bool
    worlds_reached: int
    ratio: list[float | None]


class Answered(TypedDict):
    """The answer at one time: the claim, and who leads."""

    claim: list[Chance]
    leads: list[Lead]


class News(FigureForm):
    """A figure, what the worlds said in its place before and after (5, 50, 95 %), and the answer without it.

    distance: between it and the nearest world, in standard deviations of its error; 0 where worlds surround it. ratio:
    the median of the claimant's owned compute over that of the other labs at the deadline. A row for each scenario of a
    folder that has several.
    """

    scenario: NotRequired[str]
    before: list[float]
    after: list[float]
    distance: float
    no_world_near: bool
    probability_without: float
    ratio_without: float
    effective_worlds_without: float


class UpdateAnswer(TypedDict):
    """`update --json`. played: worlds that were added. needed: how many would do; None where these do.

    how: "weights" or "smoother". failed: of the worlds that were added.
    """

    run: str
    observed: str
    out: str | None
    scenario: str
    claimant: str
    start: str
    worlds: int
    played: int
    effective_worlds: float
    enough: int
    needed: int | None
    how: str
    failed: int
    failures: NotRequired[list[LostWorld]]  # a row of each that failed, of worlds that were not moved
    deadline_months: int
    is_sample: bool
    before: Answered
    after: Answered
    figures: list[News]
    not_compared: list[str]
