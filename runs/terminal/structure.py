"""The answer across choices of the model's form, on a terminal: a map, and how far each choice moves it."""

import math

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.market.vocabulary import RIVAL_NAMES
from computerace.runs.answers.causes import Combination, StructureAnswer
from computerace.runs.terminal.claim import percent
from computerace.runs.terminal.race import month_name, rivals_lines, show, titled_table
from computerace.shown import plain

CHOICE_WORDS = {
    "rule": "how chips are shared out",
    "strategy": "the claimant's strategy",
    "ces": "substitution in research",
    "definition": "what counts as compute",
    "rivals": "who the rivals are",
}
SHORT = {"match_leader": "match", "catch_up": "catch up", "all_in": "all in", "announced": "announce"}


def show_structure(answer: StructureAnswer, seconds: float) -> None:
    """Print the answer across structures; `answer` is the object of `structure --json`."""
    deadline = month_name(answer["start"], answer["months"])
    rows = answer["combinations"]
    many = len({(row["rule"], row["strategy"], row["ces"]) for row in rows})
    show(
        Group(
            Text(
                f"{answer['scenario']}: does the answer hang on the model's form? {answer['claimant']} by {deadline}",
                "bold",
            ),
            Text(f"{many} combinations of {answer['worlds']:,} worlds, seed {answer['seed']}, in {seconds:,.0f} s"),
            Text(""),
            *_maps(answer),
            _reach(answer),
            *(Text(line, "dim") for line in notes(answer)),
            *rivals_lines(answer["combinations"]),
            *_own(answer),
        )
    )


def _maps(answer: StructureAnswer) -> list[RenderableType]:
    """Rules down, strategies across, over both CES signs: chance and ratio of owned, chances of the others."""
    heads = {
        ("owned", "chance"): "Chance in % against the other labs, owned compute, by rule and strategy",
        ("owned", "ratio"): f"{answer['claimant']} / other labs, owned compute, by rule and strategy",
        ("used", "chance"): "Chance in % against the other labs, used compute",
        ("effective", "chance"): "Chance in % against the other labs, effective compute",
    }
    parts: list[RenderableType] = []
    for (definition, what), head in heads.items():
        parts += [Text(head, "bold italic"), _map(answer, definition, what), Text("")]
    return parts


def _own(answer: StructureAnswer) -> list[RenderableType]:
    """The claims that were asked for beside: the least and the greatest chance of each choice."""
    found: list[RenderableType] = []
    for one in answer.get("claims", []):
        by = month_name(answer["start"], one["deadline_months"])
        table = titled_table("", 1)
        for heading in ("choice", "chance %: from", "to"):
            table.add_column(heading, no_wrap=heading != "choice")
        for row in one["reach"]:
            ends = (
                f"{percent(row['lowest'])} ({_value(row['lowest_at'])})",
                f"{percent(row['highest'])} ({_value(row['highest_at'])})",
            )
            moves = row["highest"] > row["lowest"]
            table.add_row(CHOICE_WORDS[row["choice"]], *(ends if moves else (percent(row["lowest"]), "the same")))
        found += [Text(""), Text(f"{one['question']} ({one['claim']}, {one['lab']}, {by})", "bold italic"), table]
    return found


def _map(answer: StructureAnswer, definition: str, what: str) -> RenderableType:
    rows = [row for row in answer["combinations"] if (row["definition"], row["rivals"]) == (definition, "three")]
    table = titled_table("", 0)
    table.add_column("rule", no_wrap=True)
    strategies = list(dict.fromkeys(row["strategy"] for row in rows))
    for strategy in strategies:
        table.add_column(SHORT.get(strategy, strategy), justify="right", no_wrap=True)
    cell = _chance if what == "chance" else _ratio
    for rule in dict.fromkeys(row["rule"] for row in rows):
        cells = [[row for row in rows if (row["rule"], row["strategy"]) == (rule, one)] for one in strategies]
        marks = ["bold" if answer["chosen"] == {"rule": rule, "strategy": one} else "" for one in strategies]
        table.add_row(rule, *(Text(cell(some), mark) for some, mark in zip(cells, marks, strict=True)))
    return table


def _chance(rows: list[Combination]) -> str:
    """The mean chance over some combinations; the bound of one of them where no world of any got there."""
    if all(row["reached"] == 0 for row in rows):
        return f"< {percent(min(row['interval'][1] for row in rows))}"
    return percent(sum(row["reached"] for row in rows) / sum(row["worlds"] for row in rows))


def _ratio(rows: list[Combination]) -> str:
    """The geometric mean of the median ratios."""
    return plain(math.exp(sum(math.log(max(row["ratio_p50"], 1e-12)) for row in rows) / len(rows)), 2)


def _reach(answer: StructureAnswer) -> RenderableType:
    table = titled_table("How far each choice alone moves the answer, all others as they may be", 0)
    for heading in ("choice", "chance %: from", "to", "ratio × up to"):
        table.add_column(heading, no_wrap=heading != "choice")
    chances = {row["choice"]: row for row in answer["reach"]["probability"]}
    for row in answer["reach"]["log_ratio"]:
        chance = chances[row["choice"]]
        lowest = f"{percent(chance['lowest'])} ({_value(chance['lowest_at'])})"
        highest = f"{percent(chance['highest'])} ({_value(chance['highest_at'])})"
        moves = chance["highest"] > chance["lowest"]
        ends = (lowest, highest) if moves else (percent(chance["lowest"]), "the same")
        table.add_row(CHOICE_WORDS[row["choice"]], *ends, f"× {plain(math.exp(row['largest_range']), 2)}")
    return table


def _value(word: str) -> str:
    return RIVAL_NAMES.get(word, word.replace("_", " "))


def notes(answer: StructureAnswer) -> list[str]:
    """How to read it, in lines of at most 80 characters."""
    chosen = answer["chosen"]
    return [
        f"bold: what the scenario has ({chosen['rule']}, {chosen['strategy']}); <: no world got there (95 %)",
        "chance: mean over all values of the other choices; ratio: the most that this",
        "choice alone changes the median ratio, in any combination of the others",
    ]
