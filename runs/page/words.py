"""What the page says, open or saved, in words and tables: question, answer, caveats, months, events, how to cite."""

import csv
import datetime
import io
import math
from dataclasses import dataclass, replace
from typing import Any, TypedDict

import numpy as np

from computerace import __version__
from computerace.analysis.columns import HEADLINE
from computerace.analysis.report import answer as report
from computerace.market.rivals import against, in_words
from computerace.market.vocabulary import DEADLINE_MONTHS, RIVAL_WORDS
from computerace.observables import COMPUTE
from computerace.runs.page.chart_parts import plain
from computerace.runs.page.chart_race import COMBINED, MILLION, combined
from computerace.runs.page.choice import Choice
from computerace.runs.page.claim import claim, month_name, probability_words
from computerace.runs.page.snapshot import Months, Snapshot, owner_words
from computerace.runs.page.stored import Stored, stored

CAVEATS = (
    "This counts worlds of a model, whose parameters are drawn from priors where nobody has published them.",
    "It says nothing of what the model leaves out.",
    "The error beside a chance is that of counting worlds. What the model itself gets wrong is not in it.",
    "Compute is counted in H100 equivalents (H100e); what was observed before the start is itself an estimate.",
)
EVENT_HEADS = ("month", "date", "owner", "kind", "text")


class Table(TypedDict):
    """A table of texts."""

    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Look:
    """Which chart is shown, of which compute, against whom."""

    chart: str = "compute"
    definition: str = "owned"
    rivals: str = "three"


def question_words(snapshot: Snapshot, look: Look = Look()) -> str:
    """The whole question with its deadline."""
    by = long_month(snapshot, min(DEADLINE_MONTHS, snapshot.horizon))
    return report.question_words(snapshot.claimant, look.definition, rivals_words(snapshot, look), by)


def answer_words(snapshot: Snapshot, look: Look = Look()) -> str:
    """The answer as a sentence, in the words of the report; up to the month that the snapshot has reached."""
    found = claim(snapshot, look.definition, look.rivals)
    by, rivals = long_month(snapshot, found.month), rivals_words(snapshot, look)
    got = report.got_words(snapshot.claimant, look.definition, rivals, by)
    counted = report.counted_words(found.reached, found.worlds, probability_words(found), got)
    return report.sentence_words(found.interval, counted)


def ratio_words(snapshot: Snapshot, look: Look = Look()) -> str:
    """How far away the claim is in the middle world, in the words of the report."""
    found = claim(snapshot, look.definition, look.rivals)
    ratio = (found.ratio_low, found.ratio, found.ratio_high)
    return report.ratio_words(snapshot.claimant, look.definition, ratio)


def kept_answer(choice: Choice, seen: Snapshot | None, look: Look = Look()) -> Stored | None:
    """The stored answer where it says more than the worlds that are seen.

    That is of a scenario as it is shipped, asked for owned compute against the other labs, from no fewer worlds than
    were played; where some of those failed, the rest answer for themselves.
    """
    kept = stored().get(choice.scenario)
    if kept is None or choice.settings or (look.definition, look.rivals) != HEADLINE:
        return None
    if seen is None or (choice.worlds == seen.worlds <= kept["worlds"] and seen.month >= DEADLINE_MONTHS):
        return kept
    return None


def answer(choice: Choice, whole: Snapshot | None, trouble: str = "", look: Look = Look()) -> dict[str, str]:
    """The claim's answer as it is asked: sentence, ratio, chance and source.

    A scenario as it is shipped has one before anything ran; one with levers moved waits for its own race.
    trouble: why that one does not reach the deadline.
    """
    kept = kept_answer(choice, whole, look)
    if kept is not None:
        source = f"From {kept['worlds']:,} worlds, kept with the program. Rivals: {kept['rivals']}."
        return {"sentence": kept["sentence"], "ratio": kept["ratio"], "chance": kept["chance"], "source": source}
    if whole is None:
        waiting = f"There is no answer: {trouble}." if trouble else "Running ahead to the deadline …"
        return {"sentence": waiting, "ratio": "", "chance": "", "source": ""}
    rivals = in_words(against(look.rivals, whole.claimant, whole.labs))
    return {
        "sentence": answer_words(whole, look),
        "ratio": ratio_words(whole, look),
        "chance": probability_words(claim(whole, look.definition, look.rivals)),
        "source": f"From the {whole.worlds:,} worlds of this page. Rivals: {rivals}.",
    }


