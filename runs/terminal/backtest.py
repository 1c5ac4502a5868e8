"""A back-test on a terminal: what the model says beside the best naïve rival, and lab by lab."""

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.runs.answers.validation import BacktestAnswer, FactsAnswer, ScoreAnswer, Scored, Verdict
from computerace.runs.terminal.race import show, titled_table

WORDS = {
    "owned_h100e": "owned compute", "used_h100e": "used compute", "share": "share of the labs' compute",
    "operational_h100e": "operational compute", "rent_usd_per_h100e_hour": "rent of an H100e hour",
    "supply_h100e": "supply of the quarter", "capex_usd": "capex of the quarter", "powered_mw": "IT power",
}  # fmt: skip
SHORT = {"share": "share", "supply_h100e": "supply", "capex_usd": "capex", "rent_usd_per_h100e_hour": "rent"}
SCALES = {
    "share": (100.0, "{:.1f} %"), "capex_usd": (1e-9, "{:.3g} bn"), "powered_mw": (1.0, "{:,.0f} MW"),
    "rent_usd_per_h100e_hour": (1.0, "{:.2f} USD"),
}  # fmt: skip
"""How a quantity is shown; others in millions of H100e."""
LEFT_SHOWN = 12
ERROR_WORDS = {
    "kept": "mostly kept from year to year (0.9)",
    "none": "kept for ever: figures are right up to one factor",
    "independent": "new in every quarter",
}


def verdict_words(row: Verdict) -> str:
    """What a verdict is about: a quantity of all owners, or without one of them."""
    return WORDS[row["quantity"]] + ("" if row["without"] is None else f" without {row['without']}")


def show_backtest(answer: BacktestAnswer, seconds: float) -> None:
    """Print a back-test; `answer` is the object of `backtest --json`."""
    head = Text(
        f"{answer['worlds']:,} worlds from each of {', '.join(answer['from'])}; quarters to {answer['until']}; "
        f"seed {answer['seed']}; {', '.join(sorted(set(answer['parameters'].values())))}; {seconds:.1f} s"
    )
    parts = (head, verdict_table(answer), owner_table(answer), coverage_table(answer), error_table(answer))
    show(Group(*(part for one in parts for part in (one, Text("")))))


def show_score(found: ScoreAnswer) -> None:
    """Print the score of a frozen forecast; `found` is the object of `score --json`."""
    head = Text(f"{found['forecast']}, made from {found['start']}, against {found['observed']}")
    parts: list[RenderableType] = [head]
    if found["figures"]:
        parts += [figure_table(found), verdict_table(found), owner_table(found)]
    if found["bounds"]:
        parts.append(bound_table(found))
    if found["not_compared"]:
        more = len(found["not_compared"]) - LEFT_SHOWN
        lines = found["not_compared"][:LEFT_SHOWN] + [f"and {more} more (--json has all)"] * (more > 0)
        parts.append(Text("\n".join(["Not compared", *lines])))
    show(Group(*(part for one in parts for part in (one, Text("")))))


def bound_table(found: ScoreAnswer) -> RenderableType:
    """A row per figure of which only a bound is known: the probability that the forecast gave to it."""
    table = titled_table("Bounds", 1)
    for heading in ("date", "owner", "quantity"):
        table.add_column(heading, no_wrap=True)
    table.add_column("known", justify="right", no_wrap=True)
    table.add_column("forecast", justify="right", no_wrap=True)
    for row in found["bounds"]:
        scale, shown = SCALES.get(row["quantity"], (1e-6, "{:.3g} M"))
        known = f"{row['bound']} {shown.format(scale * row['value'])}"
        table.add_row(row["date"], row["owner"], WORDS[row["quantity"]], known, percent(row["probability"]))
    return Group(table, Text("forecast: the probability that it gave to what is known now", style="dim"))


