"""Tables of docs/evidence.md and docs/validation.md, from the parameters and from results kept in docs/results.

A page holds its tables between `<!-- table: NAME -->` and `<!-- end of table -->`. `bash .ci/documents` makes results
and pictures anew and then runs this module, which writes the tables; a test holds the pages against it.
"""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from computerace.market.data import table
from computerace.market.parameters import GRADES
from computerace.runs.backtest_terminal import ERROR_WORDS, WORDS, percent, together, triple
from computerace.runs.commands.parameters import prior_text, written
from computerace.runs.scenarios import Scenario

if TYPE_CHECKING:
    from computerace.market.parameters import Parameter

PAGES = ("evidence.md", "validation.md")
MARKED = re.compile(r"(<!-- table: ([a-z0-9 -]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
SETS = ("prior", "fitted")

type Row = Iterable[object]


def rendered(page: str, results: Path) -> str:
    """A page's text with each of its tables as it should be today.

    results: folder with backtest-prior.json, backtest-fitted.json and facts.json.
    """
    makers = tables(results)
    return MARKED.sub(lambda match: match[1] + makers[match[2]]() + "\n" + match[3], page)


def tables(results: Path) -> dict[str, Callable[[], str]]:
    """What makes each table, by its name in the pages."""

    def result(name: str) -> Any:
        return json.loads((results / f"{name}.json").read_text(encoding="utf-8"))

    makers: dict[str, Callable[[], str]] = {
        "grades": grade_table,
        "parameters": lambda: parameter_tables(_speaks(results)),
        "figures of owners": lambda: owner_tables(_speaks(results)),
        "facts": lambda: fact_table(result("facts")),
        "interpolated": interpolated_table,
    }
    for name in SETS:
        makers |= {
            f"verdicts {name}": lambda name=name: verdict_table(result(f"backtest-{name}")),  # type: ignore[misc]
            f"owners {name}": lambda name=name: owner_scores(result(f"backtest-{name}")),  # type: ignore[misc]
            f"dates {name}": lambda name=name: date_table(result(f"backtest-{name}")),  # type: ignore[misc]
            f"errors {name}": lambda name=name: error_table(result(f"backtest-{name}")),  # type: ignore[misc]
        }
    return makers


def markdown(head: Row, rows: Iterable[Row], right: int = 99) -> str:
    """A Markdown table; columns from number `right` on are flush right."""
    names = [str(name) for name in head]
    rule = ["---:" if number >= right else "---" for number in range(len(names))]
    body = [[str(cell).replace("|", "/").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in (names, rule, *body))


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


def _parameters(chosen: list["Parameter"], speaks: dict[str, str]) -> str:
    head = ("parameter", "what it is", "value", "unit", "prior", "grade", "do the data speak?", "source")
    rows = (
        (f"`{one.name}`", one.text, written(one.value), one.unit, prior_text(one), one.grade,
         _word(one, speaks), one.source)
        for one in chosen
    )  # fmt: skip
    return markdown(head, rows)


def _word(parameter: "Parameter", speaks: dict[str, str]) -> str:
    if parameter.prior is None:
        return "–"
    return speaks.get(parameter.name, "not fitted")


def _speaks(results: Path) -> dict[str, str]:
    """What the recovery of parameters from made-up data says of each, by name; nothing where there is no result."""
    file = results / "recovery.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def verdict_table(result: dict[str, Any]) -> str:
    """The model against the best rival, a row per quantity."""
    rows = (
        (WORDS[row["quantity"]], row["figures"], percent(row["in_50"]), percent(row["in_90"]), f"{row['crps']:.3f}",
         row["rival"], f"{row['rival_crps']:.3f}", "yes" if row["better"] else "**no**")
        for row in result["verdicts"]
    )  # fmt: skip
    return markdown(("quantity", "figures", "in 50 %", "in 90 %", "CRPS", "best rival", "its CRPS", "better"), rows, 1)


def owner_scores(result: dict[str, Any]) -> str:
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


def date_table(result: dict[str, Any]) -> str:
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


def error_table(result: dict[str, Any]) -> str:
    """Owned compute under each assumption about the publisher's error."""
    rows = (
        (ERROR_WORDS[row["errors"]], percent(row["in_50"]), percent(row["in_90"]), f"{row['crps']:.3f}", row["rival"],
         f"{row['rival_crps']:.3f}")
        for row in result["owned_by_assumed_error"]
    )  # fmt: skip
    return markdown(
        ("the error of a published figure is", "in 50 %", "in 90 %", "CRPS", "best rival", "its CRPS"), rows, 1
    )


def fact_table(result: dict[str, Any]) -> str:
    """A row per stylised fact, and a line for all of them together."""
    rows = (
        (row["fact"], row["from"], triple(row["value"], row["low"], row["high"]),
         triple(row["p50"], row["p5"], row["p95"]), percent(row["inside"]), row["verdict"],
         f"{row['source']} ({row['grade']})")
        for row in result["facts"]
    )  # fmt: skip
    head = ("fact", "run from", "on record (range)", "model, median (5–95 %)", "worlds in range", "", "source (grade)")
    return f"{markdown(head, rows)}\n\nTogether: {together(result)}."


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