def rivals_words(snapshot: Snapshot, look: Look) -> str:
    """The rivals by name, or all others."""
    return report.enumerated(snapshot.rivals) if look.rivals == "three" else RIVAL_WORDS[look.rivals]


def compute_words(look: Look) -> str:
    """What counts as compute."""
    return f"Compute: {look.definition}, {COMPUTE[look.definition].text}."


def long_month(snapshot: Snapshot, month: int) -> str:
    """A month's whole name and year."""
    return f"{datetime.datetime.strptime(month_name(snapshot, month), '%b %Y'):%B %Y}"  # noqa: DTZ007 - a month


def run_command(choice: Choice) -> str:
    """The command that plays the same worlds."""
    scenario, *levers = choice.command_words()
    return " ".join(["computerace race", scenario, f"--worlds={choice.worlds}", f"--seed={choice.seed}", *levers])


def cite_words(choice: Choice, snapshot: Snapshot, on: datetime.date) -> str:
    """How to cite the page."""
    return (
        f"The computerace developers ({on.year}). computerace {__version__}, an agent-based model of the market for AI"
        f" compute. Scenario {snapshot.scenario}, {snapshot.worlds:,} worlds, seed {snapshot.seed}, "
        f"{month_name(snapshot, 0)} to {month_name(snapshot, snapshot.month)}; saved on {on.isoformat()}."
        f" Again with: {run_command(choice)}"
    )


def months_table(snapshot: Snapshot, look: Look) -> Table:
    """The months so far as a table of texts: million H100e by lab and of the rivals, ratio and chance so far."""
    heads = ["month", *snapshot.labs, COMBINED[look.rivals], "ratio", "chance so far"]
    columns = [_spread_words(MILLION * snapshot.compute(look.definition, lab)) for lab in snapshot.labs]
    columns.append(_spread_words(MILLION * combined(snapshot, look.definition, look.rivals)))
    rows = []
    for month in range(snapshot.month + 1):
        found = claim(replace(snapshot, month=month), look.definition, look.rivals)
        ratio = f"{plain(found.ratio)} ({plain(found.ratio_low)}–{plain(found.ratio_high)})"
        rows.append(
            [month_name(snapshot, month), *(words[month] for words in columns), ratio, probability_words(found)]
        )
    return {"heads": heads, "rows": rows}


def _spread_words(values: Months) -> list[str]:
    """Median and 5-95 % range over the worlds, month by month."""
    low, middle, high = np.quantile(values.astype(np.float64), (0.05, 0.5, 0.95), axis=1)
    return [
        f"{plain(one)} ({plain(least)}–{plain(most)})" if math.isfinite(one) else "–"
        for least, one, most in zip(low.tolist(), middle.tolist(), high.tolist(), strict=True)
    ]


def months_csv(snapshot: Snapshot, look: Look) -> str:
    """The same months as figures: a row per month, owner and quantile, in H100e."""
    rows = []
    for owner in snapshot.owners:
        values = snapshot.compute(look.definition, owner).astype(np.float64)
        for quantile in (0.05, 0.25, 0.5, 0.75, 0.95):
            found = np.quantile(values, quantile, axis=1)
            dates = zip(snapshot.dates(), found.tolist(), strict=True)
            rows += [(at, date, owner, quantile, f"{value:.7g}") for at, (date, value) in enumerate(dates)]
    return _csv(("month", "date", "owner", "quantile", COMPUTE[look.definition].name), rows)


def events_csv(snapshot: Snapshot) -> str:
    """What happened in the first world, as CSV."""
    dates = snapshot.dates()
    return _csv(
        EVENT_HEADS,
        [(one.month, dates[one.month], owner_words(one.owner), one.kind, one.text) for one in snapshot.events],
    )


def _csv(heads: tuple[str, ...], rows: list[Any]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return file.getvalue()
