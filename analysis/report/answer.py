"""The answer in sentences, written from a folder's numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from computerace.analysis.claim import as_percent, claim_table, is_sample, probability_words
from computerace.analysis.columns import DEADLINE_MONTHS, HEADLINE, RIVAL_WORDS
from computerace.analysis.folder import Runs

# How the Intergovernmental Panel on Climate Change calibrates its words (Mastrandrea et al. 2010, Guidance Note for
# Lead Authors on Consistent Treatment of Uncertainties, table 1): the most a probability may be under each.
LIKELIHOOD = (
    (0.01, "exceptionally unlikely"),
    (0.10, "very unlikely"),
    (0.33, "unlikely"),
    (0.66, "about as likely as not"),
    (0.90, "likely"),
    (0.99, "very likely"),
    (1.00, "virtually certain"),
)
DEFINITION_WORDS = {
    "owned": "own more AI compute than",
    "operational": "have more AI compute installed and powered than",
    "used": "use more AI compute, with what is rented and without what is let, than",
    "effective": "get more out of its AI compute, after failures and communication, than",
}


type Row = Mapping[Any, Any]
"""A row of the claim table."""


@dataclass(frozen=True)
class Answer:
    """The claim's answer from a folder.

    runs: the folder. of: the part of it that the answer is of: the first scenario, where points drawn from the priors
    were run under several, else everything. claim: a row per definition and rivals at the deadline. headline: the row
    of owned compute against the other labs. deadlines: the headline at each twelfth month. crossed: whether all points
    saw the same worlds.
    """

    runs: Runs
    of: Runs
    claim: pd.DataFrame
    headline: Row
    deadlines: pd.DataFrame
    crossed: bool

    @property
    def is_probability(self) -> bool:
        """Whether a share of the worlds is a probability: their points are drawn from the priors, in one scenario."""
        return is_sample(self.of.manifest) and len(self.of.scenarios) == 1

    @property
    def deadline(self) -> int:
        """The claim's deadline, or the run's end where that comes first."""
        return int(self.headline["deadline_months"])


def answer_of(runs: Runs) -> Answer:
    """The claim's answer at sixty months, or at the end of a shorter run."""
    design = runs.manifest.get("design") or {}
    crossed = not design.get("independent", False)
    deadline = min(DEADLINE_MONTHS, runs.horizon)
    of = runs.of_scenario(runs.scenarios[0]) if is_sample(runs.manifest) else runs
    claim = claim_table(of.worlds, [deadline], crossed=crossed)
    headline = claim[(claim["definition"] == HEADLINE[0]) & (claim["rivals"] == HEADLINE[1])]
    every = claim_table(of.worlds, crossed=crossed)
    every = every[(every["definition"] == HEADLINE[0]) & (every["rivals"] == HEADLINE[1])]
    return Answer(runs, of, claim, headline.to_dict("records")[0], every.reset_index(drop=True), crossed)


def question(answer: Answer) -> str:
    """The question that the folder answers."""
    runs = answer.runs
    return question_words(runs.claimant, HEADLINE[0], rivals_named(runs), month(runs, answer.deadline))


def question_words(claimant: str, definition: str, rivals: str, by: str) -> str:
    """The whole question; rivals: in words. by: the deadline in words."""
    return f"Will {claimant} {DEFINITION_WORDS[definition]} {rivals} combined by {by}?"


def got_words(claimant: str, definition: str, rivals: str, by: str) -> str:
    """What happens in a world in which the claim comes true; as for `question_words`."""
    return f"{claimant} came to {DEFINITION_WORDS[definition]} {rivals} combined by {by}"


def rivals_named(runs: Runs) -> str:
    """The other labs by name."""
    return enumerated([lab for lab in runs.labs if lab != runs.claimant])


def enumerated(names: Sequence[str]) -> str:
    """Names as a sentence has them: A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def month(runs: Runs, number: float) -> str:
    """A month's name and year."""
    return f"{runs.date(round(number)):%B %Y}"


def likelihood(low: float, high: float) -> str:
    """The calibrated words for a probability that lies between two ends."""
    first, last = (next(words for most, words in LIKELIHOOD if end <= most) for end in (low, high))
    return first if first == last else f"{first} to {last}"


def sentence(answer: Answer) -> str:
    """The answer to the question in one sentence: how likely, out of how many worlds."""
    row, runs = answer.headline, answer.runs
    by = month(runs, answer.deadline)
    got = got_words(runs.claimant, HEADLINE[0], rivals_named(runs), by)
    if not answer.is_probability:
        return (
            f"In {share_words(row)} of this design's {row['worlds']:,} worlds {got}; that is no probability, for the"
            " design chose the points, and not what is known of the parameters."
        )
    where = f" under {answer.of.scenarios[0]}" if len(runs.scenarios) > 1 else ""
    counted = counted_words(row["reached"], row["worlds"], probability_words(row), got)
    return sentence_words((row["low"], row["high"]), counted, where)


