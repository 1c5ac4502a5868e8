"""Tables of some pages in docs, from the parameters and from results kept in docs/results.

A page holds its tables between `<!-- table: NAME -->` and `<!-- end of table -->`. `bash .ci/documents` makes results
and pictures anew and then runs this module, which writes the tables; a test holds the pages against it.
"""

import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from computerace.market.data import table
from computerace.market.parameters import GRADES
from computerace.observables import LINES, MEASURES, OBSERVABLES
from computerace.observables.outcomes import described
from computerace.runs.answers.validation import BacktestAnswer, FactsAnswer, OutlookAnswer
from computerace.runs.cli import COMMANDS
from computerace.runs.commands.parameters import prior_text, written
from computerace.runs.scenarios import Scenario
from computerace.runs.scenarios.lab_template import lab_template
from computerace.runs.terminal.backtest import ERROR_WORDS, WORDS, percent, together, triple, verdict_words

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter

PAGES = ("evidence.md", "model.md", "observables.md", "scenarios.md", "start.md", "validation.md")
MARKED = re.compile(r"(<!-- table: ([a-z0-9 -]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
SETS = ("prior", "fitted")

type Row = Iterable[object]


def rendered(page: str, results: Path) -> str:
    """A page's text with each of its tables as it should be today.

    results: folder with backtest-prior.json, backtest-fitted.json, facts.json and outlook.json.
    """
    makers = tables(results)
    return MARKED.sub(lambda match: match[1] + makers[match[2]]() + "\n" + match[3], page)


def tables(results: Path) -> dict[str, Callable[[], str]]:
    """What makes each table, by its name in the pages."""

    def result(name: str) -> Any:
        return json.loads((results / f"{name}.json").read_text(encoding="utf-8"))

    makers: dict[str, Callable[[], str]] = {
        "commands": command_table,
        "grades": grade_table,
        "parameters": lambda: parameter_tables(_speaks()),
        "figures of owners": lambda: owner_tables(_speaks()),
        "measures": partial(observable_table, MEASURES),
        "decisions": partial(observable_table, LINES),
        "outcomes": outcome_table,
        "facts": lambda: fact_table(result("facts")),
        "outlook": lambda: outlook_table(result("outlook")),
        "interpolated": interpolated_table,
        "lab template": lambda: f"```toml\n{lab_template('Newcomer', Scenario().start)}\n```",
    }
    for name in SETS:
        found = partial(result, f"backtest-{name}")
        makers |= {
            f"verdicts {name}": partial(_of, verdict_table, found),
            f"owners {name}": partial(_of, owner_scores, found),
            f"dates {name}": partial(_of, date_table, found),
            f"errors {name}": partial(_of, error_table, found),
            f"coverage {name}": partial(_of, coverage_table, found),
        }
    makers["fitted beside prior"] = lambda: set_table(result("backtest-fitted"), result("backtest-prior"))
    return makers


def _of(maker: Callable[[BacktestAnswer], str], found: Callable[[], Any]) -> str:
    return maker(found())


def markdown(head: Row, rows: Iterable[Row], right: int = 99) -> str:
    """A Markdown table; columns from number `right` on are flush right."""
    names = [str(name) for name in head]
    rule = ["---:" if number >= right else "---" for number in range(len(names))]
    body = [[str(cell).replace("|", "/").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in (names, rule, *body))


def command_table() -> str:
    """Every command, with what it does in a line."""
    rows = [(f"`computerace {name}`", purpose) for name, (_, purpose) in COMMANDS.items()]
    return markdown(("command", "what it does"), rows)


def grade_table() -> str:
    """How many parameters and figures there are by grade, and how many of them have a prior."""
    every = list(Scenario().parameters().values())
    rows = []
    for grade in GRADES:
        chosen = [one for one in every if one.grade == grade]
        mechanisms = sum(one.mechanism != "labs" for one in chosen)
        uncertain = sum(one.prior is not None for one in chosen)
        rows.append((grade, mechanisms, len(chosen) - mechanisms, uncertain))
    return markdown(("grade", "parameters of mechanisms", "figures of owners", "of both, uncertain"), rows, 1)


def parameter_tables(speaks: dict[str, str]) -> str:
    """A heading and a table for each mechanism."""
    every = [one for one in Scenario().parameters().values() if one.mechanism != "labs"]
    return "\n\n".join(
        f"### {mechanism}\n\n{_parameters([one for one in every if one.mechanism == mechanism], speaks)}"
        for mechanism in dict.fromkeys(one.mechanism for one in every)
    )


def owner_tables(speaks: dict[str, str]) -> str:
    """A heading and a table for each owner at end-2025."""
    every = [one for one in Scenario().parameters().values() if one.mechanism == "labs"]
    owners = dict.fromkeys(one.name.split(".")[1] for one in every)
    return "\n\n".join(
        f"### {owner}\n\n{_parameters([one for one in every if one.name.split('.')[1] == owner], speaks)}"
        for owner in owners
    )


def observable_table(names: Sequence[str]) -> str:
    """A row for each of the observables."""
    chosen = (OBSERVABLES[name] for name in names)
    rows = ((f"`{one.name}`", one.of, one.unit, one.text) for one in chosen)
    return markdown(("name", "whose", "unit", "what it is"), rows)


def outcome_table() -> str:
    """A row for each kind of column of a table of worlds."""
    rows = ((f"`{one.name}`", one.unit, one.text, "–" if one.never else "") for one in described())
    return markdown(("column", "unit", "what it is", "none for never"), rows)


def _parameters(chosen: list["Parameter"], speaks: dict[str, str]) -> str:
    head = ("parameter", "what it is", "value", "unit", "prior", "grade", "moves first", "do the data speak?", "source")
    rows = (
        (f"`{one.name}`", one.text, written(one.value), one.unit, prior_text(one), one.grade,
         str(one.effect or "–"), _word(one, speaks), one.source)
        for one in chosen
    )  # fmt: skip
    return markdown(head, rows)


def _word(parameter: "Parameter", speaks: dict[str, str]) -> str:
    if parameter.prior is None:
        return "–"
    return speaks.get(parameter.name, "not fitted")


def _speaks() -> dict[str, str]:
    """Of each parameter: whether it can be told from invented histories, and what the record then did to it."""
    from computerace.runs.scenarios.sets import LATEST, load_set

    return {str(row["parameter"]): _told(row) for row in load_set(LATEST).recovery.to_dict("records")}


def _told(row: Mapping[Hashable, Any]) -> str:
    if row["kept"]:
        return f"yes: variance {percent(-row['narrowed'])}, centre {row['moved']:+.1f}"
    if row["recoverable"]:
        return "yes, as a level at the start; not carried over"
    return "hardly" if row["contraction"] >= 0.05 else "no"


def verdict_table(result: BacktestAnswer) -> str:
    """The model against the best rival, a row per quantity."""
    rows = (
        (verdict_words(row), row["figures"], percent(row["in_50"]), percent(row["in_90"]),
         f"{row['crps']:.3f}", row["rival"], f"{row['rival_crps']:.3f}", "yes" if row["better"] else "**no**")
        for row in result["verdicts"]
    )  # fmt: skip
    return markdown(("quantity", "figures", "in 50 %", "in 90 %", "CRPS", "best rival", "its CRPS", "better"), rows, 1)


def set_table(fitted: BacktestAnswer, prior: BacktestAnswer) -> str:
    """Fitted beside prior from the dates at which a fitted set may be used, a row per date and quantity."""
    rows = []
    for date, name in fitted["parameters"].items():
        if name == "prior":
            continue
        for quantity in dict.fromkeys(row["quantity"] for row in fitted["by_origin"]):
            ours, before = (_total(result, date, quantity, "model") for result in (fitted, prior))
            names = {row["forecast"] for row in prior["by_origin"] if row["quantity"] == quantity} - {"model"}
            best = min(_total(prior, date, quantity, rival)[1] for rival in names)
            rows.append(
                (date, WORDS[quantity], percent(before[0]), percent(ours[0]), f"{before[1]:.3f}",
                 f"{ours[1]:.3f}", f"{best:.3f}")
            )  # fmt: skip
    head = ("from", "quantity", "prior in 90 %", "fitted in 90 %", "prior's CRPS", "fitted's CRPS", "best rival's CRPS")
    return markdown(head, rows, 2)


def _total(result: BacktestAnswer, date: str, quantity: str, forecast: str) -> tuple[float, float]:
    """Share of figures in 90 %, and the sum over owners of the mean CRPS."""
    rows = [
        row
        for row in result["by_origin"]
        if (row["origin"], row["quantity"], row["forecast"]) == (date, quantity, forecast)
    ]
    figures = sum(row["figures"] for row in rows)
    return sum(row["in_90"] * row["figures"] for row in rows) / figures, sum(row["crps"] for row in rows)


def owner_scores(result: BacktestAnswer) -> str:
    """CRPS of every forecast by quantity and owner, the least in bold; coverage of the model."""
    rivals = list(dict.fromkeys(row["forecast"] for row in result["by_owner"]))
    found = {(row["quantity"], row["owner"], row["forecast"]): row for row in result["by_owner"]}
    rows = []
    for quantity, owner in dict.fromkeys((row["quantity"], row["owner"]) for row in result["by_owner"]):
        scores = {name: found[quantity, owner, name]["crps"] for name in rivals if (quantity, owner, name) in found}
        least = min(scores.values())
        cells = [
            "–" if name not in scores else f"**{scores[name]:.3f}**" if scores[name] == least else f"{scores[name]:.3f}"
            for name in rivals
        ]
        ours = found[quantity, owner, "model"]
        rows.append((WORDS[quantity], owner, percent(ours["in_50"]), percent(ours["in_90"]), *cells))
    return markdown(("quantity", "owner", "in 50 %", "in 90 %", *rivals), rows, 2)


def date_table(result: BacktestAnswer) -> str:
    """Owned compute by date of forecast: share of quarters in 90 %, and CRPS beside the best rival's."""
    rows = [row for row in result["by_origin"] if row["quantity"] == "owned_h100e"]
    found = {(row["origin"], row["owner"], row["forecast"]): row for row in rows}
    dates = list(dict.fromkeys(row["origin"] for row in rows))
    lines = []
    for owner in dict.fromkeys(row["owner"] for row in rows):
        cells = []
        for date in dates:
            ours = found[date, owner, "model"]
            best = min(row["crps"] for key, row in found.items() if key[:2] == (date, owner) and key[2] != "model")
            cells.append(f"{percent(ours['in_90'])}, {ours['crps']:.2f} ({best:.2f})")
        lines.append((owner, *cells))
    return markdown(("owner", *(f"from {date}" for date in dates)), lines, 1)


def error_table(result: BacktestAnswer) -> str:
    """Owned compute under each assumption about the publisher's error."""
    rows = (
        (ERROR_WORDS[row["errors"]], percent(row["in_50"]), percent(row["in_90"]), f"{row['crps']:.3f}", row["rival"],
         f"{row['rival_crps']:.3f}")
        for row in result["owned_by_assumed_error"]
    )  # fmt: skip
    return markdown(
        ("the error of a published figure is", "in 50 %", "in 90 %", "CRPS", "best rival", "its CRPS"), rows, 1
    )


def coverage_table(result: BacktestAnswer) -> str:
    """Owned compute of the others by date: the part inside 90 %, and what it would be were the model right."""
    rows = (
        (row["origin"], row["figures"], percent(row["in_90"]), f"{percent(row['low'])} to {percent(row['high'])}",
         percent(row["every"]))
        for row in result["others_covered"]
    )  # fmt: skip
    return markdown(("from", "figures", "in 90 %", "were the model right", "chance of all inside"), rows, 1)


def fact_table(result: FactsAnswer) -> str:
    """A row per stylised fact, and a line for all of them together."""
    rows = (
        (row["fact"], row["from"], triple(row["value"], row["low"], row["high"]),
         triple(row["p50"], row["p5"], row["p95"]), percent(row["inside"]), row["verdict"],
         f"{row['source']} ({row['grade']})")
        for row in result["facts"]
    )  # fmt: skip
    head = ("fact", "run from", "on record (range)", "model, median (5–95 %)", "worlds in range", "", "source (grade)")
    return f"{markdown(head, rows)}\n\nTogether: {together(result)}."


def outlook_table(result: OutlookAnswer) -> str:
    """A row per quantity that was expected: the range and what it is from, the model's median and 5 to 95 %."""

    def figures(*values: float) -> list[str]:
        digits = 0 if values[-1] >= 100 else 1 if values[-1] >= 10 else 2
        return [f"{value:,.{digits}f}" for value in values]

    rows = []
    for row in result["quantities"]:
        low, high = (f"{value:g}" for value in (row["low"], row["high"]))
        p5, p50, p95 = figures(row["p5"], row["p50"], row["p95"])
        wished = f"below {high}" if row["low"] == 0 else f"{low}–{high}"
        rows.append(
            (f"{row['quantity']}, {row['unit']}", f"{wished} ({row['source']})", f"{p50} ({p5}–{p95})", row["verdict"])
        )
    return markdown(("quantity", "range expected, and from what", "model, median (5–95 %)", ""), rows)


def interpolated_table() -> str:
    """How many figures of each start lie between two known ones, and so have seen the later of them."""
    rows = table("starts")
    rows = rows[~rows["owner"].isin(["Amazon", "OpenAI", "Anthropic"])]
    seen = rows["note"].str.contains("interpolated")
    counts = rows.assign(seen=seen).groupby(rows["date"].dt.strftime("%Y-%m-%d"))["seen"].agg(["sum", "size"])
    lines = (
        (date, int(one), int(every))
        for date, one, every in zip(counts.index, counts["sum"], counts["size"], strict=True)
    )
    return markdown(("start", "interpolated", "of figures"), lines, 1)


def main() -> None:
    """Write the tables into the pages of docs."""
    docs = Path(__file__).resolve().parent.parent / "docs"
    for name in PAGES:
        page = docs / name
        page.write_text(rendered(page.read_text(encoding="utf-8"), docs / "results"), encoding="utf-8")


if __name__ == "__main__":
    main()
