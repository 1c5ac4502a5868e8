"""Twins on a terminal: the claim in both scenarios, the ratio over time, who gains and loses, and what bound whom."""

from typing import Literal

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.market.vocabulary import RIVAL_NAMES
from computerace.runs.answers.causes import TwinAnswer, TwinClaim, TwinMonth, TwinOwnClaim
from computerace.runs.terminal.explain import points
from computerace.runs.terminal.race import month_name, rivals_lines, show, titled_table
from computerace.shown import plain

MOST_CHANGES = 6


def show_twin(answer: TwinAnswer, claimant: str, seconds: float) -> None:
    """Print a comparison; `answer` is the object of `twin --json`."""
    more = len(answer["changed"]) - MOST_CHANGES
    show(
        Group(
            Text(f"{answer['first']} and {answer['second']}, in the same {answer['worlds']:,} worlds", "bold"),
            Text(
                f"{answer['months']} months from {month_name(answer['start'], 0)},"
                f" seed {answer['seed']}, in {seconds:,.0f} s"
            ),
            *(Text(f"  {line}", "dim") for line in answer["changed"][:MOST_CHANGES]),
            *([Text(f"  and {more} more", "dim")] if more > 0 else []),
            Text(""),
            _claim(answer, claimant),
            Text(""),
            _ratio(answer, claimant),
            Text(""),
            _labs(answer),
            Text(""),
            _bound(answer),
            *_own(answer),
        )
    )


def _claim(answer: TwinAnswer, claimant: str) -> RenderableType:
    deadline = month_name(answer["start"], answer["months"])
    table = titled_table(f"Chance that {claimant} passes its rivals by {deadline}, and worlds that flip", 0)
    table.add_column("compute", no_wrap=True)
    table.add_column("rivals", no_wrap=True)
    for heading in ("first %", "second %", "difference, points", "flip to yes", "to no"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in answer["claim"]:
        change = points(row["difference"], row["interval"])
        cells = (_chance(row, "first"), _chance(row, "second"), change)
        flipped = (f"{row['only_second']:,}", f"{row['only_first']:,}")
        table.add_row(row["definition"], RIVAL_NAMES[row["rivals"]], *cells, *flipped)
    return Group(table, *rivals_lines(answer["claim"]))


def _own(answer: TwinAnswer) -> list[RenderableType]:
    """The claims that were asked for beside, a table each."""
    rows = answer.get("claims", [])
    found: list[RenderableType] = []
    for name in dict.fromkeys(row["claim"] for row in rows):
        of_it = [row for row in rows if row["claim"] == name]
        table = titled_table("", 0)
        for heading in ("of", "when"):
            table.add_column(heading, no_wrap=True)
        for heading in ("first %", "second %", "difference, points", "flip to yes", "to no"):
            table.add_column(heading, justify="right", no_wrap=True)
        for row in of_it:
            change = points(row["difference"], row["interval"])
            cells = (_chance(row, "first"), _chance(row, "second"), change)
            flipped = (f"{row['only_second']:,}", f"{row['only_first']:,}")
            table.add_row(row["lab"], month_name(answer["start"], row["deadline_months"]), *cells, *flipped)
        found += [Text(""), Text(f"{of_it[0]['question']} ({name})", "bold italic"), table]
    return found


def _chance(row: TwinClaim | TwinOwnClaim, which: Literal["first", "second"]) -> str:
    """A probability in percent; the bound that the number of worlds allows where none got there."""
    interval = row["first_interval"] if which == "first" else row["second_interval"]
    return plain(100 * row[which]) if row[which] else f"< {plain(100 * interval[1])}"


def _ratio(answer: TwinAnswer, claimant: str) -> RenderableType:
    against = RIVAL_NAMES[answer["rivals"]]
    table = titled_table(f"{claimant} / {against}, {answer['definition']} compute: what the change multiplies it by", 1)
    table.add_column("")
    for heading in ("first", "second", "multiplied by", "in nine worlds of ten"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in answer["ratio"]:
        if row["month"] and (row["month"] % 12 == 0 or row["month"] == answer["months"]):
            table.add_row(
                month_name(answer["start"], row["month"]), plain(row["first"]), plain(row["second"]), *_factor(row)
            )
    return table


def _labs(answer: TwinAnswer) -> RenderableType:
    end = month_name(answer["start"], answer["months"])
    table = titled_table(f"Who gains and who loses: {answer['definition']} compute in {end}, million H100e", 1)
    table.add_column("lab", no_wrap=True)
    for heading in ("first", "second", "multiplied by", "in nine worlds of ten"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in answer["labs"]:
        if row["month"] == answer["months"]:
            table.add_row(row["lab"], plain(row["first"] / 1e6), plain(row["second"] / 1e6), *_factor(row))
    return table


def _factor(row: TwinMonth) -> tuple[str, str]:
    low, high = (plain(one, 3) for one in row["interval"])
    near, far = (plain(one, 3) for one in row["spread"])
    return f"× {plain(row['factor'], 3)} ({low} to {high})", f"{near} to {far}"


def _bound(answer: TwinAnswer) -> RenderableType:
    causes = list(next(iter(answer["bound_by"].values()), {}))
    table = titled_table("What bound each lab: share of months, first → second", 0)
    table.add_column("lab", no_wrap=True)
    for cause in causes:
        table.add_column(cause, justify="right", no_wrap=True)
    for lab, shares in answer["bound_by"].items():
        table.add_row(lab, *(f"{100 * before:.0f}→{100 * after:.0f} %" for before, after in shares.values()))
    notes = (
        "first, second: medians over worlds, or months; < where no world got there (95 %)",
        "multiplied by: the geometric mean over worlds, each against its own twin (95 %)",
    )
    return Group(table, *(Text(note, "dim") for note in notes))