def sentence_words(interval: tuple[float, float], counted: str, where: str = "") -> str:
    """How likely, by the interval of the probability, and out of how many worlds; counted: `counted_words`."""
    words = likelihood(*interval)
    return f"{words[0].upper()}{words[1:]}{where}, says this model: {counted}."


def updated_sentence(answer: Answer) -> str:
    """Where figures that came later have told on the worlds: how many, up to when, and how."""
    updated = answer.runs.manifest.get("updated")
    if updated is None:
        return ""
    figures = updated["figures"]
    last = pd.Timestamp(max(one["date"] for one in figures))
    many = "One figure" if len(figures) == 1 else f"{len(figures)} figures"
    if updated.get("how") == "smoother":
        return (
            f"Worlds were moved by an ensemble smoother to what was published since the start: {many}, up to"
            f" {last:%B %Y}. They are new ones, and count alike."
        )
    return (
        f"Worlds are weighted by how near they come to what was published since the start: {many}, up to {last:%B %Y}."
        f" They count as {answer.headline['effective_worlds']:,.0f} equal ones."
    )


def scenarios_sentence(answer: Answer) -> str:
    """Where a folder holds several scenarios: under which the claim does worst and best."""
    runs = answer.runs
    if len(runs.scenarios) == 1:
        return ""
    table = claim_table(runs.worlds, [answer.deadline], crossed=answer.crossed, by=["scenario"])
    table = table[(table["definition"] == HEADLINE[0]) & (table["rivals"] == HEADLINE[1])]
    rows = table.sort_values(["probability", "ratio_p50"], kind="stable").to_dict("records")
    worst, best = (
        f"{row['scenario']} ({share_words(row)} of its worlds, median ratio {row['ratio_p50']:.2g})"
        for row in (rows[0], rows[-1])
    )
    return f"Of {len(rows)} scenarios in the same luck, {runs.claimant} does worst in {worst} and best in {best}."


def share_words(row: Row) -> str:
    """How many of the worlds got there, as a share; hardly any where weighted ones make up less than half a world."""
    if not row["reached"]:
        return "none"
    return "hardly any" if row["probability"] * row["worlds"] < 0.5 else as_percent(row["probability"])


def counted_words(reached: int, worlds: int, chance: str, got: str) -> str:
    """In how many worlds it happened; chance: the probability with its error, or its bound. got: what happened."""
    if reached in (0, worlds):
        share = "none" if reached == 0 else "every one"
        return f"in {share} of {worlds:,} worlds {got}, so its probability is {chance}"
    return f"in {chance} of {worlds:,} worlds {got}"


def ratio_sentence(answer: Answer) -> str:
    """What the claimant has in the middle world, and how that spreads."""
    row, runs = answer.headline, answer.runs
    text = ratio_words(runs.claimant, HEADLINE[0], (row["ratio_p5"], row["ratio_p50"], row["ratio_p95"]))
    if row["reached"]:
        early, late = month(runs, row["first_month_p5"]), month(runs, row["first_month_p95"])
        span = f" ({early} to {late})" if early != late else ""
        text += f" Where it got ahead, the median first month was {month(runs, row['first_month_p50'])}{span}."
    return text


def ratio_words(claimant: str, definition: str, ratio: tuple[float, float, float]) -> str:
    """What the claimant has of its rivals' compute in the middle world and in nine of ten; ratio: 5, 50 and 95 %."""
    low, middle, high = (part(one) for one in ratio)
    has, have = ("owns", "own") if definition == HEADLINE[0] else ("has", "have")
    of = "" if definition == HEADLINE[0] else f" in {definition} compute"
    return (
        f"In the middle world {claimant} then {has} {middle} of what they {have} together{of}; in nine of ten worlds"
        f" between {low} and {high} of it."
    )


def part(ratio: float) -> str:
    """A ratio as a part of what the others have, in per cent with two significant figures."""
    percent = 100 * ratio
    if not math.isfinite(percent) or percent == 0:
        return f"{percent:g} %"
    digits = max(0, 1 - math.floor(math.log10(abs(percent))))
    return f"{round(percent, 1 - math.floor(math.log10(abs(percent)))):,.{digits}f} %"


def definitions_sentence(answer: Answer) -> str:
    """How far the answer hangs on what counts as compute, and against whom."""
    rows = answer.claim.sort_values("probability", kind="stable")
    least, most = (rows.iloc[place].to_dict() for place in (0, -1))
    if not most["reached"]:
        return "Under no other definition of compute, and against no other set of rivals, did a world get there either."
    return (
        f"What counts as compute matters: the share of worlds goes from {_case(least)} to {_case(most)}."
        if least["probability"] != most["probability"]
        else f"Every definition of compute gives the same share of worlds: {share_words(most)}."
    )


def _case(row: Row) -> str:
    return f"{share_words(row)} ({row['definition']} compute against {RIVAL_WORDS[row['rivals']]})"
