"""The attribution on a terminal: what each factor does to the chance, and to how far the claimant gets."""

import math
from typing import Any

from rich.console import Group
from rich.text import Text

from computerace.market.vocabulary import RIVAL_WORDS
from computerace.runs.terminal.race import month_name, plain, rivals_lines, show, titled_table

STILL = 0.005  # of probability: below this for every factor, the chance tells little and the ratio more


def show_explain(answer: dict[str, Any], claimant: str, seconds: float) -> None:
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
        )
    )


def _levels(answer: dict[str, Any], claimant: str) -> Any:
    table = titled_table("Where it starts and where it ends", 1)
    table.add_column("")
    table.add_column("chance of the claim", justify="right")
    table.add_column(f"typical {claimant} / rivals", justify="right")
    chance, ratio = answer["outcomes"]["probability"], answer["outcomes"]["log_ratio"]
    for words, key in (("with none of the factors", "without"), ("with all of them, as in the model", "with")):
        table.add_row(words, f"{plain(100 * chance[key])} %", plain(math.exp(ratio[key])))
    return table


def _factors(answer: dict[str, Any], claimant: str) -> Any:
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
        table.add_row(FACTOR_WORDS[name], points(by_outcome["probability"][name]), times(by_outcome["log_ratio"][name]))
    table.add_section()
    total = {row["outcome"]: row for row in answer["total"]}
    table.add_row("all together", points(total["probability"]), times(total["log_ratio"]), style="bold")
    return table


def points(row: dict[str, Any]) -> str:
    """A change of probability in points of a hundred, with its interval."""
    value, low, high = (f"{round(100 * one, 2) + 0.0:+.2f}" for one in (row["value"], *row["interval"]))
    return f"{value} ({low} to {high})"


def times(row: dict[str, Any]) -> str:
    """A change of the log ratio as a factor, with its interval."""
    value, low, high = (plain(math.exp(one), 3) for one in (row["value"], *row["interval"]))
    return f"× {value} ({low} to {high})"


def notes(answer: dict[str, Any]) -> list[str]:
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