def figure_table(found: ScoreAnswer) -> RenderableType:
    """A row per figure: what came, what was forecast, whether it lies inside, the CRPS."""
    table = titled_table("Figure by figure", 1)
    table.add_column("quarter", no_wrap=True)
    table.add_column("owner", no_wrap=True)
    table.add_column("quantity", no_wrap=True)
    for heading in ("observed", "forecast (5–95 %)", "in 50 %", "in 90 %", "CRPS"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in found["figures"]:
        if row["forecast"] != "model":
            continue
        scale, shown = SCALES.get(row["quantity"], (1e-6, "{:.3g} M"))
        figures = (row["observed"], row["p5"], row["p50"], row["p95"])
        observed, low, middle, high = (shown.format(scale * one) for one in figures)
        inside = ("yes" if one else "no" for one in (row["in_50"], row["in_90"]))
        table.add_row(
            row["date"], row["owner"], SHORT.get(row["quantity"], WORDS[row["quantity"]]), observed,
            f"{middle} ({low} – {high})", *inside, f"{row['crps']:.3f}",
        )  # fmt: skip
    return table


def verdict_table(answer: Scored) -> RenderableType:
    """A row per quantity: coverage, CRPS, the best rival and its CRPS."""
    table = titled_table("The model against the best naïve rival", 1)
    table.add_column("quantity", no_wrap=True)
    for heading in ("figures", "in 50 %", "in 90 %", "CRPS", "best rival", "its CRPS", "better"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in answer["verdicts"]:
        table.add_row(verdict_words(row), str(row["figures"]), *_verdict(row))
    note = (
        "CRPS: sum over owners of the mean, where both forecast; smaller is better; in logs, shares apart\n"
        "in 50 %, in 90 %: share of all figures inside the model's interval"
    )
    return Group(table, Text(note, style="dim"))


def owner_table(answer: Scored) -> RenderableType:
    """A row per quantity and owner: coverage of the model, and everybody's CRPS."""
    rivals = list(dict.fromkeys(row["forecast"] for row in answer["by_owner"] if row["forecast"] != "model"))
    table = titled_table("By owner", 1)
    table.add_column("quantity", no_wrap=True)
    table.add_column("owner", no_wrap=True)
    for heading in ("in 50 %", "in 90 %", "model", *rivals):
        table.add_column(heading, justify="right", no_wrap=True)
    found = {(row["quantity"], row["owner"], row["forecast"]): row for row in answer["by_owner"]}
    for quantity, owner in dict.fromkeys((row["quantity"], row["owner"]) for row in answer["by_owner"]):
        ours = found[quantity, owner, "model"]
        rows = [found.get((quantity, owner, name)) for name in ("model", *rivals)]
        scores = [None if row is None else row["crps"] for row in rows]
        least = min(score for score in scores if score is not None)
        cells = [
            Text("–" if score is None else f"{score:.3f}", style="bold" if score == least else "") for score in scores
        ]
        table.add_row(WORDS[quantity], owner, percent(ours["in_50"]), percent(ours["in_90"]), *cells)
    return Group(table, Text("CRPS of each; the least in bold", style="dim"))


def coverage_table(answer: BacktestAnswer) -> RenderableType:
    """Owned compute of the others by date: the part inside 90 %, and what it would be were the model right."""
    table = titled_table("Owned compute of the claimant's rivals inside 90 %", 1)
    table.add_column("from", no_wrap=True)
    for heading in ("figures", "in 90 %", "were the model right", "all inside"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in answer["others_covered"]:
        wished = f"{percent(row['low'])} to {percent(row['high'])}"
        table.add_row(row["origin"], str(row["figures"]), percent(row["in_90"]), wished, f"in {percent(row['every'])}")
    note = (
        "were the model right: what one of its own worlds has inside, 5 to 95 %, and in how many all are: figures from"
        "\none date hang together"
    )
    return Group(table, Text(note, style="dim"))


def error_table(answer: BacktestAnswer) -> RenderableType:
    """Owned compute under each assumption about the error of the published figures."""
    table = titled_table("Owned compute, by what is assumed of the publisher's error (0.3 in log and more)", 1)
    table.add_column("the error is", no_wrap=True)
    for heading in ("in 50 %", "in 90 %", "CRPS", "best rival", "its CRPS", "better"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in answer["owned_by_assumed_error"]:
        table.add_row(ERROR_WORDS[row["errors"]], *_verdict(row))
    return table


def show_facts(found: FactsAnswer) -> None:
    """Print the table of facts; `found` is the object of `facts --json`."""
    table = titled_table("Stylised facts", 1)
    table.add_column("fact", overflow="fold")
    table.add_column("from", no_wrap=True)
    for heading in ("on record", "model, 5–95 %", "worlds in"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row in found["facts"]:
        table.add_row(
            row["fact"], row["from"][:4], triple(row["value"], row["low"], row["high"]),
            triple(row["p50"], row["p5"], row["p95"]), percent(row["inside"]), row["verdict"],
        )  # fmt: skip
    show(Group(table, Text(together(found), style="dim")))


def triple(middle: float, low: float, high: float) -> str:
    """A figure with its range, in as many places as its size asks for."""
    places = 2 if max(abs(middle), abs(low), abs(high)) < 10 else 1
    return f"{middle:z.{places}f} ({low:z.{places}f} to {high:z.{places}f})"


def together(found: FactsAnswer) -> str:
    """How many facts a world meets at once, in words."""
    met = found["met_together"]
    return (
        f"a world meets {met['p50']:.0f} of {met['facts']} facts in the median ({met['p5']:.0f} to {met['p95']:.0f}), "
        f"the best {met['most']:.0f}; {percent(met['share_meeting_half'])} of worlds meet at least {met['half']}, "
        f"{percent(met['share_meeting_all'])} all"
    )


def percent(share: float | None) -> str:
    """A share of figures in whole percent."""
    return "–" if share is None else f"{100 * share:.0f} %"


def _verdict(row: Verdict) -> list[str]:
    rival = "–" if row["rival_crps"] is None else f"{row['rival_crps']:.3f}"
    return [
        percent(row["in_50"]), percent(row["in_90"]), f"{row['crps']:.3f}", row["rival"] or "–", rival,
        "–" if row["better"] is None else "yes" if row["better"] else "no",
    ]  # fmt: skip
