"""The race on a terminal: who has what, how likely the claim is, and what bound whom."""

import datetime
from typing import Any

import pandas as pd
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from computerace.runs.answer import CAUSES

H100_DENSE_BF16_FLOP_PER_S = 989.5e12  # NVIDIA H100 SXM data sheet, dense BF16
TERMINAL_MONTH = 24
DEFINITION_WORDS = {"owned": "owned", "operational": "operational", "used": "used", "effective": "effective"}
RIVAL_WORDS = {"three": "the other labs", "all": "everyone else"}


def show_race(answer: dict[str, Any], claimant: str, question: str, seconds: float) -> None:
    """Print a run's answer; `answer` is the object of `race --json`."""
    console = Console(highlight=False)
    console.print(
        Group(
            Text(f"{answer['scenario']}: {question}", style="bold"),
            Text(
                f"{answer['worlds']:,} worlds of {answer['months']} months from {month_name(answer['start'], 0)}, "
                f"seed {answer['seed']}, in {seconds:.1f} s"
            ),
            Text(""),
            labs_table(answer),
            Text(""),
            claim_table(answer, claimant),
            Text(""),
            bound_table(answer),
        )
    )


def labs_table(answer: dict[str, Any]) -> RenderableType:
    """Owned, operational and effective compute, share, exaflop/s and megawatts: start, 24 months, end."""
    table = _table("Compute by lab: median and 5–95 % of worlds (million H100e)")
    for heading in ("lab", "month"):
        table.add_column(heading)
    for heading in ("owned", "operational", "effective", "share", "exaflop/s", "megawatts"):
        table.add_column(heading, justify="right")
    months = sorted({0, min(TERMINAL_MONTH, answer["months"]), answer["months"]})
    for lab, by_month in answer["labs"].items():
        for position, month in enumerate(months):
            row = by_month[str(month)]
            table.add_row(
                lab if position == 0 else "",
                month_name(answer["start"], month),
                *(spread(row[f"{kind}_h100e"], 1e-6) for kind in ("owned", "operational", "effective")),
                spread(row["share"], 100, " %"),
                spread(row["owned_h100e"], H100_DENSE_BF16_FLOP_PER_S / 1e18),
                spread(row["power_mw"], 1),
                end_section=position == len(months) - 1,
            )
    note = (
        "share: of what the labs own; exaflop/s: peak of what is owned, dense BF16; megawatts: energised, whole sites"
    )
    return Group(table, Text(note, style="dim"))


def claim_table(answer: dict[str, Any], claimant: str) -> RenderableType:
    """The claim's probability, first month and ratio for each definition and set of rivals."""
    deadline = answer["claim"][0]["deadline_months"]
    table = _table(f"Will {claimant} have more than … combined by {month_name(answer['start'], deadline)}?")
    table.add_column("compute")
    table.add_column("rivals")
    table.add_column("probability", justify="right")
    table.add_column("first month", justify="right")
    table.add_column(f"ratio {claimant} / rivals", justify="right")
    for position, row in enumerate(answer["claim"]):
        low, high = row["ratio_interval"]
        headline = position == 0
        last = position + 1 == len(answer["claim"]) or answer["claim"][position + 1]["rivals"] != row["rivals"]
        table.add_row(
            DEFINITION_WORDS[row["definition"]],
            RIVAL_WORDS[row["rivals"]],
            probability(row, answer["worlds"]),
            first_month(row, answer["start"]),
            spread({"p5": low, "p50": row["ratio"], "p95": high}, 1),
            style="bold" if headline else None,
            end_section=last,
        )
    note = "± one standard error of sampling worlds; what is not known of the parameters is in the probability itself"
    return Group(table, Text(note, style="dim"))


def bound_table(answer: dict[str, Any]) -> RenderableType:
    """What bound each lab: the share of world-months of each cause, the largest in bold."""
    table = _table("What bound each lab: share of months over all worlds")
    table.add_column("lab")
    for cause in CAUSES:
        table.add_column(cause, justify="right")
    for lab, shares in answer["bound_by"].items():
        most = max((cause for cause in shares if cause != "none"), key=lambda cause: shares[cause] or 0.0, default=None)
        cells = [
            Text(f"{100 * (shares.get(cause) or 0.0):.0f} %", style="bold" if cause == most else "") for cause in CAUSES
        ]
        table.add_row(lab, *cells)
    return table


def probability(row: dict[str, Any], worlds: int) -> str:
    """The probability with its Monte Carlo error; a bound where no world, or every world, had it."""
    if row["worlds_reached"] == 0:
        return f"below {percent(row['interval'][1])} (none of {worlds:,})"
    if row["worlds_reached"] == worlds:
        return f"above {percent(row['interval'][0])} (all of {worlds:,})"
    return f"{percent(row['probability'])} ± {percent(row['standard_error'])}"


def percent(share: float) -> str:
    """A share in per cent with two significant figures."""
    return f"{plain(100 * share)} %"


def first_month(row: dict[str, Any], start: str) -> str:
    """The median month in which the claim came true, and its range, over the worlds where it did."""
    if row["first_month"] is None:
        return "never"
    low, high = row["first_month_interval"]
    return f"{month_name(start, round(row['first_month']))} ({low:.0f}–{high:.0f})"


def spread(values: dict[str, float | None], scale: float, unit: str = "") -> str:
    """A median and its 5-95 % range, such as "1.2 (0.9–1.8)"; one figure where they do not differ."""
    low, middle, high = (values[key] for key in ("p5", "p50", "p95"))
    if low is None or middle is None or high is None:
        return "–"
    shown = [plain(scale * value) for value in (low, middle, high)]
    if len(set(shown)) == 1:
        return f"{shown[1]}{unit}"
    return f"{shown[1]}{unit} ({shown[0]}–{shown[2]})"


def plain(value: float) -> str:
    """A figure as people write it: three significant digits, no exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    if abs(value) >= 0.01:
        return f"{value:.2f}"
    return f"{value:.1g}" if abs(value) >= 1e-4 else f"{value:.0e}"


def month_name(start: str | datetime.date, month: int) -> str:
    """The month that lies `month` months after the start, such as "Dec 2025"."""
    return f"{pd.Timestamp(start) + pd.DateOffset(months=month):%b %Y}"


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", pad_edge=False)
