"""The attribution on a terminal: what each factor does to the chance, and to how far the claimant gets."""

import math
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.market.vocabulary import RIVAL_WORDS
from computerace.runs.answers.causes import ExplainAnswer
from computerace.runs.terminal.race import month_name, rivals_lines, show, titled_table
from computerace.shown import plain

STILL = 0.005  # of probability: below this for every factor, the chance tells little and the ratio more


def show_explain(answer: ExplainAnswer, claimant: str, seconds: float) -> None:
    """Print an attribution; `answer` is the object of `explain --json`."""
    deadline = month_name(answer["start"], answer["months"])
    against = RIVAL_WORDS[answer["rivals"]]
    show(
        Group(
            Text(f"{answer['scenario']}: what decides whether {claimant} passes {against} by {deadline}", "bold"),
            Text(
                f"{answer['definition']} compute; {answer['combinations']} combinations of"
                f" {answer['worlds']:,} worlds, seed {answer['seed']}, in {seconds:,.0f} s"
            ),
            Text(""),
            _levels(answer, claimant),
            Text(""),
            _factors(answer, claimant),
            *(Text(line, "dim") for line in notes(answer)),
            *rivals_lines([answer]),
            *_own(answer),
        )
    )


def _own(answer: ExplainAnswer) -> list[RenderableType]:
    """The claims that were asked for beside, a table each: what each factor adds to the chance."""
    from computerace.analysis.causes.attribution import FACTOR_WORDS

    found: list[RenderableType] = []
    for one in answer.get("claims", []):
        by = month_name(answer["start"], one["deadline_months"])
        head = f"{one['question']} ({one['claim']}, {one['lab']}, {by})"
        ends = f"{plain(100 * one['without'])} % with none of the factors, {plain(100 * one['with'])} % with all"
        table = titled_table("", 1)
        table.add_column("factor", no_wrap=True)
        table.add_column("adds to the chance, in points (95 %)", justify="right", no_wrap=True)
        for row in one["factors"]:
            table.add_row(FACTOR_WORDS[row["name"]], points(row["value"], row["interval"]))
        found += [Text(""), Text(head, "bold italic"), Text(ends), table]
    return found


def _levels(answer: ExplainAnswer, claimant: str) -> Any:
    table = titled_table("Where it starts and where it ends", 1)
    table.add_column("")
    table.add_column("chance of the claim", justify="right")
    table.add_column(f"typical {claimant} / rivals", justify="right")
    chance, ratio = answer["outcomes"]["probability"], answer["outcomes"]["log_ratio"]
    table.add_row("with none of the factors", f"{plain(100 * chance['without'])} %", plain(math.exp(ratio["without"])))
    table.add_row(
        "with all of them, as in the model", f"{plain(100 * chance['with'])} %", plain(math.exp(ratio["with"]))
    )
    return table


def _factors(answer: ExplainAnswer, claimant: str) -> Any:
    from computerace.analysis.causes.attribution import FACTOR_WORDS

    table = titled_table("What each factor accounts for (95 % interval)", 1)
    table.add_column("factor", no_wrap=True)
    table.add_column("adds to the chance, in points", justify="right", no_wrap=True)
    table.add_column(f"multiplies {claimant} / rivals by", justify="right", no_wrap=True)
    by_outcome = {
        outcome: {row["name"]: row for row in answer["factors"] if row["outcome"] == outcome}
        for outcome in answer["outcomes"]
    }
    order = sorted(by_outcome["log_ratio"], key=lambda name: -abs(by_outcome["log_ratio"][name]["value"]))
    for name in order:
        chance, ratio = by_outcome["probability"][name], by_outcome["log_ratio"][name]
        cells = points(chance["value"], chance["interval"]), times(ratio["value"], ratio["interval"])
        table.add_row(FACTOR_WORDS[name], *cells)
    table.add_section()
    total = {row["outcome"]: row for row in answer["total"]}
    chance, ratio = total["probability"], total["log_ratio"]
    cells = points(chance["value"], chance["interval"]), times(ratio["value"], ratio["interval"])
    table.add_row("all together", *cells, style="bold")
    return table


def points(value: float, interval: list[float]) -> str:
    """A change of probability in points of a hundred, with its interval."""
    middle, low, high = (f"{round(100 * one, 2) + 0.0:+.2f}" for one in (value, *interval))
    return f"{middle} ({low} to {high})"


def times(value: float, interval: list[float]) -> str:
    """A change of the log ratio as a factor, with its interval."""
    middle, low, high = (plain(math.exp(one), 3) for one in (value, *interval))
    return f"× {middle} ({low} to {high})"


def notes(answer: ExplainAnswer) -> list[str]:
    """How to read it, and what to keep away from, in lines of at most 80 characters."""
    lines = [
        "A factor's part is its average effect over every order in which the seven can",
        "join the model. Points add up, and multipliers multiply up, to the last row.",
    ]
    if answer["absent"]:
        from computerace.analysis.causes.attribution import FACTOR_WORDS

        lines.append(
            f"Out of this scenario from the start: {', '.join(FACTOR_WORDS[name] for name in answer['absent'])}."
        )
    rows = [row for row in answer["factors"] if row["outcome"] == "probability"]
    if max(abs(row["value"]) for row in rows) < STILL:
        lines += ["The chance hardly moves with any of them: the last column says more."]
    return lines
